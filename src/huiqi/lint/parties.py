"""From a model of the solver to a party with plain figures, and what the interpreter makes of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final

from huiqi.lint.encode import World
from huiqi.lint.solver import NotDecided, Question, Truth, as_real, value_in
from huiqi.lint.types import Witness
from huiqi.measures.combine import Matter
from huiqi.measures.derive import Facts
from huiqi.measures.evaluate import evaluate
from huiqi.measures.expressions import NUMERIC, Constant, FactRef, Node, Type, Value
from huiqi.measures.types import AS_OF, Measure, Rulebook, Verdict, VerdictKind

TYPICAL: Final[Mapping[Type, tuple[Fraction, ...]]] = {
    Type.MONEY: (Fraction(1_000_000), Fraction(10_000), Fraction(0)),
    Type.INT: (Fraction(10), Fraction(1), Fraction(0)),
    Type.RATIO: (Fraction(1, 10), Fraction(0)),
    Type.DECIMAL: (Fraction(10), Fraction(1), Fraction(0)),
}
"""Figures of the synthetic party a finding is shown with, where the rules leave them free."""
PER_PIECE: Final = (Fraction(1_000), Fraction(0))
"""The same in yuan for each month, person or square metre."""


def find_party(
    question: Question, world: World, *statements: Truth, keep: Iterable[str] = ()
) -> Witness | None:
    """A party of which all statements hold, its free figures typical; None where there is none.

    Facts named in `keep` stay as the solver found them first.
    """
    model = question.holds(*statements)
    if model is None:
        return None
    fixed: list[Truth] = list(statements)
    kept = set(keep)
    for name, (fact, term) in world.unknowns.items():
        if name in kept:
            continue
        for figure in preferred(fact, world):
            wanted = term == as_real(figure)
            try:
                better = question.holds(*fixed, wanted)
            except NotDecided:
                break
            if better is not None:
                model = better
                fixed.append(wanted)
                break
        else:
            fixed.append(term == as_real(value_in(model, term)))
    return witness_of(model, world)


def preferred(fact: FactRef, world: World) -> Sequence[Fraction | int]:
    """The figures a synthetic party has, most typical first."""
    if fact.type is Type.DATE:
        return [day.toordinal() for day in world.days]
    unit = world.units.get(fact.name, "")
    if unit == "year":
        return [Fraction(world.day.year)]
    if unit.startswith("CNY/"):
        return PER_PIECE
    return TYPICAL.get(fact.type, ())


def witness_of(model: Any, world: World) -> Witness:
    """The facts of a model. Every declared fact is stated, none of the twins."""
    texts = {number: text for text, number in world.enum_values.items()}
    facts: dict[str, Value] = {}
    for name, (fact, term) in world.unknowns.items():
        facts[name] = fact_value(fact, value_in(model, term), world, texts)
    day = facts.pop(AS_OF, world.day)
    return Witness(facts, day if isinstance(day, date) else world.day)


def fact_value(fact: FactRef, found: bool | int | Fraction, world: World, texts: Mapping[int, str]) -> Value:
    match fact.type:
        case Type.BOOL:
            return bool(found)
        case Type.DATE:
            return date.fromordinal(int(found))
        case Type.ENUM:
            return texts[int(found)]
        case Type.TEXT:
            return world.texts_for(fact.name).samples[int(found)]
        case kind if kind in NUMERIC:
            return Fraction(found)
        case _:
            raise NotDecided(f"a party cannot state {fact.name}")


def verdict_for(measure: Measure, witness: Witness, rulebook: Rulebook) -> Verdict:
    return evaluate(measure, witness.facts, rulebook=rulebook, as_of=witness.as_of)


def value_for(node: Node, witness: Witness, rulebook: Rulebook) -> Value | None:
    """What an expression comes to for a party, None where it has no value."""
    found = Facts(witness.facts, rulebook, witness.as_of, []).put_into(node)
    return found.value if isinstance(found, Constant) else None


def entitled(measure: Measure, witness: Witness, rulebook: Rulebook) -> bool:
    return verdict_for(measure, witness, rulebook).kind is VerdictKind.ELIGIBLE


def worth_node(measure: Measure, matter: Matter | None) -> tuple[Node, int] | None:
    """What tells which of two awards is better, and the sign that makes more of it better; else None.

    The value in yuan where it is declared. An amount counts where not to be entitled means to get nothing
    (`zero_if_not`: a subsidy, not a tax payable), or where the matter compares amounts.
    """
    award = measure.award
    if matter is not None and matter.compare != "value":
        sign = -1 if matter.compare == "least_amount" else 1
        return None if award.amount is None else (award.amount, sign)
    if award.value is not None:
        return award.value, 1
    return (award.amount, 1) if award.amount is not None and award.zero_if_not else None


def money_node(measure: Measure) -> Node | None:
    """What an entitled party gains, in the award's unit or in yuan; None where no figure says it."""
    found = worth_node(measure, None)
    return None if found is None else found[0]


def with_fact(witness: Witness, fact: str, value: Value) -> Witness:
    return Witness({**witness.facts, fact: value}, witness.as_of)
