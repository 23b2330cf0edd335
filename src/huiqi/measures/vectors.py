"""Columns of facts for many parties at once: exact numbers, packed truth, sets of possible values.

Everything here has one entry per party of a block. `known` masks are boolean arrays; truth is packed eight
parties a byte (bit order little), as two bitmaps: surely true and surely false.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from math import lcm
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[Any]  # int64, or Python integers (object) where int64 would overflow

INT64_LIMIT: Final = 2**63 - 1
INT32_LIMIT: Final = 2**31 - 1
SOME_TESTS: Final = 4
"""From so many tests on it pays to sort texts out."""
MOST_KINDS: Final = 64
ZERO: Final = np.zeros(1, np.int64)
ALWAYS: Final = np.ones(1, np.bool_)
NEVER: Final = np.zeros(1, np.bool_)


@dataclass(frozen=True, slots=True)
class Truth:
    """Three-valued answers: bit set in `yes`, in `no`, or in neither (unknown)."""

    yes: Bits
    no: Bits

    @classmethod
    def of(cls, answers: Mask, known: Mask) -> "Truth":
        return cls.where(answers, pack(known))

    @classmethod
    def where(cls, answers: Mask, said: Bits) -> "Truth":
        """The same, known where a bit is set."""
        yes = pack(answers) & said
        return cls(yes, said & ~yes)

    @classmethod
    def constant(cls, value: bool | None, bytes_: int) -> "Truth":
        full, empty = np.full(bytes_, 255, np.uint8), np.zeros(bytes_, np.uint8)
        if value is None:
            return cls(empty, empty)
        return cls(full, empty) if value else cls(empty, full)

    def __invert__(self) -> "Truth":
        return Truth(self.no, self.yes)

    def __and__(self, other: "Truth") -> "Truth":
        return Truth(self.yes & other.yes, self.no | other.no)

    def __or__(self, other: "Truth") -> "Truth":
        return Truth(self.yes | other.yes, self.no & other.no)

    def choose(self, then: "Truth", otherwise: "Truth") -> "Truth":
        """`case when self then … else … end`: an unknown branch counts only where the branches differ."""
        return Truth(
            (self.yes & then.yes) | (self.no & otherwise.yes) | (then.yes & otherwise.yes),
            (self.yes & then.no) | (self.no & otherwise.no) | (then.no & otherwise.no),
        )


def repeated(one: npt.NDArray[Any], rows: int) -> npt.NDArray[Any]:
    """A single value as a column, held once (read only): `np.broadcast_to` without its checks."""
    found = np.ndarray((rows,), one.dtype, one, strides=(0,))
    found.flags.writeable = False
    return found


def pack(mask: Mask) -> Bits:
    return np.packbits(mask, bitorder="little")


def unpack(bits: Bits, rows: int) -> Mask:
    return np.unpackbits(bits, count=rows, bitorder="little").view(np.bool_)


def bits_of(bits: Bits, rows: int, chosen: npt.NDArray[np.intp]) -> Bits:
    """The bits of some rows, as a bitmap of these rows alone."""
    return pack(unpack(bits, rows)[chosen])


def rows_in(bits: Bits, rows: int) -> npt.NDArray[np.intp]:
    """The numbers of the rows whose bit is set, in order."""
    return np.flatnonzero(unpack(bits, rows))


def marked(rows: npt.NDArray[np.intp], number: int) -> Bits:
    """These rows of so many as a bitmap."""
    mask = np.zeros(number, np.bool_)
    mask[rows] = True
    return pack(mask)


def first_of(bits: Bits) -> int:
    """The first row whose bit is set; one must be."""
    byte = int(np.flatnonzero(bits)[0])
    lowest = int(bits[byte]) & -int(bits[byte])
    return 8 * byte + lowest.bit_length() - 1


def count(bits: Bits) -> int:
    """How many bits are set."""
    whole = len(bits) // 8 * 8
    found = int(np.bitwise_count(bits[:whole].view(np.uint64)).sum())
    return found + int(np.bitwise_count(bits[whole:]).sum()) if whole < len(bits) else found


def full(rows: int) -> Bits:
    """Every row's bit set, and none beyond the last row."""
    bits = np.full((rows + 7) // 8, 255, np.uint8)
    if rows % 8:
        bits[-1] = (1 << rows % 8) - 1
    return bits


@dataclass(frozen=True, slots=True)
class Numbers:
    """Exact numbers ``num / den`` (money, counts, ratios), or days since 1970 with ``den`` 1.

    `den` is positive. `peak` bounds the absolute value of every num, so that a product that would not fit
    into 64 bits is seen beforehand and worked out with Python's integers instead.
    """

    num: Ints
    den: int
    known: Mask
    peak: int
    narrow: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)  # worked out when needed

    @property
    def said(self) -> Bits:
        """Packed: for which parties there is a number."""
        found: Bits | None = self.narrow.get("known")
        if found is None:
            found = self.narrow["known"] = pack(self.known)
        return found

    @property
    def short(self) -> Ints:
        """The numbers in 32 bits where they fit, which are compared several times as fast."""
        found: Ints | None = self.narrow.get("num")
        if found is None:
            fits = self.peak <= INT32_LIMIT and self.num.dtype == np.int64
            found = self.narrow["num"] = self.num.astype(np.int32) if fits else self.num
        return found

    @property
    def is_alike(self) -> bool:
        """The same for every party, and held once."""
        return len(self.num) > 1 and self.num.strides == (0,) and self.known.strides == (0,)

    @property
    def is_unknown(self) -> bool:
        """Unknown for every party, and held once."""
        return self.is_alike and not self.known[0]

    @property
    def one(self) -> "Numbers":
        """Of the first party alone."""
        return Numbers(self.num[:1], self.den, self.known[:1], self.peak)

    def for_all(self, rows: int) -> "Numbers":
        """One party's number for as many."""
        return Numbers(repeated(self.num, rows), self.den, repeated(self.known, rows), self.peak)

    @classmethod
    def of(cls, num: Ints, den: int, known: Mask) -> "Numbers":
        return cls(num, den, known, peak_of(num))

    @classmethod
    def constant(cls, num: int, den: int, rows: int) -> "Numbers":
        """The same number for everyone; it takes the room of one (read only)."""
        one = np.array(num, np.int64 if abs(num) < 2**62 else object)
        return cls(repeated(one, rows), den, repeated(ALWAYS, rows), abs(num))

    @classmethod
    def unknown(cls, rows: int) -> "Numbers":
        return cls(repeated(ZERO, rows), 1, repeated(NEVER, rows), 0)

    def scaled_to(self, den: int) -> "Numbers":
        factor = den // self.den
        return (
            self
            if factor == 1
            else Numbers(times(self.num, factor, self.peak), den, self.known, self.peak * factor)
        )

    def take(self, rows: npt.NDArray[np.intp]) -> "Numbers":
        if self.is_alike and len(rows):
            return self.one.for_all(len(rows))
        return Numbers(self.num[rows], self.den, self.known[rows], self.peak)


