"""Verdicts and amounts

A measure has conditions, each on its own clause, and an award. Its verdict is

- `ineligible` if some condition is false, whatever else is missing;
- `eligible` if all are true;
- otherwise open, with the missing facts named, exactly those that can still change the answer: `unknown` if a fact
  about the party is among them, else `review` if one that only a person can judge is (`judged`), else `claimable`:
  the party fits, and the claim (`about: claim`) has yet to happen;
- `out_of_scope` outside its period, place or audience.

Every condition has its own outcome: `met`, `not_met` or `unknown`.
"""

from tests.spec.checks import VerdictChecks

HIRING = """
    id: hiring
    title: {zh: 用工补贴, en: hiring subsidy}
    clause: c9
    audience: enterprise
    computable: full
    conditions:
      - {id: size, when: employees <= 100, clause: c9}
      - {id: prospects, when: has_prospects, clause: c10}
      - {id: contract, when: contract_months >= 12, clause: c9}
    award: {kind: subsidy, unit: CNY, amount: contract_months * 100元}
"""
INTEREST = """
    id: interest
    title: {zh: 贷款贴息, en: interest subsidy}
    clause: c3
    audience: enterprise
    computable: full
    period: {from: 2013-01-01, until: 2013-12-31}
    conditions:
      - {id: young, when: "full_years_between(established, as_of) < 3", clause: c3}
    award:
      kind: interest
      unit: CNY
      amount: "least(loan * loan_rate / 3, 10万)"
      if_not: zero
      also: {full_interest: loan * loan_rate}
"""


def test_the_kinds_of_verdict(verdicts: VerdictChecks):
    """What is missing decides"""
    verdicts.gives(
        HIRING,
        """
        employees | has_prospects | contract_months | verdict    | missing                                   | reasons
        80        | yes           | 12              | eligible   |                                           | size: met, prospects: met, contract: met
        80        | yes           | 11              | ineligible |                                           | size: met, prospects: met, contract: not_met
        101       |               |                 | ineligible |                                           | size: not_met, prospects: unknown, contract: unknown
                  | yes           | 12              | unknown    | employees                                 | size: unknown, prospects: met, contract: met
                  |               |                 | unknown    | employees, has_prospects, contract_months | size: unknown, prospects: unknown, contract: unknown
        80        |               |                 | review     | has_prospects, contract_months            | size: met, prospects: unknown, contract: unknown
        80        | yes           |                 | claimable  | contract_months                           | size: met, prospects: met, contract: unknown
        """,
    )


def test_the_amount(verdicts: VerdictChecks):
    """The amount is rounded once, at the end

    Half up to 0.01 yuan. A missing fact of the amount leaves the verdict as it is: entitled, and the fact is named.
    """
    verdicts.gives(
        INTEREST,
        """
        as of      | established | loan   | loan_rate | verdict  | amount   | missing
        2013-06-30 | 2012-01-01  | 100    | 10%       | eligible | 3.33     |
        2013-06-30 | 2012-01-01  | 200    | 10%       | eligible | 6.67     |
        2013-06-30 | 2012-01-01  | 0.15   | 10%       | eligible | 0.01     |
        2013-06-30 | 2012-01-01  | 0.14   | 10%       | eligible | 0        |
        2013-06-30 | 2012-01-01  | 1000万 | 6%        | eligible | 100000   |
        2013-06-30 | 2012-01-01  |        | 6%        | eligible | none     | loan
        """,
    )


def test_not_entitled(verdicts: VerdictChecks):
    """Not entitled

    `if_not: zero` states an amount of 0 for a plain no (a subsidy that is not given); otherwise there is none.
    """
    verdicts.gives(
        INTEREST,
        """
        as of      | established | loan | loan_rate | verdict    | amount
        2013-06-30 | 2010-06-30  | 100  | 10%       | ineligible | 0
        2013-06-30 |             | 100  | 10%       | unknown    | none
        """,
    )
    verdicts.gives(
        HIRING,
        """
        employees | has_prospects | contract_months | verdict    | amount
        101       | yes           | 12              | ineligible | none
        """,
    )


def test_the_period(verdicts: VerdictChecks):
    """Before the first day and after the last

    Both days are included. Where a measure names no period, that of its document counts.
    """
    verdicts.gives(
        INTEREST,
        """
        as of      | established | loan | loan_rate | verdict
        2012-12-31 | 2012-01-01  | 100  | 10%       | out_of_scope
        2013-01-01 | 2012-01-01  | 100  | 10%       | eligible
        2013-12-31 | 2012-01-01  | 100  | 10%       | eligible
        2014-01-01 | 2012-01-01  | 100  | 10%       | out_of_scope
        """,
    )


def test_what_else_is_told(verdicts: VerdictChecks):
    """Further figures: also"""
    verdicts.gives(
        INTEREST,
        """
        as of      | established | loan | loan_rate | amount | also
        2013-06-30 | 2012-01-01  | 300  | 10%       | 10     | full_interest 30
        """,
    )


def test_a_fault(verdicts: VerdictChecks):
    """An operation without a result

    The verdict is unknown, nothing is missing, and the fault is named.
    """
    verdicts.gives(
        """
        id: growth
        title: {zh: 成长奖励, en: growth reward}
        clause: c4
        audience: enterprise
        computable: full
        conditions:
          - {id: growth, when: revenue / revenue_last_year >= 110%, clause: c4}
        award: {kind: reward, unit: CNY, amount: 10万}
        """,
        """
        revenue | revenue_last_year | verdict  | amount | missing                    | faults
        110     | 100               | eligible | 100000 |                            |
        110     | 0                 | unknown  | none   |                            | division by zero
        110     |                   | unknown  | none   | revenue_last_year          |
        """,
    )
