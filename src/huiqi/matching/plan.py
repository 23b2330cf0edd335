"""What a match run works on: the measures of a day, over one register's columns, each statement shared."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Final

from huiqi.measures.derive import Facts, Known
from huiqi.measures.expressions import (
    NUMERIC,
    And,
    Choice,
    Compare,
    Constant,
    Domain,
    FactRef,
    Node,
    Not,
    Or,
    Type,
    Value,
    children,
    facts_in,
    rebuild,
)
from huiqi.measures.interpret import interpret
from huiqi.measures.ranges import ANYTHING, Range, range_of
from huiqi.measures.settle import breakpoints
from huiqi.measures.types import AS_OF, FactKind, Measure, Rulebook
from huiqi.measures.vector_functions import EPOCH

AUDIENCE_ROLES: Final[Mapping[str, tuple[str, ...]]] = {
    "enterprise": ("enterprise",),
    "bidder": ("enterprise",),
    "individual": ("individual", "person"),
}
"""The roles of a register that make an audience; any other audience is the role of the same name."""


AROUND: Final = range(-3, 4)


@dataclass(frozen=True, slots=True)
class Bounded:
    """A derived number of which more may be known than nothing: the rows still open of a sum of points.

    Where every part that names it holds it against figures, how its bounds lie beside them tells cases apart;
    elsewhere (`figures` is None) a party of whom more is known than `default` stands alone.
    """

    fact: FactRef
    figures: tuple[Fraction, ...] | None
    default: Range  # of a party without any facts


@dataclass(frozen=True, slots=True)
class Statements:
    """Statements that must all hold, and what tells their unknown cases apart."""

    nodes: tuple[Node, ...]
    atoms: tuple[Node, ...]  # undivided parts that differ from party to party
    facts: tuple[
        FactRef, ...
    ]  # facts whose own state tells more: repeated enums, and those compared with each other
    compared: tuple[tuple[FactRef, ...], ...]  # facts held against each other: half known, values decide
    bounded: tuple[Bounded, ...] = ()  # derived numbers, which may lie between bounds
    steps: Mapping[str, tuple[Fraction, ...]] = field(default_factory=dict)
    """Of compared facts, those whose value tells only by where it lies beside some figures (days since 1970)."""


@dataclass(frozen=True, slots=True)
class PlannedMeasure:
    """A measure ready to be run over blocks; facts carry the names of the register's columns."""

    measure: Measure
    roles: tuple[str, ...]
    conditions: Statements
    amount: Node | None
    value: Node | None
    facts: tuple[str, ...]  # every underived fact it can stand on


@dataclass(frozen=True, slots=True)
class Plan:
    """All measures of a run and the facts they share."""

    as_of: date | None
    measures: tuple[PlannedMeasure, ...]
    kinds: Mapping[str, FactKind]  # by fact name; formulas have the day and the parameters put in
    formulas: Mapping[str, Statements] = field(default_factory=dict)  # of yes-or-no facts
    columns: tuple[str, ...] = ()  # of the register, that the run reads
    uniform: Mapping[str, Known | None] = field(default_factory=dict)
    """Derived facts that no column reaches, with what is known of them: the same for every party."""

    @property
    def rulebook(self) -> Rulebook:
        """What the planned rules stand on; day and parameters are in them already."""
        return Rulebook("", self.kinds, {}, self.as_of or date.min)


def make_plan(
    measures: Iterable[Measure],
    *,
    rulebooks: Mapping[str, Rulebook],
    columns: Collection[str],
    as_of: date | None,
) -> Plan:
    """Plan a run of the measures that hold on a day over a register with these fact columns.

    Without a day no period is tested and parameters are those of the pack's first day.

    A fact that two packs declare differently is kept apart: the pack's own kind is read from the column
    ``fact@pack`` where the register has one, and is unknown otherwise.
    """
    shared: dict[Node, Node] = {}
    kinds: dict[str, FactKind] = {}
    planned: list[PlannedMeasure] = []
    preparers: dict[str, Preparer] = {}
    for measure in measures:
        if as_of is not None and not measure.period.holds_on(as_of):
            continue
        prepare = preparers.get(measure.pack)
        if prepare is None:
            names = own_names(rulebooks, measure.pack)
            prepare = Preparer(rulebooks[measure.pack], names, as_of, shared, kinds)
            preparers[measure.pack] = prepare
        ready = prepare.measure(measure)
        nodes = tuple(condition.when for condition in ready.conditions)
        amount, value = ready.award.amount, ready.award.value
        planned.append(
            PlannedMeasure(
                measure=ready,
                roles=AUDIENCE_ROLES.get(measure.audience, (measure.audience,)),
                conditions=Statements(nodes, (), (), ()),
                amount=amount,
                value=value,
                facts=tuple(prepare.underived([*nodes, *(n for n in (amount, value) if n is not None)])),
            )
        )
    varying = facts_that_vary(kinds, columns)
    nobody = facts_of_nobody(kinds, as_of)
    uniform = {name: known for name, known in nobody.items() if name not in varying}
    defaults = {
        name: as_range(known, kinds[name])
        for name, known in nobody.items()
        if name in varying and kinds[name].type in NUMERIC
    }
    planned = [
        replace(p, conditions=told_apart(p.conditions.nodes, varying, defaults, uniform)) for p in planned
    ]
    formulas = {
        name: told_apart((kind.formula,), varying, defaults, uniform)
        for name, kind in kinds.items()
        if kind.formula is not None and kind.type is Type.BOOL
    }
    read = {name for p in planned for name in p.facts if name in columns} | (kinds.keys() & set(columns))
    return Plan(as_of, tuple(planned), kinds, formulas, tuple(sorted(read)), uniform)


