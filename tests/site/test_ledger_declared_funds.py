"""Every fund that a pack declares runs: each of its movements is made once and the ledger stays whole."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

import pytest

from huiqi.funds.types import MOVEMENTS, Fund, FundKind, Movement
from huiqi.holdings.current import library
from huiqi.ledger import actions
from huiqi.ledger.beancount import beancount_lines
from huiqi.ledger.instrument_queries import pool_of
from huiqi.ledger.models import PaymentOrder, Posting
from huiqi.ledger.queries import proposed_budgets, standings
from huiqi.ledger.types import Claim, fund_key
from huiqi.ledger.verify import verify_balances
from huiqi.measures.expressions import Type, Value, facts_in
from tests.site.money import DAY, NOW, M, receive, send

AMOUNT = Fraction(100)
WAYS: dict[FundKind, tuple[tuple[Movement, ...], ...]] = {
    FundKind.VOUCHERS: (
        (
            M.ISSUE_VOUCHER, M.RESERVE_VOUCHER, M.FREE_VOUCHER, M.RESERVE_VOUCHER, M.REDEEM_VOUCHER,
            M.SETTLE_VOUCHER, M.RECOVER,
        ),
        (M.ISSUE_VOUCHER, M.EXPIRE_VOUCHER),
    ),
    FundKind.LOANS: ((M.LEND, M.REPAY), (M.LEND, M.WRITE_OFF, M.RECOVER_LOSS)),
    FundKind.STAKES: ((M.INJECT, M.EXIT),),
    FundKind.RISK_POOL: ((M.COMPENSATE, M.RECOVER_LOSS),),
    FundKind.GUARANTEES: ((M.COMPENSATE, M.RECOVER_LOSS),),
    FundKind.GRANTS: (),
}  # fmt: skip
PAYING = (
    (M.COMMIT, M.ORDER_PAYMENT, M.PAY, M.RECOVER),
    (M.COMMIT, M.ORDER_PAYMENT, M.RETURN),
    (M.COMMIT, M.RELEASE),
)
FUNDS = [fund for pack in library().packs.values() for fund in pack.funds.values()]


def claim_on(fund: Fund, number: int) -> Claim:
    measure = f"{fund.pack}/{fund.measures[0]}" if fund.measures else ""
    return Claim(
        case=f"C-{number}", party="91370200TEST000001", party_name="合成企业", region="370200", measure=measure,
        occasion=str(number), person="X", provider="91370200AGENCY0001", facts=every_fact(fund),
    )  # fmt: skip


def every_fact(fund: Fund) -> dict[str, Value]:
    """Something for each fact that a rule of the fund names: large figures, so that nothing is in the way."""
    rules = [cap.limit for cap in fund.caps]
    for section in (fund.losses, fund.lending, fund.vouchers, fund.stakes):
        names = ("ceiling", "when", "fee", "subsidy", "face", "amount")
        rules += [rule for name in names if (rule := getattr(section, name, None)) is not None]
    return {
        name: True if ref.type is Type.BOOL else Fraction(100_000)
        for rule in rules
        for name, ref in facts_in(rule.node).items()
    }


def walk(fund: Fund, way: tuple[Movement, ...], number: int) -> Iterator[Movement]:
    """One after the other, as people and the bank would do it."""
    what = claim_on(fund, number)
    if fund.once:
        what = Claim(
            **{**{f: getattr(what, f) for f in what.__slots__}, "party": f"91370200TEST00{number:04}"}
        )
    for place, movement in enumerate(way):
        amount = AMOUNT if place == 0 else None
        if movement in (M.PAY, M.RETURN):
            order = PaymentOrder.objects.get(grant__case=what.case, grant__fund=fund_key(fund))
            send(order)
            receive(order, reason="" if movement is M.PAY else "账号不符")
        on = date(2033, 1, 1) if movement is M.EXPIRE_VOUCHER else DAY
        by = "head" if place == 0 else "officer"
        at = NOW + timedelta(seconds=place)
        assert actions.move(fund, movement, claim=what, amount=amount, by=by, at=at, on=on) == AMOUNT
        yield movement


@pytest.mark.django_db
@pytest.mark.parametrize("fund", FUNDS, ids=fund_key)
def test_every_movement_of_a_declared_fund_can_be_made(fund: Fund) -> None:
    made = {M.LAPSE, M.BUDGET, M.CONTRIBUTE}
    for movement in (M.BUDGET, M.CONTRIBUTE, M.LAPSE):
        amount = AMOUNT if movement is M.LAPSE else Fraction(1_000)
        actions.put_in(fund, movement, amount=amount, year=2013, source="市财政局", by="t", at=NOW, on=DAY)
    ways = WAYS[fund.kind] + (PAYING if fund.kind is not FundKind.VOUCHERS else ())
    for number, way in enumerate(ways, 1):
        made |= set(walk(fund, way, number))
    assert made == MOVEMENTS[fund.kind]
    assert list(verify_balances()) == []
    assert Posting.objects.filter(fund=fund_key(fund)).exists()
    if fund.losses is not None:
        assert pool_of(fund).losses >= 1


@pytest.mark.django_db
def test_declared_budgets_are_proposed_and_nothing_is_put_in_by_itself() -> None:
    keys = [fund_key(fund) for fund in FUNDS]
    assert all(standing.by_account == {} for standing in standings(keys).values())
    proposed = {fund_key(f): [p.amount for p in proposed_budgets(f, on=DAY)] for f in FUNDS}
    assert proposed["qingdao-2012-46/loan-risk-compensation"] == [300_000_000]
    assert proposed["qinghai-2012/st-projects"] == [5_000_000]
    assert proposed["qingdao-2012-46/brand-fund-grants"] == []
    assert len(list(beancount_lines())) == 2
