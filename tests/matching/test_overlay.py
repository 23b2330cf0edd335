"""What is known beside a register counts in a run as if the register had it."""

import random
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from huiqi.cli.app import app
from huiqi.matching.incremental.before import CannotContinue
from huiqi.matching.mates import started
from huiqi.matching.overlay import (
    FILE,
    UnfitOverlay,
    columns_known,
    overlay_from,
    read_overlay,
    text_of,
)
from huiqi.matching.plan import make_plan
from huiqi.matching.portions import portions_of
from huiqi.matching.run import kept_beside, match_register
from huiqi.matching.simulate.files import as_json
from huiqi.matching.simulate.run import simulate
from huiqi.matching.simulate.types import Ruleset
from huiqi.matching.workers import Work
from huiqi.measures.expressions import Type
from huiqi.measures.types import FactKind
from huiqi.packs.types import Library
from huiqi.registry.snapshot import Snapshot
from tests.engines import cell
from tests.matching.versions import (
    BLOCK,
    CIT,
    DAY,
    PARTIES,
    Row,
    World,
    changed,
    continued,
    found_in,
    full,
    manifest_of,
    same,
    world_of,
)
from tests.registers import edge_value, figures_beside

Laid = dict[tuple[str, str], tuple[str | None, bool]]
UNKNOWN_COLUMNS: Final = 9
"""Facts that the register of these tests has no column for."""


def narrower(world: World) -> World:
    """A register without a column for some of the facts."""
    return World(world.plan, world.kinds[UNKNOWN_COLUMNS:])


