"""Loans out of a fund (周转金): when one is due, how many days it was used, what that costs."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from huiqi.forms.types import Rule
from huiqi.funds.figures import Ground
from huiqi.funds.types import Lending


def due_day(lending: Lending | None, lent_on: date, asked: date | None) -> date | None:
    """The day asked for, at the latest the end of the longest use; None where neither is set."""
    longest = lending.longest.last_day(lent_on) if lending and lending.longest else None
    return min((day for day in (longest, asked) if day is not None), default=None)


def days_used(lent_on: date, until: date) -> int:
    """From the day the money was lent to the day it came back; the first counts, the last does not (算头不算尾).

    >>> days_used(date(2012, 9, 3), date(2012, 9, 10))
    7
    """
    return (until - lent_on).days


def days_overdue(due_on: date | None, until: date) -> int:
    """0 where it is not overdue or no day is set."""
    return max((until - due_on).days, 0) if due_on else 0


@dataclass(frozen=True, slots=True)
class Cost:
    """What the use of a loan costs the borrower and the budget, in yuan; None where the fund has no rule for it."""

    fee: Fraction | None
    subsidy: Fraction | None


def cost_of_use(
    lending: Lending | None,
    *,
    ground: Ground,
    principal: Fraction,
    balance: Fraction,
    lent_on: date,
    due_on: date | None,
    until: date,
) -> Cost:
    """By the rules of the fund over principal, days used and days overdue."""
    known = ground.with_facts(
        principal=principal,
        balance=balance,
        days_used=Fraction(days_used(lent_on, until)),
        days_overdue=Fraction(days_overdue(due_on, until)),
    )

    def by(rule: Rule | None) -> Fraction | None:
        value = known.amount(rule) if rule is not None else None
        return value if isinstance(value, Fraction) else None

    return Cost(by(lending.fee), by(lending.subsidy)) if lending else Cost(None, None)
