"""The interview: what it asks, what it leaves out, and that it is right at every step."""

import json
import random
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from huiqi.base.bilingual import Bilingual
from huiqi.cli.app import app
from huiqi.matching.answers import read_reply
from huiqi.matching.ask import Interview, State, answered, begin, interview, next_question, passed_over
from huiqi.matching.party import Rules
from huiqi.matching.plan import make_plan
from huiqi.measures.evaluate import evaluate
from huiqi.measures.expressions import Domain, Type, Value
from huiqi.measures.types import AS_OF, FactKind, VerdictKind
from huiqi.packs.load import load_library
from huiqi.packs.types import Library
from tests.registers import edge_value, figures_beside

PACKS = Path(__file__).parents[1] / "packs"
DAY = date(2013, 6, 30)
MOST_TRIED = 12


@cache
def packs() -> Library:
    library, problems = load_library(PACKS)
    assert problems == []
    return library


@cache
def everything() -> Rules:
    return Rules.of(packs().measures(), packs().rulebooks())


def about(*measures: str, audience: str | None = None, day: date = DAY) -> Interview:
    chosen = [
        m
        for m in everything().measures
        if (not measures or m.id in measures) and (audience is None or m.audience == audience)
        if m.pack == "qingdao-2012-46" or not measures
    ]
    return interview(everything().only(chosen), as_of=day)


@cache
def figures() -> dict[str, set[Value]]:
    plan = make_plan(
        packs().measures(), rulebooks=packs().rulebooks(), columns=tuple(everything().kinds), as_of=DAY
    )
    return figures_beside(plan)


def some_value(fact: str, chance: random.Random) -> Value:
    """A value on or beside a figure that decides; never one the fact cannot have."""
    kind = everything().kinds[fact]
    value = edge_value(kind, figures().get(fact, ()), chance)
    if isinstance(value, Fraction) and isinstance(kind.domain.low, Fraction):
        return max(value, kind.domain.low)
    return value


def from_scratch(state: State) -> list[object]:
    rules = state.interview.rules
    return [
        evaluate(
            measure,
            rules.facts_for(measure.pack, state.stated),
            rulebook=rules.rulebooks[measure.pack],
            as_of=state.interview.as_of,
        )
        for measure in rules.measures
    ]


def held(held_about: Interview, seed: int, *, skips: float) -> tuple[State, list[str]]:
    """A whole interview with edge values and some 不知道; at every step compared with evaluating anew."""
    chance = random.Random(seed)
    state, asked = begin(held_about, {}), []
    while (question := next_question(state)) is not None:
        asked.append(question.fact)
        if chance.random() < skips:
            state = passed_over(state, question.fact)
        else:
            state = answered(state, question.fact, some_value(question.fact, chance))
        assert list(state.verdicts) == from_scratch(state), f"after {asked}"
    return state, asked


def conclusions(state: State) -> list[tuple[VerdictKind, Fraction | None]]:
    return [(verdict.kind, verdict.amount) for verdict in state.verdicts]


@pytest.mark.parametrize(("seed", "skips"), [(1, 0), (2, 0.3)])
def test_the_partial_answer_is_right_at_every_step(seed, skips):
    whole = about(audience="enterprise", day=date(2012, 10, 1)).rules
    part = [m for m in whole.measures if m.pack == "qingdao-2012-46"][::3]
    state, asked = held(interview(whole.only(part), as_of=date(2012, 10, 1)), seed, skips=skips)
    assert len(asked) == len(set(asked)), "a question was asked twice"
    assert len(asked) >= 20  # the sector is worked out from the industry code, not asked
    assert sum(v.kind is VerdictKind.ELIGIBLE for v in state.verdicts) > 0


@pytest.mark.parametrize("seed", range(6))
def test_facts_never_asked_cannot_change_an_answer(seed):
    """At the end, whatever an unasked fact is, every verdict and amount stays."""
    everyone = interview(everything(), as_of=DAY)
    chance = random.Random(seed)
    state = begin(everyone, {})
    asked: set[str] = set()
    while (question := next_question(state)) is not None:
        asked.add(question.fact)
        skip = chance.random() < 0.25
        fact = question.fact
        state = passed_over(state, fact) if skip else answered(state, fact, some_value(fact, chance))
    unasked = [
        name
        for name, kind in everything().kinds.items()
        if name not in asked and name != AS_OF and kind.formula is None and name in everyone.bearing
    ]
    assert unasked, "everything was asked"
    for fact in unasked:
        values = {some_value(fact, chance) for _ in range(MOST_TRIED)}
        for value in values:
            assert conclusions(answered(state, fact, value)) == conclusions(state), f"{fact} = {value}"


