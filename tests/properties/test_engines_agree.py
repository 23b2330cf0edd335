"""Interpreter, batch engine and DuckDB give the same answers to random rules over facts some of which are unknown."""

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Final

import duckdb
import sqlglot
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from huiqi.matching.plan import make_plan
from huiqi.measures.expressions import (
    NULL,
    Arithmetic,
    Call,
    Choice,
    Compare,
    Constant,
    Node,
    Or,
    Type,
    Value,
    facts_in,
)
from huiqi.measures.settle import is_plainly_open
from huiqi.measures.sql import Dialect, SqlTable, to_sql
from huiqi.measures.sql_text import NotInSql
from huiqi.measures.vector_functions import NotInBlocks
from huiqi.measures.vectors import unpack
from huiqi.packs.load import load_library
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
from tests.properties.trees import BOOK, FACTS, counts, dates, money, ratios, rows, truths, words

PACKS: Final = Path(__file__).parents[2] / "packs"
DIALECTS: Final[tuple[Dialect, ...]] = ("duckdb", "spark")
QUIET: Final = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
Rows = list[dict[str, Value]]
ZERO: Final = Constant(Fraction(0), Type.NUMBER)
NO_STATEMENT: Final = Compare("=", Arithmetic("/", ZERO, ZERO), ZERO)
STAFF, SME, LISTED = FACTS["staff"], FACTS["is_sme"], FACTS["founded"]
LAST_DAY: Final = Constant(date.max, Type.DATE)
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


@settings(QUIET, max_examples=200)
@given(numbers | dates(3) | words(2), rows)
@example(Choice(((SME, ZERO), (NO_STATEMENT, STAFF)), STAFF), [{"is_sme": False, "staff": Fraction(0)}])
@example(Arithmetic("+", Choice(((SME, STAFF),), NULL), STAFF), [{"is_sme": False, "staff": Fraction(1)}])
@example(Choice(((SME, Arithmetic("/", ZERO, STAFF)),), ZERO), [{"is_sme": False}])
@example(Call("add_days", (LISTED, STAFF)), [{"founded": date.max, "staff": Fraction(1)}])
def test_values_come_out_the_same(node: Node, facts: Rows):
    expected = interpreted(node, facts, BOOK)

    assert in_batch(node, facts, BOOK) == expected
    assert asked_of_duckdb(node, facts) in (expected, None)


@settings(QUIET, max_examples=200)
@given(truths(3), rows)
@example(Or((Compare("<", LISTED, LAST_DAY), Compare("=", LISTED, LAST_DAY))), [{}])
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


def printed(node: Node, dialect: Dialect) -> str | None:
    try:
        return to_sql(node, table=SqlTable(dialect))
    except NotInSql:
        return None


@settings(QUIET, max_examples=200)
@given(numbers | dates(3) | truths(3) | words(2), st.sampled_from(DIALECTS))
def test_another_reader_of_sql_finds_one_expression_with_the_same_columns(node: Node, dialect: Dialect):
    sql = printed(node, dialect)
    if sql is None:
        return

    (tree,) = sqlglot.parse(sql, dialect=dialect)

    assert isinstance(tree, exp.Expression)
    assert not list(tree.find_all(exp.Command, exp.Subquery, exp.Select))
    assert {column.name for column in tree.find_all(exp.Column)} <= set(facts_in(node))
    again = tree.sql(dialect=dialect)
    assert sqlglot.parse_one(again, dialect=dialect).sql(dialect=dialect) == again


def test_every_rule_of_the_packs_has_a_form_in_sql():
    """Each derived fact as a column of an inner select, the rules over these columns."""
    library, _ = load_library(PACKS)
    columns = {name for book in library.rulebooks().values() for name in book.kinds}
    plan = make_plan(library.measures(), rulebooks=library.rulebooks(), columns=columns, as_of=DAY)
    rules = [n for p in plan.measures for n in (*p.conditions.nodes, p.amount, p.value) if n is not None]
    rules += [kind.formula for kind in plan.kinds.values() if kind.formula is not None]
    assert rules
    for rule in dict.fromkeys(rules):
        for dialect in DIALECTS:
            sqlglot.parse_one(to_sql(rule, table=SqlTable(dialect)), dialect=dialect)
