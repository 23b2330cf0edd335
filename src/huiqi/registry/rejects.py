"""The rows an import does not take, as a table a person can mend: reason first, then the row as it was."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from huiqi.registry.cells import Cell, plain_text
from huiqi.registry.tables import Row

HEADERS = ("row", "column", "value", "reason")
SEPARATOR = " | "


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
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow([*HEADERS, *headers])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, row: Row, objections: Sequence[Objection]) -> None:
        """All objections to a row stand in one line, in the same order in each of the three columns."""
        columns = SEPARATOR.join(o.column for o in objections)
        values = SEPARATOR.join(plain_text(o.cell) for o in objections)
        reasons = SEPARATOR.join(o.reason for o in objections)
        self._writer.writerow([row.number, columns, values, reasons, *map(_as_written, row.cells)])


def _as_written(cell: Cell) -> str:
    return cell if isinstance(cell, str) else plain_text(cell)
