"""Vouchers, loans, shared losses and stakes: issued, used, repaid, recovered, sold."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from huiqi.base.periods import Duration, Unit
from huiqi.forms.types import Rule
from huiqi.funds.types import (
    Account,
    CapPer,
    FundKind,
    Lending,
    Losses,
    LossShare,
    Source,
    Stakes,
    Vouchers,
)
from huiqi.ledger.instrument_queries import (
    loans_ended,
    loans_out,
    losses_of,
    pool_of,
    stakes_of,
    voucher_counts,
    vouchers,
)
from huiqi.ledger.queries import standing_of
from huiqi.ledger.types import Refused, VoucherState
from huiqi.ledger.verify import verify_balances
from huiqi.measures.expressions import Arithmetic, Constant, Domain, FactRef, Type
from tests.site.money import M, cap, claim, fact, facts, figure, fund, move, put

pytestmark = pytest.mark.django_db

DAILY_FEE = Rule(
    "principal * days_used * 0.02%",
    Arithmetic(
        "*",
        Arithmetic("*", FactRef("principal", Type.MONEY, Domain()), FactRef("days_used", Type.INT, Domain())),
        Constant(Fraction(2, 10_000), Type.NUMBER),
    ),
)


def on(fund_key: str, account: Account) -> Decimal:
    return standing_of(fund_key).on(account)


def test_a_voucher_is_issued_reserved_used_and_settled_and_its_rest_returns():
    of = fund(FundKind.VOUCHERS, vouchers=Vouchers(valid=Duration(1, Unit.YEARS)))
    key = "trial/test-vouchers"
    put(of, 50_000)
    what = claim(provider="91370200AGENCY0001")
    move(of, M.ISSUE_VOUCHER, what, 10_000, by="head")
    assert vouchers(key).get().valid_until == date(2014, 6, 30)
    move(of, M.RESERVE_VOUCHER, what, 8_000)
    move(of, M.REDEEM_VOUCHER, what, 6_000)
    assert (on(key, Account.ISSUED), on(key, Account.RESERVED), on(key, Account.REDEEMED)) == (
        4_000,
        0,
        6_000,
    )
    with pytest.raises(Refused, match="head approved it or gave it"):
        move(of, M.SETTLE_VOUCHER, what, by="head")
    assert move(of, M.SETTLE_VOUCHER, what) == 6_000
    assert (on(key, Account.PAID), on(key, Account.ISSUED), on(key, Account.AVAILABLE)) == (6_000, 0, 44_000)
    assert voucher_counts(key) == {VoucherState.SETTLED: (1, Decimal(10_000))}
    assert list(verify_balances()) == []


def test_a_voucher_can_be_freed_and_expires_only_when_its_time_is_over():
    of = fund(FundKind.VOUCHERS)
    put(of, 50_000)
    what = claim(provider="91370200AGENCY0001")
    move(of, M.ISSUE_VOUCHER, what, 10_000)
    move(of, M.RESERVE_VOUCHER, what)
    move(of, M.FREE_VOUCHER, what)
    with pytest.raises(Refused, match="good until 2013-12-31"):
        move(of, M.EXPIRE_VOUCHER, what, by="system")
    with pytest.raises(Refused, match="expired on 2013-12-31"):
        move(of, M.RESERVE_VOUCHER, what, on=date(2014, 1, 1))
    assert move(of, M.EXPIRE_VOUCHER, what, by="system", on=date(2014, 1, 1)) == 10_000
    assert vouchers("trial/test-vouchers", state=VoucherState.EXPIRED).count() == 1


def test_a_voucher_pays_its_part_of_the_price_and_no_more_than_its_face():
    of = fund(FundKind.VOUCHERS, vouchers=Vouchers(face=figure(10_000), covers=Fraction(1, 2)))
    put(of, 50_000)
    what = claim(provider="91370200AGENCY0001", facts=facts(expense=12_000))
    with pytest.raises(Refused, match="10,001 yuan asked for, the face value is 10,000"):
        move(of, M.ISSUE_VOUCHER, what, 10_001)
    assert move(of, M.ISSUE_VOUCHER, what) == 10_000
    move(of, M.RESERVE_VOUCHER, what)
    with pytest.raises(Refused, match="covers 6,000 yuan"):
        move(of, M.REDEEM_VOUCHER, what, 7_000)
    assert move(of, M.REDEEM_VOUCHER, what, 6_000) == 6_000


def test_a_voucher_needs_a_provider_to_be_used():
    of = fund(FundKind.VOUCHERS)
    put(of, 50_000)
    move(of, M.ISSUE_VOUCHER, claim(), 10_000)
    move(of, M.RESERVE_VOUCHER, claim())
    with pytest.raises(Refused, match="no provider is named"):
        move(of, M.REDEEM_VOUCHER, claim())


def test_a_loan_is_lent_counted_by_days_and_repaid():
    lending = Lending(longest=Duration(15, Unit.DAYS), fee=DAILY_FEE, subsidy=figure(30))
    of = fund(FundKind.LOANS, lending=lending)
    put(of, 10_000_000)
    what = claim(due_on=date(2013, 7, 31))
    move(of, M.LEND, what, 2_000_000)
    out = loans_out("trial/test-loans", on=date(2013, 7, 20))
    assert [(r.out, r.days, r.overdue, r.loan.due_on) for r in out] == [(2_000_000, 20, 5, date(2013, 7, 15))]
    move(of, M.REPAY, what, 500_000, on=date(2013, 7, 5))
    with pytest.raises(Refused, match="1,500,000 yuan are lent for this case"):
        move(of, M.REPAY, what, 2_000_000, on=date(2013, 7, 10))
    move(of, M.REPAY, what, on=date(2013, 7, 10))
    ended = loans_ended("trial/test-loans").get()
    assert (ended.days_used, ended.fee, ended.subsidy, ended.repaid) == (10, 4_000, 30, 2_000_000)
    assert loans_out("trial/test-loans", on=date(2013, 7, 20)) == []
    move(of, M.LEND, claim("C-2"), 2_000_000, on=date(2013, 8, 1))


def test_a_loan_that_is_lost_is_written_off_and_may_still_be_recovered():
    of = fund(FundKind.LOANS)
    put(of, 1_000)
    move(of, M.LEND, claim(), 600)
    with pytest.raises(Refused, match="officer approved it or gave it"):
        move(of, M.WRITE_OFF, claim(), by="officer")
    move(of, M.WRITE_OFF, claim(), by="head")
    assert on("trial/test-loans", Account.LOST) == 600
    move(of, M.RECOVER_LOSS, claim(), 100)
    assert on("trial/test-loans", Account.AVAILABLE) == 500


def test_a_pool_shares_losses_up_to_its_ceilings_and_shows_who_bore_them():
    of = fund(
        FundKind.RISK_POOL,
        payer=("市财政局",),
        sources=(Source("市财政局", Fraction(7, 10)), Source("insurer", Fraction(3, 10))),
        losses=Losses(
            (
                LossShare("市财政局", Fraction(4, 10)),
                LossShare("insurer", Fraction(2, 10)),
                LossShare("bank", Fraction(4, 10)),
            ),
            ceiling=fact("principal"),
        ),
        caps=(cap(CapPer.FUND, 800_000),),
    )
    put(of, 700_000)
    put(of, 300_000, source="insurer")
    first = claim(facts=facts(loss=1_200_000, principal=1_000_000))
    assert move(of, M.COMPENSATE, first) == 600_000
    with pytest.raises(Refused, match="limit 800,000, used 600,000, left 200,000, asked for 240,000"):
        move(of, M.COMPENSATE, claim("C-2", occasion="b", facts=facts(loss=400_000, principal=400_000)))
    move(of, M.RECOVER_LOSS, first, 150_000)
    move(of, M.COMPENSATE, claim("C-2", occasion="b", facts=facts(loss=400_000, principal=400_000)))
    pool = pool_of(of)
    assert [(c.source, c.amount, c.share) for c in pool.contributions] == [
        ("市财政局", 700_000, Fraction(7, 10)),
        ("insurer", 300_000, Fraction(3, 10)),
    ]
    assert [(b.bearer, b.losses, b.recovered, b.from_pool) for b in pool.bearers] == [
        ("bank", 560_000, 0, False),
        ("insurer", 280_000, 50_000, True),
        ("市财政局", 560_000, 100_000, True),
    ]
    assert (pool.losses, pool.lost, pool.paid, pool.recovered) == (2, 1_600_000, 840_000, 150_000)
    assert (pool.ceiling, pool.left_under_ceiling) == (800_000, 110_000)
    assert pool.recovery_rate == Fraction(150, 840)
    assert losses_of("trial/test-risk-pool").last().counted == 1_000_000


def test_a_loss_that_does_not_count_or_cannot_be_worked_out_is_not_paid():
    of = fund(
        FundKind.GUARANTEES,
        losses=Losses(
            (), ceiling=fact("principal"), when=Rule("is_new", FactRef("is_new", Type.BOOL, Domain()))
        ),
    )
    put(of, 1_000)
    with pytest.raises(Refused, match="is no loss: is_new does not hold"):
        move(of, M.COMPENSATE, claim(facts=facts(is_new=False, principal=100)), 50)
    with pytest.raises(Refused, match="'principal' cannot be worked out without principal"):
        move(of, M.COMPENSATE, claim(facts=facts(is_new=True)), 50)
    assert move(of, M.COMPENSATE, claim(facts=facts(is_new=True, principal=100)), 50) == 50


def test_a_stake_is_limited_held_and_sold_with_its_gain():
    of = fund(
        FundKind.STAKES,
        stakes=Stakes(amount=figure(500), largest_share=Fraction(1, 5), exit_after=Duration(3, Unit.YEARS)),
    )
    put(of, 1_000)
    with pytest.raises(Refused, match=r"a share of 30 % is more than 20 %"):
        move(of, M.INJECT, claim(share=Fraction(3, 10)), 400)
    with pytest.raises(Refused, match="600 yuan is more than one stake may be: 500"):
        move(of, M.INJECT, claim(), 600)
    move(of, M.INJECT, claim(share=Fraction(1, 10)), 400)
    assert stakes_of("trial/test-stakes").get().exit_after == date(2016, 6, 30)
    assert move(of, M.EXIT, claim(), 460) == 460
    standing = standing_of("trial/test-stakes")
    assert (standing.on(Account.AVAILABLE), standing.on(Account.INVESTED), standing.put_in) == (
        1_060,
        0,
        1_060,
    )
    assert stakes_of("trial/test-stakes").get().proceeds == 460
