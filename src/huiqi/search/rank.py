"""Which of the texts found stands first, and the piece of it that is shown.

Worked out here rather than in the database, so that SQLite and PostgreSQL give the same order.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from math import log
from typing import Final, NamedTuple

from huiqi.search.words import Term, asked_words, folded, is_han

TITLE: Final = 100
WHOLE_TITLE: Final = 60  # more, the more of the title it is
BODY: Final = 8
MOST_IN_BODY: Final = 5
LIKE: Final = 2  # a spelling that was not typed counts half
LENGTH: Final = {"zh": 96, "en": 200}
BEFORE: Final = {"zh": 24, "en": 50}


class Piece(NamedTuple):
    """A stretch of a text, and whether it is what was looked for."""

    text: str
    is_hit: bool


def score(terms: Sequence[Term], title: str, body: str) -> int:
    """Points of a text that has all words of a query: title before body, the whole before parts.

    Args:
        title, body: folded, both languages.
    """
    return sum(max(points(run, place, title, body) for place, run in enumerate(t.spellings)) for t in terms)


def points(run: str, place: int, title: str, body: str) -> int:
    found = 0
    if run in title:
        found += TITLE + WHOLE_TITLE * len(run) // max(len(title), 1)
    found += BODY * min(body.count(run), MOST_IN_BODY)
    return found if place == 0 else found // LIKE


def near_scores(terms: Sequence[Term], texts: Mapping[int, tuple[str, str]]) -> dict[int, int]:
    """Points of texts that have only some words of a query: rare words count more, those in the title double.

    What has too little of it is left out.

    Args:
        texts: folded title and body by the number of the entry.
    """
    words = list(dict.fromkeys(word for term in terms for word in asked_words(term.typed)))
    have = {n: [w for w in words if w in title or w in body] for n, (title, body) in texts.items()}
    many = {word: sum(word in found for found in have.values()) for word in words}
    weight = {word: round(100 * log(1 + len(texts) / (1 + many[word]))) for word in words}
    least = max((weight[word] for word in words if many[word]), default=0) // 2
    found = {n: sum(weight[w] * (1 + (w in texts[n][0])) for w in mine) for n, mine in have.items()}
    return {number: points for number, points in found.items() if points >= least}


def hits(terms: Iterable[Term], text: str) -> list[tuple[int, int]]:
    """Where what was looked for stands in a text, without overlaps; parts of a run where the whole is nowhere."""
    low = folded(text)
    marked = bytearray(len(low))
    for term in terms:
        whole = [run for run in term.spellings if run in low]
        for run in whole or asked_words(term.typed):
            for match in re.finditer(pattern(run), low):
                marked[match.start() : match.end()] = b"\x01" * (match.end() - match.start())
    return [(m.start(), m.end()) for m in re.finditer(b"\x01+", bytes(marked))]


def pattern(run: str) -> str:
    return re.escape(run) if is_han(run) else rf"\b{re.escape(run)}"


def pieces(terms: Iterable[Term], text: str, language: str | None = None) -> list[Piece]:
    """A text in stretches; with a language the part around the first hit, of a length that suits it.

    >>> from huiqi.search.words import terms_of
    >>> pieces(terms_of("贴息"), "贷款贴息项目")
    [Piece(text='贷款', is_hit=False), Piece(text='贴息', is_hit=True), Piece(text='项目', is_hit=False)]
    """
    found = hits(terms, text)
    first, last = 0, len(text)
    if language is not None:
        first = max(0, (found[0][0] if found else 0) - BEFORE[language])
        if first < BEFORE[language] // 2:
            first = 0
        last = min(len(text), first + LENGTH[language])
        if language == "en":  # whole words
            first = text.rfind(" ", 0, first) + 1
            last = text.rfind(" ", first, last) if " " in text[first:last] and last < len(text) else last
    shown = [Piece("…", False)] if first else []
    at = first
    for start, end in found:
        if start >= last:
            break
        if end <= first:
            continue
        shown += [Piece(text[at:start], False), Piece(text[max(start, first) : min(end, last)], True)]
        at = min(end, last)
    shown += [Piece(text[at:last], False), Piece("…" if last < len(text) else "", False)]
    return [piece for piece in shown if piece.text]
