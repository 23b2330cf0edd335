"""How far a party is from the other side of a rule: per comparison, and the nearest way to turn the whole.

A way is the set of undivided statements that would have to come out otherwise. Of several ways the one counts
as nearest that changes the fewest categories (sector, yes-or-no facts), then needs the fewest unknown facts,
then moves the figures least in proportion to their thresholds. A derived fact is looked through: a firm that
is medium is told by how many employees it misses being small.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from huiqi.measures.derive import Facts
from huiqi.measures.expressions import (
    NUMERIC,
    And,
    Call,
    Choice,
    Compare,
    Constant,
    FactRef,
    Member,
    Node,
    Not,
    Or,
    Type,
    Value,
)
from huiqi.measures.settle import settle

FIXED: Final = 3  # what a text counts as (an industry code is not changed for a subsidy); a category is 1


@dataclass(frozen=True, slots=True)
class Step:
    """An undivided statement, and how it must come out."""

    statement: Node
    wanted: bool


@dataclass(frozen=True, slots=True)
class Way:
    """Steps that together turn a statement, and what they cost."""

    steps: tuple[Step, ...] = ()
    categories: int = 0
    unknown: int = 0
    share: Fraction = Fraction(0)  # distances in proportion to their thresholds, added up

    @property
    def cost(self) -> tuple[int, int, Fraction, int]:
        return self.categories, self.unknown, self.share, len(self.steps)

    def and_then(self, other: "Way") -> "Way":
        if not other.steps:
            return self
        if not self.steps:
            return other
        new = [step for step in other.steps if step not in self.steps]
        return Way(
            (*self.steps, *new),
            self.categories + other.categories,
            self.unknown + other.unknown,
            self.share + other.share,
        )


DONE: Final = Way()


@dataclass(frozen=True, slots=True)
class Sides:
    """The two sides of a comparison with everything known put in."""

    left: Fraction | date
    right: Fraction | date

    @property
    def distance(self) -> Fraction:
        """How far apart, without sign: in the unit of the sides, days for dates."""
        if isinstance(self.left, date) and isinstance(self.right, date):
            return Fraction(abs((self.left - self.right).days))
        if isinstance(self.left, Fraction) and isinstance(self.right, Fraction):
            return abs(self.left - self.right)
        raise TypeError("a figure beside a date")

    @property
    def share(self) -> Fraction:
        """The distance in proportion to the threshold (a year for dates)."""
        size = abs(self.right) if isinstance(self.right, Fraction) else Fraction(365)
        return self.distance / (size or max(self.distance, Fraction(1)))


def sides_of(statement: Node, facts: Facts) -> Sides | None:
    """Both sides of a comparison of figures or dates, where both are known."""
    if not isinstance(statement, Compare) or statement.left.type not in NUMERIC | {Type.DATE}:
        return None
    left, right = facts.put_into(statement.left), facts.put_into(statement.right)
    match left, right:
        case Constant(Fraction() | date() as a, _), Constant(Fraction() | date() as b, _):
            return Sides(a, b) if isinstance(a, date) == isinstance(b, date) else None
        case _:
            return None


def leaves(node: Node, *, wanted: bool = True) -> Iterator[Step]:
    """The undivided statements of a rule, each with the side it is wanted on."""
    match node:
        case Constant():
            return
        case Not(operand):
            yield from leaves(operand, wanted=not wanted)
        case And(operands) | Or(operands):
            for operand in operands:
                yield from leaves(operand, wanted=wanted)
        case _:
            yield Step(node, wanted)


class Ways:
    """Finds the nearest way to a side of a statement for one party; what it found is kept."""

    def __init__(self, facts: Facts, stated: Collection[str]) -> None:
        self.facts = facts
        self.stated = stated  # a stated fact is not looked through
        self.found: dict[tuple[int, bool], tuple[Node, Way | None]] = {}  # by identity: trees are large
        self.outcomes: dict[int, tuple[Node, bool | None]] = {}
        self.entered: dict[int, tuple[Choice, list[tuple[Way, Node]]]] = {}

    def to(self, node: Node, wanted: bool) -> Way | None:
        """The nearest way to make a statement come out as wanted; empty where it does; None if it cannot."""
        key = (id(node), wanted)
        if key not in self.found:
            self.found[key] = (node, self.search(node, wanted))
        return self.found[key][1]

    def search(self, node: Node, wanted: bool) -> Way | None:
        match node:
            case Constant(value, _):
                return DONE if value is wanted else None
            case Not(operand):
                return self.to(operand, not wanted)
            case And(operands):
                return self.all_of(operands, True) if wanted else self.any_of(operands, False)
            case Or(operands):
                return self.any_of(operands, True) if wanted else self.all_of(operands, False)
            case Choice():
                return self.to_value(node, lambda value: value is wanted, Step(node, wanted))
            case _:
                return self.leaf(Step(node, wanted))

    def all_of(self, nodes: tuple[Node, ...], wanted: bool) -> Way | None:
        together = DONE
        for node in nodes:
            way = self.to(node, wanted)
            if way is None:
                return None
            together = together.and_then(way)
        return together

    def any_of(self, nodes: tuple[Node, ...], wanted: bool) -> Way | None:
        return nearest(self.to(node, wanted) for node in nodes)

    def outcome(self, statement: Node) -> bool | None:
        """How an undivided statement comes out, None while that is open."""
        key = id(statement)
        if key not in self.outcomes:
            self.outcomes[key] = (statement, settle(self.facts.put_into(statement)).outcome)
        return self.outcomes[key][1]

    def leaf(self, step: Step) -> Way | None:
        outcome = self.outcome(step.statement)
        if outcome is step.wanted:
            return DONE
        if outcome is None:
            return Way((step,), unknown=1)
        through = self.through_formula(step)
        if through is not None:
            return through
        sides = sides_of(step.statement, self.facts)
        if sides is not None:
            return Way((step,), share=sides.share)
        return Way((step,), categories=FIXED if stands_on_text(step.statement) else 1)

    def through_formula(self, step: Step) -> Way | None:
        """The way through the formula of a derived fact that has no stated value."""
        match step.statement:
            case FactRef(name, Type.BOOL, _) if (formula := self.formula(name)) is not None:
                return self.to(formula, step.wanted)
            case Member(FactRef(name, Type.ENUM, _), choices) if (formula := self.formula(name)) is not None:
                chosen = {choice.value for choice in choices}
                return self.to_value(formula, lambda value: (value in chosen) is step.wanted, step)
            case Compare(("=" | "<>") as op, FactRef(name, Type.ENUM, _), Constant(other, _)) if (
                formula := self.formula(name)
            ) is not None:
                same = (op == "=") is step.wanted
                return self.to_value(formula, lambda value: (value == other) is same, step)
            case _:
                return None

    def formula(self, name: str) -> Node | None:
        kind = self.facts.rulebook.kinds.get(name)
        return None if kind is None or name in self.stated else kind.formula

    def to_value(self, node: Node, accept: Callable[[Value], bool], step: Step) -> Way | None:
        """The nearest way for a choice to give a value that is accepted."""
        match node:
            case Constant(value, _):
                return DONE if value is not None and accept(value) else None
            case Choice():
                return self.through_branches(node, accept, step)
            case FactRef(name, Type.ENUM, _) if (formula := self.formula(name)) is not None:
                return self.to_value(formula, accept, step)
            case _ if node.type is Type.BOOL:
                return nearest(self.to(node, value) for value in (True, False) if accept(value))
            case _:
                return Way((step,), categories=1)

    def through_branches(self, node: Choice, accept: Callable[[Value], bool], step: Step) -> Way | None:
        """Past the branches before one, into it, on to its value; the cheapest entrances come first."""
        best: Way | None = None
        for entrance, value in self.cheapest_entrances(node):
            if best is not None and entrance.cost >= best.cost:
                break
            onward = self.to_value(value, accept, step)
            if onward is not None:
                best = nearest(iter((best, entrance.and_then(onward))))
        return best

    def cheapest_entrances(self, node: Choice) -> list[tuple[Way, Node]]:
        """The same whatever value is wanted, so kept."""
        key = id(node)
        if key not in self.entered:
            ways = sorted(self.entrances(node.branches, node.otherwise), key=lambda pair: pair[0].cost)
            self.entered[key] = (node, ways)
        return self.entered[key][1]

    def entrances(
        self, branches: tuple[tuple[Node, Node], ...], otherwise: Node
    ) -> Iterator[tuple[Way, Node]]:
        """What it takes to come into each branch, with the value it gives."""
        passed = DONE
        for condition, value in branches:
            into = self.to(condition, True)
            if into is not None:
                yield passed.and_then(into), value
            past = self.to(condition, False)
            if past is None:
                return
            passed = passed.and_then(past)
        yield passed, otherwise


def nearest(ways: Iterator[Way | None]) -> Way | None:
    return min((way for way in ways if way is not None), key=lambda way: way.cost, default=None)


def stands_on_text(statement: Node) -> bool:
    match statement:
        case Call("within", _):
            return True
        case Compare(_, left, _) | Member(left, _):
            return left.type is Type.TEXT
        case _:
            return False
