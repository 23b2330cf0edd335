"""Ruled tables of a PDF page: the lines drawn around cells say which text belongs together."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from huiqi.documents.extract.pdf_pages import PdfPage, Piece, Rule

SNAP = 3.0
SHORTEST = 8.0
FEWEST_ROWS = 2
FEWEST_COLUMNS = 2


class PdfTable(NamedTuple):
    """Edges of columns (ascending) and of rows (descending) in points."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]

    @property
    def left(self) -> float:
        """Left edge of the table."""
        return self.columns[0]

    @property
    def right(self) -> float:
        """Right edge of the table."""
        return self.columns[-1]

    def holds(self, piece: Piece) -> bool:
        """Whether a piece is drawn within the outer rules."""
        middle = piece.y + 0.3 * piece.size
        return self.left - SNAP <= piece.x <= self.right and self.rows[-1] <= middle <= self.rows[0]


def tables_of(page: PdfPage) -> list[PdfTable]:
    """Tables ruled on all sides. One table per band of the page in which upright rules overlap."""
    across = [
        rule for rule in page.rules if abs(rule.y0 - rule.y1) < 1 and abs(rule.x0 - rule.x1) >= SHORTEST
    ]
    upright = [
        rule for rule in page.rules if abs(rule.x0 - rule.x1) < 1 and abs(rule.y0 - rule.y1) >= SHORTEST
    ]
    tables = []
    for low, high in _bands(upright):
        inside = [
            rule
            for rule in upright
            if low - SNAP <= min(rule.y0, rule.y1) and max(rule.y0, rule.y1) <= high + SNAP
        ]
        columns = snapped([rule.x0 for rule in inside])
        rows = snapped([rule.y0 for rule in across if low - SNAP <= rule.y0 <= high + SNAP])
        if len(columns) > FEWEST_COLUMNS and len(rows) >= FEWEST_ROWS:
            tables.append(PdfTable(tuple(columns), tuple(reversed(rows))))
    return tables


def _bands(upright: Sequence[Rule]) -> list[tuple[float, float]]:
    bands: list[tuple[float, float]] = []
    for low, high in sorted((min(rule.y0, rule.y1), max(rule.y0, rule.y1)) for rule in upright):
        if bands and low <= bands[-1][1] + SNAP:
            bands[-1] = bands[-1][0], max(bands[-1][1], high)
        else:
            bands.append((low, high))
    return bands


def snapped(values: Sequence[float]) -> list[float]:
    """Values with those that lie close together made one, ascending.

    >>> snapped([10.2, 50.0, 10.0, 51.1])
    [10.0, 50.0]
    """
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > SNAP:
            kept.append(value)
    return kept


def rows_of(table: PdfTable, pieces: Sequence[Piece]) -> Iterator[tuple[float, str]]:
    """Each row with its height on the page: cells by tabs, the lines of a cell joined."""
    inside = [piece for piece in pieces if table.holds(piece)]
    for high, low in pairwise(table.rows):
        cells: list[list[Piece]] = [[] for _ in table.columns[1:]]
        for piece in inside:
            if low <= piece.y + 0.3 * piece.size < high:
                column = bisect_right(table.columns, piece.x + SNAP) - 1
                cells[max(0, min(column, len(cells) - 1))].append(piece)
        texts = [_joined(cell) for cell in cells]
        if any(texts):
            yield high, "\t".join(texts).rstrip("\t")


def _joined(cell: list[Piece]) -> str:
    pieces = sorted(cell, key=lambda piece: (-round(piece.y / 4), piece.x))
    return "".join(
        "".join(piece.text.split()) if not piece.text.isascii() else piece.text.strip() for piece in pieces
    )