def own_names(rulebooks: Mapping[str, Rulebook], pack: str) -> dict[str, str]:
    """Facts of a pack that mean something else in another pack, with the column that is theirs alone."""
    mine = rulebooks[pack].kinds
    return {
        name: f"{name}@{pack}"
        for name, kind in mine.items()
        if kind.pack == pack
        and any(
            name in other.kinds and differs(other.kinds[name], kind)
            for slug, other in rulebooks.items()
            if slug != pack
        )
    }


def differs(a: FactKind, b: FactKind) -> bool:
    return a.type != b.type or a.domain.values != b.domain.values


@dataclass(slots=True)
class Preparer:
    """Puts the day and the parameters into expressions, renames clashing facts, and shares equal nodes."""

    original: Rulebook
    names: Mapping[str, str]
    as_of: date | None
    shared: dict[Node, Node]
    kinds: dict[str, FactKind]
    rulebook: Rulebook = field(init=False)
    known: dict[str, Value] = field(init=False)  # the parameters of the day, and the day

    def __post_init__(self) -> None:
        day = self.as_of or self.original.first_day
        self.known = {
            name: value
            for name, parameter in self.original.parameters.items()
            if (value := parameter.on(day)) is not None
        }
        if self.as_of is not None:
            self.known[AS_OF] = self.as_of
        kinds = {
            self.names.get(n, n): replace(k, name=self.names.get(n, n))
            for n, k in self.original.kinds.items()
        }
        self.rulebook = replace(self.original, kinds=kinds)

    def node(self, node: Node) -> Node:
        prepared = self.share(interpret(node, self.known))
        for name in facts_in(prepared):
            self.add_kind(name)
        return prepared

    def measure(self, measure: Measure) -> Measure:
        """The measure over prepared expressions; what it gives besides the amount is left out."""
        conditions = tuple(replace(c, when=self.node(c.when)) for c in measure.conditions)
        amount = self.node(measure.award.amount) if measure.award.amount is not None else None
        value = self.node(measure.award.value) if measure.award.value is not None else None
        award = replace(measure.award, amount=amount, value=value, also={})
        return replace(measure, conditions=conditions, award=award)

    def add_kind(self, name: str) -> None:
        """Note the fact and, for a derived one, the facts of its formula."""
        kind = self.rulebook.kinds.get(name)
        if kind is None or name in self.kinds:
            return
        self.kinds[name] = kind
        if kind.formula is not None:
            self.kinds[name] = replace(kind, formula=self.node(kind.formula))

    def underived(self, nodes: Sequence[Node]) -> Iterator[str]:
        seen: set[str] = set()
        waiting = [name for node in nodes for name in facts_in(node)]
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            yield name
            kind = self.kinds.get(name)
            if kind is not None and kind.formula is not None:
                waiting += facts_in(kind.formula)

    def share(self, node: Node) -> Node:
        """The one node that stands for all equal ones, with clashing facts renamed."""
        rebuilt = rebuild(node, self.share)
        if isinstance(rebuilt, FactRef) and rebuilt.name in self.names:
            rebuilt = FactRef(self.names[rebuilt.name], rebuilt.type, rebuilt.domain)
        return self.shared.setdefault(rebuilt, rebuilt)