@dataclass(frozen=True, slots=True)
class Possible:
    """The values an enum can still have: one packed bitmap per value, all of them in one array.

    `lacking` marks, while a formula is worked out, the parties for whom it may come to no value.
    """

    bits: npt.NDArray[np.uint8]  # values × bytes
    values: tuple[str, ...]
    lacking: Bits | None = None

    @classmethod
    def constant(cls, value: str | None, values: tuple[str, ...], bytes_: int) -> "Possible":
        bits = np.zeros((len(values), bytes_), np.uint8)
        if value is None:
            return cls(bits, values, np.full(bytes_, 255, np.uint8))
        bits[values.index(value)] = 255
        return cls(bits, values)

    @classmethod
    def leaving(cls, left: Collection[str], values: tuple[str, ...], bytes_: int) -> "Possible":
        """Some of the values for everyone."""
        column = np.array([255 * (value in left) for value in values], np.uint8)
        return cls(np.repeat(column[:, None], bytes_, axis=1), values)

    @classmethod
    def anything(cls, values: tuple[str, ...], bytes_: int) -> "Possible":
        return cls(np.full((len(values), bytes_), 255, np.uint8), values)

    @property
    def known(self) -> Bits:
        """Packed: exactly one value is left."""
        return in_one_alone(self.bits, self.bits[0])

    def settled(self) -> "Possible":
        """A formula that may come to no value says nothing: every value is possible."""
        return self if self.lacking is None else Possible(self.bits | self.lacking, self.values)

    def among(self, chosen: set[object]) -> Truth:
        """Surely one of the chosen values, surely none of them."""
        inside = [row for row, value in zip(self.bits, self.values, strict=True) if value in chosen]
        outside = [row for row, value in zip(self.bits, self.values, strict=True) if value not in chosen]
        return Truth(~any_of(outside, self.bits[0]), ~any_of(inside, self.bits[0]))

    def or_else(self, other: "Possible") -> "Possible":
        """These where a single value is left, the other's elsewhere."""
        known = self.known
        return Possible((self.bits & known) | (other.bits & ~known), self.values)

    def take(self, rows: int, chosen: npt.NDArray[np.intp]) -> "Possible":
        return Possible(np.stack([bits_of(row, rows, chosen) for row in self.bits]), self.values)

    def codes(self, rows: int) -> npt.NDArray[Any]:
        """For each party the set of its values as a number, bit i for value i."""
        kind: Any = np.uint8 if len(self.values) <= 8 else np.int64
        found = np.zeros(rows, kind)
        for index, row in enumerate(self.bits):
            found |= unpack(row, rows).astype(kind) << kind(index)
        return found


