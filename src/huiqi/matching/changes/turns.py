"""Two states of a measure over the same rows, and for whom they differ."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from huiqi.matching.changes.types import Turn
from huiqi.matching.engine import NO_AMOUNT
from huiqi.matching.incremental.move import Part
from huiqi.matching.stored import StoredGroup, Whole
from huiqi.measures.types import VerdictKind
from huiqi.measures.vectors import Mask, unpack

NO: Final = 0
YES: Final = 1
STATES: Final = (None, VerdictKind.ELIGIBLE, VerdictKind.CLAIMABLE, VerdictKind.REVIEW, VerdictKind.UNKNOWN)
"""By number, as they lie in arrays; 0 is no."""
Held = tuple[VerdictKind, Part]


@dataclass(frozen=True, slots=True)
class State:
    """A measure over the rows of a block."""

    verdicts: npt.NDArray[np.uint8]
    amounts: Whole | None  # millionths; NO_AMOUNT where there is none


@dataclass(frozen=True, slots=True)
class Turned:
    """Rows that fared alike."""

    turn: Turn
    rows: npt.NDArray[np.intp]
    before: State
    after: State


def part_from(group: StoredGroup) -> Part:
    """A stored group with a figure for each of its parties."""
    amounts, values = (
        None if not len(c) else np.full(group.count, c[0]) if len(c) == 1 else c
        for c in (group.amounts, group.values)
    )
    return Part(group.parties, group.count, amounts, values)


def state_of(parts: Iterable[Held], rows: int) -> State:
    verdicts = np.zeros(rows, np.uint8)
    amounts: Whole | None = None
    for verdict, part in parts:
        members = unpack(part.parties, rows)
        verdicts[members] = STATES.index(verdict)
        if part.amounts is not None and verdict is VerdictKind.ELIGIBLE:
            amounts = np.full(rows, NO_AMOUNT) if amounts is None else amounts
            amounts[members] = part.amounts
    return State(verdicts, amounts)


def alike(before: Sequence[Held], after: Sequence[Held]) -> bool:
    """Surely the same, seen from the bitmaps alone."""
    return len(before) == len(after) and all(
        a[0] == b[0]
        and np.array_equal(a[1].parties, b[1].parties)
        and (a[1].amounts is b[1].amounts or np.array_equal(a[1].amounts, b[1].amounts))  # type: ignore[arg-type]
        for a, b in zip(before, after, strict=True)
    )


def turns(before: State, after: State) -> Iterator[Turned]:
    old, new = before.verdicts, after.verdicts
    masks: dict[Turn, Mask] = {
        Turn.GAINED: (new == YES) & (old != YES),
        Turn.LOST: (old == YES) & (new != YES),
        Turn.OPENED: (new > YES) & (old == NO),
        Turn.SETTLED: (old > YES) & (new == NO),
    }
    if before.amounts is not None or after.amounts is not None:
        a, b = amounts_of(before), amounts_of(after)
        both = (old == YES) & (new == YES) & (a != b)
        known = both & (a != NO_AMOUNT) & (b != NO_AMOUNT)
        masks |= {Turn.MORE: known & (b > a), Turn.LESS: known & (b < a), Turn.REPRICED: both & ~known}
    for turn, mask in masks.items():
        if mask.any():
            yield Turned(turn, np.flatnonzero(mask), before, after)


def amounts_of(state: State) -> Whole:
    if state.amounts is None:
        return np.full(len(state.verdicts), NO_AMOUNT)
    return state.amounts


def difference(turned: Turned) -> int:
    """Millionths by which the amounts differ in all; what is not known counts nothing."""
    a, b = (amounts_of(s)[turned.rows] for s in (turned.before, turned.after))
    a, b = (np.where(column == NO_AMOUNT, 0, column) for column in (a, b))
    return sum(np.abs(b - a).tolist())
