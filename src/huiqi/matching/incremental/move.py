"""Stored answers brought to the places their parties have now, and answers of the same kind put together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from huiqi.matching.engine import NO_AMOUNT, Finding
from huiqi.matching.incremental.align import Stretch
from huiqi.matching.stored import StoredGroup, Whole
from huiqi.measures.types import VerdictKind
from huiqi.measures.vectors import Bits, Mask, pack, rows_in

TOGETHER: Final = 64
"""Bitmaps that are moved together: unpacked they stay in the cache."""
MANY: Final = 256
"""Stretches from which on each bit is fetched by itself."""
Kind = tuple[str, VerdictKind, tuple[str, ...]]
"""Measure, verdict, missing facts."""


@dataclass(frozen=True, slots=True)
class Part:
    """Answers of one kind for some rows of a block."""

    parties: Bits
    count: int
    amounts: Whole | None  # one for each
    values: Whole | None


def moved(
    groups: Sequence[StoredGroup], found: Sequence[Stretch], kept: Mask, old_rows: int
) -> Iterator[tuple[Kind, Part]]:
    """What an old block says of the rows under `kept`; stretches count from the old block's first row."""
    mine = np.zeros(len(kept), np.bool_)
    theirs = np.zeros(old_rows, np.bool_)
    for s in found:
        mine[s.new : s.new + s.rows] = kept[s.new : s.new + s.rows]
        theirs[s.old : s.old + s.rows] = kept[s.new : s.new + s.rows]
    wanted = pack(mine)
    for first in range(0, len(groups), TOGETHER):
        some = groups[first : first + TOGETHER]
        bits = bits_moved(np.stack([g.parties for g in some]), found, len(kept), old_rows)
        bits &= wanted
        for group, parties, number in zip(
            some, bits, np.bitwise_count(bits).sum(axis=1, dtype=np.int64).tolist(), strict=True
        ):
            if number:
                yield (
                    (group.measure, group.verdict, group.missing),
                    Part(
                        parties,
                        number,
                        figures_kept(group.amounts, group, theirs, number),
                        figures_kept(group.values, group, theirs, number),
                    ),
                )


def bits_moved(bits: Bits, found: Sequence[Stretch], rows: int, old_rows: int) -> Bits:
    """Bitmaps (one a row) of an old block as bitmaps of the new one; what lies between stretches is open."""
    result = np.zeros((len(bits), (rows + 7) // 8), np.uint8)
    if len(found) == 1 and found[0].new % 8 == found[0].old % 8 == 0:
        s, bytes_ = found[0], (found[0].rows + 7) // 8
        result[:, s.new // 8 : s.new // 8 + bytes_] = bits[:, s.old // 8 : s.old // 8 + bytes_]
        return result
    single = np.unpackbits(bits, axis=1, count=old_rows, bitorder="little")
    if len(found) > MANY:
        places = np.zeros(rows, np.intp)
        for s in found:
            places[s.new : s.new + s.rows] = np.arange(s.old, s.old + s.rows)
        return np.packbits(single.take(places, axis=1), axis=1, bitorder="little")
    spread = np.zeros((len(bits), rows), np.uint8)
    for s in found:
        spread[:, s.new : s.new + s.rows] = single[:, s.old : s.old + s.rows]
    return np.packbits(spread, axis=1, bitorder="little")


def figures_kept(column: Whole, group: StoredGroup, kept: Mask, number: int) -> Whole | None:
    """One figure for each party that stays; `kept` is by rows of the old block."""
    if not len(column):
        return None
    if len(column) == 1:
        return np.full(number, column[0])
    return column if number == group.count else column[kept[group.rows]]


def put_together(parts: Sequence[Part], rows: int) -> Part:
    """Parts of one kind over different parties of a block, as one."""
    if len(parts) == 1:
        return parts[0]
    bits = np.bitwise_or.reduce([part.parties for part in parts])
    number = sum(part.count for part in parts)
    if all(part.amounts is None and part.values is None for part in parts):
        return Part(bits, number, None, None)
    order = np.argsort(np.concatenate([rows_in(part.parties, rows) for part in parts]), kind="stable")
    return Part(
        bits,
        number,
        in_order([part.amounts for part in parts], parts, order),
        in_order([part.values for part in parts], parts, order),
    )


def in_order(columns: Sequence[Whole | None], parts: Sequence[Part], order: Whole) -> Whole | None:
    if all(column is None for column in columns):
        return None
    whole = [
        np.full(part.count, NO_AMOUNT) if column is None else column
        for column, part in zip(columns, parts, strict=True)
    ]
    return np.concatenate(whole)[order]


def cut_out(finding: Finding, first: int, rows: Sequence[int] | Whole, block_rows: int) -> Part | None:
    """The part of a finding over gathered rows that falls to a block: `rows` are their places there."""
    places = np.asarray(rows)
    inside = rows_in(finding.parties, 8 * len(finding.parties))
    low, high = np.searchsorted(inside, [first, first + len(places)])
    if low == high:
        return None
    mask = np.zeros(block_rows, np.bool_)
    mask[places[inside[low:high] - first]] = True
    return Part(
        pack(mask),
        int(high - low),
        None if finding.amounts is None else finding.amounts[low:high],
        None if finding.values is None else finding.values[low:high],
    )
