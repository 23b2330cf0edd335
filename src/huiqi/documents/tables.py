"""Tables of tasks (任务分工表): rows found again in flattened text, columns told apart, spliced cells taken out.

A scraper that reads a table line by line puts pieces of the cells of neighbouring columns into the sentence of the
task. What such a piece is, the row itself says: it stands in the row's own cells of leading and cooperating bodies.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from huiqi.documents.authorities import is_authority, split_names
from huiqi.documents.lines import Line
from huiqi.documents.strand import Strand, weave
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
    r"|(?P<due>(?:完成)?时[限间](?:要求|安排|节点)?|进度(?:要求|安排)?)"
    r"|(?P<task>(?:工作|重点|主要|目标|政策|具体)?(?:任务|事项|措施|内容|举措|政策)(?:内容|分解|措施)?)"
    r"|(?P<other>备注|类别|项目)"
)
_LEAST_ROWS = 3


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
    starts = _row_starts(unified, start, end)
    if len(starts) < _LEAST_ROWS:
        return None
    columns = _columns(unified[start : starts[0].start])
    if not {"lead", "responsible", "cooperate"} & set(columns):
        return None
    rows = []
    for begun, following in zip(starts, [*starts[1:], None], strict=False):
        stop = following.start if following else _end_of_last(unified, begun.start, end)
        cells = _cells(unified, source, begun.cells, stop)
        rows.append(_row(begun, stop, cells, columns))
    return Table(tuple(row for row in rows if row.task.text), (start, rows[-1].span[1]))


class _Begun(NamedTuple):
    number: int
    printed: str
    start: int
    cells: int


def _row_starts(unified: str, start: int, end: int) -> list[_Begun]:
    """The beginning of each row: the numbers count up from one."""
    found: list[_Begun] = []
    expected = 1
    for match in _ROW.finditer(unified, start, end):
        number = int(match["number"])
        if number == expected or (found and number == expected + 1):
            found.append(_Begun(number, match["printed"].strip(), match.start("printed"), match.end()))
            expected = number + 1
    return found


def _end_of_last(unified: str, begin: int, end: int) -> int:
    blank = re.compile(r"\n[ \t]*\n").search(unified, begin, end)
    return blank.start() if blank else end


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
        cuts = [match.span() for match in re.finditer(r"(?<=[^、,])\n\s*|[ ]{2,}", text)]
    begins = [0, *(cut[1] for cut in cuts)]
    ends = [*(cut[0] for cut in cuts), len(text)]
    return [
        weave(unified, source, [(start + begin, start + end)])
        for begin, end in zip(begins, ends, strict=True)
    ]


def _row(begun: _Begun, stop: int, cells: list[Strand], columns: list[str]) -> Row:
    filled = [cell for cell in cells if cell.text]
    if len(cells) > len(columns) or not any(cell.text for cell in cells):
        cells = filled
    by_column = dict(zip(columns, cells, strict=False)) if len(cells) <= len(columns) else {}
    task = by_column.get("task")
    if task is None or not task.text or _is_list(task):
        return _row_by_words(begun, stop, filled, columns)
    owners = _owner_cells(by_column)
    misplaced = [cell for _, cell in owners if not _is_list(cell)]
    if misplaced:
        return _row_by_words(begun, stop, filled, columns)
    due = by_column.get("due")
    return Row(
        begun.number, begun.printed, (begun.start, stop), task, owners, due=due if due and due.text else None
    )


def _owner_cells(by_column: dict[str, Strand]) -> tuple[tuple[OwnerRole, Strand], ...]:
    roles: tuple[OwnerRole, ...] = ("lead", "responsible", "cooperate")
    return tuple((role, by_column[role]) for role in roles if role in by_column and by_column[role].text)


def _row_by_words(begun: _Begun, stop: int, cells: list[Strand], columns: list[str]) -> Row:
    """Cells that do not fit the header: lists of bodies fill the owner columns in order, the rest is the task."""
    lists = [cell for cell in cells if _is_list(cell)]
    others = [cell for cell in cells if not _is_list(cell)]
    roles: list[OwnerRole] = [role for role in columns if role in ("lead", "responsible", "cooperate")]  # type: ignore[misc]
    task = max(others, key=lambda cell: len(cell.text), default=Strand("", ""))
    owners = tuple(zip(roles, lists, strict=False))
    is_doubtful = len(lists) > len(roles)
    return Row(begun.number, begun.printed, (begun.start, stop), task, owners, is_doubtful)


def _is_list(cell: Strand) -> bool:
    """Whether a cell is a list of bodies and not a sentence."""
    if not cell.text or "。" in cell.text:
        return False
    names = split_names(cell.text)
    return bool(names) and sum(is_authority(name.text) for name in names) >= 0.6 * len(names)
