"""A delivery becomes part of a register: other regions stay, values are supplemented, versions stay side by side."""

from datetime import date
from pathlib import Path

import pytest

from huiqi.registry.amend import Amended, Delivery, amend, effect_of
from huiqi.registry.import_table import import_table
from huiqi.registry.mapping import TableMapping
from huiqi.registry.snapshot import NoSnapshot, Snapshot, open_snapshot, verify_snapshot
from huiqi.registry.types import Column
from huiqi.registry.versions import open_version, point_back, versions_of

COLUMNS = {
    "employees": Column("employees", "int"),
    "revenue": Column("revenue", "money"),
    "sector": Column("sector", "enum", values=("industrial", "other")),
}
ONE, TWO, THREE, AWAY = "91370200MA3C0D1EXF", "91370202MA3C0D2C5M", "91370203MA3C0D3A08", "91370100MA3C0D4JXF"


def register(folder: Path, text: str, day: str = "2013-06-30") -> Snapshot:
    """From `code region employees revenue sector`, a line each; `-` is unknown."""
    rows = [line.split() for line in text.strip().splitlines()]
    folder.mkdir()
    (folder / "t.csv").write_text("\n".join(",".join(row) for row in rows), "utf-8")
    facts = {name: {"headers": [name], "unit": "元" if name == "revenue" else ""} for name in rows[0][2:]}
    mapping = TableMapping.model_validate(
        {
            "source": folder.name, "duplicates": "reject", "code": {"headers": ["code"]},
            "region": {"headers": ["region"]}, "roles": {"value": "enterprise"}, "columns": facts,
        }
    )  # fmt: skip
    report, problems = import_table(
        folder / "t.csv", mapping=mapping, columns=COLUMNS, folder=folder / "register",
        rejects=folder / "r.csv", as_of=date.fromisoformat(day),
    )  # fmt: skip
    assert report is not None, problems
    assert report.rejected == 0, report.mistakes
    return open_snapshot(folder / "register")


@pytest.fixture
def current(tmp_path: Path) -> Snapshot:
    return register(
        tmp_path / "current",
        f"""
        code region employees revenue sector
        {ONE} 370202 10 100 industrial
        {TWO} 370202 20 - other
        {AWAY} 370102 40 400 other
        """,
    )


def test_a_supplement_leaves_what_it_does_not_know(tmp_path: Path, current: Snapshot):
    given = register(
        tmp_path / "tax",
        f"""
        code region employees revenue
        {ONE} 370202 11 -
        {TWO} 370202 20 250
        {THREE} 370203 30 300
        {AWAY} 370202 99 999
        """,
    )
    delivery = Delivery(given, "3702", replaces=False)
    wanted = Amended(new=1, known=2, elsewhere=1, kept=1)
    wanted.changed["employees"] = 1
    assert effect_of(delivery, current) == wanted
    after, done = amend(delivery, current, folder=tmp_path / "current" / "register")
    assert done == wanted
    assert {c: (after.find(c) or {})["employees"] for c in (ONE, TWO, THREE, AWAY)} == {
        ONE: 11, TWO: 20, THREE: 30, AWAY: 40,
    }  # fmt: skip
    assert [str((after.find(c) or {})["revenue"]) for c in (ONE, TWO)] == ["100.00", "250.00"]
    assert (after.find(ONE) or {})["sector"] == "industrial"
    assert (after.find(AWAY) or {})["region"] == "370102"
    assert verify_snapshot(tmp_path / "current" / "register") == []


def test_replacing_a_region_leaves_the_others(tmp_path: Path, current: Snapshot):
    given = register(tmp_path / "new", f"code region employees\n{ONE} 370202 12\n{AWAY} 370202 1")
    delivery = Delivery(given, "3702", replaces=True)
    after, done = amend(delivery, current, folder=tmp_path / "current" / "register")
    assert (done.new, done.known, done.dropped, done.elsewhere, done.kept) == (0, 1, 1, 1, 1)
    assert after.manifest.rows == 2
    assert (after.find(ONE) or {})["employees"] == 12
    assert (after.find(ONE) or {})["sector"] is None
    assert after.find(TWO) is None
    assert (after.find(AWAY) or {})["employees"] == 40


def test_versions_stay_and_the_pointer_moves(tmp_path: Path, current: Snapshot):
    folder = tmp_path / "current" / "register"
    given = register(tmp_path / "new", f"code region employees\n{ONE} 370202 12", "2013-07-31")
    after, _ = amend(Delivery(given, "", replaces=False), current, folder=folder)
    assert [(v.name, v.is_current) for v in versions_of(folder)] == [
        (current.folder.name, False),
        (after.folder.name, True),
    ]
    point_back(folder, current.folder.name)
    assert (open_snapshot(folder).find(ONE) or {})["employees"] == 10
    assert (open_version(folder, after.folder.name).find(ONE) or {})["employees"] == 12
    with pytest.raises(NoSnapshot):
        point_back(folder, "../../elsewhere")


def test_the_first_delivery_is_taken_over_as_it_is(tmp_path: Path):
    given = register(tmp_path / "new", f"code region employees\n{ONE} 370202 12")
    for _ in range(2):  # a second time under another name
        after, done = amend(Delivery(given, "3702", replaces=True), None, folder=tmp_path / "register")
        assert done == Amended(new=1)
    assert len(versions_of(tmp_path / "register")) == 2
    assert after.find(ONE) == given.find(ONE)
    assert given.folder.is_dir()
