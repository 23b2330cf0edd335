"""Working days, 工作日: weekends and public holidays off, moved working days (调休) on.

The days come from `chinesecalendar`, which follows the yearly notices of the State Council. It knows the
years since 2004 up to the last notice; for any other year there is no answer, only `UnknownYear`.

>>> add_working_days(date(2012, 9, 3), 7)
datetime.date(2012, 9, 12)
>>> add_working_days(date(2012, 9, 28), 1)  # the Saturday before National Day 2012 was worked
datetime.date(2012, 9, 29)
"""

from datetime import date, timedelta

import chinese_calendar


class UnknownYear(ValueError):
    """The holiday notice of that year is not known, so its working days cannot be counted."""


def is_working_day(day: date) -> bool:
    """Is work done on this day? Raises `UnknownYear` where no holiday notice is known."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError as error:
        raise UnknownYear(f"the public holidays of {day.year} are not known; give the day itself") from error


def add_working_days(start: date, days: int) -> date:
    """The last day of a period of `days` working days; the starting day itself is not counted.

    Raises `UnknownYear` when the period touches a year without a known holiday notice.
    """
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return day
