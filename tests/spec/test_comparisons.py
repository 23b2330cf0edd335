"""Comparisons

`=`, `<>` (or `!=`), `<`, `<=`, `>`, `>=`. 以上, 以下, 以内 and 不超过 include the figure itself: write `>=` or `<=`.
超过, 低于, 不足 and 未达到 exclude it: write `>` or `<`.
"""

from tests.spec.checks import ReadingChecks, RuleChecks


def test_the_figure_itself(engine: RuleChecks):
    """On the figure, one below, one above"""
    engine.shows("""
        employees | employees < 100 | employees <= 100 | employees = 100 | employees >= 100 | employees > 100
        99        | yes             | yes              | no              | no               | no
        100       | no              | yes              | yes             | yes              | no
        101       | no              | no               | no              | yes              | yes
                  | unknown         | unknown          | unknown         | unknown          | unknown
    """)


def test_one_fen_decides(engine: RuleChecks):
    """One fen decides

    Money is exact. There is no floating point anywhere.
    """
    engine.shows("""
        taxable_income | taxable_income <= 30万 | taxable_income + 0.1 = 0.3 | taxable_income <> 0.2
        300000         | yes                    | no                         | yes
        300000.01      | no                     | no                         | yes
        0.2            | yes                    | yes                        | no
    """)


def test_facts_against_facts(engine: RuleChecks):
    """Facts against facts"""
    engine.shows("""
        revenue | revenue_last_year | revenue > revenue_last_year | revenue >= revenue_last_year * 110%
        110     | 100               | yes                         | yes
        109.99  | 100               | yes                         | no
        100     |                   | unknown                     | unknown
    """)


def test_statements_against_statements(engine: RuleChecks):
    """Statements and texts are equal or not, nothing more"""
    engine.shows("""
        is_hnte | has_patent | is_hnte = has_patent | is_hnte <> has_patent
        yes     | yes        | yes                  | no
        yes     | no         | no                   | yes
        no      |            | unknown              | unknown
    """)


def test_what_cannot_be_compared(reader: ReadingChecks):
    """What cannot be compared"""
    reader.refuses("""
        rule                            | place | told
        total_assets <= holding         | 1:14  | '<=' cannot put money beside ratio
        established > 2012              | 1:13  | '>' cannot put date beside number
        sector < 'trade'                | 1:8   | '<' needs numbers or dates, not enum and text
        sector = 'industry'             | 1:8   | sector has no value 'industry'; it has industrial, trade, other
        employees < 1 < 2               | 1:15  | expected an operator or the end, found '<'
    """)
