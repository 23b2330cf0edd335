"""What changed between two runs: planted changes are told with their reason, and nothing else is."""

import json
import random
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from typer.testing import CliRunner

from huiqi.cli.app import app
from huiqi.matching.changes.run import Changes, compare_runs
from huiqi.matching.changes.types import CHANGES
from huiqi.matching.incremental.before import CannotContinue
from huiqi.matching.simulate.types import Ruleset
from huiqi.packs.types import Library
from huiqi.registry.snapshot import discard_others
from tests.matching.versions import (
    CIT,
    DAY,
    PARTIES,
    Row,
    World,
    changed,
    found_in,
    full,
    without,
)


def compared(folder: Path, *, register: bool = True) -> tuple[Changes, pl.DataFrame]:
    tables: list[pa.Table] = [CHANGES.empty_table()]
    where = folder / "register" if register else None
    found = compare_runs(folder / "old", folder / "new", register=where, sink=tables.append)
    frame = pl.from_arrow(pa.concat_tables(tables).unify_dictionaries())
    assert isinstance(frame, pl.DataFrame)
    texts = pl.col("measure", "turn", "before", "after").cast(pl.String)
    return found, frame.with_columns(texts).sort("party", "measure")


FIRM: Row = {
    "industry_code": "C", "employees": 50, "total_assets": Decimal("9000000.00"),
    "taxable_income": Decimal("200000.00"), "is_restricted_or_prohibited_industry": False,
}  # fmt: skip
"""A small industrial firm of low profit: entitled to the 20 % rate of CIT."""


def firm(world: World, number: int, **facts: Any) -> Row:
    cells = {kind.name: None for kind in world.kinds}
    place = {"code": f"{number:018d}", "name": None, "region": "370203", "roles": "enterprise"}
    return {**cells, **FIRM, **place, **facts}


def lines(frame: pl.DataFrame, measure: str) -> list[tuple[Any, ...]]:
    found = frame.filter(pl.col("measure") == measure)
    return [
        (int(row["party"]), row["turn"], row["before"], row["after"], row["why"], row["facts"])
        for row in found.to_dicts()
    ]


def test_each_planted_change_is_told_with_its_reason(world: World, rules: Ruleset, tmp_path: Path):
    full(world.publish(tmp_path / "register", [firm(world, n) for n in range(1, 8)]), rules, tmp_path / "old")
    rows = [
        firm(world, 1),
        firm(world, 2, taxable_income=Decimal("300001.00")),
        firm(world, 3, taxable_income=None),
        firm(world, 4, taxable_income=Decimal("100000.00")),
        firm(world, 5, region="630102"),
        firm(world, 6, name="合成企业000006"),
        firm(world, 8),
    ]
    full(world.publish(tmp_path / "register", rows), rules, tmp_path / "new")
    found, frame = compared(tmp_path)
    assert lines(frame, CIT) == [
        (2, "lost", "eligible", "no", "facts", "taxable_income: 200000.00 → 300001.00"),
        (3, "lost", "eligible", "unknown", "facts", "taxable_income: 200000.00 → unknown"),
        (4, "less", "eligible", "eligible", "facts", "taxable_income: 200000.00 → 100000.00"),
        (5, "lost", "eligible", None, "gone", ""),
        (7, "lost", "eligible", None, "gone", ""),
        (8, "gained", None, "eligible", "new", ""),
    ]
    assert {1, 6}.isdisjoint(int(code) for code in frame["party"])
    assert (found.new_parties, found.gone_parties, found.is_register_read) == (2, 2, True)
    line = next(line for line in found.measures if line.measure == CIT)
    assert (line.lost, line.gained, line.less, line.more) == (4, 1, 1, 0)
    less = frame.filter((pl.col("measure") == CIT) & (pl.col("turn") == "less")).to_dicts()[0]
    assert less["amount_before"] - less["amount_after"] == line.amount_less > 0


def test_a_changed_rule_a_dropped_and_a_new_measure(
    world: World, rules: Ruleset, library: Library, tmp_path: Path
):
    half = CIT.replace("-20", "-half")
    register = world.publish(
        tmp_path / "register", [firm(world, 1), firm(world, 2, taxable_income=Decimal("400000.00"))]
    )
    looser = changed(rules, library, f"{CIT}.conditions.income=taxable_income <= 50万")
    full(register, without(rules, half), tmp_path / "old")
    full(register, looser, tmp_path / "new")
    _, frame = compared(tmp_path)
    assert lines(frame, CIT) == [(2, "gained", "no", "eligible", "rule", "")]
    assert {row[4] for row in lines(frame, half)} <= {"added"}
    assert set(frame["measure"]) <= {CIT, half}
    full(register, without(rules, CIT), tmp_path / "new")
    full(register, rules, tmp_path / "old")
    _, frame = compared(tmp_path)
    assert lines(frame, CIT) == [(1, "lost", "eligible", None, "dropped", "")]


def test_both_the_rule_and_the_facts(world: World, rules: Ruleset, library: Library, tmp_path: Path):
    full(world.publish(tmp_path / "register", [firm(world, 1)]), rules, tmp_path / "old")
    tighter = changed(rules, library, f"{CIT}.conditions.income=taxable_income < 15万")
    register = world.publish(tmp_path / "register", [firm(world, 1, taxable_income=Decimal("160000.00"))])
    full(register, tighter, tmp_path / "new")
    _, frame = compared(tmp_path)
    facts = "taxable_income: 200000.00 → 160000.00"
    assert lines(frame, CIT) == [(1, "lost", "eligible", "no", "rule,facts", facts)]


