"""The solver's terms mean what the interpreter computes; what the lint says of random measures is true."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from huiqi.base.bilingual import Bilingual
from huiqi.lint.encode import Encoder, World, compared, written_texts
from huiqi.lint.run import lint
from huiqi.lint.solver import Budget, NotDecided, Question, both, same
from huiqi.lint.types import Document, Kind, Report
from huiqi.measures.evaluate import evaluate
from huiqi.measures.expressions import (
    TRUE,
    Arithmetic,
    Call,
    Compare,
    Constant,
    Member,
    Node,
    Type,
    Value,
    facts_in,
)
from huiqi.measures.interpret import interpret
from huiqi.measures.settle import settle
from huiqi.measures.types import Award, Condition, FactKind, Measure, Period, Rulebook, VerdictKind
from tests.properties import rules, trees

DAY = date(2020, 1, 1)
BOOK = Rulebook(
    "demo",
    {
        name: FactKind(name, fact.type, Bilingual(name, name), domain=fact.domain, pack="demo")
        for name, fact in rules.FACTS.items()
    },
    {},
    DAY,
)
everything_known = st.fixed_dictionaries(trees.VALUES)


def fixed(encoder: Encoder, facts: dict[str, Value], node: Node) -> list[object]:
    """Statements that give the facts of a rule these values."""
    found = []
    for name, fact in facts_in(node).items():
        value, term = facts[name], encoder.term(fact).value
        if isinstance(value, str) and fact.type is Type.TEXT:
            samples = encoder.world.texts_for(name).samples
            place = next(i for i, sample in enumerate(samples) if alike(sample, value))
            found.append(term == place)
        elif isinstance(value, bool):
            found.append(same(term, value))
        else:
            found.append(compared("=", term, encoder.term(Constant(value, fact.type)).value))
    return found


def alike(sample: str, value: str) -> bool:
    """Does no rule tell these texts apart?"""
    return all(
        (sample == w, sample.startswith(w)) == (value == w, value.startswith(w)) for w in trees.BRANCHES
    )


def world() -> World:
    code = trees.FACTS["从业代码"]
    every_branch = Member(code, tuple(Constant(branch, Type.TEXT) for branch in trees.BRANCHES))
    return World(DAY, (DAY, DAY), written_texts([], [every_branch]))


@settings(max_examples=250, deadline=None)
@given(trees.truths(2), everything_known)
def test_a_statement_holds_for_the_solver_where_it_holds_for_the_interpreter(
    node: Node, facts: dict[str, Value]
):
    encoder = Encoder(world(), trees.BOOK)
    try:
        holds = encoder.truth(node)
        question = Question(Budget(), [*fixed(encoder, facts, node), *encoder.world.all_limits()])
        found = question.holds(holds) is not None
    except NotDecided:
        return
    if question.holds() is None:
        return  # a day outside the years the lint looks at, or a figure outside its range
    assert found == (settle(interpret(node, facts)).outcome is True)


@settings(max_examples=250, deadline=None)
@given(trees.money(2) | trees.counts(2) | trees.dates(1), everything_known)
def test_a_number_or_a_day_is_the_same(node: Node, facts: dict[str, Value]):
    encoder = Encoder(world(), trees.BOOK)
    result = interpret(node, facts)
    assert isinstance(result, Constant)
    try:
        term = encoder.term(node)
        question = Question(Budget(), [*fixed(encoder, facts, node), *encoder.world.all_limits()])
        if question.holds() is None:
            return
        is_defined = question.holds(term.defined) is not None
        assert is_defined == (result.value is not None)
        if is_defined:
            expected = encoder.term(Constant(result.value, result.type)).value
            assert question.holds(both(term.defined, compared("<>", term.value, expected))) is None
    except NotDecided:
        return


def random_measure(name: str, conditions: tuple[Node, ...], amount: Node) -> Measure:
    return Measure(
        id=name,
        pack="demo",
        title=Bilingual(name, name),
        clause="c1",
        audience="enterprise",
        computable="full",
        conditions=tuple(Condition(f"n{i}", c, "c1") for i, c in enumerate(conditions)),
        award=Award("subsidy", "CNY", amount=amount, zero_if_not=True),
        period=Period(DAY, None),
    )


def lint_of(measure: Measure) -> Report:
    return lint([Document("demo", BOOK, {measure.id: measure}, in_force=Period(DAY, None))])


def worlds() -> Iterator[dict[str, Value]]:
    for values in product(*rules.WORLD.values()):
        yield dict(zip(rules.WORLD, values, strict=True))


WORLDS = list(worlds())


@settings(max_examples=40, deadline=None)
@given(rules.statements, rules.statements)
def test_never_met_and_always_met_are_what_trying_every_party_shows(first: Node, second: Node):
    measure = random_measure("m", (first, second), Constant(Fraction(1), Type.NUMBER))
    report = lint_of(measure)
    answers = [(interpret(first, w) == TRUE, interpret(second, w) == TRUE) for w in WORLDS]

    assert report.faults == ()
    never = any(f.kind is Kind.NEVER_MET for f in report.findings)
    assert never == (not any(a and b for a, b in answers))
    if never:
        return
    useless = {f.places[1] for f in report.findings if f.kind in (Kind.ALWAYS_MET, Kind.IMPLIED)}
    expected = set()
    if not any(b and not a for a, b in answers):
        expected.add("n0")
    if not any(a and not b for a, b in answers):
        expected.add("n1")
    assert useless == expected


NOT_TWICE_AS_MANY_POSTS = Compare(
    "<>", rules.FACTS["staff"], Arithmetic("-", rules.FACTS["posts"], rules.FACTS["staff"])
)


@settings(max_examples=60, deadline=None)
@example("staff", 2, NOT_TWICE_AS_MANY_POSTS, 1)  # the step before the limit loses more
@example("staff", 1, Compare("<>", rules.FACTS["staff"], rules.number(1)), 1)  # both steps lose
@given(st.sampled_from(["staff", "posts"]), st.integers(0, 3), rules.statements, st.integers(1, 9))
def test_a_cliff_is_the_largest_loss_of_any_party_at_its_threshold(
    limited: str, limit: int, statement: Node, each: int
):
    at_most = Compare("<=", rules.FACTS[limited], rules.number(limit))
    amount = Arithmetic("*", rules.FACTS["posts"], Constant(Fraction(each), Type.NUMBER))
    measure = random_measure("m", (at_most, statement), amount)
    report = lint_of(measure)
    lost = [
        worth(measure, w) - worth(measure, {**w, limited: w[limited] + 1})
        for w in WORLDS
        if w[limited] == limit
    ]
    found = [
        f.cliff.loss
        for f in report.findings
        if f.cliff and (f.cliff.fact, f.cliff.before) == (limited, limit)
    ]
    assert max([Fraction(0), *lost]) == max([Fraction(0), *found])
    assert report.faults == ()
    for finding in report.findings:
        cliff = finding.cliff
        if cliff is None:
            continue
        losses = [
            worth(measure, w) - worth(measure, {**w, cliff.fact: cliff.after})
            for w in WORLDS
            if w[cliff.fact] == cliff.before
        ]
        assert max(losses) == cliff.loss
        before, after = (worth(measure, w.facts) for w in finding.witnesses)
        assert before - after == cliff.loss


def worth(measure: Measure, facts: dict[str, Value]) -> Fraction:
    verdict = evaluate(measure, facts, rulebook=BOOK, as_of=DAY)
    return verdict.amount or Fraction(0) if verdict.kind is VerdictKind.ELIGIBLE else Fraction(0)


EDGES = [
    date(2019, 12, 31),
    date(2020, 1, 30),
    date(2020, 1, 31),
    date(2020, 2, 28),
    date(2020, 2, 29),
    date(2021, 2, 28),
]


@pytest.mark.parametrize("end", EDGES)
@pytest.mark.parametrize("start", EDGES)
def test_months_and_years_between_edges_of_the_calendar(start: date, end: date):
    facts: dict[str, Value] = {"founded": start, "hired": end}
    first, second = trees.FACTS["founded"], trees.FACTS["hired"]
    for node in (
        Call("full_months_between", (first, second)),
        Call("full_years_between", (first, second)),
        Call("add_months", (first, Constant(Fraction(1), Type.NUMBER))),
        Call("add_months", (first, Constant(Fraction(-12), Type.NUMBER))),
        Call("last_day", (first,)),
        Call("year", (second,)),
    ):
        encoder = Encoder(world(), trees.BOOK)
        term = encoder.term(node)
        expected = encoder.term(interpret(node, facts))
        question = Question(Budget(), [*fixed(encoder, facts, node), *encoder.world.all_limits()])
        assert question.holds() is not None
        assert question.holds(compared("<>", term.value, expected.value)) is None
