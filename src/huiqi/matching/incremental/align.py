"""Which row of the old register each row of the new one is, and for whom something differs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from huiqi.matching.block import bitmap, coded, known_mask, plain_values
from huiqi.matching.codes import places_of
from huiqi.measures.vectors import Mask, unpack

MANY: Final = 4096
"""Stretches from which on rows are fetched one by one."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows that follow each other in both registers."""

    new: int  # first row, in the block
    old: int  # first row, in the old register
    rows: int


def stretches(new: pa.Array, old: pa.Array, start: int) -> list[Stretch]:
    """Codes of a block beside the sorted codes of old rows from `start` on.

    >>> stretches(pa.array(["b", "c", "d", "f"]), pa.array(["a", "b", "c", "e", "f"]), 10)
    [Stretch(new=0, old=11, rows=2), Stretch(new=3, old=14, rows=1)]
    """
    if new.equals(old):
        return [Stretch(0, start, len(new))] if len(new) else []
    places = places_of(new, old)
    rows = np.flatnonzero(places >= 0)
    if not rows.size:
        return []
    found = places[rows]
    breaks = np.flatnonzero((np.diff(rows) != 1) | (np.diff(found) != 1)) + 1
    firsts = np.concatenate([[0], breaks])
    lengths = np.diff(np.concatenate([firsts, [len(rows)]]))
    return [
        Stretch(int(rows[at]), start + int(found[at]), int(length))
        for at, length in zip(firsts, lengths, strict=True)
    ]


def inside(stretch: Stretch, start: int, stop: int) -> Stretch | None:
    """The part of a stretch that lies in an old block, counted from the block's first row."""
    low, high = max(stretch.old, start), min(stretch.old + stretch.rows, stop)
    return Stretch(stretch.new + low - stretch.old, low - start, high - low) if low < high else None


def matched(found: Sequence[Stretch], rows: int) -> Mask:
    """The rows of a block that the old register had too."""
    mask = np.zeros(rows, np.bool_)
    for stretch in found:
        mask[stretch.new : stretch.new + stretch.rows] = True
    return mask


def differing(new: pa.RecordBatch, old: pa.Table, found: Sequence[Stretch], start: int) -> Mask:
    """The rows of a block that are new, or differ from their old row in a column of `old` (from row `start` on)."""
    apart = ~matched(found, new.num_rows)
    if not found:
        return apart
    theirs = joined(old, [(s.old - start, s.rows) for s in found])
    whole = theirs.num_rows == new.num_rows
    mine = pa.Table.from_batches([new]).select(old.column_names)
    if not whole:
        mine = joined(mine, [(s.new, s.rows) for s in found])
    unlike = np.zeros(theirs.num_rows, np.bool_)
    for name in old.column_names:
        unlike |= unequal(mine[name].chunk(0), theirs[name].chunk(0))
    apart[~apart] = unlike
    return apart


def joined(table: pa.Table, stretches: Sequence[tuple[int, int]]) -> pa.Table:
    """Stretches (first row, rows) of a table, one behind the other, in one chunk."""
    if len(stretches) > MANY:
        rows = np.concatenate([np.arange(first, first + rows) for first, rows in stretches])
        return table.take(pa.array(rows)).combine_chunks()
    return pa.concat_tables([table.slice(*stretch) for stretch in stretches]).combine_chunks()


def unequal(a: pa.Array, b: pa.Array) -> Mask:
    """Row by row; two unknowns are equal.

    >>> unequal(pa.array([1, 1, None, None]), pa.array([1, 2, 2, None])).tolist()
    [False, True, True, False]
    """
    known, known_too = known_mask(a), known_mask(b)
    apart: Mask = (known != known_too) | (known & known_too & values_unequal(a, b))
    return apart


def values_unequal(a: pa.Array, b: pa.Array) -> Mask:
    """Anything may come out where one has no value. The columns are of one type of a register."""
    rows = len(a)
    if pa.types.is_dictionary(a.type) or pa.types.is_string(a.type):
        return texts_unequal(a, b)
    if pa.types.is_boolean(a.type):
        return unpack(bitmap(a, 1) ^ bitmap(b, 1), rows)
    if pa.types.is_decimal(a.type):
        pairs, pairs_too = words(a), words(b)
        differs: Mask = (pairs[0::2] != pairs_too[0::2]) | (pairs[1::2] != pairs_too[1::2])
        return differs
    kind = np.int32 if a.type.bit_width == 32 else np.int64
    return np.asarray(plain_values(a, kind) != plain_values(b, kind))


def words(column: pa.Array) -> npt.NDArray[Any]:
    return np.frombuffer(column.buffers()[1], np.int64)[2 * column.offset :][: 2 * len(column)]


def texts_unequal(a: pa.Array, b: pa.Array) -> Mask:
    codes, distinct = coded(a)
    codes_too, distinct_too = coded(b)
    if distinct == distinct_too:
        return np.asarray(codes != codes_too)
    places = {text: place for place, text in enumerate(distinct)}
    table = np.array([places.get(text, -1) for text in distinct_too] or [-1], np.int32)
    return np.asarray(codes != table[codes_too])
