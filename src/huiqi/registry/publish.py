"""Write a snapshot: rows in any order go in, sorted Parquet files come out, and readers see them all at once.

Reads: record batches. Writes: a hidden folder beside the others, then (when complete and on disk) a folder
`v-…`, then the pointer `CURRENT`. A kill at any moment leaves the old snapshot or the new one.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from huiqi.registry.ahead import made_ahead
from huiqi.registry.manifest import FileEntry, LookupEntry, Manifest, manifest_to_json
from huiqi.registry.row_blocks import RowBlocksWriter, packed, rows_path
from huiqi.registry.schema import arrow_schema
from huiqi.registry.sorting import KEY, RUN_BYTES, SortedRuns
from huiqi.registry.types import Columns

POINTER = "CURRENT"
MANIFEST = "_manifest.json"  # readers of a whole folder (Spark, Arrow) pass over names with an underscore
ROW_GROUP_ROWS = 65_536
FILE_ROWS = 16 * ROW_GROUP_ROWS
CITY_DIGITS = 4


class UnfitRows(ValueError):
    """Rows that no snapshot may hold: other columns than declared, no code or region, or a code twice."""


class SortedWriter:
    """Writes rows that come in order of city and code, and publishes them as the current snapshot of a folder.

    Use as a context manager; leaving it without `publish` throws the rows away and changes nothing.
    """

    def __init__(self, folder: Path, *, columns: Columns, source: str, as_of: date, synthetic: bool) -> None:
        self._folder = folder
        self._columns, self._source, self._as_of, self._synthetic = columns, source, as_of, synthetic
        self.schema = arrow_schema(columns)
        folder.mkdir(parents=True, exist_ok=True)
        self._draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder))
        self._parts = _Parts(self._draft, self.schema)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._parts.abandon()
        shutil.rmtree(self._draft, ignore_errors=True)

    def add(self, table: pa.Table) -> None:
        """Take rows sorted by city and code, behind those added before. Raises UnfitRows for a code that repeats."""
        for city, rows in _by_city(table):
            self._parts.add(city, rows)

    def publish(self) -> Manifest:
        """Make the rows the current snapshot."""
        self._parts.close_file()
        files = tuple(self._parts.entries)
        manifest = Manifest(
            source=self._source,
            as_of=self._as_of,
            synthetic=self._synthetic,
            rows=sum(f.rows for f in files),
            columns=dict(self._columns),
            files=files,
            lookups=tuple(self._parts.lookups),
        )
        text = manifest_to_json(manifest)
        _write_durably(self._draft / MANIFEST, text)
        for inner in (*(p for p in self._draft.iterdir() if p.is_dir()), self._draft):
            _flush_folder(inner)
        point_to(self._folder, _settle(self._draft, self._folder, self._as_of, text))
        return manifest


class SnapshotWriter:
    """Collects rows in any order in bounded memory and publishes them as the current snapshot of a folder.

    Use as a context manager; leaving it without `publish` throws the rows away and changes nothing.
    """

    def __init__(
        self,
        folder: Path,
        *,
        columns: Columns,
        source: str,
        as_of: date,
        synthetic: bool,
        run_bytes: int = RUN_BYTES,
    ) -> None:
        self._writer = SortedWriter(folder, columns=columns, source=source, as_of=as_of, synthetic=synthetic)
        self._schema = self._writer.schema
        self._spill = Path(tempfile.mkdtemp(prefix=".spill-", dir=folder))
        self._runs = SortedRuns(
            self._schema.insert(0, pa.field(KEY, pa.string())), self._spill, run_bytes=run_bytes
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.__exit__(kind, error, trace)
        shutil.rmtree(self._spill, ignore_errors=True)

    def add(self, batch: pa.RecordBatch) -> None:
        """Take rows with the columns of `arrow_schema(columns)`. Raises UnfitRows."""
        if not batch.schema.equals(self._schema):
            raise UnfitRows(f"columns are {batch.schema.names}, declared are {self._schema.names}")
        if batch["code"].null_count or batch["region"].null_count:
            raise UnfitRows("a row without code or region")
        if not pc.all(pc.match_substring_regex(batch["region"], r"^\d{6}$")).as_py() and batch.num_rows:
            raise UnfitRows("a region is not six digits of GB/T 2260")
        city = pc.utf8_slice_codeunits(batch["region"], 0, CITY_DIGITS)
        key = pc.binary_join_element_wise(city, batch["code"], "")
        self._runs.add(batch.add_column(0, KEY, key))

    def publish(self) -> Manifest:
        """Make the rows the current snapshot; raises UnfitRows if a code stands twice in a city."""
        for table in made_ahead(self._runs.merged(chunk_rows=ROW_GROUP_ROWS // 2)):
            self._writer.add(table.drop_columns([KEY]))
        return self._writer.publish()


def write_snapshot(
    folder: Path,
    batches: Iterable[pa.RecordBatch],
    *,
    columns: Columns,
    source: str,
    as_of: date,
    synthetic: bool,
) -> Manifest:
    """Publish `batches` as the current snapshot of `folder`, in bounded memory. Raises UnfitRows."""
    with SnapshotWriter(folder, columns=columns, source=source, as_of=as_of, synthetic=synthetic) as writer:
        for batch in batches:
            writer.add(batch)
        return writer.publish()


def sha256_of(path: Path) -> str:
    """Checksum of a file, read a piece at a time."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Parts:
    """The Parquet files of one snapshot, written one after the other in full row groups, and their row blocks."""

    def __init__(self, folder: Path, schema: pa.Schema) -> None:
        self._folder, self._schema = folder, schema
        self._city = ""
        self._path = folder
        self._writer: pq.ParquetWriter | None = None
        self._blocks: RowBlocksWriter | None = None
        self._waiting: list[pa.Table] = []
        self._rows_waiting = self._rows_written = 0
        self._first = self._last = self._last_written = ""
        self.entries: list[FileEntry] = []
        self.lookups: list[LookupEntry] = []

    def add(self, city: str, table: pa.Table) -> None:
        """Rows of one city, in order of code; cities come in order too."""
        if city != self._city:
            self.close_file()
            self._city, self._last = city, ""
        self._refuse_repeated_codes(table)
        self._last = table["code"][-1].as_py()
        self._waiting.append(table)
        self._rows_waiting += table.num_rows
        while self._rows_waiting >= ROW_GROUP_ROWS:
            self._write_row_group(ROW_GROUP_ROWS)

    def close_file(self) -> None:
        if self._rows_waiting:
            self._write_row_group(self._rows_waiting)
        self._finish()

    def abandon(self) -> None:
        """Let go of a file that is not finished."""
        if self._blocks is not None:
            self._blocks.abandon()

    def _refuse_repeated_codes(self, table: pa.Table) -> None:
        codes = table["code"].combine_chunks()
        same = pc.equal(codes[:-1], codes[1:])
        if codes[0].as_py() == self._last or pc.any(same).as_py():
            repeated = pc.filter(codes[1:], same)
            code = repeated[0].as_py() if len(repeated) else self._last
            raise UnfitRows(f"code {code} stands twice in city {self._city}")

    def _write_row_group(self, rows: int) -> None:
        table = pa.concat_tables(self._waiting).unify_dictionaries().combine_chunks()
        group, rest = table.slice(0, rows), table.slice(rows)
        if self._writer is None:
            self._open(group["code"][0].as_py())
        assert self._writer is not None
        assert self._blocks is not None
        with ThreadPoolExecutor(1) as pool:  # both let go of the interpreter while they compress
            blocks = pool.submit(packed, group)
            self._writer.write_table(group, row_group_size=ROW_GROUP_ROWS)
            self._blocks.add(blocks.result())
        self._rows_written += rows
        self._waiting, self._rows_waiting = ([rest] if rest.num_rows else []), rest.num_rows
        self._last_written = group["code"][-1].as_py()
        if self._rows_written >= FILE_ROWS:
            self._finish()

    def _open(self, first: str) -> None:
        number = sum(e.city == self._city for e in self.entries)
        self._path = self._folder / f"city={self._city}" / f"part-{number:05d}.parquet"
        self._path.parent.mkdir(exist_ok=True)
        self._first, self._rows_written = first, 0
        self._blocks = RowBlocksWriter(rows_path(self._path))
        self._writer = pq.ParquetWriter(
            self._path,
            self._schema,
            compression="zstd",
            store_decimal_as_integer=True,
            use_dictionary=[f.name for f in self._schema if _repeats(f)],
            sorting_columns=[pq.SortingColumn(self._schema.get_field_index("code"))],
        )

    def _finish(self) -> None:
        if self._writer is None or self._blocks is None:
            return
        self._writer.close()
        self._blocks.close()
        rows_file = self._blocks.path
        self._writer = self._blocks = None
        with self._path.open("rb") as file:
            os.fsync(file.fileno())
        path = self._path.relative_to(self._folder).as_posix()
        self.entries.append(
            FileEntry(
                path=path,
                city=self._city,
                rows=self._rows_written,
                bytes=self._path.stat().st_size,
                sha256=sha256_of(self._path),
                first=self._first,
                last=self._last_written,
            )
        )
        self.lookups.append(
            LookupEntry(
                path=rows_file.relative_to(self._folder).as_posix(),
                of=path,
                bytes=rows_file.stat().st_size,
                sha256=sha256_of(rows_file),
            )
        )


