"""Where payees want to be paid (收款账户): what is wrong with a statement, and every write of one.

Only what a payee says of itself counts. A change adds a row and keeps the former one; a payment that is with the bank
keeps the account it was sent to.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction

from huiqi.audit.actions import record_deed
from huiqi.base.bilingual import Bilingual
from huiqi.ledger.models import PayeeAccount
from huiqi.ledger.payee_queries import account_of
from huiqi.ledger.postings import lock
from huiqi.ledger.types import Refused

NUMBER: Final = re.compile(r"[0-9]{8,32}")
BETWEEN_DIGITS: Final = re.compile(r"[\s\u3000\-－‐–]+")
HALF_WIDTH: Final = str.maketrans("０１２３４５６７８９", "0123456789")
LONGEST: Final = 200
LONGEST_WHY: Final = 300
LOCKED: Final = "accounts"
"""What stands still while a run goes to the bank."""


@dataclass(frozen=True, slots=True)
class Statement:
    """An account as a payee states it: holder, bank with its branch, number; why the holder has another name."""

    holder: str
    bank: str
    number: str
    why_other_name: str = ""


def account_number_from(text: str) -> str | None:
    """The digits of an account number; None where it is none.

    >>> (
    ...     account_number_from("６２２２ 0200-0000　1234"),
    ...     account_number_from("6222-X"),
    ...     account_number_from("²" * 9),
    ... )
    ('6222020000001234', None, None)
    """
    tidy = BETWEEN_DIGITS.sub("", text).translate(HALF_WIDTH)
    return tidy if NUMBER.fullmatch(tidy) else None


def is_same_name(one: str, other: str) -> bool:
    """Width of brackets and blanks make no other name.

    >>> is_same_name("合成（青岛）有限公司", "合成(青岛) 有限公司"), is_same_name("合成一厂", "合成二厂")
    (True, False)
    """
    return plain_name(one) == plain_name(other)


def plain_name(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def read_statement(
    said: Statement, *, registered_name: str
) -> tuple[Statement | None, Mapping[str, Bilingual]]:
    """The statement as it is kept, or by field what is wrong with it."""
    holder, bank, why = (" ".join(t.split()) for t in (said.holder, said.bank, said.why_other_name))
    number = account_number_from(said.number)
    problems: dict[str, Bilingual] = {}
    if registered_name and is_same_name(holder, registered_name):
        holder, why = registered_name, ""
    elif not holder:
        problems["holder"] = Bilingual("请填写户名", "write the name of the account's holder")
    elif not why:
        problems["why"] = Bilingual(
            f"户名与登记名称“{registered_name}”不同，请说明原因",
            f"the holder is not the registered name “{registered_name}”: say why",
        )
    if not bank:
        problems["bank"] = Bilingual("请填写开户银行和网点", "write the bank and its branch")
    if number is None:
        problems["number"] = Bilingual(
            "账号应为8至32位数字", "an account number has 8 to 32 digits and nothing else"
        )
    too_long = Bilingual("内容太长", "this is too long")
    for field, text, most in (
        ("holder", holder, LONGEST),
        ("bank", bank, LONGEST),
        ("why", why, LONGEST_WHY),
    ):
        if len(text) > most:
            problems[field] = too_long
    if problems or number is None:
        return None, problems
    return Statement(holder, bank, number, why), {}


def row_of(
    party: str, said: Statement, *, registered_name: str, source: str, by: str, at: datetime, on: date
) -> PayeeAccount:
    return PayeeAccount(
        party=party,
        registered_name=registered_name,
        holder=said.holder,
        why_other_name=said.why_other_name,
        bank=said.bank,
        number=said.number,
        source=source,
        stated_by=by,
        stated_at=at,
        on_day=on,
    )


@transaction.atomic
def state_account(
    party: str, said: Statement, *, registered_name: str, by: str, at: datetime, on: date
) -> PayeeAccount:
    """Keep what a payee says of itself, as `read_statement` gave it. Raises Refused where nothing changes."""
    lock(LOCKED)
    former = account_of(party)
    if former is not None and says_the_same(former, said):
        raise Refused(
            Bilingual("与现有账户相同，没有变更", "this account is the one in force: nothing changes")
        )
    account = row_of(party, said, registered_name=registered_name, source="", by=by, at=at, on=on)
    account.save()
    detail = {
        "account": account.pk,
        "ends_in": account.number[-4:],
        "former": former.pk if former is not None else None,
    }
    record_deed("ledger.account.stated", f"party:{party}", by=by, at=at, detail=detail)
    return account


def says_the_same(account: PayeeAccount, said: Statement) -> bool:
    kept = Statement(account.holder, account.bank, account.number, account.why_other_name)
    return kept == said


@dataclass(frozen=True, slots=True)
class Delivered:
    """An account that comes with a delivery: the payee stated it elsewhere, say to the treasury's former system."""

    party: str
    registered_name: str
    said: Statement


@transaction.atomic
def bring_accounts(
    delivered: Sequence[Delivered], *, source: str, by: str, at: datetime, on: date
) -> list[str]:
    """Keep accounts of payees that have none; what a payee has on file is never replaced. The payees it was kept for.

    Args:
        source: where the payees stated them; shown to each of them.
    """
    lock(LOCKED)
    there = set(PayeeAccount.objects.values_list("party", flat=True).distinct())
    fresh = {one.party: one for one in delivered if one.party not in there}
    PayeeAccount.objects.bulk_create(
        [
            row_of(
                one.party, one.said, registered_name=one.registered_name, source=source, by=by, at=at, on=on
            )
            for one in fresh.values()
        ],
        batch_size=500,
    )
    if fresh:
        detail = {"accounts": len(fresh), "source": source}
        record_deed("ledger.accounts.brought", "accounts", by=by, at=at, detail=detail)
    return list(fresh)
