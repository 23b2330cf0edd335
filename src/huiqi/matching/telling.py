"""What a measure's open answers lack, from its conditions: see `lacking` for what is written here."""

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from math import prod
from operator import and_, or_
from typing import Final

import numpy as np

from huiqi.matching.formulas import AllOf, AnyOf, Conjunction, Formula, Literal, joined_by, literals_in
from huiqi.matching.lacking import EVERY, Axis, Leaf, Script, Table, Told, Trying, is_plain, may
from huiqi.measures.expressions import FactRef

MOST_CASES: Final = 4096
Fact = tuple[FactRef, int | None]


def told_of(found: Conjunction, number_of: Callable[[Leaf], int]) -> Told | None:
    """None where that cannot be told from literals: the interpreter is asked pattern by pattern.

    `number_of` gives what has to be seen of a block the number it has for all measures.
    """
    if not all(found.cells.values()):
        return None
    script = Script()
    told: list[tuple[int, list[Fact]]] = []
    everywhere = {name: found.places(name) for name in found.of_fact}
    for places, names in joined_by(everywhere, everywhere):
        axes = [axis_of(name, found) for name in names]
        first = found.conjuncts[min(places)]
        if len(places) == 1 and isinstance(first, Literal):
            told += [(min(places), list(alone(first, axes[0], script)))]
        elif prod(len(axis.cases) for axis in axes) > MOST_CASES:
            return None
        else:
            told += together(sorted(places), axes, found, script)
    in_order = sorted(told, key=lambda pair: pair[0])
    return script.told([fact for _, facts in in_order for fact in facts], number_of)


def axis_of(name: str, found: Conjunction) -> Axis:
    literals = tuple(dict.fromkeys(literal for _, literal in found.of_fact[name]))
    rows: dict[tuple[bool, ...], list[object]] = {}
    for cell in found.cells[name]:
        rows.setdefault(tuple(found.maker.holds(literal, cell) for literal in literals), []).append(cell)
    cases = tuple((row, tuple(values)) for row, values in rows.items())
    fact = literals[0].fact
    return Axis(fact, literals, cases, found.maker.may_be_narrowed(fact))  # type: ignore[arg-type]


def alone(literal: Literal, axis: Axis, script: Script) -> Iterator[Fact]:
    """A condition of its own, about a fact that stands nowhere else."""
    if len(axis.cases) > 1:
        plain = is_plain(literal.atom) and not axis.narrowed
        yield literal.fact, None if plain else script.leaf("open", literal.atom)


def together(
    places: Sequence[int], axes: Sequence[Axis], found: Conjunction, script: Script
) -> Iterator[tuple[int, list[Fact]]]:
    """Conditions that share facts, or that hold in several ways."""
    conjuncts = [found.conjuncts[place] for place in places]
    number = sum(1 for conjunct in conjuncts for _ in literals_in(conjunct))
    relevance = {axis.fact.name: EVERY for axis in axes}
    if number > len(axes) or any(len(axis.cases) < 2 for axis in axes):
        relevance = Trying(axes, table_of(conjuncts, axes), script).relevance()
    for place, conjunct in zip(places, conjuncts, strict=True):
        facts: list[Fact] = []
        for literal, left in remaining(conjunct, EVERY, script):
            at = script.both(left, relevance[literal.fact.name])
            if at >= 0:
                facts.append((literal.fact, at))
        yield place, facts


def table_of(conjuncts: Sequence[Formula], axes: Sequence[Axis]) -> Table:
    """What the conditions come to for every case of every fact, one dimension for each fact."""
    columns: dict[Literal, Table] = {}
    for number, axis in enumerate(axes):
        shape = [1] * len(axes)
        shape[number] = len(axis.cases)
        for place, literal in enumerate(axis.literals):
            column = np.array([row[place] for row, _ in axis.cases], np.bool_).reshape(shape)
            columns[literal] = column  # type: ignore[index]
    found = reduce(and_, (cases_of(conjunct, columns) for conjunct in conjuncts))
    return np.broadcast_to(found, [len(axis.cases) for axis in axes])


def cases_of(part: Formula, columns: dict[Literal, Table]) -> Table:
    match part:
        case AllOf(parts):
            return reduce(and_, (cases_of(inner, columns) for inner in parts))
        case AnyOf(parts):
            return reduce(or_, (cases_of(inner, columns) for inner in parts))
        case Literal():
            return columns[part]
    raise TypeError(type(part).__name__)


def remaining(part: Formula, reached: int, script: Script) -> Iterator[tuple[Literal, int]]:
    """The literals, with those for whom each is left once what is known is put in."""
    match part:
        case Literal():
            yield part, script.both(reached, script.leaf("open", part.atom))
        case AllOf(parts) | AnyOf(parts):
            undecided = (can(inner, script, hold=isinstance(part, AllOf)) for inner in parts)
            reached = script.both(reached, script.all_of(list(undecided)))
            for inner in parts:
                yield from remaining(inner, reached, script)


def can(part: Formula, script: Script, *, hold: bool) -> int:
    """For whom a part may still hold, or may still fail."""
    match part:
        case Literal():
            return script.leaf(*may(part, hold=hold))
        case AllOf(parts) | AnyOf(parts):
            ways = [can(inner, script, hold=hold) for inner in parts]
            return script.all_of(ways) if isinstance(part, AllOf) == hold else script.any_of(ways)
    raise TypeError(type(part).__name__)