def in_one_alone(bitmaps: Iterable[Bits], like: Bits) -> Bits:
    """The bits that are set in exactly one of the bitmaps."""
    once, twice = np.zeros_like(like), np.zeros_like(like)
    for bitmap in bitmaps:
        twice |= once & bitmap
        once |= bitmap
    return once & ~twice


def any_of(bitmaps: list[Bits], like: Bits) -> Bits:
    found = np.zeros_like(like)
    for bitmap in bitmaps:
        found |= bitmap
    return found


@dataclass(frozen=True, slots=True)
class TextKinds:
    """Texts sorted out by the tests asked of them: those of a kind passed and failed the same ones."""

    of_text: npt.NDArray[np.uint8]  # by code, and one more place, for no text
    passing: Mapping[Hashable, tuple[int, ...]]  # by test: the kinds that pass it


@dataclass(slots=True)
class Vocabulary:
    """The texts a column has shown so far; what a rule says of each is asked once."""

    texts: list[str] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)
    answers: dict[Hashable, npt.NDArray[np.bool_]] = field(default_factory=dict)
    sorted_out: tuple[tuple[int, int], TextKinds | None] = ((0, 0), None)

    def code(self, text: str) -> int:
        found = self.codes.get(text)
        if found is None:
            found = self.codes[text] = len(self.texts)
            self.texts.append(text)
        return found

    def table(self, key: Hashable, test: Callable[[str], bool]) -> npt.NDArray[np.bool_]:
        """The answer for every text, and one more place, for no text."""
        known = self.answers.get(key)
        done = 0 if known is None else len(known) - 1
        if known is None or done < len(self.texts):
            more = [test(text) for text in self.texts[done:]]
            known = np.array([*(known[:done] if known is not None else ()), *more, False], np.bool_)
            self.answers[key] = known
        return known

    def kinds(self) -> TextKinds | None:
        """By the tests asked so far of every text; None where there are too few, or more kinds than a byte tells."""
        tables = {key: table for key, table in self.answers.items() if len(table) == len(self.texts) + 1}
        state = len(self.texts), len(tables)
        if self.sorted_out[0] != state:
            self.sorted_out = state, kinds_by(tables) if len(tables) >= SOME_TESTS else None
        return self.sorted_out[1]


