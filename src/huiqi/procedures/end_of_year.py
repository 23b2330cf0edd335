"""What the end of a year would bring about in the funds of an authority, and that it is done (年末结转)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from huiqi.funds.types import Account, Fund, YearEnd
from huiqi.ledger.actions import close_fund
from huiqi.ledger.models import Balance
from huiqi.ledger.types import fund_key

NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class YearLeft:
    """What is unused of a fund when a year is over, and what stays payable."""

    fund: Fund
    unused: Decimal  # lapses, or is carried over
    promised: Decimal  # committed or ordered: it stays

    @property
    def lapses(self) -> bool:
        return self.fund.year_end is YearEnd.LAPSES


def left_of_year(funds: Iterable[Fund], year: int) -> list[YearLeft]:
    """Funds with something left of a year; where money is carried over, of the years before as well."""
    by_key = {fund_key(fund): fund for fund in funds}
    unused = dict.fromkeys(by_key, NOTHING)
    promised = dict.fromkeys(by_key, NOTHING)
    accounts = [Account.AVAILABLE.value, Account.COMMITTED.value, Account.ORDERED.value]
    rows = Balance.objects.filter(fund__in=by_key, year__lte=year, account__in=accounts, amount__gt=0)
    summed = rows.order_by().values_list("fund", "year", "account").annotate(total=Sum("amount"))
    for key, of_year, account, total in summed:
        if account != Account.AVAILABLE.value:
            promised[key] += total
        elif of_year == year or by_key[key].year_end is YearEnd.CARRIES_OVER:
            unused[key] += total
    return [
        YearLeft(fund, unused[key], promised[key])
        for key, fund in by_key.items()
        if unused[key] or promised[key]
    ]


@transaction.atomic
def close_own_year(funds: Iterable[Fund], year: int, *, by: str, at: datetime, on: date) -> list[YearLeft]:
    """Close a year in these funds, all or none of them; those in which something moved, with how much.

    Raises Refused (of the ledger) before the year is over.
    """
    moved = [(fund, close_fund(fund, year=year, by=by, at=at, on=on)) for fund in funds]
    return [YearLeft(fund, amount, NOTHING) for fund, amount in moved if amount]
