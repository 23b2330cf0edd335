"""The way by columns and the way by cells give the same register, the same rejects and the same figures."""

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from huiqi.registry.import_table import import_table
from huiqi.registry.mapping import read_mapping
from huiqi.registry.snapshot import open_snapshot

from .tables import COLUMNS
from .test_import import HEADERS, MAPPING, code

LEGACY = "370200000000005"
NUMBERS = st.one_of(
    st.integers(-(10**20), 10**20).map(str),
    st.decimals(-(10**12), 10**12, places=3).map(lambda d: format(d, "f")),
    st.decimals(-(10**9), 10**9, places=2).map(lambda d: format(d, ",f")),
    st.from_regex(
        r"[+-]?[0-9０-９]{1,12}(\.[0-9]{1,9})?( ?(元|万元|亿|%|‰|人|万人|吨|个月))?", fullmatch=True
    ),
    st.text("0123456789.,+-−－万元亿%％ 　eE１２３", max_size=14),
)
ODD = st.one_of(
    st.sampled_from(
        ["", " ", "无", "空", "—", "--", "NULL", "n/a", "#N/A", "#DIV/0!", "-", "1e5", "٣", "½", "\t", "0"]
    ),
    st.text(max_size=6).filter(lambda t: "\x00" not in t and t.isprintable()),
)
DATES = st.one_of(
    st.dates().map(str),
    st.dates().map(lambda d: f"{d.year:04d}年{d.month}月{d.day}日"),
    st.from_regex(r"[12][0-9]{3}[-/.][0-9]{1,2}[-/.][0-9]{1,2}", fullmatch=True),
    st.from_regex(r"[12][0-9]{7}", fullmatch=True),
)
CODES = st.one_of(
    st.integers(0, 30).map(code),
    st.integers(0, 30).map(lambda n: code(n).lower()),
    st.integers(0, 30).map(lambda n: f" {code(n)[:8]}-{code(n)[8:]}"),
    st.integers(0, 30).map(lambda n: code(n)[:17] + "0"),
    st.sampled_from([LEGACY, "370200000000004", code(3) + "1", "９１" + code(4)[2:]]),
    st.from_regex(r"[0-9A-Z]{18}", fullmatch=True),
)
NAMES = st.one_of(
    st.sampled_from(["甲公司", "乙（集团）公司", "丙 丁", "戊,己", '庚"辛"', "壬\n癸", "ｶﾞ−", "Ａ"]), ODD
)
ROW = st.tuples(
    CODES | ODD,
    NAMES,
    NUMBERS | ODD,
    NUMBERS | ODD,
    NUMBERS | ODD,
    DATES | ODD,
    st.sampled_from(["工业", "其他", "industrial", "农业", " 工业"]) | ODD,
    st.sampled_from(["是", "否", "有", "没有", "TRUE", "0", "√", "也许"]) | ODD,
)


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(c in cell for c in ',"\n\r') else cell


TABLES = st.lists(ROW, min_size=1, max_size=12).map(
    lambda rows: "".join(",".join(map(quoted, row)) + "\n" for row in rows)
)
LINES = st.lists(
    st.text('ab1,"\n\r é中', max_size=20).map(lambda t: f"{code(1)},{t}")
    | ROW.map(lambda row: ",".join(row)),
    max_size=8,
).map("\r\n".join)


def outcomes(text: str, folder: Path, **changes):
    """Everything an import leaves, by columns and by cells."""
    (folder / "mapping.yaml").write_text(yaml.safe_dump(MAPPING | changes, allow_unicode=True), "utf-8")
    mapping, problems = read_mapping(folder / "mapping.yaml", columns=COLUMNS)
    assert mapping is not None, problems
    (folder / "table.csv").write_bytes((",".join(HEADERS) + "\n" + text).encode())
    found = []
    for by_cell in (False, True):
        register, rejects = folder / f"register-{by_cell}", folder / f"rejects-{by_cell}.csv"
        report, problems = import_table(
            folder / "table.csv",
            mapping=mapping,
            columns=COLUMNS,
            folder=register,
            rejects=rejects,
            by_cell=by_cell,
        )
        rows = []
        if report is not None:
            rows = [row for batch in open_snapshot(register).batches() for row in batch.to_pylist()]
            report = replace(report, manifest=replace(report.manifest, files=()))
        found.append((report, problems, rows, rejects.exists() and rejects.read_text("utf-8-sig")))
    return found


@settings(max_examples=150, deadline=None)
@given(text=TABLES, duplicates=st.sampled_from(["first", "last", "reject"]))
def test_messy_tables_come_out_the_same(text, duplicates):
    with tempfile.TemporaryDirectory() as folder:
        by_column, by_cell = outcomes(text, Path(folder), duplicates=duplicates)
    assert by_column == by_cell


@settings(max_examples=150, deadline=None)
@given(text=LINES)
@example(text=f'{code(1)},"a""b,1\n{code(2)},c"d,2,,,,,\n')
@example(text=f'{code(1)},甲,1,,,,,\r{code(2)},乙,2,,,,,\r\n,,,,,,,\n\n{code(3)},"丙\r\n丁",3,,,,,')
@example(text=f'"{code(1)}","甲","1","","","","",""\n"","","","","","","",""\n"{code(2)}","乙\n\n丙",,,,,,')
def test_torn_lines_and_stray_quotes_are_the_same_rows(text):
    with tempfile.TemporaryDirectory() as folder:
        by_column, by_cell = outcomes(text, Path(folder))
    assert by_column == by_cell


UNITS = {
    "employees": {"headers": ["从业人数"], "unit": "万人", "rounds": True},
    "total_assets": {"headers": ["资产总额"], "unit": "亿元", "rounds": True},
    "holding": {"headers": ["持股比例"], "unit": "‰", "rounds": True},
}


@settings(max_examples=150, deadline=None)
@given(text=TABLES, empty=st.sampled_from([["空"], ["", "0", "-1"], ["无", "", "99"]]))
def test_rounding_other_units_and_other_words_for_nothing_are_the_same(text, empty):
    with tempfile.TemporaryDirectory() as folder:
        columns = MAPPING["columns"] | UNITS
        by_column, by_cell = outcomes(text, Path(folder), columns=columns, empty_words=empty)
    assert by_column == by_cell


@pytest.mark.parametrize("size", [64, 200, 1000])
def test_pieces_of_any_size_give_the_same_rows(tmp_path, monkeypatch, size):
    monkeypatch.setattr("huiqi.registry.csv_pieces.PIECE_BYTES", size)
    lines = [f'{code(n)},"甲""{n}""\n乙，{"x" * (n % 40)}",{n},"1,000.5",3万元,,,\n' for n in range(60)]
    lines.insert(30, f'{code(61)},a"b,1,,,,,\n')
    lines.insert(40, f"{code(62)},slipped\n")
    by_column, by_cell = outcomes("".join(lines), tmp_path)
    assert by_column == by_cell
    assert by_column[0].read == 62


def test_many_cells_that_are_dressed_up_are_read_without_their_dress(tmp_path):
    lines = [f'{code(n)},甲,"{n * 1000:,}",{n}万元,{n % 100}％,,,\n' for n in range(1, 400)]
    by_column, by_cell = outcomes("".join(lines), tmp_path)
    assert by_column == by_cell
    assert by_column[0].taken == 399
