"""Days in the solver: a day is its number (1 January of year 1 is 1); months and years are exact."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from huiqi.lint.solver import Truth, Whole, both, chosen, either, whole

FIRST: Final = date(1900, 1, 1).toordinal()
LAST: Final = date(2100, 12, 31).toordinal()
"""Days outside are not looked at: every rule of a document lies well inside."""

LENGTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
BEFORE: Final = tuple(sum(LENGTHS[:month]) for month in range(12))


@dataclass(frozen=True, slots=True)
class Split:
    """A day as year, month (0 to 11) and day of the month, with the statements that make them so."""

    year: Whole
    month: Whole
    day: Whole
    meaning: tuple[Truth, ...]

    @property
    def months(self) -> Whole:
        return self.year * 12 + self.month


def is_leap(year: Whole) -> Truth:
    return either(both(year % 4 == 0, year % 100 != 0), year % 400 == 0)


def by_month(month: Whole, figures: tuple[int, ...]) -> Any:
    found: Any = figures[-1]
    for number in reversed(range(len(figures) - 1)):
        found = chosen(month == number, figures[number], found)
    return found


def length_of(year: Whole, month: Whole) -> Whole:
    """The days of a month."""
    return by_month(month, LENGTHS) + chosen(both(month == 1, is_leap(year)), 1, 0)


def number_of_day(year: Whole, month: Whole, day: Whole) -> Whole:
    past = year - 1
    start = past * 365 + div(past, 4) - div(past, 100) + div(past, 400)
    return start + by_month(month, BEFORE) + chosen(both(month > 1, is_leap(year)), 1, 0) + day


def div(number: Whole, by: int) -> Whole:
    return number // by if isinstance(number, int) else number / by


def split(day: Whole, name: str) -> Split:
    """Year, month and day of the month of a day; `name` must be new in the question."""
    if isinstance(day, int):
        known = date.fromordinal(day)
        return Split(known.year, known.month - 1, known.day, ())
    year, month, rest = whole(f"{name}.year"), whole(f"{name}.month"), whole(f"{name}.day")
    meaning = (
        both(year >= 1800, year <= 2300, month >= 0, month <= 11),
        both(rest >= 1, rest <= length_of(year, month)),
        day == number_of_day(year, month, rest),
    )
    return Split(year, month, rest, meaning)


def moved(day: Split, months: Whole) -> Whole:
    """The same day of a later month; a shorter month gives its last day."""
    total = day.months + months
    year, month = div(total, 12), total % 12
    length = length_of(year, month)
    return number_of_day(year, month, chosen(day.day <= length, day.day, length))


def full_months(start: Split, end: Split) -> Whole:
    """Completed months between days of which the first is not later."""
    length = length_of(end.year, end.month)
    anniversary = chosen(start.day <= length, start.day, length)
    return end.months - start.months - chosen(anniversary <= end.day, 0, 1)
