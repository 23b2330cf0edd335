import csv
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import uscc

from huiqi.registry.import_table import import_table
from huiqi.registry.mapping import read_mapping
from huiqi.registry.schema import arrow_schema
from huiqi.registry.snapshot import NoSnapshot, open_snapshot, verify_snapshot

from .tables import COLUMNS, DAY

MAPPING = {
    "source": "登记数据",
    "as_of": "2013-06-30",
    "duplicates": "last",
    "code": {"headers": ["统一社会信用代码", "uscc"]},
    "name": {"headers": ["企业名称"]},
    "region": {"from_code": True},
    "roles": {"value": "enterprise"},
    "columns": {
        "employees": {"headers": ["从业人数"], "unit": "人"},
        "total_assets": {"headers": ["资产总额"], "unit": "万元"},
        "holding": {"headers": ["持股比例"], "unit": "%"},
        "established": {"headers": ["成立日期"]},
        "sector": {"headers": ["行业"], "words": {"工业": "industrial", "其他": "other"}},
        "is_hnte": {"headers": ["是否高企"]},
    },
}
HEADERS = ("统一社会信用代码", "企业名称", "从业人数", "资产总额", "持股比例", "成立日期", "行业", "是否高企")
FACTS = tuple(MAPPING["columns"])


def code(number: int) -> str:
    body = f"91370202XX{number:07d}"
    return body + uscc.calc_check_digit(body)


