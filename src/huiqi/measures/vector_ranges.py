"""`ranges` for a whole block of parties at once: between which bounds each one's number lies.

The bounds are those the interpreter finds for the same party, so that parties whose bounds lie alike beside
the figures a rule names get the same answer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from huiqi.measures.compile import Block, flipped, numbers_of, places_of, truth_of
from huiqi.measures.expressions import NUMERIC, Arithmetic, Call, Choice, Constant, FactRef, Node
from huiqi.measures.ranges import Range
from huiqi.measures.vector_functions import BLOCK_FUNCTIONS
from huiqi.measures.vectors import Mask, Numbers, add, aligned, halves_up, multiply, unpack

BELOW_ALL: Final = 0
"""The place of a number that is less than every figure, or has no lower bound."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most, `known` where there is such a bound; `said` is false where nothing can be said."""

    low: Numbers
    high: Numbers
    said: Mask

    @classmethod
    def of(cls, numbers: Numbers) -> "Bounds":
        """Numbers that are known, or of which nothing can be said."""
        return cls(numbers, numbers, numbers.known)

    @property
    def is_point(self) -> Mask:
        a, b = aligned(self.low, self.high)
        same: Mask = a.known & b.known & (a.num == b.num).astype(np.bool_)
        return same

    def where(self, mask: Mask, other: "Bounds") -> "Bounds":
        """These bounds where the mask is set, the others elsewhere."""
        return Bounds(
            picked(mask, self.low, other.low),
            picked(mask, self.high, other.high),
            np.where(mask, self.said, other.said),
        )


class BoundedBlock(Block, Protocol):
    """A block that knows between which bounds its facts lie."""

    def bounds(self, fact: FactRef) -> Bounds:
        """The fact's own value, or the bounds of its formula, or those of its kind."""


def picked(mask: Mask, numbers: Numbers, other: Numbers) -> Numbers:
    a, b = aligned(numbers, other)
    known = np.where(mask, a.known, b.known)
    return Numbers(np.where(mask, a.num, b.num), a.den, known, max(a.peak, b.peak))


def bounds_of(node: Node, block: BoundedBlock) -> Bounds:
    """`range_of` for every party of the block. Raises `NotInBlocks`."""
    match node:
        case Constant():
            return Bounds.of(numbers_of(node, block))
        case FactRef(_, kind, _) if kind in NUMERIC:
            return block.bounds(node)
        case Arithmetic("/", left, Constant(Fraction() as divisor, _)) if divisor:
            return scaled(bounds_of(left, block), Numbers.constant(*flipped(divisor), block.rows))
        case Arithmetic(("+" | "-" | "*") as op, left, right):
            return combined(op, bounds_of(left, block), bounds_of(right, block), block)
        case Choice(branches, otherwise):
            return chosen(branches, otherwise, block)
        case Call(("least" | "greatest") as name, arguments):
            parts = [bounds_of(argument, block) for argument in arguments]
            return reduce(least if name == "least" else greatest, parts)
        case Call("round", (operand, *places)):
            digits = places_of(places)
            return raised(bounds_of(operand, block), lambda numbers: halves_up(numbers, digits))
        case Call(("floor" | "ceil") as name, (operand,)):
            return raised(bounds_of(operand, block), BLOCK_FUNCTIONS[name])
        case _:
            return Bounds.of(numbers_of(node, block))


def combined(op: str, left: Bounds, right: Bounds, block: Block) -> Bounds:
    said = left.said & right.said
    if op != "*":
        if op == "-":
            right = Bounds(minus(right.high, block), minus(right.low, block), right.said)
        return Bounds(add(left.low, right.low), add(left.high, right.high), said)
    by_left, by_right = scaled(right, left.low), scaled(left, right.low)
    zero = Numbers.constant(0, 1, block.rows)
    positive = not_less(left.low, zero) & not_less(right.low, zero)
    both = Bounds(
        known_where(positive, multiply(left.low, right.low)),
        known_where(positive, multiply(left.high, right.high)),
        said,
    )
    found = by_left.where(left.is_point, by_right.where(right.is_point, both))
    return Bounds(found.low, found.high, said)


def minus(numbers: Numbers, block: Block) -> Numbers:
    return multiply(numbers, Numbers.constant(-1, 1, block.rows))


def scaled(found: Bounds, factor: Numbers) -> Bounds:
    """Times a number known where it counts; zero makes a point of everything."""
    low, high = multiply(found.low, factor), multiply(found.high, factor)
    falls, none = factor.num < 0, factor.num == 0
    first, second = picked(falls, high, low), picked(falls, low, high)
    return Bounds(zero_where(none, first), zero_where(none, second), found.said)


def zero_where(mask: Mask, numbers: Numbers) -> Numbers:
    return Numbers(np.where(mask, 0, numbers.num), numbers.den, numbers.known | mask, numbers.peak)


def known_where(mask: Mask, numbers: Numbers) -> Numbers:
    return Numbers(numbers.num, numbers.den, numbers.known & mask, numbers.peak)


