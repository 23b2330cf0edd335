"""What three-valued logic leaves open, settled exactly: once per pattern of answers, not once per party.

Parties for whom every part of the statements came out alike (true, false or unknown) get the same answer, so
the interpreter is asked about one of them and the answer is kept for all, in this block and the next. Parties
are told apart as bitmaps: each part cuts the groups there are into those it holds for, those it does not, and
those it is open for.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import Any, Final, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from huiqi.matching.block import RegisterBlock, Rows
from huiqi.matching.plan import Statements
from huiqi.measures.expressions import FactRef
from huiqi.measures.vector_functions import NotInBlocks
from huiqi.measures.vector_ranges import differs, places, steps
from huiqi.measures.vectors import (
    Bits,
    Numbers,
    Possible,
    Texts,
    Truth,
    count,
    first_of,
    full,
    marked,
    pack,
    rows_in,
    unpack,
)

Answer = TypeVar("Answer")
Groups = list[tuple[tuple[int, ...], Bits]]
YES: Final = 1
NO: Final = 2
OPEN: Final = 0
SAME: Final = -1
STATES: Final = 3
MOST_STATES: Final = 38
"""Parts whose states together still fit into 63 bits."""
FEW: Final = 4
"""Among so many parties one: what holds for fewer is worked out for these alone."""
FEW_GROUPS: Final = 64
"""Groups up to which cutting bitmaps is cheaper than sorting the rows of a block."""


@dataclass(slots=True)
class PatternTable(Generic[Answer]):
    """Answers by pattern. `ask` gives the answer of one party from its row."""

    statements: Statements
    ask: Callable[[RegisterBlock, int], Answer]
    known: dict[tuple[int, ...], Answer] = field(default_factory=dict)
    by_value: dict[tuple[int, ...], Answer] = field(default_factory=dict)  # of parties who know half

    def answers(self, block: RegisterBlock, parties: Bits) -> dict[Answer, Bits]:
        """Each answer with the parties it holds for; `parties` are those three-valued logic left open."""
        if count(parties) * FEW > block.rows:
            return self.answers_in(block, parties)
        rows = rows_in(parties, block.rows)
        some = block.some(rows)
        return {
            answer: placed(bits, rows, block.rows)
            for answer, bits in self.answers_in(some, full(len(rows))).items()
        }

    def answers_in(self, block: RegisterBlock, parties: Bits) -> dict[Answer, Bits]:
        found: dict[Answer, Bits] = {}
        try:
            alone = self.more_than_nothing(block) & parties
            by_value = self.half_known(block) & parties & ~alone
            for pattern, members in self.patterns(block, parties & ~(alone | by_value)):
                if pattern not in self.known:
                    self.known[pattern] = self.ask(block, first_of(members))
                note(found, self.known[pattern], members)
            for pattern, members in self.with_values(self.patterns(block, by_value), block):
                note(found, self.answer_by_value(pattern, block, members), members)
        except NotInBlocks:
            alone, found = parties, {}
        for row in rows_in(alone, block.rows):
            note(found, self.ask(block, int(row)), only(int(row), block.rows))
        return found

    def more_than_nothing(self, block: RegisterBlock) -> Bits:
        """Parties of whom more is known than nothing of a derived number whose bounds decide."""
        found = np.zeros((block.rows + 7) // 8, np.uint8)
        for bounded in self.statements.bounded:
            if bounded.figures is None:
                more = pack(differs(block.bounds(bounded.fact), bounded.default, block))
                found |= more & ~block.known(bounded.fact)
        return found

    def half_known(self, block: RegisterBlock) -> Bits:
        """Parties that know some, not all, of the facts a part holds against each other: values decide."""
        found = np.zeros((block.rows + 7) // 8, np.uint8)
        for facts in self.statements.compared:
            some = reduce(or_, (block.known(fact) for fact in facts))
            every = reduce(and_, (block.known(fact) for fact in facts))
            found |= some & ~every
        return found

    @property
    def compared(self) -> Mapping[str, FactRef]:
        return {fact.name: fact for facts in self.statements.compared for fact in facts}

    def answer_by_value(self, pattern: tuple[int, ...], block: RegisterBlock, members: Bits) -> Answer:
        """Kept where values come down to a few steps; else there are as many patterns as values."""
        if pattern in self.by_value:
            return self.by_value[pattern]
        answer = self.ask(block, first_of(members))
        if self.compared.keys() <= self.statements.steps.keys():
            self.by_value[pattern] = answer
        return answer

    def with_values(self, groups: Groups, block: RegisterBlock) -> Groups:
        """Groups cut further by the values of all facts that are held against each other."""
        for name, fact in self.compared.items() if groups else ():
            column = block.fact(fact)
            if isinstance(column, Numbers) and column.is_alike:
                groups = [((*pattern, SAME), members) for pattern, members in groups]
                continue
            groups = cut_by_fact(groups, fact, block)
            match column:
                case Numbers() if name in self.statements.steps:
                    groups = cut_by_codes(groups, steps(column, self.statements.steps[name]), block.rows)
                case Numbers(num):
                    groups = cut_by_codes(groups, num, block.rows)
                case Texts(codes):
                    groups = cut_by_codes(groups, codes, block.rows)
                case Truth(yes):
                    groups = cut_by(groups, yes)
        return groups

    def patterns(self, block: RegisterBlock, parties: Bits) -> Groups:
        """Parties grouped by the state of every part; no group is empty."""
        groups: Groups = [((), parties)] if parties.any() else []
        atoms = self.statements.atoms if groups else ()
        for first in range(0, len(atoms), MOST_STATES):
            truths = [block.truth(atom) for atom in atoms[first : first + MOST_STATES]]
            groups = [
                (pattern + states, part)
                for pattern, members in groups
                for states, part in by_states(members, truths, block.rows)
            ]
        for fact in self.statements.facts:
            groups = cut_by_fact(groups, fact, block)
        for bounded in self.statements.bounded:
            if bounded.figures is not None and groups:
                lying = places(block.bounds(bounded.fact), bounded.figures, block)
                groups = cut_by_codes(groups, lying, block.rows)
        return groups


def note(found: dict[Answer, Bits], answer: Answer, members: Bits) -> None:
    found[answer] = found[answer] | members if answer in found else members


def placed(bits: Bits, rows: Rows, number: int) -> Bits:
    """The bitmap of some rows as one of the whole block."""
    return marked(rows[unpack(bits, len(rows))], number)


def only(row: int, rows: int) -> Bits:
    """The bitmap of one row."""
    bits = np.zeros((rows + 7) // 8, np.uint8)
    bits[row // 8] = 1 << row % 8
    return bits


def by_states(members: Bits, truths: Sequence[Truth], rows: int) -> Groups:
    """The members by the states of some parts: as bitmaps while the groups are few, row by row beyond."""
    groups: Groups = [((), members)]
    for truth in truths:
        if len(groups) > FEW_GROUPS:
            return list(by_rows(members, truths, rows))
        groups = [
            (before + (state,), part)
            for before, inner in groups
            for state, part in thirds(inner, truth.yes, truth.no)
        ]
    return groups


def thirds(members: Bits, yes: Bits, no: Bits) -> Iterator[tuple[int, Bits]]:
    """The members a part holds for, does not, and is open for; whatever is not empty."""
    holds = members & yes
    if holds.any():
        yield YES, holds
    fails = members & no
    if fails.any():
        yield NO, fails
    rest = members & ~(yes | no)
    if rest.any():
        yield OPEN, rest


def by_rows(members: Bits, truths: Sequence[Truth], rows: int) -> Iterator[tuple[tuple[int, ...], Bits]]:
    """The same with a number for each party, whose digits are the states of the parts."""
    codes = np.zeros(rows, fitting(STATES ** len(truths)))
    for truth in truths:
        codes *= STATES
        codes += unpack(truth.yes, rows).view(np.uint8)
        codes += unpack(truth.no, rows).view(np.uint8) * np.uint8(NO)
    digits = [STATES**place for place in range(len(truths) - 1, -1, -1)]
    for code, part in by_number(members, codes, rows):
        yield tuple(code // digit % STATES for digit in digits), part


def fitting(numbers: int) -> type[np.unsignedinteger[Any]]:
    """The smallest kind that tells so many numbers apart."""
    return next(
        kind for kind in (np.uint8, np.uint16, np.uint32, np.uint64) if numbers - 1 <= np.iinfo(kind).max
    )


def by_number(members: Bits, codes: npt.NDArray[Any], rows: int) -> Iterator[tuple[int, Bits]]:
    """The members by a number each party has."""
    codes, least = from_least(codes)
    for code in distinct(members, codes, rows).tolist():
        part = pack(codes == code) & members
        if part.any():
            yield code + least, part


def from_least(codes: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], int]:
    """Numbers that lie close together in 16 bits, counted from the least of them."""
    if codes.dtype not in (np.int32, np.int64, np.uint32, np.uint64) or not len(codes):
        return codes, 0
    least, most = int(codes.min()), int(codes.max())
    if most - least > np.iinfo(np.uint16).max:
        return codes, 0
    return (codes - codes.dtype.type(least)).astype(np.uint16), least


def distinct(members: Bits, codes: npt.NDArray[Any], rows: int) -> npt.NDArray[Any]:
    """Numbers among which those of the members are."""
    if codes.dtype in (np.uint8, np.uint16):
        seen = np.zeros(np.iinfo(codes.dtype).max + 1, np.bool_)
        seen[codes] = True
        return np.flatnonzero(seen)
    found: npt.NDArray[Any] = np.unique(codes[rows_in(members, rows)])
    return found


def cut_by_fact(groups: Groups, fact: FactRef, block: RegisterBlock) -> Groups:
    """By the values an enum can still have, or by whether another fact is known."""
    column = block.fact(fact)
    masks = list(column.bits) if isinstance(column, Possible) else [block.known(fact)]
    for mask in masks:
        groups = cut_by(groups, mask)
    return groups


def cut_by(groups: Groups, mask: Bits) -> Groups:
    """Every group in two, those under the mask and the others; no group is empty."""
    return [
        (pattern + (state,), part) for pattern, members in groups for state, part in halves(members, mask)
    ]


def halves(members: Bits, mask: Bits) -> Iterator[tuple[int, Bits]]:
    inside = members & mask
    if inside.any():
        yield YES, inside
    outside = members & ~mask
    if outside.any():
        yield NO, outside


def cut_by_codes(groups: Groups, codes: npt.NDArray[Any], rows: int) -> Groups:
    """By a number each party has."""
    return [
        (pattern + (code,), part)
        for pattern, members in groups
        for code, part in by_number(members, codes, rows)
    ]