class Desk:
    """A folder in which tables are imported."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.register, self.rejects = folder, folder / "register", folder / "rejects.csv"

    def write(self, text: str, *, encoding: str = "utf-8", name: str = "table.csv") -> Path:
        (self.folder / name).write_bytes(text.encode(encoding))
        return self.folder / name

    def bring_in(self, path: Path, **changes):
        mapping_file = self.folder / "mapping.yaml"
        mapping_file.write_text(yaml.safe_dump(MAPPING | changes, allow_unicode=True), encoding="utf-8")
        mapping, problems = read_mapping(mapping_file, columns=COLUMNS)
        assert mapping is not None, problems
        report, problems = import_table(
            path, mapping=mapping, columns=COLUMNS, folder=self.register, rejects=self.rejects
        )
        if report is not None:
            assert report.read == report.taken + report.rejected + report.repeated
            assert verify_snapshot(self.register) == []
            assert sum(1 for p in self.register.glob(".*")) == 0
        return report, [str(p) for p in problems]

    def rows(self):
        return [row for batch in open_snapshot(self.register).batches() for row in batch.to_pylist()]

    def rejected(self):
        with self.rejects.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "employees": st.none() | st.integers(0, 10**9),
            "total_assets": st.none() | st.decimals("-99999999999.99", "99999999999.99", places=2),
            "holding": st.none() | st.decimals(0, 1, places=4),
            "established": st.none() | st.dates(date(1900, 1, 1)),
            "sector": st.sampled_from([None, "industrial", "other"]),
            "is_hnte": st.sampled_from([None, True, False]),
            "name": st.sampled_from([None, "甲公司", '乙,"丙"', "丁\n戊"]),
        }
    ),
    min_size=1,
    max_size=20,
)


def as_cells(number, row):
    """A row as someone would write it: in 万元 and %, with Chinese words."""
    assets, holding = row["total_assets"], row["holding"]
    return [
        code(number),
        row["name"],
        row["employees"],
        None if assets is None else assets / 10_000,
        None if holding is None else holding * 100,
        row["established"],
        {None: None, "industrial": "工业", "other": "其他"}[row["sector"]],
        {None: None, True: "是", False: "否"}[row["is_hnte"]],
    ]


def write_csv(path, cells):
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADERS)
        writer.writerows(
            [
                ["" if c is None else format(c, "f") if isinstance(c, Decimal) else str(c) for c in row]
                for row in cells
            ]
        )


def write_xlsx(path, cells):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADERS)
    for row in cells:
        sheet.append(row)
    book.save(path)


def write_parquet(path, cells):
    types = [
        pa.string(),
        pa.string(),
        pa.int64(),
        pa.decimal128(20, 6),
        pa.decimal128(20, 6),
        pa.date32(),
        pa.string(),
        pa.string(),
    ]
    columns = list(zip(*cells, strict=True))
    pq.write_table(pa.table([pa.array(c, t) for c, t in zip(columns, types, strict=True)], HEADERS), path)


WRITERS = {"csv": write_csv, "xlsx": write_xlsx, "parquet": write_parquet}


@pytest.mark.parametrize("kind", WRITERS)
@settings(max_examples=15, deadline=None)
@given(rows=ROWS)
def test_a_table_comes_out_of_the_register_as_it_went_in(kind, rows):
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        path = desk.folder / f"table.{kind}"
        WRITERS[kind](path, [as_cells(n, row) for n, row in enumerate(rows)])
        report, problems = desk.bring_in(path)
        assert problems == []
        assert desk.rejected() == []
        expected = {code(n): row for n, row in enumerate(rows)}
        assert report.taken == len(expected)
        stored = {row["code"]: {k: row[k] for k in (*FACTS, "name")} for row in desk.rows()}
        assert stored == expected


def table(*rows: str, header: str = ",".join(HEADERS)) -> str:
    return "\n".join((header, *rows)) + "\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "，"])
def test_encoding_and_delimiter_are_found_and_reported(desk, encoding, delimiter):
    text = table(f"{code(1)},甲公司,12,3000,30,2012年9月1日,工业,是").replace(",", delimiter)
    report, problems = desk.bring_in(desk.write(text, encoding=encoding))
    assert problems == []
    assert desk.rows()[0]["total_assets"] == Decimal(30_000_000)
    assert report.dialect.delimiter == delimiter
    assert report.dialect.encoding == {"gbk": "gb18030"}.get(encoding, encoding)


def test_a_file_that_is_not_what_the_mapping_says_is_a_problem_and_changes_nothing(desk):
    path = desk.write(table(f"{code(1)},甲,,,,,,"), encoding="gbk")
    report, problems = desk.bring_in(path, encoding="utf-8")
    assert report is None
    assert "cannot be decoded as utf-8" in problems[0]
    with pytest.raises(NoSnapshot):
        open_snapshot(desk.register)


def test_all_problems_of_a_row_are_reported_at_once_with_the_row_as_it_was(desk):
    bad = "91370202XX00000000,乙,12.5,abc,30,2012-13-01,农业,maybe"
    report, _ = desk.bring_in(desk.write(table(f"{code(1)},甲,1,1,1,,,", bad)))
    assert (report.read, report.taken, report.rejected) == (2, 1, 1)
    (rejected,) = desk.rejected()
    assert rejected["row"] == "3"
    assert rejected["column"] == "统一社会信用代码 | 从业人数 | 资产总额 | 成立日期 | 行业 | 是否高企"
    assert rejected["value"].split(" | ")[1:] == ["12.5", "abc", "2012-13-01", "农业", "maybe"]
    reasons = rejected["reason"].split(" | ")
    assert "check character" in reasons[0]
    assert "not whole" in reasons[1]
    assert ",".join(rejected[h] for h in HEADERS) == bad
    assert report.reasons == dict.fromkeys(rejected["column"].split(" | "), 1)


def test_a_mended_rejects_file_can_be_imported_as_it_is(desk):
    desk.bring_in(desk.write(table(f"{code(1)},甲,x,1,1,,,", f"{code(2)},甲,2,1,1,,,")))
    mended = desk.rejects.read_text(encoding="utf-8-sig").replace(",甲,x,", ",甲,7,")
    report, _ = desk.bring_in(desk.write(mended, name="mended.csv"))
    assert [row["employees"] for row in desk.rows()] == [7]
    assert report.ignored_headers == ("row", "column", "value", "reason")


@pytest.mark.parametrize(
    ("rule", "counting", "reasons"),
    [
        ("first", [1, 4], ["row 2 counts", "row 2 counts"]),
        ("last", [3, 4], ["row 5 counts", "row 5 counts"]),
        ("reject", [4], ["none of them counts"] * 3),
    ],
)
def test_of_repeated_codes_the_row_counts_that_the_mapping_says(desk, rule, counting, reasons):
    rows = [
        f"{code(1)},甲,1,,,,,",
        f"{code(1).lower()},甲,2,,,,,",
        f"{code(2)},乙,4,,,,,",
        f"{code(1)},甲,3,,,,,",
    ]
    report, _ = desk.bring_in(desk.write(table(*rows)), duplicates=rule)
    assert [row["employees"] for row in desk.rows()] == counting
    assert report.repeated == len(reasons)
    assert [r["reason"].removeprefix("the code stands more than once; ") for r in desk.rejected()] == reasons
    assert all(r["企业名称"] == "甲" for r in desk.rejected())


def test_repeated_codes_are_found_across_blocks_and_runs(desk, monkeypatch):
    monkeypatch.setattr("huiqi.registry.tables.BLOCK_ROWS", 7)
    monkeypatch.setattr("huiqi.registry.import_table.CHUNK_ROWS", 1)
    monkeypatch.setattr("huiqi.registry.sorting.SLICE_ROWS", 3)
    monkeypatch.setattr("huiqi.registry.import_table.RUN_BYTES", 500)
    rows = [f"{code(n % 40)},甲,{n},,,,," for n in range(200)]
    report, _ = desk.bring_in(desk.write(table(*rows)))
    assert (report.taken, report.repeated) == (40, 160)
    assert [row["employees"] for row in desk.rows()] == list(range(160, 200))
    assert len(desk.rejected()) == 160


def test_a_unit_in_the_header_is_taken_and_must_agree_with_the_mapping(desk):
    header = ",".join(HEADERS).replace("资产总额", "资产总额（ 单位：亿元 ）")
    path = desk.write(table(f"{code(1)},甲,1,2,,,,", header=header))
    report, problems = desk.bring_in(path)
    assert report is None
    assert problems == [f"{path}: total_assets: the header says 亿元, the mapping 万元"]
    columns = MAPPING["columns"] | {"total_assets": {"headers": ["资产总额"]}}
    desk.bring_in(path, columns=columns)
    assert desk.rows()[0]["total_assets"] == Decimal(200_000_000)


def test_an_amount_without_any_unit_is_not_guessed(desk):
    columns = MAPPING["columns"] | {"total_assets": {"headers": ["资产总额"]}}
    report, problems = desk.bring_in(desk.write(table(f"{code(1)},甲,1,2,,,,")), columns=columns)
    assert report is None
    assert "total_assets: neither header nor mapping says the unit" in problems[0]


def test_all_headers_that_do_not_fit_are_named_at_once(desk):
    header = "企业名称,从业人数,从业 人数,资产总额,持股比例,行业,是否高企"
    report, problems = desk.bring_in(desk.write(table("甲,1,1,1,1,,", header=header)))
    assert report is None
    assert [p.split(": ", 1)[1].split(":")[0] for p in problems] == ["code", "employees", "established"]
    assert "no column is named 统一社会信用代码 or uscc" in problems[0]
    assert "more than one column may be meant" in problems[1]


def test_a_row_that_has_slipped_is_rejected_and_an_empty_one_passed_over(desk):
    rows = [
        f"{code(1)},甲,1,,,,,",
        "",
        ",,,,,,,",
        f"{code(2)},乙,1,234,5,,,,",
        f"{code(3)},丙,1",
        f"{code(4)},丁,1,,,,,,",
    ]
    report, _ = desk.bring_in(desk.write(table(*rows)))
    assert (report.read, report.taken) == (4, 1)
    assert [(r["row"], r["reason"]) for r in desk.rejected()] == [
        ("5", "the row has 9 cells, the header 8"),
        ("6", "the row has 3 cells, the header 8"),
        ("7", "the row has 9 cells, the header 8"),
    ]


def test_an_old_registration_number_brings_its_region(desk):
    desk.bring_in(desk.write(table("370200000000005,甲,1,,,,,")))
    assert [(r["code"], r["region"]) for r in desk.rows()] == [("370200000000005", "370200")]


def test_region_and_roles_from_columns(desk):
    rows = [f"{code(1)},370281,企业；担保机构", f"{code(2)},37028,企业", f"{code(3)},370281,俱乐部"]
    changes = {
        "region": {"headers": ["区划"]},
        "roles": {"headers": ["类型"], "words": {"企业": "enterprise", "担保机构": "guarantor"}},
        "name": None,
        "columns": {},
    }
    path = desk.write(table(*rows, header="uscc,区划,类型"))
    report, problems = desk.bring_in(path, **changes)
    assert problems == []
    assert [(r["region"], r["roles"]) for r in desk.rows()] == [("370281", "enterprise,guarantor")]
    assert report.reasons == {"区划": 1, "类型": 1}


def test_rows_above_the_header_and_other_sheets_are_passed_over(desk):
    book = openpyxl.Workbook()
    book.active.title = "说明"
    sheet = book.create_sheet("企业")
    sheet.append(["2013年6月企业名单"])
    sheet.append([])
    sheet.append(HEADERS)
    sheet.append([code(1), "甲", 12, 0.1 + 0.2, 30, date(2012, 9, 1)])
    book.save(desk.folder / "table.xlsx")
    report, problems = desk.bring_in(desk.folder / "table.xlsx", header_row=3)
    assert report is None
    assert "has the sheets 说明, 企业: the mapping must name one" in problems[0]
    report, problems = desk.bring_in(desk.folder / "table.xlsx", header_row=3, sheet="企业")
    assert problems == []
    (row,) = desk.rows()
    assert (row["total_assets"], row["established"], row["is_hnte"]) == (
        Decimal(3000),
        date(2012, 9, 1),
        None,
    )


def test_when_no_row_can_be_taken_the_register_stays_as_it_was(desk):
    desk.bring_in(desk.write(table(f"{code(1)},甲,1,,,,,")))
    for text, message in ((table("x,甲,1,,,,,"), "no row can be taken"), (table(), "there are no rows")):
        report, problems = desk.bring_in(desk.write(text))
        assert report is None
        assert message in problems[0]
    report, problems = desk.bring_in(
        desk.write(table(f"{code(1)},,1,,,,,", f"{code(1)},,1,,,,,")), duplicates="reject"
    )
    assert report is None
    assert "every code stands twice" in problems[0]
    assert [row["employees"] for row in desk.rows()] == [1]
    assert [p.name[:2] for p in desk.register.iterdir() if p.name.startswith(".")] == []


@pytest.mark.parametrize("name", ["missing.csv", "table.docx", "broken.xlsx", "broken.parquet"])
def test_files_that_cannot_be_read_are_a_problem(desk, name):
    if name != "missing.csv":
        desk.write("not what it seems", name=name)
    report, problems = desk.bring_in(desk.folder / name)
    assert report is None
    assert len(problems) == 1
    assert name in problems[0]


def test_a_csv_file_whose_quotes_never_close_is_a_problem_and_publishes_nothing(desk):
    path = desk.write(table(f"{code(1)},甲,1,,,,,", '"' + "x" * 200_000))
    report, problems = desk.bring_in(path)
    assert report is None
    assert "cannot be read to its end" in problems[0]
    assert list(desk.register.iterdir()) == []


def test_the_register_has_the_mapped_facts_in_the_declared_order_and_the_source(desk):
    desk.bring_in(desk.write(table(f"{code(1)},甲,1,,,,,")))
    snapshot = open_snapshot(desk.register)
    assert list(snapshot.columns) == [
        "employees",
        "total_assets",
        "holding",
        "established",
        "sector",
        "is_hnte",
    ]
    assert snapshot.schema == arrow_schema({n: c for n, c in COLUMNS.items() if n in FACTS})
    assert (snapshot.manifest.source, snapshot.manifest.as_of, snapshot.manifest.synthetic) == (
        "登记数据",
        DAY,
        False,
    )
