"""Two stored runs beside each other, block by block: who gained, who lost, whose amount changed, and why."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from huiqi.matching.changes.turns import (
    STATES,
    Held,
    State,
    Turned,
    alike,
    amounts_of,
    difference,
    part_from,
    state_of,
    turns,
)
from huiqi.matching.changes.types import CHANGES, MeasureChanges, Why
from huiqi.matching.changes.why import Registers, Told, facts_text, registers, told_beside, why_of_measure
from huiqi.matching.incremental.align import Stretch, inside, matched
from huiqi.matching.incremental.before import OldRun, open_old
from huiqi.matching.incremental.move import moved
from huiqi.matching.stored import AMOUNT, decimal_column
from huiqi.measures.vectors import Mask

ByMeasure = dict[str, list[Held]]
Sink = Callable[[pa.Table], object]


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between two runs."""

    old: Mapping[str, Any]  # their manifests
    new: Mapping[str, Any]
    measures: tuple[MeasureChanges, ...]  # those with a change, most changes first
    reasons: Mapping[str, int]  # changes by reason; one with two reasons counts for both
    new_parties: int
    gone_parties: int
    is_register_read: bool  # facts are named


def compare_runs(
    old: Path, new: Path, *, register: Path | None = None, sink: Sink = lambda table: None
) -> Changes:
    """Every change between two runs of the local engine over versions of the same register.

    Args:
        register: the folder with both versions; without it, or where one is gone, facts are not named.
        sink: told the single changes, a table by `CHANGES` at a time.

    Parties are the same by code within a city: who moves to another city is gone there and new here.
    Takes a byte for each party of the old run, and otherwise two blocks at a time.
    Raises CannotContinue for a run that does not tell what it stood on.
    """
    work = Comparing(open_old(old), open_old(new), register)
    for table in work.tables():
        sink(table)
    ordered = sorted(work.counted.values(), key=lambda line: (-line.all, line.measure))
    return Changes(
        work.old.manifest, work.new.manifest, tuple(ordered), dict(work.reasons.most_common()),
        work.new_parties, int((~work.seen).sum()), work.registers is not None,
    )  # fmt: skip