def test_several_unasked_facts_together_change_nothing_either():
    everyone = interview(everything(), as_of=DAY)
    chance = random.Random(7)
    state = begin(everyone, {"industry_code": "C34", "employees": Fraction(10), "is_enterprise": True})
    asked: set[str] = set()
    while (question := next_question(state)) is not None:
        asked.add(question.fact)
        state = answered(state, question.fact, some_value(question.fact, chance))
    unasked = [n for n in everyone.bearing if n not in asked | set(state.stated) | {AS_OF}]
    underived = [n for n in unasked if n in everything().kinds and everything().kinds[n].formula is None]
    for _ in range(5):
        more = {name: some_value(name, chance) for name in underived}
        assert conclusions(begin(everyone, {**state.stated, **more})) == conclusions(state)


def test_passing_over_everything_ends_and_decides_nothing():
    state = begin(about(audience="enterprise"), {})
    before = state.verdicts
    asked = []
    while (question := next_question(state)) is not None:
        asked.append(question.fact)
        state = passed_over(state, question.fact)
    assert state.verdicts == before
    assert len(asked) == len(set(asked))


def test_more_money_is_asked_for_first():
    """Half a million for a park comes before twenty thousand for nothing but a name."""
    state = begin(about("park-subsidy", "charge-catalogue-free-copy", "free-credit-rating"), {})
    question = next_question(state)
    assert question is not None
    assert question.fact in ("is_recognised_park", "support_method", "assessed_support")


def test_a_fact_on_which_many_measures_wait_comes_before_one_on_which_one_waits():
    state = begin(about("brand-reward", "free-credit-rating", "ecommerce-support", "zjtx-fund-support"), {})
    question = next_question(state)
    assert question is not None
    assert question.fact == "industry_code"
    assert len(question.bears_on) >= 3
    assert "is_small_micro" in question.towards


def test_the_derived_fact_may_be_stated_instead():
    state = answered(begin(about("free-credit-rating"), {}), "is_small_micro", True)
    assert [v.kind for v in state.verdicts] == [VerdictKind.ELIGIBLE]
    assert next_question(state) is None


def test_who_does_not_know_the_industry_code_is_asked_for_the_size_itself():
    state = begin(about("free-credit-rating"), {})
    first = next_question(state)
    assert first is not None
    assert first.fact == "industry_code"
    second = next_question(passed_over(state, "industry_code"))
    assert second is not None
    assert second.fact == "is_small_micro"


def test_a_settled_measure_asks_nothing_more():
    """On the restricted list: neither income, people nor assets matter."""
    state = begin(about("cit-small-low-profit-20"), {"is_restricted_or_prohibited_industry": True})
    assert next_question(state) is None
    assert state.verdicts[0].kind is VerdictKind.INELIGIBLE


def test_the_sector_is_not_asked_of_a_firm_small_in_any_sector():
    facts: dict[str, Value] = {"employees": Fraction(60), "total_assets": Fraction(8_000_000)}
    state, asked = begin(about("cit-small-low-profit-20"), facts), []
    while (question := next_question(state)) is not None:
        asked.append(question.fact)
        state = passed_over(state, question.fact)
    assert sorted(asked) == ["is_restricted_or_prohibited_industry", "taxable_income"]


def test_a_later_answer_replaces_an_earlier_one():
    state = begin(about("cit-small-low-profit-20"), {"is_restricted_or_prohibited_industry": True})
    assert state.verdicts[0].kind is VerdictKind.INELIGIBLE
    state = answered(state, "is_restricted_or_prohibited_industry", False)
    assert state.verdicts[0].kind is VerdictKind.UNKNOWN
    assert next_question(state) is not None


# --- replies ---

MONEY = FactKind(
    "m", Type.MONEY, Bilingual("营业收入", "revenue"), unit="CNY", domain=Domain(low=Fraction(0))
)
PEOPLE = FactKind(
    "p", Type.INT, Bilingual("从业人数", "employees"), unit="people", domain=Domain(low=Fraction(0))
)
RATE = FactKind("r", Type.RATIO, Bilingual("担保费率", "fee rate"))
FLAG = FactKind("f", Type.BOOL, Bilingual("是否企业", "is an enterprise"))
DAY_KIND = FactKind("d", Type.DATE, Bilingual("成立日期", "founded on"))
SECTOR = FactKind(
    "s",
    Type.ENUM,
    Bilingual("行业类别", "sector"),
    domain=Domain(values=("industrial", "other")),
    values={"industrial": Bilingual("工业", "industry"), "other": Bilingual("其他", "other")},
)


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("3000万", MONEY, Fraction(30_000_000)),
        ("３，０００万元", MONEY, Fraction(30_000_000)),
        ("1,250,000.50", MONEY, Fraction("1250000.5")),
        ("0", MONEY, Fraction(0)),
        ("80人", PEOPLE, Fraction(80)),
        ("3.5%", RATE, Fraction("0.035")),
        ("是", FLAG, True),
        ("N", FLAG, False),
        ("2012年9月1日", DAY_KIND, date(2012, 9, 1)),
        ("2012-9-1", DAY_KIND, date(2012, 9, 1)),
        ("2", SECTOR, "other"),
        ("工业", SECTOR, "industrial"),
        ("industry", SECTOR, "industrial"),
    ],
)
def test_replies_are_read_as_people_write_them(typed, kind, value):
    assert read_reply(typed, kind) == (value, None)


