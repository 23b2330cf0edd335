"""The rows an import does not take, as a table a person can mend: reason first, then the row as it was.

Next to it, for those who count, one line per mistake in Parquet. Both files appear when they are complete.
"""

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from huiqi.registry.cells import Cell, plain_text
from huiqi.registry.tables import Row

HEADERS = ("row", "column", "value", "reason")
SEPARATOR = " | "
LINES_HELD = 20_000


@dataclass(frozen=True, slots=True)
class Objection:
    """One thing wrong with a row; `column` is the header of the table, or empty if it is the row as a whole."""

    column: str
    cell: Cell
    reason: str


class RejectsFile:
    """A CSV file in UTF-8 with a byte order mark, so that spreadsheets show Chinese; one line per rejected row."""

    def __init__(self, path: Path, headers: Sequence[str]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path, self._part = path, unfinished(path)
        self._file = self._part.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow([*HEADERS, *headers])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if kind is None:
            os.replace(self._part, self._path)
        else:
            self._part.unlink()

    def add(self, row: Row, objections: Sequence[Objection]) -> None:
        """All objections to a row stand in one line, in the same order in each of the three columns."""
        columns = SEPARATOR.join(o.column for o in objections)
        values = SEPARATOR.join(plain_text(o.cell) for o in objections)
        reasons = SEPARATOR.join(o.reason for o in objections)
        self._writer.writerow([row.number, columns, values, reasons, *map(_as_written, row.cells)])


class LinesFile:
    """A Parquet file filled a few thousand lines at a time; there is none if nothing was added."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._path, self._part, self._schema = path, unfinished(path), schema
        self._writer: pq.ParquetWriter | None = None
        self._held: list[dict[str, object]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self._held:
            self._flush()
        if self._writer is not None:
            self._writer.close()
        if self._writer is None or kind is not None:
            self._part.unlink(missing_ok=True)
            if kind is None:
                self._path.unlink(missing_ok=True)  # that of an earlier import
        else:
            os.replace(self._part, self._path)

    def add(self, line: dict[str, object]) -> None:
        """One line, by the names of the schema."""
        self._held.append(line)
        if len(self._held) >= LINES_HELD:
            self._flush()

    def add_table(self, table: pa.Table) -> None:
        """Many lines at once."""
        if table.num_rows:
            self._open().write_table(table.cast(self._schema))

    def _flush(self) -> None:
        self._open().write_table(pa.Table.from_pylist(self._held, self._schema))
        self._held = []

    def _open(self) -> pq.ParquetWriter:
        if self._writer is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(self._part, self._schema, compression="zstd")
        return self._writer


def unfinished(path: Path) -> Path:
    """The name a file has until it is complete."""
    return path.with_name(f".{path.name}.part")


def _as_written(cell: Cell) -> str:
    return cell if isinstance(cell, str) else plain_text(cell)
