"""The rows of one Parquet file once more, in small blocks, so that one party is read without its neighbours.

    city=3702/part-00000.parquet    for engines: columns, 65,536 rows at a time
    city=3702/_part-00000.rows      for look-ups: 1,024 rows at a time, in the same order

A block is an Arrow record batch and behind it the letters of its strings, column by column, since lengths compress
better than the offsets Arrow has; all compressed as a whole. At the end of the file stand place, checksum, first
and last code of every block. Readers of a whole folder pass over names with an underscore.
"""

import json
import os
import zlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from huiqi.registry.schema import arrow_schema
from huiqi.registry.types import Columns, Value

BLOCK_ROWS = 1024
SUFFIX = ".rows"
MAGIC = b"huiqirow"
VERSION = 1
LENGTH_BYTES = 8

Row = dict[str, Value | None]
Ends = npt.NDArray[np.int64]

_CODEC = pa.Codec("zstd", compression_level=1)


class DamagedRows(ValueError):
    """A file of row blocks is cut short, of another version, or not as it was written."""


@dataclass(frozen=True, slots=True)
class PackedBlock:
    """Rows as they lie in the file."""

    frame: bytes
    raw_bytes: int  # when unpacked
    rows: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class BlockIndex:
    """Where the blocks of a file lie and which codes they hold; one entry for each block, in order of code."""

    rows: int
    offsets: Sequence[int]  # one more than there are blocks
    raw_bytes: Sequence[int]
    checksums: Sequence[int]  # CRC-32 of the frame
    firsts: Sequence[str]
    lasts: Sequence[str]

    def block_of(self, code: str) -> int | None:
        """The one block that can hold a code."""
        place = bisect_right(self.firsts, code) - 1
        return place if place >= 0 and code <= self.lasts[place] else None


def rows_path(parquet: Path) -> Path:
    """The file of row blocks beside a Parquet file.

    >>> rows_path(Path("city=3702/part-00000.parquet")).as_posix()
    'city=3702/_part-00000.rows'
    """
    return parquet.with_name(f"_{parquet.stem}{SUFFIX}")


@dataclass(frozen=True, slots=True)
class RowLayout:
    """How the columns of a register lie in a block."""

    names: tuple[str, ...]
    is_text: tuple[bool, ...]  # stored as lengths, the letters behind the record batch
    schema: pa.Schema  # of the record batch

    @classmethod
    def of(cls, columns: Columns) -> "RowLayout":
        plain = _plain(arrow_schema(columns))
        is_text = tuple(pa.types.is_string(field.type) for field in plain)
        return cls(tuple(plain.names), is_text, _in_lengths(plain))


def packed(table: pa.Table) -> list[PackedBlock]:
    """The rows of a table by `arrow_schema`, sorted by code, in blocks."""
    plain = table.cast(_plain(table.schema)).combine_chunks()
    return [_pack(batch) for batch in plain.to_batches(max_chunksize=BLOCK_ROWS)]