def kinds_by(tables: Mapping[Hashable, npt.NDArray[np.bool_]]) -> TextKinds | None:
    """
    >>> found = kinds_by({"is long": np.array([True, False, False]), "is old": np.array([True, False, True])})
    >>> found.of_text.tolist(), found.passing
    ([2, 0, 1], {'is long': (2,), 'is old': (1, 2)})
    """
    passed, of_text = np.unique(np.stack(list(tables.values()), axis=1), axis=0, return_inverse=True)
    if len(passed) > MOST_KINDS:
        return None
    passing = {
        key: tuple(np.flatnonzero(column).tolist()) for key, column in zip(tables, passed.T, strict=True)
    }
    return TextKinds(of_text.reshape(-1).astype(np.uint8), passing)


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts as codes of their column's vocabulary; -1 is unknown. With `kinds`, tests asked before are quick."""

    codes: npt.NDArray[np.intp]
    known: Bits
    vocabulary: Vocabulary
    kinds: TextKinds | None = None
    answers: dict[Hashable, Bits] = field(default_factory=dict)  # of tests done before
    of_kind: list[Bits] = field(default_factory=list)  # by kind: whose text is of it

    def test(self, key: Hashable, test: Callable[[str], bool]) -> Truth:
        """What `test` says of each; `key` names the test, so that it is asked once per text."""
        yes = self.answers.get(key)
        if yes is None:
            if self.kinds is not None and key in self.kinds.passing:
                bits = self.bits_by_kind(self.kinds)
                yes = any_of([bits[kind] for kind in self.kinds.passing[key]], self.known)
            else:
                yes = pack(self.vocabulary.table(key, test)[self.codes])
            self.answers[key] = yes
        return Truth(yes, self.known & ~yes)

    def bits_by_kind(self, kinds: TextKinds) -> list[Bits]:
        if not self.of_kind:
            of_row = kinds.of_text[self.codes]
            self.of_kind.extend(pack(of_row == kind) for kind in range(int(kinds.of_text.max()) + 1))
        return self.of_kind

    def any_of(self, tests: Iterable[tuple[Hashable, Callable[[str], bool]]]) -> Truth:
        """Whether one of several tests says yes."""
        yes = any_of([self.test(key, test).yes for key, test in tests], self.known)
        return Truth(yes, self.known & ~yes)


def peak_of(num: Ints) -> int:
    if num.size == 0:
        return 0
    return max(abs(int(num.max())), abs(int(num.min())))


def wide(num: Ints) -> Ints:
    """The same numbers as Python integers, which do not overflow."""
    return num.astype(object)


def times(num: Ints, factor: int, peak: int) -> Ints:
    if max(peak, 1) * abs(factor) > INT64_LIMIT:
        num = wide(num)
    return num * factor


def aligned(left: Numbers, right: Numbers) -> tuple[Numbers, Numbers]:
    """Both over one denominator."""
    den = lcm(left.den, right.den) if max(left.den, right.den) < 2**31 else left.den * right.den
    return left.scaled_to(den), right.scaled_to(den)


def add(left: Numbers, right: Numbers, *, sign: int = 1) -> Numbers:
    a, b = aligned(left, right)
    peak = a.peak + b.peak
    first = wide(a.num) if peak > INT64_LIMIT else a.num
    return Numbers(first + b.num if sign > 0 else first - b.num, a.den, a.known & b.known, peak)


def multiply(left: Numbers, right: Numbers) -> Numbers:
    peak = left.peak * right.peak
    first = wide(left.num) if peak > INT64_LIMIT else left.num
    return Numbers(first * right.num, left.den * right.den, left.known & right.known, peak)


def smallest(parts: list[Numbers], *, largest: bool = False) -> Numbers:
    """`least` and `greatest`: known only where every part is."""
    found = parts[0]
    for part in parts[1:]:
        a, b = aligned(found, part)
        pick = np.maximum if largest else np.minimum
        found = Numbers(pick(a.num, b.num), a.den, a.known & b.known, max(a.peak, b.peak))
    return found


def halves_up(numbers: Numbers, places: int) -> Numbers:
    """Rounded half up (away from zero) to decimal places; the denominator becomes 10**places."""
    den: int = 10**places
    scaled = times(numbers.num, den, numbers.peak)
    if numbers.peak * den * 2 + numbers.den > INT64_LIMIT:
        scaled = wide(scaled)
    magnitude = (2 * abs(scaled) + numbers.den) // (2 * numbers.den)
    num = np.where(scaled < 0, -magnitude, magnitude)
    return Numbers(num, den, numbers.known, numbers.peak * den // numbers.den + 1)
