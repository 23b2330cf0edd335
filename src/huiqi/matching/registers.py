"""The registers of a program over the blocks of a register of parties."""

from typing import Final

import numpy as np
import numpy.typing as npt

from huiqi.matching.block import RegisterBlock
from huiqi.matching.formulas import Literal, TooMany
from huiqi.matching.rails import BITS, OUT, Program, What, Words
from huiqi.matching.scopes import Scopes
from huiqi.measures.expressions import FactRef, Value
from huiqi.measures.settle import MOST_TRIALS
from huiqi.measures.vector_functions import NotInBlocks
from huiqi.measures.vectors import Bits, Possible, any_of, pack, unpack

AT_ONCE: Final = 32
"""Measures whose bitmaps stand side by side."""


class Registers:
    """The registers of a program, for blocks of any number of rows."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.number = 0
        self.inputs: list[tuple[What, Bits, Bits]] = []
        self.failed: list[What] = []  # inputs that have no block form in the block at hand
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
        self.failed = [
            given for given, surely, maybe in self.inputs if not into(given, surely, maybe, block, scopes)
        ]
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
        trials[unpack(~block.known(fact), block.rows)] *= number
    return pack(trials > MOST_TRIALS)
