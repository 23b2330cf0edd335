"""The ledger as a Beancount file, so that an auditor adds it up with a program that is not ours.

Each posting is a transaction with its number, case, order and who made it; the balances the database keeps stand at
the end as assertions to the fen, which `bean-check` proves or denies. Source: https://beancount.github.io/docs/ (language syntax).
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from django.db.models import Max, Min, Sum

from huiqi.funds.ledger import MOVEMENT_NAMES
from huiqi.funds.types import Account, Movement
from huiqi.ledger.models import Balance, Posting

KINDS: Final = {
    Account.SOURCE: "Equity",
    Account.PAID: "Expenses",
    Account.LOST: "Expenses",
}
"""What an account is to a bookkeeper; all others are assets."""


def beancount_lines() -> Iterator[str]:
    """The whole ledger, one directive after the other; nothing but the options where it is empty."""
    yield 'option "title" "huiqi ledger"'
    yield 'option "operating_currency" "CNY"'
    days = Posting.objects.aggregate(first=Min("on_day"), last=Max("on_day"))
    if days["first"] is None:
        return
    balances = list(
        Balance.objects.order_by("fund", "year", "account")
        .values_list("fund", "year", "account")
        .annotate(total=Sum("amount"))
    )
    for fund, year, account, _ in balances:
        yield f"{days['first']} open {account_name(fund, year, Account(account))} CNY"
    for posting in Posting.objects.select_related("order").order_by("pk").iterator():
        yield from transaction_lines(posting)
    yield from balance_lines(balances, days["last"] + timedelta(days=1))


def balance_lines(balances: list[tuple[str, int, str, object]], on: date) -> Iterator[str]:
    for fund, year, account, total in balances:
        yield f"{on} balance {account_name(fund, year, Account(account))} {total} ~ 0.00 CNY"


def transaction_lines(posting: Posting) -> Iterator[str]:
    movement = MOVEMENT_NAMES[Movement(posting.movement)]
    who = posting.party or posting.source
    yield f"{posting.on_day} * {quoted(who)} {quoted(f'{movement.zh} {movement.en}')}"
    said = {
        "posting": str(posting.pk),
        "case": posting.case,
        "order": str(posting.order or ""),
        "measure": posting.measure,
        "by": posting.by,
        "reason": posting.reason,
    }
    for name, value in said.items():
        if value:
            yield f"  {name}: {quoted(value)}"
    for account, sign in ((posting.from_account, "-"), (posting.to_account, "")):
        name = account_name(posting.fund, posting.year, Account(account))
        yield f"  {name}  {sign}{posting.amount} CNY"


def account_name(fund: str, year: int, account: Account) -> str:
    """The account of a fund and year.

    >>> account_name("qingdao-2012-46/brand-fund", 2013, Account.PAID)
    'Expenses:Qingdao-2012-46:Brand-fund:Y2013:Paid'
    """
    parts = [part[:1].upper() + part[1:] for part in fund.split("/")]
    return ":".join([KINDS.get(account, "Assets"), *parts, f"Y{year}", account.value.capitalize()])


def quoted(text: str) -> str:
    r"""A string of Beancount; line breaks become blanks.

    >>> quoted('a "b" \\ c')
    '"a \\"b\\" \\\\ c"'
    """
    plain = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'
