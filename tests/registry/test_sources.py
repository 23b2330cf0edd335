"""Several tables become one register, and what they contradict each other in is kept."""

import pyarrow.parquet as pq
import pytest
import yaml

from huiqi.registry.import_table import Outcome, TableFile, import_tables
from huiqi.registry.mapping import read_mapping
from huiqi.registry.snapshot import open_snapshot, verify_snapshot

from .tables import COLUMNS
from .test_import import code


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path)


class Office:
    """Two tables: the register of companies of June, the tax table of the year before."""

    def __init__(self, folder):
        self.folder = folder
        self.files = []

    def table(self, name, day, text, **changes):
        mapping = {
            "source": name,
            "as_of": day,
            "duplicates": "last",
            "code": {"headers": ["代码"]},
            "region": {"from_code": True},
            "roles": {"value": "enterprise"},
            "columns": {},
        } | changes
        path = self.folder / f"{name}.yaml"
        path.write_text(yaml.safe_dump(mapping, allow_unicode=True), "utf-8")
        read, problems = read_mapping(path, columns=COLUMNS)
        assert read is not None, problems
        table = self.folder / f"{name}.csv"
        table.write_text(text, "utf-8")
        self.files.append(TableFile(table, read))

    def bring_in(self, preference="newest"):
        outcome = Outcome(
            self.folder / "register",
            self.folder / "rejects.csv",
            mistakes=self.folder / "q" / "rejected-cells.parquet",
            conflicts=self.folder / "q" / "conflicts.parquet",
        )
        report, problems = import_tables(self.files, columns=COLUMNS, outcome=outcome, preference=preference)
        if report is not None:
            assert verify_snapshot(self.folder / "register") == []
            assert report.read == report.taken + report.rejected + report.repeated + report.joined
        return report, [str(problem) for problem in problems]

    def rows(self):
        batches = open_snapshot(self.folder / "register").batches()
        return {row["code"]: row for batch in batches for row in batch.to_pylist()}

    def conflicts(self):
        return pq.read_table(self.folder / "q" / "conflicts.parquet").to_pylist()

    def two_tables(self, **changes):
        companies = {"employees": {"headers": ["人数"]}, "sector": {"headers": ["行业"]}}
        self.table(
            "tax",
            "2012-12-31",
            f"代码,人数,资产\n{code(1)},10,5\n{code(2)},20,\n{code(3)},x,1\n{code(2)},21,7\n",
            columns={
                "employees": {"headers": ["人数"]},
                "total_assets": {"headers": ["资产"], "unit": "万元"},
            },
        )
        self.table(
            "companies",
            "2013-06-30",
            f"代码,人数,行业\n{code(1)},12,industrial\n{code(2)},,other\n{code(4)},4,other\n",
            columns=companies,
            **changes,
        )


def facts(row):
    return row["employees"], row["total_assets"], row["sector"]


def test_each_fact_comes_from_the_newest_table_that_knows_it(office):
    office.two_tables()
    report, _ = office.bring_in()
    rows = office.rows()
    assert facts(rows[code(1)]) == (12, 50_000, "industrial")
    assert facts(rows[code(2)]) == (21, 70_000, "other")
    assert facts(rows[code(4)]) == (4, None, "other")
    assert (report.read, report.taken, report.rejected, report.repeated, report.joined) == (7, 3, 1, 1, 2)
    assert str(report.manifest.as_of) == "2013-06-30"
    assert report.manifest.source == "tax 2012-12-31；companies 2013-06-30"


def test_a_contradiction_is_kept_with_both_values_their_rows_and_the_rule(office):
    office.two_tables()
    report, _ = office.bring_in()
    assert office.conflicts() == [
        {
            "code": code(1),
            "column": "employees",
            "kept": "12",
            "kept_source": "companies",
            "kept_row": 2,
            "other": "10",
            "other_source": "tax",
            "other_row": 2,
            "rule": "newest: 2013-06-30 after 2012-12-31",
        }
    ]
    assert [(c.column, c.values) for c in report.conflicts] == [("employees", 1)]


@pytest.mark.parametrize(
    ("preference", "employees", "rule"),
    [
        ("first", 10, "first: the order given"),
        ("companies,tax", 12, "named: companies before tax"),
        ("tax, companies", 10, "named: tax before companies"),
    ],
)
def test_the_rule_can_be_named(office, preference, employees, rule):
    office.two_tables()
    office.bring_in(preference)
    assert office.rows()[code(1)]["employees"] == employees
    assert [c["rule"] for c in office.conflicts()] == [rule]


def test_sources_that_cannot_be_told_apart_or_are_not_named_are_a_problem(office):
    office.two_tables(source="tax")
    report, problems = office.bring_in()
    assert report is None
    assert problems == ["source: 'tax' is the source of two tables: give each a name of its own"]
    report, problems = office.bring_in("tax,bank")
    assert "'tax,bank' is neither newest nor first nor every source once" in problems[-1]


def test_each_table_has_its_own_rejects_and_every_mistake_is_counted_with_its_remedy(office):
    office.two_tables()
    report, _ = office.bring_in()
    tax = (office.folder / "rejects-1.csv").read_text("utf-8-sig").splitlines()
    assert len(tax) == 3  # the header, the word for a number, the row that another beats
    assert len((office.folder / "rejects-2.csv").read_text("utf-8-sig").splitlines()) == 1
    (cell,) = [
        line
        for line in pq.read_table(office.folder / "q" / "rejected-cells.parquet").to_pylist()
        if line["kind"] == "not-a-number"
    ]
    assert (cell["source"], cell["row"], cell["column"], cell["value"]) == ("tax", 4, "人数", "x")
    assert cell["remedy_zh"]
    assert {(m.kind.id, m.cells) for m in report.mistakes} == {("not-a-number", 1), ("repeated", 1)}


def test_a_region_of_its_own_puts_a_party_into_its_city_once(office):
    """Rows are sorted by the city of the code first; a party that moved lies in the city it moved to."""
    text = "代码,区划\n" + "".join(f"{code(n)},{'370102' if n % 3 else '370202'}\n" for n in range(30))
    office.table("one", "2013-06-30", text, region={"headers": ["区划"]})
    office.table("two", "2013-01-01", text.replace("370102", "440305"), region={"headers": ["区划"]})
    report, _ = office.bring_in()
    snapshot = open_snapshot(office.folder / "register")
    assert {f.city: f.rows for f in snapshot.manifest.files} == {"3701": 20, "3702": 10}
    assert [(c.column, c.values) for c in report.conflicts] == [("region", 20)]
    for number in range(30):
        assert snapshot.find(code(number))["region"] == ("370102" if number % 3 else "370202")


def test_an_earlier_file_of_conflicts_does_not_stay_behind(office):
    office.two_tables()
    office.bring_in()
    office.files[1:] = []
    office.bring_in()
    assert not (office.folder / "q" / "conflicts.parquet").exists()
