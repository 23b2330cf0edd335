"""A derived number of which some rows are unknown: the batch engine answers as the interpreter does."""

from datetime import date
from fractions import Fraction
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiqi.base.bilingual import Bilingual
from huiqi.measures.derive import Facts
from huiqi.measures.expressions import (
    NULL,
    NUMERIC,
    And,
    Arithmetic,
    Call,
    Choice,
    Compare,
    Domain,
    FactRef,
    Node,
    Not,
    Or,
    Type,
    Value,
)
from huiqi.measures.types import FactKind, Rulebook
from huiqi.measures.vectors import Numbers
from tests.engines import DAY, block_of, in_batch, in_duckdb, interpreted, measure_of, plan_of
from tests.properties.rules import number

QUIET: Final = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
Trees = st.SearchStrategy[Node]
STATED: Final = {
    "certified": FactRef("certified", Type.BOOL, Domain()),
    "staff": FactRef("staff", Type.INT, Domain(low=Fraction(0))),
    "growth": FactRef("growth", Type.DECIMAL, Domain()),
    "share": FactRef("share", Type.DECIMAL, Domain(low=Fraction(0), high=Fraction(100))),
}
TOTAL: Final = FactRef("total", Type.DECIMAL, Domain())
HALF: Final = FactRef("half", Type.DECIMAL, Domain(low=Fraction(0)))
VALUES: Final[dict[str, st.SearchStrategy[Value]]] = {
    "certified": st.booleans(),
    "staff": st.integers(0, 30).map(Fraction),
    "growth": st.integers(-5, 30).map(Fraction),
    "share": st.integers(0, 100).map(Fraction),
    "total": st.integers(-5, 90).map(Fraction),
    "half": st.integers(0, 50).map(Fraction),
}
rows: st.SearchStrategy[list[dict[str, Value]]] = st.lists(
    st.fixed_dictionaries({}, optional=VALUES), min_size=3, max_size=8
)
figures = st.integers(-3, 30).map(number)
facts = st.sampled_from([fact for fact in STATED.values() if fact.type in NUMERIC])
ORDER: Final = st.sampled_from(["<", "<=", ">", ">=", "=", "<>"])
steps = st.builds(Compare, st.sampled_from(["<", "<=", ">", ">="]), facts, figures) | st.just(
    STATED["certified"]
)


def numbers(depth: int) -> Trees:
    """Points by steps, sums, shares and limits of them; now and then a branch without a value."""
    bands = st.lists(st.tuples(steps, figures), min_size=1, max_size=3).map(tuple)
    stepwise = st.builds(Choice, bands, figures | st.just(NULL) | figures)
    leaves = stepwise | stepwise | facts | figures
    if depth == 0:
        return leaves
    less = numbers(depth - 1)
    return st.one_of(
        leaves,
        st.builds(Arithmetic, st.sampled_from("+-"), less, less),
        st.builds(Arithmetic, st.sampled_from("*"), less, less),
        st.builds(Arithmetic, st.just("/"), less, st.sampled_from([number(2), number(-4)])),
        st.builds(lambda name, a, b: Call(name, (a, b)), st.sampled_from(["least", "greatest"]), less, less),
        st.builds(lambda name, a: Call(name, (a,)), st.sampled_from(["floor", "ceil", "round", "abs"]), less),
        st.builds(lambda c, a, b: Choice(((c, a),), b), steps, less, less),
    )


def statements(depth: int) -> Trees:
    totals = st.sampled_from([TOTAL, HALF])
    atoms = st.one_of(
        st.builds(Compare, ORDER, totals, figures),
        st.builds(Compare, ORDER, totals, figures),
        st.builds(lambda op, f, n, m: Compare(op, Arithmetic("+", f, n), m), ORDER, totals, figures, figures),
        st.builds(Compare, ORDER, totals, facts | totals),
        st.builds(lambda op, f, n, m: Compare(op, Call("least", (f, n)), m), ORDER, totals, figures, figures),
        steps,
    )
    if depth == 0:
        return atoms
    less = statements(depth - 1)
    several = st.lists(less, min_size=2, max_size=3).map(tuple)
    return atoms | st.builds(Not, less) | several.map(And) | several.map(Or)


def book(total: Node, half: Node) -> Rulebook:
    formulas = {"total": total, "half": half}
    kinds = {
        fact.name: FactKind(
            fact.name,
            fact.type,
            Bilingual(fact.name, fact.name),
            domain=fact.domain,
            formula=formulas.get(fact.name),
        )
        for fact in (*STATED.values(), TOTAL, HALF)
    }
    return Rulebook("spec", kinds, {}, date(2012, 9, 1))


halves = st.sampled_from([Arithmetic("/", TOTAL, number(2)), Call("least", (TOTAL, number(20)))]) | numbers(1)


@settings(QUIET, max_examples=200)
@given(numbers(2), halves, statements(2), rows)
def test_statements_on_derived_numbers_come_out_the_same(
    total: Node, half: Node, statement: Node, parties: list[dict[str, Value]]
):
    rules = book(total, half)
    expected = interpreted(statement, parties, rules)

    assert in_batch(statement, parties, rules) == expected
    for mine, theirs in zip(expected, in_duckdb(statement, parties, rules), strict=True):
        assert theirs in (mine, None)


@settings(QUIET, max_examples=200)
@given(numbers(2), halves, rows)
def test_both_engines_find_the_same_bounds(total: Node, half: Node, parties: list[dict[str, Value]]):
    rules = book(total, half)
    plan = plan_of(measure_of(condition=Compare("<", HALF, TOTAL)), rules, as_of=DAY)
    block = block_of(plan, parties)

    for fact in (TOTAL, HALF):
        bounds = block.bounds(fact)
        found = list(zip(values_of(bounds.low), values_of(bounds.high), strict=True))
        assert found == [between_for(fact, stated, rules) for stated in parties]


def values_of(numbers: Numbers) -> list[Fraction | None]:
    return [
        Fraction(int(n), numbers.den) if known else None
        for n, known in zip(numbers.num, numbers.known, strict=True)
    ]


def between_for(
    fact: FactRef, stated: dict[str, Value], rules: Rulebook
) -> tuple[Fraction | None, Fraction | None]:
    """What the interpreter knows of the fact: its value twice, or its bounds."""
    known = Facts(stated, rules, DAY, []).of(fact.name)
    if isinstance(known, Fraction):
        return known, known
    domain = known if isinstance(known, Domain) else fact.domain
    assert isinstance(domain.low, Fraction | None)
    assert isinstance(domain.high, Fraction | None)
    return domain.low, domain.high
