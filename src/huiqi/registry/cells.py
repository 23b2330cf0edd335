"""Read one cell of someone's table as the value of a column, or say what is wrong with it.

Widths, thousands separators, units and date formats vary and are understood; nothing is guessed. Money never passes
through floating point: a number that a spreadsheet holds as a float is taken with its 15 significant digits.

>>> parse = cell_reader(Column("total_assets", "money"), unit="万元")
>>> parse("１，２３４．５"), parse("3000万元"), parse("—")
(Decimal('12345000.00'), Decimal('30000000.00'), None)
>>> parse("12 or so")
Refused(reason="'12 or so' is not a number")
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache

from huiqi.base.money import plain
from huiqi.registry.schema import DIGITS, INT_BOUND, SMALLEST_STEP
from huiqi.registry.types import Column, ColumnType, Value

Cell = str | int | float | Decimal | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A cell that cannot be taken, and why."""

    reason: str


Read = Value | None | Refused
CellReader = Callable[[Cell], Read]

EMPTY_WORDS = frozenset(
    ["", "空", "无", "—", "——", "-", "--", "/", "null", "none", "nan", "n/a", "na", "未知", "不详", "\\n"]
)
"""What people write for "not known". In a yes-or-no column 无 is a no."""

TRUE_WORDS = frozenset(["是", "有", "true", "yes", "y", "1", "√", "✓"])
FALSE_WORDS = frozenset(["否", "无", "没有", "false", "no", "n", "0", "×", "✗"])

SPREADSHEET_ERRORS = frozenset(["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"])

_MONEY = {
    "元": 1,
    "千元": 10**3,
    "万": 10**4,
    "万元": 10**4,
    "百万元": 10**6,
    "千万元": 10**7,
    "亿": 10**8,
    "亿元": 10**8,
}
_COUNTS = dict.fromkeys(["人", "名", "个", "家", "户", "件", "项", "月", "个月", "年", "天", "日"], 1)
UNITS: Mapping[ColumnType, Mapping[str, Decimal]] = {
    "money": {unit: Decimal(n) for unit, n in _MONEY.items()} | {"人民币元": Decimal(1), "cny": Decimal(1)},
    "ratio": {"%": Decimal("0.01"), "‰": Decimal("0.001"), "1": Decimal(1)},
    "int": {unit: Decimal(n) for unit, n in {**_COUNTS, "千人": 10**3, "万人": 10**4}.items()},
    "decimal": {unit: Decimal(n) for unit, n in {**_COUNTS, "万": 10**4, "亿": 10**8}.items()},
}
"""Units by type of column, as multiples of its own unit; `1` says of a ratio that it is written as a fraction."""

_NUMBER = re.compile(r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(\D*)")
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:\.\d+)?[eE][+-]?\d+")
_DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})-|/(\d{1,2})/|\.(\d{1,2})\.|年(\d{1,2})月)(\d{1,2})日?(?: 00:00(?::00)?)?"
)
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")


def fold(text: str) -> str:
    """Half-width, without spaces at the ends; the way words and headers are compared, apart from case.

    >>> fold("　２０１２年 ％ ")
    '2012年 %'
    """
    return text.strip() if text.isascii() else unicodedata.normalize("NFKC", text).replace("−", "-").strip()


def cell_reader(
    column: Column,
    *,
    unit: str = "",
    words: Mapping[str, str] | None = None,
    true_words: Collection[str] = TRUE_WORDS,
    false_words: Collection[str] = FALSE_WORDS,
    empty_words: Collection[str] = EMPTY_WORDS,
    rounds: bool = False,
) -> CellReader:
    """A function from a cell to the value `column` holds, None for an empty cell, or Refused.

    `unit` is the unit of numbers that carry none themselves; `words` are further words for the values of an enum;
    with `rounds`, numbers finer than the column holds are rounded half up instead of refused.
    """
    if column.type == "bool":
        inner = _bool_reader(true_words, false_words)
        known = frozenset(true_words) | frozenset(false_words)
    elif column.type == "enum":
        inner = _enum_reader(column.values, words or {})
        known = frozenset(words or {}) | frozenset(column.values)
    else:
        inner = _READERS[column.type](column, unit, rounds)
        known = frozenset()
    empty = frozenset(empty_words) - known

    def read(cell: Cell) -> Read:
        if cell is None or cell != cell:  # NaN is how some programs write a missing number
            return None
        if isinstance(cell, str):
            cell = fold(cell)
            if cell.lower() in empty:
                return None
            if cell in SPREADSHEET_ERRORS:
                return Refused(f"{cell} is an error of the spreadsheet")
        return inner(cell)

    # Words and days repeat; typed, since True, 1 and 1.0 are equal but read differently.
    return read if column.type in SMALLEST_STEP else lru_cache(maxsize=4096, typed=True)(read)


