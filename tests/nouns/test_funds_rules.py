"""What a fund's rules come to, without a database: caps, losses, vouchers, loans, stakes."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiqi.base.periods import Duration, Unit
from huiqi.forms.types import Rule
from huiqi.funds.caps import Drawing, caps_for, ceiling, reach
from huiqi.funds.figures import Ground, Open
from huiqi.funds.ledger import (
    ACCOUNT_NAMES,
    DRAWING,
    GIVING_BACK,
    KIND_NAMES,
    MOVEMENT_NAMES,
    PUTTING_IN,
    entry_of,
    exclusive_groups,
    faults_of,
    programme_of,
)
from huiqi.funds.loans import cost_of_use, days_overdue, days_used, due_day
from huiqi.funds.losses import judge_loss, share_loss
from huiqi.funds.stakes import faults_of_stake, sell
from huiqi.funds.types import (
    MOVEMENTS,
    POSTINGS,
    Account,
    CapPer,
    FundKind,
    Lending,
    Losses,
    LossShare,
    Movement,
    Stakes,
    Vouchers,
    YearEnd,
)
from huiqi.funds.vouchers import is_expired, valid_until
from huiqi.measures.expressions import Arithmetic, Constant, Domain, FactRef, Type
from tests.site.money import cap, fact, figure, fund

DAY = date(2013, 6, 30)
DRAWN = Drawing(
    fund="trial/test-grants", pack="trial", year=2013, case="C-1", party="P", person="", region="370200",
    measure="trial/grant", programme="a", amount=Fraction(100),
)  # fmt: skip


def ground(**facts: Fraction | int | bool) -> Ground:
    known = {n: v if isinstance(v, bool) else Fraction(v) for n, v in facts.items()}
    return Ground(known, None, DAY)


def test_every_name_of_the_ledger_is_told_in_both_languages():
    assert (set(ACCOUNT_NAMES), set(MOVEMENT_NAMES), set(KIND_NAMES)) == (
        set(Account),
        set(Movement),
        set(FundKind),
    )


def test_each_movement_belongs_to_one_group_at_most():
    assert not DRAWING & GIVING_BACK
    assert not (DRAWING | GIVING_BACK) & PUTTING_IN
    assert {
        Movement.COMMIT,
        Movement.LEND,
        Movement.COMPENSATE,
        Movement.INJECT,
        Movement.ISSUE_VOUCHER,
    } == DRAWING


@pytest.mark.parametrize("movement", list(Movement))
def test_money_that_is_kept_for_somebody_is_kept_under_the_number_of_the_grant(movement):
    entry = entry_of(movement, "C-1")
    assert (entry.from_account, entry.to_account) == POSTINGS[movement]
    assert (entry.from_holder == "") is (entry.from_account in (Account.SOURCE, Account.AVAILABLE))
    assert (entry.to_holder == "") is (entry.to_account in (Account.SOURCE, Account.AVAILABLE))


@pytest.mark.parametrize("kind", list(FundKind))
def test_a_fund_refuses_what_its_kind_does_not_know(kind):
    for movement in Movement:
        assert bool(list(faults_of(fund(kind), movement, ""))) is (movement not in MOVEMENTS[kind])


@pytest.mark.parametrize(
    ("per", "counted"),
    [
        (CapPer.CASE, {"fund": DRAWN.fund, "case": "C-1"}),
        (CapPer.PARTY, {"fund": DRAWN.fund, "party": "P"}),
        (CapPer.PARTY_YEAR, {"fund": DRAWN.fund, "party": "P", "year": 2013}),
        (CapPer.PERSON, {"fund": DRAWN.fund, "case": "C-1"}),
        (CapPer.PROGRAMME, {"fund": DRAWN.fund, "programme": "a"}),
        (CapPer.REGION, {"fund": DRAWN.fund, "region": "370200"}),
        (CapPer.DOCUMENT, {"pack": "trial"}),
        (CapPer.FUND, {"fund": DRAWN.fund}),
    ],
)
def test_a_cap_adds_up_over_what_it_says(per, counted):
    assert reach(cap(per, 5), DRAWN) == counted


def test_a_cap_per_person_counts_the_person_in_whatever_case():
    assert reach(cap(CapPer.PERSON, 5), replace(DRAWN, person="X")) == {"fund": DRAWN.fund, "person": "X"}


def test_a_cap_concerns_its_measures_and_a_document_cap_every_fund():
    both = fund(caps=(cap(CapPer.PARTY, 5, "reward"), cap(CapPer.DOCUMENT, 9, name="whole")))
    assert [c.id for c in caps_for(both, DRAWN)] == ["whole"]
    assert [c.id for c in caps_for(both, replace(DRAWN, measure="trial/reward"))] == ["party", "whole"]
    assert [c.id for c in caps_for(both, replace(DRAWN, fund="trial/another"))] == ["whole"]


def test_a_cap_may_follow_from_the_facts_of_the_claim():
    per_head = Rule(
        "trained * 600",
        Arithmetic("*", FactRef("trained", Type.INT, Domain()), Constant(Fraction(600), Type.MONEY)),
    )
    formula = cap(CapPer.CASE, per_head)
    found = ceiling(formula, ground=ground(trained=3), used=Fraction(1_000), asked=Fraction(801))
    assert (found.limit, found.left, found.is_in_the_way) == (1_800, 800, True)
    unknown = ceiling(formula, ground=ground(), used=Fraction(0), asked=Fraction(1))
    assert unknown.is_in_the_way
    assert unknown.in_words().en == "Cap per case, c9: 'trained * 600' cannot be worked out without trained"


def test_the_last_yuan_under_a_cap_may_be_given():
    assert not ceiling(
        cap(CapPer.PARTY, 100), ground=ground(), used=Fraction(60), asked=Fraction(40)
    ).is_in_the_way


POOL = fund(
    FundKind.RISK_POOL,
    losses=Losses(
        (
            LossShare("市财政局", Fraction(1, 3)),
            LossShare("bank", Fraction(1, 3)),
            LossShare("insurer", Fraction(1, 3)),
        )
    ),
)


@given(loss=st.integers(1, 10**12), ceiling_of_one=st.none() | st.integers(0, 10**12))
def test_the_parts_of_a_loss_always_add_up(loss, ceiling_of_one):
    limit = None if ceiling_of_one is None else Fraction(ceiling_of_one, 100)
    shared = share_loss(POOL, Fraction(loss, 100), limit)
    assert sum(part.amount for part in shared.borne) == shared.counted
    assert shared.counted + shared.uncovered == Fraction(loss, 100)
    assert all(part.amount >= 0 and part.amount * 100 % 1 == 0 for part in shared.borne)
    assert shared.pool_pays == shared.borne[0].amount


def test_without_declared_shares_the_pool_bears_what_counts():
    alone = fund(FundKind.GUARANTEES, losses=Losses((), ceiling=fact("principal")))
    shared, against = judge_loss(alone, ground=ground(loss=500, principal=300), amount=None)
    assert against == []
    assert (shared.pool_pays, shared.uncovered) == (300, 200)


def test_a_loss_nobody_stated_is_the_one_of_which_the_pool_pays_what_was_granted():
    shared, _ = judge_loss(POOL, ground=ground(), amount=Fraction(100))
    assert (shared.loss, shared.pool_pays) == (300, 100)
    assert judge_loss(POOL, ground=ground(), amount=None)[1][0].en == "the amount of the loss is missing"


def test_a_voucher_is_good_as_declared_or_to_the_end_of_a_year_that_lapses():
    declared = fund(FundKind.VOUCHERS, vouchers=Vouchers(valid=Duration(6, Unit.MONTHS)))
    assert valid_until(declared, DAY) == date(2013, 12, 30)
    assert valid_until(fund(FundKind.VOUCHERS), DAY) == date(2013, 12, 31)
    lasting = fund(FundKind.VOUCHERS, year_end=YearEnd.CARRIES_OVER)
    assert valid_until(lasting, DAY) is None
    assert not is_expired(None, on=date(2099, 1, 1))
    assert (is_expired(DAY, on=DAY), is_expired(DAY, on=date(2013, 7, 1))) == (False, True)


def test_a_loan_is_due_at_the_latest_after_the_longest_use():
    lending = Lending(longest=Duration(30, Unit.DAYS), subsidy=fact("days_used"))
    assert due_day(lending, DAY, None) == date(2013, 7, 30)
    assert due_day(lending, DAY, date(2013, 7, 7)) == date(2013, 7, 7)
    assert due_day(Lending(), DAY, None) is None
    assert (days_used(DAY, date(2013, 7, 7)), days_overdue(date(2013, 7, 5), date(2013, 7, 7))) == (7, 2)
    cost = cost_of_use(
        lending, ground=ground(), principal=Fraction(1), balance=Fraction(0), lent_on=DAY, due_on=None,
        until=date(2013, 7, 7),
    )  # fmt: skip
    assert (cost.fee, cost.subsidy) == (None, 7)


def test_a_stake_may_not_be_larger_than_declared():
    stakes = Stakes(amount=figure(500), largest_share=Fraction(1, 4))
    found = list(faults_of_stake(stakes, ground=ground(), amount=Fraction(600), share=Fraction(1, 2)))
    assert [f.en for f in found] == [
        "600 yuan is more than one stake may be: 500",
        "a share of 50 % is more than 25 %",
    ]
    assert list(faults_of_stake(stakes, ground=ground(), amount=Fraction(500), share=Fraction(1, 4))) == []
    assert sell(Fraction(100), Fraction(100)).gain == 0


def test_a_claim_belongs_to_the_programme_that_pays_its_measure():
    assert programme_of(fund(), "trial/reward").id == "b"
    assert programme_of(fund(), "trial/reward", named="a").id == "a"
    assert programme_of(fund(), "other/reward") is None
    assert list(exclusive_groups(fund(exclusive=(("grant",), ("reward", "grant"))), "trial/grant")) == [0, 1]


def test_a_rule_without_a_result_says_so():
    divided = Rule(
        "1 / x", Arithmetic("/", Constant(Fraction(1), Type.MONEY), FactRef("x", Type.MONEY, Domain()))
    )
    found = ground(x=0).amount(divided)
    assert isinstance(found, Open)
    assert "has no result" in found.in_words(divided).en
