"""Tables of tasks (任务分工表): rows found again in flattened text, columns told apart, spliced cells taken out.

A scraper that reads a table line by line puts pieces of the cells of neighbouring columns into the sentence of the
task. What such a piece is, the row itself says: it stands in the row's own cells of leading and cooperating bodies.
"""

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from huiqi.documents.authorities import is_authority, split_names
from huiqi.documents.lines import Line
from huiqi.documents.strand import Strand, join_strands, weave
from huiqi.documents.types import OwnerRole, Span

_ROW = re.compile(
    r"^[ \t]*\|?[ \t]*(?P<printed>(?P<number>\d{1,3})[ \t]*[、.]?)[ \t]*(?P<cut>[\t|]|[ \t]{2,}|$)",
    re.MULTILINE,
)
_COLUMNS = re.compile(
    r"(?P<number>序号|编号)"
    r"|(?P<lead>牵头(?:责任)?(?:单位|部门|领导)?|主(?:办|责)(?:单位|部门))"
    r"|(?P<cooperate>(?:配合|协办|协力|协助|参与|参加|协同|协作)(?:责任)?(?:单位|部门))"
    r"|(?P<responsible>(?:责任|负责|落实|实施|承办)(?:单位|部门|主体))"
    r"|(?P<due>(?:完成)?时[限间](?:要求|安排|节点)?|(?:时间)?进度(?:要求|安排)?)"
    r"|(?P<task>(?:工作|重点|主要|目标|政策|具体)?(?:任务|事项|措施|内容|举措|政策)(?:内容|分解|措施)?)"
    r"|(?P<other>备注|类别|项目)"
)
_SPACED_ROW = re.compile(r"^ *(?P<printed>(?P<number>\d{1,3}) ?[、.]?) +(?=[\u4e00-\u9fff“])", re.MULTILINE)
_SECTION_ROW = re.compile(
    r"^[ \t|]*(?P<title>(?:[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十]{1,3}\))[ \t|]*[^\t|\n。]{2,60}"
    r"|[一二三四五六七八九十]{1,3}[ ]*[\t|][ \t|]*[^\t|\n。]{2,60})[ \t|]*$",
    re.MULTILINE,
)
_ROLE_WORDS = re.compile(r"(?:(?:按|根据)?职责分工|分别|共同)?(?:牵头|配合|负责|参与|参加|协助|落实|实施)+$")
_LEAST_ROWS = 3
_NAME_AT_MOST = 24  # characters of a cell that may be a name unknown as one
_OWNER_COLUMNS: dict[str, OwnerRole] = {
    "lead": "lead",
    "responsible": "responsible",
    "cooperate": "cooperate",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its number, task, and the cells of those who answer for it, each with its role."""

    number: int
    printed: str  # the number as printed: 6、
    span: Span
    task: Strand
    owners: tuple[tuple[OwnerRole, Strand], ...]
    is_doubtful: bool = False  # a column could not be told
    due: Strand | None = None  # the cell of the column 完成时限
    section: str | None = None  # the row over the whole width that it stands under: 一、财税政策


@dataclass(frozen=True, slots=True)
class Table:
    """A table of tasks and the span it takes."""

    rows: tuple[Row, ...]
    span: Span


def find_table(lines: tuple[Line, ...], unified: str, source: str) -> Table | None:
    """The table of tasks in a stretch of lines, or None."""
    if not lines:
        return None
    start, end = lines[0].span[0], lines[-1].span[1]
    start = unified.rfind("\n", 0, start) + 1
    starts = _row_starts(_ROW, unified, start, end) or _row_starts(_SPACED_ROW, unified, start, end)
    columns = _columns(unified[start : starts[0].start]) if starts else []
    if not set(_OWNER_COLUMNS) & set(columns):
        return _table_by_tabs(unified, source, start, end)
    is_row_a_line = all("\n" not in unified[one.start : two.start].strip() for one, two in pairwise(starts))
    rows = []
    heading = _section(unified, source, start, starts[0].start)
    section = heading.title if heading else None
    for begun, following in zip(starts, [*starts[1:], None], strict=False):
        stop = following.start if following else _end_of_last(unified, begun.start, end, is_row_a_line)
        heading = _section(unified, source, begun.cells, stop)
        cells = _cells(unified, source, begun.cells, heading.start if heading else stop)
        rows.append(replace(_row(begun, heading.start if heading else stop, cells, columns), section=section))
        section = heading.title if heading else section
    return Table(tuple(row for row in rows if row.task.text), (start, rows[-1].span[1]))


class _Section(NamedTuple):
    start: int
    title: str


def _section(unified: str, source: str, start: int, stop: int) -> _Section | None:
    """The row over the whole width (一、财税政策) that stands before `stop`; only where other rows have cells."""
    if not re.search(r"[\t|]", unified[start:stop]):
        return None
    found = _SECTION_ROW.search(unified, start, stop)
    if not found or (found.start() > 0 and unified[found.start() - 1] != "\n"):
        return None
    title = source[found.start("title") : found.end("title")]
    return _Section(found.start(), re.sub(r"[\s|]+", "", title))


def _table_by_tabs(unified: str, source: str, start: int, end: int) -> Table | None:
    """A table whose rows are lines with tabs and are not numbered one by one."""
    columns: list[str] = []
    rows: list[Row] = []
    section: str | None = None
    at = begin = start
    for raw in unified[start:end].split("\n"):
        if not columns:
            heads = [_COLUMNS.fullmatch(re.sub(r"\s", "", cell)) for cell in raw.split("\t")]
            columns = [head.lastgroup or "other" if head else "other" for head in heads]
            if len(columns) < 2 or "task" not in columns or not set(_OWNER_COLUMNS) & set(columns):
                columns = []
            begin = at
        elif heading := _SECTION_ROW.match(raw):
            title = source[at + heading.start("title") : at + heading.end("title")]
            section = re.sub(r"[\s|]+", "", title)
        elif "\t" in raw:
            cells = _cells(unified, source, at, at + len(raw))
            numbers = [cell.printed for name, cell in zip(columns, cells, strict=False) if name == "number"]
            begun = _Begun(len(rows) + 1, "".join(numbers), at, at)
            rows.append(replace(_row(begun, at + len(raw), cells, columns), section=section))
        elif raw.strip() and rows:
            break
        at += len(raw) + 1
    kept = tuple(row for row in rows if row.task.text)
    return Table(kept, (begin, rows[-1].span[1])) if len(kept) >= _LEAST_ROWS - 1 else None


class _Begun(NamedTuple):
    number: int
    printed: str
    start: int
    cells: int


def _row_starts(form: re.Pattern[str], unified: str, start: int, end: int) -> list[_Begun]:
    """The beginning of each row: the numbers count up from one."""
    found: list[_Begun] = []
    expected = 1
    for match in form.finditer(unified, start, end):
        number = int(match["number"])
        if number == expected or (found and number == expected + 1):
            found.append(_Begun(number, match["printed"].strip(), match.start("printed"), match.end()))
            expected = number + 1
    return found if len(found) >= _LEAST_ROWS else []


def _end_of_last(unified: str, begin: int, end: int, is_row_a_line: bool) -> int:
    """The last row ends with its line where every row is one, else with the first empty line."""
    if is_row_a_line:
        newline = unified.find("\n", begin, end)
        return newline if newline >= 0 else end
    blank = _EMPTY_LINE.search(unified, begin, end)
    return blank.start() if blank else end


_EMPTY_LINE = re.compile(r"\n[ \t]*\n")


def _columns(header: str) -> list[str]:
    words = re.sub(r"[\s|*]+", "", header)
    number = words.rfind("序号")
    found = [match.lastgroup or "" for match in _COLUMNS.finditer(words, max(number, 0))]
    return found[1:] if found and found[0] == "number" else found


def _cells(unified: str, source: str, start: int, stop: int) -> list[Strand]:
    """Cells between tabs or pipes; where there are neither, every line or wide space parts two cells."""
    text = unified[start:stop]
    if "\t" in text or "|" in text:
        cuts = [match.span() for match in re.finditer(r"[\t|]", text)]
    else:
        cuts = [match.span() for match in re.finditer(r"(?<=[^、,\s])\s*\n\s*|[ ]{2,}", text.rstrip())]
        if not cuts:
            cuts = [match.span() for match in re.finditer(r" ", text.rstrip())]
    begins = [0, *(cut[1] for cut in cuts)]
    ends = [*(cut[0] for cut in cuts), len(text)]
    return [
        weave(unified, source, [(start + begin, start + end)])
        for begin, end in zip(begins, ends, strict=True)
    ]


def _row(begun: _Begun, stop: int, cells: list[Strand], columns: list[str]) -> Row:
    filled = [cell for cell in cells if cell.text]
    if len(cells) > len(columns) or not filled:
        cells = filled
    by_column: dict[str, Strand] = {}
    for column, cell in zip(columns, cells if len(cells) <= len(columns) else [], strict=False):
        by_column[column] = join_strands([by_column[column], cell]) if column in by_column else cell
    task = by_column.get("task")
    owners = tuple(
        (role, by_column[column])
        for column, role in _OWNER_COLUMNS.items()
        if column in by_column and by_column[column].text
    )
    in_place = len(cells) == len(columns)
    fits = all(_is_list(cell) or (in_place and _is_short(cell)) for _, cell in owners)
    if task is None or not task.text or _is_list(task) or not fits:
        return _row_by_words(begun, stop, filled, columns)
    due = by_column.get("due")
    due_cell = due if due and due.text else None
    return Row(begun.number, begun.printed, (begun.start, stop), task, owners, due=due_cell)


def _row_by_words(begun: _Begun, stop: int, cells: list[Strand], columns: list[str]) -> Row:
    """Cells that do not fit the header: the lists of bodies fill the owner columns in order.

    What stands before the first of them is the task, in as many cells as its line breaks made; what stands behind the
    last is when it is due.
    """
    lists = [index for index, cell in enumerate(cells) if _is_list(cell)]
    wanted = [column for column in columns if column in _OWNER_COLUMNS]
    lists = lists[-len(wanted) :] if len(lists) > len(wanted) and lists[0] == 0 else lists
    first, last = (lists[0], lists[-1]) if lists else (len(cells), len(cells))
    task = (
        join_strands(cells[:first])
        if first
        else max(cells, key=lambda cell: len(cell.text), default=Strand("", ""))
    )
    owners = tuple(
        (_OWNER_COLUMNS[column], cells[index]) for column, index in zip(wanted, lists, strict=False)
    )
    due = join_strands(cells[last + 1 :]) if "due" in columns else Strand("", "")
    is_doubtful = len(lists) != len(wanted)
    due_cell = due if due.text else None
    return Row(begun.number, begun.printed, (begun.start, stop), task, owners, is_doubtful, due_cell)


def _is_short(cell: Strand) -> bool:
    return len(cell.text) <= _NAME_AT_MOST and "。" not in cell.text


def _is_list(cell: Strand) -> bool:
    """Whether a cell is a list of bodies and not a sentence."""
    if not cell.text or "。" in cell.text:
        return False
    names = [_ROLE_WORDS.sub("", name.text) for name in split_names(cell.text)]
    return bool(names) and sum(map(is_authority, names)) >= 0.6 * len(names)
