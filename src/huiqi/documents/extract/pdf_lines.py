"""Pieces of text on a page of a PDF file to lines of print, tables to rows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import median

from huiqi.documents.extract.pdf_pages import PdfPage, Piece
from huiqi.documents.extract.pdf_tables import rows_of, tables_of

WIDE = re.compile(
    r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\u3000-\u303f\u2014\u2026\u2018-\u201d\u2460-\u24ff〇]"
)
PUNCTUATION = re.compile("[，。；：、,;:]")
SPREAD = re.compile(r"^\S(?:\s+\S){3,}$")  # a letterhead set one character at a time
SHORT_LINE = 30


@dataclass(frozen=True, slots=True)
class PdfLine:
    """One line of print. Left and right edge, base line and type size in points; `gap` to the line above."""

    text: str
    left: float
    right: float
    y: float
    size: float
    page: int
    is_row: bool = False
    gap: float = 0.0


def squeezed(text: str) -> str:
    """Without spaces."""
    return re.sub(r"\s", "", text)


def page_lines(page: PdfPage, number: int) -> list[PdfLine]:
    """Lines of a page from top to bottom; rows of ruled tables come as one line each."""
    tables = tables_of(page)
    rest = [piece for piece in page.pieces if not any(table.holds(piece) for table in tables)]
    lines = [_line(pieces, number) for pieces in _same_height(rest)]
    for table in tables:
        for y, text in rows_of(table, page.pieces):
            lines.append(PdfLine(text, table.left, table.right, y, 0.0, number, is_row=True))
    lines = sorted((line for line in lines if line.text.strip()), key=lambda line: -line.y)
    above = [lines[:1], *[[line] for line in lines[:-1]]] if lines else []
    return [replace(line, gap=before[0].y - line.y) for line, before in zip(lines, above, strict=True)]


def _same_height(pieces: list[Piece]) -> Iterator[list[Piece]]:
    group: list[Piece] = []
    for piece in sorted(pieces, key=lambda piece: (-piece.y, piece.x)):
        if group and group[0].y - piece.y > 0.45 * max(min(group[0].size, piece.size), 4.0):
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _line(pieces: list[Piece], number: int) -> PdfLine:
    """Pieces of one height side by side; a wide gap between them becomes a tab."""
    pieces = sorted(pieces, key=lambda piece: piece.x)
    text, right = "", pieces[0].x
    size = median(piece.size for piece in pieces)
    for piece in pieces:
        gap = piece.x - right
        if text and gap > 2.5 * size:
            text += "\t"
        elif text and gap > 0.6 * size and not WIDE.match(text[-1]) and not WIDE.match(piece.text[0]):
            text += " "
        text += piece.text
        right = max(right, piece.x + width(piece.text) * piece.size)
    if SPREAD.match(text):
        text = re.sub(r"\s", "", text)
    indent = len(text) - len(text.lstrip())
    left = pieces[0].x + width(text[:indent]) * size
    return PdfLine(without_gaps(text), left, right, pieces[0].y, size, number)


def width(text: str) -> float:
    """In units of the type size: a Chinese character is one, a letter or figure about half."""
    return sum(1.0 if WIDE.match(sign) else 0.5 for sign in text)


def without_gaps(text: str) -> str:
    """No spaces beside Chinese characters where they come from spacing, not from the text.

    Wide spaces are characters that someone typed and stay; so do the spaces of a short line without commas, such as
    a name and an office.

    >>> without_gaps("关 于 2016 年 印发 SME policy 的通 知，请")
    '关于2016年印发SME policy的通知，请'
    >>> without_gaps("莫某某 市政府秘书长"), without_gaps("关 于 印 发")
    ('莫某某 市政府秘书长', '关于印发')
    """
    text = text.strip().replace("\xa0", " ")
    words = text.split()
    if len(text) <= SHORT_LINE and not PUNCTUATION.search(text) and max(map(len, words), default=0) > 1:
        return re.sub(rf"(?<=[\d%]) +(?={WIDE.pattern})|(?<={WIDE.pattern}) +(?=[\d])", "", text)
    text = re.sub(rf"(?<={WIDE.pattern}) +", "", text)
    return re.sub(rf" +(?={WIDE.pattern})", "", text)
