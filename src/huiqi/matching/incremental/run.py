"""A match run continued from an older one: only what can have changed is worked out again."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from huiqi.matching.draft_folder import DraftFolder
from huiqi.matching.engine import NO_AMOUNT, BlockResult, Engine, Finding, Scopes
from huiqi.matching.fingerprint import answer_fingerprints
from huiqi.matching.incremental.align import Stretch, inside
from huiqi.matching.incremental.before import OldRegister, OldRun, open_old
from huiqi.matching.incremental.compare import Compared, Comparison
from huiqi.matching.incremental.move import Kind, Part, cut_out, moved, put_together
from huiqi.matching.laid import Laying
from huiqi.matching.overlay import changed_codes, columns_known
from huiqi.matching.plan import Plan, make_plan
from huiqi.matching.portions import BLOCK_ROWS, Portion, portions_of
from huiqi.matching.results import PartWriter, part_path, publish_run
from huiqi.matching.run import (
    Run,
    about_run,
    column_types,
    kept_beside,
    overlay_of_run,
)
from huiqi.matching.stored import missing_text
from huiqi.matching.totals import Totals
from huiqi.measures.types import Measure, Rulebook, VerdictKind
from huiqi.registry.ahead import made_ahead
from huiqi.registry.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Continued:
    """A finished run, and how much of it was worked out again (parties × measures) of how much."""

    run: Run
    evaluated: int
    of: int


def continue_run(
    snapshot: Snapshot,
    measures: Iterable[Measure],
    *,
    since: Path,
    rulebooks: Mapping[str, Rulebook],
    versions: Mapping[str, str],
    as_of: date,
    folder: Path,
    progress: Callable[[int], None] = lambda rows: None,
    block_rows: int = BLOCK_ROWS,
    overlay: pa.Table | None = None,
) -> Continued:
    """The results of `match_register`, by way of an older run's.

    Args:
        since: folder of the older run, of the local engine over a version of the same register; it may be
            `folder` itself, which is then replaced.
        overlay: as of `match_register`; parties of whom the older run knew otherwise are changed ones.

    Raises CannotContinue where the older run, or a register file it was made of and that has changed since,
    is not there any more; UnfitOverlay.
    """
    measures = list(measures)
    columns = columns_known(snapshot.columns, overlay)
    plan = make_plan(measures, rulebooks=rulebooks, columns=columns, as_of=as_of)
    old = open_old(since)
    with DraftFolder(folder) as place:
        beside = kept_beside(overlay, place.draft, plan, snapshot)
        halves = halves_of(plan, snapshot, old)
        comparison = compared_with(old, halves, snapshot, beside, overlay)
        same, other = Engine(halves.same), Engine(halves.other)
        work = Continuation(plan, old, comparison, place.draft, block_rows, same, other)
        totals = Totals()
        for portion in portions_of(snapshot.files()):
            totals.add(work.portion(portion, progress))
        about = {
            **about_run(snapshot, measures, rulebooks, versions, as_of=as_of),
            **overlay_of_run(overlay, beside),
            "since": {name: old.manifest[name] for name in ("version", "as_of", "packs")},
            "evaluated": work.evaluated,
        }
        summary = publish_run(place, plan, totals, about)
    run = Run(totals.parties, totals.findings, tuple(summary))
    return Continued(run, work.evaluated, totals.parties * len(plan.measures))


def part_of_plan(plan: Plan, wanted: set[str]) -> Plan:
    """Some measures of a plan. Facts stay as the whole plan has them: which pack's formula counts is its choice."""
    chosen = tuple(p for p in plan.measures if p.measure.key in wanted)
    reached = {name for p in chosen for name in p.facts}
    return replace(plan, measures=chosen, columns=tuple(c for c in plan.columns if c in reached))


@dataclass(frozen=True, slots=True)
class Halves:
    """A plan taken apart by whether the rules of a measure are those of the older run."""

    plan: Plan
    same: Plan
    other: Plan  # new or changed


def halves_of(plan: Plan, snapshot: Snapshot, old: OldRun) -> Halves:
    prints = answer_fingerprints(plan, column_types(snapshot))
    before = old.manifest["fingerprints"]
    keys = {key for key, text in prints.items() if before.get(key) == text}
    return Halves(plan, part_of_plan(plan, keys), part_of_plan(plan, prints.keys() - keys))


def compared_with(
    old: OldRun, halves: Halves, snapshot: Snapshot, beside: Laying | None, overlay: pa.Table | None
) -> Comparison:
    register = OldRegister(snapshot.folder.parent / old.manifest["version"], old.files)
    facts, always = (
        [name for name in half.columns if name in snapshot.columns] for half in (halves.same, halves.other)
    )
    touched = None
    if overlay is not None or old.overlay is not None:
        touched = changed_codes(old.overlay, overlay, halves.same.columns)
    return Comparison(snapshot, old, register, facts=facts, always=always, overlay=beside, touched=touched)


@dataclass
class Waiting:
    """A block whose changed parties are gathered with those of other blocks."""

    codes: pa.Array
    found: list[Stretch]
    kept: npt.NDArray[np.bool_]
    scopes: list[int]  # parties in scope, by measure of the plan
    anew: list[Finding]  # of changed measures, indexes of their own plan
    rows: npt.NDArray[np.intp]  # the changed parties
    first: int  # where they begin among those gathered


