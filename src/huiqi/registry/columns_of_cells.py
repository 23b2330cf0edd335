"""Read a whole column of someone's table at once; only cells that are not plain go to the reader of single cells.

The reader of single cells (`cells.py`) is the yardstick: a column read here has the same values and the same
refusals. What it is spared are the plain cases: numbers in digits, valid codes, names without anything to fold; and
words, days and whatever else repeats are read once per writing.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from huiqi.registry.cells import SPREADSHEET_ERRORS, UNITS, CellReader, Read, Refused
from huiqi.registry.code_columns import plain_codes
from huiqi.registry.digits import MOST_DIGITS, Ints, Mask, Numbers, days_in, numbers_in
from huiqi.registry.schema import DIGITS, INT_BOUND, SMALLEST_STEP, WORDS
from huiqi.registry.types import Column

MOST_REMEMBERED = 200_000
MOST_FOR_ONE_BY_ONE = 64

_NUMBER_WITH_MORE = r"^(?P<number>[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?) *(?P<unit>[^0-9]*)$"
_FOLDABLE = r"^[ -~\x{4e00}-\x{9fff}\x{ff01}-\x{ff5e}\x{3000}‰]*$"
"""Characters whose folding no version of Unicode disputes: ASCII, Chinese, full-width forms."""

_PLAIN_BYTES = np.zeros(256, bool)
_PLAIN_BYTES[0x20:0x7F] = _PLAIN_BYTES[0x80:0xC0] = _PLAIN_BYTES[0xE4:0xEA] = True
"""Bytes of ASCII and of U+4000 to U+9FFF in UTF-8: Chinese characters that folding leaves alone."""


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """The values of a column, null where the cell is empty or refused, and the refusals by row."""

    values: pa.Array
    refused: dict[int, Refused]


ColumnReader = Callable[[pa.StringArray], ReadColumn]


class Distinct:
    """Reads every writing of a cell once, and remembers a limited number of them."""

    def __init__(self, read: CellReader) -> None:
        self._read = read
        self._known: dict[str, Read] = {}

    def __call__(self, texts: pa.StringArray) -> tuple[list[Read], Ints]:
        """What each distinct text says, and which of them each row is."""
        encoded = texts.dictionary_encode()
        known, read = self._known, self._read
        if len(known) > MOST_REMEMBERED:
            known = self._known = {}
        answers: list[Read] = []
        for text in encoded.dictionary.to_pylist():
            if text not in known:
                known[text] = read(text)
            answers.append(known[text])
        return answers, encoded.indices.to_numpy().astype(np.int64)


def word_column(kind: pa.DataType, read: CellReader) -> ColumnReader:
    """Words, yes and no, days, regions, roles: what repeats."""
    distinct = Distinct(read)

    def read_column(texts: pa.StringArray) -> ReadColumn:
        answers, which = distinct(texts)
        values, refused = _apart(answers)
        taken = _worded(values, which) if kind == WORDS else pa.array(values, kind).take(pa.array(which))
        return ReadColumn(taken, _by_row(refused, which))

    return read_column


def text_column(read: CellReader, empty: Collection[str]) -> ColumnReader:
    """Texts that are stored as words: each writing is read once."""
    read_distinct = name_column(read, empty)

    def read_column(texts: pa.StringArray) -> ReadColumn:
        encoded = texts.dictionary_encode()
        distinct = read_distinct(encoded.dictionary)
        words, which = distinct.values.dictionary_encode(), encoded.indices.to_numpy()
        indices = words.indices.take(encoded.indices)
        taken = pa.DictionaryArray.from_arrays(indices, words.dictionary)
        return ReadColumn(taken, _by_row(distinct.refused, which.astype(np.int64)))

    return read_column


def day_column(read: CellReader, empty: Collection[str]) -> ColumnReader:
    """Days: those written 2012-09-01 by their digits, every other writing once."""
    words = word_column(pa.date32(), read)
    days_for_nothing = _with_digits(empty)

    def read_column(texts: pa.StringArray) -> ReadColumn:
        days, known = days_in(texts)
        if len(days_for_nothing):
            known &= ~pc.is_in(texts, days_for_nothing).to_numpy(zero_copy_only=False)
        left = np.flatnonzero(~known)
        if not len(left):
            return ReadColumn(_nullable(days, known, pa.date32()), {})
        others = words(texts.take(pa.array(left)))
        given = others.values.is_valid().to_numpy(zero_copy_only=False)
        days[left[given]] = others.values.cast(pa.int32()).drop_null().to_numpy()
        known[left[given]] = True
        refused = {int(left[place]): wrong for place, wrong in others.refused.items()}
        return ReadColumn(_nullable(days, known, pa.date32()), refused)

    return read_column


def name_column(read: CellReader, empty: Collection[str]) -> ColumnReader:
    """Texts that hardly repeat: names."""
    distinct = Distinct(read)
    longest = max(len(word.encode()) for word in (*empty, *SPREADSHEET_ERRORS))

    def read_column(texts: pa.StringArray) -> ReadColumn:
        odd = ~_needs_no_folding(texts) | (pc.binary_length(texts).to_numpy() <= longest)
        rows = np.flatnonzero(odd)
        if not len(rows):
            return ReadColumn(texts, {})
        answers, which = distinct(texts.take(pa.array(rows)))
        values, refused = _apart(answers)
        mended = pa.array(values, pa.string()).take(pa.array(which))
        taken = pc.replace_with_mask(texts, pa.array(odd), mended)
        return ReadColumn(taken, _by_row(refused, which, rows))

    return read_column


def code_column(read: CellReader) -> ColumnReader:
    """Unified social credit codes and old registration numbers."""

    def read_column(texts: pa.StringArray) -> ReadColumn:
        odd = ~plain_codes(texts)
        rows = np.flatnonzero(odd)
        if not len(rows):
            return ReadColumn(texts, {})
        values, refused = _apart([read(text) for text in texts.take(pa.array(rows)).to_pylist()])
        mended = pa.array(values, pa.string())
        taken = pc.replace_with_mask(texts, pa.array(odd), mended)
        return ReadColumn(taken, {int(rows[place]): wrong for place, wrong in refused.items()})

    return read_column


@dataclass(frozen=True, slots=True)
class _Scale:
    """From digits in some unit to steps of the register: times 10 ** `shift`, between `low` and `high`."""

    shift: int
    low: int
    high: int
    rounds: bool

    def steps(self, numbers: Numbers, shift: Ints | int) -> tuple[Ints, Mask]:
        """Numbers as steps, and where they are within bounds and exact, or may be rounded."""
        power = shift - numbers.places
        fits = numbers.plain & (power <= MOST_DIGITS) & (power >= -MOST_DIGITS)
        up = np.int64(10) ** np.clip(power, 0, MOST_DIGITS)
        down = np.int64(10) ** np.clip(-power, 0, MOST_DIGITS)
        size = np.abs(numbers.mantissa)
        fits &= size <= self._bound // up
        whole, rest = size * np.where(fits, up, 0), np.zeros_like(size)
        if bool((power < 0).any()):
            whole, rest = np.divmod(whole, down)
            whole += (rest >= down - rest) & (rest > 0)
        steps = np.where(numbers.mantissa < 0, -whole, whole)
        exact = (rest == 0) | self.rounds
        return steps, fits & exact & (steps >= self.low) & (steps <= self.high)

    @property
    def _bound(self) -> np.int64:
        return np.int64(2**63 - 1)


def number_column(
    column: Column, read: CellReader, *, unit: str, rounds: bool, empty: Collection[str]
) -> ColumnReader:
    """Whole numbers, money, ratios and decimals, exact to the last digit, as steps of the register (int64).

    First what is plain digits; then, where many cells are left, full-width digits, thousands separators and
    units in the cell; what still is left goes to the reader of single cells.
    """
    units = {name: _power_of_ten(factor) for name, factor in UNITS[column.type].items()}
    step = SMALLEST_STEP[column.type]
    fine = -_power_of_ten(step)
    scale = _scale_of(column, units[unit.lower()] if unit else 0, fine, rounds)
    distinct = Distinct(read)
    shortest = 1 if "" in empty else 0
    figures_for_nothing = _with_digits(empty)

    def read_column(texts: pa.StringArray) -> ReadColumn:
        steps, known = scale.steps(numbers_in(texts), scale.shift)
        if len(figures_for_nothing):
            known &= ~pc.is_in(texts, figures_for_nothing).to_numpy(zero_copy_only=False)
        left = np.flatnonzero(~known & (pc.binary_length(texts).to_numpy() >= shortest))
        if len(left) > MOST_FOR_ONE_BY_ONE and not len(figures_for_nothing):
            more, fits = _dressed(texts.take(pa.array(left)), scale, units, fine)
            steps[left[fits]], known[left[fits]] = more[fits], True
            left = left[~fits]
        refused: dict[int, Refused] = {}
        if len(left):
            answers, which = distinct(texts.take(pa.array(left)))
            values, wrong = _apart(answers)
            each = np.array([0 if v is None else int(v * 10**fine) for v in values], np.int64)
            steps[left] = each[which]
            known[left] = np.array([v is not None for v in values], bool)[which]
            refused = _by_row(wrong, which, left)
        return ReadColumn(_nullable(steps, known, pa.int64()), refused)

    return read_column


def _dressed(texts: pa.StringArray, scale: _Scale, units: dict[str, int], fine: int) -> tuple[Ints, Mask]:
    """Numbers with full-width digits, thousands separators or a unit behind them."""
    folded = pc.utf8_trim_whitespace(pc.utf8_normalize(texts, "NFKC"))
    sound = pc.match_substring_regex(texts, _FOLDABLE)
    parts = pc.extract_regex(folded, _NUMBER_WITH_MORE)
    whole = pc.and_(sound, parts.is_valid()).to_numpy(zero_copy_only=False)
    digits = pc.replace_substring(parts.field("number").fill_null(""), ",", "")
    named = pc.utf8_lower(pc.utf8_trim_whitespace(parts.field("unit").fill_null(""))).dictionary_encode()
    each = [scale.shift if not name else units.get(name, -99) + fine for name in named.dictionary.to_pylist()]
    shift = (
        np.array(each, np.int64)[named.indices.to_numpy()] if len(each) else np.zeros(len(texts), np.int64)
    )
    steps, fits = scale.steps(numbers_in(digits), shift)
    return steps, fits & whole


def _scale_of(column: Column, unit_power: int, fine: int, rounds: bool) -> _Scale:
    bound = int(INT_BOUND) - 1 if column.type == "int" else 10**DIGITS - 1
    low, high = -bound, bound
    if column.min is not None:
        low = max(low, ceil(column.min * 10**fine))
    if column.max is not None:
        high = min(high, floor(column.max * 10**fine))
    return _Scale(unit_power + fine, low, high, rounds)


def _power_of_ten(factor: Decimal) -> int:
    power = factor.adjusted()
    if factor != Decimal(1).scaleb(power):
        raise ValueError(f"{factor} is not a power of ten")
    return power


def _nullable(steps: npt.NDArray[Any], known: Mask, kind: pa.DataType) -> pa.Array:
    valid = None if bool(known.all()) else pa.py_buffer(np.packbits(known, bitorder="little").tobytes())
    return pa.Array.from_buffers(kind, len(steps), [valid, pa.py_buffer(steps)])


def _with_digits(words: Collection[str]) -> pa.StringArray:
    return pa.array([word for word in words if any(c.isdigit() for c in word)], pa.string())


def _worded(values: list[Read], which: Ints) -> pa.Array:
    words = list(dict.fromkeys(value for value in values if value is not None))
    place = {word: number for number, word in enumerate(words)}
    each = np.array([-1 if value is None else place[value] for value in values], np.int32)
    indices = each[which] if len(each) else np.zeros(0, np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(indices, mask=indices < 0), pa.array(words, pa.string()))


def _needs_no_folding(texts: pa.StringArray) -> Mask:
    """Rows of printable ASCII and Chinese characters without a space at either end."""
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
    low, high = int(offsets[0]), int(offsets[-1])
    data = np.frombuffer(texts.buffers()[2] or b"", np.uint8)[low:high]
    good = np.ones(len(texts), bool)
    odd = np.flatnonzero(~_PLAIN_BYTES[data])
    good[np.searchsorted(offsets, odd + low, side="right") - 1] = False
    filled = np.flatnonzero(offsets[1:] > offsets[:-1])
    good[filled] &= (data[offsets[:-1][filled] - low] != 0x20) & (data[offsets[1:][filled] - low - 1] != 0x20)
    return good


def _apart(answers: list[Read]) -> tuple[list[Read], dict[int, Refused]]:
    """Values, None where refused; and refusals by place."""
    refused = {place: answer for place, answer in enumerate(answers) if isinstance(answer, Refused)}
    return (
        [None if place in refused else a for place, a in enumerate(answers)] if refused else answers
    ), refused


def _by_row(
    refused: dict[int, Refused], which: Ints, rows: npt.NDArray[np.intp] | None = None
) -> dict[int, Refused]:
    if not refused:
        return {}
    hit = np.flatnonzero(np.isin(which, list(refused)))
    places = hit if rows is None else rows[hit]
    return {int(row): refused[int(which[at])] for row, at in zip(places, hit, strict=True)}