def some_overlay(world: World, rows: list[Row], seed: int) -> Laid:
    """Of a fifth of the parties, and of some that the register does not have, some facts; withdrawn ones too."""
    chance = random.Random(f"overlay {seed}")
    figures = figures_beside(world.plan)
    laid: Laid = {("9" * 18, world.kinds[0].name): (None, False)}
    for row in chance.sample(rows, len(rows) // 5):
        for kind in chance.sample(world.kinds, 6):
            value = edge_value(kind, figures.get(kind.name, ()), chance)
            text = None if chance.random() < 0.2 else text_of(value)
            laid[row["code"], kind.name] = text, chance.random() < 0.3
    return laid


def table_of(laid: Laid, seed: int = 0) -> pa.Table:
    """In any order."""
    rows = [(*key, *said) for key, said in laid.items()]
    random.Random(seed).shuffle(rows)
    return overlay_from(rows)


def with_cells(world: World, rows: list[Row], laid: Laid) -> list[Row]:
    """The rows as they would be, did the register itself know what lies over it."""
    changed = {row["code"]: dict(row) for row in rows}
    kinds = {kind.name: kind for kind in world.kinds}
    for (code, fact), (text, fills) in laid.items():
        row = changed.get(code)
        if row is not None and not (fills and row[fact] is not None):
            row[fact] = None if text is None else cell(value_of(text, kinds[fact]), str(kinds[fact].type))
    return list(changed.values())


def value_of(text: str, kind: FactKind) -> Any:
    match kind.type:
        case Type.BOOL:
            return text == "true"
        case Type.DATE:
            return pl.Series([text]).str.to_date()[0]
        case Type.TEXT | Type.ENUM:
            return text
        case _:
            return Fraction(text)


def blanked(world: World, rows: list[Row]) -> list[Row]:
    """Nothing is known of the facts that the narrower register has no column for."""
    gone = {kind.name for kind in world.kinds[:UNKNOWN_COLUMNS]}
    return [{name: None if name in gone else value for name, value in row.items()} for row in rows]


def matched(register: Snapshot, rules: Ruleset, folder: Path, overlay: pa.Table, **more: Any) -> None:
    match_register(
        register, rules.measures, rulebooks=rules.rulebooks, versions={}, as_of=DAY, folder=folder,
        **{"workers": 1, "block_rows": BLOCK, "overlay": overlay, **more},
    )  # fmt: skip


@pytest.fixture(scope="module")
def world(rules: Ruleset) -> World:
    """As elsewhere; facts in an order of chance, so that any may lack its column."""
    found = world_of(rules)
    return World(found.plan, tuple(random.Random(4).sample(found.kinds, len(found.kinds))))


@pytest.mark.parametrize("block", [BLOCK, 64, 1 << 17])
@pytest.mark.parametrize("seed", range(3))
def test_it_counts_as_if_the_register_had_it(
    seed: int, block: int, world: World, rules: Ruleset, tmp_path: Path
):
    rows = blanked(world, world.rows(list(range(PARTIES)), seed=seed))
    laid = some_overlay(world, rows, seed)
    register = narrower(world).publish(tmp_path / "register", rows)
    matched(register, rules, tmp_path / "overlaid", table_of(laid, seed), block_rows=block)
    edited = world.publish(tmp_path / "edited", with_cells(world, rows, laid))
    full(edited, rules, tmp_path / "run")
    assert found_in(tmp_path / "overlaid").equals(found_in(tmp_path / "run"))
    assert (tmp_path / "overlaid" / "summary.csv").read_text() == (
        tmp_path / "run" / "summary.csv"
    ).read_text()
    full(register, rules, tmp_path / "alone")
    assert not found_in(tmp_path / "overlaid").equals(found_in(tmp_path / "alone"))


def test_another_process_lays_it_over_its_portions(world: World, rules: Ruleset, tmp_path: Path):
    rows = blanked(world, world.rows(list(range(PARTIES)), seed=1))
    overlay = table_of(some_overlay(world, rows, 1))
    register = narrower(world).publish(tmp_path / "register", rows)
    plan = make_plan(
        rules.measures, rulebooks=rules.rulebooks, columns=columns_known(register.columns, overlay), as_of=DAY
    )
    for side in ("here", "there"):
        (tmp_path / side).mkdir()
    beside = kept_beside(overlay, tmp_path, plan, register)
    portions = portions_of(register.files(), rows=1)
    assert len(portions) > 1
    here = [Work(plan, tmp_path / "here", beside).do(portion, block_rows=BLOCK) for portion in portions]
    with started(1) as mates:
        mates[0].send(Work(plan, tmp_path / "there", beside))
        there = []
        for portion in portions:
            mates[0].send((portion, BLOCK))
            there.append(mates[0].answer())
    assert here == there
    parts = [sorted((tmp_path / side).rglob("*.parquet")) for side in ("here", "there")]
    assert [p.read_bytes() for p in parts[0]] == [p.read_bytes() for p in parts[1]]
    matched(register, rules, tmp_path / "run", overlay, workers=2)
    whole = sum((totals.findings for totals in there), 0)
    assert manifest_of(tmp_path / "run")["findings"] == whole


def test_figures_finer_and_larger_than_the_column(world: World, rules: Ruleset, tmp_path: Path):
    """A sum with a tenth of a fen beside a limit, and one no register could hold."""
    rows = world.rows(list(range(20)), seed=3)
    register = world.publish(tmp_path / "register", rows)
    income = "taxable_income"
    laid: Laid = {
        (rows[n]["code"], income): (text, False)
        for n, text in enumerate(["300000.001", "300000", "299999.999", "1" + "0" * 20])
    }
    matched(register, rules, tmp_path / "run", table_of(laid))
    found = found_in(tmp_path / "run").filter(pl.col("measure") == CIT)
    exact = {key[0]: Fraction(str(said[0])) for key, said in laid.items()}
    amounts = dict(found.filter(pl.col("amount").is_not_null()).select("party", "amount").iter_rows())
    assert all(exact[code] <= 300_000 for code in amounts if code in exact)


def test_a_simulation_counts_it_too(world: World, rules: Ruleset, library: Library, tmp_path: Path):
    rows = blanked(world, world.rows(list(range(PARTIES)), seed=5))
    laid = some_overlay(world, rows, 5) | {
        (row["code"], "taxable_income"): ("1000000.5", False) for row in rows[::2]
    }
    register = narrower(world).publish(tmp_path / "register", rows)
    edited = world.publish(tmp_path / "edited", with_cells(world, rows, laid))
    draft = changed(rules, library, f"{CIT}.conditions.income=taxable_income <= 3000万")
    told = [
        as_json(simulate(register, rules, draft, as_of=DAY, overlay=table_of(laid))),
        as_json(simulate(edited, rules, draft, as_of=DAY)),
        as_json(simulate(register, rules, draft, as_of=DAY)),
    ]
    for figures in told:
        figures.pop("register")
    assert told[0] == told[1]
    assert told[0] != told[2]


@pytest.mark.parametrize("before", [None, 1])
@pytest.mark.parametrize("after", [None, 1, 2])
@pytest.mark.parametrize("is_register_new", [False, True])
def test_a_continued_run_takes_parties_of_whom_other_things_are_known_for_changed(
    before: int | None, after: int | None, is_register_new: bool, world: World, rules: Ruleset, tmp_path: Path
):
    chance = random.Random(11)
    rows = blanked(world, world.rows([2 * n for n in range(PARTIES)], seed=2))
    register = narrower(world).publish(tmp_path / "register", rows)
    overlays = [None if n is None else table_of(some_overlay(world, rows, n)) for n in (before, after)]
    matched(register, rules, tmp_path / "old", overlays[0])
    if is_register_new:
        register = narrower(world).publish(tmp_path / "register", world.edited(rows, chance, 0.05))
    matched(register, rules, tmp_path / "full", overlays[1])
    done = continued(register, rules, tmp_path / "new", tmp_path / "old", overlay=overlays[1])
    assert same(tmp_path / "full", tmp_path / "new")
    if before == after and not is_register_new:
        assert done.evaluated == 0
    elif before == after or (before, after) == (1, 2):
        assert 0 < done.evaluated < done.of


def test_a_fact_alone_that_is_known_otherwise_concerns_its_party_alone(
    world: World, rules: Ruleset, tmp_path: Path
):
    rows = world.rows(list(range(PARTIES)), seed=6)
    register = world.publish(tmp_path / "register", rows)
    laid = {**some_overlay(world, rows, 6), (rows[7]["code"], "employees"): ("12", False)}
    matched(register, rules, tmp_path / "old", table_of(laid))
    laid[rows[7]["code"], "employees"] = ("13", False)
    done = continued(register, rules, tmp_path / "new", tmp_path / "old", overlay=table_of(laid))
    assert done.evaluated == len(manifest_of(tmp_path / "new")["fingerprints"])


def test_an_older_run_that_has_lost_its_overlay_is_not_continued(
    world: World, rules: Ruleset, tmp_path: Path
):
    rows = world.rows(list(range(PARTIES)), seed=6)
    register = world.publish(tmp_path / "register", rows)
    matched(register, rules, tmp_path / "old", table_of(some_overlay(world, rows, 6)))
    (tmp_path / "old" / FILE).unlink()
    with pytest.raises(CannotContinue, match="match in full once"):
        continued(register, rules, tmp_path / "new", tmp_path / "old")


def test_the_run_says_which_overlay_it_was_made_with(world: World, rules: Ruleset, tmp_path: Path):
    rows = world.rows(list(range(PARTIES)), seed=6)
    register = world.publish(tmp_path / "register", rows)
    laid: Laid = {
        (rows[3]["code"], "employees"): ("12", False), (rows[3]["code"], "total_assets"): (None, False),
        (rows[4]["code"], "employees"): ("9", True),
    }  # fmt: skip
    for number in range(2):
        matched(register, rules, tmp_path / str(number), table_of(laid, number))
    notes = [manifest_of(tmp_path / str(number))["overlay"] for number in range(2)]
    assert notes[0] == notes[1]
    assert (notes[0]["parties"], notes[0]["facts"]) == (2, ["employees", "total_assets"])
    assert read_overlay(tmp_path / "0" / FILE).equals(table_of(laid))
    full(register, rules, tmp_path / "alone")
    assert "overlay" not in manifest_of(tmp_path / "alone")


def unfit() -> Iterator[tuple[pa.Table, str]]:
    plain = {"code": ["1"], "fact": ["employees"], "value": ["12"]}
    yield pa.table({"code": ["1"], "fact": ["employees"]}), "there is no column value"
    yield pa.table({**plain, "code": pa.array([None], pa.string())}), "code is empty in 1 rows"
    yield pa.table({**plain, "fact": ["region"]}), "region: that is the register's own"
    yield pa.table({name: column * 2 for name, column in plain.items()}), "employees of 1 stands twice"
    yield pa.table({**plain, "fills": ["perhaps"]}), "a column is of another type"


@pytest.mark.parametrize(("table", "why"), list(unfit()))
def test_a_file_that_is_no_overlay(table: pa.Table, why: str, tmp_path: Path):
    pq.write_table(table, tmp_path / "known.parquet")
    with pytest.raises(UnfitOverlay, match=why):
        read_overlay(tmp_path / "known.parquet")


def test_a_value_that_is_none_of_its_column(world: World, rules: Ruleset, tmp_path: Path):
    rows = world.rows(list(range(PARTIES)), seed=6)
    register = world.publish(tmp_path / "register", rows)
    with pytest.raises(UnfitOverlay, match="employees is int64 in the register"):
        matched(
            register, rules, tmp_path / "run", table_of({(rows[0]["code"], "employees"): ("many", False)})
        )
    assert not (tmp_path / "run").exists()


def called(*arguments: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return done.exit_code, " ".join(done.output.split())


def test_by_the_command_line(world: World, rules: Ruleset, tmp_path: Path):
    rows = world.rows(list(range(PARTIES)), seed=6)
    register = world.publish(tmp_path / "register", rows)
    laid = {**some_overlay(world, rows, 6), (rows[0]["code"], "shoe_size"): ("43", False)}
    pq.write_table(table_of(laid), tmp_path / "known.parquet")
    ask = (
        "match",
        "--registry",
        tmp_path / "register",
        "--as-of",
        DAY,
        "--pack",
        "qingdao-2012-46",
        "--quiet",
    )
    known = ("--overlay", tmp_path / "known.parquet")
    code, said = called(*ask, "--out", tmp_path / "run", *known)
    assert code == 0, said
    assert "no pack knows shoe_size" in said
    matched(register, rules, tmp_path / "here", table_of(laid))
    assert found_in(tmp_path / "run").equals(found_in(tmp_path / "here"))
    code, said = called(*ask, "--out", tmp_path / "next", "--since", tmp_path / "run")
    assert code == 0, said
    full(register, rules, tmp_path / "alone")
    assert found_in(tmp_path / "next").equals(found_in(tmp_path / "alone"))
    code, said = called("changes", tmp_path / "next", tmp_path / "run", "--out", tmp_path / "changes.parquet")
    assert code == 0, said
    changes = pl.read_parquet(tmp_path / "changes.parquet")
    assert len(changes) > 0
    assert changes["facts"].str.contains("as registered → ").any()
    code, said = called(*ask, "--out", tmp_path / "spark", *known, "--engine", "spark")
    assert (code, "--overlay goes with --engine local" in said) == (2, True)
    code, said = called(*ask, "--out", tmp_path / "none", "--overlay", tmp_path / "missing.parquet")
    assert (code, "is no overlay" in said) == (1, True)


def test_what_changed_beside_the_register_is_named(world: World, rules: Ruleset, tmp_path: Path):
    """The files of the register are the same: all that changed is what is known beside it."""
    rows = world.rows(list(range(PARTIES)), seed=6)
    register = world.publish(tmp_path / "register", rows)
    laid = some_overlay(world, rows, 6)
    matched(register, rules, tmp_path / "old", table_of(laid))
    matched(register, rules, tmp_path / "new", table_of(some_overlay(world, rows, 8) | laid))
    found = [found_in(tmp_path / side).select("party", "measure", "verdict") for side in ("old", "new")]
    assert not found[0].equals(found[1])
    code, said = called(
        "changes", tmp_path / "old", tmp_path / "new", "--registry", tmp_path / "register",
        "--out", tmp_path / "changes.parquet",
    )  # fmt: skip
    assert code == 0, said
    changes = pl.read_parquet(tmp_path / "changes.parquet").filter(pl.col("why") == "facts")
    assert len(changes) > 0
