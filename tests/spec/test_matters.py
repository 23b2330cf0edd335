"""Matters: what a party may have together

Measures that concern the same tax, fee or purpose share a `matter`; measures without one simply add up. The matter
says how they combine: `best` keeps the one worth most alone (从优，不重复享受), `one` lets the party pick, `adds_up`
gives all. Whatever is not kept is shown with what beats it, and why.
"""

from tests.spec.checks import CombinationChecks


def test_best(matters: CombinationChecks):
    """choose: best"""
    matters.combines(
        "{id: tax, choose: best}",
        """
        measure | worth | outcome
        a       | 100   | beaten by b: less
        b       | 300   | kept
        c       | 200   | beaten by b: less
        """,
    )


def test_one(matters: CombinationChecks):
    """choose: one

    The best pick is proposed; the others remain the party's other choices.
    """
    matters.combines(
        "{id: tax, choose: one}",
        """
        measure | worth | outcome
        a       | 100   | beaten by b: another_choice
        b       | 300   | kept
        """,
    )


def test_adds_up(matters: CombinationChecks):
    """choose: adds_up"""
    matters.combines(
        "{id: tax, choose: adds_up}",
        """
        measure | worth | outcome
        a       | 100   | kept
        b       | 300   | kept
        """,
    )


def test_taxes_payable(matters: CombinationChecks):
    """compare: least_amount

    Where amounts are taxes to pay, the smallest is best.
    """
    matters.combines(
        "{id: tax, choose: best, compare: least_amount}",
        """
        measure | worth | outcome
        a       | 100   | kept
        b       | 300   | beaten by a: less
        """,
    )


def test_an_amount_is_missing(matters: CombinationChecks):
    """An amount is missing

    It cannot be compared, so it is kept for now beside the best, and said to be undecided.
    """
    matters.combines(
        "{id: tax, choose: best}",
        """
        measure | worth   | outcome
        a       | 100     | beaten by b: less
        b       | 300     | kept
        c       | unknown | kept, undecided beside b
        """,
    )


def test_a_newer_document(matters: CombinationChecks):
    """A newer document that replaces earlier ones

    It takes the place of an earlier one of the same level and region on the same matter, even if it gives less. A
    document of another level stands beside it.
    """
    matters.combines(
        "{id: tax, choose: best}",
        """
        measure | level    | since      | worth | outcome
        old     | city     | 2009-01-01 | 500   | beaten by new: replaced
        new     | city     | 2012-09-01 | 300   | kept
        above   | province | 2009-01-01 | 200   | beaten by new: less
        """,
        precedence="replaces",
    )