def _bool_reader(true_words: Collection[str], false_words: Collection[str]) -> CellReader:
    answers = dict.fromkeys(false_words, False) | dict.fromkeys(true_words, True)

    def read(cell: Cell) -> Read:
        if isinstance(cell, bool):
            return cell
        answer = answers.get(plain_text(cell).lower())
        return Refused(f"{plain_text(cell)!r} is neither yes nor no") if answer is None else answer

    return read


def _enum_reader(values: Collection[str], words: Mapping[str, str]) -> CellReader:
    answers = {value: value for value in values} | {fold(word): value for word, value in words.items()}

    def read(cell: Cell) -> Read:
        answer = answers.get(plain_text(cell))
        return answer or Refused(f"{plain_text(cell)!r} is none of {', '.join(answers)}")

    return read


def _number_reader(column: Column, unit: str, rounds: bool) -> CellReader:
    units = UNITS[column.type]
    own = units[unit.lower()] if unit else Decimal(1)
    step = SMALLEST_STEP[column.type]
    bound = INT_BOUND if column.type == "int" else Decimal(10) ** DIGITS * step

    def read(cell: Cell) -> Read:
        number, factor = _number_and_factor(cell, own, units)
        if isinstance(number, Refused):
            return number
        value = number * factor
        taken = value.quantize(step, ROUND_HALF_UP) if abs(value) < bound else value
        if abs(taken) >= bound:
            return Refused(f"{plain_text(cell)} is larger than the register can hold")
        if taken != value and not rounds:
            return Refused(f"{plain_text(cell)} {'is not whole' if step == 1 else f'is finer than {step}'}")
        if column.min is not None and taken < column.min:
            return Refused(f"{plain_text(cell)} is below the least possible value {written(column.min)}")
        if column.max is not None and taken > column.max:
            return Refused(f"{plain_text(cell)} is above the greatest possible value {written(column.max)}")
        return int(taken) if column.type == "int" else taken

    return read


def written(bound: Decimal) -> str:
    """A bound as people write it: 0, not 0.000000."""
    return plain(Fraction(bound))


def _number_and_factor(
    cell: Cell, own: Decimal, units: Mapping[str, Decimal]
) -> tuple[Decimal | Refused, Decimal]:
    if isinstance(cell, str):
        return _number_in_text(cell, own, units)
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        return Refused(f"{plain_text(cell)!r} is not a number"), own
    number = Decimal(format(cell, ".15g")) if isinstance(cell, float) else Decimal(cell)
    return (number if number.is_finite() else Refused(f"{cell} is not a number")), own


def _number_in_text(
    text: str, own: Decimal, units: Mapping[str, Decimal]
) -> tuple[Decimal | Refused, Decimal]:
    match = _NUMBER.fullmatch(text)
    if match is None:
        if _SCIENTIFIC.fullmatch(text):
            return Refused(f"{text!r} is abbreviated: digits may be lost"), own
        return Refused(f"{text!r} is not a number"), own
    digits, unit = match[1].replace(",", ""), match[2].strip().lower()
    if not unit:
        return Decimal(digits), own
    factor = units.get(unit)
    if factor is None:
        known = ", ".join(units)
        return Refused(
            f"{text!r} is not a number" if len(unit) > 4 else f"{text!r}: unit is none of {known}"
        ), own
    return Decimal(digits), factor


def _date_reader(column: Column, unit: str, rounds: bool) -> CellReader:
    def read(cell: Cell) -> Read:
        if isinstance(cell, datetime):
            return cell.date() if cell.time() == time() else Refused(f"{cell} has a time of day")
        if isinstance(cell, date):
            return cell
        text = plain_text(cell)
        if match := _DATE.fullmatch(text):
            year, month, day = match[1], next(m for m in match.groups()[1:5] if m), match[6]
        elif match := _COMPACT_DATE.fullmatch(text):
            year, month, day = match.groups()
        else:
            return Refused(f"{text!r} is not a date such as 2012-09-01, 2012年9月1日, 2012/9/1 or 20120901")
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            return Refused(f"{text!r} is not a day of the calendar")

    return read


def _text_reader(column: Column, unit: str, rounds: bool) -> CellReader:
    return plain_text


def plain_text(cell: Cell) -> str:
    """A cell as a person sees it: 3411.0 of a spreadsheet is 3411.

    >>> plain_text(3411.0), plain_text(0.1), plain_text(True)
    ('3411', '0.1', 'TRUE')
    """
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return format(cell, ".15g")
    return "" if cell is None else fold(str(cell))


_READERS: Mapping[ColumnType, Callable[[Column, str, bool], CellReader]] = {
    "int": _number_reader,
    "decimal": _number_reader,
    "money": _number_reader,
    "ratio": _number_reader,
    "date": _date_reader,
    "text": _text_reader,
}
