"""A PDF file to positioned pieces of text, page by page. Runs in a process of its own (pdf_process)."""

import io
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import pypdf
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, StreamObject

from huiqi.documents.extract.limits import (
    MAX_PDF_PAGE_BYTES,
    MAX_PDF_PAGES,
    MAX_TEXT_CHARACTERS,
    PDF_PAGE_SECONDS,
)

Matrix = Sequence[float]
MOST_RULES = 4_000
MOST_CORNERS = 100
LONGEST_PIECE = 4_000


class Piece(NamedTuple):
    """Text drawn in one go: left edge and base line in points from the lower left corner, type size."""

    x: float
    y: float
    size: float
    text: str


class Rule(NamedTuple):
    """A straight line, horizontal or upright, of a table: from (x0, y0) to (x1, y1)."""

    x0: float
    y0: float
    x1: float
    y1: float


class PdfPage(NamedTuple):
    """One page: its size in points, what is drawn on it, and whether it holds pictures."""

    width: float
    height: float
    pieces: list[Piece]
    rules: list[Rule]
    has_pictures: bool


Shape = list[tuple[float, float]]
STROKE, FILL = (b"S", b"s", b"B", b"b", b"B*", b"b*"), (b"f", b"F", b"f*")
DRAWING = frozenset((b"m", b"l", b"re", b"h", b"n", *STROKE, *FILL))
THIN = 2.5


@dataclass
class Path:
    """Follows the path operators of a page and keeps the straight lines that are painted, not those that clip."""

    rules: list[Rule] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)

    def draw(self, operator: bytes, values: list[float], cm: Matrix) -> None:
        """One operator. Corners are kept in page coordinates."""

        def at(x: float, y: float) -> tuple[float, float]:
            return round(x * cm[0] + y * cm[2] + cm[4], 1), round(x * cm[1] + y * cm[3] + cm[5], 1)

        if operator == b"re" and len(values) == 4:
            x, y, width, height = values
            corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
            self.shapes.append([at(*corner) for corner in corners])
        elif operator == b"m" and len(values) == 2:
            self.shapes.append([at(*values)])
        elif operator == b"l" and len(values) == 2 and self.shapes:
            self.shapes[-1].append(at(*values))
        elif operator == b"h" and self.shapes:
            self.shapes[-1].append(self.shapes[-1][0])
        elif operator in STROKE or operator in FILL:
            for shape in self.shapes:
                self._paint(shape, is_filled=operator in FILL)
        if operator not in (b"re", b"m", b"l", b"h"):
            self.shapes.clear()

    def _paint(self, shape: Shape, *, is_filled: bool) -> None:
        if len(self.rules) > MOST_RULES or len(shape) > MOST_CORNERS:
            return
        xs, ys = [x for x, _ in shape], [y for _, y in shape]
        if min(max(xs) - min(xs), max(ys) - min(ys)) < THIN:
            self.rules.append(_straight(min(xs), min(ys), max(xs), max(ys)))
        elif not is_filled:
            self.rules += [
                Rule(*one, *other)
                for one, other in pairwise(shape)
                if abs(one[0] - other[0]) < 1 or abs(one[1] - other[1]) < 1
            ]


def _straight(x0: float, y0: float, x1: float, y1: float) -> Rule:
    """The middle line of a thin bar."""
    if x1 - x0 >= y1 - y0:
        return Rule(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2)
    return Rule((x0 + x1) / 2, y0, (x0 + x1) / 2, y1)


class Refusal(ValueError):
    """The file cannot be read, for a reason that its owner can understand."""


def read_pages(data: bytes) -> list[PdfPage]:
    """All pages of the file.

    Raises Refusal for encrypted, damaged and excessive files; pypdf may raise anything else on hostile ones.
    """
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not _opens_without_password(reader):
            raise Refusal("the PDF file is encrypted; give one without a password")
        count = len(reader.pages)
    except PyPdfError as error:
        raise Refusal(f"the PDF file is damaged: {error}") from error
    if count > MAX_PDF_PAGES:
        raise Refusal(f"the PDF file has {count:,} pages; at most {MAX_PDF_PAGES:,} are read")
    pages: list[PdfPage] = []
    characters = 0
    for number in range(count):
        page = read_page(reader.pages[number], number + 1)
        characters += sum(len(piece.text) for piece in page.pieces)
        if characters > MAX_TEXT_CHARACTERS:
            raise Refusal(f"more than {MAX_TEXT_CHARACTERS:,} characters of text")
        pages.append(page)
    return pages


def _opens_without_password(reader: pypdf.PdfReader) -> bool:
    """Many files are encrypted only to forbid editing; these open with an empty password."""
    try:
        return bool(reader.decrypt(""))
    except (PyPdfError, NotImplementedError, ValueError):
        return False


def read_page(page: pypdf.PageObject, number: int) -> PdfPage:
    """The pieces and rules of one page, in the order in which they are drawn."""
    if (size := _content_bytes(page)) > MAX_PDF_PAGE_BYTES:
        raise Refusal(
            f"page {number} of the PDF file unpacks to {size:,} bytes; at most {MAX_PDF_PAGE_BYTES:,}"
        )
    pieces: list[Piece] = []
    path = Path()
    pictures: list[bool] = []
    stop = time.process_time() + PDF_PAGE_SECONDS

    def text_shown(text: str, cm: Matrix, tm: Matrix, font: Any, size: float) -> None:
        if text.strip():
            pieces.append(_piece(text.strip("\n"), cm, tm, size))

    def operator_met(operator: bytes, operands: Sequence[Any], cm: Matrix, tm: Matrix) -> None:
        if time.process_time() > stop:
            raise Refusal(f"page {number} of the PDF file takes more than {PDF_PAGE_SECONDS} seconds to read")
        if operator in DRAWING:
            path.draw(operator, [float(value) for value in operands], cm)
        elif operator in (b"Do", b"BI", b"INLINE IMAGE"):
            pictures.append(True)

    page.extract_text(orientations=(0,), visitor_text=text_shown, visitor_operand_before=operator_met)
    if not pieces:
        pieces += _without_positions(page)
    box = page.mediabox
    return PdfPage(float(box.width), float(box.height), pieces, path.rules, bool(pictures))


def _content_bytes(page: pypdf.PageObject) -> int:
    """Unpacked size of what draws the page and of the forms that it draws, as far as they are its own."""
    contents = page.get("/Contents")
    parts = contents.get_object() if contents is not None else None
    streams = list(parts) if isinstance(parts, ArrayObject) else [parts]
    total = 0
    for part in streams[:1_000]:
        stream = part.get_object() if part is not None else None
        if isinstance(stream, StreamObject):
            total += len(stream.get_data())
    return total


def _piece(text: str, cm: Matrix, tm: Matrix, size: float) -> Piece:
    x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
    y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
    scale = abs(tm[3] * cm[3] - tm[2] * cm[1]) or abs(tm[0] * cm[0]) or 1.0
    return Piece(round(x, 2), round(y, 2), round(abs(size) * scale, 2), text[:LONGEST_PIECE])


def _without_positions(page: pypdf.PageObject) -> list[Piece]:
    """Text drawn in other directions (a page that is turned): one piece a line, top to bottom."""
    lines = [line for line in page.extract_text().split("\n") if line.strip()]
    return [Piece(0.0, float(-20 * position), 12.0, line) for position, line in enumerate(lines)]
