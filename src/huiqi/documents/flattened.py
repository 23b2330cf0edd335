"""Text that lost its line breaks: one long line is cut again before labels and where a scraper left spaces."""

import re
from dataclasses import replace

from huiqi.documents.lines import Line
from huiqi.documents.numbering import Label, read_label

_LONG = 400  # characters
_BOUNDARY = re.compile(
    r"(?<=[。;:!?)\]”\s])(?=[第(一二三四五六七八九十①-⑳\d])|(?=\([一二三四五六七八九十]{1,4}\))"
    r"|(?=第[一二三四五六七八九十百]{1,7}[章节条])"
)
_SPACES = re.compile(
    r"(?<=[。:;!?)\]”])[ \t]+|[ \t]{2,}|(?<=[^\x00-\x7f])[ \t](?=[^\x00-\x7f])|"
    r"(?<=[号\d府厅室局委部])[ \t]|[ \t](?=[\u4e00-\u9fff]{2}|[(\[《“])"
)
_NUMBER_AHEAD = re.compile(r"[\u4e00-\u9fff]{2,12}[\[(]\d{4}[\])]\d{1,5}号")
_MAIN = ("han", "han_paren", "article", "chapter", "part")
_LONG_OF_FEW = 120  # characters, where the whole text has few lines
_FEW_LINES = 4
_EDGE_AT_MOST = 90  # characters between two spaces in head and foot
_HEADING = 40  # characters a heading may have


