"""A simulation says what two full runs of the interpreter say, party by party, and adds it up exactly."""

import random
from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pytest

from huiqi.matching.party import Party, Rules, in_scope, party_from, verdicts_for
from huiqi.matching.plan import make_plan
from huiqi.matching.simulate.change import Written, changed_measures, changed_parameters
from huiqi.matching.simulate.near import BANDS
from huiqi.matching.simulate.outcomes import GIVES_MONEY
from huiqi.matching.simulate.plan import on_the_day, pairs_of
from huiqi.matching.simulate.run import simulate
from huiqi.matching.simulate.types import Fate, Ruleset, Simulation
from huiqi.measures.combine import Entitlement, combine
from huiqi.measures.derive import Facts
from huiqi.measures.distance import Ways, leaves
from huiqi.measures.evaluate import evaluate
from huiqi.measures.expressions import Value
from huiqi.measures.settle import settle
from huiqi.measures.types import Measure, Verdict, VerdictKind
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
REGIONS: Final = ("370203", "370203", "370283", "370102", "630102")
ROLES: Final = ("enterprise", "enterprise", "enterprise", "bank,enterprise", "guarantor", "individual")
ROWS: Final = 400
CIT: Final = f"{PACK}/cit-small-low-profit-20"
FATE_OF: Final = {
    ("no", "no"): Fate.NOTHING, ("no", "open"): Fate.MAY_GAIN, ("no", "yes"): Fate.GAINS,
    ("open", "no"): Fate.MAY_LOSE, ("open", "yes"): Fate.MAY_GAIN,
    ("yes", "no"): Fate.LOSES, ("yes", "open"): Fate.MAY_LOSE,
}  # fmt: skip
DRAFTS: Final[dict[str, tuple[list[str], list[str]]]] = {
    "a looser limit": ([f"{CIT}.conditions.income=taxable_income <= 50万"], []),
    "a tighter limit": ([f"{CIT}.conditions.income=taxable_income < 30万"], []),
    "another condition and another amount": (
        [
            f"{CIT}.conditions.size=employees <= 90 or total_assets <= 900万",
            f"{CIT}.award.amount=greatest(taxable_income, 0) * 12%",
            f"{CIT}.award.value=greatest(taxable_income, 0) * (cit_general_rate - 12%)",
        ],
        [],
    ),
    "an end before the day": ([f"{CIT}.valid_until=2013-06-29"], []),
    "a parameter": ([], ["cn-common/cit_general_rate=33%"]),
    "two measures of one matter, and one outside": (
        [
            f"{CIT}.conditions.size=employees <= 300",
            f"{PACK}/cit-small-low-profit-half.conditions.income=taxable_income <= 10万",
            f"{PACK}/vat-threshold.conditions.below=monthly_sales < 3万",
        ],
        [],
    ),
}


@pytest.fixture(scope="module")
def library() -> Library:
    loaded, problems = load_library(Path(__file__).parents[2] / "packs", only=(PACK,))
    assert problems == []
    return loaded


@pytest.fixture(scope="module")
def baseline(library: Library) -> Ruleset:
    return Ruleset(tuple(library.measures()), library.rulebooks(), library.matters(), library.standings())


