"""The first rows of a file as they would be read, with what is wrong by cell."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import openpyxl
from pydantic import ValidationError

from huiqi.base.problem import Problem
from huiqi.intakes.places import Place
from huiqi.intakes.types import Kind
from huiqi.registry.cells import Refused, plain_text
from huiqi.registry.layout import Layout, lay_out
from huiqi.registry.mapping import TableMapping
from huiqi.registry.mistakes import Kind as MistakeKind
from huiqi.registry.mistakes import kind_of
from huiqi.registry.tables import BROKEN, Dialect, Table, UnreadableTable, open_table
from huiqi.registry.types import Columns

ROWS: Final = 20
HEAD_BYTES: Final = 4 << 20


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as written, as read, and what is wrong with it."""

    written: str
    read: str
    wrong: MistakeKind | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PreviewRow:
    number: int
    cells: tuple[Cell, ...]

    @property
    def is_wrong(self) -> bool:
        return any(cell.wrong for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Preview:
    """`columns` are header and name of what is read, in the order of the file."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[PreviewRow, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def wrong_rows(self) -> int:
        return sum(row.is_wrong for row in self.rows)


def head_of(place: Place) -> Path:
    """The file itself, or of a long CSV file a piece of its beginning, so that a page need not read it all."""
    if place.kind != Kind.CSV or place.table.stat().st_size <= 2 * HEAD_BYTES:
        return place.table
    head = place.folder / "head.csv"
    if not head.exists():
        with place.table.open("rb") as file:
            piece = file.read(HEAD_BYTES)
        part = place.folder / f".head.{uuid4().hex}.part"
        part.write_bytes(piece[: piece.rfind(b"\n") + 1])
        part.replace(head)
    return head


def sheets_of(place: Place) -> list[str]:
    """Names of the sheets of a workbook; none of other files."""
    if place.kind != Kind.XLSX:
        return []
    try:
        book = openpyxl.load_workbook(place.table, read_only=True)
    except (*BROKEN, KeyError, ValueError):
        return []
    names = list(book.sheetnames)
    book.close()
    return names


def open_head(
    place: Place, *, sheet: str, header_row: int, known: Mapping[str, str]
) -> tuple[Table | None, list[Problem]]:
    """The table with its headers, before anything is known of them but the names in `known`."""
    dialect = Dialect(sheet=sheet or None, header_row=header_row)
    return open_table(head_of(place), dialect=dialect, known_headers=list(known))


def preview(place: Place, mapping: Mapping[str, Any], columns: Columns, *, as_of: date) -> Preview:
    """The first rows by a mapping."""
    try:
        read = TableMapping.model_validate({**mapping, "as_of": as_of})
    except ValidationError as error:
        return Preview((), (), tuple(Problem(str(e["loc"]), e["msg"]) for e in error.errors()))
    known = [h for to in ("code", "name") for h in (mapping.get(to) or {}).get("headers", ())]
    dialect = Dialect(read.encoding, read.delimiter, read.sheet, read.header_row)
    table, problems = open_table(head_of(place), dialect=dialect, known_headers=known)
    if table is None:
        return Preview((), (), tuple(problems))
    layout, problems = lay_out(table.headers, mapping=read, columns=columns, where="")
    if layout is None:
        return Preview((), (), tuple(problems))
    names = tuple((table.headers[s.place], s.name) for s in layout.sources)
    try:
        return Preview(names, tuple(_rows(table, layout)))
    except UnreadableTable as error:
        return Preview(names, (), (Problem("", str(error)),))


def _rows(table: Table, layout: Layout) -> list[PreviewRow]:
    rows = []
    for row in islice(table.rows(), ROWS):
        cells = []
        for source in layout.sources:
            written = row.cells[source.place] if source.place < len(row.cells) else None
            value = source.read(written)
            if isinstance(value, Refused):
                cells.append(Cell(plain_text(written), "", kind_of(value.reason), value.reason))
            else:
                cells.append(Cell(plain_text(written), shown(value)))
        rows.append(PreviewRow(row.number, tuple(cells)))
    return rows


def shown(value: bool | int | Decimal | date | str | None) -> str:
    """
    >>> shown(Decimal("12345000.00")), shown(None), shown(True)
    ('12,345,000', '', '是')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{value.normalize():,f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
