"""A sum of points is settled as soon as the rows still unknown cannot change the answer: proved by trying every world."""

from fractions import Fraction
from functools import reduce
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from huiqi.measures.expressions import (
    Arithmetic,
    Call,
    Choice,
    Compare,
    Constant,
    Domain,
    FactRef,
    Node,
    Or,
    Type,
    Value,
    facts_in,
)
from huiqi.measures.interpret import interpret
from huiqi.measures.ranges import range_of
from huiqi.measures.settle import settle
from tests.properties.rules import number

THRESHOLDS = (0, 10, 20)
AROUND = (-1, 0, 5, 10, 15, 20, 25)  # one value for every cell between the thresholds, and those themselves
ORDER = ("<", "<=", ">", ">=")
UNBOUNDED = {
    "growth": FactRef("growth", Type.DECIMAL, Domain()),
    "intensity": FactRef("intensity", Type.DECIMAL, Domain(low=Fraction(0))),
    "share": FactRef("share", Type.DECIMAL, Domain()),
    "debt": FactRef("debt", Type.DECIMAL, Domain()),
    "certified": FactRef("certified", Type.BOOL, Domain()),
}
WORLD: dict[str, list[Value]] = {
    "growth": [Fraction(n) for n in AROUND],
    "intensity": [Fraction(n) for n in AROUND if n >= 0],
    "share": [Fraction(n) for n in AROUND],
    "debt": [Fraction(n) for n in AROUND],
    "certified": [False, True],
}
points = st.integers(-2, 20).map(number)


@st.composite
def row(draw: st.DrawFn, name: str) -> Node:
    """Points by bands of one fact, the highest threshold first, or for yes and no."""
    fact = UNBOUNDED[name]
    if fact.type is Type.BOOL:
        return Choice(((fact, draw(points)),), draw(points))
    own = [n for n in THRESHOLDS if fact.domain.low is None or n > 0]
    thresholds = sorted(draw(st.sets(st.sampled_from(own), min_size=1)), reverse=True)
    bands = tuple((Compare(">=", fact, number(n)), draw(points)) for n in thresholds)
    return Choice(bands, draw(points))


def total(rows: list[Node]) -> Node:
    return reduce(lambda left, right: Arithmetic("+", left, right), rows)


@st.composite
def totals(draw: st.DrawFn, *, shared: bool) -> Node:
    """The rows of a table added up, a few of them capped together; each on a fact of its own unless `shared`."""
    names = draw(st.lists(st.sampled_from(sorted(UNBOUNDED)), min_size=1, max_size=4, unique=not shared))
    rows = [draw(row(name)) for name in names]
    if len(rows) > 1 and draw(st.booleans()):
        rows[:2] = [Call("least", (total(rows[:2]), draw(points)))]
    return total(rows)


known_parts = st.fixed_dictionaries({}, optional={name: st.sampled_from(v) for name, v in WORLD.items()})


def worlds(node: Node, known: dict[str, Value]) -> dict[tuple[Value, ...], Value | None]:
    """What the expression comes to for all values of its missing facts, in their order."""
    missing = [name for name in facts_in(node) if name not in known]
    found = {}
    for values in product(*(WORLD[name] for name in missing)):
        result = interpret(node, known | dict(zip(missing, values, strict=True)))
        assert isinstance(result, Constant)
        found[values] = result.value
    return found


def can_change(node: Node, known: dict[str, Value]) -> set[str]:
    """The missing facts of which some change alone changes the answer."""
    missing = [name for name in facts_in(node) if name not in known]
    found = worlds(node, known)
    return {
        name
        for place, name in enumerate(missing)
        if any(
            found[values] != found[(*values[:place], other, *values[place + 1 :])]
            for values in found
            for other in WORLD[name]
        )
    }


@settings(max_examples=200, deadline=None)
@given(totals(shared=False), known_parts)
def test_the_bounds_of_a_total_are_its_least_and_its_most(sum_: Node, known: dict[str, Value]):
    found = [v for v in worlds(sum_, known).values() if isinstance(v, Fraction)]

    bounds = range_of(interpret(sum_, known))

    assert bounds is not None
    assert (bounds.low, bounds.high) == (min(found), max(found))


@settings(max_examples=200, deadline=None)
@given(totals(shared=True), known_parts)
def test_rows_that_share_a_fact_widen_the_bounds_at_most(sum_: Node, known: dict[str, Value]):
    found = [v for v in worlds(sum_, known).values() if isinstance(v, Fraction)]

    bounds = range_of(interpret(sum_, known))

    assert bounds is not None
    assert bounds.low is not None
    assert bounds.high is not None
    assert bounds.low <= min(found) <= max(found) <= bounds.high


@settings(max_examples=200, deadline=None)
@given(totals(shared=False), st.sampled_from(ORDER), st.integers(-5, 60).map(number), known_parts)
def test_a_pass_mark_is_open_only_while_it_can_go_both_ways(
    sum_: Node, op: str, mark: Node, known: dict[str, Value]
):
    statement = Compare(op, sum_, mark)  # type: ignore[arg-type]
    answers = set(worlds(statement, known).values())

    settled = settle(interpret(statement, known))

    assert (settled.can_hold, settled.can_fail) == (True in answers, False in answers)
    if settled.bounded:
        assert settled.open_on >= can_change(statement, known)
    else:
        assert settled.open_on == can_change(statement, known)


@settings(max_examples=200, deadline=None)
@given(totals(shared=True), totals(shared=True), st.integers(-5, 60).map(number), known_parts)
def test_what_is_settled_holds_in_every_world(first: Node, second: Node, mark: Node, known: dict[str, Value]):
    statement = Or((Compare(">=", first, mark), Compare("=", second, mark)))
    answers = set(worlds(statement, known).values())

    settled = settle(interpret(statement, known))

    assert settled.bounded or (settled.can_hold, settled.can_fail) == (True in answers, False in answers)
    if settled.outcome is not None:
        assert answers == {settled.outcome}
