"""Derived facts

A fact may carry a `formula`, with the clause it comes from. A stated value wins; the formula is used where none is
stated. In these examples (`tests/spec/facts.yaml`) `interest` is `loan * loan_rate`, `is_young` is
`full_years_between(established, as_of) < 3`, `size_class` is a `case` over employees and revenue, and `is_small` is
`size_class = 'small'`. Formulas that need each other in a circle are refused when the pack is checked.
"""

from tests.spec.checks import RuleChecks


def test_the_formula(engine: RuleChecks):
    """The formula where nothing is stated"""
    engine.shows("""
        loan    | loan_rate | interest | interest <= 6万 | interest * 50%
        1000000 | 6%        |          | yes             | 30000
        1000001 | 6%        |          | no              | 30000.03
        1000000 |           |          | unknown         | unknown
    """)


def test_the_stated_value_wins(engine: RuleChecks):
    """The stated value wins"""
    engine.shows("""
        loan    | loan_rate | interest | interest <= 6万
        1000001 | 6%        | 60000    | yes
                |           | 60001    | no
        1000000 | 6%        | 60001    | no
    """)


def test_with_the_day(engine: RuleChecks):
    """A formula may use the day"""
    engine.shows("""
        as of      | established | is_young | not is_young
        2013-06-30 | 2010-07-01  |          | no
        2013-07-01 | 2010-07-01  |          | yes
        2013-07-01 | 2010-07-01  | yes      | no
        2013-06-30 |             |          | unknown
    """)


def test_what_is_left_of_an_enum(engine: RuleChecks):
    """What is left of an enum

    A formula whose own facts are missing may still rule values out: with a revenue of 1000万 a firm is small or
    medium, whatever its head count.
    """
    engine.shows("""
        employees | revenue | size_class = 'small' | size_class <> 'large' | size_class in ('small', 'medium')
        10        |         | yes                  | yes                   | yes
        25        | 3000万  | no                   | yes                   | yes
        300       | 2000万  | no                   | no                    | no
                  | 1000万  | unknown              | yes, by trying        | yes, by trying
                  | 3000万  | unknown              | unknown               | unknown
        300       |         | unknown              | unknown               | unknown
    """)


def test_derived_from_derived(engine: RuleChecks):
    """Derived from derived"""
    engine.shows("""
        employees | revenue | size_class | is_small | is_small or employees >= 300
        19        |         |            |          | yes
        300       | 300万   |            |          | yes
        300       |         | small      |          | yes
        299       | 300万   |            |          | no
        299       | 300万   | small      |          | yes
        299       | 300万   | small      | no       | no
    """)
