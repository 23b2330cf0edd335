"""Page numbers and running heads of a PDF file: what is on most pages at one place is not the document."""

import re
from collections import Counter
from collections.abc import Sequence

from huiqi.documents.extract.pdf_lines import PdfLine, squeezed

PRINTED_BY_BROWSER = re.compile(
    r"^(?:(?:https?|file)://\S+|\d{1,4}[/-]\d{1,2}[/-]\d{1,4},?\s*(?:[上下]午)?\d{1,2}:\d{2})"
)
PAGE_NUMBER = re.compile(
    r"^[-—–－―_~·.•\s]*(?:第\s*)?(\d{1,4})(?:\s*页)?[-—–－―_~·.•，,\s]*(?:(?:[/／]|共|of)\s*\d{1,4}\s*页?)?[-—–－―\s]*$",
    re.I,
)
DRESSED = re.compile(r"[-—–－―页/／]|page|of", re.I)
FOOT = HEAD = 0.12


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
