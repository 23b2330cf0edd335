"""Calendar days as documents print them: 2012年9月1日, 二〇一二年九月一日, 2012-09-01, 2012.9.1."""

import re
from calendar import monthrange
from datetime import date
from typing import NamedTuple

from huiqi.documents.numerals import read_numeral
from huiqi.documents.types import Span

_HAN_YEAR = "[一二][一二三四五六七八九〇零○Оo0O]{3}"
_HAN_DAY = "[一二三四五六七八九十]{1,3}"
_DAY = re.compile(
    r"(?P<y>(?:19|20)\d{2})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日"
    rf"|(?P<hy>{_HAN_YEAR})\s*年\s*(?P<hm>{_HAN_DAY})\s*月\s*(?P<hd>{_HAN_DAY})\s*日"
    r"|(?<!\d)(?P<ny>(?:19|20)\d{2})(?P<sep>[-/.])(?P<nm>\d{1,2})(?P=sep)(?P<nd>\d{1,2})(?!\d)"
)


class Day(NamedTuple):
    """A calendar day and where it stands."""

    date: date
    span: Span


def day_of(year: int, month: int, day: int) -> date | None:
    """The day, or None where the calendar has none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def last_day(year: int, month: int = 12) -> date | None:
    """The last day of a month."""
    return day_of(year, month, monthrange(year, month)[1]) if 1 <= month <= 12 and 1 <= year <= 9999 else None


def find_days(text: str) -> list[Day]:
    """All calendar days printed in full.

    >>> [day.date.isoformat() for day in find_days("二〇一二年九月一日 2016 年9 月29 日 发布日期:2022-02-11")]
    ['2012-09-01', '2016-09-29', '2022-02-11']
    """
    found = []
    for match in _DAY.finditer(text):
        if match["y"]:
            day = day_of(int(match["y"]), int(match["m"]), int(match["d"]))
        elif match["ny"]:
            day = day_of(int(match["ny"]), int(match["nm"]), int(match["nd"]))
        else:
            day = _han_day(match)
        if day is not None:
            found.append(Day(day, match.span()))
    return found


def _han_day(match: re.Match[str]) -> date | None:
    year = read_numeral(re.sub("[Оo0O○]", "〇", match["hy"]))
    month, day = read_numeral(match["hm"]), read_numeral(match["hd"])
    return day_of(year, month, day) if year and month and day else None


def day_alone(line: str) -> date | None:
    """The day a line consists of, brackets allowed.

    >>> day_alone("二〇一二年三月十七日"), day_alone("于2012年3月17日起施行")
    (datetime.date(2012, 3, 17), None)
    """
    stripped = line.strip(" \t()[]\u200b*")
    days = find_days(stripped)
    return days[0].date if days and days[0].span == (0, len(stripped)) else None
