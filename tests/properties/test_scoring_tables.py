"""A pass mark over a scoring table is open exactly while the missing facts can still decide it, on both engines."""

from fractions import Fraction
from functools import cache
from itertools import product
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from huiqi.measures.derive import Facts
from huiqi.measures.expressions import Compare, Constant, Node, Value
from huiqi.measures.settle import settle
from tests.engines import DAY, in_batch
from tests.properties.rules import number
from tests.spec.language import BOOK

RATING: Final = BOOK.kinds["rating"].reference
WORLD: Final[dict[str, list[Value]]] = {
    "employees": [Fraction(n) for n in (49, 50, 100)],
    "sector": ["industrial", "trade", "other"],
    "holding": [Fraction(n, 100) for n in (50, 70, 71)],
    "is_hnte": [False, True],
    "has_patent": [False, True],
    "stars": [Fraction(n) for n in range(1, 6)],
    "is_restricted": [False, True],
}
"""Of every fact the table names a value in each of its bands."""
parties = st.fixed_dictionaries({}, optional={name: st.sampled_from(v) for name, v in WORLD.items()})


@cache
def totals() -> dict[tuple[Value, ...], Fraction]:
    """The total in every world, from the interpreter with everything known."""
    found = {}
    for values in product(*WORLD.values()):
        total = Facts(dict(zip(WORLD, values, strict=True)), BOOK, DAY, []).of("rating")
        assert isinstance(total, Fraction)
        found[values] = total
    return found


def possible_totals(known: dict[str, Value]) -> set[Fraction]:
    return {
        total
        for values, total in totals().items()
        if all(known.get(name, value) == value for name, value in zip(WORLD, values, strict=True))
    }


def mark(op: str, points: int) -> Node:
    return Compare(op, RATING, number(points))  # type: ignore[arg-type]


@settings(max_examples=200, deadline=None)
@given(parties, st.sampled_from(["<", "<=", ">", ">="]), st.integers(0, 71))
def test_a_pass_mark_is_settled_exactly_where_every_world_agrees(
    known: dict[str, Value], op: str, points: int
):
    statement = mark(op, points)
    answers = {
        settle(Facts({"rating": total}, BOOK, DAY, []).put_into(statement)).outcome
        for total in possible_totals(known)
    }

    settled = settle(Facts(known, BOOK, DAY, []).put_into(statement))

    assert (settled.can_hold, settled.can_fail) == (True in answers, False in answers)
    assert settled.open_on == ({"rating"} if len(answers) > 1 else set())


@settings(max_examples=100, deadline=None)
@given(
    st.lists(parties, min_size=3, max_size=12), st.sampled_from(["<", "<=", ">", ">="]), st.integers(0, 71)
)
def test_the_batch_engine_settles_the_same_parties(rows: list[dict[str, Value]], op: str, points: int):
    statement = mark(op, points)
    expected = [settle(Facts(known, BOOK, DAY, []).put_into(statement)).outcome for known in rows]

    assert in_batch(statement, rows, BOOK) == expected


@settings(max_examples=100, deadline=None)
@given(parties)
def test_a_total_has_a_value_only_where_no_fact_can_change_it(known: dict[str, Value]):
    found = Facts(known, BOOK, DAY, []).put_into(RATING)

    if isinstance(found, Constant):
        assert possible_totals(known) == {found.value}
