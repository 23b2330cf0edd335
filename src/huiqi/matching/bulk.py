"""A plan as one program: for every measure that has a formula whom it surely is for and for whom it may be.

For what is open it also tells which facts are missing, where the literals of the formula tell that: a literal
that is open, and that the others do not decide, names a fact that can change the answer.
"""

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import and_, or_

import numpy as np

from huiqi.matching.block import RegisterBlock
from huiqi.matching.formulas import AllOf, AnyOf, Exact, Formula, FormulaMaker, Literal, Unfit, all_literals
from huiqi.matching.patterns import FEW_GROUPS, by_number, fitting
from huiqi.matching.plan import Plan
from huiqi.matching.rails import ProgramWriter, Scope
from huiqi.matching.registers import Registers
from huiqi.matching.scopes import Scopes
from huiqi.measures.evaluate import kind_for
from huiqi.measures.types import VerdictKind
from huiqi.measures.vectors import Bits, unpack

Bounds = tuple[Bits, Bits]
"""Packed: whom a measure surely is for, for whom it may be."""
MOST_LITERALS = 62


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
        self.register_of = {what: given.register for what, given in writer.inputs.items()}
        self.using: dict[object, set[int]] = {}
        for index, exact in self.exact.items():
            for literal in all_literals(exact.formula):
                self.using.setdefault(literal, set()).add(index)
        self.without: set[int] = set()
        self.known: dict[tuple[str, ...], tuple[VerdictKind, tuple[str, ...]]] = {}
        self.bytes = 0

    def fill(self, block: RegisterBlock, scopes: Scopes) -> None:
        """Take a block; some measures may have no formula over it (a number beyond 64 bits, say)."""
        self.bytes = (block.rows + 7) // 8
        self.registers.fill(block, scopes)
        self.without = set()
        for what in self.registers.failed:
            self.without |= self.using.get(what, set(self.fit))

    def bounds_of(self, index: int) -> Bounds | None:
        """None where the engine has to work a measure out."""
        exact = self.exact.get(index)
        if exact is None or exact.too_many or index in self.without:
            return None
        rails = self.registers.run(self.places[index], 1)[0].view(np.uint8)[:, : self.bytes].copy()
        return rails[0], rails[1]

    def missing_of(
        self, index: int, block: RegisterBlock, parties: Bits
    ) -> dict[tuple[VerdictKind, tuple[str, ...]], Bits] | None:
        """Open parties by what they lack; None where literals do not tell."""
        exact = self.exact.get(index)
        if exact is None or not exact.literals_tell or exact.too_many or index in self.without:
            return None
        parts = exact.formula.parts if isinstance(exact.formula, AllOf) else (exact.formula,)
        told = [found for part in parts for found in self.relevant(part, parties)]
        if len(told) > MOST_LITERALS:
            return None
        answers: dict[tuple[VerdictKind, tuple[str, ...]], Bits] = {}
        for places, bits in by_bits(parties, [bits for _, bits in told], block.rows):
            names = tuple(dict.fromkeys(told[place][0] for place in places))
            answer = self.known.setdefault(names, (kind_for(names, self.plan.kinds), names))
            answers[answer] = answers[answer] | bits if answer in answers else bits
        return answers

    def relevant(self, part: Formula, where: Bits) -> Iterator[tuple[str, Bits]]:
        """Facts by open literals, each with the parties for whom the rest of the formula leaves it a say."""
        match part:
            case Literal():
                surely, maybe = self.bounds(part)
                found = where & maybe & ~surely
                if found.any():
                    yield part.fact.name, found
            case AllOf(parts) | AnyOf(parts):
                rails = [self.bounds(inner) for inner in parts]
                for place, inner in enumerate(parts):
                    others = rails[:place] + rails[place + 1 :]
                    if isinstance(part, AllOf):
                        open_ = reduce(and_, (maybe for _, maybe in others), where)
                    else:
                        open_ = where & ~reduce(or_, (surely for surely, _ in others))
                    if open_.any():
                        yield from self.relevant(inner, open_)

    def bounds(self, part: Formula) -> Bounds:
        match part:
            case AllOf(parts) | AnyOf(parts):
                join = and_ if isinstance(part, AllOf) else or_
                rails = [self.bounds(inner) for inner in parts]
                return reduce(join, (s for s, _ in rails)), reduce(join, (m for _, m in rails))
            case _:
                halves = self.registers.rows[self.register_of[part]].view(np.uint8).reshape(2, -1)
                return halves[0, : self.bytes], halves[1, : self.bytes]


def by_bits(members: Bits, bits: Sequence[Bits], rows: int) -> Iterator[tuple[tuple[int, ...], Bits]]:
    """The members by which bitmaps they are in (the places of these): cut while few, row by row beyond."""
    groups: list[tuple[tuple[int, ...], Bits]] = [((), members)]
    for place, inside in enumerate(bits):
        if len(groups) > FEW_GROUPS:
            yield from by_bits_of_rows(members, bits, rows)
            return
        cut: list[tuple[tuple[int, ...], Bits]] = []
        for before, part in groups:
            within = part & inside
            if not within.any():
                cut.append((before, part))
                continue
            cut.append(((*before, place), within))
            without = part & ~inside
            if without.any():
                cut.append((before, without))
        groups = cut
    yield from groups


def by_bits_of_rows(members: Bits, bits: Sequence[Bits], rows: int) -> Iterator[tuple[tuple[int, ...], Bits]]:
    kind = fitting(1 << len(bits))
    codes = np.zeros(rows, kind)
    for place, inside in enumerate(bits):
        codes |= unpack(inside, rows).astype(kind) << kind(place)
    for code, part in by_number(members, codes, rows):
        yield tuple(place for place in range(len(bits)) if code >> place & 1), part
