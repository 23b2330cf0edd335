"""A run of words put together again from pieces of the original, that knows where each character came from."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from huiqi.documents.types import Span

_KEPT = re.compile(r"(?:[^\s*\u200b\\]|\*(?!\*)(?<!\*\*)|\\(?![_*#.()\[\]-]))+")
_ALNUM = re.compile(r"[A-Za-z0-9]")


@dataclass(frozen=True)
class Strand:
    """Words without cuts, stray spaces and bold marks.

    `text` has unified signs and is for reading rules; `printed` is the same length and has the signs as printed.
    Character `i` of both stands at `origin(i)` of the original.
    """

    text: str
    printed: str
    _at: tuple[int, ...] = ()  # where in `text` a piece begins
    _from: tuple[int, ...] = ()  # where in the original that piece begins

    def origin(self, index: int) -> int:
        """The place in the original of character `index`."""
        piece = bisect_right(self._at, index) - 1
        return self._from[piece] + index - self._at[piece]

    def span(self, start: int, end: int) -> Span:
        """The place in the original of `text[start:end]`; at least one character must be asked for."""
        return self.origin(start), self.origin(end - 1) + 1

    @cached_property
    def whole(self) -> Span:
        """The place in the original of the whole strand."""
        return self.span(0, len(self.text))

    def part(self, start: int, end: int) -> "Strand":
        """The strand of `text[start:end]`."""
        end = min(end, len(self.text))
        if start >= end:
            return Strand("", "")
        first = bisect_right(self._at, start) - 1
        last = bisect_right(self._at, end - 1)
        at = tuple(max(place - start, 0) for place in self._at[first:last])
        origin = (self.origin(start), *self._from[first + 1 : last])
        return Strand(self.text[start:end], self.printed[start:end], at, origin)


def join_strands(strands: Iterable[Strand]) -> Strand:
    """One strand after another, as one."""
    texts: list[str] = []
    printed: list[str] = []
    at: list[int] = []
    origin: list[int] = []
    length = 0
    for strand in strands:
        at += [place + length for place in strand._at]
        origin += strand._from
        texts.append(strand.text)
        printed.append(strand.printed)
        length += len(strand.text)
    return Strand("".join(texts), "".join(printed), tuple(at), tuple(origin))


def weave(unified: str, original: str, spans: Iterable[Span]) -> Strand:
    """Pieces of the text as one strand: bold marks and spaces go, save a space between two Latin words.

    >>> text = "自2012 年\\n3 月起，**连续** ISO 9001"
    >>> weave(text, text, [(0, len(text))]).printed
    '自2012年3月起，连续ISO 9001'
    """
    texts: list[str] = []
    printed: list[str] = []
    at: list[int] = []
    origin: list[int] = []
    length = 0
    previous_end = -1
    for start, end in spans:
        for match in _KEPT.finditer(unified, start, end):
            begin, stop = match.span()
            if _needs_space(unified, previous_end, begin):
                begin -= 1
            texts.append(unified[begin:stop].replace("\n", " "))
            printed.append(original[begin:stop].replace("\n", " "))
            at.append(length)
            origin.append(begin)
            length += stop - begin
            previous_end = stop
    return Strand("".join(texts), "".join(printed), tuple(at), tuple(origin))


def _needs_space(unified: str, previous_end: int, begin: int) -> bool:
    if previous_end < 1 or begin <= previous_end or not unified[begin - 1].isspace():
        return False
    before, after = unified[previous_end - 1], unified[begin]
    if not (_ALNUM.match(before) and _ALNUM.match(after)):
        return False
    return not (before.isdigit() and after.isdigit() and "\n" in unified[previous_end:begin])
