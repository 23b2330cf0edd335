"""Interpreter, batch engine and DuckDB give the same answers to random rules over facts some of which are unknown."""

from typing import Final

import duckdb
from hypothesis import HealthCheck, given, settings

from huiqi.measures.compile import NotInBlocks
from huiqi.measures.expressions import Node, Value
from huiqi.measures.settle import is_plainly_open
from huiqi.measures.sql import NotInSql
from huiqi.measures.vectors import unpack
from tests.engines import (
    DAY,
    Answer,
    block_of,
    in_batch,
    in_duckdb,
    interpreted,
    measure_of,
    plan_of,
)
from tests.properties.trees import BOOK, counts, dates, money, ratios, rows, truths

QUIET: Final = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
Rows = list[dict[str, Value]]
numbers = money(3) | counts(3) | ratios(3)


def asked_of_duckdb(node: Node, facts: Rows) -> list[Answer] | None:
    """None where SQL has no exact form, or where 38 digits do not hold the number: refused, never wrong."""
    try:
        return in_duckdb(node, facts, BOOK)
    except NotInSql:
        return None
    except duckdb.OutOfRangeException:
        return None


def three_valued(node: Node, facts: Rows) -> list[Answer] | None:
    """The packed bitmaps of the batch engine, before anything is settled by trying."""
    plan = plan_of(measure_of(condition=node), BOOK, as_of=DAY)
    try:
        truth = block_of(plan, facts).truth(plan.measures[0].conditions.nodes[0])
    except NotInBlocks:
        return None
    yes, no = unpack(truth.yes, len(facts)), unpack(truth.no, len(facts))
    return [True if y else False if n else None for y, n in zip(yes, no, strict=True)]


@settings(QUIET, max_examples=300)
@given(numbers | dates(3), rows)
def test_numbers_and_days_come_out_the_same(node: Node, facts: Rows):
    expected = interpreted(node, facts, BOOK)

    assert in_batch(node, facts, BOOK) == expected
    assert asked_of_duckdb(node, facts) in (expected, None)


@settings(QUIET, max_examples=300)
@given(truths(3), rows)
def test_statements_come_out_the_same(node: Node, facts: Rows):
    expected = interpreted(node, facts, BOOK)

    assert in_batch(node, facts, BOOK) == expected
    found = asked_of_duckdb(node, facts)
    if found is None:
        return
    for mine, theirs in zip(expected, found, strict=True):
        assert theirs in (mine, None)
    bitmaps = three_valued(node, facts)
    if bitmaps is not None:
        assert found == bitmaps
    if is_plainly_open(node):  # each fact once, in a comparison that can go both ways
        assert found == expected