class RowBlocksWriter:
    """Writes the blocks of one file. The file is whole and on disk once `close` returns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("wb")
        self._file.write(MAGIC)
        self._blocks: list[PackedBlock] = []
        self._offsets = [len(MAGIC)]
        self._checksums: list[int] = []

    def add(self, blocks: Sequence[PackedBlock]) -> None:
        """Take blocks behind those added before."""
        for block in blocks:
            self._file.write(block.frame)
            self._offsets.append(self._offsets[-1] + len(block.frame))
            self._checksums.append(zlib.crc32(block.frame))
            self._blocks.append(PackedBlock(b"", block.raw_bytes, block.rows, block.first, block.last))

    def close(self) -> None:
        index = {
            "version": VERSION,
            "rows": sum(b.rows for b in self._blocks),
            "offsets": self._offsets,
            "raw_bytes": [b.raw_bytes for b in self._blocks],
            "checksums": self._checksums,
            "firsts": [b.first for b in self._blocks],
            "lasts": [b.last for b in self._blocks],
        }
        text = json.dumps(index, ensure_ascii=False, separators=(",", ":")).encode()
        self._file.write(text + len(text).to_bytes(LENGTH_BYTES, "little") + MAGIC)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        """Close the file as it is; it will not be readable."""
        self._file.close()


def read_index(path: Path) -> BlockIndex:
    """The index of a file. Raises DamagedRows; OSError where the file cannot be read."""
    tail = LENGTH_BYTES + len(MAGIC)
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - tail, 0))
        end = file.read()
        length = int.from_bytes(end[:LENGTH_BYTES], "little")
        if end[LENGTH_BYTES:] != MAGIC or length > size - tail - len(MAGIC):
            raise DamagedRows(f"{path} is cut short or holds no row blocks")
        file.seek(size - tail - length)
        text = file.read(length)
    return _index_from(text, path)


def read_row(path: Path, index: BlockIndex, code: str, layout: "RowLayout") -> Row | None:
    """The row of one code, or None; reads one block at most. Raises DamagedRows; OSError if there is no file."""
    block = index.block_of(code)
    if block is None:
        return None
    start, end = index.offsets[block], index.offsets[block + 1]
    with path.open("rb", buffering=0) as file:
        frame = os.pread(file.fileno(), end - start, start)
    if zlib.crc32(frame) != index.checksums[block]:
        raise DamagedRows(f"{path} was changed since it was published: block {block} has another checksum")
    return _row_in(_CODEC.decompress(frame, index.raw_bytes[block]), code, layout)


def _index_from(text: bytes, path: Path) -> BlockIndex:
    try:
        data: dict[str, Any] = json.loads(text)
        if data["version"] != VERSION:
            raise DamagedRows(f"{path} has version {data['version']}; this program reads {VERSION}")
        return BlockIndex(
            rows=data["rows"],
            offsets=data["offsets"],
            raw_bytes=data["raw_bytes"],
            checksums=data["checksums"],
            firsts=data["firsts"],
            lasts=data["lasts"],
        )
    except (KeyError, TypeError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DamagedRows(f"{path} has no readable index: {error!r}") from error


def _plain(schema: pa.Schema) -> pa.Schema:
    return pa.schema([field.with_type(_plain_type(field.type)) for field in schema])


def _plain_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return kind.value_type
    if pa.types.is_decimal(kind):
        return pa.decimal64(kind.precision, kind.scale)
    return kind


def _pack(batch: pa.RecordBatch) -> PackedBlock:
    if batch.num_rows % 8:  # a copy of its own: bits behind the last row must not depend on what lay there
        batch = batch.take(pa.array(range(batch.num_rows)))
    arrays, texts = [], []
    for column in batch.columns:
        if pa.types.is_string(column.type):
            column, text = _apart(column)
            texts.append(text)
        arrays.append(column)
    head = pa.RecordBatch.from_arrays(arrays, schema=_in_lengths(batch.schema)).serialize().to_pybytes()
    raw = b"".join([head, *texts, len(head).to_bytes(LENGTH_BYTES, "little")])
    codes = batch.column(0)
    frame = _CODEC.compress(raw, asbytes=True)
    return PackedBlock(frame, len(raw), batch.num_rows, codes[0].as_py(), codes[-1].as_py())


def _row_in(raw: pa.Buffer, code: str, layout: RowLayout) -> Row | None:
    letters = int.from_bytes(raw.slice(raw.size - LENGTH_BYTES), "little")
    columns = pa.ipc.read_record_batch(raw.slice(0, letters), layout.schema).columns
    place = _place_of(code.encode(), raw, letters, _ends_of(columns[0]))
    if place is None:
        return None
    row: Row = {}
    for name, is_text, column in zip(layout.names, layout.is_text, columns, strict=True):
        value = column[place].as_py()
        if is_text:
            ends = _ends_of(column)
            if value is not None:
                end = letters + int(ends[place])
                value = raw.slice(end - value, value).to_pybytes().decode()
            letters += int(ends[-1])
        row[name] = value
    return row


def _place_of(code: bytes, raw: pa.Buffer, start: int, ends: Ends) -> int | None:
    """Which of the codes, whose letters begin at `start`, is this one?"""
    codes = raw.slice(start, int(ends[-1])).to_pybytes()
    found = codes.find(code)
    while found >= 0:
        place = int(np.searchsorted(ends, found, side="right"))
        begin = int(ends[place - 1]) if place else 0
        if begin == found and int(ends[place]) == found + len(code):
            return place
        found = codes.find(code, found + 1)
    return None


def _ends_of(lengths: pa.Int32Array) -> Ends:
    """Where the letters of each string end; a null has none."""
    return np.cumsum(np.frombuffer(lengths.buffers()[1], np.int32)[: len(lengths)])


def _in_lengths(schema: pa.Schema) -> pa.Schema:
    """The schema of the record batch in a block: strings are their lengths in bytes."""
    return pa.schema([f.with_type(pa.int32()) if pa.types.is_string(f.type) else f for f in schema])


def _apart(strings: pa.StringArray) -> tuple[pa.Int32Array, bytes]:
    """Lengths in bytes, null (and 0) where a string is, and all letters one behind the other."""
    filled = strings.fill_null("") if strings.null_count else strings
    _, offsets, text = filled.buffers()
    ends = np.frombuffer(offsets, np.int32)[filled.offset :][: len(filled) + 1]
    unknown = strings.is_null().to_numpy(zero_copy_only=False) if strings.null_count else None
    lengths = pa.array(np.diff(ends), mask=unknown)
    return lengths, bytes(text.slice(int(ends[0]), int(ends[-1] - ends[0]))) if text is not None else b""
