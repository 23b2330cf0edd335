"""Texts in the solver: all texts that no rule tells apart are one class, and there are finitely many classes.

Rules ask of a text only whether it equals a written one or begins with one (`within`). What such questions
come to hangs on the longest written text it begins with, and on whether it is that text. Sorted, the texts
that begin alike stand together, so that `within` is a stretch of numbers.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from huiqi.lint.solver import Truth, Whole, both, either

MORE: Final = (
    *"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    *map(chr, range(0x4E00, 0x5000)),
)
"""Signs that make a longer text; more of them than any rule has branches."""


@dataclass(frozen=True, slots=True)
class Texts:
    """One text of each class, sorted; the solver knows a text by its place."""

    samples: tuple[str, ...]

    def place(self, text: str) -> int:
        return bisect_left(self.samples, text)

    def is_(self, place: Whole, text: str) -> Truth:
        return place == self.place(text)

    def begins(self, place: Whole, starts: Iterable[str]) -> Truth:
        """Does the text begin with one of `starts`?"""
        inside = [i for i, sample in enumerate(self.samples) if sample.startswith(tuple(starts))]
        stretches = []
        for _, group in groupby(enumerate(inside), key=lambda pair: pair[1] - pair[0]):
            numbers = [number for _, number in group]
            stretches.append(both(numbers[0] <= place, place <= numbers[-1]))
        return either(*stretches)


def texts_of(written: Iterable[str]) -> Texts:
    """The classes that written texts make: each itself, each with more behind it, and none of them.

    >>> texts_of(["C", "C3"]).samples
    ('0', 'C', 'C0', 'C3', 'C30')
    """
    known = set(written)
    samples = set(known)
    for start in sorted({"", *known}):
        samples.add(next(start + sign for sign in MORE if start + sign not in known))
    return Texts(tuple(sorted(samples)))
