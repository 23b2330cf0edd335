"""Bring tables into a register: good rows become the current snapshot, bad rows a file with reasons.

Reads: one or several tables and their mappings. Writes: a snapshot, a rejects file, and if asked for the conflicts
between the tables. Rows stream through; memory does not grow with their number.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huiqi.base.problem import Problem
from huiqi.registry.ahead import made_ahead
from huiqi.registry.conflicts import ConflictsFile, Contradicted
from huiqi.registry.intake import OWN_NAMES, Intake, keyed_schema
from huiqi.registry.layout import Layout, known_headers, lay_out
from huiqi.registry.manifest import Manifest
from huiqi.registry.mapping import TableMapping
from huiqi.registry.mistakes import Mistake
from huiqi.registry.preference import NEWEST, Preference, Source, prefer
from huiqi.registry.publish import CITY_DIGITS, SnapshotWriter, SortedWriter
from huiqi.registry.rejections import Rejections
from huiqi.registry.rejects import Objection
from huiqi.registry.schema import as_stored
from huiqi.registry.settle_codes import Repeats, one_row_per_code, one_row_per_table
from huiqi.registry.sorting import KEY, SortedRuns
from huiqi.registry.tables import Dialect, Table, UnreadableTable, open_table
from huiqi.registry.types import Columns

CHUNK_ROWS = 131_072
RUN_BYTES = 128 * 2**20


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table and what its columns mean."""

    path: Path
    mapping: TableMapping


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of every row: read == taken + rejected + repeated + joined."""

    read: int
    taken: int
    rejected: int  # something is wrong with the row
    repeated: int  # nothing is wrong but another row with the same code counts, or none does
    joined: int  # the party has a row from another table too, and both made one
    conflicts: tuple[Contradicted, ...]  # values that a table believed more contradicts
    reasons: Mapping[str, int]  # header of the table → rows it spoiled
    mistakes: tuple[Mistake, ...]  # kind and column, most frequent first; repeated codes are among them
    headers: Mapping[str, str]  # header of a table → column of the register
    ignored_headers: tuple[str, ...]
    dialect: Dialect  # of the first table
    sources: tuple[Source, ...]
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where an import puts things. `mistakes` and `conflicts` are Parquet files, None for none."""

    folder: Path
    rejects: Path
    mistakes: Path | None = None
    conflicts: Path | None = None


Progress = Callable[[int], None]


def import_table(
    path: Path,
    *,
    mapping: TableMapping,
    columns: Columns,
    folder: Path,
    rejects: Path,
    as_of: date | None = None,
    progress: Progress = lambda rows: None,
    by_cell: bool = False,
) -> tuple[ImportReport | None, list[Problem]]:
    """Publish the good rows of a table as the current snapshot of `folder`; bad rows go to the file `rejects`.

    `as_of` is the day the facts are stated for and wins over the mapping's; one of them must be given. `progress`
    is told the number of rows of each block read. With problems nothing is published. `by_cell` reads even a CSV
    file cell by cell: slow, with the same outcome.
    """
    return import_tables(
        [TableFile(path, mapping)],
        columns=columns,
        outcome=Outcome(folder, rejects),
        as_of=as_of,
        progress=progress,
        by_cell=by_cell,
    )


def import_tables(
    files: Sequence[TableFile],
    *,
    columns: Columns,
    outcome: Outcome,
    as_of: date | None = None,
    preference: str = NEWEST,
    progress: Progress = lambda rows: None,
    by_cell: bool = False,
) -> tuple[ImportReport | None, list[Problem]]:
    """Publish one register from several tables: one row per code, each fact from the table believed first.

    `preference` is `newest`, `first` or the names of all sources in order (see `preference.prefer`). Each table
    has the day of its mapping, else `as_of`; the register has `as_of`, else the latest of them.
    """
    sources, problems = _sources_of(files, as_of)
    order, more = prefer(preference, sources) if not problems else (None, [])
    opened = [_open(file, columns) for file in files]
    problems += [*more, *(problem for _, wrong in opened for problem in wrong)]
    if problems or order is None:
        return None, problems
    day = as_of or max(source.day for source in sources)
    found = [pair for pair, _ in opened if pair is not None]
    mapped = {name for _, layout in found for name in layout.columns}
    filled = {name: column for name, column in columns.items() if name in mapped}
    intakes = [
        Intake(table, layout, file.mapping, columns=filled, source=number)
        for number, (file, (table, layout)) in enumerate(zip(files, found, strict=True))
    ]
    job = _Job(files, sources, order, intakes, filled, outcome, day, by_cell)
    try:
        return job.run(progress)
    except UnreadableTable as error:
        return None, [Problem(str(job.reading), str(error))]


