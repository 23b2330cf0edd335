"""Parameters

Figures from outside the document (statutory rates, benchmark rates) stand in `parameters.yaml` with their source and
the day from which each value holds. A rule uses them by name or label. In these examples `benchmark_rate` is 6.56 %
from 2011-07-07, 6.31 % from 2012-06-08 and 6.00 % from 2012-07-06.
"""

from tests.spec.checks import RuleChecks


def test_the_value_of_the_day(engine: RuleChecks):
    """The value in force on the day"""
    engine.shows("""
        as of      | loan    | loan * benchmark_rate * 50% | 一年期贷款基准利率 < 6.31%
        2012-06-07 | 1000000 | 32800                       | no
        2012-06-08 | 1000000 | 31550                       | no
        2012-07-05 | 1000000 | 31550                       | no
        2012-07-06 | 1000000 | 30000                       | yes
        2013-06-30 |         | unknown                     | yes
    """)


def test_before_the_first_value(engine: RuleChecks):
    """Before the first value

    It is not known, so whatever needs it is not known either.
    """
    engine.shows("""
        as of      | loan_rate | loan_rate <= benchmark_rate * 130% | loan_rate <= 5% or loan_rate <= benchmark_rate
        2011-07-06 | 5%        | unknown                            | yes
        2011-07-07 | 5%        | yes                                | yes
    """)
