"""One row for each code: which of several rows of a table counts, and which of several tables is believed.

Rows come sorted by code; those of a table in its order, and those of the table that is believed first come first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from huiqi.registry.intake import ROW_NUMBER, SOURCE
from huiqi.registry.mapping import Duplicates
from huiqi.registry.sorting import KEY

Ints = npt.NDArray[np.int64]

CONFLICTS = pa.schema(
    [
        pa.field("code", pa.string()),
        pa.field("column", pa.string()),
        pa.field("kept", pa.string()),
        pa.field("kept_source", pa.int16()),
        pa.field("kept_row", pa.int64()),
        pa.field("other", pa.string()),
        pa.field("other_source", pa.int16()),
        pa.field("other_row", pa.int64()),
    ]
)
"""One line for each value that another table contradicts."""


@dataclass(frozen=True, slots=True)
class Repeats:
    """Rows beaten by another row of their own table: their numbers, and the row that counts, 0 for none."""

    source: Ints
    row: Ints
    counts: Ints


def one_row_per_table(
    own: pa.Table, duplicates: Sequence[Duplicates]
) -> tuple[pa.Array | None, Repeats | None]:
    """Of several rows of one table with the same code the one its mapping says; `duplicates` by number of table.

    `own` are the columns an import adds. Gives the rows to keep, None for all, and the ones that are beaten.
    """
    rows = own.num_rows
    starts = _changes(own[KEY].combine_chunks())
    source = own[SOURCE].to_numpy()
    starts[1:] |= source[1:] != source[:-1]
    if starts.all():
        return None, None
    numbers = own[ROW_NUMBER].to_numpy()
    first = np.maximum.accumulate(np.where(starts, np.arange(rows), 0))
    ends = np.append(starts[1:], True)
    last = np.minimum.accumulate(np.where(ends, np.arange(rows), rows)[::-1])[::-1]
    rule = np.array([("first", "last", "reject").index(d) for d in duplicates])[source]
    winner = np.where(rule == 0, first, last)
    keep = np.where(rule == 2, starts & ends, winner == np.arange(rows))
    counts = np.where(rule == 2, 0, numbers[winner])
    return pa.array(keep), Repeats(source[~keep].astype(np.int64), numbers[~keep], counts[~keep])


def one_row_per_code(table: pa.Table, own: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Of each column the first value that a table knows; and the values of other tables that differ from it.

    `own` are the columns an import adds, of the same rows.
    """
    codes = table["code"].combine_chunks()
    starts = _changes(codes)
    if starts.all():
        return table, CONFLICTS.empty_table()
    heads = np.flatnonzero(starts)
    group = np.cumsum(starts) - 1
    merged: dict[str, pa.Array] = {}
    conflicts: list[pa.Table] = []
    for name in table.column_names:
        column = table[name].combine_chunks()
        if name == "code":
            merged[name] = column.take(pa.array(heads))
            continue
        chosen = _first_known(column, heads)
        merged[name] = column.take(pa.array(chosen))
        other = _contradicting(column, chosen[group])
        if len(other):
            conflicts.append(_conflicts(table, own, name, column, chosen[group][other], other))
    schema = pa.schema([table.schema.field(name) for name in merged])
    return pa.table(merged, schema=schema), pa.concat_tables(
        conflicts
    ) if conflicts else CONFLICTS.empty_table()


def _changes(codes: pa.Array) -> npt.NDArray[np.bool_]:
    starts = np.ones(len(codes), bool)
    starts[1:] = pc.not_equal(codes[1:], codes[:-1]).to_numpy(zero_copy_only=False)
    return starts


def _first_known(column: pa.Array, heads: Ints) -> Ints:
    """Per group the place of its first value that is not null, else of its first row."""
    rows = len(column)
    known = column.is_valid().to_numpy(zero_copy_only=False)
    place = np.minimum.reduceat(np.where(known, np.arange(rows), rows), heads)
    return np.where(place < rows, place, heads)


def _contradicting(column: pa.Array, chosen: Ints) -> npt.NDArray[Any]:
    """Rows whose value is known and differs from the one that is kept."""
    if pa.types.is_dictionary(column.type):
        column = column.indices  # one dictionary for all rows, each word once
    differs = pc.not_equal(column, column.take(pa.array(chosen))).fill_null(False)
    return np.flatnonzero(differs.to_numpy(zero_copy_only=False))


def _conflicts(
    table: pa.Table, own: pa.Table, name: str, column: pa.Array, kept: Ints, other: Ints
) -> pa.Table:
    texts = column.cast(pa.string())
    rows: Mapping[str, Any] = {
        "code": table["code"].take(pa.array(other)),
        "column": pa.array([name] * len(other), pa.string()),
        "kept": texts.take(pa.array(kept)),
        "kept_source": own[SOURCE].take(pa.array(kept)),
        "kept_row": own[ROW_NUMBER].take(pa.array(kept)),
        "other": texts.take(pa.array(other)),
        "other_source": own[SOURCE].take(pa.array(other)),
        "other_row": own[ROW_NUMBER].take(pa.array(other)),
    }
    return pa.table(rows, schema=CONFLICTS)
