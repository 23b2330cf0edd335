"""Ranges and lists: between, in

`between` includes both ends. `in` takes written values. Both may be turned round with `not`.
"""

from tests.spec.checks import ReadingChecks, RuleChecks


def test_between(engine: RuleChecks):
    """between … and …"""
    engine.shows("""
        employees | employees between 20 and 300 | employees not between 20 and 300
        19        | no                           | yes
        20        | yes                          | no
        300       | yes                          | no
        301       | no                           | yes
                  | unknown                      | unknown
    """)
    engine.shows("""
        established | established between date '2012-01-01' and date '2012-12-31'
        2012-01-01  | yes
        2012-12-31  | yes
        2013-01-01  | no
    """)


def test_in(engine: RuleChecks):
    """in (…)"""
    engine.shows("""
        sector     | sector in ('industrial', 'trade') | sector not in ('industrial')
        industrial | yes                               | no
        other      | no                                | yes
                   | unknown                           | unknown
    """)
    engine.shows("""
        stars | stars in (4, 5) | industry_code | industry_code in ('C', 'G')
        5     | yes             | C             | yes
        3     | no              | C34           | no
              | unknown         |               | unknown
    """)


def test_all_values_named(engine: RuleChecks):
    """All values named

    Whatever the sector is, it is one of the three; nothing is missing.
    """
    engine.shows("""
        sector | sector in ('industrial', 'trade', 'other')
        trade  | yes
               | yes, by trying
    """)


def test_written_values_only(reader: ReadingChecks):
    """Written values only"""
    reader.refuses("""
        rule                      | place | told
        employees in (1, stars)   | 1:18  | 'in' takes written values only
        sector in ('farming')     | 1:8   | sector has no value 'farming'; it has industrial, trade, other
        employees between 1       | 1:20  | expected 'and', found the end
        employees in ()           | 1:15  | expected a fact, a figure or '(', found ')'
    """)
