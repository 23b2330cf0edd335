"""What a register decides about its entries: who may enter, in which grade, until when, and what it makes known."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.base.masks import masked_name
from huiqi.base.periods import Cadence, Duration, Unit
from huiqi.forms.types import PARTIES, Field, Rule
from huiqi.measures.derive import Facts
from huiqi.measures.expressions import Type, Value
from huiqi.measures.settle import settle
from huiqi.measures.types import Rulebook
from huiqi.registers.types import Exit, Grade, Membership, Register

LAPSED: Final = "lapsed"
PARENT_LEFT: Final = "parent_left"
OWN_EXITS: Final[Mapping[str, Bilingual]] = {
    LAPSED: Bilingual("期满", "Term over"),
    PARENT_LEFT: Bilingual("所属载体已移出", "The place it belonged to has left"),
}
"""Reasons to leave that every register has besides those it declares."""

ROUNDS: Final[Mapping[Cadence, Duration]] = {
    Cadence.WEEKLY: Duration(7, Unit.DAYS),
    Cadence.MONTHLY: Duration(1, Unit.MONTHS),
    Cadence.QUARTERLY: Duration(3, Unit.MONTHS),
    Cadence.HALF_YEARLY: Duration(6, Unit.MONTHS),
    Cadence.YEARLY: Duration(1, Unit.YEARS),
    Cadence.EVERY_TWO_YEARS: Duration(2, Unit.YEARS),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an entry, or of whoever wants to become one.

    `party` are the facts of the party by name in the register's pack, `fields` what the entry itself says.
    """

    party: Mapping[str, Value]
    fields: Mapping[str, Value]
    entered_on: date | None = None
    reviewed_on: date | None = None
    grade: str = ""


def key_of(register: Register) -> str:
    """The name of a register everywhere outside its pack."""
    return f"{register.pack}/{register.id}"


def lists_parties(register: Register) -> bool:
    """Does it list parties, each once, rather than people or things that belong to one?"""
    return register.of in PARTIES


def name_field(register: Register) -> Field | None:
    """The field that says what an entry is called: the first, where it is a name, a title or a number."""
    first = register.fields[0]
    is_name = first.name.endswith(("_name", "_title", "_number"))
    return first if is_name and first.kind.type is Type.TEXT else None


def name_of(register: Register, fields: Mapping[str, Value], *, otherwise: str) -> str:
    """What an entry is called: a party by its own name, anything else as the entry says; a masked name stays so."""
    field = name_field(register)
    said = str(fields.get(field.name, "")) if field is not None else ""
    said = masked_name(said) if field is not None and field.masked and not lists_parties(register) else said
    return (otherwise or said) if lists_parties(register) else (said or otherwise)


def facts_of(register: Register, known: Known, *, rulebook: Rulebook, on: date) -> Facts:
    """Everything the rules of a register may name."""
    stated: dict[str, Value] = {**known.party, **known.fields}
    if known.entered_on is not None:
        due = review_due(register, known.reviewed_on or known.entered_on)
        stated |= {"entered_on": known.entered_on, "is_reviewed_in_time": due is None or on <= due}
    if known.reviewed_on is not None:
        stated["last_reviewed_on"] = known.reviewed_on
    if known.grade:
        stated["grade"] = known.grade
    return Facts(stated, rulebook, on, [])


def outcome(rule: Rule | None, facts: Facts) -> bool | None:
    """Does a rule hold? No rule always does; None while something it stands on is not known."""
    return True if rule is None else settle(facts.put_into(rule.node)).outcome


def grade_named(register: Register, grade: str) -> Grade | None:
    return next((g for g in register.grades if g.id == grade), None)


def grade_by_rule(register: Register, facts: Facts) -> str | None:
    """The highest grade whose rule holds, of a register that grades by rules alone; None elsewhere or if none does.

    Where some grade has no rule, a grade is a decision: a rule then only says what it takes.
    """
    if not register.grades or any(g.when is None for g in register.grades):
        return None
    holding = [g.id for g in register.grades if outcome(g.when, facts) is True]
    return holding[-1] if holding else None


