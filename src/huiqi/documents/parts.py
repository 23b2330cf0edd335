"""A document cut into what has a count of its own: notice, body, annexes."""

import re
from typing import NamedTuple

from huiqi.documents.foot import Signature, find_signature, is_foot_line, names_of, portal_from
from huiqi.documents.lines import Line
from huiqi.documents.numbering import read_label
from huiqi.documents.numerals import read_numeral
from huiqi.documents.paragraphs import collapse, has_ended

_ANNEX = re.compile(
    r"^附\s*[件表录]\s*(?P<number>\d{1,2}|[一二三四五六七八九十]{1,3})?\s*[:.、-]?\s*(?P<title>.*)$"
)
_CARRIES = re.compile(r"(?:印发|转发|批转|发布|公布|下发).*(?:通知|公告|决定|函|令)(?:\(.*\))?$")
_CARRYING = re.compile(r"(?:现|将|予以?)[^。]{0,80}(?:印发|转发|发布|公布|下发)[^。]{0,16}[。,;]")
_QUOTED = re.compile(r"《(.+?)》(?!》)")
_LIST_LINES = 24  # lines a list of annexes may take before the signature


class Stretch(NamedTuple):
    """Lines of one part, with its mark where it is an annex."""

    kind: str  # main, attached, annex
    lines: tuple[Line, ...]
    number: int = 0
    mark: Line | None = None
    title: str = ""


def cut_parts(
    lines: tuple[Line, ...], start: int, signature: Signature | None, title: str | None
) -> list[Stretch]:
    """The stretches between head and foot, in order."""
    if signature:
        main = lines[start : signature.lines[0]]
        rest = lines[signature.lines[1] + 1 :]
        rest = rest[: portal_from(rest, 0)]
    else:
        main = lines[start : portal_from(lines, _last_label(lines, start) + 1)]
        rest = ()
    main, list_of_annexes = _without_annex_list(_without_foot(main) if signature else main)
    rest = _without_foot(rest)
    if not signature:
        main, rest = _cut_at_annex(_without_foot(main))
    carried = is_carrier(title, main)
    if carried and not rest:
        main, rest = _cut_at_quoted_title(main, list_of_annexes)
    return [Stretch("main", main), *_cut_rest(rest)]


def is_carrier(title: str | None, main: tuple[Line, ...]) -> bool:
    """Whether the document only carries another: 印发…的通知."""
    if title and _CARRIES.search(title):
        return True
    words = "".join(collapse(line.text) for line in main[:12])
    return bool(_CARRYING.search(words))


def _last_label(lines: tuple[Line, ...], start: int) -> int:
    for index in range(len(lines) - 1, start - 1, -1):
        if read_label(lines[index].text):
            return index
    return start - 1


def _without_annex_list(main: tuple[Line, ...]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """附件: 1.… 2.… before the signature only names the annexes."""
    for index in range(len(main) - 1, max(len(main) - _LIST_LINES, 0) - 1, -1):
        match = _ANNEX.match(main[index].text)
        if (
            match
            and (match["title"] or len(main) - index > 1)
            and re.match(r"^附\s*件\s*\d*\s*[:\d.]", main[index].text)
        ):
            following = main[index + 1 :]
            if not any("。" in line.text for line in following) and (match["title"] or following):
                return main[:index], main[index:]
    return main, ()


def _without_foot(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    kept: list[Line] = []
    for index, line in enumerate(lines):
        if is_foot_line(line):
            if kept and re.search(r"印\s*发\s*$", line.text) and names_of(lines[index - 1].text):
                kept.pop()
            continue
        if line.text.startswith("抄送"):
            continue
        kept.append(line)
    return tuple(kept)


def annex_mark(line: Line) -> tuple[int, str] | None:
    """Number and title of an annex that begins with this line; a list of annexes is none."""
    match = _ANNEX.match(line.text)
    if not match or "。" in line.text or len(line.text) > 120:
        return None
    title = match["title"].strip()
    if title and (read_label(title) or title.startswith(("下载", "列表"))):
        return None
    return read_numeral(match["number"] or "") or 0, title


def _cut_at_annex(main: tuple[Line, ...]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    for index, line in enumerate(main):
        mark = annex_mark(line) if index else None
        if not mark or not (len(line.text) <= 6 or _stands_alone(main, index)):
            continue
        if not mark[1] or len(main) - index > 2:
            return main[:index], main[index:]
    return main, ()


def _stands_alone(main: tuple[Line, ...], index: int) -> bool:
    return has_ended(main[index - 1].text) and not has_ended(main[index].text)


def _cut_at_quoted_title(
    main: tuple[Line, ...], named: tuple[Line, ...]
) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Where the signature is lost, the carried document begins with the title that the notice quotes."""
    words = "".join(collapse(line.text) for line in (*main[:12], *named))
    quoted = {match[1] for match in _QUOTED.finditer(words)}
    for index in range(1, len(main)):
        for length in (1, 2, 3):
            joined = "".join(collapse(line.text) for line in main[index : index + length])
            if joined in quoted:
                return main[:index], main[index:]
    return main, ()


def _cut_rest(rest: tuple[Line, ...]) -> list[Stretch]:
    stretches: list[Stretch] = []
    kind, mark, number, title, begin = "attached", None, 0, "", 0
    annexes = 0
    for index, line in enumerate(rest):
        found = annex_mark(line)
        if found is None:
            continue
        if index > begin or mark:
            stretches.append(Stretch(kind, rest[begin:index], number, mark, title))
        annexes += 1
        kind, mark, number, title, begin = "annex", line, found[0] or annexes, found[1], index + 1
    stretches.append(Stretch(kind, rest[begin:], number, mark, title))
    return [stretch._replace(lines=_unsigned(stretch.lines)) for stretch in stretches if stretch.lines]


def _unsigned(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """A carried document without its own signature."""
    signature = find_signature(lines, 1)
    own = lines[: signature.lines[0]] if signature and signature.issuers else lines
    return _without_annex_list(own)[0]