def not_less(left: Numbers, right: Numbers) -> Mask:
    a, b = aligned(left, right)
    found: Mask = a.known & b.known & (a.num >= b.num).astype(np.bool_)
    return found


def chosen(branches: Sequence[tuple[Node, Node]], otherwise: Node, block: BoundedBlock) -> Bounds:
    """What any branch that may still be reached can come to."""
    result = bounds_of(otherwise, block)
    for when, then in reversed(branches):
        holds = truth_of(when, block)
        value = bounds_of(then, block)
        yes, no = unpack(holds.yes, block.rows), unpack(holds.no, block.rows)
        either = hull(value, result)
        result = value.where(yes, result.where(no, either))
    return result


def hull(left: Bounds, right: Bounds) -> Bounds:
    return Bounds(
        outer(left.low, right.low, np.minimum),
        outer(left.high, right.high, np.maximum),
        left.said & right.said,
    )


Pick = Callable[[npt.NDArray[np.int64], npt.NDArray[np.int64]], npt.NDArray[np.int64]]


def outer(left: Numbers, right: Numbers, pick: Pick) -> Numbers:
    """The farther bound; none where either has none."""
    a, b = aligned(left, right)
    return Numbers(pick(a.num, b.num), a.den, a.known & b.known, max(a.peak, b.peak))


def inner(left: Numbers, right: Numbers, pick: Pick) -> Numbers:
    """The nearer bound; the only one where there is one."""
    a, b = aligned(left, right)
    num = np.where(a.known & b.known, pick(a.num, b.num), np.where(a.known, a.num, b.num))
    return Numbers(num, a.den, a.known | b.known, max(a.peak, b.peak))


def least(left: Bounds, right: Bounds) -> Bounds:
    return Bounds(
        outer(left.low, right.low, np.minimum),
        inner(left.high, right.high, np.minimum),
        left.said & right.said,
    )


def greatest(left: Bounds, right: Bounds) -> Bounds:
    return Bounds(
        inner(left.low, right.low, np.maximum),
        outer(left.high, right.high, np.maximum),
        left.said & right.said,
    )


def raised(operand: Bounds, run: Callable[[Numbers], Numbers]) -> Bounds:
    return Bounds(run(operand.low), run(operand.high), operand.said)


def fact_bounds(column: Numbers, formula: Node | None, own: Range, block: BoundedBlock) -> Bounds:
    """The fact's value where it is known, else the bounds of its formula, else those of its kind."""
    kind = Bounds(edge(own.low, block), edge(own.high, block), np.ones(block.rows, np.bool_))
    if formula is not None:
        found = bounds_of(formula, block)
        kind = Bounds(
            inner_first(known_where(found.said, found.low), kind.low),
            inner_first(known_where(found.said, found.high), kind.high),
            kind.said,
        )
    return Bounds(inner_first(column, kind.low), inner_first(column, kind.high), kind.said)


def inner_first(numbers: Numbers, other: Numbers) -> Numbers:
    return picked(numbers.known, numbers, other)


def edge(value: Fraction | None, block: Block) -> Numbers:
    if value is None:
        return Numbers.unknown(block.rows)
    return Numbers.constant(value.numerator, value.denominator, block.rows)


def places(bounds: Bounds, figures: Sequence[Fraction], block: Block) -> npt.NDArray[np.int64]:
    """How the bounds of each party lie beside the figures, as one code below ``(2 * len(figures) + 1) ** 2``."""
    low = np.full(block.rows, BELOW_ALL, np.int64)
    high = np.full(block.rows, 2 * len(figures), np.int64)
    low[bounds.low.known] = 0
    high[bounds.high.known] = 0
    for figure in figures:
        other = Numbers.constant(figure.numerator, figure.denominator, block.rows)
        low += beside(bounds.low, other)
        high += beside(bounds.high, other)
    found: npt.NDArray[np.int64] = low * (2 * len(figures) + 1) + high
    return found


def steps(numbers: Numbers, figures: Sequence[Fraction]) -> npt.NDArray[np.int64]:
    """How each number lies beside the figures: 0 below all of them (or unknown), two more for each one passed."""
    rows = len(numbers.num)
    parts = (beside(numbers, Numbers.constant(*f.as_integer_ratio(), rows)) for f in figures)
    return sum(parts, np.zeros(rows, np.int64))


def beside(numbers: Numbers, other: Numbers) -> npt.NDArray[np.int64]:
    """0 below, 1 on it, 2 above; 0 where there is no bound."""
    a, b = aligned(numbers, other)
    on_or_above, above = (a.num >= b.num).astype(np.int64), (a.num > b.num).astype(np.int64)
    return np.where(a.known, on_or_above + above, 0)


def differs(bounds: Bounds, default: Range, block: Block) -> Mask:
    """Parties of whom more is known than of one without any facts."""
    low, high = edge(default.low, block), edge(default.high, block)
    return unlike(bounds.low, low) | unlike(bounds.high, high)


def unlike(left: Numbers, right: Numbers) -> Mask:
    a, b = aligned(left, right)
    found: Mask = (a.known != b.known) | (a.known & b.known & (a.num != b.num).astype(np.bool_))
    return found