def first_grade(register: Register, facts: Facts) -> str:
    """The grade of who enters without one being named: by rule, else the lowest that is not ruled out."""
    by_rule = grade_by_rule(register, facts)
    possible = [g.id for g in register.grades if outcome(g.when, facts) is not False]
    return by_rule or (possible[0] if possible else "")


def last_day(register: Register, grade: str, *, since: date) -> date | None:
    """The last day of an entry of this grade whose term began on a day; None where it has no term."""
    found = grade_named(register, grade)
    term = found.term if found is not None and found.term is not None else register.term
    return term.last_day(since) if term is not None else None


def review_due(register: Register, since: date) -> date | None:
    """The day by which an entry is to be reviewed, counted from its last review or its entry."""
    length = ROUNDS.get(register.review) if register.review is not None else None
    return length.last_day(since) if length is not None else None


def exit_that_holds(register: Register, facts: Facts) -> Exit | None:
    """The reason by which an entry leaves by itself, where one is given."""
    return next((e for e in register.exits if e.when is not None and outcome(e.when, facts) is True), None)


def exit_names(register: Register) -> dict[str, Bilingual]:
    return {**OWN_EXITS, **{e.id: e.title for e in register.exits}}


def made_known(register: Register, grade: str) -> tuple[Membership, ...]:
    """The facts an entry of this grade makes true."""
    return tuple(m for m in register.makes_known if not m.grades or grade in m.grades)


def entry_problems(register: Register, known: Known, facts: Facts) -> dict[str, Bilingual]:
    """Why somebody cannot be entered so: every reason at once, by field (`may_enter` and `grade` besides).

    A rule that is open is not a reason: who enters decides, and answers for it.
    """
    return missing_fields(register, known, facts) | rule_problems(register, known.grade, facts)


def rule_problems(register: Register, grade: str, facts: Facts) -> dict[str, Bilingual]:
    """Rules of the register that speak against an entry in this grade."""
    found: dict[str, Bilingual] = {}
    if outcome(register.may_enter, facts) is False:
        rule = register.may_enter.text if register.may_enter is not None else ""
        found["may_enter"] = Bilingual(
            f"不符合入库条件：{rule}", f"the condition of entry does not hold: {rule}"
        )
    return found | grade_problems(register, grade, facts)


def missing_fields(register: Register, known: Known, facts: Facts) -> dict[str, Bilingual]:
    return {
        field.name: Bilingual(f"请填写{field.kind.label.zh}", f"please fill in: {field.kind.label.en}")
        for field in register.fields
        if field.required and field.name not in known.fields and outcome(field.when, facts) is True
        and field.kind.formula is None
    }  # fmt: skip


def grade_problems(register: Register, grade: str, facts: Facts) -> dict[str, Bilingual]:
    """Why an entry cannot have a grade."""
    if not grade:
        wanted = Bilingual("请选择等级", "choose a grade")
        return {"grade": wanted} if register.grades else {}
    found = grade_named(register, grade)
    if found is None:
        return {"grade": Bilingual(f"没有“{grade}”这一等级", f"there is no grade {grade!r}")}
    if outcome(found.when, facts) is False:
        zh, en = found.title.zh, found.title.en
        return {"grade": Bilingual(f"不符合“{zh}”的条件", f"the conditions of {en} do not hold")}
    return {}


def open_questions(register: Register, known: Known, facts: Facts) -> tuple[str, ...]:
    """The facts on which it still hangs whether somebody may enter, and in this grade."""
    grade = grade_named(register, known.grade)
    rules = [rule for rule in (register.may_enter, grade.when if grade else None) if rule is not None]
    open_on = [settle(facts.put_into(rule.node)).open_on for rule in rules if outcome(rule, facts) is None]
    return tuple(sorted(frozenset().union(*open_on)))
