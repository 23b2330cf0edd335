"""How good the facts of a register are: how complete each column is, its range and its shape.

Reads one column at a time. Least, greatest and counts are of every row; quantiles and the shape are of every row up
to twenty million, beyond that of every second, third … row.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from huiqi.registry.schema import SMALLEST_STEP, steps_of
from huiqi.registry.snapshot import Snapshot
from huiqi.registry.types import Column

MOST_EXACT: Final = 20_000_000
MOST_WORDS: Final = 8
BINS: Final = 24
QUANTILES: Final = (0.01, 0.25, 0.5, 0.75, 0.99)
EPOCH: Final = date(1970, 1, 1)

Figure = Decimal | date


@dataclass(frozen=True, slots=True)
class Range:
    """Of the known values: least, the quantiles of `QUANTILES` (the value at or below), greatest."""

    least: Figure
    quantiles: tuple[Figure, ...]
    greatest: Figure
    is_log: bool  # the bins are even in the logarithm of the figure
    bins: tuple[int, ...]  # how many values lie in each of `BINS` equal parts from least to greatest


@dataclass(frozen=True, slots=True)
class ColumnQuality:
    """One column of a register."""

    column: Column
    rows: int
    known: int
    range: Range | None = None  # of numbers and days
    words: tuple[tuple[str, int], ...] = ()  # of words, and of yes and no: value → rows, most frequent first
    distinct: int = 0  # how many different words

    @property
    def share(self) -> float:
        """Known values among all rows, 0 to 1."""
        return self.known / self.rows if self.rows else 0.0


def column_qualities(snapshot: Snapshot) -> Iterator[ColumnQuality]:
    """Every fact of a register, in the order of its columns."""
    for column in snapshot.columns.values():
        yield _of_words(snapshot, column) if _is_words(column) else _of_figures(snapshot, column)


def _is_words(column: Column) -> bool:
    return column.type in ("bool", "enum", "text")


def _arrays(snapshot: Snapshot, name: str) -> Iterator[pa.Array]:
    for path in snapshot.files():
        for batch in pq.ParquetFile(path).iter_batches(1 << 20, columns=[name]):
            yield batch[name]


def _of_words(snapshot: Snapshot, column: Column) -> ColumnQuality:
    counts: Counter[str] = Counter()
    rows = known = 0
    for array in _arrays(snapshot, column.name):
        rows += len(array)
        known += len(array) - array.null_count
        plain = array.dictionary_decode() if pa.types.is_dictionary(array.type) else array
        for counted in pc.value_counts(plain.drop_null()).to_pylist():
            counts[_shown(counted["values"])] += counted["counts"]
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ColumnQuality(column, rows, known, words=tuple(ranked[:MOST_WORDS]), distinct=len(counts))


def _shown(value: Any) -> str:
    return {True: "是 yes", False: "否 no"}[value] if isinstance(value, bool) else str(value)


def _of_figures(snapshot: Snapshot, column: Column) -> ColumnQuality:
    stride = max(1, -(-snapshot.manifest.rows // MOST_EXACT))
    rows = known = 0
    kept: list[npt.NDArray[np.int64]] = []
    ends: list[int] = []
    for array in _arrays(snapshot, column.name):
        rows += len(array)
        steps = _steps(array).drop_null().to_numpy()
        known += len(steps)
        if len(steps):
            ends += [int(steps.min()), int(steps.max())]
            kept.append(steps[::stride])
    if not kept:
        return ColumnQuality(column, rows, known)
    values = np.sort(np.concatenate(kept))
    kept.clear()
    return ColumnQuality(column, rows, known, _range(column, values, min(ends), max(ends)))


def _steps(array: pa.Array) -> pa.Int64Array:
    """Numbers as whole steps, days as days since 1970."""
    if pa.types.is_decimal(array.type):
        return steps_of(array)
    return array.cast(pa.int32()).cast(pa.int64()) if pa.types.is_date(array.type) else array


def _range(column: Column, values: npt.NDArray[np.int64], least: int, greatest: int) -> Range:
    places = [int(q * (len(values) - 1)) for q in QUANTILES]
    is_log = column.type in ("int", "money", "decimal") and (least < 0 or greatest > 100 * max(least, 1))
    ends = np.array([least, greatest])
    if is_log:
        scaled, (low, high) = _logged(values), _logged(ends)
    else:  # counted from the least, so that large figures that lie close together stay apart
        scaled, (low, high) = (values - least).astype(np.float64), ends - least
    counts, _ = np.histogram(scaled, bins=BINS, range=(low, high if high > low else low + 1))
    return Range(
        least=_figure(column, least),
        quantiles=tuple(_figure(column, int(values[place])) for place in places),
        greatest=_figure(column, greatest),
        is_log=is_log,
        bins=tuple(int(n) for n in counts),
    )


def _logged(values: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Even steps for each power of ten on both sides of zero."""
    sizes: npt.NDArray[np.float64] = np.sign(values) * np.log10(1.0 + np.abs(values.astype(np.float64)))
    return sizes


def _figure(column: Column, steps: int) -> Figure:
    if column.type == "date":
        return EPOCH + timedelta(days=steps)
    return steps * SMALLEST_STEP[column.type]


NUMBER: Final = pa.decimal128(38, 6)
QUANTILE_NAMES: Final = tuple(f"p{round(100 * q):02d}" for q in QUANTILES)
COLUMNS: Final = pa.schema(
    [
        pa.field("column", pa.string()),
        pa.field("type", pa.string()),
        pa.field("unit", pa.string()),
        pa.field("rows", pa.int64()),
        pa.field("known", pa.int64()),
        pa.field("share", pa.float64()),
        pa.field("out_of_range", pa.int64()),
        *(pa.field(name, NUMBER) for name in ("least", *QUANTILE_NAMES, "greatest")),
        *(pa.field(f"{name}_day", pa.date32()) for name in ("least", *QUANTILE_NAMES, "greatest")),
        pa.field("distinct", pa.int64()),
        pa.field("bins", pa.list_(pa.int64())),
        pa.field("bins_are_log", pa.bool_()),
        pa.field(
            "words", pa.list_(pa.struct([pa.field("value", pa.string()), pa.field("rows", pa.int64())]))
        ),
    ]
)
"""One row per fact. `out_of_range` counts cells of rejected rows below or above what is possible."""


def columns_table(qualities: Sequence[ColumnQuality], out_of_range: dict[str, int]) -> pa.Table:
    """The figures as a table, by `COLUMNS`."""
    return pa.Table.from_pylist([_row(q, out_of_range.get(q.column.name, 0)) for q in qualities], COLUMNS)


def _row(quality: ColumnQuality, out_of_range: int) -> dict[str, Any]:
    column = quality.column
    row: dict[str, Any] = {
        "column": column.name,
        "type": column.type,
        "unit": column.unit,
        "rows": quality.rows,
        "known": quality.known,
        "share": quality.share,
        "out_of_range": out_of_range,
    }
    if _is_words(column):
        words = [{"value": value, "rows": rows} for value, rows in quality.words]
        row |= {"distinct": quality.distinct, "words": words}
    if quality.range is not None:
        figures = (quality.range.least, *quality.range.quantiles, quality.range.greatest)
        ending = "_day" if column.type == "date" else ""
        names = ("least", *QUANTILE_NAMES, "greatest")
        row |= {f"{name}{ending}": figure for name, figure in zip(names, figures, strict=True)}
        row |= {"bins": list(quality.range.bins), "bins_are_log": quality.range.is_log}
    return row
