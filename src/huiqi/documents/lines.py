"""Lines of the text without page marks, rules and running heads; each knows where it stands."""

import re
from collections import Counter
from dataclasses import dataclass

from huiqi.documents.types import Span

_DECORATION = re.compile(r"^(?:[ \t#>*\u200b]|[•·■◆●▪◇□★☆]+(?=[ \t]))*")
_HEADING_MARK = re.compile(r"^[ \t\u200b]*(?:#{1,6}[ \t]|\*\*)")
_RULE = re.compile(r"^[-=_*·.~\s|+:]{3,}$")
_DASHED_PAGE = re.compile(r"^[-·\s]*-\s*\d{1,4}\s*-[-·\s]*$")
_NAMED_PAGE = re.compile(
    r"^(?:第\s*\d{1,4}\s*页(?:[,/\s(]*共\s*\d{1,4}\s*页\)?)?|\d{1,4}\s*/\s*\d{1,4}|(?:page|"
    r"p\.?)\s*\d{1,4}(?:\s*of\s*\d+)?)$",
    re.IGNORECASE,
)
_NARROW = re.compile(r"[A-Za-z0-9 .%-]")
_BARE_NUMBER = re.compile(r"^\d{1,4}$")
_LEAST_PAGE = 8  # lines; bare numbers closer than this are not page numbers


@dataclass(frozen=True, slots=True)
class Line:
    """A line with words on it, its marks of decoration left out."""

    text: str  # with unified signs
    span: Span  # in the original
    indent: int  # spaces before the words, in half-width columns
    gap: bool  # an empty line stood before it
    after_page: bool  # a page mark stood before it
    is_marked: bool  # # heading or ** bold

    @property
    def width(self) -> int:
        """In half-width columns; signs count as full-width, as they are mostly printed."""
        return 2 * len(self.text) - len(_NARROW.findall(self.text))


def cut_lines(unified: str) -> tuple[Line, ...]:
    """All lines with words, in order; rules and page marks are left out.

    Before: 进一步强\\n- 2 -\\n化服务
    After:  进一步强 · 化服务 (marked as standing after a page mark)
    """
    lines: list[Line] = []
    gap = after_page = False
    start = 0
    for raw in re.split("[\n\f]", unified):
        end = start + len(raw)
        after_page = after_page or unified[start - 1 : start] == "\f"
        body = raw.strip()
        if not body or body == "\u200b":
            gap = True
        elif _DASHED_PAGE.match(body) or _NAMED_PAGE.match(body):
            after_page = True
        elif _RULE.match(body):
            gap = True
        elif (line := _line(unified, raw, start, end, gap, after_page)) is not None:
            lines.append(line)
            gap = after_page = False
        start = end + 1
    return _without_running_heads(_without_bare_page_numbers(tuple(lines)))


def _line(unified: str, raw: str, start: int, end: int, gap: bool, after_page: bool) -> Line | None:
    decorated = _DECORATION.match(raw)
    begin = start + (decorated.end() if decorated else 0)
    stop = start + len(raw.rstrip(" \t*\u200b"))
    if begin >= stop:
        return None
    indent = 0
    for sign in raw:
        if sign not in " \t":
            break
        indent += 1
    return Line(
        text=unified[begin:stop],
        span=(begin, stop),
        indent=indent,
        gap=gap,
        after_page=after_page,
        is_marked=bool(_HEADING_MARK.match(raw)),
    )


def _without_bare_page_numbers(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Numbers alone on a line are page numbers where they count up one by one, pages apart."""
    bare = [(index, int(line.text)) for index, line in enumerate(lines) if _BARE_NUMBER.match(line.text)]
    if len(bare) < 2:
        return lines
    pages = {
        index
        for (before, number), (index, following) in zip(bare, bare[1:], strict=False)
        if following == number + 1 and index - before >= _LEAST_PAGE
        for index in (before, index)
    }
    return _dropped(lines, pages)


def _without_running_heads(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """A short line that comes again three times beside page marks is the head or foot of the pages."""
    beside: Counter[str] = Counter()
    places: dict[str, list[int]] = {}
    for index, line in enumerate(lines):
        if not line.after_page:
            continue
        for neighbour in (index - 1, index):
            if neighbour >= 0 and len(lines[neighbour].text) <= 40:
                beside[lines[neighbour].text] += 1
                places.setdefault(lines[neighbour].text, []).append(neighbour)
    heads = {index for text, count in beside.items() if count >= 3 for index in places[text]}
    return _dropped(lines, heads)


def _dropped(lines: tuple[Line, ...], places: set[int]) -> tuple[Line, ...]:
    if not places:
        return lines
    kept: list[Line] = []
    pending = False
    for index, line in enumerate(lines):
        if index in places:
            pending = True
            continue
        if pending or line.after_page:
            kept.append(
                Line(line.text, line.span, line.indent, line.gap, after_page=True, is_marked=line.is_marked)
            )
        else:
            kept.append(line)
        pending = False
    return tuple(kept)


def wrap_width(lines: tuple[Line, ...]) -> int | None:
    """The width at which the lines were broken by force, in half-width columns; None where a line is a paragraph."""
    widths = sorted(line.width for line in lines)
    if len(widths) < 12:
        return None
    widest = widths[int(len(widths) * 0.9)]
    full = [line for line in lines if abs(line.width - widest) <= 5]
    cut = [line for line in full if not line.text.endswith(("。", ";", ":", ")", "!"))]
    is_wrapped = len(full) >= 0.15 * len(lines) and len(cut) >= 0.5 * len(full) and len(cut) >= 4
    return widest if 30 <= widest <= 130 and is_wrapped else None
