"""What the report on the quality of an import says is what is in the register."""

from datetime import date
from decimal import Decimal

import pyarrow.parquet as pq
import pytest
import yaml
from typer.testing import CliRunner

from huiqi.cli.app import app
from huiqi.cli.registry import party_kinds
from huiqi.matching.register_quality import checked, measures_of
from huiqi.registry.checks import CHECKS
from huiqi.registry.mistakes import kind_of
from huiqi.registry.quality import column_qualities
from huiqi.registry.snapshot import open_snapshot
from huiqi.registry.types import Column

from .tables import COLUMNS, party, publish
from .test_import import code


def test_figures_of_a_column_are_those_of_its_values(tmp_path):
    rows = [
        party(
            f"{n:018d}",
            employees=n if n else None,
            total_assets=Decimal(n) * 10_000 - Decimal("0.01"),
            established=date(2000 + n % 5, 1, 1),
            sector="industrial" if n % 4 else None,
            is_hnte=n % 2 == 0,
        )
        for n in range(101)
    ]
    publish(tmp_path, rows)
    found = {q.column.name: q for q in column_qualities(open_snapshot(tmp_path))}
    employees = found["employees"]
    assert (employees.rows, employees.known) == (101, 100)
    assert (employees.range.least, employees.range.quantiles[2], employees.range.greatest) == (1, 50, 100)
    assert sum(employees.range.bins) == 100
    assert found["total_assets"].range.greatest == Decimal("999999.99")
    assert found["established"].range.quantiles[2] == date(2002, 1, 1)
    assert found["sector"].words == (("industrial", 75),)
    assert found["is_hnte"].words == (("是 yes", 51), ("否 no", 50))
    assert found["holding"].range is None
    assert found["holding"].share == 0


def test_every_check_reads_over_the_facts_of_the_packs():
    measures, problems = measures_of(CHECKS, party_kinds())
    assert problems == []
    assert list(measures) == [check.id for check in CHECKS]
    assert all(check.says.zh and check.says.en for check in CHECKS)


def test_parties_that_contradict_themselves_are_counted_and_unknowns_are_not(tmp_path):
    columns = {
        "establishment_date": Column("establishment_date", "date"),
        "total_assets": COLUMNS["total_assets"],
    }
    rows = [
        party("1", total_assets=Decimal(-1), establishment_date=date(2013, 7, 1)),
        party("2", total_assets=Decimal(0), establishment_date=date(2013, 6, 30)),
        party("3"),
        party("4", total_assets=Decimal(-5), establishment_date=date(2012, 1, 1)) | {"roles": "bank"},
    ]
    publish(tmp_path, rows, columns=columns)
    found, problems = checked(open_snapshot(tmp_path), party_kinds())
    assert problems == []
    by_id = {c.check.id: c for c in found}
    assert (by_id["negative-assets"].parties, by_id["negative-assets"].examples) == (2, ("1", "4"))
    assert by_id["established-later"].examples == ("1",)
    assert by_id["insured-beyond-staff"].missing == ("employees", "insured_employees")


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("'x' is not a number", "not-a-number"),
        ("'9x': character 2 is x; digits and letters", "code-character"),
        ("'5吨': unit is none of 元, 万元", "unit"),
        ("'农业' is none of industrial, other", "not-a-word"),
        ("-1 is below the least possible value 0", "below"),
        ("俱乐部: not a role", "role"),
        ("something new", "other"),
    ],
)
def test_a_reason_belongs_to_a_kind(reason, kind):
    assert kind_of(reason).id == kind


MAPPING = {
    "source": "登记数据",
    "as_of": "2013-06-30",
    "duplicates": "first",
    "code": {"headers": ["代码"]},
    "region": {"from_code": True},
    "roles": {"value": "enterprise"},
    "columns": {
        "employees": {"headers": ["人数"]},
        "operating_revenue": {"headers": ["收入"], "unit": "万元"},
    },
}


