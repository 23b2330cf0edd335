"""The batch engine and the interpreter give the same verdict, amount and missing facts for every pack."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from huiqi.matching.engine import NO_AMOUNT, Engine
from huiqi.matching.plan import AUDIENCE_ROLES, Plan, make_plan
from huiqi.matching.table import block_of
from huiqi.measures.evaluate import evaluate
from huiqi.measures.expressions import Value
from huiqi.measures.types import VerdictKind
from huiqi.packs.load import load_library
from huiqi.packs.types import Library
from tests.registers import edge_rows

PACKS = Path(__file__).parents[2] / "packs"
ROLES = (
    "agency,bank,enterprise,guarantor,incubator,individual,microloan_company,other,person,service_platform"
)
REGION = "370203"
ROWS = 40


@pytest.fixture(scope="module")
def library() -> Library:
    loaded, problems = load_library(PACKS)
    assert problems == []
    return loaded


def plan_over(library: Library, day: date, *, columns: set[str] | None = None) -> Plan:
    measures = [replace(m, region="") for m in library.measures()]
    every = {name for book in library.rulebooks().values() for name in book.kinds}
    plan = make_plan(measures, rulebooks=library.rulebooks(), columns=every, as_of=day)
    wanted = set(plan.kinds) if columns is None else columns
    return make_plan(measures, rulebooks=library.rulebooks(), columns=wanted, as_of=day)


Answer = tuple[VerdictKind, tuple[str, ...], int, int]


def by_batch(plan: Plan, rows: list[dict[str, Value]]) -> dict[tuple[int, int], Answer]:
    batch = block_of(rows, plan.kinds, roles=ROLES, region=REGION)
    found: dict[tuple[int, int], Answer] = {}
    engine = Engine(plan)
    result = engine.run_block(batch)
    for finding in result.findings:
        for place, row in enumerate(finding.rows):
            amount = NO_AMOUNT if finding.amounts is None else int(finding.amounts[place])
            value = NO_AMOUNT if finding.values is None else int(finding.values[place])
            key = (int(row), finding.measure)
            assert key not in found
            found[key] = (finding.kind, finding.missing, amount, value)
    return found


def by_interpreter(plan: Plan, rows: list[dict[str, Value]]) -> dict[tuple[int, int], Answer]:
    found: dict[tuple[int, int], Answer] = {}
    for number, stated in enumerate(rows):
        for index, planned in enumerate(plan.measures):
            if planned.measure.audience == "department":
                continue
            verdict = evaluate(planned.measure, stated, rulebook=plan.rulebook, as_of=plan.as_of)
            if verdict.kind is VerdictKind.INELIGIBLE:
                continue
            amount = NO_AMOUNT if verdict.amount is None else round(verdict.amount * 10**6)
            value = NO_AMOUNT if verdict.value is None else round(verdict.value * 100)
            found[number, index] = (verdict.kind, verdict.missing, amount, value)
    return found


@pytest.mark.parametrize("day", [date(2013, 6, 30), date(2017, 12, 31), date(2022, 6, 30), date(2026, 6, 30)])
@pytest.mark.parametrize("seed", [1, 2])
def test_same_answers_on_edge_values(library: Library, day: date, seed: int):
    plan = plan_over(library, day)
    rows = edge_rows(plan, ROWS, seed)

    assert by_batch(plan, rows) == by_interpreter(plan, rows)


def test_same_answers_where_a_register_lacks_most_columns(library: Library):
    day = date(2013, 6, 30)
    few = {"employees", "operating_revenue", "total_assets", "industry_code", "taxable_income", "is_hnte"}
    plan = plan_over(library, day, columns=few)
    rows = [{n: v for n, v in row.items() if n in few} for row in edge_rows(plan, ROWS, seed=3)]

    assert by_batch(plan, rows) == by_interpreter(plan, rows)


def test_every_audience_has_a_role(library: Library):
    roles = set(ROLES.split(","))
    audiences = {m.audience for m in library.measures()}
    assert {a for a in audiences if not roles & set(AUDIENCE_ROLES.get(a, (a,)))} <= {"department"}