def _repeats(field: pa.Field) -> bool:
    """Is a dictionary of its values worth making? Amounts hardly repeat: without one, files are smaller."""
    return field.name not in ("code", "name") and not pa.types.is_decimal(field.type)


def _by_city(table: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """Neighbouring rows of the same city together; the table is sorted by city."""
    cities = pc.run_end_encode(pc.utf8_slice_codeunits(table["region"].combine_chunks(), 0, CITY_DIGITS))
    start = 0
    for city, end in zip(cities.values.to_pylist(), cities.run_ends.to_pylist(), strict=True):
        yield city, table.slice(start, end - start)
        start = end


def _settle(draft: Path, folder: Path, as_of: date, manifest: str) -> str:
    """Give the finished folder its name: the day and a digest of the manifest. A name taken gets a number."""
    base = f"v-{as_of:%Y%m%d}-{hashlib.sha256(manifest.encode()).hexdigest()[:12]}"
    name, number = base, 2
    while (folder / name).exists():
        name, number = f"{base}-{number}", number + 1
    draft.chmod(0o755)
    draft.rename(folder / name)
    _flush_folder(folder)
    return name


def point_to(folder: Path, version: str) -> None:
    """Make a version the one that counts, in one step; it is on disk when this returns."""
    handle, temporary = tempfile.mkstemp(prefix=f".{POINTER}-", dir=folder)
    os.close(handle)
    path = Path(temporary)
    _write_durably(path, version + "\n")
    path.chmod(0o644)
    os.replace(path, folder / POINTER)
    _flush_folder(folder)


def _write_durably(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