def unfold(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Long lines with labels inside become a line for each label.

    Before: 一、目标 到2015年翻番。 （一）做强。给予补助。（二）做优。给予贴息。
    After:  一、目标 · 到2015年翻番。 · （一）做强。给予补助。 · （二）做优。给予贴息。
    """
    is_short = len(lines) <= _FEW_LINES
    if not any(len(line.text) > (_LONG_OF_FEW if is_short else _LONG) for line in lines):
        return lines
    return tuple(
        part
        for line in lines
        for part in (_unfold(line) if _is_flattened(line, of_few=is_short) else (line,))
    )


_NUMBER_AND_TEXT = re.compile(
    r"[\u4e00-\u9fff]{1,12}[\[(]\d{4}[\])]\d{1,5}号(?=\s{2,}\S{10}|\s*(?:为|根据|按照)[^\n]{10}|\s[^\n]{10,}[。:])"
)
_HEAD_LINES = 60


def part_numbers(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """A document number that only spaces part from the first paragraph gets a line of its own.

    Before: 东发〔2018〕22号   为扶持企业，…
    After:  东发〔2018〕22号 · 为扶持企业，…
    """
    parted: list[Line] = []
    for index, line in enumerate(lines):
        number = _NUMBER_AND_TEXT.match(line.text) if index < _HEAD_LINES else None
        if number:
            behind = number.end() + len(line.text[number.end() :]) - len(line.text[number.end() :].lstrip())
            parted += [_part(line, 0, number.end()), _part(line, behind, len(line.text))]
        else:
            parted.append(line)
    return tuple(parted)


def _is_flattened(line: Line, *, of_few: bool) -> bool:
    """Labels of one kind, counting up, inside a long line; fewer show it where the text has hardly any lines."""
    if len(line.text) <= (_LONG_OF_FEW if of_few else _LONG):
        return False
    last: dict[str, int] = {}
    ups = 0
    for match in _BOUNDARY.finditer(line.text):
        label = read_label(line.text, match.start())
        if label and label.style in _MAIN and not label.is_damaged:
            if label.number == last.get(label.style, 0) + 1:
                ups += 1
            last[label.style] = label.number
    return ups >= (2 if of_few else 3)


def _unfold(line: Line) -> tuple[Line, ...]:
    cuts = [0]
    last_of: dict[str, int] = {}
    for match in _BOUNDARY.finditer(line.text):
        at = match.start()
        label = read_label(line.text, at)
        if not label or at <= cuts[-1] or (label.style == "shi" and line.text[at - 1] != " "):
            continue
        if _begins_piece(line.text[cuts[-1] : at], label, last_of):
            cuts.append(at)
            last_of[label.style] = label.number
    pieces = list(zip(cuts, [*cuts[1:], len(line.text)], strict=True))
    last = len(pieces) - 1
    return tuple(
        part
        for index, (start, end) in enumerate(pieces)
        for begin, stop in (_cut_edge(line.text, start, end) if index in (0, last) else [(start, end)])
        for part in _cut_at_spaces(
            line, begin, stop, is_edge=index in (0, last) or _is_signed(line.text, begin, stop)
        )
    )


def _is_signed(text: str, start: int, stop: int) -> bool:
    """Whether a day stands between spaces, as the end of a signature does."""
    return bool(re.search(r"\s\d{4}年\d{1,2}月\d{1,2}日(?:\s|$)", text[start:stop]))


def _begins_piece(before: str, label: Label, last_of: dict[str, int]) -> bool:
    """Whether a label inside a line begins a piece, seen from the words between the last piece and it."""
    if re.search(r"[。;:!?\s]$|[。;!?][)\]”]$|[)\]]$", before):
        return True
    is_next = label.number == last_of.get(label.style, 0) + 1
    if label.style in ("chapter", "division", "article"):
        return is_next or (label.style == "division" and label.number == 1)
    return label.style == "han_paren" and len(before) <= _HEADING and not re.search("[。;,]", before)


_TITLE_AND_NUMBER = re.compile(
    r"(?:通知|意见|决定|公告|批复|通告|办法|规定|措施|方案)(?P<number>[\u4e00-\u9fff]{1,12}[\[(]\d{4}[\])]\d{1,5}号)"
)
_ADDRESSED = re.compile(r"各[^。:;《]{3,200}:")
_SIGNED = re.compile(
    r"(?<=。)(?P<name>[\u4e00-\u9fff]{4,40}?)(?P<day>\d{4}年\d{1,2}月\d{1,2}日)(?!起|前|第|至|以|的|印发)"
)


def _cut_edge(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Head and foot that stand in one run: 标题, 发文字号, 主送机关, 署名 and 日期 get lines of their own."""
    cuts = {start, end}
    if number := _TITLE_AND_NUMBER.search(text, start, end):
        cuts |= {number.start("number"), number.end()}
    if (addressed := _ADDRESSED.search(text, start, end)) and addressed.start() - start < 400:
        cuts |= {addressed.start(), addressed.end()}
    for signed in _SIGNED.finditer(text, start, end):
        cuts |= {signed.start("name"), signed.start("day"), signed.end()}
    places = sorted(cuts)
    return list(zip(places, places[1:], strict=False))


def _cut_at_spaces(line: Line, start: int, end: int, *, is_edge: bool) -> list[Line]:
    """Spaces that were line breaks: after a sentence, wide ones, the first behind a short heading.

    At the edges of the document, where head and foot stand, every space between short words was one.
    """
    parts: list[Line] = []
    begin = start
    for match in _SPACES.finditer(line.text, start, end):
        before = line.text[begin : match.start()]
        is_short = len(before) <= _HEADING and not re.search("[。;]", before)
        ended = bool(re.search(r"[。:;!?)\]”]$", before)) or len(match[0]) > 1
        heads = is_short and "," not in before and read_label(before) is not None
        in_head = is_edge and (
            _NUMBER_AHEAD.match(line.text, match.end()) is not None
            or (3 < len(before) <= _EDGE_AT_MOST and not re.search("[。;]", before))
        )
        if before and (ended or heads or in_head):
            parts.append(_part(line, begin, match.start()))
            begin = match.end()
    if line.text[begin:end].strip():
        parts.append(_part(line, begin, end))
    return parts


def _part(line: Line, start: int, end: int) -> Line:
    text = line.text[start:end].rstrip()
    begin = line.span[0] + start
    return replace(line, text=text, span=(begin, begin + len(text)), gap=line.gap if start == 0 else False)
