"""Working days: add_working_days

工作日 are counted from the day after the starting day, without weekends and public holidays and with the weekend days
that were worked instead (调休), as the yearly notices of the State Council fixed them. A year whose notice is not known
has no answer, never a guess. The function is for one case at a time: SQL has no form for it, and a match run leaves
what needs it to the interpreter.
"""

from tests.spec.checks import RuleChecks


def test_working_days(one_at_a_time: RuleChecks):
    """Weekends, holidays, worked Saturdays

    2012-09-29 was a worked Saturday before the National Day holidays, which ended on 2012-10-07.
    """
    one_at_a_time.shows("""
        established | add_working_days(established, 7) | add_working_days(established, 1)
        2012-09-03  | 2012-09-12                       | 2012-09-04
        2012-09-28  | 2012-10-15                       | 2012-09-29
        2012-09-29  | 2012-10-16                       | 2012-10-08
                    | unknown                          | unknown
    """)


def test_a_year_that_is_not_known(one_at_a_time: RuleChecks):
    """A year that is not known"""
    one_at_a_time.shows("""
        established | add_working_days(established, 7) | add_working_days(established, 7) <= as_of
        1999-09-03  | no value                         | no value
    """)
