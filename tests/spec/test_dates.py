"""Days, months and years

Days are counted by functions, never with `+` and `-`. Months and years are full ones: a month is complete on the
same day of a later month, or on the last day of one that is too short. Months and days to add are counted whole; a
part of one is dropped. A day outside the years 1 to 9999 has no value.
"""

from tests.spec.checks import ReadingChecks, RuleChecks


def test_add_months(engine: RuleChecks):
    """add_months: the last day stands for a day a month does not have"""
    engine.shows("""
        established | add_months(established, 1) | add_months(established, 12) | add_months(established, -1)
        2013-01-31  | 2013-02-28                 | 2014-01-31                  | 2012-12-31
        2012-02-29  | 2012-03-29                 | 2013-02-28                  | 2012-01-29
        2011-12-15  | 2012-01-15                 | 2012-12-15                  | 2011-11-15
                    | unknown                    | unknown                     | unknown
    """)
    engine.shows("""
        established | contract_months | add_months(established, contract_months / 2)
        2013-01-31  | 3               | 2013-02-28
        2013-01-31  |                 | unknown
    """)


def test_add_days(engine: RuleChecks):
    """add_days, last_day, year"""
    engine.shows("""
        established | add_days(established, 30) | add_days(established, -1) | last_day(established) | year(established)
        2012-02-01  | 2012-03-02                | 2012-01-31                | 2012-02-29            | 2012
        2013-12-31  | 2014-01-30                | 2013-12-30                | 2013-12-31            | 2013
                    | unknown                   | unknown                   | unknown               | unknown
    """)


def test_full_months(engine: RuleChecks):
    """full_months_between, full_years_between, days_between

    From the first day to the second; negative when the second is earlier.
    """
    engine.shows("""
        established | listed_on  | full_months_between(established, listed_on) | full_years_between(established, listed_on) | days_between(established, listed_on)
        2012-03-05  | 2013-03-04 | 11                                          | 0                                          | 364
        2012-03-05  | 2013-03-05 | 12                                          | 1                                          | 365
        2012-01-31  | 2012-02-29 | 1                                           | 0                                          | 29
        2012-01-31  | 2012-02-28 | 0                                           | 0                                          | 28
        2012-02-29  | 2013-02-28 | 12                                          | 1                                          | 365
        2013-03-05  | 2012-03-05 | -12                                         | -1                                         | -365
        2013-03-04  | 2012-03-05 | -11                                         | 0                                          | -364
        2012-03-05  |            | unknown                                     | unknown                                    | unknown
    """)


def test_no_more_than_three_years_old(engine: RuleChecks):
    """成立不满三年: founded less than three full years ago"""
    engine.shows("""
        as of      | established | full_years_between(established, as_of) < 3 | as_of < add_months(established, 36)
        2013-06-30 | 2010-06-30  | no                                         | no
        2013-06-29 | 2010-06-30  | yes                                        | yes
        2013-02-28 | 2010-02-28  | no                                         | no
    """)


def test_the_end_of_the_calendar(engine: RuleChecks):
    """The end of the calendar

    A register may hold 9999-12-31 for "for ever". Nothing comes after it.
    """
    engine.shows("""
        listed_on  | add_months(listed_on, 1) | add_days(listed_on, 1) <= as_of | listed_on > as_of
        9999-12-31 | no value                 | no value                        | yes
        9999-11-30 | 9999-12-30               | no                              | yes
    """)


def test_what_is_no_day(reader: ReadingChecks):
    """What is no day"""
    reader.refuses("""
        rule                            | place | told
        established + 30 > as_of        | 1:13  | '+' needs numbers, not date and number
        as_of - established > 30        | 1:7   | '-' needs numbers, not date and date
        year(employees) > 2000          | 1:1   | year() needs a date where int stands: year(date)
        add_months(established) > as_of | 1:1   | add_months() is written add_months(date, months)
        add_days(established, loan) > as_of | 1:1 | add_days() needs a count where money stands: add_days(date, days)
    """)
