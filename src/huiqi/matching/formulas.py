"""The conditions of a measure as a formula over literals whose two-valued bounds are exact.

Three-valued logic says of every party whether a statement surely holds and whether it may hold. That is exact
as long as no missing fact is asked to be two things at once. Where one is (`employees < 20 or employees > 50`
in one condition, two classes of a size in two), its values are tried, here and once for all parties: the
formula then holds one copy per value, and the answers are those of `measures.settle`.

Exact, because a formula without negations rises with its literals: what surely holds is what holds with every
open literal false, what may hold with every open literal true. Nothing need be tried if a value of the missing
fact leaves of each condition what is left of it with all its literals false, and another of all conditions
together what is left of them with all its literals true.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Final

from huiqi.matching.plan import Plan, PlannedMeasure
from huiqi.measures.expressions import (
    NUMERIC,
    And,
    Call,
    Compare,
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
    """A formula in which a fact, where it is missing, takes each of its values in turn.

    Values that leave the same stand together. Of both sides only those named are not exact without trial.
    """

    fact: FactRef
    plain: "Formula"
    cases: tuple[tuple[tuple[Value, ...], "Formula"], ...]
    for_surely: bool
    for_maybe: bool


@dataclass(frozen=True, slots=True)
class TooMany:
    """Facts that stand together in conditions, and how many values of each would be tried.

    Where so many of them are missing that the interpreter tries none, and leaves a statement open, a formula may
    still tell.
    """

    values: Mapping[str, tuple[FactRef, int]]


@dataclass(frozen=True, slots=True)
class Exact:
    """The formula of a measure; for whom it says more than the interpreter does; the conditions it was made of."""

    formula: "Formula"
    too_many: tuple[TooMany, ...]
    conditions: "Conjunction"


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

    def of(self, planned: PlannedMeasure) -> Exact:
        """Raises `Unfit`."""
        conditions = planned.conditions
        if conditions.bounded or conditions.compared:
            raise Unfit("facts held against each other, or between bounds")
        conjuncts = [
            part for node in conditions.nodes for part in conjuncts_of(self.formula(node, positive=True))
        ]
        found = Conjunction(self, conditions.nodes, tuple(dict.fromkeys(conjuncts)))
        return Exact(all_of(found.exact()), tuple(found.too_many), found)

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
            if asks_for_part_of_one(atom):
                raise Unfit("a count equal to no whole number, which is open where it stands alone")
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


@dataclass(frozen=True, slots=True)
class Trial:
    """A fact, what is said of it, and its values by what they make of that."""

    fact: FactRef
    literals: tuple[Literal, ...]
    cases: tuple[tuple[tuple[bool, ...], tuple[Value, ...]], ...]
    for_surely: bool = False
    for_maybe: bool = False

    def put_into(self, part: Formula, row: Sequence[bool]) -> Formula:
        """What is left of a formula where the literals come out so."""
        match part:
            case Literal():
                if part not in self.literals:
                    return part
                return HOLDS if row[self.literals.index(part)] else FAILS
            case AllOf(parts):
                return all_of(self.put_into(inner, row) for inner in parts)
            case AnyOf(parts):
                return any_of(self.put_into(inner, row) for inner in parts)
            case _:
                return part

    def leaves(self, part: Formula, *, holding: bool) -> bool:
        """Does some value leave what all literals together leave when they hold, or when they do not?"""
        wanted = self.put_into(part, [holding] * len(self.literals))
        return any(same(self.put_into(part, row), wanted) for row, _ in self.cases)

    def is_chain(self, literals: Sequence[Literal]) -> bool:
        """Does each literal hold for all values of the next narrower one? Then any values left make all alike."""
        some = [self.literals.index(literal) for literal in dict.fromkeys(literals)]
        columns = sorted(
            (frozenset(i for i, (row, _) in enumerate(self.cases) if row[k]) for k in some), key=len
        )
        nested = all(narrow <= wide for narrow, wide in pairwise(columns))
        return nested and bool(columns[0]) and len(columns[-1]) < len(self.cases)


def same(left: Formula, right: Formula) -> bool:
    """Are two formulas written alike?"""
    match left, right:
        case (AllOf(a), AllOf(b)) | (AnyOf(a), AnyOf(b)):
            return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
        case _:
            return left is right


@dataclass(slots=True)
class Conjunction:
    """The conditions of one measure: all must hold."""

    maker: FormulaMaker
    statements: tuple[Node, ...]
    conjuncts: tuple[Formula, ...]
    of_fact: dict[str, list[tuple[int, Literal]]] = field(default_factory=dict)  # with the conjunct's place
    cells: dict[str, Sequence[Value]] = field(default_factory=dict)
    too_many: list[TooMany] = field(default_factory=list)

    def __post_init__(self) -> None:
        for place, conjunct in enumerate(self.conjuncts):
            for literal in literals_in(conjunct):
                self.of_fact.setdefault(literal.fact.name, []).append((place, literal))

    def exact(self) -> list[Formula]:
        """The conjuncts, those put together in which the same facts have to be tried."""
        to_try = {name: trial for name in self.of_fact if (trial := self.trial_of(name)) is not None}
        if not to_try:
            return list(self.conjuncts)
        self.note_bounds(set(to_try))
        done: list[Formula] = []
        taken: set[int] = set()
        for places, names in joined_by(to_try, {name: self.places(name) for name in to_try}):
            together = all_of(self.conjuncts[place] for place in sorted(places))
            done.append(tried(together, [to_try[name] for name in names]))
            taken |= places
        return [part for place, part in enumerate(self.conjuncts) if place not in taken] + done

    def places(self, name: str) -> set[int]:
        return {place for place, _ in self.of_fact[name]}

    def trial_of(self, name: str) -> Trial | None:
        """How a fact has to be tried; None where that changes nothing."""
        literals = tuple(dict.fromkeys(literal for _, literal in self.of_fact[name]))
        cells = self.cells[name] = cells_for(literals)
        if not cells:  # what it is compared with cannot be told: each comparison is taken as free
            if len(literals) > 1 or isinstance(decide(literals[0].atom), Constant):
                raise Unfit("several comparisons whose steps cannot be told")
            return None
        rows: dict[tuple[bool, ...], list[Value]] = {}
        for cell in cells:
            rows.setdefault(tuple(self.maker.holds(literal, cell) for literal in literals), []).append(cell)
        cases = tuple((row, tuple(values)) for row, values in rows.items())
        trial = Trial(literals[0].fact, literals, cases)
        if self.maker.may_be_narrowed(trial.fact) and len(literals) > 1:
            return self.trial_of_narrowed(trial)
        places = sorted(self.places(name))
        for_surely = not all(trial.leaves(self.conjuncts[place], holding=False) for place in places)
        for_maybe = not trial.leaves(all_of(self.conjuncts[place] for place in places), holding=True)
        return as_needed(trial, for_surely=for_surely, for_maybe=for_maybe)

    def trial_of_narrowed(self, trial: Trial) -> Trial | None:
        """Of an enum any values may be left, not all: nested statements alone need no trial."""
        by_conjunct: dict[int, list[Literal]] = {}
        for place, literal in self.of_fact[trial.fact.name]:
            by_conjunct.setdefault(place, []).append(literal)
        for_surely = not all(trial.is_chain(inside) for inside in by_conjunct.values())
        return as_needed(trial, for_surely=for_surely, for_maybe=not trial.is_chain(trial.literals))

    def note_bounds(self, to_try: set[str]) -> None:
        """Where the interpreter would have too much to try."""
        statements: dict[str, set[int]] = {}
        for place, node in enumerate(self.statements):
            for name in facts_in(node).keys() & self.of_fact.keys():
                statements.setdefault(name, set()).add(place)
        for _, names in joined_by(statements, statements):
            if to_try.isdisjoint(names):
                continue
            if sum(not self.cells[name] for name in names) > MOST_ATOMS:
                raise Unfit("too many comparisons whose steps cannot be told")
            values = {
                name: (self.of_fact[name][0][1].fact, len(self.cells[name]))
                for name in names
                if self.cells[name]
            }
            if math.prod(number for _, number in values.values()) > MOST_TRIALS:
                self.too_many.append(TooMany(values))


def as_needed(trial: Trial, *, for_surely: bool, for_maybe: bool) -> Trial | None:
    return replace(trial, for_surely=for_surely, for_maybe=for_maybe) if for_surely or for_maybe else None


def tried(part: Formula, trials: Sequence[Trial]) -> Formula:
    """A formula with some facts tried, one after the other."""
    if not trials:
        return part
    first, rest = trials[0], trials[1:]
    cases = tuple((values, tried(first.put_into(part, row), rest)) for row, values in first.cases)
    return Tried(first.fact, tried(part, rest), cases, first.for_surely, first.for_maybe)


def asks_for_part_of_one(atom: Node) -> bool:
    match atom:
        case Compare("=" | "<>", left, right) if Type.INT in (left.type, right.type):
            return any(
                isinstance(side, Constant)
                and isinstance(side.value, Fraction)
                and side.value.denominator != 1
                for side in (left, right)
            )
        case _:
            return False


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


def joined_by(names: Iterable[str], places: Mapping[str, set[int]]) -> Iterator[tuple[set[int], list[str]]]:
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


def all_literals(formula: Formula) -> Iterator[Literal]:
    """Those of all cases, too."""
    match formula:
        case Literal():
            yield formula
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from all_literals(part)
        case Tried(_, plain, cases):
            yield from all_literals(plain)
            for _, case in cases:
                yield from all_literals(case)


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
