"""Registers made of edge values: every fact of the packs, on, beside and far from the figures that decide."""

import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

from huiqi.matching.plan import Plan
from huiqi.measures.expressions import Call, Compare, Constant, FactRef, Member, Node, Type, Value, walk
from huiqi.measures.types import FactKind


def figures_beside(plan: Plan) -> dict[str, set[Value]]:
    """For each fact the constants some rule holds against it."""
    found: dict[str, set[Value]] = defaultdict(set)
    nodes: list[Node] = [n for p in plan.measures for n in (*p.conditions.nodes, p.amount, p.value) if n]
    nodes += [kind.formula for kind in plan.kinds.values() if kind.formula is not None]
    for node in (part for root in nodes for part in walk(root)):
        match node:
            case Compare(_, left, right):
                sides = [left, right]
            case Member(operand, choices):
                sides = [operand, *choices]
            case Call("within", arguments):
                sides = list(arguments)
            case _:
                continue
        constants = {part.value for s in sides for part in walk(s) if isinstance(part, Constant)}
        for fact in {part.name for s in sides for part in walk(s) if isinstance(part, FactRef)}:
            found[fact] |= {c for c in constants if c is not None}
    return found


def edge_value(kind: FactKind, figures: Iterable[Value], chance: random.Random) -> Value:
    figure = chance.choice(sorted(figures, key=str)) if figures else None
    match kind.type:
        case Type.BOOL:
            return chance.random() < 0.7
        case Type.ENUM:
            return chance.choice(kind.domain.values)
        case Type.TEXT:
            text = figure if isinstance(figure, str) else "C"
            return text + chance.choice(["", "1", "34", "341"])
        case Type.DATE:
            day = figure if isinstance(figure, date) else date(2013, 1, 31)
            return day + timedelta(days=chance.choice([-1, 0, 1, -40, 400, chance.randrange(-900, 900)]))
        case _:
            return edge_number(kind, figure if isinstance(figure, Fraction) else Fraction(0), chance)


def edge_number(kind: FactKind, figure: Fraction, chance: random.Random) -> Fraction:
    step = {Type.INT: Fraction(1), Type.MONEY: Fraction(1, 100)}.get(kind.type, Fraction(1, 1000))
    far = Fraction(chance.choice([0, 1, 7, 100, 5_000, 123_456, 30_000_000]))
    number = chance.choice([figure, figure + step, figure - step, figure * 2, figure / 2, far, far + step])
    number = (number / step).__floor__() * step
    low = kind.domain.low if isinstance(kind.domain.low, Fraction) else number
    high = kind.domain.high if isinstance(kind.domain.high, Fraction) else number
    return min(max(number, low), high)


def edge_rows(plan: Plan, rows: int, seed: int, *, known: float = 0.75) -> list[dict[str, Value]]:
    """Rows of facts; each fact of each row is known with the given probability."""
    chance = random.Random(seed)
    figures = figures_beside(plan)
    kinds = sorted((k for k in plan.kinds.values() if k.name != "as_of"), key=lambda k: k.name)
    found = []
    for _ in range(rows):
        share = chance.choice([known, known, 1.0, 0.4])
        found.append(
            {
                kind.name: edge_value(kind, figures.get(kind.name, ()), chance)
                for kind in kinds
                if chance.random() < (share if kind.formula is None else share / 3)
            }
        )
    return found