@dataclass
class Continuation:
    """What a continued run works with."""

    plan: Plan
    old: OldRun
    comparison: Comparison
    folder: Path
    block_rows: int
    same: Engine  # measures whose rules did not change
    other: Engine  # measures that are new or changed
    evaluated: int = 0
    places: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.places = {planned.measure.key: n for n, planned in enumerate(self.plan.measures)}
        self.same_keys = {planned.measure.key for planned in self.same.plan.measures}

    def portion(self, portion: Portion, progress: Callable[[int], None]) -> Totals:
        part = PartWriter(part_path(self.folder, portion.number), list(self.places))
        try:
            for block in self.blocks(made_ahead(self.comparison.portion(portion, self.block_rows))):
                part.add(block)
                progress(len(block.codes))
            return part.close()
        finally:
            part.release()

    def blocks(self, compared: Iterable[Compared]) -> Iterator[BlockResult]:
        """Blocks wait until their changed parties together are a block, or the portion ends."""
        waiting: list[Waiting] = []
        gathered: list[pa.RecordBatch] = []
        number = 0
        for some in compared:
            waiting.append(self.looked_at(some, number))
            if len(waiting[-1].rows) and self.same_keys:
                columns = list(dict.fromkeys(["code", "region", "roles", *self.same.plan.columns]))
                gathered.append(some.batch.select(columns).take(pa.array(waiting[-1].rows)))
            number += len(waiting[-1].rows)
            if number >= self.block_rows:
                yield from self.settled(waiting, gathered)
                waiting, gathered, number = [], [], 0
        yield from self.settled(waiting, gathered)

    def looked_at(self, compared: Compared, first: int) -> Waiting:
        batch = compared.batch
        anew: list[Finding] = []
        if self.other.plan.measures:
            anew = self.other.run_block(batch).findings
            self.evaluated += batch.num_rows * len(self.other.plan.measures)
        scopes = Scopes(batch)
        in_scope = [scopes.of(p.roles, p.measure.region)[1] for p in self.plan.measures]
        changed = np.flatnonzero(compared.changed)
        self.evaluated += len(changed) * len(self.same_keys)
        return Waiting(
            batch.column("code"), list(compared.found), ~compared.changed, in_scope, anew, changed, first
        )

    def settled(self, waiting: list[Waiting], gathered: list[pa.RecordBatch]) -> Iterator[BlockResult]:
        findings: list[Finding] = []
        if gathered:
            together = pa.Table.from_batches(gathered).unify_dictionaries().combine_chunks()
            findings = self.same.run_block(together.to_batches()[0]).findings
        for block in waiting:
            yield self.result(block, findings)

    def result(self, block: Waiting, findings: list[Finding]) -> BlockResult:
        kinds: dict[Kind, list[Part]] = {}
        for kind, part in self.kept(block):
            kinds.setdefault(kind, []).append(part)
        for finding in findings if len(block.rows) else ():
            found = cut_out(finding, block.first, block.rows, len(block.codes))
            if found is not None:
                kinds.setdefault(kind_of(finding, self.same.plan), []).append(found)
        for finding in block.anew:
            whole = Part(finding.parties, finding.count, finding.amounts, finding.values)
            kinds.setdefault(kind_of(finding, self.other.plan), []).append(whole)
        result = BlockResult(block.codes)
        left = list(block.scopes)
        for (measure, verdict, missing), parts in sorted(kinds.items(), key=lambda k: self.places[k[0][0]]):
            one, at = put_together(parts, len(block.codes)), self.places[measure]
            result.groups.append(self.finding(at, verdict, missing, one))
            result.count(at, verdict, one.count)
            left[at] -= one.count
        for at, in_scope in enumerate(block.scopes):
            result.count(at, VerdictKind.INELIGIBLE, left[at])
            result.count(at, VerdictKind.OUT_OF_SCOPE, len(block.codes) - in_scope)
        return result

    def finding(self, at: int, verdict: VerdictKind, missing: tuple[str, ...], part: Part) -> Finding:
        """As the engine states it: with amounts, if only unknown ones, where the measure has any."""
        award = self.plan.measures[at].measure.award
        amounts, values = part.amounts, part.values
        gives = award.amount is not None or award.value is not None
        if verdict is VerdictKind.ELIGIBLE and gives and (not missing or amounts is not None):
            none = np.broadcast_to(np.int64(NO_AMOUNT), part.count)
            amounts = none if amounts is None and award.amount is not None else amounts
            values = none if values is None and award.value is not None else values
        return Finding(at, verdict, missing, part.parties, part.count, amounts, values)

    def kept(self, block: Waiting) -> Iterator[tuple[Kind, Part]]:
        """Answers of the old run about parties of the block that are as they were."""
        if not block.found or not block.kept.any() or not self.same_keys:
            return
        start, stop = block.found[0].old, block.found[-1].old + block.found[-1].rows
        for number in self.old.of_rows(start, stop):
            old = self.old.blocks[number]
            here = [part for s in block.found if (part := inside(s, old.start, old.stop)) is not None]
            groups = [g for g in self.old.block(number).groups if g.measure in self.same_keys]
            if here and groups:
                yield from moved(groups, here, block.kept, old.rows)


def kind_of(finding: Finding, plan: Plan) -> Kind:
    missing = tuple(filter(None, missing_text(finding.missing).split(",")))
    return plan.measures[finding.measure].measure.key, finding.kind, missing
