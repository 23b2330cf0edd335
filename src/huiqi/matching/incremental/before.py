"""The run that is continued: its blocks in the order of the register they were made of, and that register."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from huiqi.matching.incremental.align import Stretch, stretches
from huiqi.matching.overlay import UnfitOverlay, kept_by
from huiqi.matching.stored import NoRun, StoredBlock, StoredRun, block_from, open_run

NEEDED: Final = ("version", "files", "types", "columns", "fingerprints", "stands_on", "parties")
KEPT: Final = 4
"""Stored blocks and row groups that are kept for the next block: they are read in order."""


class CannotContinue(ValueError):
    """A run cannot be continued from the one named; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class OldFile:
    """A file of the old register; rows are counted over the whole register."""

    path: str
    city: str
    sha256: str
    start: int
    rows: int

    @property
    def stop(self) -> int:
        return self.start + self.rows


@dataclass(frozen=True, slots=True)
class OldBlock:
    """A stored block of the old run, without its content."""

    file: pq.ParquetFile
    group: int
    start: int  # of the register's rows
    rows: int
    first: str
    last: str

    @property
    def stop(self) -> int:
        return self.start + self.rows


@dataclass
class OldRun:
    """A run of the local engine, with the register it was made of as far as that is needed and still there."""

    run: StoredRun
    files: Sequence[OldFile]
    blocks: Sequence[OldBlock]
    read: dict[int, StoredBlock] = field(default_factory=dict)
    codes_read: dict[int, pa.Array] = field(default_factory=dict)
    alone: Lock = field(default_factory=Lock)  # codes are compared in another thread

    @property
    def manifest(self) -> Mapping[str, Any]:
        return self.run.manifest

    @cached_property
    def overlay(self) -> pa.Table | None:
        """What it knew beside the register. Raises CannotContinue where that is not there any more."""
        try:
            return kept_by(self.run.folder, self.manifest)
        except UnfitOverlay as error:
            raise CannotContinue(f"{error}: match in full once") from None

    def aligned(self, codes: pa.Array, city: str) -> list[Stretch]:
        """Where the codes of a block (sorted) stand in this run's register, within a city."""
        start, stop = self.of_city(city)
        first, last = codes[0].as_py(), codes[-1].as_py()
        numbers = [
            number
            for number in self.of_rows(start, stop)
            if self.blocks[number].first <= last and first <= self.blocks[number].last
        ]
        if not numbers:
            return []
        theirs = pa.concat_arrays([self.codes(number) for number in numbers])
        return stretches(codes, theirs, self.blocks[numbers[0]].start)

    def block(self, number: int) -> StoredBlock:
        found = self.read.get(number)
        if found is None:
            drop_first(self.read)
            found = self.read[number] = block_from(self.stored(number, None))
        return found

    def codes(self, number: int) -> pa.Array:
        found = self.codes_read.get(number)
        if found is None:
            drop_first(self.codes_read)
            found = self.codes_read[number] = self.stored(number, ["codes"]).column("codes").flatten()
        return found

    def stored(self, number: int, columns: list[str] | None) -> pa.RecordBatch:
        block = self.blocks[number]
        with self.alone:
            return next(
                block.file.iter_batches(1, row_groups=[block.group], columns=columns, use_threads=False)
            )

    def of_rows(self, start: int, stop: int) -> Iterator[int]:
        """The numbers of the blocks that hold these rows of the old register."""
        yield from (n for n, block in enumerate(self.blocks) if block.start < stop and start < block.stop)

    def file_at(self, row: int) -> OldFile:
        """The register's file with this row; a stored block never spans two."""
        return next(file for file in self.files if file.start <= row < file.stop)

    def of_city(self, city: str) -> tuple[int, int]:
        """The rows of a city in the old register: files of a city follow each other."""
        mine = [file for file in self.files if file.city == city]
        return (mine[0].start, mine[-1].stop) if mine else (0, 0)


def open_old(folder: Path) -> OldRun:
    """Raises CannotContinue."""
    try:
        run = open_run(folder)
    except NoRun as error:
        raise CannotContinue(str(error)) from None
    if run.manifest.get("engine", "local") != "local":
        raise CannotContinue(
            f"{folder} is a run of another engine: only runs of the local one can be continued"
        )
    if lacking := [name for name in NEEDED if name not in run.manifest]:
        raise CannotContinue(
            f"{folder} was written by a version that did not note {', '.join(lacking)}: match in full once"
        )
    files: list[OldFile] = []
    for entry in run.manifest["files"]:
        start = files[-1].stop if files else 0
        files.append(OldFile(entry["path"], entry["city"], entry["sha256"], start, entry["rows"]))
    blocks = list(blocks_of(run))
    counted = (blocks[-1].stop if blocks else 0, files[-1].stop if files else 0)
    if counted != (run.manifest["parties"],) * 2:
        raise CannotContinue(f"{folder} does not hold the parties its manifest counts: match in full once")
    return OldRun(run, files, blocks)


def blocks_of(run: StoredRun) -> Iterator[OldBlock]:
    """From the files' metadata alone: parties, lowest and highest code of each block."""
    start = 0
    for file in run.files:
        for number in range(file.num_row_groups):
            group = file.metadata.row_group(number)
            columns = {group.column(n).path_in_schema: group.column(n) for n in range(3)}
            first, last = columns["block"].statistics, columns["last"].statistics
            if group.num_rows != 1 or first is None or last is None:
                raise CannotContinue(f"{run.folder} holds blocks in another form: match in full once")
            rows = columns["codes.list.element"].num_values
            yield OldBlock(file, number, start, rows, first.min, last.max)
            start += rows


@dataclass
class OldRegister:
    """The rows of the register version the old run was made of, read by their numbers."""

    folder: Path
    files: Sequence[OldFile]
    opened: dict[str, pq.ParquetFile] = field(default_factory=dict)
    read: dict[tuple[str, int, tuple[str, ...]], pa.Table] = field(default_factory=dict)

    def file(self, path: str) -> pq.ParquetFile:
        """Raises CannotContinue where the version was deleted."""
        found = self.opened.get(path)
        if found is None:
            try:
                found = self.opened[path] = pq.ParquetFile(self.folder / path, memory_map=True)
            except FileNotFoundError:
                raise CannotContinue(
                    f"the register version {self.folder.name} is not there any more ({path}): match in full once"
                ) from None
        return found

    def rows(self, start: int, stop: int, columns: Sequence[str]) -> pa.Table:
        """These rows, counted over the whole register."""
        parts = []
        for file in (f for f in self.files if f.start < stop and start < f.stop):
            metadata = self.file(file.path).metadata
            at = file.start
            for group in range(metadata.num_row_groups):
                rows = metadata.row_group(group).num_rows
                if at < stop and start < at + rows:
                    inside = max(start - at, 0)
                    table = self.group(file.path, group, tuple(columns))
                    parts.append(table.slice(inside, min(stop - at, rows) - inside))
                at += rows
        return pa.concat_tables(parts)

    def group(self, path: str, group: int, columns: tuple[str, ...]) -> pa.Table:
        found = self.read.get((path, group, columns))
        if found is None:
            drop_first(self.read)
            found = self.read[path, group, columns] = self.file(path).read_row_group(group, list(columns))
        return found


def drop_first(kept: dict[Any, Any]) -> None:
    """Make room for another."""
    while len(kept) >= KEPT:
        kept.pop(next(iter(kept)))
