"""The end of a year (年末结转): in every fund unused money lapses or is carried over; what is committed stays payable."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from huiqi.funds.types import YearEnd
from huiqi.holdings.current import library
from huiqi.ledger.actions import close_fund
from huiqi.ledger.types import fund_key


@dataclass(frozen=True, slots=True)
class ClosedFund:
    """What became of a fund's unused money."""

    fund: str
    year_end: YearEnd
    amount: Decimal


def close_year(year: int, *, by: str, at: datetime, on: date) -> tuple[ClosedFund, ...]:
    """Close a year in all declared funds, each in its own transaction; those without unused money are left out.

    Run again it moves only what came back since. Raises Refused (of the ledger) before the year is over.
    """
    closed = []
    for pack in library().packs.values():
        for fund in pack.funds.values():
            amount = close_fund(fund, year=year, by=by, at=at, on=on)
            if amount:
                closed.append(ClosedFund(fund_key(fund), fund.year_end, amount))
    return tuple(closed)
