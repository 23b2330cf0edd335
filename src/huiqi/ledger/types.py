"""What the ledger is told and what it answers: a claim to money, a line to pay, a refusal with every reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.base.money import round_half_up
from huiqi.funds.types import Fund
from huiqi.measures.expressions import Value

SYSTEM: Final = "system"
"""Who acts where no person does."""

CARRIED_OVER: Final = "carried over"
"""The source of money that was left over from the year before, 上年结转."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who is to get money, and for what.

    Two claims with the same measure, party and occasion are the same entitlement: only one of them is paid.
    `facts` are those of the claim and of the party as the case has them; rules of the fund also read `loss`,
    `principal`, `expense`, `days_used` and `days_overdue` from there.
    """

    case: str  # its number
    party: str  # credit code of who gets the money, or the number of a person
    party_name: str
    region: str  # GB/T 2260
    measure: str  # "pack/id", or "" where the case is for no measure
    occasion: str  # "2013", a digest of the contract; "" where it is given once for all
    programme: str = ""  # of the fund; found by the measure where empty
    person: str = ""  # the hire, the graduate: what a ceiling per person counts
    facts: Mapping[str, Value] = field(default_factory=dict)
    provider: str = ""  # who takes the voucher, or delivers what is paid for: then he is paid
    approved_by: str = ""  # who decided, where no money was committed at the decision
    due_on: date | None = None  # of a loan, where the case names a day
    share: Fraction | None = None  # of a stake


class Refused(Exception):
    """The money may not move. `problems` holds every reason, for people."""

    def __init__(self, *problems: Bilingual) -> None:
        super().__init__("; ".join(problem.en for problem in problems))
        self.problems: tuple[Bilingual, ...] = problems


class OrderState(StrEnum):
    """Where a payment order stands, 拨付指令."""

    ORDERED = "ordered"  # 待付
    IN_RUN = "in_run"  # 已编批
    SENT = "sent"  # 已送银行
    PAID = "paid"  # 已到账
    RETURNED = "returned"  # 已退票


class RunState(StrEnum):
    """Where a payment run stands, 拨付批次."""

    PREPARED = "prepared"  # 待复核
    RELEASED = "released"  # 已放行
    DROPPED = "dropped"  # 已撤销


class VoucherState(StrEnum):
    ISSUED = "issued"
    RESERVED = "reserved"
    REDEEMED = "redeemed"
    SETTLED = "settled"
    EXPIRED = "expired"


ORDER_STATES: Final[Mapping[OrderState, Bilingual]] = {
    OrderState.ORDERED: Bilingual("待付", "waiting"),
    OrderState.IN_RUN: Bilingual("已编批", "in a run"),
    OrderState.SENT: Bilingual("已送银行", "sent to the bank"),
    OrderState.PAID: Bilingual("已到账", "paid"),
    OrderState.RETURNED: Bilingual("已退票", "returned"),
}
RUN_STATES: Final[Mapping[RunState, Bilingual]] = {
    RunState.PREPARED: Bilingual("待复核", "waiting for release"),
    RunState.RELEASED: Bilingual("已放行", "released"),
    RunState.DROPPED: Bilingual("已撤销", "dropped"),
}
VOUCHER_STATES: Final[Mapping[VoucherState, Bilingual]] = {
    VoucherState.ISSUED: Bilingual("已发券", "issued"),
    VoucherState.RESERVED: Bilingual("已预约", "reserved"),
    VoucherState.REDEEMED: Bilingual("待兑付", "used"),
    VoucherState.SETTLED: Bilingual("已兑付", "settled"),
    VoucherState.EXPIRED: Bilingual("已过期", "expired"),
}


def fund_key(fund: Fund) -> str:
    """The full name of a fund: "pack/id"."""
    return f"{fund.pack}/{fund.id}"


def to_yuan(amount: Fraction) -> Decimal:
    """An exact amount, rounded half up to the fen, as tables hold it.

    >>> to_yuan(Fraction(10, 3))
    Decimal('3.33')
    """
    return Decimal(int(round_half_up(amount, 2) * 100)).scaleb(-2)
