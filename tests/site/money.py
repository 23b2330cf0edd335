"""Synthetic funds and claims for the tests of the ledger; nothing here is of a real document."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from huiqi.base.bilingual import Bilingual
from huiqi.forms.types import Rule
from huiqi.funds.types import (
    Cap,
    CapPer,
    Fund,
    FundKind,
    Lending,
    Losses,
    LossShare,
    Movement,
    Programme,
    Source,
    Stakes,
    Vouchers,
    YearEnd,
)
from huiqi.ledger import actions, runs
from huiqi.ledger.models import PaymentOrder, PaymentRun
from huiqi.ledger.runs import Line
from huiqi.ledger.types import Claim
from huiqi.measures.expressions import Constant, Domain, FactRef, Type, Value
from tests.site.accounts import have_accounts

DAY = date(2013, 6, 30)
NOW = datetime(2013, 6, 30, 9, 0, tzinfo=UTC)
AN_HOUR_EARLIER = NOW - timedelta(hours=1)
FIRM = "91370200TEST000001"
M = Movement


def figure(amount: int) -> Rule:
    return Rule(str(amount), Constant(Fraction(amount), Type.MONEY))


def fact(name: str) -> Rule:
    """A rule that is just a fact of the claim."""
    return Rule(name, FactRef(name, Type.MONEY, Domain()))


def cap(per: CapPer, limit: int | Rule, *measures: str, reading: bool = False, name: str = "") -> Cap:
    rule = limit if isinstance(limit, Rule) else figure(limit)
    return Cap(name or per.value, per, rule, measures, "c9", reading)


SECTIONS: Mapping[FundKind, Mapping[str, object]] = {
    FundKind.GRANTS: {},
    FundKind.RISK_POOL: {
        "losses": Losses((LossShare("bank", Fraction(1, 2)), LossShare("市财政局", Fraction(1, 2))))
    },
    FundKind.LOANS: {"lending": Lending()},
    FundKind.VOUCHERS: {"vouchers": Vouchers(), "year_end": YearEnd.LAPSES},
    FundKind.STAKES: {"stakes": Stakes()},
    FundKind.GUARANTEES: {"losses": Losses(())},
}


def fund(kind: FundKind = FundKind.GRANTS, **changes: object) -> Fund:
    plain = Fund(
        id=f"test-{kind.value}".replace("_", "-"),
        pack="trial",
        title=Bilingual("试验资金", "trial fund"),
        clauses=("c1",),
        kind=kind,
        manager=("市经济信息化委",),
        payer=("市财政局",),
        sources=(Source("市财政局"),),
        budgets=(),
        programmes=(
            Programme("a", Bilingual("甲", "A"), ("grant",)),
            Programme("b", Bilingual("乙", "B"), ("reward",)),
        ),
        measures=("grant", "reward", "other"),
        caps=(),
        once=False,
        exclusive=(),
        four_eyes=True,
        year_end=YearEnd.CARRIES_OVER,
        refill_below=None,
        vouches_with=(),
    )
    return replace(plain, **{**SECTIONS[kind], **changes})  # type: ignore[arg-type]


def claim(case: str = "C-1", party: str = FIRM, measure: str = "trial/grant", **changes: object) -> Claim:
    plain = Claim(
        case=case, party=party, party_name="合成企业", region="370200", measure=measure, occasion="2013"
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def facts(**values: Value | int) -> dict[str, Value]:
    return {
        name: Fraction(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in values.items()
    }


def put(into: Fund, amount: int, *, year: int = 2013, source: str = "市财政局", on: date = DAY) -> None:
    movement = M.CONTRIBUTE if into.kind is FundKind.RISK_POOL else M.BUDGET
    actions.put_in(
        into, movement, amount=Fraction(amount), year=year, source=source, by="treasurer", at=NOW, on=on
    )


def move(
    of: Fund,
    movement: Movement,
    what: Claim,
    amount: int | Fraction | None = None,
    *,
    by: str = "officer",
    at: datetime = NOW,
    on: date = DAY,
) -> Fraction:
    given = None if amount is None else Fraction(amount)
    return Fraction(actions.move(of, movement, claim=what, amount=given, by=by, at=at, on=on))


def approve(of: Fund, what: Claim, amount: int, *, on: date = DAY) -> Fraction:
    return move(of, M.COMMIT, what, amount, by="head", at=AN_HOUR_EARLIER, on=on)


def order(of: Fund, what: Claim, amount: int | None = None, *, on: date = DAY) -> PaymentOrder:
    move(of, M.ORDER_PAYMENT, what, amount, by="officer", on=on)
    found = PaymentOrder.objects.filter(grant__case=what.case).last()
    assert found is not None
    return found


def send(*orders: PaymentOrder) -> PaymentRun:
    """Into a run, and released; payees without an account are given one."""
    have_accounts(o.payee for o in orders)
    run = runs.prepare_run([o.pk for o in orders], payer="市财政局", by="officer", at=NOW, on=DAY)
    runs.release_run(run, by="head", at=NOW)
    return run


def receive(*orders: PaymentOrder, reason: str = "") -> None:
    """The bank says that these are paid, or returned for a reason."""
    lines = [
        Line(f"row {i}", o.number, f"BANK-{o.number}", o.amount, not reason, reason, DAY)
        for i, o in enumerate(orders, 1)
    ]
    runs.take_receipts(lines, digest="0" * 64, by="officer", at=NOW)
