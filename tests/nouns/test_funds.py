"""Funds are rules over one ledger: what does not add up is found when the pack is read."""

from fractions import Fraction

import pytest

from huiqi.funds.types import MOVEMENTS, POSTINGS, Account, FundKind, Movement
from tests.nouns.packs import load_trial, problems_of

POOL = """
    - id: pool
      title: {zh: 风险池, en: risk pool}
      clauses: [c2]
      kind: risk_pool
      manager: [市经信委]
      payer: [市财政局]
      sources: [{by: 市财政局, share: 60%}, {by: bank, share: 40%}]
      budgets: [{amount: 3亿, from: 2012-09-01}]
      measures: [grant]
      caps:
        - {id: per_firm, per: party_year, limit: 100万, measures: [grant], clause: c2}
        - {id: per_loan, per: case, limit: principal * 5%}
      losses: {shares: [{bearer: 市财政局, share: 50%}, {bearer: bank, share: 50%}], ceiling: principal * 80%, when: days_overdue > 90}
    """


def test_a_risk_pool_keeps_its_figures_exact(tmp_path):
    pack, problems = load_trial(tmp_path, funds=POOL)
    assert problems == []
    pool = pack.funds["pool"]
    assert pool.budgets[0].amount == 300_000_000
    assert [s.share for s in pool.sources] == [Fraction(3, 5), Fraction(2, 5)]
    assert pool.losses.ceiling.text == "principal * 80%"
    assert pool.four_eyes


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("bearer: bank, share: 50%", "bearer: bank, share: 40%", "14: the shares of a loss do not add up to 1"),
        ("by: bank, share: 40%", "by: bank, share: 50%", "8: the shares of the sources add up to more than 1"),
        ("limit: 100万, measures: [grant]", "limit: 100万, measures: [grants]", "12: cap per_firm: the fund does not pay 'grants'"),
        ("limit: principal * 5%", "limit: principle * 5%", "13:1:1: unknown fact 'principle'; did you mean 'principal'?"),
        ("amount: 3亿", "amount: plenty", "9:1:1: unknown fact 'plenty'"),
        ("kind: risk_pool", "kind: grants", "2: pool: a fund of kind grants has no losses"),
        ("kind: risk_pool", "kind: loans", "2: pool: a fund of kind loans has no losses"),
        ("by: bank", "by: bnak", "8: pool: 'bnak' is neither a kind of party nor an authority; did you mean 'bank'?"),
    ],
)  # fmt: skip
def test_what_does_not_add_up_is_told_with_its_line(tmp_path, old, new, problem):
    assert f"trial/funds.yaml:{problem}" in problems_of(tmp_path, funds=POOL.replace(old, new))


def test_every_movement_has_a_posting_and_only_known_ones_are_made():
    assert set(POSTINGS) == set(Movement)
    assert all(start is not end for start, end in POSTINGS.values())
    assert set(MOVEMENTS) == set(FundKind)


@pytest.mark.parametrize("kind", list(FundKind))
def test_money_of_every_kind_can_come_in_and_leave_available(kind):
    ways = [POSTINGS[movement] for movement in MOVEMENTS[kind]]
    assert (Account.SOURCE, Account.AVAILABLE) in ways
    reached = {Account.SOURCE}
    for _ in ways:
        reached |= {end for start, end in ways if start in reached}
    assert {account for way in ways for account in way} <= reached
