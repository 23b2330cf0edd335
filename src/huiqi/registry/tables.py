"""Someone's table as rows of cells, a block at a time: CSV in any usual encoding, XLSX, Parquet."""

import codecs
import csv
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from huiqi.base.problem import Problem
from huiqi.registry.ahead import in_order
from huiqi.registry.cells import Cell

BLOCK_ROWS = 8192
DELIMITERS = (",", "\t", ";", "|", "，")

BROKEN = (OSError, EOFError, SyntaxError, csv.Error, zipfile.BadZipFile, zlib.error, pa.ArrowException)
"""What the readers raise for a damaged file; a SyntaxError is one of its XML."""

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


class UnreadableTable(ValueError):
    """A file turns out to be damaged after its header was read."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is to be read; None leaves it to what the file shows."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    number: int  # as a spreadsheet counts rows, the first being 1; in CSV the line on which the row ends
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose header has been read; `rows` opens the file anew each time."""

    path: Path
    headers: tuple[str, ...]
    dialect: Dialect  # as found or given

    def rows(self) -> Iterator[Row]:
        """The rows below the header; rows without any content are left out. Raises UnreadableTable."""
        try:
            for row in _ROWS[_kind(self.path)](self):
                if any(c not in (None, "") for c in row.cells):
                    yield row
        except BROKEN as error:
            raise UnreadableTable(f"cannot be read to its end: {error}") from error

    def blocks(self) -> Iterator[list[Row]]:
        """The rows, at most 8,192 at a time."""
        rows = self.rows()
        while block := list(islice(rows, BLOCK_ROWS)):
            yield block


def open_table(
    path: Path, *, dialect: Dialect, known_headers: Sequence[str]
) -> tuple[Table | None, list[Problem]]:
    """The table in a file, by its ending. `known_headers` tell which delimiter is the right one."""
    if not path.is_file():
        return None, [Problem(str(path), "there is no such file")]
    kind = _kind(path)
    if not kind:
        return None, [Problem(str(path), "not a .csv, .txt, .tsv, .xlsx or .parquet file")]
    if kind == "csv":
        return _open_csv(path, dialect, known_headers)
    try:
        return _open_xlsx(path, dialect) if kind == "xlsx" else _open_parquet(path, dialect)
    except (*BROKEN, KeyError, ValueError) as error:
        return None, [Problem(str(path), f"cannot be read as {kind}: {error}")]


def encoding_of(path: Path, declared: str | None) -> str | Problem:
    """The encoding that decodes the whole file: declared, else by its mark, else UTF-8, else GB 18030 (with GBK)."""
    with path.open("rb") as file:
        start = file.read(3)
    marked = next((name for mark, name in _MARKS.items() if start.startswith(mark)), None)
    candidates = [declared or marked] if declared or marked else ["utf-8", "gb18030"]
    failures = []
    for candidate in candidates:
        assert candidate is not None
        failure = _failure_to_decode(path, candidate)
        if failure is None:
            return candidate
        failures.append(f"{candidate}: {failure}")
    return Problem(str(path), f"cannot be decoded as {'; '.join(failures)}")


def _kind(path: Path) -> str:
    kinds = {".csv": "csv", ".txt": "csv", ".tsv": "csv", ".xlsx": "xlsx", ".parquet": "parquet"}
    return kinds.get(path.suffix.lower(), "")


def _failure_to_decode(path: Path, encoding: str) -> str | None:
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
    except LookupError:
        return "no such encoding"
    if codecs.lookup(encoding).name in ("utf-8", "utf-8-sig") and _is_utf8(path):
        return None
    done = 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            try:
                decoder.decode(piece)
            except UnicodeDecodeError as error:
                return f"{error.reason} near byte {done + error.start}"
            done += len(piece)
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            return f"{error.reason} at the end"
    return None


