"""What a measure may be worth to a party of which little is known, to ask first what settles most money.

A guess for ordering questions, never shown as an amount and never part of an answer.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from huiqi.measures.derive import Facts
from huiqi.measures.expressions import Constant, FactRef, Type, Value, facts_in
from huiqi.measures.interpret import interpret
from huiqi.measures.types import FactKind, Measure

NOMINAL: Final = Fraction(10_000)
"""Yuan that a measure counts for which names no figure, or whose figure is not money."""

TYPICAL: Final[Mapping[Type, Fraction]] = {
    Type.MONEY: Fraction(1_000_000),
    Type.INT: Fraction(12),
    Type.DECIMAL: Fraction(1),
    Type.RATIO: Fraction(5, 100),
}
"""What an unknown figure is taken to be, by type: a million yuan, a dozen people or months, five per cent."""
TYPICAL_IN_UNIT: Final[Mapping[str, Fraction]] = {
    "m2": Fraction(5_000),
    "years": Fraction(3),
    "CNY/m2": Fraction(500),
    "CNY/person-month": Fraction(500),
}
"""The same for units in which the figures of `TYPICAL` would be far off."""


def typical_worth(measure: Measure, facts: Facts) -> Fraction:
    """Yuan the measure may bring: its value (or money amount) with typical figures for what is not known.

    A cap in the formula (``least(…, 50万)``) bounds it. Nothing positive counts as `NOMINAL`.
    """
    award = measure.award
    node = award.value if award.value is not None else award.amount if award.unit == "CNY" else None
    if node is None:
        return NOMINAL
    left = facts.put_into(node)
    kinds = facts.rulebook.kinds
    guessed = {
        name: guess
        for name, fact in facts_in(left).items()
        if (guess := typical(fact, kinds.get(name))) is not None
    }
    result = interpret(left, guessed)
    if isinstance(result, Constant) and isinstance(result.value, Fraction) and result.value > 0:
        return result.value
    return NOMINAL


def typical(fact: FactRef, kind: FactKind | None) -> Value | None:
    """A plain value for an unknown fact; None where none suggests itself (dates, texts)."""
    match fact.type:
        case Type.BOOL:
            return True
        case Type.ENUM:
            return fact.domain.values[0] if fact.domain.values else None
        case Type.DATE | Type.TEXT:
            return None
        case other:
            plain = TYPICAL.get(other, Fraction(1))
            unit = kind.unit if kind is not None else None
            return within_bounds(TYPICAL_IN_UNIT.get(unit or "", plain), kind)


def within_bounds(number: Fraction, kind: FactKind | None) -> Fraction:
    if kind is None:
        return number
    low, high = kind.domain.low, kind.domain.high
    if isinstance(low, Fraction):
        number = max(number, low)
    return min(number, high) if isinstance(high, Fraction) else number
