"""Run a simulation: baseline and draft over one scan of the register, in memory that does not grow with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from huiqi.matching.engine import FEN_PLACES, NO_AMOUNT, Engine, Finding
from huiqi.matching.laid import laid_beside
from huiqi.matching.overlay import columns_known
from huiqi.matching.party import Rules
from huiqi.matching.portions import BLOCK_ROWS, read_ahead
from huiqi.matching.simulate.near import BANDS, banded
from huiqi.matching.simulate.outcomes import (
    YES,
    BlockAnswers,
    Fates,
    Figures,
    answers_from,
    concerned,
    fates_of,
    purses_of,
    says_what_it_costs,
    side_cost,
)
from huiqi.matching.simulate.places import (
    CITY,
    PROVINCE,
    SIZE,
    SIZE_FACT,
    SIZE_LABELS,
    Places,
    label_of,
)
from huiqi.matching.simulate.plan import Asked, Questions, ask, pairs_of
from huiqi.matching.simulate.sums import Sums, exact_sums
from huiqi.matching.simulate.together import Group, groups_of
from huiqi.matching.simulate.types import (
    FATES,
    Cell,
    Cost,
    Fate,
    MeasureResult,
    NearMiss,
    Purse,
    Ruleset,
    Simulation,
)
from huiqi.matching.workers import SYSTEM
from huiqi.measures.types import VerdictKind
from huiqi.registry.snapshot import Snapshot

WITH_A_NAME: Final = (Fate.GAINS, Fate.LOSES, Fate.MORE, Fate.LESS)
"""The fates whose parties are written out."""

NEAR: Final = len(BANDS) + 3
"""Numbers of a near-miss question: by band, beyond all bands, out of reach of any figure, distance open."""

Rows = npt.NDArray[np.intp]
Sides = tuple[tuple[Figures, Figures], tuple[Figures, Figures]]


class PartyList(Protocol):
    """Takes down who gains, loses or gets another amount."""

    def add(self, measure: int, fate: Fate, codes: pa.Array, figures: Sides) -> None:
        """Parties of one measure and fate; figures are (amounts, values) before, then after."""


@dataclass(frozen=True, slots=True)
class BlockOutcome:
    """What one block adds to a simulation."""

    batch: pa.RecordBatch
    rows: Rows  # of the parties concerned
    fates: tuple[Fates, ...]  # of touched measures, over the whole block
    answers: BlockAnswers
    before: Figures  # fen, of the parties concerned
    after: Figures
    alone: tuple[tuple[int, int], ...]  # by touched measure: its cost before and after
    unpriced: tuple[int, int]
    near: npt.NDArray[np.int64]  # by question: NEAR numbers


@dataclass(slots=True)
class Simulator:
    """Works out blocks; what its engines learn in one block serves the next."""

    questions: Questions
    groups: tuple[tuple[Group, ...], tuple[Group, ...]]  # before, after
    engines: list[Engine] = field(init=False)
    ruler: Engine = field(init=False)
    by_place: dict[tuple[int, int], Asked] = field(init=False)

    def __post_init__(self) -> None:
        self.engines = [Engine(plan) for plan in self.questions.plans]
        self.ruler = Engine(self.questions.distances)
        self.by_place = {place: asked for asked, place in self.questions.places.items()}

    def work_out(self, batch: pa.RecordBatch) -> BlockOutcome:
        answers = self.answers(batch)
        pairs, touched = self.questions.pairs, self.questions.touched
        fates = tuple(fates_of(pair, answers) for pair in touched)
        rows = concerned(self.questions, answers, fates)
        before = side_cost(pairs, self.groups[0], answers, "before", rows)
        after = side_cost(pairs, self.groups[1], answers, "after", rows)
        return BlockOutcome(
            batch=batch,
            rows=rows,
            fates=fates,
            answers=answers,
            before=before.together,
            after=after.together,
            alone=tuple(
                (whole(before.alone[place]), whole(after.alone[place])) for place in range(len(touched))
            ),
            unpriced=(before.unpriced, after.unpriced),
            near=self.distances(batch, answers),
        )

    def answers(self, batch: pa.RecordBatch) -> BlockAnswers:
        found: dict[Asked, list[Finding]] = {}
        for number, engine in enumerate(self.engines):
            for result in engine.run((batch,)):
                for finding in result.findings:
                    found.setdefault(self.by_place[number, finding.measure], []).append(finding)
        rows = batch.num_rows
        return BlockAnswers(
            rows, {asked: answers_from(found.get(asked, ()), rows) for asked in self.questions.places}
        )

    def distances(self, batch: pa.RecordBatch, answers: BlockAnswers) -> npt.NDArray[np.int64]:
        """By near-miss question, how far its parties miss: worked out for them alone."""
        near = np.zeros((len(self.questions.near), NEAR), np.int64)
        some = np.zeros(batch.num_rows, np.bool_)
        for number in range(len(near)):
            some |= answers.found["near", str(number)].state == YES
        if some.any():
            names = [*SYSTEM, *self.questions.distances.columns]
            few = batch.select(names).take(pa.array(np.flatnonzero(some)))
            for result in self.ruler.run((few,)):
                for finding in result.findings:
                    near[finding.measure] += distances_of(finding)
        return near


def distances_of(finding: Finding) -> npt.NDArray[np.int64]:
    """How many parties of a near-miss question lie in which band; those whose verdict is open do not count."""
    counts = np.zeros(NEAR, np.int64)
    if finding.kind is VerdictKind.ELIGIBLE and finding.values is not None:
        known = finding.values[finding.values != NO_AMOUNT] // 10**FEN_PLACES
        counts[:-1] = banded(known)
        counts[-1] = len(finding.values) - len(known)
    return counts


def whole(figures: Figures) -> int:
    return exact_sums(np.zeros(len(figures), np.int64), figures, 1)[0]


def simulate(
    snapshot: Snapshot,
    baseline: Ruleset,
    draft: Ruleset,
    *,
    as_of: date,
    changes: Sequence[str] = (),
    parties: PartyList | None = None,
    progress: Callable[[int], None] = lambda rows: None,
    overlay: pa.Table | None = None,
) -> Simulation:
    """What the draft changes for every party of a register, in one scan.

    Args:
        snapshot: the register; only the columns that both sides need are read.
        baseline, draft: the rules as they are, and as they would be. Only measures that come out otherwise
            are simulated, with those that share a matter with one.
        as_of: the day of periods, parameters and derived facts.
        changes: what was changed, in words, for the record.
        parties: takes down who gains, loses or gets another amount.
        progress: told how many parties were done since the last call.
        overlay: what is known of some parties beside the register (`matching.overlay`).

    Money is exact. Memory holds some blocks and the sums, however long the register is.
    """
    pairs = pairs_of(baseline, draft, as_of=as_of)
    known = columns_known(snapshot.columns, overlay)
    questions = ask(pairs, baseline, draft, columns=known, as_of=as_of)
    groups = (
        groups_of(
            {n: p.before for n, p in enumerate(pairs) if p.before}, baseline.matters, baseline.standings
        ),
        groups_of({n: p.after for n, p in enumerate(pairs) if p.after}, draft.matters, draft.standings),
    )
    places = Places(baseline.rulebooks, size_pack(questions, baseline), columns=known, as_of=as_of)
    columns = sorted({*questions.columns, *places.columns})
    tally = Tally(questions, places, parties)
    if pairs:
        simulator = Simulator(questions, groups)
        stored = [name for name in columns if name in snapshot.columns]
        batches = snapshot.batches(columns=[*SYSTEM, *stored], rows=BLOCK_ROWS)
        if overlay is not None:
            kinds = {**Rules.of((), draft.rulebooks).kinds, **Rules.of((), baseline.rulebooks).kinds}
            batches = laid_beside(overlay, columns, kinds, snapshot.columns).all_over(batches)
        for batch in read_ahead(batches):
            if batch.num_rows:
                tally.add(simulator.work_out(batch))
                progress(batch.num_rows)
    register = {
        "source": snapshot.manifest.source,
        "version": snapshot.folder.name,
        "as_of": snapshot.manifest.as_of,
        "synthetic": snapshot.manifest.synthetic,
    }
    return tally.result(register, as_of=as_of, changes=changes, parties=snapshot.manifest.rows)


def size_pack(questions: Questions, rules: Ruleset) -> str | None:
    """Whose rules give the size class: those of a touched measure, else any that know it."""
    packs = (*(pair.either.pack for pair in questions.touched), *rules.rulebooks)
    return next((p for p in packs if p in rules.rulebooks and SIZE_FACT in rules.rulebooks[p].kinds), None)


class Tally:
    """Adds up the blocks of a simulation."""

    def __init__(self, questions: Questions, places: Places, parties: PartyList | None) -> None:
        self.questions = questions
        self.places = places
        self.parties = parties
        self.sums = Sums(len(questions.touched))
        self.alone = [[0, 0] for _ in questions.touched]
        self.unpriced = [0, 0]
        self.near = np.zeros((len(questions.near), NEAR), np.int64)

    def add(self, outcome: BlockOutcome) -> None:
        rows = outcome.rows
        self.near += outcome.near
        if not rows.size:
            return
        for sums, more in zip(self.alone, outcome.alone, strict=True):
            sums[0] += more[0]
            sums[1] += more[1]
        self.unpriced = [a + b for a, b in zip(self.unpriced, outcome.unpriced, strict=True)]
        self.sums.add(
            self.places.of(outcome.batch, rows),
            [fate[rows] for fate in outcome.fates],
            purses_of(outcome.before, outcome.after),
            outcome.before,
            outcome.after,
        )
        if self.parties is not None:
            self.name_them(outcome, self.parties)

    def name_them(self, outcome: BlockOutcome, parties: PartyList) -> None:
        codes = outcome.batch.column("code")
        for number, (pair, fates) in enumerate(zip(self.questions.touched, outcome.fates, strict=True)):
            before, after = (outcome.answers.side(pair, side) for side in ("before", "after"))
            for fate in WITH_A_NAME:
                rows = np.flatnonzero(fates == fate)
                if rows.size:
                    figures = (
                        (before.amounts[rows], before.values[rows]),
                        (after.amounts[rows], after.values[rows]),
                    )
                    parties.add(number, fate, codes.take(pa.array(rows)), figures)

    def result(
        self, register: Mapping[str, object], *, as_of: date, changes: Sequence[str], parties: int
    ) -> Simulation:
        cells = {name: in_order(name, by_code) for name, by_code in self.sums.cells.items()}
        total = Cell.empty(len(self.questions.touched))
        for cell in cells.get(CITY, {}).values():
            add_to(total, cell)
        cells = {PROVINCE: provinces(cells.get(CITY, {}), len(self.questions.touched)), **cells}
        return Simulation(
            register=register,
            as_of=as_of,
            changes=tuple(changes),
            parties=parties,
            measures=tuple(self.measure(number, total) for number in range(len(self.questions.touched))),
            beside=tuple(p.key for p in self.questions.pairs if not p.is_touched),
            cost=Cost(yuan(total.before), yuan(total.after)),
            purses={purse: int(total.purses[purse]) for purse in Purse if purse},
            cells=cells,
            near=tuple(self.near_miss(number) for number in range(len(self.questions.near))),
            uncosted=tuple(
                p.key
                for p in self.questions.pairs
                if not any(says_what_it_costs(m) for m in (p.before, p.after) if m is not None)
            ),
            unpriced=(self.unpriced[0], self.unpriced[1]),
            labels={
                name: {code: label_of(name, code) for code in by_code} for name, by_code in cells.items()
            },
        )

    def measure(self, number: int, total: Cell) -> MeasureResult:
        pair = self.questions.touched[number]
        versions = [m for m in (pair.before, pair.after) if m is not None]
        return MeasureResult(
            key=pair.key,
            title=pair.either.title,
            fates={fate: int(total.fates[number, fate]) for fate in FATES},
            cost=Cost(yuan(self.alone[number][0]), yuan(self.alone[number][1])),
            has_cost=any(says_what_it_costs(m) for m in versions),
            is_ceiling=any(m.award.ceiling for m in versions),
            is_new=pair.before is None,
            is_dropped=pair.after is None,
        )

    def near_miss(self, number: int) -> NearMiss:
        measure, condition, said = self.questions.near[number]
        counts = [int(count) for count in self.near[number]]
        bands = tuple(counts[:-2])
        return NearMiss(measure, condition.id, said, condition.clause, bands, counts[-2], counts[-1])


def in_order(dimension: str, by_code: Mapping[str, Cell]) -> dict[str, Cell]:
    """Cells in which there is someone, by code; size classes as people list them; not known comes last."""
    order = tuple(SIZE_LABELS)
    found = {code: cell for code, cell in by_code.items() if cell.fates[:, 1:].any() or cell.purses[1:].any()}
    rank = {code: order.index(code) if dimension == SIZE and code in order else 0 for code in found}
    return {code: found[code] for code in sorted(found, key=lambda c: (c == "", rank[c], c))}


def add_to(total: Cell, cell: Cell) -> None:
    total.fates += cell.fates
    total.purses += cell.purses
    total.before += cell.before
    total.after += cell.after


def provinces(cities: Mapping[str, Cell], measures: int) -> dict[str, Cell]:
    """Cities added up by the first two digits of their code."""
    found: dict[str, Cell] = {}
    for code, cell in cities.items():
        add_to(found.setdefault(code[:2], Cell.empty(measures)), cell)
    return found


def yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-FEN_PLACES)
