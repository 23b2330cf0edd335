"""The end of a year, declared budgets, funds that run low."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from huiqi.audit.models import Deed
from huiqi.funds.types import Account, Budget, CapPer, FundKind, Source, YearEnd
from huiqi.ledger.actions import close_fund, put_in
from huiqi.ledger.instrument_queries import contributions_of
from huiqi.ledger.queries import low_funds, proposed_budgets, standing_of, standings_by, years_of
from huiqi.ledger.types import Refused
from tests.site.money import DAY, NOW, M, approve, cap, claim, fund, move, order, put, receive, send

pytestmark = pytest.mark.django_db
KEY = "trial/test-grants"
NEXT = date(2014, 2, 1)


def close(of, year: int = 2013, *, on: date = NEXT) -> Decimal:
    return close_fund(of, year=year, by="treasurer", at=NOW, on=on)


def test_unused_money_lapses_and_committed_money_stays_payable():
    lapsing = fund(year_end=YearEnd.LAPSES)
    put(lapsing, 1_000)
    approve(lapsing, claim(), 300)
    assert close(lapsing) == 700
    assert close(lapsing) == 0
    one = order(lapsing, claim(), on=NEXT)
    send(one)
    receive(one)
    assert move(lapsing, M.PAY, claim(), by="system", on=NEXT) == 300
    assert standing_of(KEY, year=2013).by_account == {Account.SOURCE: -300, Account.PAID: 300}
    with pytest.raises(Refused, match="0 yuan available for 2014"):
        approve(lapsing, claim("C-2", occasion="2014"), 1, on=NEXT)


def test_unused_money_is_carried_over_and_counts_once_as_put_in():
    carrying = fund(year_end=YearEnd.CARRIES_OVER)
    put(carrying, 1_000)
    approve(carrying, claim(), 300)
    assert close(carrying) == 700
    assert standing_of(KEY, year=2014).on(Account.AVAILABLE) == 700
    assert [(c.source, c.amount) for c in contributions_of(carrying)] == [("市财政局", 1_000)]
    assert years_of(KEY) == [2014, 2013]


def test_money_is_carried_over_when_it_is_needed_even_if_nobody_closed_the_year():
    carrying = fund()
    put(carrying, 1_000)
    assert approve(carrying, claim(), 900, on=NEXT) == 900
    assert standing_of(KEY, year=2014).by_account == {
        Account.SOURCE: -1_000,
        Account.AVAILABLE: 100,
        Account.COMMITTED: 900,
    }


def test_a_payment_returned_after_the_year_is_committed_again_out_of_its_own_year():
    lapsing = fund(year_end=YearEnd.LAPSES)
    put(lapsing, 300)
    approve(lapsing, claim(), 300)
    one = order(lapsing, claim())
    send(one)
    close(lapsing)
    receive(one, reason="账号已销")
    move(lapsing, M.RETURN, claim(), by="system", on=NEXT)
    move(lapsing, M.COMMIT, claim(), 300, by="system", on=NEXT)
    assert standing_of(KEY, year=2013).on(Account.COMMITTED) == 300


def test_a_year_that_runs_cannot_be_closed():
    with pytest.raises(Refused, match="2013 is not over"):
        close(fund(), on=DAY)


def test_the_yearly_cap_begins_anew():
    capped = fund(caps=(cap(CapPer.PARTY_YEAR, 3_000_000),))
    put(capped, 10_000_000)
    approve(capped, claim(), 2_400_000)
    with pytest.raises(Refused, match="limit 3,000,000, used 2,400,000, left 600,000, asked for 800,000"):
        approve(capped, claim("C-2", occasion="2012"), 800_000)
    approve(capped, claim("C-2", occasion="2012"), 800_000, on=NEXT)


def test_a_declared_budget_is_proposed_until_it_is_put_in_and_put_in_once():
    declared = fund(
        budgets=(
            Budget(Fraction(5_000_000), date(2012, 3, 17), None, True),
            Budget(Fraction(300), None, 2015, False),
        )
    )
    (proposal,) = proposed_budgets(declared, on=DAY)
    assert (proposal.amount, proposal.year, proposal.source) == (5_000_000, 2013, "市财政局")
    twice = [
        put_in(
            declared, M.BUDGET, amount=Fraction(proposal.amount), year=proposal.year, source=proposal.source,
            key=proposal.key, by="treasurer", at=NOW, on=DAY,
        )
        for _ in range(2)
    ]  # fmt: skip
    assert twice == [5_000_000, 0]
    assert proposed_budgets(declared, on=DAY) == []
    assert [p.year for p in proposed_budgets(declared, on=date(2015, 1, 1))] == [2015, 2015]
    assert proposed_budgets(declared, on=date(2012, 1, 1)) == []


def test_money_that_is_not_there_cannot_lapse():
    grants = fund()
    put(grants, 100)
    with pytest.raises(Refused, match=r"only 100.00 yuan are available"):
        put_in(grants, M.LAPSE, amount=Fraction(101), year=2013, source="市财政局", by="t", at=NOW, on=DAY)
    with pytest.raises(Refused, match="a commitment is made for a case"):
        put_in(grants, M.COMMIT, amount=Fraction(1), year=2013, source="市财政局", by="t", at=NOW, on=DAY)


def test_a_fund_that_runs_low_is_shown_and_stands_in_the_trail():
    pool = fund(FundKind.GUARANTEES, refill_below=Fraction(500), sources=(Source("市财政局"),))
    put(pool, 600)
    assert low_funds([pool]) == []
    move(pool, M.COMPENSATE, claim(), 200)
    (low,) = low_funds([pool])
    assert (low.available, low.refill_below) == (400, 500)
    assert Deed.objects.filter(what="ledger.fund.fell_low").count() == 1


def test_what_was_given_is_shown_by_programme_region_and_measure():
    grants = fund()
    put(grants, 1_000)
    approve(grants, claim(), 300)
    approve(grants, claim("C-2", "91370200TEST000002", "trial/reward", region="370211"), 200)
    move(grants, M.RELEASE, claim(), 100)
    assert [(s.of, s.taken) for s in standings_by("programme", KEY)] == [("a", 200), ("b", 200)]
    assert [(s.of, s.taken) for s in standings_by("region", KEY, year=2013)] == [
        ("370200", 200),
        ("370211", 200),
    ]
    assert [s.of for s in standings_by("measure", KEY)] == ["trial/grant", "trial/reward"]
    with pytest.raises(ValueError, match="is not one of"):
        standings_by("colour", KEY)