def facts_that_vary(kinds: Mapping[str, FactKind], columns: Collection[str]) -> set[str]:
    """Facts that can be known for some party: those with a column, and those derived from such."""
    varying = {name for name in kinds if name in columns}
    while True:
        more = {
            name
            for name, kind in kinds.items()
            if name not in varying and kind.formula is not None and gives_something(kind.formula, varying)
        }
        if not more:
            return varying
        varying |= more


def gives_something(formula: Node, varying: set[str]) -> bool:
    return isinstance(formula, Constant) or bool(facts_in(formula).keys() & varying)


def facts_of_nobody(kinds: Mapping[str, FactKind], as_of: date | None) -> dict[str, Known | None]:
    """What is known of each derived fact where nothing is stated."""
    facts = Facts({}, Rulebook("", kinds, {}, as_of or date.min), as_of, [])
    return {name: facts.of(name) for name, kind in kinds.items() if kind.formula is not None}


def as_range(known: Value | Domain | None, kind: FactKind) -> Range:
    if isinstance(known, Fraction):
        return Range(known, known)
    domain = known if isinstance(known, Domain) else kind.domain
    return range_of(FactRef(kind.name, kind.type, domain)) or ANYTHING


def bounded_in(parts: Sequence[Node], defaults: Mapping[str, Range]) -> Iterator[Bounded]:
    """The derived numbers that parts of a statement name, with the figures they are held against."""
    facts = {name: fact for part in parts for name, fact in facts_in(part).items() if name in defaults}
    for name, fact in facts.items():
        found: set[Fraction] = set()
        for part in (p for p in parts if name in facts_in(p)):
            points = breakpoints(part, fact) if len(facts_in(part)) == 1 else None
            if points is None:
                yield Bounded(fact, None, defaults[name])
                break
            found |= {point for point in points if isinstance(point, Fraction)}
        else:
            yield Bounded(fact, tuple(sorted(found)), defaults[name])


def told_apart(
    nodes: tuple[Node, ...],
    varying: set[str],
    defaults: Mapping[str, Range],
    uniform: Mapping[str, Known | None],
) -> Statements:
    """What tells the unknown cases of statements apart: the state of each part, and of some facts."""
    parts = list(dict.fromkeys(part for node in nodes for part in undivided(node)))
    atoms = tuple(part for part in parts if facts_in(part).keys() & varying)
    counts = Counter(name for part in parts for name in facts_in(part))
    compared = {name for part in parts if len(facts_in(part)) > 1 for name in facts_in(part)}
    facts = {name: fact for part in parts for name, fact in facts_in(part).items()}
    facts_too = tuple(
        fact
        for name, fact in facts.items()
        if name in varying and ((fact.type is Type.ENUM and counts[name] > 1) or name in compared)
    )
    together = (
        tuple(
            fact
            for fact in facts_in(part).values()
            if not isinstance(uniform.get(fact.name), (date, Fraction))
        )
        for part in atoms
    )
    held_together = tuple(facts for facts in together if len(facts) > 1)
    alone = {name for name, number in counts.items() if number == 1 and name not in defaults}
    steps = {
        name: figures for part in atoms if facts_in(part).keys() <= alone for name, figures in steps_in(part)
    }
    return Statements(nodes, atoms, facts_too, held_together, tuple(bounded_in(atoms, defaults)), steps)


def steps_in(part: Node) -> Iterator[tuple[str, tuple[Fraction, ...]]]:
    """Two facts held against each other: where one is missing, what matters of the other's value.

    That is where it lies beside the ends of what the missing one can be; `settle.cells_of` looks up to two
    units around it.
    """
    match part:
        case Compare(_, FactRef() as left, FactRef() as right) if left.type is right.type:
            for fact, missing in ((left, right), (right, left)):
                if fact.type in NUMERIC or fact.type is Type.DATE:
                    yield (
                        fact.name,
                        tuple(sorted({end + step for end in ends_of(missing) for step in AROUND})),
                    )


def ends_of(fact: FactRef) -> set[Fraction]:
    calendar = (date.min, date.max) if fact.type is Type.DATE else ()
    ends = {*calendar, fact.domain.low, fact.domain.high}
    days = {Fraction(end.toordinal() - EPOCH) for end in ends if isinstance(end, date)}
    return days | {end for end in ends if isinstance(end, Fraction)}


def undivided(node: Node) -> Iterator[Node]:
    """The parts of a statement that are true or false as a whole."""
    match node:
        case Constant():
            return
        case Not() | And() | Or():
            for child in children(node):
                yield from undivided(child)
        case Choice(branches, otherwise):
            for when, then in branches:
                yield from undivided(when)
                yield from undivided(then)
            yield from undivided(otherwise)
        case _:
            yield node
