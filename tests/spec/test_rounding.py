"""Rounding: round, floor, ceil, abs

A rule rounds only where its document does (按月折算, 不足一年按一年计). Money is rounded once more, by itself, when
the amount of a measure is stated: see the chapter on verdicts and amounts.
"""

from tests.spec.checks import ReadingChecks, RuleChecks


def test_half_away_from_zero(engine: RuleChecks):
    """round: a half goes away from zero (四舍五入)

    Without places, to a whole number; negative places round to tens, hundreds, ten thousands.
    """
    engine.shows("""
        taxable_income | round(taxable_income) | round(taxable_income, 1) | round(taxable_income, -4)
        2.5            | 3                     | 2.5                      | 0
        -2.5           | -3                    | -2.5                     | 0
        0.05           | 0                     | 0.1                      | 0
        34999.99       | 35000                 | 35000                    | 30000
        -35000         | -35000                | -35000                   | -40000
                       | unknown               | unknown                  | unknown
    """)


def test_what_binary_fractions_get_wrong(engine: RuleChecks):
    """1.005 is a half

    In binary floating point 1.005 lies below the half; here it does not.
    """
    engine.shows("""
        holding | round(holding + 1, 2) | round(holding / 3, 4)
        0.005   | 1.01                  | 0.0017
        0.004   | 1                     | 0.0013
    """)


def test_floor_and_ceil(engine: RuleChecks):
    """floor and ceil

    Down and up, also below zero. 每满10人 is `floor(employees / 10)`, 不足一年按一年计 is `ceil(months / 12)`.
    """
    engine.shows("""
        employees | floor(employees / 10) | ceil(employees / 12)
        29        | 2                     | 3
        30        | 3                     | 3
        36        | 3                     | 3
        0         | 0                     | 0
                  | unknown               | unknown
    """)
    engine.shows("""
        taxable_income | floor(taxable_income) | ceil(taxable_income) | abs(taxable_income)
        -2.5           | -3                    | -2                   | 2.5
        2.5            | 2                     | 3                    | 2.5
    """)


def test_places_are_written(reader: ReadingChecks):
    """Places are written, whole and few"""
    reader.refuses("""
        rule                           | place | told
        round(holding, 0.5) > 1        | 1:1   | round() takes whole places from -12 to 12
        round(holding, 99) > 1         | 1:1   | round() takes whole places from -12 to 12
        round(loan, employees) > 1     | 1:1   | round() takes written values after the first: round(number, places)
        round(is_hnte) > 1             | 1:1   | round() needs a number where bool stands: round(number, places)
    """)
