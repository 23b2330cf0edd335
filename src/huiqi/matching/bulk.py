"""A plan as one program: for every measure that has a formula whom it surely is for and for whom it may be.

For what is open it also tells which facts are missing, where the literals of the formula tell that (`telling`).
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np

from huiqi.matching.block import RegisterBlock
from huiqi.matching.formulas import Exact, Formula, FormulaMaker, Unfit, all_literals
from huiqi.matching.lacking import Lack, Leaf, Told, places_of, run
from huiqi.matching.plan import Plan
from huiqi.matching.rails import MAYBE, SURELY, ProgramWriter, Scope
from huiqi.matching.registers import AT_ONCE, Registers, beyond_bounds, counted, said_of
from huiqi.matching.scopes import Scopes
from huiqi.matching.telling import told_of
from huiqi.measures.expressions import FactRef
from huiqi.measures.types import VerdictKind
from huiqi.measures.vector_functions import NotInBlocks
from huiqi.measures.vectors import Bits, any_of, full

Bounds = tuple[Bits, Bits, int, int]
"""Packed: whom a measure surely is for, for whom it is open; and how many these are."""
Whole = tuple[str, Bits, bool]
"""A fact, who lacks it, and whether that is more than not knowing it."""
OpenOnes = tuple[VerdictKind, Bits, tuple[Lack, ...]]


class Bulk:
    """The measures of a plan that have a formula, by their index."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.exact: dict[int, Exact] = {}
        self.by_scope: dict[Scope, list[int]] = {}
        maker = FormulaMaker(plan)
        ready: list[tuple[Formula, Scope]] = []
        for index, planned in enumerate(plan.measures):
            scope = planned.roles, planned.measure.region
            self.by_scope.setdefault(scope, []).append(index)
            try:
                self.exact[index] = maker.of(planned)
                ready.append((self.exact[index].formula, scope))
            except Unfit:
                continue
        writer = ProgramWriter()
        self.registers = Registers(writer.write(ready))
        self.fit = list(self.exact)
        self.places = {index: place for place, index in enumerate(self.fit)}
        self.using: dict[object, set[int]] = {}
        for index, exact in self.exact.items():
            for literal in all_literals(exact.formula):
                self.using.setdefault(literal, set()).add(index)
        self.without: set[int] = set()
        self.told: dict[int, Told | None] = {}
        self.bytes = 0
        self.waiting: deque[int] = deque()  # places of the measures in scope, in order
        self.ready: dict[int, Bounds] = {}  # of some of them
        self.leaf_numbers: dict[tuple[str, int, object], int] = {}
        self.leaves: list[Leaf] = []
        self.seen = np.zeros((0, 0), np.uint8)  # leaves × bytes, of the block at hand
        self.is_seen: list[bool] = []
        self.unknown: dict[str, Bits] = {}  # in the block at hand, by fact
        self.is_lacked: dict[str, bool] = {}  # by anybody

    def fill(self, block: RegisterBlock, scopes: Scopes, *, whole: bool = False) -> None:
        """Take a block, for the measures it has anybody for or for all; some may have no formula over it.

        (A number beyond 64 bits, say.)
        """
        self.bytes = (block.rows + 7) // 8
        self.is_seen = [False] * len(self.leaves)
        self.unknown, self.is_lacked = {}, {}
        self.waiting = deque(sorted(self.in_scope(scopes)))
        self.ready = {}
        self.registers.fill(block, scopes, None if whole else self.waiting)
        self.without = set()
        for what in self.registers.failed:
            self.without |= self.using.get(what, set(self.fit))

    def in_scope(self, scopes: Scopes) -> Iterator[int]:
        """The places of the measures that the block has anybody for."""
        for (roles, region), measures in self.by_scope.items():
            if scopes.of(roles, region)[1]:
                yield from (self.places[index] for index in measures if index in self.places)

    def bounds_of(self, index: int) -> Bounds | None:
        """None where the engine has to work a measure out."""
        if index not in self.exact or index in self.without:
            return None
        place = self.places[index]
        if place not in self.ready:
            self.work_out_from(place)
        return self.ready[place]

    def work_out_from(self, place: int) -> None:
        """A measure and some of those after it, side by side."""
        while self.waiting and self.waiting[0] < place:
            self.waiting.popleft()
        measures = list(islice(self.waiting, AT_ONCE)) or [place]
        found = self.registers.run(measures, self.registers.room_for(len(measures)))
        found[:, MAYBE] &= ~found[:, SURELY]  # what is left of it is open
        counts = counted(found)
        bits = found.view(np.uint8)[:, :, : self.bytes]
        self.ready = {
            measure: (surely, open_, *number)
            for measure, (surely, open_), number in zip(measures, bits, counts.tolist(), strict=True)
        }

    def beyond(self, index: int, block: RegisterBlock) -> Bits | None:
        """Parties who lack so much that the interpreter tries nothing: the formula says more than it does."""
        exact = self.exact.get(index)
        if exact is None or not exact.too_many:
            return None
        found = [beyond_bounds(facts, block) for facts in exact.too_many]
        return any_of(found, found[0])

    def open_ones(self, index: int, block: RegisterBlock, parties: Bits) -> list[OpenOnes] | None:
        """Open parties by kind of verdict, with the facts some of them lack; None where literals do not tell."""
        told = self.told_of(index)
        if told is None:
            return None
        try:
            self.look_at(told.leaves, block)
            lacks = list(self.lacks_of(told, block))
        except NotInBlocks:
            return None
        return list(self.by_kind(parties, lacks))

    def lacks_of(self, told: Told, block: RegisterBlock) -> Iterator[Whole]:
        for name, bits in run(told, self.seen):
            if bits is not None:
                yield name, bits, True
            elif self.is_unknown(name, told.facts[name], block):
                yield name, self.unknown[name], False

    def told_of(self, index: int) -> Told | None:
        exact = self.exact.get(index)
        if exact is None or index in self.without:
            return None
        if index not in self.told:
            told = told_of(exact.conditions, self.number_of)
            self.told[index] = None if told is None or told.facts.keys() - self.plan.kinds.keys() else told
        return self.told[index]

    def number_of(self, leaf: Leaf) -> int:
        what, of, values = leaf
        number = self.leaf_numbers.setdefault((what, id(of), values), len(self.leaves))
        if number == len(self.leaves):
            self.leaves.append(leaf)
            self.is_seen.append(False)
        return number

    def look_at(self, leaves: Iterable[int], block: RegisterBlock) -> None:
        """Fill what can be seen of the block and is not seen yet."""
        if self.seen.shape[1] != self.bytes or len(self.seen) < len(self.leaves):
            seen = np.empty((2 * len(self.leaves), self.bytes), np.uint8)
            if self.seen.shape[1] == self.bytes:
                seen[: len(self.seen)] = self.seen
            self.seen = seen
        for number in leaves:
            if not self.is_seen[number]:
                self.seen[number] = seen_in(self.leaves[number], block)
                self.is_seen[number] = True

    def is_unknown(self, name: str, fact: FactRef, block: RegisterBlock) -> bool:
        """Of anybody? Then noted in `unknown`."""
        found = self.is_lacked.get(name)
        if found is None:
            self.unknown[name] = ~block.known(fact) & full(block.rows)
            found = self.is_lacked[name] = bool(self.unknown[name].any())
        return found

    def by_kind(self, parties: Bits, lacks: Sequence[Whole]) -> Iterator[OpenOnes]:
        """As `evaluate.kind_for`: who lacks a fact of the party, then who lacks a judged one, then the others."""
        if not all(self.is_plain(name) for name, _, _ in lacks):
            lacks = [lack for lack in lacks if not lack[2] or (lack[1] & parties).any()]
        kinds = [self.plan.kinds[name] for name, _, _ in lacks]
        plainly = [self.is_plain(kind.name) for kind in kinds]
        if all(plainly):
            yield VerdictKind.UNKNOWN, parties, tuple(squeezed(lacks, parties))
            return
        left = parties
        for verdict, wanted in (
            (VerdictKind.UNKNOWN, plainly),
            (VerdictKind.REVIEW, [kind.judged for kind in kinds]),
        ):
            bits = [bits for (_, bits, _), is_so in zip(lacks, wanted, strict=True) if is_so]
            found = any_of(bits, left) & left
            if found.any():
                yield verdict, found, tuple(squeezed(lacks, found))
            left = left & ~found
        if left.any():
            yield VerdictKind.CLAIMABLE, left, tuple(squeezed(lacks, left))

    def is_plain(self, name: str) -> bool:
        """A fact of the party that nobody has to judge."""
        kind = self.plan.kinds[name]
        return kind.about == "party" and not kind.judged


def squeezed(lacks: Sequence[Whole], parties: Bits) -> Iterator[Lack]:
    """The lacks of some parties."""
    places = places_of(parties)
    members = parties[places]
    for name, bits, is_own in lacks:
        if not is_own:
            yield name, None
        elif (some := bits[places] & members).any():
            yield name, some


def seen_in(leaf: Leaf, block: RegisterBlock) -> Bits:
    what, of, values = leaf
    if what == "said":
        return said_of(of, values, block)
    truth = block.truth(of)
    if what == "open":
        return ~(truth.yes | truth.no)
    return ~(truth.no if what == "may" else truth.yes)
