"""The figures at which a rule changes its answer: every comparison of a stated number with a written one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from huiqi.measures.affine import root_of
from huiqi.measures.expressions import Compare, FactRef, Node, Type, Value, facts_in, walk
from huiqi.measures.interpret import interpret
from huiqi.measures.types import FactKind, Measure, Rulebook

STEP: Final = {
    Type.INT: Fraction(1),
    Type.MONEY: Fraction(1),
    Type.RATIO: Fraction(1, 100),
    Type.DECIMAL: Fraction(1),
}
"""One more of a fact: one person, one yuan, one percentage point."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """One step of a fact at which one comparison turns: up from `before` by one."""

    fact: FactRef
    before: Fraction
    clause: str  # pack/clause
    through: tuple[str, ...] = ()  # the derived facts by which the rule comes to it


def thresholds_of(measure: Measure, book: Rulebook, day: date) -> dict[str, list[Threshold]]:
    """The thresholds of the conditions and of the branches of amount and value, by fact."""
    award = measure.award
    nodes = [(c.when, c.clause) for c in measure.conditions]
    nodes += [(node, measure.clause) for node in (award.amount, award.value) if node is not None]
    found: dict[str, list[Threshold]] = {}
    for node, clause in nodes:
        for threshold in thresholds_in(node, f"{measure.pack}/{clause}", book, day, ()):
            kept = found.setdefault(threshold.fact.name, [])
            if threshold not in kept:
                kept.append(threshold)
    return found


def thresholds_in(
    node: Node, clause: str, book: Rulebook, day: date, through: tuple[str, ...]
) -> Iterator[Threshold]:
    for part in walk(node):
        if isinstance(part, Compare):
            yield from turning_point(part, clause, book, day, through)
        kind = book.kinds.get(part.name) if isinstance(part, FactRef) else None
        if kind is not None and kind.formula is not None and kind.name not in through:
            stands = f"{kind.pack}/{kind.clause}" if kind.clause else clause
            yield from thresholds_in(kind.formula, stands, book, day, (*through, kind.name))


def turning_point(
    comparison: Compare, clause: str, book: Rulebook, day: date, through: tuple[str, ...]
) -> Iterator[Threshold]:
    known: dict[str, Value] = {}
    for name in facts_in(comparison):
        figure = book.parameters[name].on(day) if name in book.parameters else None
        if figure is not None:
            known[name] = figure
    left, right = interpret(comparison.left, known), interpret(comparison.right, known)
    facts = {**facts_in(left), **facts_in(right)}
    if len(facts) != 1:
        return
    fact = next(iter(facts.values()))
    kind = book.kinds.get(fact.name)
    if fact.type not in STEP or kind is None or kind.formula is not None or is_set(kind):
        return
    reduced = Compare(comparison.op, left, right)
    for root in root_of(left, right, fact.name) or ():
        for before in steps_across(root, fact):
            if turns(reduced, fact, before):
                yield Threshold(fact, before, clause, through)


def turns(comparison: Compare, fact: FactRef, before: Fraction) -> bool:
    """Does one more of the fact change the answer of the comparison?

    Of `x <= 3` the step from 3 to 4 does, of `x < 3` the one from 2 to 3, of `x = 3` both.
    """
    here, there = (interpret(comparison, {fact.name: x}) for x in (before, before + STEP[fact.type]))
    return here != there


def is_set(kind: FactKind) -> bool:
    """Is it nothing a party could have one more of: a calendar year, a rate a tender or contract names?"""
    return kind.unit == "year" or (kind.about == "claim" and kind.type is Type.RATIO)


def steps_across(root: Fraction, fact: FactRef) -> list[Fraction]:
    """The figures from which one more comes to the root of a comparison, or passes it."""
    step = STEP[fact.type]
    if fact.type is Type.INT:
        found = [Fraction(root.__floor__()), Fraction(root.__ceil__()) - 1]
    else:
        found = [root, root - step]
    low, high = fact.domain.low, fact.domain.high
    return [
        x
        for x in dict.fromkeys(found)
        if (not isinstance(low, Fraction) or x >= low)
        and (not isinstance(high, Fraction) or x + step <= high)
    ]
