"""The engines that run a rule, behind one verb each: rows of facts in, one answer a row out.

`interpreted` is the yardstick (settled as `measures.settle` settles), `in_batch` is the engine of a match run,
`in_duckdb` is an outside opinion on the printed SQL. An answer of None is "unknown" or "no value".
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa

from huiqi.base.bilingual import Bilingual
from huiqi.matching.block import RegisterBlock
from huiqi.matching.engine import Engine
from huiqi.matching.plan import Plan, make_plan
from huiqi.measures.compile import numbers_of
from huiqi.measures.derive import Facts
from huiqi.measures.expressions import NUMERIC, TRUE, Constant, Node, Type, Value
from huiqi.measures.settle import settle
from huiqi.measures.sql import Dialect, SqlTable, exact_parts, to_sql
from huiqi.measures.types import Award, Condition, Measure, Rulebook, VerdictKind
from huiqi.measures.vector_functions import NotInBlocks
from huiqi.registry.schema import ARROW_TYPES, SMALLEST_STEP

Row = Mapping[str, Value]
Answer = Value | None
DAY: Final = date(2013, 6, 30)
EPOCH: Final = date(1970, 1, 1)
REGION: Final = "370203"


def interpreted(node: Node, rows: Sequence[Row], book: Rulebook, *, as_of: date = DAY) -> list[Answer]:
    """What `measures.evaluate` makes of an expression, one row after the other."""
    return [value_of(Facts(row, book, as_of, []).put_into(node)) for row in rows]


def value_of(result: Node) -> Answer:
    if result.type is Type.BOOL:
        return settle(result).outcome
    return result.value if isinstance(result, Constant) else None


def in_batch(node: Node, rows: Sequence[Row], book: Rulebook, *, as_of: date = DAY) -> list[Answer]:
    """What a match run makes of it: verdicts for a statement, exact columns for a number or a day."""
    if node.type is Type.BOOL:
        return verdicts_in_batch(measure_of(condition=node), rows, book, as_of=as_of)
    plan = plan_of(measure_of(amount=node), book, as_of=as_of)
    block = block_of(plan, rows)
    prepared = plan.measures[0].amount
    assert prepared is not None
    try:
        numbers = numbers_of(prepared, block)
    except NotInBlocks:  # as the engine does: such an amount is left to the interpreter, row by row
        stated = [block.row_facts(i, plan.measures[0].facts) for i in range(block.rows)]
        return interpreted(prepared, stated, plan.rulebook, as_of=as_of)
    values = [Fraction(int(num), numbers.den) for num in numbers.num]
    known = np.asarray(numbers.known)
    if node.type is Type.DATE:
        return [EPOCH + timedelta(days=int(v)) if k else None for v, k in zip(values, known, strict=True)]
    return [v if k else None for v, k in zip(values, known, strict=True)]


def verdicts_in_batch(measure: Measure, rows: Sequence[Row], book: Rulebook, *, as_of: date) -> list[Answer]:
    """Entitled: true; open in whatever way: None; the rest, which a run leaves out: false."""
    plan = plan_of(measure, book, as_of=as_of)
    answers: list[Answer] = [False] * len(rows)
    for finding in Engine(plan).run_block(batch_of(plan, rows)).findings:
        for row in finding.rows:
            answers[int(row)] = True if finding.kind is VerdictKind.ELIGIBLE else None
    return answers


def measure_of(*, condition: Node = TRUE, amount: Node | None = None) -> Measure:
    """A measure that asks for nothing else, for any enterprise."""
    return Measure(
        id="rule",
        pack="spec",
        title=Bilingual("规则", "rule"),
        clause="c1",
        audience="enterprise",
        computable="full",
        conditions=(Condition("rule", condition, "c1"),),
        award=Award("other", None, amount=amount),
    )


def plan_of(measure: Measure, book: Rulebook, *, as_of: date) -> Plan:
    columns = [name for name, kind in book.kinds.items() if kind.type is not Type.NOTHING]
    return make_plan([measure], rulebooks={measure.pack: book}, columns=columns, as_of=as_of)


def batch_of(plan: Plan, rows: Sequence[Row]) -> pa.RecordBatch:
    """The facts the plan reads, in the columns a register has for them."""
    columns = {
        "code": pa.array([str(number) for number in range(len(rows))]),
        "region": pa.array([REGION] * len(rows)),
        "roles": pa.array(["enterprise"] * len(rows)).dictionary_encode(),
    }
    for name in sorted({name for row in rows for name in row if name in plan.kinds}):
        kind = str(plan.kinds[name].type)
        cells = [cell(row.get(name), kind) for row in rows]
        columns[name] = pa.array(cells, ARROW_TYPES[kind])  # type: ignore[index]
    return pa.RecordBatch.from_pydict(columns)


def cell(value: Value | None, kind: str) -> object:
    """A fraction as the whole number or decimal a column of its type holds, and nothing finer."""
    if not isinstance(value, Fraction):
        return value
    step = SMALLEST_STEP[kind]  # type: ignore[index]
    steps = value / Fraction(step)
    if steps.denominator != 1:
        raise ValueError(f"{value} is finer than a column of {kind} holds")
    return int(steps) * step if kind != "int" else int(steps)


def block_of(plan: Plan, rows: Sequence[Row]) -> RegisterBlock:
    return RegisterBlock(batch_of(plan, rows), plan.kinds, Engine(plan).settled_formula, plan.uniform)


def in_duckdb(node: Node, rows: Sequence[Row], book: Rulebook, *, as_of: date = DAY) -> list[Answer]:
    """What DuckDB makes of the printed SQL."""
    plan = plan_of(measure_of(amount=node), book, as_of=as_of)
    prepared = plan.measures[0].amount
    assert prepared is not None
    batch = batch_of(plan, rows)
    found = run_sql(select_list(prepared, table_of(plan, batch)), batch)
    return [fetched(cells, prepared) for cells in found]


def table_of(plan: Plan, batch: pa.RecordBatch, *, dialect: Dialect = "duckdb") -> SqlTable:
    columns = {name: name for name in batch.schema.names}
    formulas = {name: kind.formula for name, kind in plan.kinds.items() if kind.formula is not None}
    return SqlTable(dialect=dialect, columns=columns, formulas=formulas)


def select_list(node: Node, table: SqlTable) -> str:
    """The value as one column, a number as its two exact parts."""
    is_number = node.type in NUMERIC or node.type is Type.NOTHING
    return ", ".join(exact_parts(node, table=table) if is_number else [to_sql(node, table=table)])


CONNECTION: Final = duckdb.connect()


def run_sql(selected: str, batch: pa.RecordBatch) -> list[tuple[Any, ...]]:
    CONNECTION.register("parties", pa.Table.from_batches([batch]))
    return CONNECTION.execute(f"SELECT {selected} FROM parties").fetchall()


def fetched(cells: tuple[Any, ...], node: Node) -> Answer:
    if None in cells:
        return None
    if len(cells) == 2:
        return Fraction(int(cells[0]), int(cells[1]))
    value: Answer = cells[0]
    return value


Engine_ = Callable[..., list[Answer]]
ENGINES: Final[Mapping[str, Engine_]] = {
    "interpret": interpreted,
    "batch": in_batch,
    "duckdb": in_duckdb,
}
LOGIC_ALONE: Final[Collection[str]] = ("duckdb",)
"""Engines with three-valued logic alone: they try no values of missing facts."""
