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
from huiqi.matching.formulas import Formula, FormulaMaker, Literal, Unfit
from huiqi.matching.plan import Plan
from huiqi.matching.rails import BITS, OUT, Input, Program, ProgramWriter, Scope, Words
from huiqi.measures.expressions import FactRef, Value
from huiqi.measures.types import VerdictKind
from huiqi.measures.vector_functions import NotInBlocks
from huiqi.measures.vectors import Bits, Possible

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
        return Tally(
            self.in_scope + other.in_scope, self.entitled + other.entitled, self.open + other.open
        )


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
        ready: list[tuple[Formula, Scope]] = []
        for index, planned in enumerate(plan.measures):
            try:
                ready.append((maker.of(planned), (planned.roles, planned.measure.region)))
                self.fit.append(index)
            except Unfit:
                self.unfit.append(index)
        self.program = ProgramWriter().write(ready)
        self.registers = Registers(self.program)

    def run_block(self, batch: pa.RecordBatch, see: See = lambda index, surely, maybe: None) -> Tally:
        """Raises `NotInBlocks` where a column cannot be read as its kind says."""
        block = self.engine.block_of(batch)
        scopes = Scopes(batch)
        self.registers.fill(block, scopes)
        number = len(self.plan.measures)
        tally = Tally(*(np.zeros(number, np.int64) for _ in range(3)))
        tally.in_scope[:] = [scopes.of(p.roles, p.measure.region)[1] for p in self.plan.measures]
        bytes_ = (block.rows + 7) // 8
        for first in range(0, len(self.fit), AT_ONCE):
            places = self.fit[first : first + AT_ONCE]
            rails = self.registers.run(first, len(places))
            found = np.bitwise_count(rails).sum(axis=2, dtype=np.int64)
            tally.entitled[places], tally.open[places] = found[:, 0], found[:, 1] - found[:, 0]
            for index, (surely, maybe) in zip(places, rails.view(np.uint8), strict=True):
                see(index, surely[:bytes_], maybe[:bytes_])
        self.run_unfit(block, scopes, tally, see)
        return tally

    def run_unfit(self, block: RegisterBlock, scopes: Scopes, tally: Tally, see: See) -> None:
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
            see(index, surely, maybe)


class Registers:
    """The registers of a program, for blocks of any number of rows."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.words = 0
        self.rows: list[Words] = []
        self.answers: npt.NDArray[np.uint64] = np.empty((0, 2, 0), np.uint64)

    def fit_to(self, rows: int) -> None:
        words = -(-rows // BITS)
        if words == self.words:
            return
        self.words = words
        room = np.zeros((self.program.registers, 2 * words), np.uint64)
        whole = list(room)
        rails = [room[register][rail * words :][:words] for _, register, rail in self.program.rails]
        self.rows = whole + rails[::-1]  # the names of rails count down from -1
        self.rows[self.program.every][:] = ~np.uint64(0)
        self.answers = np.empty((AT_ONCE, 2, words), np.uint64)

    def fill(self, block: RegisterBlock, scopes: Scopes) -> None:
        """Everything the program takes from the block, and what measures share."""
        self.fit_to(block.rows)
        for given in self.program.inputs:
            halves = self.rows[given.register].view(np.uint8).reshape(2, -1)
            into(given, halves[:, : (block.rows + 7) // 8], block, scopes)
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


def into(given: Input, halves: Bits, block: RegisterBlock, scopes: Scopes) -> None:
    match given.what:
        case Literal() as literal:
            truth = block.truth(literal.atom)
            surely, never = (truth.yes, truth.no) if literal.positive else (truth.no, truth.yes)
            halves[0] = surely
            np.invert(never, out=halves[1])
        case (FactRef() as fact, value, bool() as is_so):
            bits = said_of(fact, value, block)
            halves[:] = bits if is_so else ~bits
        case (roles, region):
            halves[:] = scopes.of(roles, region)[0]


def said_of(fact: FactRef, value: Value | None, block: RegisterBlock) -> Bits:
    """Whether a fact is unknown; or a value still possible for it."""
    if value is None:
        return ~block.known(fact)
    column = block.fact(fact)
    if not isinstance(column, Possible):
        raise NotInBlocks("values of what is no enum")
    found: Bits = column.bits[column.values.index(str(value))]
    return found