@pytest.fixture(scope="module")
def register(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Parties with facts on and beside the figures that decide, a quarter of them unknown."""
    measures = [m for m in library.measures() if m.matter == "corporate-income-tax" or "threshold" in m.id]
    every = {name for book in library.rulebooks().values() for name in book.kinds}
    plan = make_plan(measures, rulebooks=library.rulebooks(), columns=every, as_of=DAY)
    kinds = [k for k in plan.kinds.values() if k.name != "as_of" and k.about == "party"]
    columns = {kind.name: column_of(kind) for kind in kinds}
    rows, chance = edge_rows(plan, ROWS, seed=11, known=0.85), random.Random(3)
    cells: dict[str, list[Any]] = {
        "code": [f"{number:018d}" for number in range(ROWS)],
        "name": [None] * ROWS,
        "region": [chance.choice(REGIONS) for _ in rows],
        "roles": [chance.choice(ROLES) for _ in rows],
    }
    cells |= {k.name: [cell(row.get(k.name), str(k.type)) for row in rows] for k in kinds}
    batch = pa.RecordBatch.from_pydict(cells, schema=arrow_schema(columns))
    folder = tmp_path_factory.mktemp("register")
    write_snapshot(folder, [batch], columns=columns, source="synthetic", as_of=DAY, synthetic=True)
    return open_snapshot(folder)


def drafted(baseline: Ruleset, library: Library, name: str) -> Ruleset:
    settings, parameters = DRAFTS[name]
    draft, problems = changed_parameters(parameters, baseline)
    assert problems == []
    written = {slug: Written(p.written, p.in_force, p.region) for slug, p in library.packs.items()}
    draft, problems = changed_measures(settings, draft, written)
    assert problems == []
    return draft


class Named:
    """Takes down the parties a simulation names."""

    def __init__(self) -> None:
        self.found: dict[tuple[int, str], Fate] = {}

    def add(self, measure: int, fate: Fate, codes: pa.Array, figures: object) -> None:
        for code in codes.to_pylist():
            assert (measure, code) not in self.found
            self.found[measure, code] = fate


def parties_in(register: Snapshot, library: Library) -> list[Party]:
    kinds = Rules.of((), library.rulebooks()).kinds
    return [party_from(row, kinds) for batch in register.batches() for row in batch.to_pylist()]


def all_verdicts(party: Party, side: Ruleset, keys: list[str]) -> dict[str, Entitlement]:
    measures = [m for m in side.measures if m.key in keys]
    found = verdicts_for(party, Rules.of(measures, side.rulebooks), as_of=DAY)
    return {e.measure.key: e for e in found}


def state(verdict: Verdict) -> str:
    if verdict.kind is VerdictKind.ELIGIBLE:
        return "yes"
    return "no" if verdict.kind in (VerdictKind.INELIGIBLE, VerdictKind.OUT_OF_SCOPE) else "open"


def money_of(entitlement: Entitlement) -> Fraction:
    """What a measure costs: its value where it declares one, else an amount of money that is given."""
    award, verdict = entitlement.measure.award, entitlement.verdict
    if award.value is not None:
        return verdict.value or Fraction(0)
    gives = award.kind in GIVES_MONEY and award.unit == "CNY"
    return verdict.amount or Fraction(0) if gives else Fraction(0)


def cost_of(found: Mapping[str, Entitlement], side: Ruleset) -> Fraction:
    best = combine(list(found.values()), matters=side.matters, standings=side.standings)
    return sum((money_of(found[key]) for key in best.kept), Fraction(0))


def both_entitled(old: Verdict, new: Verdict) -> Fate:
    figures = [(old.value, new.value), (old.amount, new.amount)]
    if any((a is None) != (b is None) for a, b in figures):
        return Fate.UNPRICED
    for a, b in figures:
        if a is not None and b is not None and a != b:
            return Fate.MORE if b > a else Fate.LESS
    return Fate.SAME


def run(register: Snapshot, baseline: Ruleset, draft: Ruleset, named: Named | None = None) -> Simulation:
    return simulate(register, baseline, draft, as_of=DAY, parties=named)


@pytest.mark.parametrize("name", list(DRAFTS))
def test_every_party_fares_as_two_runs_of_the_interpreter_say(
    name: str, register: Snapshot, baseline: Ruleset, library: Library
):
    draft, named = drafted(baseline, library, name), Named()
    result = run(register, baseline, draft, named)
    keys = [pair.key for pair in pairs_of(baseline, draft, as_of=DAY)]
    touched = [m.key for m in result.measures]
    counts: Counter[tuple[str, Fate]] = Counter()
    open_both: Counter[str] = Counter()
    before = after = Fraction(0)
    for party in parties_in(register, library):
        old, new = all_verdicts(party, baseline, keys), all_verdicts(party, draft, keys)
        before, after = before + cost_of(old, baseline), after + cost_of(new, draft)
        for number, key in enumerate(touched):
            sides = state(old[key].verdict), state(new[key].verdict)
            if sides == ("open", "open"):
                open_both[key] += 1
                continue
            fate = FATE_OF.get(sides) or both_entitled(old[key].verdict, new[key].verdict)
            fate = Fate.NOTHING if sides == ("no", "no") else fate
            counts[key, fate] += 1
            listed = fate in (Fate.GAINS, Fate.LOSES, Fate.MORE, Fate.LESS)
            assert named.found.get((number, party.code)) == (fate if listed else None)
    for measure in result.measures:
        for fate in (Fate.GAINS, Fate.LOSES, Fate.MORE, Fate.LESS, Fate.SAME, Fate.UNPRICED):
            assert measure.fates[fate] == counts[measure.key, fate], fate
        may = sum(measure.fates[f] for f in (Fate.MAY_GAIN, Fate.MAY_LOSE, Fate.MAY_EITHER))
        sure = counts[measure.key, Fate.MAY_GAIN] + counts[measure.key, Fate.MAY_LOSE]
        assert sure <= may <= sure + open_both[measure.key]
    assert (Fraction(result.cost.before), Fraction(result.cost.after)) == (before, after)
    assert sum(counts.values()) > ROWS / 2
    assert before > 0
    assert before != after or name == "a tighter limit"


@pytest.mark.parametrize("name", ["a looser limit", "another condition and another amount"])
def test_whoever_gains_under_some_value_of_the_missing_facts_is_counted_as_possible(
    name: str, register: Snapshot, baseline: Ruleset, library: Library
):
    draft, chance = drafted(baseline, library, name), random.Random(5)
    result = run(register, baseline, draft)
    old, new = (next(m for m in side.measures if m.key == CIT) for side in (baseline, draft))
    book = library.packs[PACK].rulebook
    plan = make_plan([old, new], rulebooks=library.rulebooks(), columns=list(book.kinds), as_of=DAY)
    figures = figures_beside(plan)
    gain = lose = 0
    for party in parties_in(register, library):
        if not in_scope(old, roles=party.roles, region=party.region):
            continue
        ways = set()
        for _ in range(60):
            facts = {
                n: edge_value(k, figures.get(n, ()), chance) for n, k in plan.kinds.items() if n != "as_of"
            }
            stated = {n: v for n, v in {**facts, **party.stated}.items() if n in book.kinds}
            sides = [evaluate(m, stated, rulebook=book, as_of=DAY) for m in (old, new)]
            ways.add((state(sides[0]), state(sides[1])))
        gain += ("no", "yes") in ways
        lose += ("yes", "no") in ways
    (measure,) = result.measures
    assert measure.gains.low <= gain <= measure.gains.high
    assert measure.losses.low <= lose <= measure.losses.high
    assert measure.gains.low < measure.gains.high


def test_a_looser_limit_takes_nothing_from_anyone(register: Snapshot, baseline: Ruleset, library: Library):
    (measure,) = run(register, baseline, drafted(baseline, library, "a looser limit")).measures
    assert measure.losses.high == 0
    assert measure.gains.low > 0


def test_near_misses_are_those_that_the_explanation_tells(
    register: Snapshot, baseline: Ruleset, library: Library
):
    draft = drafted(baseline, library, "a looser limit")
    result = run(register, baseline, draft)
    book = draft.rulebooks[PACK]
    measure = on_the_day(next(m for m in draft.measures if m.key == CIT), book, DAY)
    wanted = {condition.id: Counter[object]() for condition in measure.conditions}
    for party in parties_in(register, library):
        if in_scope(measure, roles=party.roles, region=party.region):
            only, where = missed_by(measure, party.stated, draft)
            if only is not None:
                wanted[only][where] += 1
    assert {near.condition for near in result.near} == set(wanted)
    for near in result.near:
        found = wanted[near.condition]
        assert near.bands == tuple(found[place] for place in range(len(BANDS) + 1))
        assert near.other + near.open_ == found["other"] + found["open"]
    assert sum(sum(near.bands) for near in result.near) > 10


def missed_by(measure: Measure, stated: Mapping[str, Value], draft: Ruleset) -> tuple[str | None, object]:
    """The one condition a party fails while it surely meets all others, and the band of the distance."""
    facts = Facts(stated, draft.rulebooks[PACK], DAY, [])
    outcomes = {c.id: settle(facts.put_into(c.when)).outcome for c in measure.conditions}
    failed = [name for name, outcome in outcomes.items() if outcome is False]
    if len(failed) != 1 or None in outcomes.values():
        return None, None
    condition = next(c for c in measure.conditions if c.id == failed[0])
    way = Ways(facts, stated).to(condition.when, True)
    if any(settle(facts.put_into(step.statement)).outcome is None for step in leaves(condition.when)):
        return failed[0], "open"
    if way is None or way.categories:
        return failed[0], "other"
    return failed[0], next((n for n, end in enumerate(BANDS) if way.share <= end), len(BANDS))


def test_cells_add_up_to_the_whole_in_every_dimension(
    register: Snapshot, baseline: Ruleset, library: Library
):
    result = run(
        register, baseline, drafted(baseline, library, "two measures of one matter, and one outside")
    )
    assert set(result.cells) >= {"province", "city"}
    for cells in result.cells.values():
        assert sum(cell.before for cell in cells.values()) == int(result.cost.before * 100)
        assert sum(cell.after for cell in cells.values()) == int(result.cost.after * 100)
        for number, measure in enumerate(result.measures):
            for fate, count in measure.fates.items():
                assert sum(cell.fates[number, fate] for cell in cells.values()) == count
    assert result.cost.difference == result.cost.after - result.cost.before != Decimal(0)


def test_a_draft_that_changes_nothing_simulates_nothing(
    register: Snapshot, baseline: Ruleset, library: Library
):
    written = {slug: Written(p.written, p.in_force, p.region) for slug, p in library.packs.items()}
    draft, problems = changed_measures(
        [f"{CIT}.conditions.income=taxable_income <= 300000"], baseline, written
    )
    assert problems == []
    result = run(register, baseline, draft)
    assert (result.measures, result.beside, result.cost.difference) == ((), (), 0)