def test_the_page_and_its_tables_tell_what_an_import_found(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.yaml").write_text(yaml.safe_dump(MAPPING, allow_unicode=True), "utf-8")
    rows = [f"{code(n)},{n},{n * 3}" for n in range(20)] + [f"{code(n)},-5,abc" for n in range(30, 39)]
    (tmp_path / "t.csv").write_text("代码,人数,收入\n" + f"{code(50)},0,9\n" + "\n".join(rows), "utf-8")
    words = ["import", "t.csv", "--mapping", "m.yaml", "--out", "r", "--rejects", "x.csv", "--quality", "q"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    page = (tmp_path / "q" / "report.html").read_text("utf-8")
    for said in ("从业人数", "无从业人员却有营业收入", "低于下限", "不是数字", "<svg"):
        assert said in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    columns = {row["column"]: row for row in pq.read_table(tmp_path / "q" / "columns.parquet").to_pylist()}
    assert columns["employees"]["out_of_range"] == 9
    assert columns["operating_revenue"]["greatest"] == Decimal(570_000)
    checks = {row["check"]: row for row in pq.read_table(tmp_path / "q" / "checks.parquet").to_pylist()}
    assert checks["revenue-without-staff"]["parties"] == 1
    assert checks["revenue-without-staff"]["examples"] == [code(50)]
    mistakes = pq.read_table(tmp_path / "q" / "mistakes.parquet").to_pylist()
    assert {(m["kind"], m["column"], m["cells"], len(m["example_rows"])) for m in mistakes} == {
        ("below", "人数", 9, 5),
        ("not-a-number", "收入", 9, 5),
    }
    assert pq.read_table(tmp_path / "q" / "rejected-cells.parquet").num_rows == 18
    assert not list((tmp_path / "q").glob(".*"))


@pytest.mark.parametrize("sums", [("9000000", "9000000"), ("9999999999999.98", "9999999999999.99")])
def test_large_figures_that_are_alike_have_a_shape_too(tmp_path, monkeypatch, sums):
    monkeypatch.chdir(tmp_path)
    mapping = {**MAPPING, "columns": {"operating_revenue": {"headers": ["收入"], "unit": "元"}}}
    (tmp_path / "m.yaml").write_text(yaml.safe_dump(mapping, allow_unicode=True), "utf-8")
    (tmp_path / "t.csv").write_text(f"代码,收入\n{code(1)},{sums[0]}\n{code(2)},{sums[1]}\n", "utf-8")
    words = ["import", "t.csv", "--mapping", "m.yaml", "--out", "r", "--rejects", "x.csv", "--quality", "q"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    (row,) = pq.read_table(tmp_path / "q" / "columns.parquet").to_pylist()
    assert (row["least"], row["greatest"]) == (Decimal(sums[0]), Decimal(sums[1]))


def test_with_several_sources_an_example_names_its_own_and_the_rule_is_said_in_both(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, source, day in (("one", "登记数据", "2013-06-30"), ("two", "税务数据", "2013-05-31")):
        mapping = {**MAPPING, "source": source, "as_of": day}
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(mapping, allow_unicode=True), "utf-8")
    (tmp_path / "one.csv").write_text(f"代码,人数,收入\n{code(1)},5,9\n{code(2)},x,9\n", "utf-8")
    (tmp_path / "two.csv").write_text(f"代码,人数,收入\n{code(1)},6,9\n123,6,9\n{code(3)},6\n", "utf-8")
    words = ["import", "one.csv", "two.csv", "--mapping", "one.yaml", "--mapping", "two.yaml"]
    done = CliRunner().invoke(app, [*words, "--out", "r", "--rejects", "x.csv", "--quality", "q"])
    assert done.exit_code == 0, done.output
    assert "first in row 3 of 登记数据: " in done.stdout
    page = (tmp_path / "q" / "report.html").read_text("utf-8")
    assert "登记数据 第 3 行：x" in page
    assert "税务数据 第 3 行：123" in page
    assert "税务数据 第 4 行<SMALL>the row has 2 cells, the header 3</SMALL>" in page
    assert "取较新者：2013-06-30晚于2013-05-31<SMALL>newest: 2013-06-30 after 2013-05-31</SMALL>" in page
