"""Arithmetic: + - * /

Numbers are exact fractions, however long the calculation; nothing is rounded on the way. Money plus money is money,
money times a ratio or a count is money, money divided by money is a ratio. Money times money is nothing.
"""

from tests.spec.checks import ReadingChecks, RuleChecks


def test_order_and_brackets(engine: RuleChecks):
    """Order and brackets"""
    engine.shows("""
        employees | trainees | employees + trainees * 2 | (employees + trainees) * 2 | employees - trainees - 1 | -employees
        10        | 3        | 16                       | 26                         | 6                        | -10
        10        |          | unknown                  | unknown                    | unknown                  | -10
    """)


def test_money_and_rates(engine: RuleChecks):
    """Money and rates"""
    engine.shows("""
        loan    | loan_rate | loan * loan_rate | loan * 6% / 12 * 7 | loan * (loan_rate + 50%)
        1000000 | 6.15%     | 61500            | 35000              | 561500
        0.01    | 5%        | 0.0005           | 0.00035            | 0.0055
                | 6.15%     | unknown          | unknown            | unknown
    """)


def test_exact_fractions(engine: RuleChecks):
    """Exact fractions

    A third stays a third until the amount of a measure is rounded, once, at the end.
    """
    engine.shows("""
        loan | loan / 3 | loan / 3 * 3 = loan | loan / 7 + loan / 7 * 6 = loan
        100  | 100/3    | yes                 | yes
        0.01 | 1/300    | yes                 | yes
    """)


def test_shares(engine: RuleChecks):
    """A share of two amounts"""
    engine.shows("""
        revenue | revenue_last_year | revenue / revenue_last_year >= 110% | (revenue - revenue_last_year) / revenue_last_year
        110     | 100               | yes                                 | 10%
        109.99  | 100               | no                                  | 9.99%
        110     |                   | unknown                             | unknown
    """)


def test_division_by_zero(engine: RuleChecks):
    """Division by zero

    It has no value, and a statement on it has none either: the verdict is unknown and names the fault. It is never
    zero, nor endless. What does not need the quotient is not touched by it.
    """
    engine.shows("""
        revenue | revenue_last_year | revenue / revenue_last_year | revenue / revenue_last_year >= 110% | revenue_last_year = 0 or revenue / revenue_last_year >= 110%
        110     | 0                 | no value                    | no value                            | yes
        0       | 0                 | no value                    | no value                            | yes
        0       | 100               | 0                           | no                                  | no
    """)
    engine.shows("""
        revenue | revenue / 0
        110     | no value
    """)


def test_losses(engine: RuleChecks):
    """Losses

    Money may be negative unless its fact says `min: 0`.
    """
    engine.shows("""
        taxable_income | taxable_income * 20% | greatest(taxable_income, 0) * 20% | - taxable_income
        -50000         | -10000               | 0                                 | 50000
        50000          | 10000                | 10000                             | -50000
    """)


def test_what_makes_no_sense(reader: ReadingChecks):
    """What makes no sense"""
    reader.refuses("""
        rule                        | place | told
        revenue * loan > 0          | 1:9   | money times money is not an amount
        holding / revenue > 0       | 1:9   | cannot divide ratio by money
        revenue + holding > 0       | 1:9   | '+' cannot put money beside ratio
        established + 1 > as_of     | 1:13  | '+' needs numbers, not date and number
        sector + 'a' = 'b'          | 1:8   | '+' needs numbers, not enum and text
    """)
