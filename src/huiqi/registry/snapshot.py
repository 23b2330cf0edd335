"""A register as of a day (画像快照): one row per party, one column per fact, in Parquet files sorted by code.

    DIR/CURRENT                                the name of the version that counts
    DIR/v-20130630-3f2a9c1b7d04/_manifest.json  source, day, rows, columns, checksums
    DIR/v-20130630-3f2a9c1b7d04/city=3702/part-00000.parquet

`city` is the first four digits of the region, so that a folder never has the name of a column. `publish.py`
writes, this module reads.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from huiqi.base.problem import Problem
from huiqi.registry.lookup import Lookup
from huiqi.registry.manifest import FileEntry, LookupEntry, Manifest, UnreadableManifest, manifest_from_json
from huiqi.registry.publish import CITY_DIGITS, MANIFEST, POINTER, sha256_of
from huiqi.registry.row_blocks import SUFFIX, DamagedRows, Row, read_index
from huiqi.registry.schema import arrow_schema
from huiqi.registry.types import Columns


class NoSnapshot(FileNotFoundError):
    """The folder holds no published snapshot."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A published version. It stays readable when a newer one is published."""

    folder: Path  # the version folder
    manifest: Manifest
    lookup: Lookup = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lookup", Lookup(self.folder, self.manifest))

    @property
    def columns(self) -> Columns:
        """The facts this register has a column for; system columns are not among them."""
        return self.manifest.columns

    @property
    def schema(self) -> pa.Schema:
        """System columns, then facts, as they lie in the files."""
        return arrow_schema(self.manifest.columns)

    def files(self, region: str | None = None) -> list[Path]:
        """The Parquet files, in order of city and code; with `region` (2 to 6 digits) those that may hold it.

        A region finer than a city names the files of its city: filter their column `region`.
        """
        return [self.folder / entry.path for entry in self._entries(region)]

    def batches(
        self, *, region: str | None = None, columns: list[str] | None = None, rows: int = 65_536
    ) -> Iterator[pa.RecordBatch]:
        """The rows in order of city and code; `columns` are names, system columns included, None is all."""
        for entry in self._entries(region):
            needed = columns if columns is None or region is None else sorted({*columns, "region"})
            for batch in pq.ParquetFile(self.folder / entry.path).iter_batches(rows, columns=needed):
                if region is not None and len(region) > CITY_DIGITS:
                    batch = batch.filter(pc.starts_with(batch["region"], region))
                yield batch if columns is None else batch.select(columns)

    def find(self, code: str) -> Row | None:
        """The row of one party, or None; reads one block of about a thousand rows.

        The city that the code itself names is tried first. Values are bool, int, Decimal, date and str; None
        is unknown. Keep the snapshot for the next look-up: it keeps the index it has read. Raises DamagedRows.
        """
        return self.lookup.find(code)

    def _entries(self, region: str | None) -> list[FileEntry]:
        if region is None:
            return list(self.manifest.files)
        return [e for e in self.manifest.files if e.city.startswith(region[:CITY_DIGITS])]


def open_snapshot(folder: Path) -> Snapshot:
    """The snapshot that counts now. Raises NoSnapshot, or UnreadableManifest for a version we cannot read."""
    pointer = folder / POINTER
    if not pointer.is_file():
        raise NoSnapshot(f"{folder} holds no register: there is no file {POINTER}")
    version = folder / pointer.read_text(encoding="utf-8").strip()
    if not (version / MANIFEST).is_file():
        raise NoSnapshot(f"{pointer} names {version.name}, which has no {MANIFEST}")
    return Snapshot(version, manifest_from_json((version / MANIFEST).read_text(encoding="utf-8")))


def verify_snapshot(folder: Path) -> list[Problem]:
    """Recompute every checksum and row count of the current snapshot; no problems: all is as published."""
    try:
        snapshot = open_snapshot(folder)
    except (NoSnapshot, UnreadableManifest) as error:
        return [Problem("registry", str(error))]
    problems = [p for entry in snapshot.manifest.files for p in _verify_file(snapshot, entry)]
    problems += [p for entry in snapshot.manifest.lookups for p in _verify_lookup(snapshot, entry)]
    known = {e.path for e in snapshot.manifest.files} | {e.path for e in snapshot.manifest.lookups}
    found = [p for ending in (".parquet", SUFFIX) for p in snapshot.folder.rglob(f"*{ending}")]
    present = {p.relative_to(snapshot.folder).as_posix() for p in found}
    problems += [Problem(path, "is not in the manifest") for path in sorted(present - known)]
    if sum(e.rows for e in snapshot.manifest.files) != snapshot.manifest.rows:
        problems.append(Problem(MANIFEST, "the rows of the files do not add up to the rows of the register"))
    return problems


def discard_others(folder: Path) -> list[str]:
    """Delete every version but the current one, and drafts left by killed writers; returns their names.

    Not to be run while someone writes to `folder` or still reads an old version.
    """
    current = open_snapshot(folder).folder
    patterns = ("v-*", ".draft-*", ".spill-*", f".{POINTER}-*")
    doomed = sorted(path for pattern in patterns for path in folder.glob(pattern) if path != current)
    for path in doomed:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    return [path.name for path in doomed]


def _verify_file(snapshot: Snapshot, entry: FileEntry) -> list[Problem]:
    path = snapshot.folder / entry.path
    if problems := _verify_content(path, entry):
        return problems
    file = pq.ParquetFile(path)
    if file.metadata.num_rows != entry.rows:
        problems.append(
            Problem(entry.path, f"has {file.metadata.num_rows} rows, the manifest says {entry.rows}")
        )
    if not file.schema_arrow.equals(snapshot.schema):
        problems.append(Problem(entry.path, "has other columns than the manifest says"))
    return problems


def _verify_lookup(snapshot: Snapshot, entry: LookupEntry) -> list[Problem]:
    path = snapshot.folder / entry.path
    if problems := _verify_content(path, entry):
        return problems
    rows = {file.path: file.rows for file in snapshot.manifest.files}
    if entry.of not in rows:
        return [Problem(entry.path, f"belongs to {entry.of}, which is not in the manifest")]
    try:
        index = read_index(path)
    except DamagedRows as error:
        return [Problem(entry.path, str(error))]
    if index.rows != rows[entry.of]:
        return [Problem(entry.path, f"has {index.rows} rows, {entry.of} has {rows[entry.of]}")]
    return []


def _verify_content(path: Path, entry: FileEntry | LookupEntry) -> list[Problem]:
    if not path.is_file():
        return [Problem(entry.path, "is missing")]
    if sha256_of(path) != entry.sha256:
        return [Problem(entry.path, "was changed since it was published: its checksum differs")]
    return []
