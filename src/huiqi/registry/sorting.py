"""Sort more rows than memory holds: sorted runs on disk, then merged a range of keys at a time."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

KEY = "_key"
"""The column of text that rows are sorted by. It comes first and has no nulls."""

Choose = Callable[[pa.Table], pa.Array | None]

RUN_BYTES = 48 * 2**20
SLICE_ROWS = 4096


@dataclass(frozen=True, slots=True)
class _Run:
    """Sorted rows in slices; `first_keys[i]` is the lowest key of slice i, `read(i)` gives its rows."""

    first_keys: list[str]
    read: Callable[[int], pa.RecordBatch]

    def between(self, low: str | None, high: str | None) -> pa.Table:
        """Rows with low <= key < high; None is no bound."""
        start = 0 if low is None else max(bisect_left(self.first_keys, low) - 1, 0)
        stop = len(self.first_keys) if high is None else bisect_left(self.first_keys, high)
        if stop <= start:
            stop = start + 1
        table = pa.Table.from_batches([self.read(i) for i in range(start, stop)])
        begin = 0 if low is None else _count_below(table, low)
        end = table.num_rows if high is None else _count_below(table, high)
        return table.slice(begin, end - begin)


class SortedRuns:
    """Takes batches in any order and gives them back sorted by their text column `_key`, in bounded memory.

    At most about `run_bytes` of rows are held before they are sorted and written to `folder`; while merging,
    one chunk and two slices of every run. What fits one run never touches the disk.
    """

    def __init__(self, schema: pa.Schema, folder: Path, *, run_bytes: int = RUN_BYTES) -> None:
        if schema.names[0] != KEY:
            raise ValueError(f"the first column must be {KEY}")
        self._schema = schema
        self._folder = folder
        self._run_bytes = run_bytes
        self._pending: list[pa.RecordBatch] = []
        self._pending_bytes = 0
        self._runs: list[_Run] = []

    def add(self, batch: pa.RecordBatch) -> None:
        """Rows without a key are left out."""
        self._pending.append(batch)
        self._pending_bytes += batch.nbytes
        if self._pending_bytes >= self._run_bytes:
            self._runs.append(self._on_disk(self._take_pending()))

    def merged(self, *, chunk_rows: int, choose: Choose | None = None) -> Iterator[pa.Table]:
        """All rows in order, about `chunk_rows` at a time. To be read once, after the last `add`.

        Rows of the same key come together in one table, in the order they were added. `choose` is shown the
        columns before the first declared as data (those whose names begin with an underscore), sorted, and says
        which rows are wanted, None for all of them.
        """
        if self._pending:
            table = self._take_pending()
            self._runs.append(self._on_disk(table) if self._runs else _in_memory(table))
        for low, high in pairwise([None, *self._cuts(chunk_rows), None]):
            parts = [part for run in self._runs if (part := run.between(low, high)).num_rows]
            if parts:
                yield sort_by_key(pa.concat_tables(parts), choose)

    def _take_pending(self) -> pa.Table:
        table = sort_by_key(pa.Table.from_batches(self._pending, self._schema))
        self._pending, self._pending_bytes = [], 0
        return table

    def _on_disk(self, table: pa.Table) -> _Run:
        path = self._folder / f"run-{len(self._runs):05d}.arrow"
        options = pa.ipc.IpcWriteOptions(compression="lz4", unify_dictionaries=True)
        with (
            pa.OSFile(str(path), "wb") as file,
            pa.ipc.new_file(file, self._schema, options=options) as writer,
        ):
            writer.write_table(table, max_chunksize=SLICE_ROWS)
        return _Run(_first_keys(table), pa.ipc.open_file(pa.OSFile(str(path))).get_batch)

    def _cuts(self, chunk_rows: int) -> list[str]:
        keys = sorted(key for run in self._runs for key in run.first_keys)
        step = max(chunk_rows // SLICE_ROWS, 1)
        return sorted(set(keys[step::step]))


def sort_by_key(table: pa.Table, choose: Choose | None = None) -> pa.Table:
    """One chunk per column, sorted by `_key`; rows of one key keep their order."""
    table = table.unify_dictionaries().combine_chunks()
    order = pc.sort_indices(table[KEY])  # rows without a key come last
    order = order.slice(0, len(order) - table[KEY].null_count)
    if choose is not None:
        own = table.select([name for name in table.column_names if name.startswith("_")])
        wanted = choose(own.take(order).combine_chunks())
        order = order if wanted is None else order.filter(wanted)
    return table.take(order).combine_chunks()


def _in_memory(table: pa.Table) -> _Run:
    batches = table.to_batches(max_chunksize=SLICE_ROWS)
    return _Run(_first_keys(table), batches.__getitem__)


def _first_keys(table: pa.Table) -> list[str]:
    return [table[KEY][i].as_py() for i in range(0, table.num_rows, SLICE_ROWS)]


def _count_below(table: pa.Table, key: str) -> int:
    return int(pc.sum(pc.less(table[KEY], key)).as_py() or 0)
