"""Counts alone, for very many measures: who surely is entitled to each and for whom it is open, as bitmaps.

A match run (`engine`) also tells what is missing and how much is due. Here a measure is the few bitwise
operations of its program (`rails`); measures without one are left to the engine. The verdicts are the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from huiqi.matching.block import RegisterBlock
from huiqi.matching.engine import BlockResult, Engine, Scopes
from huiqi.matching.formulas import Formula, FormulaMaker, Literal, TooMany, Unfit
from huiqi.matching.plan import Plan
from huiqi.matching.rails import BITS, MAYBE, OUT, SURELY, Program, ProgramWriter, Scope, What, Words
from huiqi.measures.expressions import FactRef, Value
from huiqi.measures.settle import MOST_TRIALS
from huiqi.measures.types import VerdictKind
from huiqi.measures.vector_functions import NotInBlocks
from huiqi.measures.vectors import Bits, Possible, any_of, pack, unpack

AT_ONCE: Final = 32
"""Measures whose bitmaps are counted together."""
Counts = npt.NDArray[np.int64]  # one per measure of the plan


@dataclass(frozen=True, slots=True)
class Tally:
    """How many parties of a block, by measure of the plan."""

    in_scope: Counts
    entitled: Counts
    open: Counts

    @property
    def ineligible(self) -> Counts:
        return self.in_scope - self.entitled - self.open

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.in_scope + other.in_scope, self.entitled + other.entitled, self.open + other.open)


See = Callable[[int, Bits, Bits], None]
"""Told, for each measure (its index in the plan), the bitmaps of whom it surely is for and for whom it may be."""


class Tallier:
    """Counts verdicts over blocks; what it learns about patterns in one block serves the next."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.engine = Engine(plan)
        maker = FormulaMaker(plan)
        self.fit: list[int] = []
        self.unfit: list[int] = []
        self.too_many: dict[int, tuple[TooMany, ...]] = {}
        self.by_scope: dict[Scope, list[int]] = {}
        ready: list[tuple[Formula, Scope]] = []
        for index, planned in enumerate(plan.measures):
            scope = planned.roles, planned.measure.region
            self.by_scope.setdefault(scope, []).append(index)
            try:
                formula, too_many = maker.of(planned)
                ready.append((formula, scope))
                self.fit.append(index)
                if too_many:
                    self.too_many[index] = too_many
            except Unfit:
                self.unfit.append(index)
        self.program = ProgramWriter().write(ready)
        self.registers = Registers(self.program)

    def run_block(self, batch: pa.RecordBatch, see: See | None = None) -> Tally:
        """Raises `NotInBlocks` where a column cannot be read as its kind says."""
        block = self.engine.block_of(batch)
        scopes = Scopes(batch)
        self.registers.fill(block, scopes)
        number = len(self.plan.measures)
        tally = Tally(*(np.zeros(number, np.int64) for _ in range(3)))
        for (roles, region), measures in self.by_scope.items():
            tally.in_scope[measures] = scopes.of(roles, region)[1]
        bytes_ = (block.rows + 7) // 8
        for first in range(0, len(self.fit), AT_ONCE):
            places = self.fit[first : first + AT_ONCE]
            rails = self.registers.run(first, len(places))
            bitmaps = rails.view(np.uint8)[:, :, :bytes_]
            for index in self.too_many.keys() & set(places):
                self.ask_beyond_bounds(index, block, scopes, bitmaps[places.index(index)])
            found = np.bitwise_count(rails).sum(axis=2, dtype=np.int64)
            tally.entitled[places], tally.open[places] = found[:, 0], found[:, 1] - found[:, 0]
            if see is not None:
                for index, (surely, maybe) in zip(places, bitmaps, strict=True):
                    see(index, surely, maybe)
        self.run_unfit(block, scopes, tally, see)
        return tally

    def ask_beyond_bounds(self, index: int, block: RegisterBlock, scopes: Scopes, rails: Bits) -> None:
        """Parties who lack so much that the interpreter tries nothing: their answers are the interpreter's."""
        planned = self.plan.measures[index]
        beyond = any_of([beyond_bounds(facts, block) for facts in self.too_many[index]], rails[0])
        beyond &= scopes.of(planned.roles, planned.measure.region)[0]
        if not beyond.any():
            return
        rails &= ~beyond
        for (kind, _), parties in self.engine.tables[index].answers(block, beyond).items():
            rails[SURELY] |= parties if kind is VerdictKind.ELIGIBLE else 0
            rails[MAYBE] |= parties if kind is not VerdictKind.INELIGIBLE else 0

    def run_unfit(self, block: RegisterBlock, scopes: Scopes, tally: Tally, see: See | None) -> None:
        """The measures without a program, by the engine."""
        for index in self.unfit:
            planned = self.plan.measures[index]
            scope, in_scope = scopes.of(planned.roles, planned.measure.region)
            surely = maybe = np.zeros((block.rows + 7) // 8, np.uint8)
            if in_scope:
                result = BlockResult(block.batch.column("code"))
                self.engine.run_measure(index, block, scope, in_scope, result)
                for finding in result.findings:
                    maybe = maybe | finding.parties
                    if finding.kind is VerdictKind.ELIGIBLE:
                        surely = surely | finding.parties
                        tally.entitled[index] += finding.count
                    else:
                        tally.open[index] += finding.count
            if see is not None:
                see(index, surely, maybe)


class Registers:
    """The registers of a program, for blocks of any number of rows."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.number = 0
        self.inputs: list[tuple[What, Bits, Bits]] = []
        self.rows: list[Words] = []
        self.answers: npt.NDArray[np.uint64] = np.empty((0, 2, 0), np.uint64)

    def fit_to(self, rows: int) -> None:
        words = -(-rows // BITS)
        if rows == self.number:
            return
        self.number = rows
        room = np.zeros((self.program.registers, 2 * words), np.uint64)
        whole = list(room)
        rails = [room[register][rail * words :][:words] for _, register, rail in self.program.rails]
        self.rows = whole + rails[::-1]  # the names of rails count down from -1
        self.rows[self.program.every][:] = ~np.uint64(0)
        self.answers = np.empty((AT_ONCE, 2, words), np.uint64)
        bytes_ = (rows + 7) // 8
        halves = room.view(np.uint8).reshape(len(room), 2, -1)[:, :, :bytes_]
        self.inputs = [(given.what, *halves[given.register]) for given in self.program.inputs]

    def fill(self, block: RegisterBlock, scopes: Scopes) -> None:
        """Everything the program takes from the block, and what measures share."""
        self.fit_to(block.rows)
        for given, surely, maybe in self.inputs:
            into(given, surely, maybe, block, scopes)
        rows = self.rows
        for operation, first, second, out in self.program.shared:
            operation(rows[first], rows[second], rows[out])

    def run(self, first: int, number: int) -> npt.NDArray[np.uint64]:
        """The answers of some measures: measures × rails × words."""
        rows, answers = self.rows, self.answers.reshape(AT_ONCE, -1)
        for place in range(number):
            rows[OUT] = answers[place]
            for operation, left, right, out in self.program.measures[first + place]:
                operation(rows[left], rows[right], rows[out])
        return self.answers[:number]


def into(what: What, surely: Bits, maybe: Bits, block: RegisterBlock, scopes: Scopes) -> None:
    """Fill both rails of a register."""
    if isinstance(what, Literal):
        truth = block.truth(what.atom)
        holds, fails = (truth.yes, truth.no) if what.positive else (truth.no, truth.yes)
        surely[:] = holds
        np.invert(fails, out=maybe)
        return
    match what:
        case (FactRef() as fact, values, bool() as is_so):
            bits = said_of(fact, values, block)
            surely[:] = bits if is_so else ~bits
        case (tuple() as roles, str() as region):
            surely[:] = maybe[:] = scopes.of(roles, region)[0]


def said_of(fact: FactRef, values: tuple[Value, ...] | None, block: RegisterBlock) -> Bits:
    """Whether a fact is unknown (values None); or one of some values still possible for it."""
    if values is None:
        return ~block.known(fact)
    column = block.fact(fact)
    if not isinstance(column, Possible):
        raise NotInBlocks("values of what is no enum")
    return any_of([column.bits[column.values.index(str(value))] for value in values], column.bits[0])


def beyond_bounds(facts: TooMany, block: RegisterBlock) -> Bits:
    """Those for whom the values of the missing facts together are more than the interpreter tries."""
    trials = np.ones(block.rows)
    for fact, number in facts.values.values():
        trials[unpack(~block.known(fact), block.rows)] *= number
    return pack(trials > MOST_TRIALS)
