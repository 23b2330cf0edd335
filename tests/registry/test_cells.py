from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiqi.registry.cells import Refused, cell_reader
from huiqi.registry.types import Column

MONEY = Column("total_assets", "money")
COUNT = Column("employees", "int", min=Decimal(0), max=Decimal(1_000_000))
RATIO = Column("holding", "ratio")
DATE = Column("established", "date")
FLAG = Column("is_hnte", "bool")
TEXT = Column("industry_code", "text")
SECTOR = Column("sector", "enum", values=("industrial", "other"))


@pytest.mark.parametrize(
    ("column", "unit", "cell", "value"),
    [
        (MONEY, "万元", "3000", Decimal(30_000_000)),
        (MONEY, "亿元", "1.2345678901", Decimal("123456789.01")),
        (MONEY, "元", "３，０００．５０", Decimal("3000.50")),
        (MONEY, "元", "1,234,567.89元", Decimal("1234567.89")),
        (MONEY, "元", "3000万", Decimal(30_000_000)),
        (MONEY, "万元", "－12.5", Decimal(-125_000)),
        (MONEY, "元", "−12.5", Decimal("-12.5")),
        (MONEY, "元", 0.1 + 0.2, Decimal("0.30")),
        (MONEY, "元", 1234567890.12, Decimal("1234567890.12")),
        (MONEY, "万元", 5, Decimal(50_000)),
        (MONEY, "元", "9999999999999999.99", Decimal("9999999999999999.99")),
        (COUNT, "人", "１２ 人", 12),
        (COUNT, "", "12.0", 12),
        (COUNT, "", 12.0, 12),
        (COUNT, "", "1.2万人", 12_000),
        (RATIO, "%", "30", Decimal("0.30")),
        (RATIO, "1", "0.3", Decimal("0.3")),
        (RATIO, "1", "30％", Decimal("0.30")),
        (DATE, "", "2012-09-01", date(2012, 9, 1)),
        (DATE, "", "2012年9月1日", date(2012, 9, 1)),
        (DATE, "", "２０１２年９月１日", date(2012, 9, 1)),
        (DATE, "", "2012/9/1", date(2012, 9, 1)),
        (DATE, "", "2012.9.1", date(2012, 9, 1)),
        (DATE, "", "20120901", date(2012, 9, 1)),
        (DATE, "", 20120901, date(2012, 9, 1)),
        (DATE, "", 20120901.0, date(2012, 9, 1)),
        (DATE, "", "2012-09-01 00:00:00", date(2012, 9, 1)),
        (DATE, "", datetime.combine(date(2012, 9, 1), time()), date(2012, 9, 1)),
        (FLAG, "", "是", True),
        (FLAG, "", "有", True),
        (FLAG, "", "否", False),
        (FLAG, "", "无", False),
        (FLAG, "", " TRUE ", True),
        (FLAG, "", True, True),
        (FLAG, "", 0, False),
        (FLAG, "", 1.0, True),
        (TEXT, "", " Ｃ３４１１　", "C3411"),
        (TEXT, "", 3411.0, "3411"),
        (SECTOR, "", "industrial", "industrial"),
        (SECTOR, "", "工业", "industrial"),
    ],
)
def test_what_is_written_is_understood(column, unit, cell, value):
    words = {"工业": "industrial"} if column is SECTOR else {}
    read = cell_reader(column, unit=unit, words=words)(cell)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("column", [MONEY, COUNT, DATE, TEXT, SECTOR])
@pytest.mark.parametrize(
    "cell", [None, "", "  ", "空", "无", "—", "——", "NULL", "null", "N/A", "不详", float("nan")]
)
def test_empty_is_unknown(column, cell):
    assert cell_reader(column)(cell) is None


def test_of_the_words_for_empty_only_no_is_an_answer_in_a_yes_or_no_column():
    read = cell_reader(FLAG)
    assert [read(c) for c in ("无", "空", "", "—")] == [False, None, None, None]


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        (MONEY, "12 or so", "not a number"),
        (MONEY, "1,23", "not a number"),
        (MONEY, "1.2E+08", "abbreviated"),
        (MONEY, "(500)", "not a number"),
        (MONEY, "500美元", "unit is none of"),
        (MONEY, "0.001", "finer than 0.01"),
        (MONEY, "10000000000000000", "larger than the register can hold"),
        (MONEY, True, "not a number"),
        (MONEY, float("inf"), "not a number"),
        (MONEY, "#DIV/0!", "error of the spreadsheet"),
        (COUNT, "12.5", "not whole"),
        (COUNT, "12元", "unit is none of"),
        (COUNT, "-1", "below the least possible value 0"),
        (COUNT, "1000001", "above the greatest possible value"),
        (COUNT, str(2**63), "larger than the register can hold"),
        (DATE, "2012-02-30", "not a day of the calendar"),
        (DATE, "9/1/2012", "not a date"),
        (DATE, "12-09-01", "not a date"),
        (DATE, "2012年9月", "not a date"),
        (DATE, 41153, "not a date"),
        (DATE, datetime.combine(date(2012, 9, 1), time(13, 30)), "time of day"),
        (FLAG, "maybe", "neither yes nor no"),
        (FLAG, 2, "neither yes nor no"),
        (SECTOR, "农业", "none of industrial, other"),
    ],
)
def test_what_is_not_plain_is_refused_with_the_reason(column, cell, reason):
    read = cell_reader(column)(cell)
    assert isinstance(read, Refused)
    assert reason in read.reason


def test_figures_finer_than_a_fen_are_rounded_half_up_only_where_the_mapping_says_so():
    read = cell_reader(MONEY, unit="万元", rounds=True)
    assert [read(c) for c in ("0.0000005", "-0.0000005", "0.0000004")] == [
        Decimal("0.01"),
        Decimal("-0.01"),
        Decimal("0.00"),
    ]


@given(st.decimals("-99999999999.99", "99999999999.99", places=2), st.sampled_from(["元", "万元", "亿元"]))
def test_an_amount_is_the_same_in_every_unit(amount, unit):
    factor = {"元": 1, "万元": 10**4, "亿元": 10**8}[unit]
    text = format(amount / factor, "f")
    assert cell_reader(MONEY, unit=unit)(text) == amount
    assert cell_reader(MONEY)(text + unit) == amount


@given(st.dates())
def test_a_day_is_the_same_in_every_writing(day):
    read = cell_reader(DATE)
    written = (
        f"{day.year:04d}年{day.month}月{day.day}日",
        f"{day.year:04d}/{day.month}/{day.day}",
        day.isoformat(),
    )
    assert {read(w) for w in written} == {day}
