"""Versions of a register and of the rules, with runs over them, for tests of what changes from run to run."""

import json
import random
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa

from huiqi.matching.incremental.run import Continued, continue_run
from huiqi.matching.plan import Plan, make_plan
from huiqi.matching.run import match_register
from huiqi.matching.simulate.change import Written, changed_measures, changed_parameters
from huiqi.matching.simulate.types import Ruleset
from huiqi.matching.stored import open_run
from huiqi.measures.types import FactKind
from huiqi.packs.load import load_library
from huiqi.packs.register_columns import column_of
from huiqi.packs.types import Library
from huiqi.registry.publish import write_snapshot
from huiqi.registry.schema import arrow_schema
from huiqi.registry.snapshot import Snapshot, open_snapshot
from tests.engines import cell
from tests.registers import edge_rows, edge_value, figures_beside

DAY: Final = date(2013, 6, 30)
PACK: Final = "qingdao-2012-46"
CIT: Final = f"{PACK}/cit-small-low-profit-20"
REGIONS: Final = ("370203", "370203", "370283", "370102", "630102")
ROLES: Final = ("enterprise", "enterprise", "bank,enterprise", "guarantor", "individual")
PARTIES: Final = 240
BLOCK: Final = 37
Row = dict[str, Any]


def loaded() -> Library:
    found, problems = load_library(Path(__file__).parents[2] / "packs", only=(PACK,))
    assert problems == []
    return found


def rules_of(library: Library) -> Ruleset:
    return Ruleset(tuple(library.measures()), library.rulebooks(), library.matters(), library.standings())


@dataclass(frozen=True)
class World:
    """What registers are made of: the facts the packs ask for, with values on and beside their figures."""

    plan: Plan
    kinds: tuple[FactKind, ...]

    def row(self, number: int, facts: Row, chance: random.Random) -> Row:
        cells = {k.name: cell(facts.get(k.name), str(k.type)) for k in self.kinds}
        return {
            "code": f"{number:018d}", "name": None, "region": chance.choice(REGIONS),
            "roles": chance.choice(ROLES), **cells,
        }  # fmt: skip

    def rows(self, numbers: list[int], seed: int) -> list[Row]:
        chance = random.Random(seed)
        made = edge_rows(self.plan, len(numbers), seed=seed, known=0.85)
        return [self.row(number, facts, chance) for number, facts in zip(numbers, made, strict=True)]

    def publish(self, folder: Path, rows: list[Row]) -> Snapshot:
        columns = {kind.name: column_of(kind) for kind in self.kinds}
        names = ["code", "name", "region", "roles", *columns]
        batch = pa.RecordBatch.from_pydict(
            {name: [row[name] for row in rows] for name in names}, schema=arrow_schema(columns)
        )
        write_snapshot(folder, [batch], columns=columns, source="synthetic", as_of=DAY, synthetic=True)
        return open_snapshot(folder)

    def edited(self, rows: list[Row], chance: random.Random, share: float) -> list[Row]:
        """Facts that change, also to and from unknown; other roles, other places, gone and new parties."""
        figures = figures_beside(self.plan)
        found = [dict(row) for row in rows]
        for row in chance.sample(found, int(share * len(found))):
            for kind in chance.sample(self.kinds, 3):
                value = (
                    None if chance.random() < 0.3 else edge_value(kind, figures.get(kind.name, ()), chance)
                )
                row[kind.name] = cell(value, str(kind.type))
        for row in chance.sample(found, 3):
            row["region"] = chance.choice(REGIONS)
        for row in chance.sample(found, 2):
            row["roles"] = chance.choice(ROLES)
        gone = {row["code"] for row in chance.sample(found, 4)}
        new = [2 * number + 1 for number in chance.sample(range(PARTIES), 3)]
        kept = [row for row in found if row["code"] not in gone and int(row["code"]) not in new]
        return [*kept, *self.rows(new, seed=chance.randrange(10**6))]


def world_of(rules: Ruleset) -> World:
    every = {name for book in rules.rulebooks.values() for name in book.kinds}
    plan = make_plan(rules.measures, rulebooks=rules.rulebooks, columns=every, as_of=DAY)
    kinds = tuple(k for k in plan.kinds.values() if k.name != "as_of" and k.about == "party")
    return World(plan, kinds)


def full(register: Snapshot, rules: Ruleset, folder: Path, as_of: date = DAY, block: int = BLOCK) -> None:
    match_register(
        register, rules.measures, rulebooks=rules.rulebooks, versions={}, as_of=as_of, folder=folder,
        workers=1, block_rows=block,
    )  # fmt: skip


def continued(
    register: Snapshot,
    rules: Ruleset,
    folder: Path,
    since: Path,
    as_of: date = DAY,
    block: int = BLOCK,
    overlay: pa.Table | None = None,
) -> Continued:
    return continue_run(
        register, rules.measures, since=since, rulebooks=rules.rulebooks, versions={}, as_of=as_of,
        folder=folder, block_rows=block, overlay=overlay,
    )  # fmt: skip


def found_in(folder: Path) -> pl.DataFrame:
    frame = pl.from_arrow(open_run(folder).rows())
    assert isinstance(frame, pl.DataFrame)
    texts = pl.col("measure", "verdict", "missing").cast(pl.String)
    return frame.with_columns(texts).sort("party", "measure")


def manifest_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    return found


def same(one: Path, other: Path) -> bool:
    """All that a run leaves behind, but for the note how it was made."""
    about, about_too = manifest_of(one), manifest_of(other)
    for note in ("since", "evaluated"):
        about.pop(note, None)
        about_too.pop(note, None)
    assert about == about_too
    assert (one / "summary.csv").read_text("utf-8") == (other / "summary.csv").read_text("utf-8")
    return found_in(one).equals(found_in(other))


def changed(rules: Ruleset, library: Library, *settings: str, parameter: str = "") -> Ruleset:
    draft, problems = changed_parameters([parameter] if parameter else [], rules)
    written = {slug: Written(p.written, p.in_force, p.region) for slug, p in library.packs.items()}
    draft, more = changed_measures(settings, draft, written)
    assert (problems, more) == ([], [])
    return draft


def without(rules: Ruleset, key: str) -> Ruleset:
    return replace(rules, measures=tuple(m for m in rules.measures if m.key != key))
