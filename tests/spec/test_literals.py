"""Literals: figures, amounts, days and texts

A rule writes its figures as the document writes them. `万` stands for ten thousand, `亿` for a hundred million,
`%` for a hundredth. A bare figure takes the unit of what stands beside it: `3000万` is money beside an amount and
people beside a head count.
"""

from tests.spec.checks import RuleChecks


def test_figures_with_wan_yi_and_percent(engine: RuleChecks):
    """万, 亿 and %

    Nothing is rounded: `1.005%` is exactly 0.01005.
    """
    engine.shows("""
        total_assets | total_assets = 3000万 | total_assets = 0.3亿 | total_assets = 30000000.00
        30000000     | yes                   | yes                  | yes
        30000000.01  | no                    | no                   | no
                     | unknown               | unknown              | unknown
    """)
    engine.shows("""
        holding | holding >= 30% | holding >= 0.3 | holding * 100
        30%     | yes            | yes            | 30
        29.9%   | no             | no             | 29.9
    """)


def test_full_width_digits(engine: RuleChecks):
    """Full-width digits

    Digits copied from a Chinese text count as digits. Other full-width signs are refused, with the sign to write.
    """
    engine.shows("""
        employees | employees <= １００
        100       | yes
        101       | no
    """)


def test_money_beside_a_count(engine: RuleChecks):
    """元

    A figure written with `元` is money whatever stands beside it: so much a head, a month, a square metre.
    """
    engine.shows("""
        trainees | trainees * 200元 | trainees * 0.5万元
        3        | 600              | 15000
                 | unknown          | unknown
    """)


def test_days(engine: RuleChecks):
    """Days

    `date '2015-12-31'`, in this one form.
    """
    engine.shows("""
        established | established <= date '2012-12-31'
        2012-12-31  | yes
        2013-01-01  | no
    """)


def test_texts_and_enum_values(engine: RuleChecks):
    """Texts and the values of an enum

    In single quotes; a quote inside is doubled. A value an enum does not have is a problem, not a "no".
    """
    engine.shows("""
        sector | industry_code | sector = 'trade' | industry_code <> 'C''3'
        trade  | C             | yes              | yes
        other  |               | no               | unknown
               | C'3           | unknown          | no
    """)


def test_true_and_false(engine: RuleChecks):
    """true and false"""
    engine.shows("""
        is_hnte | is_hnte = true | is_hnte <> true | true | not false
        yes     | yes            | no              | yes  | yes
        no      | no             | yes             | yes  | yes
                | unknown        | unknown         | yes  | yes
    """)


def test_what_is_no_literal(reader):
    """What is no literal"""
    reader.refuses("""
        rule                           | place | told
        established < date '2012-2-30' | 1:20  | '2012-2-30' is not a day; write date '2015-12-31'
        total_assets <= 3000 万        | 1:22  | unknown fact '万'
        total_assets <= 30,000         | 1:19  | expected an operator or the end, found ','
        total_assets <= 1e6            | 1:18  | unknown fact 'e6'
        holding <= .5                  | 1:12  | '.' is not part of the rule language
    """)
