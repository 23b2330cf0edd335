"""least and greatest

Caps and floors: 最高不超过 is `least(…)`, 不低于 is `greatest(…)`. If one argument is unknown the whole is unknown:
a missing amount never turns into the cap.
"""

from tests.spec.checks import ReadingChecks, RuleChecks


def test_a_cap(engine: RuleChecks):
    """A cap"""
    engine.shows("""
        loan    | least(loan * 50%, 300万) | greatest(loan * 50%, 1万)
        4000000 | 2000000                  | 2000000
        6000000 | 3000000                  | 3000000
        9000000 | 3000000                  | 4500000
        100     | 50                       | 10000
                | unknown                  | unknown
    """)


def test_several(engine: RuleChecks):
    """Several arguments"""
    engine.shows("""
        revenue | loan | taxable_income | least(revenue, loan, taxable_income) | greatest(revenue, loan, taxable_income)
        3       | 2    | -1             | -1                                   | 3
        3       |      | -1             | unknown                              | unknown
    """)


def test_earliest_and_latest_day(engine: RuleChecks):
    """The earlier and the later day"""
    engine.shows("""
        established | listed_on  | least(established, listed_on) | greatest(established, listed_on)
        2011-05-01  | 2012-06-01 | 2011-05-01                    | 2012-06-01
        2011-05-01  |            | unknown                       | unknown
    """)


def test_numbers_or_days(reader: ReadingChecks):
    """Numbers or days, of one kind"""
    reader.refuses("""
        rule                             | place | told
        least(loan, holding) > 1         | 1:1   | least() cannot put money beside ratio
        least(sector, sector) = 'trade'  | 1:1   | least() needs numbers or dates
    """)
