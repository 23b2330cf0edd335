"""Near misses: by how far a party fails a condition, as an expression the batch engine can run.

The distance of a comparison of figures is |left − right| in proportion to the threshold, as in
`measures.distance`; all of an `and` are added up, of an `or` the nearest counts. What no figure mends (a
sector, a yes-or-no fact) is out of reach. Derived yes-or-no facts and classes are not looked through.
"""

from datetime import date
from fractions import Fraction
from functools import reduce
from typing import Final

import numpy as np
import numpy.typing as npt

from huiqi.measures.expressions import (
    NUMERIC,
    And,
    Arithmetic,
    Call,
    Choice,
    Compare,
    Constant,
    Node,
    Not,
    Or,
    Type,
)

BANDS: Final = tuple(Fraction(n, 100) for n in (1, 5, 10, 20, 50))
"""Upper ends of the bands, included, in proportion to the threshold; one more band holds what lies beyond."""

FARTHEST: Final = Fraction(1_000)  # a distance of more than a thousand thresholds counts as this
OUT_OF_REACH: Final = Fraction(1_000_000)
UNITS: Final = 10**8
"""Distances are told in whole hundred-millionths, rounded up: beyond the end of a band stays beyond it."""

DAYS: Final = Fraction(365)  # a day is judged in proportion to a year


def distance_in_units(condition: Node) -> Node:
    """How far a party is from meeting a condition, in `UNITS` of the threshold.

    >>> from huiqi.measures.expressions import ANY, FactRef
    >>> from huiqi.measures.interpret import interpret
    >>> staff = FactRef("employees", Type.INT, ANY)
    >>> rule = Compare("<=", staff, Constant(Fraction(100), Type.NUMBER))
    >>> [int(interpret(distance_in_units(rule), {"employees": Fraction(n)}).value) for n in (101, 105, 300)]
    [1000000, 5000000, 200000000]
    """
    return Call("ceil", (Arithmetic("*", share_of(condition, wanted=True), figure(UNITS)),))


def banded(distances: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """How many distances (in `UNITS`) lie in which band, beyond all bands, and out of reach of any figure.

    >>> banded(np.array([1_000_000, 1_000_001, 300_000_000, 10**14])).tolist()
    [1, 1, 0, 0, 0, 1, 1]
    """
    ends = [int(end * UNITS) for end in BANDS] + [int(OUT_OF_REACH * UNITS) - 1]
    return np.bincount(np.searchsorted(ends, distances), minlength=len(ends) + 1)


def figure(number: Fraction | int) -> Constant:
    return Constant(Fraction(number), Type.NUMBER)


def share_of(node: Node, *, wanted: bool) -> Node:
    """How far a statement is from coming out as wanted: 0 where it does."""
    match node:
        case Constant(value, _):
            return figure(0 if value is wanted else OUT_OF_REACH)
        case Not(operand):
            return share_of(operand, wanted=not wanted)
        case And(operands) | Or(operands):
            parts = tuple(share_of(operand, wanted=wanted) for operand in operands)
            if isinstance(node, And) is wanted:
                return reduce(lambda a, b: Arithmetic("+", a, b), parts)
            return Call("least", parts) if len(parts) > 1 else parts[0]
        case _:
            distance = distance_of(node)
            holds = node if wanted else Not(node)
            return Choice(((holds, figure(0)),), figure(OUT_OF_REACH) if distance is None else distance)


def distance_of(statement: Node) -> Node | None:
    """Between the sides of a comparison with a written figure, in proportion to it; None for all else."""
    match statement:
        case Compare(_, left, Constant(Fraction() as value, _) as threshold) if left.type in NUMERIC:
            return in_proportion(Call("abs", (Arithmetic("-", left, threshold),)), abs(value))
        case Compare(_, Constant(Fraction() as value, _) as threshold, right) if right.type in NUMERIC:
            return in_proportion(Call("abs", (Arithmetic("-", right, threshold),)), abs(value))
        case Compare(_, left, right) if left.type is right.type is Type.DATE and is_written(left, right):
            return in_proportion(Call("abs", (Call("days_between", (left, right)),)), DAYS)
        case _:
            return None


def is_written(left: Node, right: Node) -> bool:
    return any(isinstance(n, Constant) and isinstance(n.value, date) for n in (left, right))


def in_proportion(distance: Node, size: Fraction) -> Node:
    """Like `measures.distance.Sides.share`: beside a threshold of 0 every distance counts up to 1."""
    share = Arithmetic("/", distance, Constant(size or Fraction(1), distance.type))
    return Call("least", (share, figure(FARTHEST if size else 1)))