@pytest.mark.parametrize(
    ("typed", "kind", "reason"),
    [
        ("很多", MONEY, "不是数额"),
        ("-5", MONEY, "不能低于0元"),
        ("80.5", PEOPLE, "须是整数"),
        ("30", RATE, "30%"),
        ("也许", FLAG, "既不是“是”也不是“否”"),
        ("2013-02-30", DAY_KIND, "没有2013-02-30这一天"),
        ("去年", DAY_KIND, "不是日期"),
        ("3", SECTOR, "请选 1 至 2"),
        ("", MONEY, "不是数额"),
        ("1e999", MONEY, "不是数额"),
        ("nan", MONEY, "不是数额"),
        ("employees", PEOPLE, "不是数字"),
    ],
)
def test_a_reply_that_is_no_answer_gets_the_reason(typed, kind, reason):
    value, problem = read_reply(typed, kind)
    assert value is None
    assert problem is not None
    assert reason in problem.zh
    assert problem.en


# --- the command ---

ASK = ["ask", "--pack", "qingdao-2012-46", "--region", "370200", "--as-of", "2013-06-30"]


def run(*more: str, typed: str = "") -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [*ASK, *more], input=typed)
    return result.exit_code, result.stdout, result.stderr


def test_stopping_at_once_gives_an_answer():
    code, printed, asked = run(typed="q\n")
    assert code == 0
    assert "目前结论（还有问题未答）" in printed
    assert asked.count("关系到") == 1


def test_the_end_of_input_is_a_stop():
    code, printed, _ = run(typed="")
    assert code == 0
    assert "目前结论" in printed


def test_a_wrong_reply_is_explained_and_the_question_comes_again():
    _, _, asked = run(typed="C34\n很多\n85\nq\n")
    assert asked.count("从业人数？") == 2
    assert "“很多”不是数字" in asked
    assert "从业人数：85人" in asked


def test_what_one_does_not_know_is_not_asked_again():
    _, _, asked = run(typed="不知道\n" * 6 + "q\n")
    assert asked.count("国民经济行业代码？") == 1


def test_any_fact_can_be_stated_out_of_turn():
    code, printed, _ = run("--json", typed="是否小型微型企业=是\nq\n")
    assert code == 0
    assert json.loads(printed)["stated"] == {"is_enterprise": True, "is_small_micro": True}


def test_a_file_of_answers_gives_the_result_and_the_next_question(tmp_path):
    answers = tmp_path / "answers.json"
    answers.write_text(
        json.dumps(
            {
                "industry_code": "C3411",
                "从业人数": "90人",
                "total_assets": "2000万",
                "taxable_income": 250000,
                "industry_sector": "工业企业",
                "is_restricted_or_prohibited_industry": False,
                "monthly_sales": None,
            }
        ),
        "utf-8",
    )
    code, printed, _ = run("--answers", str(answers), "--json")
    found = json.loads(printed)
    assert code == 0
    assert found["passed_over"] == ["monthly_sales"]
    assert found["next"]["fact"] not in found["stated"]
    by_key = {m["measure"]: m for m in found["measures"]}
    tax = by_key["qingdao-2012-46/cit-small-low-profit-20"]
    assert (tax["verdict"], tax["amount"]) == ("eligible", "50000.00")
    assert sum(found["counts"].values()) == len(found["measures"])


def test_a_file_with_mistakes_names_them_all(tmp_path):
    answers = tmp_path / "answers.json"
    answers.write_text('{"employes": 3, "employees": "many", "total_assets": -1}', "utf-8")
    code, _, problems = run("--answers", str(answers))
    assert code == 2
    assert "unknown fact 'employes'" in problems
    assert "employees:" in problems
    assert "total_assets:" in problems


def test_an_audience_nobody_serves_is_said():
    code, _, problems = run("--audience", "astronaut")
    assert code == 2
    assert "没有适用的政策措施" in problems
