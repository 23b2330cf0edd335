"""Pieces of neighbouring cells that a scraper put into the sentence of a task: found, taken out, noted.

Evidence that a stretch does not belong: the row's own cells contain it, the characters beside it never meet it
elsewhere in the document, and the two halves of the sentence it parts do meet elsewhere (收[省]取, 小[障厅]额).
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from huiqi.documents.authorities import split_names
from huiqi.documents.strand import Strand, join_strands
from huiqi.documents.types import Note

_LONGEST = 60  # characters of a spliced stretch
_STOPS = "。,;:!?"
_ALONE = "厅局省"  # single characters of names that are taken for a splice when all evidence agrees
_BODY = re.compile(r"[厅局委府办行会队省市区]|成员单位")
_TORN = re.compile(r"[厅局]|.、.|改革委")
_MENTIONED = re.compile(r"(?:由|在|会同|商|经|和|与|向|报|对|及|或|从|同|[、(])$")


class Neighbours:
    """How often characters stand beside each other in the document, in twos and threes."""

    def __init__(self, text: str) -> None:
        words = re.sub(r"\s+", "", text)
        self._counts = Counter(map("".join, zip(words, words[1:], strict=False)))
        self._counts.update(map("".join, zip(words, words[1:], words[2:], strict=False)))

    def count(self, run: str) -> int:
        """Times two or three characters stand in a row."""
        return self._counts[run]


@dataclass(frozen=True, slots=True)
class Mended:
    """The task without what was spliced into it."""

    task: Strand
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Cells:
    """The words of the neighbouring cells, and names known from elsewhere."""

    words: tuple[str, ...]
    bodies: frozenset[str]

    @cached_property
    def names(self) -> frozenset[str]:
        """Every whole name."""
        return self.bodies.union(name.text for words in self.words for name in split_names(words))

    def name_at(self, text: str, at: int) -> int:
        """Length of the longest whole name that stands at this place."""
        return max((len(name) for name in self.names if text.startswith(name, at)), default=0)


@dataclass(frozen=True, slots=True)
class _Splice:
    start: int
    end: int
    is_sure: bool


def take_out_splices(task: Strand, cells: list[Strand], bodies: frozenset[str], known: Neighbours) -> Mended:
    """Take out of a task what belongs to its neighbouring cells.

    `bodies` are names of authorities known from the whole document. Sure repairs and doubtful ones are both noted;
    what only looks odd stays in the text and is marked doubtful.

    Before: 登记费减半收省取
    After:  登记费减半收取 (repaired: 省)
    """
    pool = [re.sub(r"\s+", "", cell.text) for cell in cells if cell.text]
    names = [name for name in bodies if len(name) >= 4]
    splices, odd = _find(task.text, Cells(tuple(pool), frozenset(names)), known)
    parts: list[Strand] = []
    notes: list[Note] = []
    at = 0
    for splice in splices:
        parts.append(task.part(at, splice.start))
        at = splice.end
        words = task.printed[splice.start : splice.end]
        kind, why = ("repaired", "") if splice.is_sure else ("doubtful", "; the halves meet nowhere else")
        message = f"taken out of the task: {words}, spliced in from a neighbouring cell{why}"
        notes.append(
            Note(
                "repaired" if kind == "repaired" else "doubtful", message, task.span(splice.start, splice.end)
            )
        )
    parts.append(task.part(at, len(task.text)))
    for start, end in odd:
        message = f"perhaps spliced in from a neighbouring cell: {task.printed[start:end]}"
        notes.append(Note("doubtful", message, task.span(start, end)))
    return Mended(
        join_strands(part for part in parts if part.text), tuple(sorted(notes, key=lambda n: n.span))
    )


def _find(text: str, cells: Cells, known: Neighbours) -> tuple[list[_Splice], list[tuple[int, int]]]:
    splices: list[_Splice] = []
    odd: list[tuple[int, int]] = []
    at = 1
    while at < len(text):
        reach = _reach(text, at, cells)
        if reach == at:
            at += 1
            continue
        splice = _best(text, at, reach, cells, known)
        if splice:
            splices.append(splice)
            at = splice.end
        else:
            if _is_odd(text, at, reach, cells, known):
                odd.append((at, reach))
                at = reach
            at += max(cells.name_at(text, at), 1)
    return splices, odd


def _reach(text: str, start: int, cells: Cells) -> int:
    """How far from `start` the text is made of pieces of the cells and of known names."""
    at = start
    while at < len(text) and at - start < _LONGEST:
        step = max((_common(text, at, words) for words in cells.words), default=0)
        for name in cells.bodies:
            where = text.find(name, at, at + step + len(name))
            if at <= where <= at + step:
                step = max(step, where + len(name) - at)
        if step == 0 or (step == 1 and text[at] not in _ALONE and not (at > start and text[at] in "委府")):
            break
        at += step
    return at


def _common(text: str, at: int, words: str) -> int:
    """Length of the longest piece of `words` that stands at this place."""
    length = 0
    while at + length < len(text) and text[at : at + length + 1] in words:
        length += 1
    return length


class _Edges(NamedTuple):
    """How a stretch stands in its sentence."""

    left: int  # times its first character follows the one before it anywhere
    left_wide: int  # the same with two characters before it
    right: int
    right_wide: int
    meet: int  # times the characters on both sides of it stand together

    @property
    def is_strange(self) -> bool:
        """Neither side is known from elsewhere, one of them not even as a pair."""
        return min(self.left, self.right) <= 1 and self.left_wide <= 1 and self.right_wide <= 1


def _edges(text: str, start: int, end: int, known: Neighbours) -> _Edges:
    padded = f"{text}。。"
    return _Edges(
        known.count(text[start - 1 : start + 1]),
        known.count(text[max(start - 2, 0) : start + 1]),
        known.count(padded[end - 1 : end + 1]),
        known.count(padded[end - 1 : end + 2]),
        known.count(padded[start - 1] + padded[end]),
    )


def _best(text: str, start: int, reach: int, cells: Cells, known: Neighbours) -> _Splice | None:
    for end in range(reach, start, -1):
        stretch = text[start:end]
        if not _BODY.search(stretch):
            continue
        edges = _edges(text, start, end, known)
        if not edges.is_strange and not (_begins_name(stretch, cells) and edges.right <= 1):
            continue
        if len(stretch) == 1:
            if _is_lone_splice(stretch, edges):
                return _Splice(start, end, is_sure=True)
        elif _is_whole(stretch, cells):
            if edges.meet and edges.is_strange and text[start - 1] not in _STOPS:
                return _Splice(start, end, is_sure=True)
        elif edges.meet:
            return _Splice(start, end, is_sure=True)
        elif end == reach and _TORN.search(stretch):
            return _Splice(start, end, is_sure=False)
    return None


def _is_lone_splice(stretch: str, edges: _Edges) -> bool:
    if stretch == "省":
        return edges.meet >= 1 and edges.left <= 1 and edges.right <= 1
    return stretch in "厅局" and edges.meet >= 1


def _begins_name(stretch: str, cells: Cells) -> bool:
    return any(name.startswith(stretch[:3]) for name in cells.names)


def _is_whole(stretch: str, cells: Cells) -> bool:
    """Whether the stretch consists of whole names alone."""
    return all(name.text in cells.names for name in split_names(stretch.rstrip("、,")))


def _is_odd(text: str, start: int, reach: int, cells: Cells, known: Neighbours) -> bool:
    """A whole name, or a lone 厅 or 局, that nothing in the sentence leads to."""
    stretch = text[start:reach]
    edges = _edges(text, start, reach, known)
    if _MENTIONED.search(text[max(start - 3, 0) : start]) or text[start - 1] in _STOPS:
        return False
    if reach - start == 1:
        return stretch in "厅局" and edges.is_strange and text[start - 1] not in "公该本"
    return any(stretch.startswith(name) and len(name) >= 4 for name in cells.names) and edges.left_wide <= 1