def _is_utf8(path: Path) -> bool:
    """The whole file, some megabytes at a time in two threads."""

    def pieces() -> Iterator[bytes]:
        rest = b""
        with path.open("rb") as file:
            while piece := file.read(4 << 20):
                cut = piece.rfind(b"\n") + 1  # a line's end is no part of another character
                yield rest + piece[:cut]
                rest = piece[cut:]
        yield rest

    return all(in_order(_is_text, pieces()))


def _is_text(piece: bytes) -> bool:
    offsets = np.array([0, len(piece)], np.int32)
    array = pa.Array.from_buffers(pa.binary(), 1, [None, pa.py_buffer(offsets), pa.py_buffer(piece)])
    try:
        array.cast(pa.string())
    except pa.ArrowInvalid:
        return False
    return True


def _open_csv(path: Path, dialect: Dialect, known: Sequence[str]) -> tuple[Table | None, list[Problem]]:
    encoding = encoding_of(path, dialect.encoding)
    if isinstance(encoding, Problem):
        return None, [encoding]
    found: dict[str, tuple[str, ...]] = {}
    for delimiter in [dialect.delimiter] if dialect.delimiter else DELIMITERS:
        rows = _csv_rows(path, Dialect(encoding, delimiter, None, dialect.header_row - 1))
        found[delimiter] = tuple(str(c).strip() for c in next(rows, Row(0, ())).cells)
    best = max(found, key=lambda d: sum(h in known for h in found[d]))
    if not any(found[best]):
        return None, [Problem(str(path), f"row {dialect.header_row}, the header, is empty")]
    return Table(path, found[best], Dialect(encoding, best, None, dialect.header_row)), []


def _csv_rows(path: Path, dialect: Dialect) -> Iterator[Row]:
    assert dialect.delimiter is not None
    with path.open(encoding=dialect.encoding, newline="") as file:
        reader = csv.reader(file, delimiter=dialect.delimiter)
        for record in islice(reader, dialect.header_row, None):
            yield Row(reader.line_num, record)


def _open_xlsx(path: Path, dialect: Dialect) -> tuple[Table | None, list[Problem]]:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    names = book.sheetnames
    book.close()
    if dialect.sheet is None and len(names) > 1:
        return None, [Problem(str(path), f"has the sheets {', '.join(names)}: the mapping must name one")]
    if dialect.sheet is not None and dialect.sheet not in names:
        return None, [Problem(str(path), f"has no sheet {dialect.sheet!r}, only {', '.join(names)}")]
    found = Dialect(None, None, dialect.sheet or names[0], dialect.header_row)
    header = next(_xlsx_rows(path, found, skip=dialect.header_row - 1), Row(0, ())).cells
    headers = tuple("" if c is None else str(c).strip() for c in header)
    if not any(headers):
        return None, [Problem(str(path), f"row {dialect.header_row}, the header, is empty")]
    return Table(path, headers, found), []


def _xlsx_rows(path: Path, dialect: Dialect, *, skip: int) -> Iterator[Row]:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        sheet: Any = book[dialect.sheet or book.sheetnames[0]]
        sheet.reset_dimensions()  # the size a file claims to have may be wrong
        for number, cells in enumerate(sheet.iter_rows(min_row=skip + 1, values_only=True), start=skip + 1):
            yield Row(number, cells)
    finally:
        book.close()


def _open_parquet(path: Path, dialect: Dialect) -> tuple[Table | None, list[Problem]]:
    return Table(path, tuple(pq.read_schema(path).names), Dialect()), []


def _parquet_rows(table: Table) -> Iterator[Row]:
    number = 0
    for batch in pq.ParquetFile(table.path).iter_batches(BLOCK_ROWS):
        for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            number += 1
            yield Row(number, cells)


_ROWS = {
    "csv": lambda table: _csv_rows(table.path, table.dialect),
    "xlsx": lambda table: _xlsx_rows(table.path, table.dialect, skip=table.dialect.header_row),
    "parquet": _parquet_rows,
}
