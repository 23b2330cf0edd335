"""Vouchers (券): how long one is good, and how much of a price it pays."""

from datetime import date
from fractions import Fraction

from huiqi.funds.types import Fund, YearEnd


def valid_until(fund: Fund, issued_on: date) -> date | None:
    """The last day a voucher is good for.

    The declared validity; else, where unused money lapses at year end, the end of the year; else None: for good.
    """
    declared = fund.vouchers.valid if fund.vouchers else None
    if declared is not None:
        return declared.last_day(issued_on)
    return date(issued_on.year, 12, 31) if fund.year_end is YearEnd.LAPSES else None


def is_expired(until: date | None, *, on: date) -> bool:
    return until is not None and on > until


def most_of_price(covers: Fraction | None, price: Fraction | None) -> Fraction | None:
    """What a voucher may pay of a price in yuan; None where the price sets no limit.

    >>> most_of_price(Fraction(1, 2), Fraction(30000))
    Fraction(15000, 1)
    """
    if price is None:
        return None
    return price if covers is None else price * covers
