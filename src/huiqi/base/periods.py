"""How long something may take or holds, and how often it comes round.

>>> Duration(7, Unit.WORKING_DAYS).last_day(date(2012, 9, 3))
datetime.date(2012, 9, 12)
>>> Duration(3, Unit.MONTHS).last_day(date(2012, 11, 30))
datetime.date(2013, 2, 28)
>>> Duration(0, Unit.SAME_DAY).last_day(date(2012, 9, 3))
datetime.date(2012, 9, 3)
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from huiqi.base.calendar import add_working_days


class Unit(StrEnum):
    """What a length of time is counted in."""

    SAME_DAY = "same_day"  # 当日
    HOURS = "hours"
    WORKING_DAYS = "working_days"  # 工作日
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"
    CALENDAR_MONTH = "calendar_month"  # 当月: to the last day of the month it starts in
    HOURS_PER_DAY = "hours_per_day"  # opening hours rather than a length
    DAYS_PER_WEEK = "days_per_week"


OPENING = frozenset({Unit.HOURS_PER_DAY, Unit.DAYS_PER_WEEK})


class Cadence(StrEnum):
    """How often something is due."""

    ONCE = "once"
    STANDING = "standing"  # at all times, without rounds
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"
    EVERY_TWO_YEARS = "every_two_years"


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time; `n` is 0 with `same_day` and 1 with `calendar_month`."""

    n: int
    unit: Unit

    def last_day(self, start: date) -> date | None:
        """The last day of the time that starts on a day; the starting day itself is not counted.

        None for opening hours, which have no last day. Hours end on the day they run out, whole days rounded
        up. Raises `UnknownYear` for working days of a year without a known holiday notice.
        """
        match self.unit:
            case Unit.SAME_DAY:
                return start
            case Unit.HOURS:
                return start + timedelta(days=-(-self.n // 24))
            case Unit.WORKING_DAYS:
                return add_working_days(start, self.n)
            case Unit.DAYS:
                return start + timedelta(days=self.n)
            case Unit.MONTHS | Unit.YEARS:
                return months_later(start, self.n * (12 if self.unit is Unit.YEARS else 1))
            case Unit.CALENDAR_MONTH:
                return start.replace(day=monthrange(start.year, start.month)[1])
            case _:
                return None


def months_later(day: date, months: int) -> date:
    """The same day of a later month; a shorter month gives its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
