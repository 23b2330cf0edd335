"""Where a party is paid: it states its account, is asked for it when money waits, and told when the bank refuses it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from django.db import transaction

from huiqi.base.bilingual import Bilingual
from huiqi.base.money import yuan
from huiqi.cases.types import Effect, Outcome
from huiqi.casework.models import Case
from huiqi.ledger.models import PayeeAccount, PaymentOrder
from huiqi.ledger.orders import name_of
from huiqi.ledger.payee_queries import Waits, account_of, waiting_for_accounts
from huiqi.ledger.payees import Statement, read_statement, state_account
from huiqi.ledger.types import SYSTEM, OrderState, Refused
from huiqi.notices.actions import News, give_notice, tell_many
from huiqi.notices.queries import parties_told
from huiqi.notices.types import Kind
from huiqi.procedures.case_rules import CaseRules

ABOUT: Final = "account"
"""What the notices are about; their link leads to the page of the account."""
WITHOUT_MONEY: Final = frozenset(
    {Outcome.REFUSED, Outcome.WITHDRAWN, Outcome.DISMISSED, Outcome.REFERRED, Outcome.LAPSED}
)
"""Cases that ended so are not asked for an account."""
ASKED: Final = "account:asked"
AT_ONCE: Final = 500
LONGEST_PARTY: Final = 18
"""Notices are for parties with a credit code."""


@dataclass(frozen=True, slots=True)
class Stated:
    """The account as it is kept now, or by field what is wrong with it."""

    account: PayeeAccount | None = None
    problems: Mapping[str, Bilingual] = field(default_factory=dict)


@transaction.atomic
def state_own_account(party: str, said: Statement, *, by: str, at: datetime, on: date) -> Stated:
    """A party says where it wants to be paid; every change is told to it, whoever of it made the change."""
    name = name_of(party)
    statement, problems = read_statement(said, registered_name=name)
    if statement is None:
        return Stated(problems=problems)
    is_change = account_of(party) is not None
    try:
        account = state_account(party, statement, registered_name=name, by=by, at=at, on=on)
    except Refused as refused:
        return Stated(problems={"number": refused.problems[0]})
    tell(party, news_of_account(account, is_change=is_change), by=by, at=at)
    return Stated(account)


def news_of_account(account: PayeeAccount, *, is_change: bool) -> News:
    ending, who = account.ending, account.source or account.stated_by
    if is_change:
        title = Bilingual(f"收款账户已变更（{ending}）", f"Your account for payments was changed ({ending})")
    else:
        title = Bilingual(f"收款账户已登记（{ending}）", f"Your account for payments is on file ({ending})")
    body = Bilingual(
        f"由{who}填报。如非本单位所为，请立即更正并联系主管部门。",
        f"Stated by {who}. If this was not you, correct it at once and tell the authority.",
    )
    return News(ABOUT, Kind.ACCOUNT, title, account.on_day, f"account:{account.pk}", body)


def tell(party: str, news: News, *, by: str, at: datetime) -> None:
    if len(party) <= LONGEST_PARTY:
        give_notice(party, news, by=by, at=at)


def ask_for_accounts(*, at: datetime, on: date, parties: Iterable[str] | None = None) -> int:
    """Tell everybody whose money waits for an account, once each; how many were told now.

    Args:
        parties: of these alone. Payees whose money goes on waiting are not asked again.
    """
    wanted = [one for one in waiting_for_accounts(parties) if len(one.party) <= LONGEST_PARTY]
    told = 0
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        known = parties_told(ABOUT, ASKED, (one.party for one in some))
        fresh = [(one.party, news_of_waiting(one, on=on)) for one in some if one.party not in known]
        if fresh:
            tell_many(fresh, by=SYSTEM, at=at)
        told += len(fresh)
    return told


def news_of_waiting(waits: Waits, *, on: date) -> News:
    total = said(waits.total)
    title = Bilingual(
        f"请填报收款账户：{total} 元待付", f"State your account for payments: {total} yuan wait"
    )
    body = Bilingual(
        "拨付已经下达，没有收款账户不能送银行；填报后编入下一批次。",
        "The payment is ordered and cannot go to the bank without an account; it goes into the next run once you stated one.",
    )
    return News(ABOUT, Kind.ACCOUNT, title, on, ASKED, body)


def tell_of_return(order: PaymentOrder, *, at: datetime, on: date) -> None:
    """The bank sent a payment back: the payee is told why."""
    reason, total = order.receipt.reason, said(order.amount)
    ending = order.account.ending if order.account is not None else "—"
    title = Bilingual(f"付款被银行退回：{reason}", f"The bank returned a payment: {reason}")
    body = Bilingual(
        f"{order.grant.case}，{total} 元，账户 {ending}。请核对收款账户；重新下达后按现有账户拨付。",
        f"{order.grant.case}, {total} yuan, account {ending}. Check your account: the next payment goes to the one on file.",
    )
    tell(order.payee, News(ABOUT, Kind.ACCOUNT, title, on, f"order:{order.number}", body), by=SYSTEM, at=at)


def said(amount: Decimal) -> str:
    return yuan(Fraction(amount))


@dataclass(frozen=True, slots=True)
class CasePay:
    """Where the money of a case goes, as its payee sees it."""

    account: PayeeAccount | None  # where the next payment goes
    returned: PaymentOrder | None  # the last payment, where the bank sent it back and none was ordered since

    @property
    def is_asked(self) -> bool:
        return self.account is None or self.returned is not None


def payee_of(case: Case) -> str:
    """Who is paid for what a provider delivers: the provider."""
    return case.provider or case.party


def pay_of(case: Case, rules: CaseRules, party: str) -> CasePay | None:
    """None where the case pays nothing by bank, or pays somebody else than this party."""
    if case.outcome in WITHOUT_MONEY:
        return None
    pays = any(Effect.ORDER_PAYMENT in step.effects for step in rules.case_type.steps.values())
    if not pays or not party or payee_of(case) != party:
        return None
    last = (
        PaymentOrder.objects.filter(grant__case=case.number).select_related("receipt").order_by("-pk").first()
    )
    returned = last if last is not None and last.state == OrderState.RETURNED else None
    return CasePay(account_of(party), returned)
