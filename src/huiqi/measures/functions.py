"""The functions of the rule language: how each is written, what it takes, and what it computes."""

import math
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

from huiqi.base.calendar import add_working_days
from huiqi.base.money import round_half_up

MANY: Final = 64


@dataclass(frozen=True, slots=True)
class Function:
    """`gives` is a type name, "first" (the type of the first argument) or "same" (all share one)."""

    form: str
    takes: tuple[str, ...]  # date, text, number (any), whole (a count)
    gives: str
    run: Callable[..., Any]
    most: int = 0
    whole_batch: bool = True  # False: only for one enterprise at a time

    @property
    def fewest(self) -> int:
        return len(self.takes)


def add_months(day: date, months: Fraction) -> date:
    """The same day of a later month; a shorter month gives its last day.

    >>> add_months(date(2013, 1, 31), Fraction(1))
    datetime.date(2013, 2, 28)
    """
    whole = as_count(months)
    year, month = divmod(day.year * 12 + day.month - 1 + whole, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_days(day: date, days: Fraction) -> date:
    return day + timedelta(days=as_count(days))


def working_days_later(day: date, days: Fraction) -> date:
    return add_working_days(day, as_count(days))


def last_day(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def year_of(day: date) -> Fraction:
    return Fraction(day.year)


def days_between(start: date, end: date) -> Fraction:
    return Fraction((end - start).days)


def full_months_between(start: date, end: date) -> Fraction:
    """Completed months from `start` to `end`; negative when `end` is earlier.

    A month is complete on the same day of the month, or on the last day of one that is too short.

    >>> full_months_between(date(2012, 1, 31), date(2012, 2, 29))
    Fraction(1, 1)
    >>> full_months_between(date(2012, 3, 5), date(2013, 3, 4))
    Fraction(11, 1)
    """
    if end < start:
        return -full_months_between(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    return Fraction(months if add_months(start, Fraction(months)) <= end else months - 1)


def full_years_between(start: date, end: date) -> Fraction:
    months = full_months_between(start, end)
    return Fraction(math.trunc(months / 12))


def within(code: str, *branches: str) -> bool:
    """Does a classification code lie in one of these branches?

    >>> within("C3411", "B", "C"), within("G5320", "G54", "G55"), within("C", "C34")
    (True, False, False)
    """
    return code.startswith(branches)


def floor(number: Fraction) -> Fraction:
    return Fraction(math.floor(number))


def ceil(number: Fraction) -> Fraction:
    return Fraction(math.ceil(number))


def rounded(number: Fraction, places: Fraction = Fraction(0)) -> Fraction:
    return round_half_up(number, as_count(places))


def as_count(number: Fraction) -> int:
    """Months and days are counted whole; a part of one is dropped."""
    return math.trunc(number)


def smallest(*values: Any) -> Any:
    return min(values)


def largest(*values: Any) -> Any:
    return max(values)


FUNCTIONS: Final[Mapping[str, Function]] = {
    "least": Function("least(a, b, …)", ("number",), "same", smallest, MANY),
    "greatest": Function("greatest(a, b, …)", ("number",), "same", largest, MANY),
    "abs": Function("abs(number)", ("number",), "first", abs, 1),
    "floor": Function("floor(number)", ("number",), "first", floor, 1),
    "ceil": Function("ceil(number)", ("number",), "first", ceil, 1),
    "round": Function("round(number, places)", ("number",), "first", rounded, 2),
    "add_months": Function("add_months(date, months)", ("date", "whole"), "date", add_months, 2),
    "add_days": Function("add_days(date, days)", ("date", "whole"), "date", add_days, 2),
    "add_working_days": Function(
        "add_working_days(date, days)", ("date", "whole"), "date", working_days_later, 2, whole_batch=False
    ),
    "last_day": Function("last_day(date)", ("date",), "date", last_day, 1),
    "year": Function("year(date)", ("date",), "int", year_of, 1),
    "days_between": Function("days_between(from, to)", ("date", "date"), "int", days_between, 2),
    "full_months_between": Function(
        "full_months_between(from, to)", ("date", "date"), "int", full_months_between, 2
    ),
    "full_years_between": Function(
        "full_years_between(from, to)", ("date", "date"), "int", full_years_between, 2
    ),
    "within": Function("within(code, 'C', 'G591', …)", ("text", "text"), "bool", within, MANY),
}
