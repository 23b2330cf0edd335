"""A continued run says what a full run says, whatever changed in between, and evaluates little of it again."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from typer.testing import CliRunner

from huiqi.cli.app import app
from huiqi.matching.incremental.before import CannotContinue
from huiqi.matching.simulate.types import Ruleset
from huiqi.measures.expressions import Not, Type
from huiqi.packs.types import Library
from huiqi.registry.snapshot import discard_others
from tests.matching.versions import (
    BLOCK,
    CIT,
    DAY,
    PACK,
    PARTIES,
    World,
    changed,
    continued,
    found_in,
    full,
    manifest_of,
    same,
    without,
)


def with_formula_turned(rules: Ruleset) -> Ruleset:
    """A derived yes-or-no fact that measures stand on says the contrary."""
    books = dict(rules.rulebooks)
    for slug, book in books.items():
        kinds = dict(book.kinds)
        kind = kinds.get("is_small_micro")
        if kind is not None and kind.formula is not None and kind.type is Type.BOOL:
            kinds["is_small_micro"] = replace(kind, formula=Not(kind.formula))
            books[slug] = replace(book, kinds=kinds)
    assert books != rules.rulebooks
    return replace(rules, rulebooks=books)


Change = Callable[[Ruleset, Library], Ruleset]
CHANGES: Final[dict[str, Change]] = {
    "nothing": lambda rules, library: rules,
    "a figure": lambda r, lib: changed(r, lib, f"{CIT}.conditions.income=taxable_income <= 50万"),
    "an amount": lambda r, lib: changed(r, lib, f"{CIT}.award.amount=greatest(taxable_income, 0) * 12%"),
    "a parameter": lambda r, lib: changed(r, lib, parameter="cn-common/cit_general_rate=33%"),
    "a measure dropped": lambda r, lib: without(r, CIT),
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("change", list(CHANGES))
def test_whatever_changed_the_result_is_that_of_a_full_run(
    change: str, seed: int, world: World, rules: Ruleset, library: Library, tmp_path: Path
):
    chance = random.Random(f"{change} {seed}")
    rows = world.rows([2 * number for number in range(PARTIES)], seed=seed)
    full(
        world.publish(tmp_path / "register", rows), rules, tmp_path / "old", block=chance.choice([BLOCK, 64])
    )
    after = CHANGES[change](rules, library)
    register = world.publish(tmp_path / "register", world.edited(rows, chance, 0.05))
    full(register, after, tmp_path / "full")
    done = continued(register, after, tmp_path / "new", tmp_path / "old")
    assert same(tmp_path / "full", tmp_path / "new")
    assert 0 < done.evaluated < done.of / 2
    assert manifest_of(tmp_path / "new")["evaluated"] == done.evaluated


@pytest.mark.parametrize("as_of", [date(2012, 12, 31), date(2014, 1, 1), date(2017, 1, 1)])
def test_another_day(as_of: date, world: World, rules: Ruleset, tmp_path: Path):
    rows = world.rows(list(range(PARTIES)), seed=5)
    register = world.publish(tmp_path / "register", rows)
    full(register, rules, tmp_path / "old")
    full(register, rules, tmp_path / "full", as_of)
    continued(register, rules, tmp_path / "new", tmp_path / "old", as_of)
    assert same(tmp_path / "full", tmp_path / "new")


def test_a_formula_that_measures_stand_on(world: World, rules: Ruleset, tmp_path: Path):
    register = world.publish(tmp_path / "register", world.rows(list(range(PARTIES)), seed=6))
    after = with_formula_turned(rules)
    full(register, rules, tmp_path / "old")
    full(register, after, tmp_path / "full")
    done = continued(register, after, tmp_path / "new", tmp_path / "old")
    assert same(tmp_path / "full", tmp_path / "new")
    assert not found_in(tmp_path / "old").equals(found_in(tmp_path / "new"))
    assert 0 < done.evaluated < done.of


def test_a_measure_that_is_new(world: World, rules: Ruleset, tmp_path: Path):
    register = world.publish(tmp_path / "register", world.rows(list(range(PARTIES)), seed=6))
    full(register, without(rules, CIT), tmp_path / "old")
    full(register, rules, tmp_path / "full")
    done = continued(register, rules, tmp_path / "new", tmp_path / "old")
    assert same(tmp_path / "full", tmp_path / "new")
    assert done.evaluated == PARTIES


def test_one_run_after_the_other_in_the_same_folder(
    world: World, rules: Ruleset, library: Library, tmp_path: Path
):
    chance = random.Random(8)
    rows = world.rows([2 * number for number in range(PARTIES)], seed=8)
    full(world.publish(tmp_path / "register", rows), rules, tmp_path / "run")
    for step, change in enumerate(["a figure", "nothing", "a parameter"]):
        rows = world.edited(rows, chance, 0.04)
        register = world.publish(tmp_path / "register", rows)
        after = CHANGES[change](rules, library)
        continued(register, after, tmp_path / "run", tmp_path / "run", block=50 + step)
        full(register, after, tmp_path / "full")
        assert same(tmp_path / "full", tmp_path / "run")


def test_only_the_changed_parties_are_evaluated_again(world: World, rules: Ruleset, tmp_path: Path):
    rows = world.rows(list(range(PARTIES)), seed=9)
    full(world.publish(tmp_path / "register", rows), rules, tmp_path / "old")
    edited = [{**row, "employees": 7 if n in (3, 40) else row["employees"]} for n, row in enumerate(rows)]
    touched = sum(a["employees"] != b["employees"] for a, b in zip(rows, edited, strict=True))
    register = world.publish(tmp_path / "register", edited)
    done = continued(register, rules, tmp_path / "new", tmp_path / "old")
    assert touched
    assert done.evaluated == touched * len(done.run.summary)


def test_without_the_old_register_nothing_is_guessed(world: World, rules: Ruleset, tmp_path: Path):
    rows = world.rows(list(range(PARTIES)), seed=9)
    full(world.publish(tmp_path / "register", rows), rules, tmp_path / "old")
    register = world.publish(tmp_path / "register", world.edited(rows, random.Random(1), 0.2))
    discard_others(tmp_path / "register")
    with pytest.raises(CannotContinue, match="not there any more"):
        continued(register, rules, tmp_path / "new", tmp_path / "old")
    assert not (tmp_path / "new").exists()


def test_an_untouched_register_needs_no_older_version(world: World, rules: Ruleset, tmp_path: Path):
    register = world.publish(tmp_path / "register", world.rows(list(range(PARTIES)), seed=9))
    full(register, rules, tmp_path / "old")
    done = continued(register, rules, tmp_path / "new", tmp_path / "old")
    assert done.evaluated == 0
    assert same(tmp_path / "old", tmp_path / "new")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda about: about.pop("fingerprints"), "match in full once"),
        (lambda about: about.update(engine="spark"), "another engine"),
        (lambda about: about.update(parties=7), "does not hold the parties"),
    ],
)
def test_a_run_that_cannot_be_continued(
    spoil: Callable[[dict[str, Any]], object], said: str, world: World, rules: Ruleset, tmp_path: Path
):
    register = world.publish(tmp_path / "register", world.rows(list(range(40)), seed=9))
    full(register, rules, tmp_path / "old")
    about = manifest_of(tmp_path / "old")
    spoil(about)
    (tmp_path / "old" / "manifest.json").write_text(json.dumps(about), "utf-8")
    with pytest.raises(CannotContinue, match=said):
        continued(register, rules, tmp_path / "new", tmp_path / "old")


def test_the_command(world: World, tmp_path: Path):
    rows = world.rows(list(range(60)), seed=9)
    world.publish(tmp_path / "register", rows)
    words = [
        "match",
        "--registry",
        str(tmp_path / "register"),
        "--as-of",
        str(DAY),
        "--pack",
        PACK,
        "--quiet",
    ]
    run = CliRunner().invoke
    assert run(app, [*words, "--out", str(tmp_path / "old")]).exit_code == 0
    done = run(app, [*words, "--out", str(tmp_path / "new"), "--since", str(tmp_path / "old")])
    assert done.exit_code == 0, done.output
    assert "evaluated again: 0 of" in " ".join(done.output.split())
    assert same(tmp_path / "old", tmp_path / "new")
    lost = run(app, [*words, "--out", str(tmp_path / "new"), "--since", str(tmp_path / "nowhere")])
    assert (lost.exit_code, "no match run" in " ".join(lost.output.split())) == (1, True)
    there = run(app, [*words, "--out", str(tmp_path / "x"), "--engine", "spark", "--since", "y"])
    assert there.exit_code == 2
