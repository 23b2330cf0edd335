"""Positioned pieces of a PDF file to paragraphs.

pieces → lines → page numbers and running heads out → tables → paragraphs, over the ends of pages too
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from huiqi.documents.extract.html_lines import Line
from huiqi.documents.extract.metadata import first_of_each, metadata_lines
from huiqi.documents.extract.page_noise import without_noise
from huiqi.documents.extract.pdf_lines import PdfLine, page_lines, squeezed
from huiqi.documents.extract.pdf_pages import PdfPage
from huiqi.documents.extract.pdf_running import without_running

LABEL = re.compile(
    r"^(?:[一二三四五六七八九十百]+、|[（(][一二三四五六七八九十百]+[)）]|第[一二三四五六七八九十百零\d]+[章条节编]|附件|[一二三四五六七八九十]是"
    r"|\d{1,3}[.．、](?!\d)|[（(]\d{1,3}[)）]|[①-⑳])"
)
SENTENCE_END = re.compile(r"[。！？：；:;][”’」』）)]?$")
TITLE_END = re.compile(
    r"^[^，。；：]{8,80}的?(?:通知|意见|办法|方案|规定|措施|决定|细则|计划|公告|通告|批复|规划|函)$"
)
ADDRESSED = re.compile(r"^各[^。：:；;《]{4,200}[：:]$")
DAY_ALONE = re.compile(
    r"^[\d〇○零一二三四五六七八九十]{4}年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日$"
)
OWNER_LINE = re.compile(r"^[（(〔]?(?:责任|牵头|配合|协助|参与|落实)(?:单位|部门)[:：]")
LEADER = re.compile(r"[.．·…‥]{4,}\s*\d*$|…{2,}\s*\d*$")
OPENING, CLOSING = "（(〔［[《〈“", "）)〕］]》〉”"
MOST_IN_BRACKETS = 160
SHORT_OF_EDGE = 2.4
LONGEST_BOX = 40


def text_of(pages: Sequence[PdfPage]) -> str:
    """The document as text, one paragraph a line."""
    per_page = [page_lines(page, number) for number, page in enumerate(pages)]
    kept, heads = without_running(per_page, [page.height for page in pages])
    lines = [line for lines in kept for line in lines if not LEADER.search(line.text)]
    kinds = [Line(text, is_row="\t" in text) for text in paragraphs(whole_rows(lines))]
    box, rest = metadata_lines(kinds[:LONGEST_BOX])
    body = [line.text for line in without_noise([*rest, *kinds[LONGEST_BOX:]])]
    whole = squeezed("".join(body))
    return "\n".join([*first_of_each(box), *[head for head in heads if squeezed(head) not in whole], *body])


def whole_rows(lines: Sequence[PdfLine]) -> list[PdfLine]:
    """Rows of a table that a page cuts in two made one, and its head not repeated on every page."""
    whole: list[PdfLine] = []
    heads: set[str] = set()
    for line in lines:
        before = whole[-1] if whole else None
        if line.is_row and before is not None and before.is_row and line.page > before.page:
            if line.text in heads:
                continue
            if line.text.startswith("\t"):
                whole[-1] = replace(before, text=_cellwise(before.text, line.text), page=line.page)
                continue
        if line.is_row and (before is None or not before.is_row):
            heads.add(line.text)
        whole.append(line)
    return whole


def _cellwise(above: str, below: str) -> str:
    cells = zip_longest(above.split("\t"), below.split("\t"), fillvalue="")
    return "\t".join(one + other for one, other in cells)


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
    if DAY_ALONE.match(text):
        return False
    ended = OWNER_LINE.match(text) or SENTENCE_END.search(text) or text.endswith(tuple(CLOSING))
    return (
        not (ended and LABEL.match(line.text)) and not TITLE_END.search(text) and not ADDRESSED.search(text)
    )


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
