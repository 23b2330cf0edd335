"""May a clock be lengthened (延长)? Once, by whom the declaration names, by no more than it says, with a reason."""

from collections.abc import Iterator
from datetime import date

from huiqi.base.bilingual import Bilingual
from huiqi.base.calendar import UnknownYear
from huiqi.base.periods import Duration
from huiqi.cases.clocks import Reading
from huiqi.cases.types import Role


def extension_problems(
    reading: Reading, *, by: Duration, reason: str, role: Role, on: date
) -> tuple[Bilingual, ...]:
    """Why a clock may not be lengthened so; all reasons at once, none where it may.

    Args:
        reading: of the clock as it stands on the day.
        by: the further time.
        role: of who asks for it.
    """
    allowed = reading.clock.extension
    if allowed is None:
        return (Bilingual("这一时限不能延长", "this time cannot be extended"),)
    found = list(standing_problems(reading, on=on))
    if role is not allowed.by:
        found.append(Bilingual("这一角色不能延长时限", f"only the {allowed.by} may extend this time"))
    if not reason.strip():
        found.append(Bilingual("延长时限须写明理由", "an extension needs a reason"))
    if by.n <= 0:
        found.append(Bilingual("延长的时间须大于零", "the further time must be longer than nothing"))
    elif reading.due is not None and is_longer(by, allowed.at_most, start=reading.due):
        found.append(Bilingual("超过了规定可以延长的时间", "longer than this time may be extended by"))
    return tuple(found)


def standing_problems(reading: Reading, *, on: date) -> Iterator[Bilingual]:
    if reading.stopped_on is not None:
        yield Bilingual("时限已经停止计算", "the clock has stopped already")
    elif reading.due is None:
        yield Bilingual("到期日未定，无从延长", "there is no end that could be extended")
    elif on > reading.due:
        yield Bilingual("已经逾期，不能再延长", "it is overdue and cannot be extended any more")
    if reading.extended is not None:
        yield Bilingual("已经延长过一次", "it was extended once already")


def is_longer(one: Duration, other: Duration, *, start: date) -> bool:
    """Does a length end later than another when both start on a day? Where that cannot be told: yes."""
    try:
        first, second = one.last_day(start), other.last_day(start)
    except UnknownYear:
        return (one.unit, one.n) != (other.unit, min(one.n, other.n))
    return first is None or second is None or first > second
