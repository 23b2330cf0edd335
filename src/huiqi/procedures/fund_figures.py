"""What a fund achieved: the figures its document declares of it, among them leverage (带动倍数)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from django.db.models import Q, Sum

from huiqi.base.periods import Cadence
from huiqi.casework.models import Case
from huiqi.funds.types import Fund
from huiqi.holdings.current import library
from huiqi.indicators.types import Indicator, Measurement, Over, Take
from huiqi.ledger.models import Posting
from huiqi.rolls.models import Entry


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator of a fund as it stands; None where nothing was measured yet or no rule can measure it."""

    indicator: Indicator
    value: Fraction | None
    since: date
    until: date


def figures_of_fund(fund: Fund, *, on: date) -> Iterator[Figure]:
    """Every declared indicator that names the fund, for the round that a day lies in."""
    for indicator in library().packs[fund.pack].indicators.values():
        parts = [part for part in (indicator.numerator, indicator.denominator) if part is not None]
        if any(part.over is Over.FUND and fund.id in part.of for part in parts):
            since = began(indicator.cadence, on)
            yield Figure(indicator, measured(indicator, fund.pack, on=on), since, on)


def measured(indicator: Indicator, pack: str, *, on: date) -> Fraction | None:
    """The figure; None where a part of it is not measured, or there is nothing to divide by."""
    above = taken(indicator.numerator, pack, on=on)
    if indicator.denominator is None or above is None:
        return above
    below = taken(indicator.denominator, pack, on=on)
    if not below:
        return None
    ratio = above / below
    return ratio - 1 if indicator.is_growth else ratio


def taken(part: Measurement, pack: str, *, on: date) -> Fraction | None:
    """One figure over postings, entries of a register, or cases. None for what is taken otherwise."""
    last = began(part.during, on) - timedelta(days=1) if part.before and part.during is not None else on
    first = began(part.during, last) if part.during is not None else None
    keys = [name if "/" in name else f"{pack}/{name}" for name in part.of]
    if part.where is not None or part.formula is not None:
        return None
    match part.over, part.take:
        case Over.FUND, Take.SUM:
            days = within("on_day", first, last)
            moved = Posting.objects.filter(days, fund__in=keys, movement=part.what or "pay")
            return Fraction(moved.aggregate(all=Sum("amount"))["all"] or Decimal(0))
        case Over.REGISTER, Take.COUNT:
            return Fraction(
                Entry.objects.filter(within("entered_on", first, last), register__key__in=keys).count()
            )
        case Over.REGISTER, Take.SUM if part.what:
            entries = Entry.objects.filter(within("entered_on", first, last), register__key__in=keys)
            return sum(
                (as_figure(e.get(part.what)) for e in entries.values_list("fields", flat=True)), Fraction(0)
            )
        case Over.CASE, Take.COUNT:
            return Fraction(Case.objects.filter(within("decided_on", first, last), type__in=keys).count())
        case _:
            return None


def within(field: str, first: date | None, last: date) -> Q:
    days = Q(**{f"{field}__lte": last})
    return days & Q(**{f"{field}__gte": first}) if first is not None else days


def as_figure(kept: object) -> Fraction:
    return Fraction(kept) if isinstance(kept, str) else Fraction(0)


def began(cadence: Cadence | None, day: date) -> date:
    """The first day of the round that a day lies in.

    >>> began(Cadence.HALF_YEARLY, date(2013, 9, 2)), began(Cadence.QUARTERLY, date(2013, 6, 30))
    (datetime.date(2013, 7, 1), datetime.date(2013, 4, 1))
    """
    match cadence:
        case Cadence.WEEKLY:
            return day - timedelta(days=day.weekday())
        case Cadence.MONTHLY:
            return day.replace(day=1)
        case Cadence.QUARTERLY:
            return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        case Cadence.HALF_YEARLY:
            return date(day.year, 1 if day.month < 7 else 7, 1)
        case _:
            return date(day.year, 1, 1)
