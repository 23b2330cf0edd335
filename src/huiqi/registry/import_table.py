"""Bring someone's table into a register: good rows become the current snapshot, bad rows a file with reasons.

Reads: a table and its mapping. Writes: a snapshot and a rejects file. Rows stream through; of codes that stand more
than once the mapping says which row counts.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huiqi.base.problem import Problem
from huiqi.registry.cells import Read, Refused
from huiqi.registry.codes import Code, CodeKind
from huiqi.registry.layout import Layout, known_headers, lay_out
from huiqi.registry.manifest import Manifest
from huiqi.registry.mapping import Duplicates, TableMapping
from huiqi.registry.publish import SnapshotWriter
from huiqi.registry.rejects import Objection, RejectsFile
from huiqi.registry.schema import arrow_schema
from huiqi.registry.sorting import KEY, RUN_BYTES, SortedRuns
from huiqi.registry.tables import Dialect, Row, Table, UnreadableTable, open_table
from huiqi.registry.types import Columns

ROW_NUMBER = "_row"
ROW_LIMIT = 10**12
CHUNK_ROWS = 65_536


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of every row: read == taken + rejected + repeated."""

    read: int
    taken: int
    rejected: int  # something is wrong with the row
    repeated: int  # nothing is wrong but another row with the same code counts, or none does
    reasons: Mapping[str, int]  # header of the table → rows it spoiled
    ignored_headers: tuple[str, ...]
    dialect: Dialect
    manifest: Manifest


def import_table(
    path: Path,
    *,
    mapping: TableMapping,
    columns: Columns,
    folder: Path,
    rejects: Path,
    as_of: date | None = None,
    progress: Callable[[int], None] = lambda rows: None,
) -> tuple[ImportReport | None, list[Problem]]:
    """Publish the good rows of a table as the current snapshot of `folder`; bad rows go to the file `rejects`.

    `as_of` is the day the facts are stated for and wins over the mapping's; one of them must be given. `progress`
    is told the number of rows of each block read. With problems nothing is published.
    """
    day = as_of or mapping.as_of
    if day is None:
        return None, [
            Problem(str(path), "neither the mapping nor the caller says for which day the facts hold")
        ]
    dialect = Dialect(mapping.encoding, mapping.delimiter, mapping.sheet, mapping.header_row)
    table, problems = open_table(path, dialect=dialect, known_headers=known_headers(mapping))
    if table is None:
        return None, problems
    layout, problems = lay_out(table.headers, mapping=mapping, columns=columns, where=str(path))
    if layout is None:
        return None, problems
    try:
        with RejectsFile(rejects, table.headers) as rejected:
            return _import(table, layout, mapping, folder, rejected, day, progress)
    except UnreadableTable as error:
        return None, [Problem(str(path), str(error))]


def _import(
    table: Table,
    layout: Layout,
    mapping: TableMapping,
    folder: Path,
    rejects: RejectsFile,
    day: date,
    progress: Callable[[int], None],
) -> tuple[ImportReport | None, list[Problem]]:
    intake = _Intake(table, layout, mapping)
    folder.mkdir(parents=True, exist_ok=True)
    spill = Path(tempfile.mkdtemp(prefix=".spill-", dir=folder))
    try:
        runs = SortedRuns(intake.sorted_schema, spill, run_bytes=RUN_BYTES)
        for block in table.blocks():
            runs.add(intake.take(block, rejects))
            progress(len(block))
        if not intake.good:
            message = "no row can be taken" if intake.read else "there are no rows below the header"
            return None, [Problem(str(table.path), f"{message}; the register stays as it was")]
        repeats: dict[int, int] = {}
        with SnapshotWriter(
            folder, columns=layout.columns, source=mapping.source, as_of=day, synthetic=mapping.synthetic
        ) as writer:
            for chunk in _whole_codes(runs.merged(chunk_rows=CHUNK_ROWS)):
                for batch in _one_row_per_code(chunk, mapping.duplicates, repeats).to_batches():
                    writer.add(batch)
            if len(repeats) == intake.good:
                return None, [
                    Problem(str(table.path), "every code stands twice; the register stays as it was")
                ]
            _report_repeats(table, repeats, rejects)
            manifest = writer.publish()
    finally:
        shutil.rmtree(spill, ignore_errors=True)
    report = ImportReport(
        read=intake.read,
        taken=manifest.rows,
        rejected=intake.read - intake.good,
        repeated=len(repeats),
        reasons=dict(intake.reasons),
        ignored_headers=layout.ignored,
        dialect=table.dialect,
        manifest=manifest,
    )
    return report, []


