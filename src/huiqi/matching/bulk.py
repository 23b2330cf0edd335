"""A plan as one program: for every measure that has a formula whom it surely is for and for whom it may be.

For what is open it also tells which facts are missing, where the literals of the formula tell that (`telling`).
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from huiqi.matching.block import RegisterBlock
from huiqi.matching.formulas import Exact, Formula, FormulaMaker, Unfit, all_literals
from huiqi.matching.lacking import Lack, Leaf, Told, places_of, run, spread
from huiqi.matching.plan import Plan
from huiqi.matching.rails import ProgramWriter, Scope
from huiqi.matching.registers import Registers, beyond_bounds, said_of
from huiqi.matching.scopes import Scopes
from huiqi.matching.telling import told_of
from huiqi.measures.expressions import FactRef
from huiqi.measures.types import VerdictKind
from huiqi.measures.vector_functions import NotInBlocks
from huiqi.measures.vectors import Bits, any_of, full

Bounds = tuple[Bits, Bits]
"""Packed: whom a measure surely is for, for whom it may be."""
Places = npt.NDArray[np.intp]
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
        self.leaf_numbers: dict[tuple[str, int, object], int] = {}
        self.leaves: list[Leaf] = []
        self.seen: list[Bits | None] = []  # by leaf, in the block at hand
        self.unknown: dict[str, Bits] = {}  # in the block at hand; facts that all parties have are left out

    def fill(self, block: RegisterBlock, scopes: Scopes, *, whole: bool = False) -> None:
        """Take a block, for the measures it has anybody for or for all; some may have no formula over it.

        (A number beyond 64 bits, say.)
        """
        self.bytes = (block.rows + 7) // 8
        self.seen, self.unknown = [None] * len(self.leaves), {}
        self.registers.fill(block, scopes, None if whole else set(self.in_scope(scopes)))
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
        rails = self.registers.run(self.places[index], 1)[0].view(np.uint8)[:, : self.bytes].copy()
        return rails[0], rails[1]

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
            leaves = [self.leaf(number, block) for number in told.leaves]
            places = places_of(parties)
            lacks = list(self.lacks_of(told, leaves, block, parties, places))
        except NotInBlocks:
            return None
        return list(self.by_kind(parties, lacks, places))

    def lacks_of(
        self, told: Told, leaves: Sequence[Bits], block: RegisterBlock, parties: Bits, places: Places
    ) -> Iterator[Lack]:
        members = parties[places]
        for name, bits in run(told, leaves):
            if bits is None:
                if self.is_unknown(name, told.facts[name], block):
                    yield name, None
                continue
            some = bits[places] & members
            if some.any():
                yield name, some

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
            self.seen.append(None)
        return number

    def leaf(self, number: int, block: RegisterBlock) -> Bits:
        found = self.seen[number]
        if found is None:
            found = self.seen[number] = seen_in(self.leaves[number], block)
        return found

    def is_unknown(self, name: str, fact: FactRef, block: RegisterBlock) -> bool:
        """Of anybody? Then noted in `unknown`."""
        if name not in self.unknown:
            self.unknown[name] = ~block.known(fact) & full(block.rows)
        return bool(self.unknown[name].any())

    def by_kind(self, parties: Bits, lacks: Sequence[Lack], places: Places) -> Iterator[OpenOnes]:
        """As `evaluate.kind_for`: who lacks a fact of the party, then who lacks a judged one, then the others."""
        kinds = [self.plan.kinds[name] for name, _ in lacks]
        plainly = [kind.about == "party" and not kind.judged for kind in kinds]
        if all(plainly):
            yield VerdictKind.UNKNOWN, parties, tuple(lacks)
            return
        whole = [self.unknown[name] if own is None else spread(own, parties, places) for name, own in lacks]
        left = parties
        for verdict, wanted in (
            (VerdictKind.UNKNOWN, plainly),
            (VerdictKind.REVIEW, [kind.judged for kind in kinds]),
        ):
            bits = [bits for bits, is_so in zip(whole, wanted, strict=True) if is_so]
            found = any_of(bits, left) & left
            if found.any():
                yield verdict, found, tuple(squeezed(lacks, whole, found))
            left = left & ~found
        if left.any():
            yield VerdictKind.CLAIMABLE, left, tuple(squeezed(lacks, whole, left))


def squeezed(lacks: Sequence[Lack], whole: Sequence[Bits], parties: Bits) -> Iterator[Lack]:
    """The lacks of some of the parties."""
    places = places_of(parties)
    for (name, own), bits in zip(lacks, whole, strict=True):
        if own is None:
            yield name, None
        elif (some := bits[places] & parties[places]).any():
            yield name, some


def seen_in(leaf: Leaf, block: RegisterBlock) -> Bits:
    what, of, values = leaf
    if what == "said":
        return said_of(of, values, block)
    truth = block.truth(of)
    if what == "open":
        return ~(truth.yes | truth.no)
    return ~(truth.no if what == "may" else truth.yes)
