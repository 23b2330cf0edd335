"""Counting alone gives every party the verdict of the interpreter: random measures, and those of the packs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from huiqi.matching.engine import Engine
from huiqi.matching.formulas import FormulaMaker, Unfit
from huiqi.matching.plan import Plan, make_plan
from huiqi.matching.table import block_of
from huiqi.matching.tally import Tallier, Tally
from huiqi.measures.evaluate import evaluate
from huiqi.measures.expressions import And, Choice, Compare, Constant, Member, Node, Not, Or, Type, Value
from huiqi.measures.types import Condition, Measure, VerdictKind
from huiqi.measures.vectors import Bits, unpack
from huiqi.packs.load import load_library
from tests.engines import DAY, batch_of, measure_of, plan_of
from tests.properties.trees import BOOK, COMPARISONS, FACTS, figure, memberships, rows, truths
from tests.registers import edge_rows

PACKS: Final = Path(__file__).parents[2] / "packs"
ROLES: Final = (
    "agency,bank,enterprise,guarantor,incubator,individual,microloan_company,other,service_platform"
)
QUIET: Final = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
Answer = bool | None
SIZE, SME = FACTS["size"], FACTS["is_sme"]
SIZE_IS_SMALL: Final = Compare("=", SIZE, Constant("small", Type.TEXT))

limits = st.builds(
    Compare,
    COMPARISONS,
    st.sampled_from([FACTS[name] for name in ("staff", "posts", "assets", "income", "share")]),
    figure(),
)
days = st.builds(
    Compare,
    COMPARISONS,
    st.just(FACTS["founded"]),
    st.sampled_from([date(2010, 1, 1), date(2012, 2, 29)]).map(lambda day: Constant(day, Type.DATE)),
)
parts: st.SearchStrategy[Node] = st.one_of(
    st.sampled_from([SME, FACTS["is_young"]]), limits, memberships(), days
)
about_one_fact_each: st.SearchStrategy[Node] = st.recursive(
    parts,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.lists(inner, min_size=2, max_size=3).map(lambda some: And(tuple(some))),
        st.lists(inner, min_size=2, max_size=3).map(lambda some: Or(tuple(some))),
    ),
    max_leaves=5,
)
conditions = st.lists(about_one_fact_each | truths(1), min_size=1, max_size=4)


def measure_with(nodes: Sequence[Node]) -> Measure:
    asked = tuple(Condition(f"c{place}", node, "c1") for place, node in enumerate(nodes))
    return replace(measure_of(), conditions=asked)


def by_interpreter(
    measures: Sequence[Measure], plan: Plan, facts: list[dict[str, Value]]
) -> list[list[Answer]]:
    kinds = {VerdictKind.ELIGIBLE: True, VerdictKind.INELIGIBLE: False}
    return [
        [kinds.get(evaluate(measure, row, rulebook=plan.rulebook, as_of=plan.as_of).kind) for row in facts]
        for measure in measures
    ]


def by_tally(plan: Plan, batch: object, number: int) -> tuple[list[list[Answer]], Tally]:
    found: list[list[Answer]] = [[] for _ in plan.measures]

    def see(index: int, surely: Bits, maybe: Bits) -> None:
        found[index] = [
            True if yes else None if may else False
            for yes, may in zip(unpack(surely, number), unpack(maybe, number), strict=True)
        ]

    tally = Tallier(plan).run_block(batch, see)
    return found, tally


@settings(QUIET, max_examples=180)
@given(conditions, rows)
@example(
    [Not(Member(SIZE, (Constant("small", Type.TEXT),))), Compare("=", SIZE, Constant("small", Type.TEXT))],
    [{}],
)
@example([Or((SME, Not(SME)))], [{}])
@example([Or((SME, FACTS["is_young"])), Or((Not(SME), FACTS["is_young"]))], [{}, {"is_young": False}])
@example(
    [Or((Compare("<", FACTS["staff"], Constant(Fraction(2), Type.NUMBER)),
         Compare(">", FACTS["staff"], Constant(Fraction(1), Type.NUMBER))))],
    [{}],
)  # fmt: skip
def test_random_measures_come_out_as_interpreted(nodes: list[Node], facts: list[dict[str, Value]]):
    plan = plan_of(measure_with(nodes), BOOK, as_of=DAY)
    expected = by_interpreter([plan.measures[0].measure], plan, facts)

    found, tally = by_tally(plan, batch_of(plan, facts), len(facts))

    assert found == expected
    assert [tally.entitled[0], tally.open[0], tally.ineligible[0]] == [
        expected[0].count(answer) for answer in (True, None, False)
    ]


@settings(QUIET, max_examples=200)
@given(st.lists(about_one_fact_each, min_size=1, max_size=4), rows)
@example([Or((SME, FACTS["is_young"])), FACTS["is_young"]], [{}, {"is_sme": True}])
@example([Or((SME, Compare("<", FACTS["staff"], Constant(Fraction(2), Type.NUMBER)))), SIZE_IS_SMALL], [{}])
def test_a_run_names_the_missing_facts_of_the_interpreter(nodes: list[Node], facts: list[dict[str, Value]]):
    plan = plan_of(measure_with(nodes), BOOK, as_of=DAY)
    measure = plan.measures[0].measure
    expected = {
        place: (verdict.kind, verdict.missing)
        for place, row in enumerate(facts)
        if (verdict := evaluate(measure, row, rulebook=plan.rulebook, as_of=plan.as_of)).kind
        is not VerdictKind.INELIGIBLE
    }

    findings = Engine(plan).run_block(batch_of(plan, facts)).findings

    assert {int(row): (f.kind, f.missing) for f in findings for row in f.rows} == expected


@settings(QUIET, max_examples=50)
@given(st.lists(st.lists(about_one_fact_each, min_size=1, max_size=3), min_size=2, max_size=40), rows)
def test_many_measures_do_not_disturb_each_other(several: list[list[Node]], facts: list[dict[str, Value]]):
    measures = [replace(measure_with(nodes), id=f"m{place}") for place, nodes in enumerate(several)]
    columns = [name for name, kind in BOOK.kinds.items() if kind.type is not Type.NOTHING]
    plan = make_plan(measures, rulebooks={"spec": BOOK}, columns=columns, as_of=DAY)

    found, _ = by_tally(plan, batch_of(plan, facts), len(facts))

    assert found == by_interpreter([p.measure for p in plan.measures], plan, facts)


def test_statements_about_one_fact_each_need_no_engine():
    """What a document asks has a program; a `case` is left to the engine."""
    fit = plan_of(measure_with([Or((SME, FACTS["is_young"])), SIZE_IS_SMALL]), BOOK, as_of=DAY)
    unfit = plan_of(measure_with([Choice(((SME, SME),), FACTS["is_young"])]), BOOK, as_of=DAY)

    assert FormulaMaker(fit).of(fit.measures[0]).too_many == ()
    with pytest.raises(Unfit):
        FormulaMaker(unfit).of(unfit.measures[0])


@pytest.mark.parametrize("day", [date(2013, 6, 30), date(2026, 6, 30)])
def test_measures_of_the_packs_come_out_as_interpreted(day: date):
    library, _ = load_library(PACKS)
    measures = [replace(m, region="") for m in library.measures() if m.audience != "department"]
    every = {name for book in library.rulebooks().values() for name in book.kinds}
    plan = make_plan(measures, rulebooks=library.rulebooks(), columns=every, as_of=day)
    facts = edge_rows(plan, 30, 4)
    batch = block_of(facts, plan.kinds, roles=ROLES, region="370203")

    found, _ = by_tally(plan, batch, len(facts))

    assert found == by_interpreter([p.measure for p in plan.measures], plan, facts)