class _Intake:
    """Turns blocks of rows into batches of good rows and counts what it meets."""

    def __init__(self, table: Table, layout: Layout, mapping: TableMapping) -> None:
        self._table, self._layout, self._mapping = table, layout, mapping
        self._schema = arrow_schema(layout.columns)
        own = [pa.field(KEY, pa.string()), pa.field(ROW_NUMBER, pa.int64())]
        self.sorted_schema = pa.schema([*own, *self._schema])
        self.read = self.good = 0
        self.reasons: Counter[str] = Counter()

    def take(self, block: Sequence[Row], rejects: RejectsFile) -> pa.RecordBatch:
        """The good rows of a block, keyed by code; the others go to `rejects`."""
        self.read += len(block)
        objections: dict[int, list[Objection]] = {}
        width = len(self._table.headers)
        for index, row in enumerate(block):
            if len(row.cells) != width and (wrong := self._wrong_width(row)):
                objections[index] = [wrong]
        fitting = [i for i in range(len(block)) if i not in objections]
        cells = [block[i].cells for i in fitting]
        values: dict[str, list[Read]] = {}
        for source in self._layout.sources:
            column = [row[source.place] if source.place < len(row) else None for row in cells]
            values[source.name] = list(map(source.read, column))
            for index, value, cell in zip(fitting, values[source.name], column, strict=True):
                if type(value) is Refused:
                    header = self._table.headers[source.place]
                    objections.setdefault(index, []).append(Objection(header, cell, value.reason))
        for index in sorted(objections):
            rejects.add(block[index], objections[index])
            self.reasons.update({o.column for o in objections[index]})
        keep = [place for place, index in enumerate(fitting) if index not in objections]
        self.good += len(keep)
        numbers = [block[fitting[place]].number for place in keep]
        return self._batch(numbers, {name: [column[p] for p in keep] for name, column in values.items()})

    def _wrong_width(self, row: Row) -> Objection | None:
        """A CSV row with too few or too many cells has slipped; a spreadsheet leaves out empty cells at the end."""
        width = len(self._table.headers)
        surplus = any(c is not None for c in row.cells[width:])
        if surplus or self._table.dialect.delimiter:
            return Objection("", None, f"the row has {len(row.cells)} cells, the header {width}")
        return None

    def _batch(self, numbers: list[int], values: Mapping[str, list[Read]]) -> pa.RecordBatch:
        codes = [str(code) for code in values["code"]]
        order = [ROW_LIMIT - n if self._mapping.duplicates == "last" else n for n in numbers]
        keys = [f"{code} {n:013d}" for code, n in zip(codes, order, strict=True)]
        filled: dict[str, Sequence[Read]] = {
            "name": [None] * len(codes),
            "region": [_region_of(c) for c in codes] if self._mapping.region.from_code else
            [self._mapping.region.value] * len(codes),
            "roles": [",".join(sorted(set(self._mapping.roles.value.split(","))))] * len(codes),
            **values,
        }  # fmt: skip
        arrays = [pa.array(filled[field.name], field.type) for field in self._schema]
        return pa.RecordBatch.from_arrays(
            [pa.array(keys, pa.string()), pa.array(numbers, pa.int64()), *arrays], schema=self.sorted_schema
        )


def _region_of(code: str) -> str:
    kind: CodeKind = "legacy" if len(code) == 15 else "unified"
    return Code(code, kind).region


def _whole_codes(chunks: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The same rows, cut so that all rows of a code lie in one piece."""
    held: pa.Table | None = None
    for chunk in chunks:
        table = chunk if held is None else pa.concat_tables([held, chunk])
        table = table.unify_dictionaries().combine_chunks()
        last = table["code"][-1]
        cut = pc.index(table["code"], last).as_py()
        held = table.slice(cut)
        if cut:
            yield table.slice(0, cut)
    if held is not None:
        yield held


def _one_row_per_code(table: pa.Table, duplicates: Duplicates, repeats: dict[int, int]) -> pa.Table:
    """The rows that count; the others enter `repeats` as row number → row that counts, 0 for none.

    Rows of a code come in order of preference.
    """
    codes = table["code"].combine_chunks()
    numbers = table[ROW_NUMBER].to_numpy()
    starts = np.ones(len(codes), bool)
    starts[1:] = pc.not_equal(codes[1:], codes[:-1]).to_numpy(zero_copy_only=False)
    first = numbers[np.maximum.accumulate(np.where(starts, np.arange(len(codes)), 0))]
    keep = starts.copy()
    if duplicates == "reject":
        ends = np.append(starts[1:], True)
        keep = starts & ends
        first = np.zeros_like(numbers)
    repeats |= dict(zip(numbers[~keep].tolist(), first[~keep].tolist(), strict=True))
    return table.filter(pa.array(keep)).drop_columns([KEY, ROW_NUMBER])


def _report_repeats(table: Table, repeats: Mapping[int, int], rejects: RejectsFile) -> None:
    """Read the table once more for the rows that another row with the same code beats."""
    if not repeats:
        return
    for row in table.rows():
        winner = repeats.get(row.number)
        if winner is not None:
            outcome = f"row {winner} counts" if winner else "none of them counts"
            rejects.add(row, [Objection("", None, f"the code stands more than once; {outcome}")])
