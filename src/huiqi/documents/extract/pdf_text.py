"""Positioned pieces of a PDF file to paragraphs.

pieces → lines → page numbers and running heads out → tables → paragraphs, over the ends of pages too
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from huiqi.documents.extract.html_lines import Line
from huiqi.documents.extract.metadata import first_of_each, metadata_lines
from huiqi.documents.extract.page_noise import without_noise
from huiqi.documents.extract.pdf_pages import PdfPage, Piece
from huiqi.documents.extract.pdf_tables import rows_of, tables_of

WIDE = re.compile(
    r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\u3000-\u303f\u2014\u2026\u2018-\u201d\u2460-\u24ff〇]"
)
PRINTED_BY_BROWSER = re.compile(
    r"^(?:(?:https?|file)://\S+|\d{1,4}[/-]\d{1,2}[/-]\d{1,4},?\s*(?:[上下]午)?\d{1,2}:\d{2})"
)
PAGE_NUMBER = re.compile(
    r"^[-—–－―_~·.•\s]*(?:第\s*)?(\d{1,4})(?:\s*页)?[-—–－―_~·.•，,\s]*(?:(?:[/／]|共|of)\s*\d{1,4}\s*页?)?[-—–－―\s]*$",
    re.I,
)
DRESSED = re.compile(r"[-—–－―页/／]|page|of", re.I)
LABEL = re.compile(
    r"^(?:[一二三四五六七八九十百]+、|[（(][一二三四五六七八九十百]+[)）]|第[一二三四五六七八九十百零\d]+[章条节编]|附件|[一二三四五六七八九十]是"
    r"|\d{1,3}[.．、](?!\d)|[（(]\d{1,3}[)）]|[①-⑳])"
)
SENTENCE_END = re.compile(r"[。！？：；:;][”’」』）)]?$")
TITLE_END = re.compile(
    r"^[^，。；：]{8,80}的?(?:通知|意见|办法|方案|规定|措施|决定|细则|计划|公告|通告|批复|规划|函)$"
)
LEADER = re.compile(r"[.．·…‥]{4,}\s*\d*$|…{2,}\s*\d*$")
OPENING, CLOSING = "（(〔［[《〈“", "）)〕］]》〉”"
FOOT = HEAD = 0.12
MOST_IN_BRACKETS = 160
SHORT_OF_EDGE = 2.4
LONGEST_BOX = 40


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


def text_of(pages: Sequence[PdfPage]) -> str:
    """The document as text, one paragraph a line."""
    per_page = [page_lines(page, number) for number, page in enumerate(pages)]
    kept, heads = without_running(per_page, [page.height for page in pages])
    lines = [line for lines in kept for line in lines if not LEADER.search(line.text)]
    kinds = [Line(text, is_row="\t" in text) for text in paragraphs(lines)]
    box, rest = metadata_lines(kinds[:LONGEST_BOX])
    body = [line.text for line in without_noise([*rest, *kinds[LONGEST_BOX:]])]
    whole = squeezed("".join(body))
    return "\n".join([*first_of_each(box), *[head for head in heads if squeezed(head) not in whole], *body])


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
    indent = len(text) - len(text.lstrip())
    left = pieces[0].x + width(text[:indent]) * size
    return PdfLine(without_gaps(text), left, right, pieces[0].y, size, number)


def width(text: str) -> float:
    """In units of the type size: a Chinese character is one, a letter or figure about half."""
    return sum(1.0 if WIDE.match(sign) else 0.5 for sign in text)


def without_gaps(text: str) -> str:
    """No spaces beside Chinese characters: they come from spacing, not from the text.

    >>> without_gaps("关 于 2016 年 印发 SME policy 的")
    '关于2016年印发SME policy的'
    """
    text = text.strip().replace("\u3000", " ").replace("\xa0", " ")
    text = re.sub(rf"(?<={WIDE.pattern}) +", "", text)
    return re.sub(rf" +(?={WIDE.pattern})", "", text)


def without_running(
    per_page: Sequence[list[PdfLine]], heights: Sequence[float]
) -> tuple[list[list[PdfLine]], list[str]]:
    """Pages without page numbers and without what repeats at the same place of most pages.

    Returns the pages and the running heads that were taken out (one may hold the document number).
    """
    kept = [_without_number(lines, height) for lines, height in zip(per_page, heights, strict=True)]
    kept = _without_plain_numbers(kept, heights)
    counts = Counter(key for lines in kept for key in {_key(line) for line in lines if not line.is_row})
    enough = max(2, 0.5 * len(kept)) if len(kept) < 6 else max(3, 0.3 * len(kept))
    heads: list[str] = []
    clean: list[list[PdfLine]] = []
    seen: set[tuple[str, int]] = set()
    for lines, height in zip(kept, heights, strict=True):
        left: list[PdfLine] = []
        for line in lines:
            key = _key(line)
            if (
                not line.is_row
                and len(kept) > 1
                and counts[key] >= enough
                and (_in_margin(line, height) or key in seen)
            ):
                heads.append(line.text)
            else:
                left.append(line)
            seen.add(key)
        clean.append(left)
    return clean, [head for head in dict.fromkeys(heads) if NUMBERED.search(head)]


NUMBERED = re.compile(r"[〔\[［(（]\s*\d{4}\s*[〕\]］)）]\s*\d+\s*号")


def _key(line: PdfLine) -> tuple[str, int]:
    """What makes two lines of different pages the same: words without figures, and the height on the page."""
    return re.sub(r"\d+", "#", squeezed(line.text)), round(line.y / 12)


def _in_margin(line: PdfLine, height: float) -> bool:
    return line.y > (1 - HEAD) * height or line.y < FOOT * height


def _without_number(lines: list[PdfLine], height: float) -> list[PdfLine]:
    """Without numbers with dashes or words (- 3 -, 第3页) and what a browser prints at the top and the foot."""
    edges = {
        id(line)
        for line in [*lines[:2], *lines[-2:]]
        if _in_margin(line, height) or line in (lines[0], lines[-1])
    }
    return [
        line
        for line in lines
        if not (id(line) in edges and PAGE_NUMBER.match(line.text) and DRESSED.search(line.text))
        and not (_in_margin(line, height) and PRINTED_BY_BROWSER.match(line.text))
    ]


def _without_plain_numbers(pages: list[list[PdfLine]], heights: Sequence[float]) -> list[list[PdfLine]]:
    """Bare numbers at the foot or head, if they count the pages."""
    offsets = Counter(
        int(line.text) - number
        for number, lines in enumerate(pages)
        for line in {id(line): line for line in [*lines[:1], *lines[-1:]]}.values()
        if line.text.isdecimal() and len(line.text) < 5
    )
    if not offsets:
        return pages
    offset, times = offsets.most_common(1)[0]
    if times < max(1, 0.4 * len(pages)) or (times == 1 and offset not in (0, 1)):
        return pages
    return [
        [
            line
            for position, line in enumerate(lines)
            if not (position in (0, len(lines) - 1) and line.text == str(number + offset))
        ]
        for number, lines in enumerate(pages)
    ]


def paragraphs(lines: Sequence[PdfLine]) -> Iterator[str]:
    """Lines joined where the print shows that a paragraph goes on: the line is full, the next not indented.

    Before: （市财政局、市经 | 信委负责）
    After:  （市财政局、市经信委负责）
    """
    page = _layout(lines)
    text = ""
    before: PdfLine | None = None
    for line in lines:
        if before is not None and goes_on(before, line, text, page):
            text += _glue(text, line.text) + line.text
        else:
            if text:
                yield text
            text = line.text
        before = line
    if text:
        yield text


@dataclass(frozen=True, slots=True)
class Layout:
    """Usual left and right edge, type size and distance between lines of the body text."""

    left: float
    right: float
    size: float
    gap: float


def _layout(lines: Sequence[PdfLine]) -> Layout:
    body = [line for line in lines if not line.is_row]
    if not body:
        return Layout(0, 0, 12, 18)
    size = Counter(round(line.size) for line in body for _ in range(len(line.text))).most_common(1)[0][0]
    text = [line for line in body if abs(line.size - size) <= 1] or body
    rights = sorted(line.right for line in text)
    lefts = Counter(round(line.left / 3) for line in text)
    often = [left for left, times in lefts.items() if times >= 0.2 * len(text)] or [min(lefts)]
    gaps = sorted(line.gap for line in text if line.gap > 0.8 * size)
    right = rights[min(len(rights) - 1, int(0.85 * len(rights)))]
    return Layout(min(often) * 3, right, float(size), gaps[len(gaps) // 4] if gaps else 1.6 * size)


def goes_on(before: PdfLine, line: PdfLine, text: str, page: Layout) -> bool:
    """Whether `line` belongs to the paragraph `text` that ends with the line `before`."""
    if before.is_row or line.is_row or "\t" in line.text or "\t" in before.text:
        return False
    if _both_centred(before, line, page):
        return not SENTENCE_END.search(text) and not LABEL.match(line.text)
    if _open_bracket(text) and not LABEL.match(line.text):
        return True
    if abs(before.size - line.size) > 2.5:
        return False
    indented = line.left > page.left + 0.8 * page.size
    full = before.right > page.right - SHORT_OF_EDGE * page.size
    if indented or not full:
        return False
    if line.page == before.page and line.gap > 1.6 * page.gap:
        return False
    return not (SENTENCE_END.search(text) and LABEL.match(line.text)) and not TITLE_END.search(text)


def _both_centred(before: PdfLine, line: PdfLine, page: Layout) -> bool:
    """Two lines of one title: larger type, the same size, one below the other."""
    larger = min(before.size, line.size) > page.size + 1.5 and abs(before.size - line.size) < 1
    return larger and before.page == line.page and line.gap < 2.6 * line.size


def _open_bracket(text: str) -> bool:
    """Whether a bracket opened not long ago is still open at the end of the text."""
    tail = text[-MOST_IN_BRACKETS:]
    depth = 0
    for sign in reversed(tail):
        depth += (sign in CLOSING) - (sign in OPENING)
        if depth < 0:
            return True
    return False


def _glue(text: str, more: str) -> str:
    """A space between English words, nothing between anything else."""
    return (
        " "
        if text[-1:].isascii() and text[-1:].isalpha() and more[:1].isascii() and more[:1].isalpha()
        else ""
    )
