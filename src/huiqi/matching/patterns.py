"""What three-valued logic leaves open, settled exactly: once per pattern of answers, not once per party.

Parties for whom every part of the statements came out alike (true, false or unknown) get the same answer, so
the interpreter is asked about one of them and the answer is kept for all, in this block and the next. Parties
are told apart as bitmaps: each part cuts the groups there are into those it holds for, those it does not, and
those it is open for.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import Any, Final, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from huiqi.matching.block import RegisterBlock
from huiqi.matching.plan import Statements
from huiqi.measures.expressions import FactRef
from huiqi.measures.vector_functions import NotInBlocks
from huiqi.measures.vector_ranges import differs, places
from huiqi.measures.vectors import Bits, Numbers, Possible, Texts, Truth, first_of, pack, rows_in, unpack

Answer = TypeVar("Answer")
Groups = list[tuple[tuple[int, ...], Bits]]
YES: Final = 1
NO: Final = 2
OPEN: Final = 0
STATES: Final = 3
MOST_STATES: Final = 38
"""Parts whose states together still fit into 63 bits."""
FEW_GROUPS: Final = 64
"""Groups up to which cutting bitmaps is cheaper than sorting the rows of a block."""


@dataclass(slots=True)
class PatternTable(Generic[Answer]):
    """Answers by pattern. `ask` gives the answer of one party from its row."""

    statements: Statements
    ask: Callable[[RegisterBlock, int], Answer]
    known: dict[tuple[int, ...], Answer] = field(default_factory=dict)

    def answers(self, block: RegisterBlock, parties: Bits) -> dict[Answer, Bits]:
        """Each answer with the parties it holds for; `parties` are those three-valued logic left open."""
        found: dict[Answer, Bits] = {}
        try:
            alone = self.more_than_nothing(block) & parties
            by_value = self.half_known(block) & parties & ~alone
            for pattern, members in self.patterns(block, parties & ~(alone | by_value)):
                if pattern not in self.known:
                    self.known[pattern] = self.ask(block, first_of(members))
                note(found, self.known[pattern], members)
            for _, members in self.with_values(self.patterns(block, by_value), block):
                note(found, self.ask(block, first_of(members)), members)
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

    def with_values(self, groups: Groups, block: RegisterBlock) -> Groups:
        """Groups cut further by the values of all facts that are held against each other."""
        for fact in {fact.name: fact for facts in self.statements.compared for fact in facts}.values():
            column = block.fact(fact)
            groups = cut_by_fact(groups, fact, block)
            match column:
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


def only(row: int, rows: int) -> Bits:
    """The bitmap of one row."""
    bits = np.zeros((rows + 7) // 8, np.uint8)
    bits[row // 8] = 1 << row % 8
    return bits


def by_states(members: Bits, truths: Sequence[Truth], rows: int) -> Groups:
    """The members by the states of some parts: as bitmaps while the groups are few, row by row beyond."""
    groups: Groups = [((), members)]
    for place, truth in enumerate(truths):
        if len(groups) > FEW_GROUPS:
            return [
                (before + states, part)
                for before, inner in groups
                for states, part in by_rows(inner, truths[place:], rows)
            ]
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


def by_rows(members: Bits, truths: Sequence[Truth], rows: int) -> Groups:
    """The same with a number for each party, whose digits are the states of the parts."""
    chosen = rows_in(members, rows)
    codes = np.zeros(len(chosen), np.int64)
    for truth in truths:
        codes *= STATES
        codes += unpack(truth.yes, rows)[chosen] * YES + unpack(truth.no, rows)[chosen] * NO
    digits = STATES ** np.arange(len(truths) - 1, -1, -1, dtype=np.int64)
    return [(tuple((code // digits % STATES).tolist()), part) for code, part in by_codes(codes, chosen, rows)]


def by_codes(
    codes: npt.NDArray[np.int64], chosen: npt.NDArray[np.intp], rows: int
) -> Iterator[tuple[int, Bits]]:
    """Parties (their rows) by a number each has; the bitmap of each number."""
    distinct, places = np.unique(codes, return_inverse=True)
    for place, code in enumerate(distinct.tolist()):
        mask = np.zeros(rows, np.bool_)
        mask[chosen[places == place]] = True
        yield code, pack(mask)


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
    cut: Groups = []
    for pattern, members in groups:
        chosen = rows_in(members, rows)
        distinct, places = np.unique(codes[chosen], return_inverse=True)
        for place, code in enumerate(distinct):
            mask = np.zeros(rows, np.bool_)
            mask[chosen[places == place]] = True
            cut.append((pattern + (int(code),), pack(mask)))
    return cut
