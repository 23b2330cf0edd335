"""Lines mended into paragraphs: what a page break or a line break cut through goes together again."""

import re

from huiqi.documents.lines import Line
from huiqi.documents.strand import Strand, weave

_ENDED = "。!?;:…"
_GOES_ON = ",、(《“[-+"
_HEADING_WIDTH = (
    76  # half-width columns; a longer line without a full stop was cut, a shorter one is a heading
)
_SLACK = 6  # columns a line broken by force may be short of the full width
_INDENT = 4  # columns the first line of a paragraph stands further in
_BRACKETS = {")": "(", "]": "[", "》": "《", "”": "“"}
_OPEN_AT_MOST = 400  # characters a bracket may stay open over a line break before it counts as damaged
_OWNER_CLOSING = re.compile(
    r"(?:负责|牵头|配合|落实|承办|实施)[)\]]。?$|(?:单位|部门|主体):[^。]{0,300}[)\]]。?$"
    r"|[、,:][^。、,()]{1,20}(?:局|委|厅|府|办|部|会|院)等?[)\]]。?$"
)


_OWNER_LINE = re.compile(
    r"^[(\[]?(?:(?:牵头|责任|主办|主责|配合|协办|落实|负责|参与|协助|承办|实施)(?:责任)?(?:单位|部门|主体)|完成时[限间]|时间节点):"
)


_NAMES_AT_END = re.compile(
    r"(?:责任|牵头|配合|协助|协办|参与|参加|负责|落实)(?:单位|部门):[^。]{2,300}(?:局|委|厅|府|办|部|会|院|行|司|区|县|市|单位|部门|中心|集团|等)$"
)


def closes_owners(text: str) -> bool:
    """Whether the words end with a bracket, or are a line, that names who answers for a clause.

    >>> closes_owners("给予补助。(市财政局负责)"), closes_owners("(大数据、云计算等)")
    (True, False)
    """
    return bool(_OWNER_CLOSING.search(text[-320:]) or _OWNER_LINE.match(text))


def has_ended(text: str) -> bool:
    """Whether the words end a sentence, closing quotes and brackets looked through.

    >>> [has_ended(words) for words in ("给予补助。", "给予补助。)", "给予补", "目标:")]
    [True, True, False, True]
    """
    stripped = text.rstrip(" ”’»\u200b*")
    if stripped.endswith((")", "]")):
        inner = stripped[:-1].rstrip("”’ ")
        return inner.endswith(tuple(_ENDED)) or closes_owners(stripped)
    return stripped.endswith(tuple(_ENDED))


def ends_its_line(line: Line, wrap: int | None) -> bool:
    """Whether what stood before the next line was finished: a sentence, a heading, a short line."""
    if has_ended(line.text):
        return True
    if line.text.endswith(tuple(_GOES_ON)):
        return False
    if wrap is None and _NAMES_AT_END.search(line.text):
        return True
    return line.width < (wrap - _SLACK if wrap else _HEADING_WIDTH) and "。" not in line.text


def is_open(text: str) -> bool:
    """Whether a bracket or quotation stands open at the end."""
    tail = text[-_OPEN_AT_MOST:]
    return any(tail.rfind(left) > tail.rfind(right) for right, left in _BRACKETS.items())


def continues(before: Line, after: Line, so_far: str, wrap: int | None, *, is_first: bool = False) -> bool:
    """Whether a line goes on with the sentence of the line before it; `is_first`: that one began the paragraph."""
    if is_open(so_far):
        return True
    if closes_owners(so_far):
        return False
    if wrap is None and _NAMES_AT_END.search(before.text):
        return after.text.startswith(("、", ",", ";"))
    if has_ended(before.text):
        full = wrap is not None and before.width >= wrap - 1
        return full and not after.indent and not after.gap and not before.text.endswith((":", ")"))
    if before.text.endswith(tuple(_GOES_ON)):
        return True
    if after.indent >= 2 and before.indent == 0 and wrap is None and not after.after_page:
        return False
    if "。" in before.text:
        return True
    if wrap is not None and before.width <= wrap + _SLACK:
        return before.width >= wrap - _SLACK - (_INDENT if is_first else 0)
    return before.width >= _HEADING_WIDTH


def mend(lines: tuple[Line, ...], wrap: int | None) -> list[list[Line]]:
    """The lines in groups of one paragraph each.

    Before: 加强服 / 务。 / 三年示范期
    After:  加强服务。 / 三年示范期
    """
    groups: list[list[Line]] = []
    so_far = ""
    for line in lines:
        if groups and continues(groups[-1][-1], line, so_far, wrap, is_first=len(groups[-1]) == 1):
            groups[-1].append(line)
            so_far = (so_far + line.text)[-2 * _OPEN_AT_MOST :]
        else:
            groups.append([line])
            so_far = line.text
    return groups


def strand_of(lines: list[Line] | tuple[Line, ...], unified: str, source: str, skip: int = 0) -> Strand:
    """The words of some lines as one strand, `skip` characters of the first line left out."""
    spans = [line.span for line in lines]
    if spans and skip:
        spans[0] = (spans[0][0] + skip, spans[0][1])
    return weave(unified, source, spans)


def collapse(text: str) -> str:
    """Letter-spaced words without the spaces: 青 岛 市 人 民 政 府."""
    return re.sub(r"[\s*\u200b]+", "", text)
