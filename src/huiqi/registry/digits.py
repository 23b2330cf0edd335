"""Many numbers at once: decimal digits in text become whole numbers without floating point.

Texts are read eight bytes at a time as 64-bit words, from the right, and eight digits become a number in three
multiplications. What is not plainly a number of at most 18 digits is left for a slower and more patient reader.

>>> numbers_in(pa.array(["1234.50", "-7", "1,000", ""])).mantissa.tolist()
[123450, -7, 0, 0]
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Words = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

MOST_DIGITS = 18
"""As many as a 64-bit number holds whatever they are."""

_PAD = 32  # bytes before and behind the texts, so that a word never starts outside
_U = np.uint64
_ZEROS = _U(0x3030303030303030)
_DOTS = _U(0x2E2E2E2E2E2E2E2E)
_ONES = _U(0x0101010101010101)
_HIGHS = _U(0x8080808080808080)
_NIBBLES = _U(0xF0F0F0F0F0F0F0F0)
_SIXES = _U(0x0606060606060606)
_TOP = np.array([0, *(((1 << 8 * n) - 1) << (64 - 8 * n) for n in range(1, 9))], np.uint64)
"""`_TOP[n]` keeps the last n characters of a word: the first character is the lowest byte."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A row is `mantissa` / 10 ** `places` where `plain`; elsewhere it is not a number, or not one for us."""

    mantissa: Ints
    places: Ints  # digits behind the point, 0 to 7
    plain: Mask


def numbers_in(texts: pa.StringArray) -> Numbers:
    """Rows that are an optional sign, 1 to 18 digits and perhaps a point with 1 to 7 of them behind it."""
    start, end, words = text_words(texts)
    first = words[start + _PAD] & _U(0xFF)
    negative = first == _U(ord("-"))
    start = start + (negative | (first == _U(ord("+")))) * (end > start)
    length = end - start
    after, point, tail = _point(words, end, length)
    digits = length - point
    plain = (digits > after) & (digits <= MOST_DIGITS) & (after + point != 1)
    mantissa = np.zeros(len(start), np.int64)
    longest = min(int(digits.max(initial=0)), MOST_DIGITS)
    for place in range(0, longest, 8):
        word = words[end + (_PAD - 8 - place) - point]
        if place == 0:
            word = (words[end + (_PAD - 8)] & tail) | (word & ~tail)
        kept = _TOP[np.clip(digits - place, 0, 8)]
        word = (word & kept) | (_ZEROS & ~kept)
        plain &= _all_digits(word)
        mantissa += _eight_digits(word) * np.int64(10**place)
    mantissa[~plain] = 0
    np.negative(mantissa, out=mantissa, where=negative)
    return Numbers(mantissa, after, plain)


def days_in(texts: pa.StringArray) -> tuple[npt.NDArray[np.int32], Mask]:
    """Days since 1970-01-01, and which rows are a day of the calendar written as 2012-09-01.

    >>> days_in(pa.array(["1970-01-02", "2013-02-29", "2012-9-1"]))[1].tolist()
    [True, False, False]
    """
    start, end, words = text_words(texts)
    plain = end - start == 10
    head, tail = words[start + _PAD], words[start + (_PAD + 2)]  # 2012-09- and 12-09-01
    hyphens = ((head >> _U(32)) & _U(0xFF0000FF)) == _U(0x2D00002D)
    month_and_day = (tail & _TOP[2]) | ((tail & _U(0x000000FFFF000000)) << _U(8)) | _U(0x30303030)
    year = (head << _U(32)) | _U(0x30303030)
    plain &= hyphens & _all_digits(year) & _all_digits(month_and_day)
    years, rest = _eight_digits(year), _eight_digits(month_and_day)
    months, days = np.divmod(rest, 100)
    plain &= (years >= 1) & (months >= 1) & (months <= 12) & (days >= 1)
    first = (np.where(plain, (years - 1970) * 12 + months - 1, 0)).astype("datetime64[M]")
    length = ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(np.int64)
    plain &= days <= length
    since = first.astype("datetime64[D]").astype(np.int64) + days - 1
    return np.where(plain, since, 0).astype(np.int32), plain


def text_words(texts: pa.StringArray) -> tuple[Ints, Ints, Any]:
    """Where each text starts and ends, and the 64-bit word that begins at each byte; byte 0 is word `_PAD`."""
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
    low, high = int(offsets[0]), int(offsets[-1])
    padded = np.zeros(high - low + 2 * _PAD, np.uint8)
    if high > low:
        padded[_PAD : _PAD + high - low] = np.frombuffer(texts.buffers()[2], np.uint8)[low:high]
    words = np.lib.stride_tricks.as_strided(padded[:8].view(np.uint64), (len(padded) - 7,), (1,))
    places = offsets.astype(np.int64) - low
    return places[:-1], places[1:], words


def _point(words: Any, end: Ints, length: Ints) -> tuple[Ints, Ints, Words]:
    """Per text: how many characters follow the last eight's first point, is there one, and the word that keeps them."""
    kept = _TOP[np.clip(length, 0, 8)]
    near = ((words[end + (_PAD - 8)] & kept) | ~kept) ^ _DOTS
    found = (near - _ONES) & ~near & _HIGHS
    lowest = found & (~found + _U(1))
    point = found != 0
    after = np.where(point, 7 - (np.bitwise_count(lowest - _U(1)) >> 3).astype(np.int64), 0)
    return after, point.astype(np.int64), np.where(point, _TOP[after], ~_U(0))


def _all_digits(word: Words) -> Mask:
    sound: Mask = ((word & _NIBBLES) == _ZEROS) & (((word + _SIXES) & _NIBBLES) == _ZEROS)
    return sound


def _eight_digits(word: Words) -> Ints:
    """The number that eight digits write; each step joins neighbours: digits, pairs, fours."""
    word = word - _ZEROS
    word = word * _U(10) + (word >> _U(8))
    low = (word & _U(0x000000FF000000FF)) * _U(0x000F424000000064)
    high = ((word >> _U(16)) & _U(0x000000FF000000FF)) * _U(0x0000271000000001)
    return ((low + high) >> _U(32)).astype(np.int64)
