"""What a movement posts, and which movements a fund knows. The database keeps the balances that follow.

>>> entry = entry_of(Movement.COMMIT, "C-1")
>>> entry.from_account.value, entry.from_holder, entry.to_account.value, entry.to_holder
('available', '', 'committed', 'C-1')
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.funds.types import MOVEMENTS, POSTINGS, Account, Fund, FundKind, Movement, Programme

OPEN: Final = frozenset({Account.SOURCE, Account.AVAILABLE})
"""Accounts that are not kept for a grant."""

DRAWING: Final = frozenset(m for m, (a, b) in POSTINGS.items() if a is Account.AVAILABLE and b not in OPEN)
"""What takes available money for somebody."""

GIVING_BACK: Final = frozenset(
    m for m, (a, b) in POSTINGS.items() if b is Account.AVAILABLE and a not in OPEN
)
"""What makes money available again."""

PUTTING_IN: Final = frozenset({Movement.BUDGET, Movement.CONTRIBUTE, Movement.LAPSE})
"""What passes between the fund and the world without a claim."""

KIND_NAMES: Final = {
    FundKind.GRANTS: Bilingual("专项资金", "special fund"),
    FundKind.RISK_POOL: Bilingual("风险补偿资金池", "risk pool"),
    FundKind.LOANS: Bilingual("周转金", "loan fund"),
    FundKind.VOUCHERS: Bilingual("券", "voucher fund"),
    FundKind.STAKES: Bilingual("股权投资", "stakes fund"),
    FundKind.GUARANTEES: Bilingual("担保基金", "guarantee fund"),
}
ACCOUNT_NAMES: Final = {
    Account.SOURCE: Bilingual("来源", "source"),
    Account.AVAILABLE: Bilingual("可用", "available"),
    Account.COMMITTED: Bilingual("已承诺", "committed"),
    Account.ORDERED: Bilingual("拨付中", "ordered"),
    Account.PAID: Bilingual("已支付", "paid"),
    Account.LENT: Bilingual("出借中", "lent"),
    Account.LOST: Bilingual("已代偿或损失", "lost"),
    Account.ISSUED: Bilingual("已发券", "issued"),
    Account.RESERVED: Bilingual("券已预约", "reserved"),
    Account.REDEEMED: Bilingual("券待兑付", "redeemed"),
    Account.INVESTED: Bilingual("投资中", "invested"),
}
MOVEMENT_NAMES: Final = {
    Movement.BUDGET: Bilingual("下达预算", "budget"),
    Movement.CONTRIBUTE: Bilingual("出资", "contribution"),
    Movement.COMMIT: Bilingual("承诺", "commitment"),
    Movement.RELEASE: Bilingual("解除承诺", "release"),
    Movement.ORDER_PAYMENT: Bilingual("下达拨付", "payment order"),
    Movement.PAY: Bilingual("到账", "payment"),
    Movement.RETURN: Bilingual("退票", "return"),
    Movement.RECOVER: Bilingual("追回", "recovery"),
    Movement.LAPSE: Bilingual("结余收回", "lapse"),
    Movement.COMPENSATE: Bilingual("代偿或补偿", "compensation"),
    Movement.RECOVER_LOSS: Bilingual("追偿所得", "loss recovered"),
    Movement.LEND: Bilingual("出借", "loan"),
    Movement.REPAY: Bilingual("归还", "repayment"),
    Movement.WRITE_OFF: Bilingual("核销", "write-off"),
    Movement.ISSUE_VOUCHER: Bilingual("发券", "voucher issued"),
    Movement.RESERVE_VOUCHER: Bilingual("预约用券", "voucher reserved"),
    Movement.FREE_VOUCHER: Bilingual("取消预约", "voucher freed"),
    Movement.REDEEM_VOUCHER: Bilingual("用券", "voucher redeemed"),
    Movement.SETTLE_VOUCHER: Bilingual("兑付", "voucher settled"),
    Movement.EXPIRE_VOUCHER: Bilingual("券作废", "voucher expired"),
    Movement.INJECT: Bilingual("出资入股", "capital paid in"),
    Movement.EXIT: Bilingual("退出", "exit"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One posting: both of its sides."""

    movement: Movement
    from_account: Account
    from_holder: str
    to_account: Account
    to_holder: str


def entry_of(movement: Movement, holder: str) -> Entry:
    """What a movement posts for a grant; `holder` is its number, empty where the money is nobody's."""
    start, end = POSTINGS[movement]
    return Entry(movement, start, "" if start in OPEN else holder, end, "" if end in OPEN else holder)


def faults_of(fund: Fund, movement: Movement, measure: str) -> Iterator[Bilingual]:
    """Why a fund does not make this movement for this measure ("pack/id", or "")."""
    if movement not in MOVEMENTS[fund.kind]:
        what, kind = MOVEMENT_NAMES[movement], KIND_NAMES[fund.kind]
        yield Bilingual(
            f"“{fund.title.zh}”是{kind.zh}，没有“{what.zh}”",
            f"{fund.title.en}: a {kind.en} makes no {what.en}",
        )
    if measure and movement in DRAWING and fund.measures and not names(fund.measures, fund.pack, measure):
        yield Bilingual(f"“{fund.title.zh}”不支付 {measure}", f"{fund.title.en} does not pay {measure}")


def names(listed: tuple[str, ...], pack: str, measure: str) -> bool:
    """Is the measure "pack/id" in a list of ids of that pack?

    >>> names(("grant",), "trial", "trial/grant"), names(("grant",), "trial", "other/grant")
    (True, False)
    """
    return measure in listed or any(f"{pack}/{name}" == measure for name in listed)


def programme_of(fund: Fund, measure: str, named: str = "") -> Programme | None:
    """The line of the budget a claim belongs to: the one named, else the one that pays the measure."""
    if named:
        return next((p for p in fund.programmes if p.id == named), None)
    return next((p for p in fund.programmes if names(p.measures, fund.pack, measure)), None)


def exclusive_groups(fund: Fund, measure: str) -> Iterator[int]:
    """Which of the fund's lists "one of these" the measure stands in."""
    for index, group in enumerate(fund.exclusive):
        if names(group, fund.pack, measure):
            yield index