def _sources_of(files: Sequence[TableFile], as_of: date | None) -> tuple[list[Source], list[Problem]]:
    sources, problems = [], []
    for file in files:
        day = (as_of or file.mapping.as_of) if len(files) == 1 else (file.mapping.as_of or as_of)
        if day is None:
            message = "nothing says for which day the facts hold; write as_of: 2013-06-30 into the mapping, or give --as-of"
            problems.append(Problem(str(file.path), message))
        else:
            sources.append(Source(file.mapping.source, day))
    return sources, problems


def _open(file: TableFile, columns: Columns) -> tuple[tuple[Table, Layout] | None, list[Problem]]:
    mapping = file.mapping
    dialect = Dialect(mapping.encoding, mapping.delimiter, mapping.sheet, mapping.header_row)
    table, problems = open_table(file.path, dialect=dialect, known_headers=known_headers(mapping))
    if table is None:
        return None, problems
    layout, problems = lay_out(table.headers, mapping=mapping, columns=columns, where=str(file.path))
    return (None if layout is None else (table, layout)), problems


class _Job:
    """One import, from the opened tables to the published register."""

    def __init__(
        self,
        files: Sequence[TableFile],
        sources: Sequence[Source],
        preference: Preference,
        intakes: Sequence[Intake],
        columns: Columns,
        outcome: Outcome,
        day: date,
        by_cell: bool,
    ) -> None:
        self._files, self._sources, self._preference, self._intakes = files, sources, preference, intakes
        self._columns, self._outcome, self._day, self._by_cell = columns, outcome, day, by_cell
        self.reading = files[0].path
        self._read = self._good = self._movers = self._joined = 0
        self._repeats: list[Repeats] = []

    def run(self, progress: Progress) -> tuple[ImportReport | None, list[Problem]]:
        """Raises UnreadableTable."""
        headers = [intake.table.headers for intake in self._intakes]
        names = [source.name for source in self._sources]
        out = self._outcome
        out.folder.mkdir(parents=True, exist_ok=True)
        spill = Path(tempfile.mkdtemp(prefix=".spill-", dir=out.folder))
        try:
            with (
                Rejections(out.rejects, headers, names, out.mistakes) as rejections,
                ConflictsFile(out.conflicts, self._sources, self._preference) as conflicts,
            ):
                runs = SortedRuns(keyed_schema(self._columns), spill, run_bytes=RUN_BYTES)
                self._take_in(runs, rejections, progress)
                if not self._good:
                    return None, [self._nothing("no row can be taken")]
                manifest = self._publish(runs, rejections, conflicts)
                if manifest is None:
                    return None, [self._nothing("every code stands twice")]
                return self._report(manifest, rejections, conflicts), []
        finally:
            shutil.rmtree(spill, ignore_errors=True)

    def _take_in(self, runs: SortedRuns, rejections: Rejections, progress: Progress) -> None:
        for number in self._preference.order:
            self.reading = self._files[number].path
            for taken in self._intakes[number].pieces(by_cell=self._by_cell):
                self._read += taken.read
                self._good += taken.good
                self._movers += taken.movers
                if taken.good:
                    runs.add(taken.batch)
                for row, objections in taken.rejected:
                    rejections.add(number, row, objections)
                progress(taken.read)

    def _publish(self, runs: SortedRuns, rejections: Rejections, conflicts: ConflictsFile) -> Manifest | None:
        """None if no row is left."""
        with ExitStack() as stack:
            add, publish = self._writer(stack)
            left = 0
            for table in made_ahead(self._settled(runs, conflicts)):
                left += table.num_rows
                add(table)
            if not left:
                return None
            self._report_repeats(rejections)
            return publish()

    def _writer(self, stack: ExitStack) -> tuple[Callable[[pa.Table], None], Callable[[], Manifest]]:
        """Rows sorted by the city their code names lie in place, unless a region is another."""
        given = self._files
        single = given[0].mapping.source
        source = single if len(given) == 1 else "；".join(f"{s.name} {s.day}" for s in self._sources)
        synthetic = any(file.mapping.synthetic for file in given)
        folder, columns, day = self._outcome.folder, self._columns, self._day
        if not self._movers:
            writer = stack.enter_context(
                SortedWriter(folder, columns=columns, source=source, as_of=day, synthetic=synthetic)
            )
            return writer.add, writer.publish
        sorting = stack.enter_context(
            SnapshotWriter(
                folder, columns=columns, source=source, as_of=day, synthetic=synthetic, run_bytes=RUN_BYTES
            )
        )

        def add(table: pa.Table) -> None:
            for batch in table.to_batches():
                sorting.add(batch)

        return add, sorting.publish

    def _settled(self, runs: SortedRuns, conflicts: ConflictsFile) -> Iterator[pa.Table]:
        duplicates = [file.mapping.duplicates for file in self._files]

        def choose(own: pa.Table) -> pa.Array | None:
            wanted, repeats = one_row_per_table(own, duplicates)
            if repeats is not None:
                self._repeats.append(repeats)
            return wanted

        for table in runs.merged(chunk_rows=CHUNK_ROWS, choose=choose):
            codes = pc.utf8_slice_codeunits(table[KEY].combine_chunks(), CITY_DIGITS)
            stored = as_stored(table, codes, self._columns)
            if len(self._files) == 1:
                yield stored
                continue
            merged, contradicted = one_row_per_code(stored, table.select(OWN_NAMES))
            self._joined += stored.num_rows - merged.num_rows
            conflicts.add(contradicted)
            yield merged

    def _report_repeats(self, rejections: Rejections) -> None:
        """Read the tables once more for the rows that another row with the same code beats."""
        if not self._repeats:
            return
        source = np.concatenate([r.source for r in self._repeats])
        row = np.concatenate([r.row for r in self._repeats])
        counts = np.concatenate([r.counts for r in self._repeats])
        for number, intake in enumerate(self._intakes):
            mine = np.flatnonzero(source == number)
            if not len(mine):
                continue
            mine = mine[np.argsort(row[mine])]
            beaten, winners = row[mine], counts[mine]
            for found in intake.rows_with(beaten, by_cell=self._by_cell):
                winner = int(winners[np.searchsorted(beaten, found.number)])
                outcome = f"row {winner} counts" if winner else "none of them counts"
                reason = f"the code stands more than once; {outcome}"
                rejections.add(number, found, [Objection("", None, reason)])

    def _nothing(self, message: str) -> Problem:
        said = message if self._read else "there are no rows below the header"
        where = "、".join(str(file.path) for file in self._files)
        return Problem(where, f"{said}; the register stays as it was")

    def _report(self, manifest: Manifest, rejections: Rejections, conflicts: ConflictsFile) -> ImportReport:
        repeated = sum(len(r.row) for r in self._repeats)
        spoiled = {column: rows for column, rows in rejections.reasons.items() if column or rows > repeated}
        if "" in spoiled:
            spoiled[""] -= repeated
        return ImportReport(
            read=self._read,
            taken=manifest.rows,
            rejected=self._read - self._good,
            repeated=repeated,
            joined=self._joined,
            conflicts=conflicts.counts(),
            reasons=spoiled,
            mistakes=rejections.mistakes(),
            headers={header: name for i in self._intakes for header, name in i.headers.items()},
            ignored_headers=tuple(h for i in self._intakes for h in i.ignored_headers),
            dialect=self._intakes[0].table.dialect,
            sources=tuple(self._sources),
            manifest=manifest,
        )
