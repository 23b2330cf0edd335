"""The functions of the rule language for whole columns: parts of numbers, months and days."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

import numpy as np

from huiqi.measures.vectors import Numbers, add

EPOCH: Final = date(1970, 1, 1).toordinal()
FIRST_DAY: Final = date.min.toordinal() - EPOCH
LAST_DAY: Final = date.max.toordinal() - EPOCH
MOST_MONTHS: Final = 12 * date.max.year  # more in either direction leaves the calendar


class NotInBlocks(NotImplementedError):
    """An expression the batch engine leaves to the interpreter, row by row."""


def whole(numbers: Numbers) -> Numbers:
    """Cut to whole numbers, towards zero, as counts of months and days are."""
    if numbers.den == 1:
        return numbers
    cut = np.sign(numbers.num) * (abs(numbers.num) // numbers.den)
    return Numbers(cut, 1, numbers.known, numbers.peak // numbers.den + 1)


def floor_(numbers: Numbers) -> Numbers:
    return Numbers(numbers.num // numbers.den, 1, numbers.known, numbers.peak // numbers.den + 1)


def ceil_(numbers: Numbers) -> Numbers:
    return Numbers(-((-numbers.num) // numbers.den), 1, numbers.known, numbers.peak // numbers.den + 1)


def absolute(numbers: Numbers) -> Numbers:
    return Numbers(abs(numbers.num), numbers.den, numbers.known, numbers.peak)


Dates = np.typing.NDArray[np.int64]


def month_and_day(days: Dates) -> tuple[Dates, Dates]:
    """Months since 1970 and the day of the month, from 0."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    return months.astype(np.int64), (dates - months).astype(np.int64)


def moved(days: Dates, months: Dates) -> Dates:
    """`add_months`: the same day of a later month, or the last day of a shorter one."""
    month, day = month_and_day(days)
    target = month + months
    first = target.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    next_first = (target + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return np.asarray(np.minimum(first + day, next_first - 1), dtype=np.int64)


def add_months_(days: Numbers, months: Numbers) -> Numbers:
    count = whole(months)
    near = np.clip(count.num, -MOST_MONTHS, MOST_MONTHS).astype(np.int64)
    return in_calendar(Numbers.of(moved(days.num, near), 1, days.known & count.known))


def add_days_(days: Numbers, more: Numbers) -> Numbers:
    return in_calendar(add(days, whole(more)))


def in_calendar(days: Numbers) -> Numbers:
    """Days of the years 1 to 9999; where a known one lies outside, the interpreter says so row by row."""
    inside = (days.num >= FIRST_DAY) & (days.num <= LAST_DAY)
    if np.any(days.known & ~inside.astype(np.bool_)):
        raise NotInBlocks("a day outside the calendar")
    return Numbers.of(np.where(days.known, days.num, 0).astype(np.int64), 1, days.known)


def last_day_(days: Numbers) -> Numbers:
    month, _ = month_and_day(days.num)
    last = (month + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - 1
    return Numbers.of(last, 1, days.known)


def year_(days: Numbers) -> Numbers:
    years = days.num.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return Numbers.of(years, 1, days.known)


def days_between_(start: Numbers, end: Numbers) -> Numbers:
    return add(end, start, sign=-1)


def full_months(start: Dates, end: Dates) -> Dates:
    backward = end < start
    first, last = np.where(backward, end, start), np.where(backward, start, end)
    months = month_and_day(last)[0] - month_and_day(first)[0]
    months = np.where(moved(first, months) <= last, months, months - 1)
    return np.asarray(np.where(backward, -months, months), dtype=np.int64)


def full_months_between_(start: Numbers, end: Numbers) -> Numbers:
    return Numbers.of(full_months(start.num, end.num), 1, start.known & end.known)


def full_years_between_(start: Numbers, end: Numbers) -> Numbers:
    months = full_months(start.num, end.num)
    return Numbers.of(np.sign(months) * (abs(months) // 12), 1, start.known & end.known)


BY_DAY: Final = frozenset(("add_months", "last_day", "year", "full_months_between", "full_years_between"))
"""Functions of days that cost more to work out than to look up."""

BLOCK_FUNCTIONS: Final[Mapping[str, Callable[..., Numbers]]] = {
    "abs": absolute,
    "floor": floor_,
    "ceil": ceil_,
    "add_months": add_months_,
    "add_days": add_days_,
    "last_day": last_day_,
    "year": year_,
    "days_between": days_between_,
    "full_months_between": full_months_between_,
    "full_years_between": full_years_between_,
}