@dataclass
class Comparing:
    """What a comparison works with."""

    old: OldRun
    new: OldRun
    register: Path | None
    counted: dict[str, MeasureChanges] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    new_parties: int = 0

    def __post_init__(self) -> None:
        self.registers: Registers | None = registers(self.register, self.old, self.new)
        self.seen = np.zeros(self.old.manifest["parties"], np.bool_)
        keys = dict.fromkeys([*self.old.manifest["fingerprints"], *self.new.manifest["fingerprints"]])
        self.why = {key: why_of_measure(key, self.old.manifest, self.new.manifest) for key in keys}
        self.beside = told_beside(self.old, self.new)

    def tables(self) -> Iterator[pa.Table]:
        same = {file.sha256: file for file in self.old.files}
        for number, block in enumerate(self.new.blocks):
            file = self.new.file_at(block.start)
            twin = same.get(file.sha256)
            if twin is not None:
                found = [Stretch(0, twin.start + block.start - file.start, block.rows)]
            else:
                found = self.old.aligned(self.new.codes(number), file.city)
            for s in found:
                self.seen[s.old : s.old + s.rows] = True
            if twin is None or self.beside or any(self.why.values()):
                yield from self.block(number, found, is_same=twin is not None)
        for number, block in enumerate(self.old.blocks):
            gone = ~self.seen[block.start : block.stop]
            if gone.any():
                yield from self.gone(number, gone)

    def block(self, number: int, found: Sequence[Stretch], *, is_same: bool) -> Iterator[pa.Table]:
        stored, rows = self.new.block(number), self.new.blocks[number].rows
        here = matched(found, rows)
        self.new_parties += rows - int(here.sum())
        before = self.before(found, here)
        after = by_measure((g.measure, (g.verdict, part_from(g))) for g in stored.answers)
        turned: list[tuple[str, Turned]] = []
        for key in self.why:
            if not alike(before.get(key, ()), after.get(key, ())):
                states = (state_of(side.get(key, ()), rows) for side in (before, after))
                turned += [(key, change) for change in turns(*states)]
        told: Told | None = {} if is_same else None
        if not is_same and self.registers is not None and turned:
            some = np.unique(np.concatenate([change.rows for _, change in turned]))
            told = self.registers.told(found, self.new.blocks[number].start, some, rows)
        told = self.with_beside(told, stored.codes, turned)
        for key, change in turned:
            yield self.table(key, change, stored.codes, told=told, is_old=here)

    def with_beside(
        self, told: Told | None, codes: pa.Array, turned: Sequence[tuple[str, Turned]]
    ) -> Told | None:
        """The facts of some rows, with those that are known beside the register."""
        if not self.beside:
            return told
        found = {row: dict(words) for row, words in (told or {}).items()}
        for row in {row for _, change in turned for row in change.rows.tolist()}:
            if words := self.beside.get(codes[row].as_py()):
                found.setdefault(row, {}).update(words)
        return found

    def before(self, found: Sequence[Stretch], here: Mask) -> ByMeasure:
        """The old run's answers in the places of the new block."""
        if not found:
            return {}
        held: list[tuple[str, Held]] = []
        for number in self.old.of_rows(found[0].old, found[-1].old + found[-1].rows):
            block, groups = self.old.blocks[number], self.old.block(number).answers
            parts = [part for s in found if (part := inside(s, block.start, block.stop)) is not None]
            if parts and groups:
                held += [
                    (measure, (verdict, part))
                    for (measure, verdict, _), part in moved(groups, parts, here, block.rows)
                ]
        return by_measure(held)

    def gone(self, number: int, gone: Mask) -> Iterator[pa.Table]:
        """Parties of an old block that no block of the new run has."""
        stored = self.old.block(number)
        held = by_measure((g.measure, (g.verdict, part_from(g))) for g in stored.answers)
        nothing = State(np.zeros(len(gone), np.uint8), None)
        for key, parts in held.items():
            state = state_of(parts, len(gone))
            for change in turns(State(np.where(gone, state.verdicts, 0), state.amounts), nothing):
                yield self.table(key, change, stored.codes, told={}, is_old=None)

    def table(
        self, key: str, change: Turned, codes: pa.Array, *, told: Told | None, is_old: Mask | None
    ) -> pa.Table:
        """The single changes of a measure; `is_old` None says that all their parties are gone."""
        number = len(change.rows)
        line = self.counted.setdefault(key, MeasureChanges(key))
        line.add(change.turn, number, difference(change))
        was_in = np.ones(number, np.bool_) if is_old is None else is_old[change.rows]
        why, facts = self.reasons_of(key, change.rows, told, was_in, is_gone=is_old is None)
        self.reasons.update(reason for text in why for reason in text.split(","))
        had = was_in & (key in self.old.manifest["fingerprints"])
        has = np.full(number, is_old is not None and key in self.new.manifest["fingerprints"])
        return pa.Table.from_arrays(
            [
                codes.take(pa.array(change.rows)),
                words([key] * number),
                words([str(change.turn)] * number),
                words(verdicts(change.before.verdicts[change.rows], had)),
                words(verdicts(change.after.verdicts[change.rows], has)),
                *(
                    decimal_column(amounts_of(side)[change.rows], number, AMOUNT)
                    for side in (change.before, change.after)
                ),
                pa.array(why, pa.string()),
                pa.array(facts, pa.string()),
            ],
            schema=CHANGES,
        )  # fmt: skip

    def reasons_of(
        self, key: str, rows: npt.NDArray[np.intp], told: Told | None, was_in: Mask, *, is_gone: bool
    ) -> tuple[list[str], list[str]]:
        """Reasons and facts, row by row; `told` None: a version of the register is not there."""
        rule = self.why[key]
        if is_gone:
            return [str(Why.GONE)] * len(rows), [""] * len(rows)
        usual = str(rule or Why.REGISTER)
        why = [usual if old else str(Why.NEW) for old in was_in.tolist()]
        facts = [""] * len(rows)
        if told:
            sides = (self.old.manifest, self.new.manifest)
            stands_on = {name for side in sides for name in side["stands_on"].get(key, ())}
            for at, row in enumerate(rows.tolist()):
                text = facts_text(told.get(row, {}), stands_on)
                if text and was_in[at]:
                    facts[at] = text
                    why[at] = str(Why.FACTS) if rule is None else f"{rule},{Why.FACTS}"
        return why, facts


def by_measure(parts: Iterable[tuple[str, Held]]) -> ByMeasure:
    found: ByMeasure = {}
    for key, held in parts:
        found.setdefault(key, []).append(held)
    return found


def verdicts(states: npt.NDArray[np.uint8], is_there: Mask) -> list[str | None]:
    names = ["no", *(str(state) for state in STATES[1:])]
    return [names[s] if there else None for s, there in zip(states.tolist(), is_there.tolist(), strict=True)]


def words(texts: Sequence[str | None]) -> pa.DictionaryArray:
    return pa.array(texts, pa.string()).dictionary_encode()
