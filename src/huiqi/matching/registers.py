"""The registers of a program over the blocks of a register of parties."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
import numpy.typing as npt

from huiqi.matching.block import RegisterBlock
from huiqi.matching.formulas import Literal, TooMany
from huiqi.matching.rails import BITS, OUT, Program, Step, What, Words
from huiqi.matching.scopes import Scopes
from huiqi.measures.expressions import FactRef, Value
from huiqi.measures.settle import MOST_TRIALS
from huiqi.measures.vector_functions import NotInBlocks
from huiqi.measures.vectors import Bits, Possible, any_of, pack, unpack

Counts = npt.NDArray[np.int64]
MOST_KINDS_OF_BLOCKS: Final = 64
AT_ONCE: Final = 32
"""Measures whose bitmaps stand side by side."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What some measures stand on."""

    inputs: tuple[int, ...]  # places in the program's list
    shared: tuple[Step, ...]


class Registers:
    """The registers of a program, for blocks of any number of rows."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.number = 0
        self.inputs: list[tuple[What, Bits, Bits]] = []
        self.failed: list[What] = []  # inputs that have no block form in the block at hand
        self.rows: list[Words] = []
        self.room: Words = np.empty((0, 0), np.uint64)
        self.wanted: dict[frozenset[int], Wanted] = {}

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
        self.room = room
        bytes_ = (rows + 7) // 8
        halves = room.view(np.uint8).reshape(len(room), 2, -1)[:, :, :bytes_]
        self.inputs = [(given.what, *halves[given.register]) for given in self.program.inputs]

    def fill(self, block: RegisterBlock, scopes: Scopes, measures: Collection[int] | None = None) -> None:
        """What the program takes from the block, and what measures share; `measures` that alone will be run."""
        self.fit_to(block.rows)
        wanted = self.wanted_by(
            frozenset(range(len(self.program.measures)) if measures is None else measures)
        )
        given = [self.inputs[place] for place in wanted.inputs]
        self.failed = [what for what, surely, maybe in given if not into(what, surely, maybe, block, scopes)]
        rows = self.rows
        for operation, first, second, out in wanted.shared:
            operation(rows[first], rows[second], rows[out])

    def wanted_by(self, measures: frozenset[int]) -> Wanted:
        """Most blocks want what the one before wanted: those of a region have the same measures in scope."""
        found = self.wanted.get(measures)
        if found is None:
            if len(self.wanted) >= MOST_KINDS_OF_BLOCKS:
                self.wanted.clear()
            program = self.program
            read: set[int] = set()
            for measure in measures:
                read |= program.read_by(program.measures[measure])
            shared: list[tuple[Step, ...]] = []
            for register, steps in reversed(program.shared):
                if register in read:
                    shared.insert(0, steps)
                    read |= program.read_by(steps)
            inputs = (place for place, given in enumerate(program.inputs) if given.register in read)
            found = self.wanted[measures] = Wanted(tuple(inputs), tuple(chain.from_iterable(shared)))
        return found

    def run(self, measures: Sequence[int], found: Words) -> Words:
        """For whom measures surely are and for whom they may be, into `found`: measures × 2 × words, or more of them."""
        rows = self.rows
        answers = found.reshape(len(found), -1)
        for answer, measure in zip(answers, measures, strict=False):
            rows[OUT] = answer
            for operation, first, second, out in self.program.measures[measure]:
                operation(rows[first], rows[second], rows[out])
        return found[: len(measures)]

    def room_for(self, measures: int) -> Words:
        return np.empty((measures, 2, self.room.shape[1] // 2), np.uint64)


def counted(found: Words) -> Counts:
    """How many bits are set, by measure and rail."""
    counts: Counts = np.bitwise_count(found).sum(axis=2, dtype=np.int64)
    return counts


def into(what: What, surely: Bits, maybe: Bits, block: RegisterBlock, scopes: Scopes) -> bool:
    """Fill both rails of a register; False where there is nothing to fill them with."""
    try:
        fill(what, surely, maybe, block, scopes)
    except NotInBlocks:
        return False
    return True


def fill(what: What, surely: Bits, maybe: Bits, block: RegisterBlock, scopes: Scopes) -> None:
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
        np.multiply(trials, number, out=trials, where=unpack(~block.known(fact), block.rows))
    return pack(trials > MOST_TRIALS)
