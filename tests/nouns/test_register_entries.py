"""What a register decides about its entries: who may enter, in which grade, until when, when they leave."""

from datetime import date
from fractions import Fraction

from huiqi.base.periods import Duration, Unit
from huiqi.measures.derive import Facts
from huiqi.packs.types import Pack
from huiqi.registers.entries import (
    Known,
    entry_problems,
    exit_that_holds,
    facts_of,
    first_grade,
    grade_by_rule,
    last_day,
    made_known,
    name_of,
    open_questions,
    review_due,
)
from huiqi.registers.types import Register
from tests.nouns.packs import load_trial

POOL = """
    - id: pool
      title: {zh: 培育库, en: pool}
      clauses: [c1]
      of: enterprise
      keeper: [市经信委]
      fields:
        - employees
        - {name: site, type: text, zh: 地点, en: site, public: true}
        - {name: note, type: text, zh: 备注, en: note, required: false}
        - {name: rent, type: money, zh: 租金, en: rent, unit: CNY, min: 0, when: "site = '园区'"}
      may_enter: is_small and employees <= 300
      grades:
        - {id: start, zh: 初创, en: starting, when: employees <= 20}
        - {id: grown, zh: 成长, en: grown, when: employees > 20, term: {n: 3, unit: years}}
      exits:
        - {id: own_wish, zh: 自愿, en: own wish}
        - {id: too_large, zh: 超过规模, en: too large, when: not is_small}
        - {id: idle, zh: 未复核, en: not reviewed, when: not is_reviewed_in_time}
      term: {n: 1, unit: years}
      review: yearly
      makes_known:
        - {fact: is_listed}
    """
DAY = date(2013, 3, 1)


def pool(tmp_path) -> tuple[Pack, Register]:
    pack, problems = load_trial(tmp_path, registers=POOL)
    assert problems == []
    return pack, pack.registers["pool"]


def seen(pack: Pack, register: Register, known: Known, *, on: date = DAY) -> Facts:
    return facts_of(register, known, rulebook=pack.rulebook, on=on)


def people(number: int, **more: object) -> dict[str, object]:
    return {"employees": Fraction(number), "site": "市南", **more}


def problems_of(pack: Pack, register: Register, known: Known) -> set[str]:
    found = entry_problems(register, known, seen(pack, register, known))
    assert all(problem.zh and problem.en for problem in found.values())
    return set(found)


def test_every_reason_against_an_entry_comes_at_once_by_field(tmp_path):
    pack, register = pool(tmp_path)
    fits = Known({"is_small": True}, people(12), grade="start")
    assert problems_of(pack, register, fits) == set()
    wrong = Known({"is_small": False}, {"employees": Fraction(12)}, grade="grown")
    assert problems_of(pack, register, wrong) == {"site", "may_enter", "grade"}
    assert problems_of(pack, register, Known({"is_small": True}, people(12))) == {"grade"}
    assert problems_of(pack, register, Known({"is_small": True}, people(12), grade="none")) == {"grade"}


def test_a_field_with_a_rule_is_wanted_only_where_it_holds(tmp_path):
    pack, register = pool(tmp_path)
    in_park = Known({"is_small": True}, people(12, site="园区"), grade="start")
    assert problems_of(pack, register, in_park) == {"rent"}


def test_what_is_open_is_a_question_and_not_a_refusal(tmp_path):
    pack, register = pool(tmp_path)
    unknown = Known({}, people(12), grade="start")
    assert problems_of(pack, register, unknown) == set()
    assert open_questions(register, unknown, seen(pack, register, unknown)) == ("is_small",)


def test_where_all_grades_have_rules_the_highest_that_holds_is_the_grade(tmp_path):
    pack, register = pool(tmp_path)
    for number, grade in ((12, "start"), (21, "grown")):
        known = Known({"is_small": True}, people(number))
        assert grade_by_rule(register, seen(pack, register, known)) == grade
        assert first_grade(register, seen(pack, register, known)) == grade
    nothing = seen(pack, register, Known({}, {}))
    assert grade_by_rule(register, nothing) is None
    assert first_grade(register, nothing) == "start"


def test_a_grade_without_a_rule_is_a_decision(tmp_path):
    text = POOL.replace(", when: employees <= 20}", "}")
    pack, _ = load_trial(tmp_path, registers=text)
    register = pack.registers["pool"]
    facts = seen(pack, register, Known({"is_small": True}, people(50)))
    assert grade_by_rule(register, facts) is None
    assert first_grade(register, facts) == "start"


def test_the_term_is_of_the_grade_where_it_has_one(tmp_path):
    _, register = pool(tmp_path)
    assert last_day(register, "start", since=DAY) == date(2014, 3, 1)
    assert last_day(register, "grown", since=DAY) == date(2016, 3, 1)
    assert register.term == Duration(1, Unit.YEARS)
    assert review_due(register, date(2012, 2, 29)) == date(2013, 2, 28)


def test_an_entry_leaves_by_itself_when_a_rule_of_exit_holds_and_not_while_it_is_open(tmp_path):
    pack, register = pool(tmp_path)

    def exit_on(day: date, party: dict[str, object], reviewed: date | None = None) -> str | None:
        known = Known(party, people(12), entered_on=DAY, reviewed_on=reviewed, grade="start")
        found = exit_that_holds(register, seen(pack, register, known, on=day))
        return found.id if found is not None else None

    assert exit_on(date(2013, 9, 1), {"is_small": True}) is None
    assert exit_on(date(2013, 9, 1), {}) is None
    assert exit_on(date(2013, 9, 1), {"is_small": False}) == "too_large"
    assert exit_on(date(2014, 3, 1), {"is_small": True}) is None
    assert exit_on(date(2014, 3, 2), {"is_small": True}) == "idle"
    assert exit_on(date(2014, 3, 2), {"is_small": True}, reviewed=date(2014, 2, 1)) is None


def test_what_an_entry_makes_known_hangs_on_its_grade(tmp_path):
    text = POOL.replace("{fact: is_listed}", "{fact: is_listed, grades: [grown]}")
    pack, _ = load_trial(tmp_path, registers=text)
    register = pack.registers["pool"]
    assert [m.fact for m in made_known(register, "grown")] == ["is_listed"]
    assert made_known(register, "start") == ()


def test_a_party_is_called_by_its_name_and_a_thing_by_what_its_entry_says(tmp_path):
    named = POOL.replace(
        "        - employees\n",
        "        - {name: person_name, type: text, zh: 姓名, en: name, masked: true}\n        - employees\n",
    )
    pack, problems = load_trial(tmp_path, registers=named)
    assert problems == []
    register = pack.registers["pool"]
    assert name_of(register, {"person_name": "合成甲"}, otherwise="合成企业") == "合成企业"
    assert name_of(register, {"person_name": "合成甲"}, otherwise="") == "合成甲"
    pack, problems = load_trial(tmp_path, registers=named.replace("of: enterprise", "of: person"))
    assert problems == []
    register = pack.registers["pool"]
    assert name_of(register, {"person_name": "合成甲"}, otherwise="合成企业") == "合**"
    assert name_of(register, {}, otherwise="合成企业") == "合成企业"
