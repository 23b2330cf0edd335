"""Which facts an open answer waits for, as bitmaps, without asking about each party.

A missing fact counts if some value of it, with some values of the other missing facts, changes the answer. Where
every fact stands once in what stands together, that is every open literal the others leave undecided. Where one
stands more than once, the conditions are tried here, once for all parties: for every value a fact can tell apart
(`cells`), as a table of true and false. What the table says is then written as a few bitwise operations over
what can be seen of a party: whom a literal is open for, for whom it may hold, for whom it may fail.

Facts are told in the order in which the interpreter meets them: by the first literal of theirs that is left once
the known facts are put in.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from huiqi.matching.patterns import FEW_GROUPS, by_number, fitting
from huiqi.measures.expressions import Call, Compare, Constant, FactRef, Member, Node, Value
from huiqi.measures.vectors import Bits, unpack

MOST_TOGETHER: Final = 62
"""Bitmaps whose bits fit into one number for each row."""
EVERY: Final = -1
NONE: Final = -2
Table = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]
Lack = tuple[str, Bits | None]
"""A fact with the parties that lack it: the bytes of their bitmap in which the group has a party at all
(`squeezed`); None: those of whom the block does not know it."""
Leaf = tuple[str, Any, tuple[Value, ...]]
"""`open`, `may`, `may_fail` of a statement; `said` of a fact and values: may it still be one of them?"""
Step = tuple[bool, int, int]
"""Is it an `and` (or an `or`) of which two earlier places?"""


class Saying(Protocol):
    """A statement about one fact, or its opposite (`formulas.Literal`)."""

    @property
    def atom(self) -> Node: ...
    @property
    def positive(self) -> bool: ...
    @property
    def fact(self) -> FactRef: ...


@dataclass(frozen=True, slots=True)
class Told:
    """What an open answer of a measure lacks: facts in order, each with a place of the script (None: wherever it is
    unknown). A place below `len(leaves)` is a leaf, the others are the steps' results."""

    places: tuple[tuple[str, int | None], ...]
    facts: Mapping[str, FactRef]
    leaves: tuple[int, ...]  # by their numbers among those of all measures
    steps: tuple[Step, ...]


@dataclass(slots=True)
class Script:
    """Writes down bitwise operations; equal ones once."""

    leaves: dict[Leaf, int] = field(default_factory=dict)
    steps: dict[tuple[bool, int, int], int] = field(default_factory=dict)
    count: int = 0

    def leaf(self, what: str, of: Any, values: tuple[Value, ...] = ()) -> int:
        return self.place(self.leaves, (what, of, values))

    def all_of(self, parts: Iterable[int]) -> int:
        return reduce(self.both, parts, EVERY)

    def any_of(self, parts: Iterable[int]) -> int:
        return reduce(self.either, parts, NONE)

    def both(self, a: int, b: int) -> int:
        if NONE in (a, b):
            return NONE
        if a in (EVERY, b):
            return b
        return a if b == EVERY else self.place(self.steps, (True, *sorted((a, b))))

    def either(self, a: int, b: int) -> int:
        if EVERY in (a, b):
            return EVERY
        if a in (NONE, b):
            return b
        return a if b == NONE else self.place(self.steps, (False, *sorted((a, b))))

    def place(self, places: dict[Any, int], key: Any) -> int:
        found = places.get(key)
        if found is None:
            found = places[key] = self.count
            self.count += 1
        return found

    def told(self, facts: Sequence[tuple[FactRef, int | None]], number_of: Callable[[Leaf], int]) -> Told:
        """With leaves numbered first, then the steps in their order."""
        order = [*self.leaves.values(), *self.steps.values()]
        number = {place: n for n, place in enumerate(order)}
        steps = tuple((is_and, number[a], number[b]) for is_and, a, b in self.steps)
        named = tuple((fact.name, None if at is None else number[at]) for fact, at in facts)
        return Told(named, {fact.name: fact for fact, _ in facts}, tuple(map(number_of, self.leaves)), steps)


@dataclass(frozen=True, slots=True)
class Axis:
    """A fact that has to be tried: what is said of it, and its values by what they make of that."""

    fact: FactRef
    literals: tuple[Saying, ...]
    cases: tuple[tuple[tuple[bool, ...], tuple[Value, ...]], ...]
    narrowed: bool  # some of its values may be ruled out before it is known

    def may_be_in(self, wanted: frozenset[int], script: Script) -> int:
        """For whom the fact can be in one of these cases."""
        if len(wanted) == len(self.cases):
            return EVERY
        if self.narrowed:
            values = tuple(value for case in sorted(wanted) for value in self.cases[case][1])
            return script.leaf("said", self.fact, values)
        around = wanted_from(wanted, list(self.sides()))
        if around is None:
            return script.any_of(self.may_be_in(frozenset((case,)), script) for case in sorted(wanted))
        return script.all_of(script.leaf(what, key) for what, key in around)

    def sides(self) -> Iterator[tuple[frozenset[int], tuple[str, Any]]]:
        """Cases in which a literal holds, or fails, with what shows that they are possible."""
        for place, literal in enumerate(self.literals):
            holds = frozenset(n for n, (row, _) in enumerate(self.cases) if row[place])
            yield holds, may(literal, hold=True)
            yield frozenset(range(len(self.cases))) - holds, may(literal, hold=False)


