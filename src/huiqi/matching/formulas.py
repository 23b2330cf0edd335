"""The conditions of a measure as a formula over literals whose two-valued bounds are exact.

Three-valued logic says of every party whether a statement surely holds and whether it may hold. That is exact
as long as no missing fact is asked to be two things at once. Where one is (`employees < 20 or employees > 50`
in one condition, two classes of a size in two), its values are tried, here and once for all parties: the
formula then holds one copy per value, and the answers are those of `measures.settle`.

Exact, because a formula without negations rises with its literals: what surely holds is what holds with every
open literal false, what may hold with every open literal true. If some value of a missing fact makes all its
literals true at once, and within each condition some value makes them all false, nothing need be tried.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from huiqi.matching.plan import Plan, PlannedMeasure
from huiqi.measures.expressions import (
    NUMERIC,
    And,
    Call,
    Constant,
    Domain,
    FactRef,
    Node,
    Not,
    Or,
    Type,
    Value,
    facts_in,
)
from huiqi.measures.interpret import interpret
from huiqi.measures.settle import MOST_ATOMS, MOST_TRIALS, all_values, breakpoints, cells_of, decide


class Unfit(ValueError):
    """A statement that has no such formula; parties it leaves open are told apart by pattern."""


@dataclass(frozen=True, slots=True, eq=False)
class Literal:
    """A part that is true or false as a whole, or its opposite. Equal ones of a run are one object."""

    atom: Node
    positive: bool
    fact: FactRef


@dataclass(frozen=True, slots=True, eq=False)
class AllOf:
    parts: tuple["Formula", ...]


@dataclass(frozen=True, slots=True, eq=False)
class AnyOf:
    parts: tuple["Formula", ...]


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """A formula in which a fact, where it is missing, takes each of its values in turn."""

    fact: FactRef
    plain: "Formula"
    cases: tuple[tuple[Value, "Formula"], ...]


Formula = Literal | AllOf | AnyOf | Tried
HOLDS: Final = AllOf(())
FAILS: Final = AnyOf(())


@dataclass(slots=True)
class FormulaMaker:
    """Makes the formulas of a plan; what is alike in several measures is one object."""

    plan: Plan
    literals: dict[tuple[int, bool], Literal] = field(default_factory=dict)
    formulas: dict[tuple[int, bool], Formula] = field(default_factory=dict)
    answers: dict[tuple[int, Value], bool] = field(default_factory=dict)

    def of(self, planned: PlannedMeasure) -> Formula:
        """Raises `Unfit`."""
        conditions = planned.conditions
        if conditions.bounded or conditions.compared:
            raise Unfit("facts held against each other, or between bounds")
        conjuncts = [
            part for node in conditions.nodes for part in conjuncts_of(self.formula(node, positive=True))
        ]
        found = Conjunction(self, tuple(dict.fromkeys(conjuncts)))
        return all_of(found.exact())

    def formula(self, node: Node, *, positive: bool) -> Formula:
        key = id(node), positive
        if key not in self.formulas:
            self.formulas[key] = self.make_formula(node, positive=positive)
        return self.formulas[key]

    def make_formula(self, node: Node, *, positive: bool) -> Formula:
        match node:
            case Constant(bool() as value, _):
                return HOLDS if value == positive else FAILS
            case Not(operand):
                return self.formula(operand, positive=not positive)
            case And(operands) | Or(operands):
                parts = [self.formula(operand, positive=positive) for operand in operands]
                return all_of(parts) if isinstance(node, And) == positive else any_of(parts)
            case _:
                return self.literal(node, positive=positive)

    def literal(self, atom: Node, *, positive: bool) -> Literal:
        key = id(atom), positive
        if key not in self.literals:
            facts = list(facts_in(atom).values())
            if len(facts) != 1 or atom.type is not Type.BOOL or not self.is_simple(facts[0]):
                raise Unfit("not about one fact")
            self.literals[key] = Literal(atom, positive, facts[0])
        return self.literals[key]

    def is_simple(self, fact: FactRef) -> bool:
        """A number known to lie between bounds is not: comparisons may be decided before it is known."""
        return not (fact.type in NUMERIC and isinstance(self.plan.uniform.get(fact.name), Domain))

    def may_be_narrowed(self, fact: FactRef) -> bool:
        """An enum of which some values may be ruled out before it is known."""
        kind = self.plan.kinds.get(fact.name)
        return fact.type is Type.ENUM and kind is not None and kind.formula is not None

    def holds(self, literal: Literal, value: Value) -> bool:
        """What a literal says of a value of its fact."""
        key = id(literal.atom), value
        if key not in self.answers:
            result = interpret(literal.atom, {literal.fact.name: value})
            if not isinstance(result, Constant) or not isinstance(result.value, bool):
                raise Unfit("a value on which a comparison has no answer")
            self.answers[key] = result.value
        return self.answers[key] == literal.positive


@dataclass(slots=True)
class Conjunction:
    """The conditions of one measure: all must hold."""

    maker: FormulaMaker
    conjuncts: tuple[Formula, ...]
    of_fact: dict[str, list[tuple[int, Literal]]] = field(default_factory=dict)  # with the conjunct's place

    def __post_init__(self) -> None:
        for place, conjunct in enumerate(self.conjuncts):
            for literal in literals_in(conjunct):
                self.of_fact.setdefault(literal.fact.name, []).append((place, literal))

    def exact(self) -> list[Formula]:
        """The conjuncts, those put together in which the same facts have to be tried."""
        cells: dict[str, Sequence[Value]] = {}
        to_try: list[str] = []
        for name, found in self.of_fact.items():
            literals = list(dict.fromkeys(literal for _, literal in found))
            cells[name] = cells_for(literals)
            if not self.needs_no_trial(found, literals, cells[name]):
                to_try.append(name)
        if not to_try:
            return list(self.conjuncts)
        self.check_bounds(to_try, cells)
        done: list[Formula] = []
        for places, names in joined_by(to_try, {n: {p for p, _ in self.of_fact[n]} for n in to_try}):
            done.append(self.tried(all_of(self.conjuncts[place] for place in sorted(places)), names, cells))
        taken = {place for name in to_try for place, _ in self.of_fact[name]}
        return [part for place, part in enumerate(self.conjuncts) if place not in taken] + done

    def needs_no_trial(
        self, found: list[tuple[int, Literal]], literals: list[Literal], cells: Sequence[Value]
    ) -> bool:
        if not cells:  # what it is compared with cannot be told: each comparison is taken as free
            if len(literals) > 1 or isinstance(decide(literals[0].atom), Constant):
                raise Unfit("several comparisons whose steps cannot be told")
            return True
        rows = [tuple(self.maker.holds(literal, cell) for literal in literals) for cell in cells]
        if len(literals) > 1 and self.maker.may_be_narrowed(literals[0].fact):
            return is_chain(rows)
        if not any(all(row) for row in rows):
            return False
        by_conjunct: dict[int, list[int]] = {}
        for place, literal in found:
            by_conjunct.setdefault(place, []).append(literals.index(literal))
        return all(any(not any(row[i] for i in inside) for row in rows) for inside in by_conjunct.values())

    def check_bounds(self, to_try: Iterable[str], cells: Mapping[str, Sequence[Value]]) -> None:
        """Where the interpreter would have too much to try it leaves a statement open, and so must the engine."""
        places = {name: {place for place, _ in found} for name, found in self.of_fact.items()}
        for _, names in joined_by(places, places):
            free = sum(not cells[name] for name in names)
            if not set(names).isdisjoint(to_try) and (
                free > MOST_ATOMS or math.prod(max(1, len(cells[name])) for name in names) > MOST_TRIALS
            ):
                raise Unfit("too many values to try")

    def tried(self, part: Formula, names: Sequence[str], cells: Mapping[str, Sequence[Value]]) -> Formula:
        if not names:
            return part
        first, rest = names[0], names[1:]
        fact = self.of_fact[first][0][1].fact
        cases = tuple(
            (value, self.tried(self.with_value(part, first, value), rest, cells)) for value in cells[first]
        )
        return Tried(fact, self.tried(part, rest, cells), cases)

    def with_value(self, part: Formula, name: str, value: Value) -> Formula:
        match part:
            case Literal() if part.fact.name == name:
                return HOLDS if self.maker.holds(part, value) else FAILS
            case AllOf(parts):
                return all_of(self.with_value(inner, name, value) for inner in parts)
            case AnyOf(parts):
                return any_of(self.with_value(inner, name, value) for inner in parts)
            case _:
                return part


def cells_for(literals: Sequence[Literal]) -> Sequence[Value]:
    """Values of a fact between which its literals tell; none where that cannot be said."""
    fact = literals[0].fact
    atoms = tuple(dict.fromkeys(literal.atom for literal in literals))
    if fact.type is Type.TEXT and len(atoms) > 1 and not all(isinstance(atom, Call) for atom in atoms):
        raise Unfit("texts held against texts and against beginnings")
    return values_between(fact, atoms)


@lru_cache(maxsize=65_536)
def values_between(fact: FactRef, atoms: tuple[Node, ...]) -> tuple[Value, ...]:
    if found := all_values(fact):
        return tuple(found)
    if any(breakpoints(atom, fact) is None for atom in atoms):
        return ()
    return tuple(cells_of(fact, atoms))


def is_chain(rows: list[tuple[bool, ...]]) -> bool:
    """Does each literal hold for all values of the next wider one? Then any values left can make all alike."""
    columns = sorted({frozenset(i for i, row in enumerate(rows) if row[k]) for k in range(len(rows[0]))}, key=len)
    return (
        all(a < b for a, b in zip(columns, columns[1:], strict=False))
        and bool(columns[0])
        and len(columns[-1]) < len(rows)
    )


def joined_by(
    names: Iterable[str], places: Mapping[str, set[int]]
) -> Iterator[tuple[set[int], list[str]]]:
    """Facts that stand in the same conjuncts, directly or through others, with these conjuncts."""
    groups: list[tuple[set[int], list[str]]] = []
    for name in names:
        together, members = set(places[name]), [name]
        apart = []
        for group in groups:
            if group[0] & together:
                together |= group[0]
                members = group[1] + members
            else:
                apart.append(group)
        groups = [*apart, (together, members)]
    yield from groups


def conjuncts_of(formula: Formula) -> Iterator[Formula]:
    if isinstance(formula, AllOf):
        for part in formula.parts:
            yield from conjuncts_of(part)
    else:
        yield formula


def literals_in(formula: Formula) -> Iterator[Literal]:
    match formula:
        case Literal():
            yield formula
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from literals_in(part)
        case Tried(_, plain, _):
            yield from literals_in(plain)


def all_of(parts: Iterable[Formula]) -> Formula:
    """All parts; false if one is, without those that hold anyway."""
    kept = dict.fromkeys(part for part in parts if part is not HOLDS)
    if FAILS in kept:
        return FAILS
    return HOLDS if not kept else next(iter(kept)) if len(kept) == 1 else AllOf(tuple(kept))


def any_of(parts: Iterable[Formula]) -> Formula:
    kept = dict.fromkeys(part for part in parts if part is not FAILS)
    if HOLDS in kept:
        return HOLDS
    return FAILS if not kept else next(iter(kept)) if len(kept) == 1 else AnyOf(tuple(kept))
