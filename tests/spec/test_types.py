"""Types

| type | 中文 | values | goes with |
|---|---|---|---|
| `bool` | 是否 | yes, no | `and or not`, `= <>` |
| `int` | 整数 | people, months, pieces | numbers without a unit |
| `decimal` | 小数 | areas, indices | numbers without a unit |
| `money` | 金额 | yuan | money; times or divided by a number without a unit |
| `ratio` | 比率 | 0.30 for 30% | ratios, decimals |
| `date` | 日期 | a day | days, the date functions |
| `text` | 文本 | codes, names | `= <> in within` |
| `enum` | 枚举 | one of the declared values | `= <> in` |

A rule that makes no sense is refused when it is read, with the place and both types; it cannot come to run.
"""

from tests.spec.checks import ReadingChecks, RuleChecks


def test_a_bare_figure_takes_the_unit_beside_it(engine: RuleChecks):
    """A bare figure takes the unit of its neighbour"""
    engine.shows("""
        employees | total_assets | holding | floor_area | employees + 1 | total_assets + 1 | holding + 1 | floor_area + 1
        1         | 1            | 1       | 1.5        | 2             | 2                | 2           | 2.5
    """)


def test_money_over_money(engine: RuleChecks):
    """Money over money is a ratio, money over a count is money"""
    engine.shows("""
        revenue | loan | employees | revenue / loan >= 30% | revenue / employees >= 10万
        300000  | 100万 | 3        | yes                   | yes
        299999  | 100万 | 3        | no                    | no
    """)


def test_areas_and_counts(engine: RuleChecks):
    """Counts and decimals go together"""
    engine.shows("""
        floor_area | employees | floor_area / employees >= 10 | floor_area > employees
        100        | 10        | yes                          | yes
        99.5       | 10        | no                           | yes
    """)


def test_what_is_refused(reader: ReadingChecks):
    """What is refused"""
    reader.refuses("""
        rule                           | place | told
        employees = loan               | 1:11  | '=' cannot put int beside money
        holding = employees            | 1:9   | '=' cannot put ratio beside int
        is_hnte = 1                    | 1:9   | '=' cannot put bool beside number
        industry_code = 3              | 1:15  | '=' cannot put text beside number
        employees + is_hnte = 3        | 1:11  | '+' needs numbers, not int and bool
        sector = size_class            | 1:8   | two facts with different values cannot be compared
        employees < 3人                | 1:14  | unknown fact '人'
    """)


def test_conditions_are_statements(reader: ReadingChecks):
    """A condition is a yes-or-no statement"""
    reader.refuses(
        """
        rule          | place | told
        employees + 1 |       | a condition must be a yes-or-no statement; this one is int
        30万          |       | a condition must be a yes-or-no statement; this one is number
        """,
        as_condition=True,
    )
