"""Counts alone, for very many measures: who surely is entitled to each and for whom it is open, as bitmaps.

A match run (`engine`) also tells what is missing and how much is due. Here a measure is the few bitwise
operations of its program (`rails`); measures without one are left to the engine. The verdicts are the same.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from huiqi.matching.block import RegisterBlock
from huiqi.matching.engine import BlockResult, Engine
from huiqi.matching.plan import Plan
from huiqi.matching.rails import MAYBE, SURELY, Program
from huiqi.matching.registers import AT_ONCE, counted
from huiqi.matching.scopes import Scopes
from huiqi.measures.types import VerdictKind
from huiqi.measures.vectors import Bits

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
        self.bulk = self.engine.bulk

    @property
    def program(self) -> Program:
        return self.bulk.registers.program

    @property
    def unfit(self) -> list[int]:
        """Measures that are left to the engine."""
        return [index for index in range(len(self.plan.measures)) if index not in self.bulk.exact]

    def run_block(self, batch: pa.RecordBatch, see: See | None = None) -> Tally:
        """Count a block; `see` is shown the bitmaps, which are overwritten afterwards."""
        block = self.engine.block_of(batch)
        scopes = Scopes(batch)
        self.bulk.fill(block, scopes, whole=True)
        number = len(self.plan.measures)
        tally = Tally(*(np.zeros(number, np.int64) for _ in range(3)))
        for (roles, region), measures in self.bulk.by_scope.items():
            tally.in_scope[measures] = scopes.of(roles, region)[1]
        fit, registers = self.bulk.fit, self.bulk.registers
        too_many = {index for index in fit if self.bulk.exact[index].too_many}
        room = registers.room_for(AT_ONCE)
        for first in range(0, len(fit), AT_ONCE):
            indexes = fit[first : first + AT_ONCE]
            rails = registers.run(range(first, first + len(indexes)), room)
            bitmaps = rails.view(np.uint8)[:, :, : (block.rows + 7) // 8]
            for index in too_many & set(indexes):
                self.ask_beyond_bounds(index, block, scopes, bitmaps[indexes.index(index)])
            found = counted(rails)
            tally.entitled[indexes] = found[:, SURELY]
            tally.open[indexes] = found[:, MAYBE] - found[:, SURELY]
            if see is not None:
                for index, (surely, maybe) in zip(indexes, bitmaps, strict=True):
                    see(index, surely, maybe)
        self.run_unfit(block, scopes, tally, see)
        return tally

    def ask_beyond_bounds(self, index: int, block: RegisterBlock, scopes: Scopes, rails: Bits) -> None:
        """Parties who lack so much that the interpreter tries nothing: their answers are the interpreter's."""
        planned = self.plan.measures[index]
        beyond = self.bulk.beyond(index, block)
        if (
            beyond is None
            or not (beyond := beyond & scopes.of(planned.roles, planned.measure.region)[0]).any()
        ):
            return
        rails &= ~beyond
        for (kind, _), parties in self.engine.tables[index].answers(block, beyond).items():
            rails[SURELY] |= parties if kind is VerdictKind.ELIGIBLE else 0
            rails[MAYBE] |= parties if kind is not VerdictKind.INELIGIBLE else 0

    def run_unfit(self, block: RegisterBlock, scopes: Scopes, tally: Tally, see: See | None) -> None:
        """The measures without a program, by the engine."""
        for index in (*self.unfit, *sorted(self.bulk.without)):
            planned = self.plan.measures[index]
            scope, in_scope = scopes.of(planned.roles, planned.measure.region)
            tally.entitled[index] = tally.open[index] = 0
            surely = maybe = np.zeros((block.rows + 7) // 8, np.uint8)
            if in_scope:
                result = BlockResult(block.batch.column("code"))
                self.engine.run_measure(index, block, scope, in_scope, result)
                for finding in result.groups:
                    maybe = maybe | finding.parties
                    if finding.kind is VerdictKind.ELIGIBLE:
                        surely = surely | finding.parties
                        tally.entitled[index] += finding.count
                    else:
                        tally.open[index] += finding.count
            if see is not None:
                see(index, surely, maybe)
