"""Between which bounds a number lies whose facts are partly missing, and which comparisons that decides.

A sum of points with one row unknown is somewhere between the row's least and its most: a total of 60 may be
out of reach, or sure, before every row is known. Each fact is looked at for itself; where one stands in two
rows the bounds may be wider than what can really come out, never narrower.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from huiqi.measures.expressions import (
    FALSE,
    NUMERIC,
    TRUE,
    Arithmetic,
    Call,
    Choice,
    Compare,
    CompareOp,
    Constant,
    FactRef,
    Node,
)
from huiqi.measures.functions import FUNCTIONS

RISING: Final = ("floor", "ceil", "round")
"""Functions of one number that never fall when it rises."""


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the most a number can come to, both included; None for no bound."""

    low: Fraction | None = None
    high: Fraction | None = None

    @property
    def point(self) -> Fraction | None:
        """The number itself where only one is left."""
        return self.low if self.low == self.high else None


ANYTHING: Final = Range()


def range_of(node: Node) -> Range | None:
    """The bounds of an expression in which every known fact has been put in.

    None where nothing can be said: it may have no value (`null`), or is no sum, share, choice or limit.

    >>> from huiqi.measures.expressions import ANY, Type
    >>> certified = FactRef("is_certified", Type.BOOL, ANY)
    >>> points = Choice(
    ...     ((certified, Constant(Fraction(5), Type.NUMBER)),), Constant(Fraction(0), Type.NUMBER)
    ... )
    >>> found = range_of(Arithmetic("+", points, Constant(Fraction(57), Type.NUMBER)))
    >>> str(found.low), str(found.high)
    ('57', '62')
    """
    match node:
        case Constant(Fraction() as value, _):
            return Range(value, value)
        case FactRef(_, kind, domain) if kind in NUMERIC:
            low = domain.low if isinstance(domain.low, Fraction) else None
            high = domain.high if isinstance(domain.high, Fraction) else None
            return Range(low, high)
        case Arithmetic("/", left, Constant(Fraction() as divisor, _)) if divisor:
            inner = range_of(left)
            return None if inner is None else scaled(inner, 1 / divisor)
        case Arithmetic(("+" | "-" | "*") as op, left, right):
            first, second = range_of(left), range_of(right)
            return None if first is None or second is None else combined(op, first, second)
        case Choice(branches, otherwise):
            return hull(range_of(value) for value in (*(v for _, v in branches), otherwise))
        case Call(("least" | "greatest") as name, arguments):
            return extreme(name, [range_of(argument) for argument in arguments])
        case Call(name, (operand, *places)) if name in RISING:
            return raised(name, range_of(operand), places)
        case _:
            return None


def combined(op: str, left: Range, right: Range) -> Range:
    match op:
        case "+":
            return Range(added(left.low, right.low), added(left.high, right.high))
        case "-":
            return combined("+", left, scaled(right, Fraction(-1)))
        case _ if left.point is not None:
            return scaled(right, left.point)
        case _ if right.point is not None:
            return scaled(left, right.point)
        case _ if left.low is not None and right.low is not None and left.low >= 0 and right.low >= 0:
            most = None if left.high is None or right.high is None else left.high * right.high
            return Range(left.low * right.low, most)
        case _:
            return ANYTHING


def added(left: Fraction | None, right: Fraction | None) -> Fraction | None:
    return None if left is None or right is None else left + right


def scaled(found: Range, factor: Fraction) -> Range:
    if factor == 0:
        return Range(factor, factor)
    low = None if found.low is None else found.low * factor
    high = None if found.high is None else found.high * factor
    return Range(low, high) if factor > 0 else Range(high, low)


def hull(ranges: Iterable[Range | None]) -> Range | None:
    """What any of several can come to."""
    lows: list[Fraction | None] = []
    highs: list[Fraction | None] = []
    for found in ranges:
        if found is None:
            return None
        lows.append(found.low)
        highs.append(found.high)
    bounded_below = [low for low in lows if low is not None]
    bounded_above = [high for high in highs if high is not None]
    return Range(
        min(bounded_below) if len(bounded_below) == len(lows) else None,
        max(bounded_above) if len(bounded_above) == len(highs) else None,
    )


def extreme(name: str, arguments: list[Range | None]) -> Range | None:
    """`least` lies above all lower bounds and below any upper bound; `greatest` the other way round."""
    ranges = [found for found in arguments if found is not None]
    if len(ranges) < len(arguments):
        return None
    lows = [r.low for r in ranges if r.low is not None]
    highs = [r.high for r in ranges if r.high is not None]
    all_low, all_high = len(lows) == len(ranges), len(highs) == len(ranges)
    if name == "least":
        return Range(min(lows) if all_low else None, min(highs) if highs else None)
    return Range(max(lows) if lows else None, max(highs) if all_high else None)


def raised(name: str, operand: Range | None, places: list[Node]) -> Range | None:
    if operand is None:
        return None
    more = [place.value for place in places if isinstance(place, Constant)]
    run = FUNCTIONS[name].run
    low = None if operand.low is None else run(operand.low, *more)
    high = None if operand.high is None else run(operand.high, *more)
    return Range(low, high)


def decided(atom: Node) -> Node:
    """A comparison of numbers that comes out the same whatever the missing facts are: its answer; else itself."""
    match atom:
        case Compare(op, left, right) if left.type in NUMERIC and right.type in NUMERIC:
            first, second = range_of(left), range_of(right)
            if first is None or second is None:
                return atom
            answer = outcome(op, combined("-", first, second))
            return atom if answer is None else TRUE if answer else FALSE
        case _:
            return atom


def outcome(op: CompareOp, difference: Range) -> bool | None:
    """Does ``difference op 0`` hold for all of a range, for none of it, or is that open?"""
    low, high = difference.low, difference.high
    above, below = low is not None and low > 0, high is not None and high < 0
    not_below, not_above = low is not None and low >= 0, high is not None and high <= 0
    answers: Mapping[CompareOp, tuple[bool, bool]] = {
        ">=": (not_below, below),
        "<": (below, not_below),
        ">": (above, not_above),
        "<=": (not_above, above),
        "=": (not_below and not_above, above or below),
        "<>": (above or below, not_below and not_above),
    }
    holds, fails = answers[op]
    return True if holds else False if fails else None
