"""What three-valued logic leaves open, settled exactly: once per pattern of answers, not once per party.

Parties for whom every part of the statements came out alike (true, false or unknown) get the same answer, so
the interpreter is asked about one of them and the answer is kept for all, in this block and the next.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from huiqi.matching.block import RegisterBlock
from huiqi.matching.plan import Statements
from huiqi.measures.compile import NotInBlocks, Vector
from huiqi.measures.vector_ranges import differs, places
from huiqi.measures.vectors import Possible, Texts, Truth, unpack

Rows = npt.NDArray[np.intp]
Keys = npt.NDArray[Any]
Answer = TypeVar("Answer")
STATES: Final = 3
SMALL_KEY: Final = 1 << 16
LARGEST_KEY: Final = 1 << 62


@dataclass(slots=True)
class PatternTable(Generic[Answer]):
    """Answers by pattern. `ask` gives the answer of one party from its row."""

    statements: Statements
    ask: Callable[[RegisterBlock, int], Answer]
    known: dict[tuple[int, ...], Answer] = field(default_factory=dict)

    def answers(self, block: RegisterBlock, rows: Rows) -> Iterator[tuple[Answer, Rows]]:
        """Each answer with the rows it holds for; `rows` are those three-valued logic left open."""
        try:
            alone = self.half_known(block, rows)
            patterns = list(self.patterns(block, rows[~alone]))
        except NotInBlocks:
            alone, patterns = np.ones(len(rows), np.bool_), []
        for row in rows[alone]:
            yield self.ask(block, int(row)), np.array([row])
        for pattern, members in patterns:
            if pattern not in self.known:
                self.known[pattern] = self.ask(block, int(members[0]))
            yield self.known[pattern], members

    def half_known(self, block: RegisterBlock, rows: Rows) -> npt.NDArray[np.bool_]:
        """Rows whose values decide: that know some, not all, of the facts a part holds against each other."""
        found = np.zeros(len(rows), np.bool_)
        for bounded in self.statements.bounded:
            if bounded.figures is None:
                unknown = ~known_of(block.fact(bounded.fact), block.rows)
                found |= (unknown & differs(block.bounds(bounded.fact), bounded.default, block))[rows]
        for facts in self.statements.compared:
            known = [known_of(block.fact(fact), block.rows)[rows] for fact in facts]
            found |= np.logical_or.reduce(known) & ~np.logical_and.reduce(known)
        return found

    def patterns(self, block: RegisterBlock, rows: Rows) -> Iterator[tuple[tuple[int, ...], Rows]]:
        """Rows grouped by the state of every part, in words of at most 62 bits."""
        words = self.words(block, rows)
        if not rows.size:
            return
        if not words:
            yield (), rows
            return
        if len(words) == 1:
            for key, members in grouped(words[0], rows):
                yield (key,), members
            return
        table, index = np.unique(np.stack(words, axis=1), axis=0, return_inverse=True)
        for key, members in grouped(index.reshape(-1), rows):
            yield tuple(int(part) for part in table[key]), members

    def words(self, block: RegisterBlock, rows: Rows) -> list[Keys]:
        parts = list(self.parts(block, rows))
        small = math.prod(digits for _, digits in parts) < SMALL_KEY
        words: list[Keys] = []
        room = 0
        for states, digits in parts:
            if room < digits:
                words.append(np.zeros(len(rows), np.uint16 if small else np.int64))
                room = LARGEST_KEY
            words[-1] *= words[-1].dtype.type(digits)
            words[-1] += states.astype(words[-1].dtype, copy=False)
            room //= digits
        return words

    def parts(self, block: RegisterBlock, rows: Rows) -> Iterator[tuple[npt.NDArray[Any], int]]:
        for atom in self.statements.atoms:
            truth = block.truth(atom)
            yes, no = unpack(truth.yes, block.rows)[rows], unpack(truth.no, block.rows)[rows]
            yield yes.view(np.uint8) + np.uint8(2) * no.view(np.uint8), STATES
        for fact in self.statements.facts:
            found = block.fact(fact)
            if isinstance(found, Possible):
                yield found.codes(block.rows)[rows], 1 << len(found.values)
            else:
                yield known_of(found, block.rows)[rows].view(np.uint8), 2
        for bounded in self.statements.bounded:
            if bounded.figures is not None:
                lying = places(block.bounds(bounded.fact), bounded.figures, block)
                yield lying[rows], (2 * len(bounded.figures) + 1) ** 2


def known_of(column: Vector, rows: int) -> npt.NDArray[np.bool_]:
    """For which parties a fact has a value."""
    match column:
        case Truth(yes, no):
            return unpack(yes | no, rows)
        case Texts(codes, _):
            return codes >= 0
        case Possible():
            return unpack(column.known, rows)
        case _:
            return column.known


def grouped(keys: npt.NDArray[Any], rows: Rows) -> Iterator[tuple[int, Rows]]:
    """Rows by key, each group in the order of the rows; small keys are sorted by radix."""
    if keys.size == 0:
        return
    if int(keys.max()) < SMALL_KEY:
        keys = keys.astype(np.uint16)
        distinct = np.flatnonzero(np.bincount(keys))
    else:
        distinct = np.unique(keys)
    if distinct.size == 1:
        yield int(distinct[0]), rows
        return
    order = np.argsort(keys, kind="stable")
    ends = np.searchsorted(keys[order], distinct, side="right")
    ordered = rows[order]
    start = 0
    for key, end in zip(distinct, ends, strict=True):
        yield int(key), ordered[start:end]
        start = int(end)