def wanted_from(wanted: frozenset[int], sides: list[tuple[frozenset[int], tuple[str, Any]]]) -> Any:
    """Few sides that together leave just the wanted cases; None where none do."""
    around = sorted((side for side in sides if side[0] >= wanted), key=lambda side: len(side[0]))
    chosen: list[tuple[str, Any]] = []
    left: frozenset[int] | None = None
    for cases, key in around:
        if left is None or left & cases != left:
            left = cases if left is None else left & cases
            chosen.append(key)
        if left == wanted:
            return chosen
    return None


def may(literal: Saying, *, hold: bool) -> tuple[str, Any]:
    return "may" if literal.positive == hold else "may_fail", literal.atom


@dataclass(slots=True)
class Trying:
    """The conditions that share some facts, tried over all cases of these."""

    axes: Sequence[Axis]
    table: Table
    script: Script
    known: dict[tuple[bytes, tuple[int, ...]], int] = field(default_factory=dict)

    def relevance(self) -> dict[str, int]:
        """Facts, with those for whom some value of it can change what the conditions come to."""
        found = {}
        for number, axis in enumerate(self.axes):
            cases = np.moveaxis(self.table, number, 0)
            others = [n for n in range(len(self.axes)) if n != number]
            if axis.narrowed:
                found[axis.fact.name] = self.script.any_of(self.pairs(axis, cases, others))
            else:
                varies = np.asarray(cases.any(axis=0) & ~cases.all(axis=0))
                found[axis.fact.name] = self.possible(varies, others)
        return found

    def pairs(self, axis: Axis, cases: Table, others: Sequence[int]) -> Iterator[int]:
        """Two values that are both left, and do not come to the same."""
        for one in range(len(cases)):
            for other in range(one):
                differing = self.possible(cases[one] ^ cases[other], others)
                if differing != NONE:
                    left = [axis.may_be_in(frozenset((case,)), self.script) for case in (one, other)]
                    yield self.script.all_of([*left, differing])

    def possible(self, table: Table, axes: Sequence[int]) -> int:
        """For whom some values of the facts lead to a place of the table that is set."""
        if not table.any():
            return NONE
        if table.all():
            return EVERY
        key = table.tobytes(), tuple(axes)
        if key not in self.known:
            self.known[key] = self.script.any_of(list(self.ways(table, axes)))
        return self.known[key]

    def ways(self, table: Table, axes: Sequence[int]) -> Iterator[int]:
        alike: dict[bytes, list[int]] = {}
        for case, below in enumerate(table):
            alike.setdefault(below.tobytes(), []).append(case)
        for cases in alike.values():
            below = self.possible(table[cases[0]], axes[1:])
            if below != NONE:
                yield self.script.both(self.axes[axes[0]].may_be_in(frozenset(cases), self.script), below)


def is_plain(atom: Node) -> bool:
    """Is a statement open just where its fact is unknown?"""
    match atom:
        case FactRef():
            return True
        case Compare(_, left, right):
            return {type(left), type(right)} == {FactRef, Constant}
        case Member(FactRef(), _) | Call("within", (FactRef(), *_)):
            return True
        case _:
            return False


def run(told: Told, leaves: Bits) -> Iterator[tuple[str, Bits | None]]:
    """The facts parties may lack, in order, with whole bitmaps; in the end nobody may lack one.

    `leaves` are those of all measures × bytes.
    """
    found = [leaves[leaf] for leaf in told.leaves]
    for is_and, a, b in told.steps:
        found.append(found[a] & found[b] if is_and else found[a] | found[b])
    for name, place in told.places:
        yield name, None if place is None else found[place]


def places_of(parties: Bits) -> Places:
    """The bytes in which there is a party."""
    return np.flatnonzero(parties != 0)


def spread(some: Bits, parties: Bits) -> Bits:
    """A bitmap of which only the bytes at `places_of(parties)` were kept."""
    bits = np.zeros_like(parties)
    bits[places_of(parties)] = some
    return bits


def spelled(parties: Bits, lacks: Sequence[tuple[str, Bits]], rows: int) -> dict[tuple[str, ...], Bits]:
    """Parties by the facts they lack, in the order of the lacks; each comes with its whole bitmap."""
    groups: dict[tuple[str, ...], Bits] = {(): parties}
    for first in range(0, len(lacks), MOST_TOGETHER):
        chunk = lacks[first : first + MOST_TOGETHER]
        bits = [own for _, own in chunk]
        before, groups = groups, {}
        for names, members in before.items():
            for places, part in by_bits(members, bits, rows):
                key = tuple(dict.fromkeys((*names, *(chunk[place][0] for place in places))))
                groups[key] = groups[key] | part if key in groups else part
    return groups


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