def test_the_period_of_a_measure(world: World, rules: Ruleset, tmp_path: Path):
    register = world.publish(tmp_path / "register", [firm(world, 1)])
    full(register, rules, tmp_path / "old")
    full(register, rules, tmp_path / "new", date(2030, 1, 1))
    _, frame = compared(tmp_path)
    reasons = dict(zip(frame["measure"], frame["why"], strict=True))
    over = {m.key for m in rules.measures if not m.period.holds_on(date(2030, 1, 1))}
    assert {key for key, why in reasons.items() if why == "ended"} == set(frame["measure"]) & over != set()
    assert set(reasons.values()) <= {"ended", "day"}


@pytest.mark.parametrize("seed", range(3))
def test_all_changes_and_no_others(seed: int, world: World, rules: Ruleset, library: Library, tmp_path: Path):
    chance = random.Random(seed)
    rows = world.rows([2 * number for number in range(PARTIES)], seed=seed)
    full(world.publish(tmp_path / "register", rows), rules, tmp_path / "old")
    after = changed(rules, library, f"{CIT}.conditions.income=taxable_income <= 50万")
    edited = world.edited(rows, chance, 0.1)
    full(world.publish(tmp_path / "register", edited), after, tmp_path / "new", block=50)
    found, frame = compared(tmp_path)
    place = {r["code"]: r["region"][:4] for r in rows}
    moved = {r["code"] for r in edited if place.get(r["code"], r["region"][:4]) != r["region"][:4]}
    old, new = (found_in(tmp_path / name) for name in ("old", "new"))
    both = old.join(new, on=["party", "measure"], how="full", coalesce=True, suffix="_now")
    was, is_ = pl.col("verdict").fill_null("no"), pl.col("verdict_now").fill_null("no")
    entitled, entitled_now = was == "eligible", is_ == "eligible"
    differs = (entitled != entitled_now) | ((was == "no") != (is_ == "no"))
    differs |= entitled & entitled_now & pl.col("amount").ne_missing(pl.col("amount_now"))
    stayed = ~pl.col("party").is_in(list(moved))
    expected = both.filter(differs & stayed).select("party", "measure").sort("party", "measure")
    assert frame.filter(stayed).select("party", "measure").equals(expected)
    assert sum(line.all for line in found.measures) == frame.height > 20
    told = frame.filter(pl.col("why") == "facts")
    assert told.height
    assert (told["facts"] != "").all()
    assert set(frame["why"]) <= {"facts", "new", "gone", "rule", "rule,facts"}


def test_without_the_older_version_the_facts_are_not_named(world: World, rules: Ruleset, tmp_path: Path):
    full(world.publish(tmp_path / "register", [firm(world, 1)]), rules, tmp_path / "old")
    full(world.publish(tmp_path / "register", [firm(world, 1, taxable_income=None)]), rules, tmp_path / "new")
    assert lines(compared(tmp_path)[1], CIT)[0][4] == "facts"
    assert lines(compared(tmp_path, register=False)[1], CIT)[0][4:] == ("register", "")
    discard_others(tmp_path / "register")
    found, frame = compared(tmp_path)
    assert lines(frame, CIT)[0][4:] == ("register", "")
    assert not found.is_register_read


def test_equal_runs_have_no_changes(world: World, rules: Ruleset, tmp_path: Path):
    register = world.publish(tmp_path / "register", world.rows(list(range(50)), seed=1))
    full(register, rules, tmp_path / "old")
    full(register, rules, tmp_path / "new", block=11)
    found, frame = compared(tmp_path)
    assert (found.measures, found.new_parties, found.gone_parties, frame.height) == ((), 0, 0, 0)


def test_a_folder_without_a_run(tmp_path: Path):
    with pytest.raises(CannotContinue, match="no match run"):
        compare_runs(tmp_path / "old", tmp_path / "new")


def test_the_command(world: World, rules: Ruleset, tmp_path: Path):
    full(world.publish(tmp_path / "register", [firm(world, 1), firm(world, 2)]), rules, tmp_path / "old")
    full(world.publish(tmp_path / "register", [firm(world, 1)]), rules, tmp_path / "new")
    sides = ["changes", str(tmp_path / "old"), str(tmp_path / "new")]
    run = CliRunner().invoke
    shown = run(app, [*sides, "--registry", str(tmp_path / "register"), "--out", str(tmp_path / "all.csv")])
    assert shown.exit_code == 0, shown.output
    assert "主体退出 party gone" in shown.output
    table = pl.read_csv(tmp_path / "all.csv")
    assert set(table["why"]) == {"gone"}
    figures = json.loads(run(app, [*sides, "--json"]).stdout)
    assert figures["gone_parties"] == 1
    assert figures["reasons"] == {"gone": table.height}
    assert {str(DAY)} == {figures["old"]["as_of"], figures["new"]["as_of"]}
    assert run(app, [*sides, "--out", str(tmp_path / "all.xlsx")]).exit_code == 2
    assert run(app, ["changes", str(tmp_path), str(tmp_path / "new")]).exit_code == 1
    nowhere = run(app, [*sides, "--registry", str(tmp_path / "nowhere")])
    assert (nowhere.exit_code, "holds no register" in nowhere.output) == (1, True)
