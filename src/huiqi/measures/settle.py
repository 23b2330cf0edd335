"""What conditions come to when facts are missing: settled either way, or open and on which facts.

A missing fact makes an answer unknown only if some possible value of it would change the answer. Three-valued
logic gives that where each fact stands once. Where one stands more than once its values are tried: all values
of a yes-or-no fact, an enum or a short range of counts; for other numbers and dates one value for every cell
between the constants they are compared with; for texts every text mentioned and one that is not. A sum of
points is looked into: what its steps hang on is tried. A comparison whose two sides lie apart whatever the
missing facts are is decided (`ranges`); one that mixes several facts otherwise is taken as a statement of its
own that may hold or not. Beyond `MOST_TRIALS` three-valued logic stands.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import product
from typing import Final

from huiqi.measures.affine import root_of
from huiqi.measures.expressions import (
    FALSE,
    TRUE,
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
    children,
    facts_in,
    rebuild,
    walk,
)
from huiqi.measures.interpret import interpret
from huiqi.measures.ranges import decided

MOST_TRIALS: Final = 4096
SHORT_RANGE: Final = 64
MOST_ATOMS: Final = 10
NO_SUCH_TEXT: Final = "\0"


@dataclass(frozen=True, slots=True)
class Settled:
    """Can a statement still come true, can it still come false, and which missing facts decide that?"""

    can_hold: bool
    can_fail: bool
    can_lack: bool = False  # may have no value at all (division by zero)
    open_on: frozenset[str] = frozenset()
    bounded: bool = False  # too many values to try: three-valued logic stands

    @property
    def outcome(self) -> bool | None:
        """True, False, or None while it is open or has no value."""
        if self.can_lack or self.can_hold == self.can_fail:
            return None
        return self.can_hold


HOLDS: Final = Settled(can_hold=True, can_fail=False)
FAILS: Final = Settled(can_hold=False, can_fail=True)
NO_VALUE: Final = Settled(can_hold=False, can_fail=False, can_lack=True)


def settle_all(statements: Sequence[Node], alone: Sequence[Settled] = ()) -> Settled:
    """Settle the conjunction of statements in which every known fact has been put in (`interpret`).

    Statements that share no missing fact are settled apart; together they hold only if each may. `alone` may
    hold what each comes to by itself.
    """
    known = {id(statement): settled for statement, settled in zip(statements, alone, strict=False)}
    settled = [
        settle(And(tuple(group))) if len(group) > 1 else known.get(id(group[0])) or settle(group[0])
        for group in by_shared_facts(statements)
    ]
    if any(s.outcome is False for s in settled):
        return FAILS
    return Settled(
        can_hold=all(s.can_hold for s in settled),
        can_fail=any(s.can_fail for s in settled),
        can_lack=any(s.can_lack for s in settled),
        open_on=frozenset().union(*(s.open_on for s in settled)),
        bounded=any(s.bounded for s in settled),
    )


def by_shared_facts(statements: Iterable[Node]) -> list[list[Node]]:
    """Group statements so that no missing fact stands in two groups."""
    groups: list[tuple[set[str], list[Node]]] = []
    for statement in statements:
        names, members = set(facts_in(statement)), [statement]
        apart = []
        for group in groups:
            if group[0] & names:
                names |= group[0]
                members = group[1] + members
            else:
                apart.append(group)
        groups = [*apart, (names, members)]
    return [members for _, members in groups]


def settle(statement: Node) -> Settled:
    """Settle one statement in which every known fact has been put in."""
    if isinstance(statement, Constant):
        return NO_VALUE if statement.value is None else HOLDS if statement.value else FAILS
    if is_plainly_open(statement):
        return Settled(can_hold=True, can_fail=True, open_on=frozenset(facts_in(statement)))
    statement = decide(statement)
    if isinstance(statement, Constant):
        return settle(statement)
    facts = facts_in(statement)
    trials = trial_values(statement, facts)
    if trials is None:
        return Settled(can_hold=True, can_fail=True, open_on=frozenset(facts), bounded=True)
    return try_all(statement, trials)


def decide(statement: Node) -> Node:
    """The statement with every comparison answered whose sides lie apart whatever the missing facts are."""
    match statement:
        case Not() | And() | Or():
            answers = {part: decide(part) for part in children(statement)}
            if all(part is answer for part, answer in answers.items()):
                return statement
            return interpret(rebuild(statement, answers.__getitem__), {})
        case _:
            return decided(statement)


def is_plainly_open(statement: Node) -> bool:
    """Does each fact stand once, in a comparison that can go both ways? Then nothing need be tried."""
    references = [node for node in walk(statement) if isinstance(node, FactRef)]
    return len(references) == len({r.name for r in references}) and free_of_surprises(statement)


def free_of_surprises(node: Node) -> bool:
    match node:
        case FactRef():
            return True
        case Not(operand):
            return free_of_surprises(operand)
        case And(operands) | Or(operands):
            return all(free_of_surprises(operand) for operand in operands)
        case Compare(op, FactRef() as fact, Constant(value, _)) if value is not None:
            return goes_both_ways(op, fact, value)
        case Member(FactRef() as fact, choices) if fact.type in (Type.ENUM, Type.TEXT):
            chosen = {choice.value for choice in choices}
            if fact.type is Type.ENUM and not chosen & set(fact.domain.candidates):
                return False
            return fact.type is Type.TEXT or (
                fact.type is Type.ENUM and bool(set(fact.domain.candidates) - chosen)
            )
        case Call("within", (FactRef(), *_)):
            return True
        case _:
            return False


def goes_both_ways(op: str, fact: FactRef, value: Value) -> bool:
    low, high = fact.domain.low, fact.domain.high
    if fact.type is Type.DATE:  # the calendar ends
        low, high = low or date.min, high or date.max
    if fact.type in (Type.BOOL, Type.TEXT):
        return True
    if fact.type is Type.ENUM:
        return value in fact.domain.candidates and len(fact.domain.candidates) > 1
    above_low = low is None or low < value  # type: ignore[operator]
    below_high = high is None or value < high  # type: ignore[operator]
    if op in ("=", "<>"):
        return (low is None or low <= value) and (high is None or value <= high) and low != high  # type: ignore[operator]
    at_low, at_high = low is not None and low == value, high is not None and high == value
    if op in ("<", ">="):
        return above_low and (below_high or at_high)
    return below_high and (above_low or at_low)


def trial_values(statement: Node, facts: Mapping[str, FactRef]) -> dict[str, Sequence[Value]] | None:
    """The values to try for each fact; facts that stand in mixed comparisons have none (they stay).

    None where there are too many.
    """
    finite = {name: values for name, fact in facts.items() if (values := all_values(fact))}
    if math.prod(len(values) for values in finite.values()) > MOST_TRIALS:
        return None
    ordered = {name: fact for name, fact in facts.items() if name not in finite}
    if not ordered:
        return finite
    variants = {interpret(statement, known) for known in assignments(finite)}
    atoms = {atom for variant in variants for atom in atoms_of(variant)}
    mixed = mixed_facts(atoms, ordered)
    cells = {
        name: cells_of(fact, [atom for atom in atoms if name in facts_in(atom)])
        for name, fact in ordered.items()
        if name not in mixed
    }
    trials = finite | {name: values for name, values in cells.items() if values}
    if math.prod(len(values) for values in trials.values()) > MOST_TRIALS:
        return None
    return trials


def all_values(fact: FactRef) -> Sequence[Value]:
    """Every possible value of a fact, if there are few."""
    match fact.type:
        case Type.BOOL:
            return (False, True)
        case Type.ENUM:
            return fact.domain.candidates
        case Type.INT if isinstance(fact.domain.low, Fraction) and isinstance(fact.domain.high, Fraction):
            low, high = math.ceil(fact.domain.low), math.floor(fact.domain.high)
            return [Fraction(n) for n in range(low, high + 1)] if high - low < SHORT_RANGE else ()
        case _:
            return ()


def assignments(trials: Mapping[str, Sequence[Value]]) -> Iterator[dict[str, Value]]:
    for values in product(*trials.values()):
        yield dict(zip(trials, values, strict=True))


def atoms_of(statement: Node) -> Iterator[Node]:
    """The undivided statements a condition is made of; of a sum of points those its steps hang on."""
    match statement:
        case Constant():
            return
        case Not() | And() | Or():
            for child in children(statement):
                yield from atoms_of(child)
        case Compare() if (conditions := steps_of(statement)) is not None:
            for condition in conditions:
                yield from atoms_of(condition)
        case _:
            yield statement


def steps_of(node: Node) -> list[Node] | None:
    """The conditions that choose among written figures; None where a fact counts for itself."""
    match node:
        case FactRef():
            return None
        case Choice(branches, otherwise):
            found = [condition for condition, _ in branches]
            parts = [*(value for _, value in branches), otherwise]
        case _:
            found, parts = [], list(children(node))
    for part in parts:
        below = steps_of(part)
        if below is None:
            return None
        found += below
    return found


def mixed_facts(atoms: Iterable[Node], ordered: Mapping[str, FactRef]) -> set[str]:
    """Facts whose cells cannot be told apart: in a comparison with another fact, or not a straight line.

    A fact beside a mixed one is mixed too, so that every comparison is either wholly tried or wholly open.
    """
    atoms = list(atoms)
    mixed = {
        name
        for atom in atoms
        for name in facts_in(atom)
        if len(facts_in(atom)) > 1 or breakpoints(atom, ordered[name]) is None
    }
    while True:
        more = {name for atom in atoms if facts_in(atom).keys() & mixed for name in facts_in(atom)}
        if more <= mixed:
            return mixed
        mixed |= more


def breakpoints(atom: Node, fact: FactRef) -> list[Value] | None:
    """Where a comparison that stands on one fact changes its answer; None where that cannot be told."""
    match atom:
        case Compare(_, left, right) if fact.type is Type.DATE or fact.type is Type.TEXT:
            ends = {left, right} - {fact}
            constants = [end.value for end in ends if isinstance(end, Constant) and end.value is not None]
            return constants if len(constants) == 1 and fact in (left, right) else None
        case Compare(_, left, right):
            roots = root_of(left, right, fact.name)
            return None if roots is None else list(roots)
        case Member(operand, choices) if operand == fact:
            return [choice.value for choice in choices if choice.value is not None]
        case Call("within", (operand, *branches)) if operand == fact:
            return [b.value for b in branches if isinstance(b, Constant) and b.value is not None]
        case _:
            return None


def cells_of(fact: FactRef, atoms: Iterable[Node]) -> Sequence[Value]:
    """One value for every stretch between breakpoints, and the breakpoints themselves."""
    points = {point for atom in atoms for point in breakpoints(atom, fact) or ()}
    if fact.type is Type.TEXT:
        return [*sorted(str(point) for point in points), NO_SUCH_TEXT]
    if fact.type is Type.DATE:
        days = [point for point in points if isinstance(point, date)]
        around = {near for day in days for near in days_beside(day)}
        return [day for day in sorted(around or {date(2000, 1, 1)}) if in_bounds(day, fact)]
    numbers = sorted(point for point in points if isinstance(point, Fraction)) or [Fraction(0)]
    if fact.type is Type.INT:
        near = {Fraction(math.floor(n) + step) for n in numbers for step in (-1, 0, 1, 2)}
    else:
        middles = {(a + b) / 2 for a, b in zip(numbers, numbers[1:], strict=False)}
        near = {*numbers, *middles, numbers[0] - 1, numbers[-1] + 1, *edges(fact)}
    return [n for n in sorted(near) if in_bounds(n, fact)]


def days_beside(day: date) -> Iterator[date]:
    """A day with the one before and the one after it, as far as the calendar goes."""
    for number in range(day.toordinal() - 1, day.toordinal() + 2):
        if 1 <= number <= date.max.toordinal():
            yield date.fromordinal(number)


def edges(fact: FactRef) -> set[Fraction]:
    return {edge for edge in (fact.domain.low, fact.domain.high) if isinstance(edge, Fraction)}


def in_bounds(value: Value, fact: FactRef) -> bool:
    low, high = fact.domain.low, fact.domain.high
    return (low is None or low <= value) and (high is None or value <= high)  # type: ignore[operator]


def try_all(statement: Node, trials: Mapping[str, Sequence[Value]]) -> Settled:
    """Try every combination of values, and hold beside each other those that differ in one fact only."""
    names = list(trials)
    results = {
        values: decide(interpret(statement, dict(zip(names, values, strict=True))))
        for values in product(*trials.values())
    }
    left = {result: truth_table(result) for result in set(results.values())}
    if any(table is None for table in left.values()):
        return Settled(can_hold=True, can_fail=True, open_on=frozenset(facts_in(statement)), bounded=True)
    tables = [table for table in left.values() if table is not None]
    open_on = {name for table in tables for name in table.open_on}
    for index, name in enumerate(names):
        seen: dict[tuple[Value, ...], Node] = {}
        for values, result in results.items():
            others = values[:index] + values[index + 1 :]
            if seen.setdefault(others, result) != result:
                open_on.add(name)
                break
    return Settled(
        can_hold=any(table.can_hold for table in tables),
        can_fail=any(table.can_fail for table in tables),
        can_lack=any(table.can_lack for table in tables),
        open_on=frozenset(open_on),
    )


def truth_table(statement: Node) -> Settled | None:
    """Settle a statement over mixed comparisons, each taken as free to hold or not; None if too many."""
    if isinstance(statement, Constant):
        return settle(statement)
    atoms = list(dict.fromkeys(atoms_of(statement)))
    if len(atoms) > MOST_ATOMS:
        return None
    rows = {
        row: replaced(statement, dict(zip(atoms, row, strict=True)))
        for row in product((False, True), repeat=len(atoms))
    }
    open_on: set[str] = set()
    for index, atom in enumerate(atoms):
        if any(rows[row] != rows[flip(row, index)] for row in rows):
            open_on |= facts_in(atom).keys()
    answers = set(rows.values())
    return Settled(TRUE in answers, FALSE in answers, bool(answers - {TRUE, FALSE}), frozenset(open_on))


def flip(row: tuple[bool, ...], index: int) -> tuple[bool, ...]:
    return (*row[:index], not row[index], *row[index + 1 :])


def replaced(statement: Node, answers: Mapping[Node, bool]) -> Node:
    """The statement with each undivided part answered."""
    return interpret(answered(statement, answers), {})


def answered(part: Node, answers: Mapping[Node, bool]) -> Node:
    if part in answers:
        return TRUE if answers[part] else FALSE
    return rebuild(part, lambda inner: answered(inner, answers))
