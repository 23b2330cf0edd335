"""The new register beside the old one, some rows at a time: where each was, and for whom something differs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from huiqi.matching.codes import places_of
from huiqi.matching.incremental.align import Stretch, differing, matched
from huiqi.matching.incremental.before import OldFile, OldRegister, OldRun
from huiqi.matching.incremental.twins import Twin
from huiqi.matching.laid import Laying
from huiqi.matching.portions import Portion, gathered
from huiqi.matching.workers import SYSTEM
from huiqi.measures.vectors import Mask
from huiqi.registry.manifest import FileEntry
from huiqi.registry.snapshot import Snapshot

LIKENESS = ("region", "roles")
"""What makes a party another one to the rules, besides its facts."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Rows of the new register; `found` and `changed` count from their first."""

    batch: pa.RecordBatch
    found: Sequence[Stretch]
    changed: Mask

    def slices(self, rows: int) -> Iterator["Compared"]:
        """The same in blocks of at most so many rows."""
        for start in range(0, self.batch.num_rows, rows):
            stop = min(start + rows, self.batch.num_rows)
            found = [part for s in self.found if (part := cut(s, start, stop)) is not None]
            yield Compared(self.batch.slice(start, rows), found, self.changed[start:stop])


def cut(stretch: Stretch, start: int, stop: int) -> Stretch | None:
    low, high = max(stretch.new, start), min(stretch.new + stretch.rows, stop)
    return Stretch(low - start, stretch.old + low - stretch.new, high - low) if low < high else None


@dataclass
class Comparison:
    """Compares by `facts`; columns in `always` are read of every row, whether something differs or not.

    Registers are compared as they are published. What is known beside them is laid over what is handed on.
    """

    snapshot: Snapshot
    old: OldRun
    register: OldRegister
    facts: Sequence[str]
    always: Sequence[str]
    overlay: Laying | None = None
    touched: pa.Array | None = None  # parties of whom other things are known beside the register than before
    entries: dict[str, FileEntry] = field(init=False)
    twins: dict[Path, Twin] = field(default_factory=dict)  # the one in use

    def __post_init__(self) -> None:
        self.entries = {entry.path: entry for entry in self.snapshot.manifest.files}

    def portion(self, portion: Portion, rows: int) -> Iterator[Compared]:
        for path, groups in portion.pieces:
            file = pq.ParquetFile(path, memory_map=True)
            entry = self.entries[path.relative_to(self.snapshot.folder).as_posix()]
            for together in gathered(file.metadata, groups, rows):
                found = self.groups(file, path, entry, together)
                yield from self.overlaid(found, file, together).slices(rows)

    def overlaid(self, found: Compared, file: pq.ParquetFile, groups: list[int]) -> Compared:
        """The same with what is known beside the register; parties of whom it differs are changed ones."""
        batch, changed = found.batch, found.changed
        if self.touched is not None and len(self.touched):
            places = places_of(self.touched, batch.column("code"))
            changed = changed.copy()
            changed[places[places >= 0]] = True
            if changed.any() and not {*self.facts} <= {*batch.schema.names}:
                batch = self.read(file, groups, [*self.always, *self.facts])
        if self.overlay is not None:
            batch = self.overlay.laid.over(batch)
        return Compared(batch, found.found, changed)

    def groups(self, file: pq.ParquetFile, path: Path, entry: FileEntry, groups: list[int]) -> Compared:
        before = sum(file.metadata.row_group(g).num_rows for g in range(groups[0]))
        rows = sum(file.metadata.row_group(g).num_rows for g in groups)
        same = next((f for f in self.old.files if f.sha256 == entry.sha256 and f.rows == entry.rows), None)
        if same is not None:
            batch = self.read(file, groups, self.always)
            return Compared(batch, [Stretch(0, same.start + before, rows)], np.zeros(rows, np.bool_))
        twin = next((f for f in self.old.files if f.path == entry.path), None)
        equal = self.equal_columns(path, twin, groups)
        if twin is not None and equal:
            found = [Stretch(0, twin.start + before, rows)]
            apart = [name for name in (*LIKENESS, *self.facts) if name not in equal]
            if not apart:
                return Compared(self.read(file, groups, self.always), found, np.zeros(rows, np.bool_))
            batch = self.read(file, groups, [*self.always, *self.facts])
        else:
            apart = [*LIKENESS, *self.facts]
            batch = self.read(file, groups, [*self.always, *self.facts])
            found = self.old.aligned(batch.column("code"), entry.city)
        if not found:
            return Compared(batch, [], ~matched([], rows))
        start, stop = found[0].old, found[-1].old + found[-1].rows
        return Compared(batch, found, differing(batch, self.register.rows(start, stop, apart), found, start))

    def equal_columns(self, path: Path, twin: OldFile | None, groups: list[int]) -> set[str]:
        if twin is None:
            return set()
        found = self.twins.get(path)
        if found is None:
            self.register.file(twin.path)
            self.twins = {path: Twin(path, self.register.folder / twin.path)}
            found = self.twins[path]
        return found.equal_columns(groups)

    def read(self, file: pq.ParquetFile, groups: list[int], columns: Sequence[str]) -> pa.RecordBatch:
        names = list(dict.fromkeys([*SYSTEM, *columns]))
        return file.read_row_groups(groups, names).combine_chunks().to_batches()[0]
