"""Pages of A4 in one language: what every PDF of the site shares, its type, its colours and its foot."""

from collections.abc import Iterable
from datetime import date
from io import BytesIO
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor  # type: ignore[import-untyped]
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
from reportlab.lib.units import mm  # type: ignore[import-untyped]
from reportlab.platypus import (  # type: ignore[import-untyped]
    Flowable,
    Paragraph,
    SimpleDocTemplate,
    Table,
    TableStyle,
)

from huiqi.base.bilingual import Bilingual
from huiqi.measures.expressions import Type
from huiqi.measures.words import Language, quantity
from huiqi.web.shared.fonts import cjk_font

INK: Final = HexColor("#1c2733")
SOFT: Final = HexColor("#55616e")
LINE: Final = HexColor("#d9dfe6")
ACCENT: Final = HexColor("#0b4f8a")
WASH: Final = HexColor("#eaf2f9")
WIDTH: Final = A4[0] - 36 * mm - 12  # the frame keeps 6 points on each side
NAMES_WIDTH: Final = 34 * mm


class Sheet:
    """Makes the parts of a document in one font and one language."""

    said_at_the_foot: Bilingual

    def __init__(self, language: Language) -> None:
        self.font = cjk_font()
        self.language = language
        self.body = self.style("body", 10, INK)
        self.small = self.style("small", 8.5, SOFT)
        self.strong = self.style("strong", 10, INK)
        self.heading = self.style("heading", 13, ACCENT, spaceBefore=14, spaceAfter=6)
        self.title = self.style("title", 20, INK, spaceAfter=4)
        self.sum = self.style("sum", 22, ACCENT)

    def style(self, name: str, size: float, colour: Any, **more: Any) -> Any:
        wrap = {"wordWrap": "CJK"} if self.language == "zh" else {}
        return ParagraphStyle(
            name, fontName=self.font, fontSize=size, leading=size * 1.5, textColor=colour, **wrap, **more
        )

    def say(self, zh: str, en: str) -> str:
        return en if self.language == "en" else zh

    def pick(self, text: Bilingual) -> str:
        return text.in_language(self.language)

    def text(self, words: str, style: Any = None) -> Any:
        return Paragraph(escape(words), style or self.body)

    def when(self, day: date) -> str:
        return quantity(day, Type.DATE, None, self.language)

    def pairs(self, rows: Iterable[tuple[str, str]]) -> Any:
        """Names with what is said of them, one below the other."""
        cells = [[self.text(name, self.small), self.text(words)] for name, words in rows]
        return Table(cells, colWidths=[NAMES_WIDTH, WIDTH - NAMES_WIDTH], style=lined(LINE))

    def foot(self, canvas: Any, _document: Any) -> None:
        canvas.saveState()
        canvas.setFont(self.font, 8)
        canvas.setFillColor(SOFT)
        canvas.drawString(18 * mm, 11 * mm, self.pick(self.said_at_the_foot))
        canvas.drawRightString(A4[0] - 18 * mm, 11 * mm, str(canvas.getPageNumber()))
        canvas.restoreState()

    def pdf(self, title: str, parts: Iterable[Flowable]) -> bytes:
        """The whole document; names of authorities and documents stay Chinese."""
        file = BytesIO()
        SimpleDocTemplate(
            file,
            pagesize=A4,
            title=title,
            author=self.say("惠企", "huiqi"),
            lang="zh-CN" if self.language == "zh" else "en",
            leftMargin=18 * mm,
            rightMargin=18 * mm,
            topMargin=18 * mm,
            bottomMargin=20 * mm,
        ).build(list(parts), onFirstPage=self.foot, onLaterPages=self.foot)
        return file.getvalue()


def lined(colour: Any, *, head: Any = None) -> Any:
    """Thin lines between rows; with `head` the first row stands on that colour."""
    style = [
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, colour),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (0, -1), 4 if head else 0),
    ]
    return TableStyle([*style, ("BACKGROUND", (0, 0), (-1, 0), head)] if head else style)
