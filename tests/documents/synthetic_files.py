"""PDF and DOCX files made of the synthetic document, as office programs and scrapers of portals make them."""

import io
from collections.abc import Sequence

import docx
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from tests.documents.synthetic import ADDRESSEES, BODY, NUMBER, SIGNATURE, TITLE

FONT = "STSong-Light"
SIZE = 16
LEFT, RIGHT, TOP, LEADING = 80, 528, 730, 28
CHARACTERS = (RIGHT - LEFT) // SIZE


class PdfWriter:
    """Sets paragraphs the way official documents are printed: 28 characters a line, two indented, 22 lines a page."""

    def __init__(self, *, head: str | None = None, number: str = "- {} -", lines_a_page: int = 22) -> None:
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
        self.buffer = io.BytesIO()
        self.canvas = Canvas(self.buffer, pagesize=A4)
        self.head, self.number, self.lines_a_page = head, number, lines_a_page
        self.page, self.used = 0, 0
        self.begin_page()

    def begin_page(self) -> None:
        self.page, self.used = self.page + 1, 0
        if self.head:
            self.canvas.setFont(FONT, 9)
            self.canvas.drawString(LEFT, 800, self.head)
        if self.number:
            self.canvas.setFont(FONT, 12)
            self.canvas.drawCentredString(300, 45, self.number.format(self.page))

    def line(self, text: str, *, at: float = LEFT, size: float = SIZE) -> None:
        if self.used == self.lines_a_page:
            self.canvas.showPage()
            self.begin_page()
        self.canvas.setFont(FONT, size)
        self.canvas.drawString(at, TOP - LEADING * self.used, text)
        self.used += 1

    def centred(self, text: str, *, size: float = 22) -> None:
        self.line(text, at=(RIGHT + LEFT) / 2 - size * len(text) / 2, size=size)

    def paragraph(self, text: str, *, indent: int = 2) -> None:
        """Half-width signs take half a character; no line begins with a comma or a stop."""
        room, start, row = CHARACTERS - indent, LEFT + indent * SIZE, ""
        for sign in text:
            width = 0.5 if sign.isascii() else 1
            if (
                sum(0.5 if each.isascii() else 1 for each in row) + width > room
                and sign not in "，。、；：）》"
            ):
                self.line(row, at=start)
                row, room, start = "", CHARACTERS, LEFT
            row += sign
        self.line(row, at=start)

    def table(self, rows: Sequence[Sequence[str]], widths: Sequence[int], *, size: float = 10) -> None:
        """A ruled table; the lines of a cell stand below each other, row after row."""
        per_cell = [int(width // size) - 1 for width in widths]
        top = TOP - LEADING * self.used + 10
        for row in rows:
            cells = [
                [cell[at : at + room] for at in range(0, len(cell), room)] or [""]
                for cell, room in zip(row, per_cell, strict=True)
            ]
            height = 14 * max(map(len, cells)) + 6
            x = LEFT
            for cell, width in zip(cells, widths, strict=True):
                self.canvas.rect(x, top - height, width, height)
                self.canvas.setFont(FONT, size)
                for position, text in enumerate(cell):
                    self.canvas.drawString(x + 4, top - 14 - 14 * position, text)
                x += width
            top -= height
        self.used = min(self.lines_a_page, int((TOP - top) // LEADING) + 2)

    def bytes(self) -> bytes:
        self.canvas.save()
        return self.buffer.getvalue()


def printed_pdf(body: Sequence[str] = BODY, **layout: object) -> bytes:
    """The whole synthetic document on A4 pages."""
    pdf = PdfWriter(**layout)  # type: ignore[arg-type]
    pdf.centred(NUMBER, size=SIZE)
    pdf.centred(TITLE[:7])
    pdf.centred(TITLE[7:])
    pdf.paragraph(ADDRESSEES, indent=0)
    for text in body:
        pdf.paragraph(text)
    for text in SIGNATURE:
        pdf.line(text, at=RIGHT - 10 * SIZE)
    return pdf.bytes()


def saved(document: WordDocument) -> bytes:
    """The bytes of a Word file."""
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def word_file(lines: Sequence[str]) -> WordDocument:
    """One paragraph a line."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    return document


def add_list(
    document: WordDocument, levels: Sequence[tuple[str, str]], *, abstract: int = 90, number: int = 90
) -> None:
    """Declare a list: for each level the format and the pattern, such as `("chineseCounting", "（%1）")`."""
    marks = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
        for level, (kind, pattern) in enumerate(levels)
    )
    numbering = document.part.numbering_part.element
    numbering.insert(
        0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{abstract}">{marks}</w:abstractNum>')
    )
    numbering.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{abstract}"/></w:num>')
    )


def add_numbered(document: WordDocument, text: str, level: int, *, number: int = 90) -> None:
    """A paragraph whose label Word draws."""
    properties = document.add_paragraph(text)._p.get_or_add_pPr()
    properties.append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')
    )
