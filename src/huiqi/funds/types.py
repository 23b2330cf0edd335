"""Money a document sets aside, as rules over one ledger: budgets, risk pools, loan funds, vouchers, stakes.

Every fund moves money between the same accounts by the same movements (`POSTINGS`); its kind says which of them
it knows, its rules say how much, to whom, how often and under whose eyes. Amounts are in yuan.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.base.periods import Duration
from huiqi.forms.types import Rule


class FundKind(StrEnum):
    """What a fund does with its money."""

    GRANTS = "grants"  # 专项资金: grants, subsidies, rewards, interest
    RISK_POOL = "risk_pool"  # 风险补偿: shares the losses of others
    LOANS = "loans"  # 周转金、统借统还: lends and is repaid
    VOUCHERS = "vouchers"  # 券
    STAKES = "stakes"  # 股权投资、引导基金、注资
    GUARANTEES = "guarantees"  # 担保基金: pays for the debtor and recovers


class Account(StrEnum):
    """Where money stands. Only `source` may be negative: it is the world outside."""

    SOURCE = "source"
    AVAILABLE = "available"
    COMMITTED = "committed"
    ORDERED = "ordered"
    PAID = "paid"
    LENT = "lent"
    LOST = "lost"
    ISSUED = "issued"
    RESERVED = "reserved"
    REDEEMED = "redeemed"
    INVESTED = "invested"


class Movement(StrEnum):
    """One entry of the ledger: from one account to another."""

    BUDGET = "budget"
    CONTRIBUTE = "contribute"
    COMMIT = "commit"
    RELEASE = "release"
    ORDER_PAYMENT = "order_payment"
    PAY = "pay"  # on the bank's receipt
    RETURN = "return"
    RECOVER = "recover"
    LAPSE = "lapse"  # unused at year end
    COMPENSATE = "compensate"
    RECOVER_LOSS = "recover_loss"
    LEND = "lend"
    REPAY = "repay"
    WRITE_OFF = "write_off"
    ISSUE_VOUCHER = "issue_voucher"
    RESERVE_VOUCHER = "reserve_voucher"
    FREE_VOUCHER = "free_voucher"
    REDEEM_VOUCHER = "redeem_voucher"
    SETTLE_VOUCHER = "settle_voucher"
    EXPIRE_VOUCHER = "expire_voucher"
    INJECT = "inject"
    EXIT = "exit"


POSTINGS: Final[Mapping[Movement, tuple[Account, Account]]] = {
    Movement.BUDGET: (Account.SOURCE, Account.AVAILABLE),
    Movement.CONTRIBUTE: (Account.SOURCE, Account.AVAILABLE),
    Movement.LAPSE: (Account.AVAILABLE, Account.SOURCE),
    Movement.COMMIT: (Account.AVAILABLE, Account.COMMITTED),
    Movement.RELEASE: (Account.COMMITTED, Account.AVAILABLE),
    Movement.ORDER_PAYMENT: (Account.COMMITTED, Account.ORDERED),
    Movement.PAY: (Account.ORDERED, Account.PAID),
    Movement.RETURN: (Account.ORDERED, Account.AVAILABLE),
    Movement.RECOVER: (Account.PAID, Account.AVAILABLE),
    Movement.COMPENSATE: (Account.AVAILABLE, Account.LOST),
    Movement.RECOVER_LOSS: (Account.LOST, Account.AVAILABLE),
    Movement.LEND: (Account.AVAILABLE, Account.LENT),
    Movement.REPAY: (Account.LENT, Account.AVAILABLE),
    Movement.WRITE_OFF: (Account.LENT, Account.LOST),
    Movement.ISSUE_VOUCHER: (Account.AVAILABLE, Account.ISSUED),
    Movement.RESERVE_VOUCHER: (Account.ISSUED, Account.RESERVED),
    Movement.FREE_VOUCHER: (Account.RESERVED, Account.ISSUED),
    Movement.REDEEM_VOUCHER: (Account.RESERVED, Account.REDEEMED),
    Movement.SETTLE_VOUCHER: (Account.REDEEMED, Account.PAID),
    Movement.EXPIRE_VOUCHER: (Account.ISSUED, Account.AVAILABLE),
    Movement.INJECT: (Account.AVAILABLE, Account.INVESTED),
    Movement.EXIT: (Account.INVESTED, Account.AVAILABLE),
}

_IN_AND_OUT = frozenset({Movement.BUDGET, Movement.CONTRIBUTE, Movement.LAPSE})
_PAYING = frozenset(
    {
        Movement.COMMIT,
        Movement.RELEASE,
        Movement.ORDER_PAYMENT,
        Movement.PAY,
        Movement.RETURN,
        Movement.RECOVER,
    }
)
MOVEMENTS: Final[Mapping[FundKind, frozenset[Movement]]] = {
    FundKind.GRANTS: _IN_AND_OUT | _PAYING,
    FundKind.RISK_POOL: _IN_AND_OUT | _PAYING | {Movement.COMPENSATE, Movement.RECOVER_LOSS},
    FundKind.LOANS: _IN_AND_OUT | _PAYING
    | {Movement.LEND, Movement.REPAY, Movement.WRITE_OFF, Movement.RECOVER_LOSS},
    FundKind.VOUCHERS: _IN_AND_OUT
    | {m for m in Movement if m.endswith("_voucher")} | {Movement.RECOVER},
    FundKind.STAKES: _IN_AND_OUT | _PAYING | {Movement.INJECT, Movement.EXIT},
    FundKind.GUARANTEES: _IN_AND_OUT | _PAYING | {Movement.COMPENSATE, Movement.RECOVER_LOSS},
}  # fmt: skip
"""Which movements each kind of fund knows."""


class YearEnd(StrEnum):
    LAPSES = "lapses"
    CARRIES_OVER = "carries_over"


class CapPer(StrEnum):
    """Over what a ceiling adds up."""

    CASE = "case"
    PARTY = "party"
    PARTY_YEAR = "party_year"
    PERSON = "person"
    PROGRAMME = "programme"
    REGION = "region"
    DOCUMENT = "document"  # all measures of the pack
    FUND = "fund"


@dataclass(frozen=True, slots=True)
class Source:
    """Who puts money in. A share is of what is put in; an amount is in yuan."""

    by: str  # an authority or a kind of party
    share: Fraction | None = None
    amount: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """Money set aside from a day on, or for one year."""

    amount: Fraction
    first: date | None
    year: int | None
    yearly: bool  # again every year


@dataclass(frozen=True, slots=True)
class Programme:
    """A line of the budget."""

    id: str
    title: Bilingual
    measures: tuple[str, ...] = ()
    limit: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Cap:
    """A ceiling, enforced when money is committed."""

    id: str
    per: CapPer
    limit: Rule  # a figure, or a formula over the facts of the claim
    measures: tuple[str, ...] = ()  # empty: everything the fund pays
    clause: str | None = None
    reading: bool = False  # another reading of the text: shown, not enforced


@dataclass(frozen=True, slots=True)
class LossShare:
    """Who bears which part of a loss."""

    bearer: str
    share: Fraction


@dataclass(frozen=True, slots=True)
class Losses:
    """How a loss is shared, and up to where."""

    shares: tuple[LossShare, ...]
    ceiling: Rule | None = None  # of one loan, issue or guarantee
    when: Rule | None = None  # a loss counts


@dataclass(frozen=True, slots=True)
class Lending:
    """How a loan fund lends."""

    longest: Duration | None = None
    fee: Rule | None = None  # what the borrower pays
    subsidy: Rule | None = None  # what the budget adds for the borrower
    through: str | None = None  # the register of institutions that lend


@dataclass(frozen=True, slots=True)
class Vouchers:
    """What a voucher is good for."""

    face: Rule | None = None
    valid: Duration | None = None
    covers: Fraction | None = None  # part of the price it pays
    providers: str | None = None  # the register of those who take it


@dataclass(frozen=True, slots=True)
class Stakes:
    """How capital is put in and taken out."""

    amount: Rule | None = None
    largest_share: Fraction | None = None
    exit_after: Duration | None = None
    holdings: str | None = None  # the register of stakes


@dataclass(frozen=True, slots=True)
class Fund:
    """A fund, 资金池."""

    id: str
    pack: str
    title: Bilingual
    clauses: tuple[str, ...]
    kind: FundKind
    manager: tuple[str, ...]
    payer: tuple[str, ...]
    sources: tuple[Source, ...]
    budgets: tuple[Budget, ...]  # empty: the document names no amount
    programmes: tuple[Programme, ...]
    measures: tuple[str, ...]  # what it pays
    caps: tuple[Cap, ...]
    once: bool  # a party is paid once per measure
    exclusive: tuple[tuple[str, ...], ...]  # of these measures a party gets one
    four_eyes: bool  # who approves does not pay
    year_end: YearEnd
    refill_below: Fraction | None
    vouches_with: tuple[str, ...]  # proofs kept with each payment
    losses: Losses | None = None
    lending: Lending | None = None
    vouchers: Vouchers | None = None
    stakes: Stakes | None = None
    template: str | None = None
    note: Bilingual | None = None
