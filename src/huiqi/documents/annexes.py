"""Annexes: task tables, working groups, and texts with a count of their own."""

import re
from typing import Protocol

from huiqi.documents.groups import ends_with_members, find_members
from huiqi.documents.head import ENDS_LIKE_TITLE
from huiqi.documents.ids import Ids
from huiqi.documents.lines import Line
from huiqi.documents.numbering import read_label
from huiqi.documents.outline import name_pieces
from huiqi.documents.owners import names_of_cell
from huiqi.documents.paragraphs import collapse, has_ended, mend, strand_of
from huiqi.documents.parts import Stretch
from huiqi.documents.pieces import read_pieces
from huiqi.documents.raw import Raw
from huiqi.documents.signs import unify
from huiqi.documents.splices import Neighbours, take_out_splices
from huiqi.documents.strand import Strand
from huiqi.documents.tables import Table
from huiqi.documents.tails import settle_tails
from huiqi.documents.types import Member, Note, Owner

_TITLE_LINES = 4
_ANNOUNCED_LINES = 6
_TITLE_AT_MOST = 70  # characters of one line
_OFFICE = re.compile(r"^[^。]{0,40}(?:下设|设立?)[^。]{0,12}办公室")


class Text(Protocol):
    """What an annex needs of the document."""

    @property
    def unified(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def wrap(self) -> int | None: ...


def title_of_part(
    stretch: Stretch, unified: str, source: str, announced: str | None = None
) -> tuple[str | None, tuple[Line, ...]]:
    """The title a carried document or an annex begins with, and the lines behind it.

    `announced` is the title the notice gives it; where the lines say the same, they are the title.
    """
    if stretch.title and not stretch.mark:
        return stretch.title, stretch.lines
    count = _lines_as_announced(stretch.lines, announced) or _lines_of_title(stretch.lines)
    if stretch.title and stretch.mark:
        printed = source[stretch.mark.span[1] - len(stretch.title) : stretch.mark.span[1]]
        return collapse(printed), stretch.lines
    rest = stretch.lines[count:]
    while rest and re.match(r"^[(\[].*[)\]]$", rest[0].text) and not read_label(rest[0].text):
        rest = rest[1:]
    title = strand_of(stretch.lines[:count], unified, source).printed if count else ""
    return title or None, rest


def _lines_as_announced(lines: tuple[Line, ...], announced: str | None) -> int:
    wanted = _only_words(unify(announced or ""))
    for count in range(1, _ANNOUNCED_LINES + 1 if wanted else 1):
        if _only_words("".join(line.text for line in lines[:count])) == wanted:
            return count
    return 0


def _only_words(title: str) -> str:
    """A title without signs and spaces: the notice prints 《…》 where the title itself has 〈…〉, or 的 between."""
    return re.sub(r"[^\w]|的", "", title)


def _lines_of_title(lines: tuple[Line, ...]) -> int:
    """How many lines the title takes; empty lines inside it count only where it goes on to a closing word."""
    before_gap = count = 0
    joined = ""
    for line in lines[:_TITLE_LINES]:
        words = collapse(line.text)
        is_title = len(words) <= _TITLE_AT_MOST and not has_ended(words) and not read_label(line.text)
        if not is_title or "\t" in line.text or ":" in words:
            break
        if count and line.gap and not line.is_marked and not before_gap:
            before_gap = count
        count += 1
        joined += words
        if ENDS_LIKE_TITLE.search(words) and joined.count("《") <= joined.count("》"):
            return count
    return before_gap or count


def read_annex(
    stretch: Stretch,
    table: Table | None,
    known: Neighbours | None,
    taken: Ids,
    bodies: frozenset[str],
    text: Text,
) -> tuple[list[Raw], tuple[Member, ...]]:
    """The clauses of an annex: rows t1, t2, …; a working group a1 and its office a1.office; else a1, a1.1, …"""
    title, lines = title_of_part(stretch, text.unified, text.source)
    section = _section(stretch, title, text.source)
    if table and known:
        return read_rows(table, section, known, taken, bodies), ()
    identifier = taken.take(f"a{stretch.number or 1}")
    members = find_members(lines)
    if members:
        return _group(stretch, lines, identifier, section, title, taken, text), members
    return _text(stretch, lines, identifier, section, title, taken, text), ()


def _section(stretch: Stretch, title: str | None, source: str) -> str | None:
    if stretch.mark is None:
        return title
    mark = collapse(source[stretch.mark.span[0] : stretch.mark.span[1]])
    return mark if stretch.title or not title else f"{mark} {title}"


def _label(stretch: Stretch, source: str) -> str | None:
    if stretch.mark is None:
        return None
    printed = collapse(source[stretch.mark.span[0] : stretch.mark.span[1]])
    match = re.match(r"附[件表录](?:\d{1,2}|[一二三四五六七八九十]{1,3})?", printed)
    return match[0] if match else None


def _start(stretch: Stretch) -> int:
    return stretch.mark.span[0] if stretch.mark else stretch.lines[0].span[0]


def _strands(lines: tuple[Line, ...], text: Text) -> list[Strand]:
    groups = mend(lines, text.wrap)
    return [strand for group in groups if (strand := strand_of(group, text.unified, text.source)).text]


def _group(
    stretch: Stretch,
    lines: tuple[Line, ...],
    identifier: str,
    section: str | None,
    title: str | None,
    taken: Ids,
    text: Text,
) -> list[Raw]:
    listed = [index for index, line in enumerate(lines) if ends_with_members(line)]
    last = listed[-1] + 1 if listed else 0
    office = next((i for i in range(last, len(lines)) if _OFFICE.match(lines[i].text)), len(lines))
    heading = tuple(stretch.lines[: len(stretch.lines) - len(lines)])
    own = [strand_of(heading, text.unified, text.source)] if heading and not stretch.title else []
    own += [strand_of([line], text.unified, text.source) for line in lines[:office]]
    own = [strand for strand in own if strand.text]
    raws = [Raw(identifier, tuple(own), _start(stretch), _label(stretch, text.source), section, title=title)]
    behind = _strands(lines[office:], text)
    if behind:
        name = taken.take(f"{identifier}.office")
        raws.append(Raw(name, tuple(behind), behind[0].origin(0), None, section, identifier))
    return raws


def _text(
    stretch: Stretch,
    lines: tuple[Line, ...],
    identifier: str,
    section: str | None,
    title: str | None,
    taken: Ids,
    text: Text,
) -> list[Raw]:
    numbered = settle_tails(read_pieces(lines, text.unified, text.source, text.wrap))
    heading = tuple(stretch.lines[: len(stretch.lines) - len(lines)])
    own = [strand_of(heading, text.unified, text.source)] if heading else []
    own = [strand for strand in [*own, *numbered.opening] if strand.text]
    raws = []
    if own:
        label = _label(stretch, text.source)
        raws.append(Raw(identifier, tuple(own), _start(stretch), label, section, title=title))
    for named in name_pieces(numbered.pieces, f"{identifier}.", taken):
        piece = named.piece
        if named.id is None:
            continue
        strands = piece.paragraphs if piece.heading is None else (piece.heading, *piece.paragraphs)
        heading_words = piece.heading or piece.title
        raws.append(
            Raw(
                named.id,
                strands,
                piece.start,
                piece.printed,
                named.section or section,
                named.parent or (identifier if own else None),
                heading_words.printed if heading_words else None,
                notes=piece.notes,
            )
        )
    return raws


def read_rows(
    table: Table, section: str | None, known: Neighbours, taken: Ids, bodies: frozenset[str]
) -> list[Raw]:
    """The rows of a task table as clauses, spliced cells taken out of the tasks."""
    raws = []
    for row in table.rows:
        cells = [cell for _, cell in row.owners]
        mended = take_out_splices(row.task, cells, bodies, known)
        owners: tuple[Owner, ...] = tuple(
            dict.fromkeys(owner for role, cell in row.owners for owner in names_of_cell(cell, role))
        )
        notes = list(mended.notes)
        if row.is_doubtful or not owners:
            notes.append(Note("doubtful", "the columns of this row could not all be told apart", row.span))
        label = row.printed or None
        raws.append(
            Raw(
                taken.take(f"t{row.number}"),
                (mended.task,),
                row.span[0],
                label,
                row.section or section,
                owners=owners,
                notes=tuple(notes),
                is_row=True,
                due=row.due,
                end=row.span[1],
            )
        )
    return raws
