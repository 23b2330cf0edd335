"""Where in the words of a clause its owners, figures, days and citations stand, to highlight or tag them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from huiqi.documents.types import Citation, Clause, Deadline, Owner, Quantity

MarkKind = Literal["owner", "quantity", "deadline", "citation"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of `clause.text`: start, end (exclusive), and what it names."""

    start: int
    end: int
    kind: MarkKind
    of: Owner | Quantity | Deadline | Citation


def marks_of(clause: Clause) -> tuple[Mark, ...]:
    """Marks in order, none over another: a citation beats a figure inside it, a figure beats a day.

    What the parser read from repaired text may stand nowhere word for word; it then has no mark.
    """
    free = bytearray(len(clause.text))
    found = [mark for mark in _candidates(clause) if _take(free, mark)]
    return tuple(sorted(found, key=lambda mark: mark.start))


def pieces_of(clause: Clause) -> Iterator[tuple[str, Mark | None]]:
    """The whole text in pieces, each with its mark or without one."""
    done = 0
    for mark in marks_of(clause):
        if mark.start > done:
            yield clause.text[done : mark.start], None
        yield clause.text[mark.start : mark.end], mark
        done = mark.end
    if done < len(clause.text):
        yield clause.text[done:], None


def _candidates(clause: Clause) -> Iterator[Mark]:
    text = clause.text
    for citation in clause.cites:
        for words in (f"《{citation.title}》" if citation.title else None, citation.number):
            if words and (place := _place(text, words, 0)):
                yield Mark(*place, "citation", citation)
    yield from _in_order(text, clause.quantities, "quantity")
    yield from _in_order(text, clause.deadlines, "deadline")
    for owner in clause.owners:
        if place := _place(text, owner.printed, max(0, text.rfind("（", 0, text.rfind(owner.printed) + 1))):
            yield Mark(*place, "owner", owner)


def _in_order(
    text: str, figures: tuple[Quantity, ...] | tuple[Deadline, ...], kind: MarkKind
) -> Iterator[Mark]:
    """Figures follow each other in the text, so that the same words twice are two marks."""
    reached = 0
    for figure in figures:
        place = _place(text, figure.text, reached) or _place(text, figure.text, 0)
        if place:
            yield Mark(*place, kind, figure)
            reached = place[1]


def _place(text: str, words: str, start: int) -> tuple[int, int] | None:
    """Where the words stand, spaces and line ends between them allowed."""
    if not words.strip():
        return None
    if (at := text.find(words, start)) >= 0:
        return at, at + len(words)
    pattern = r"\s*".join(map(re.escape, re.sub(r"\s", "", words)))
    found = re.compile(pattern).search(text, start)
    return found.span() if found else None


def _take(free: bytearray, mark: Mark) -> bool:
    if any(free[mark.start : mark.end]):
        return False
    free[mark.start : mark.end] = b"\x01" * (mark.end - mark.start)
    return True
