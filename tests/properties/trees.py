"""Random well-typed trees of every kind of value, over random facts some of which are unknown."""

from datetime import date
from fractions import Fraction
from typing import Final

from hypothesis import strategies as st

from huiqi.base.bilingual import Bilingual
from huiqi.measures.expressions import (
    NULL,
    And,
    Arithmetic,
    Call,
    Choice,
    Compare,
    Constant,
    Domain,
    FactRef,
    Member,
    Node,
    Not,
    Or,
    Type,
    Value,
)
from huiqi.measures.types import FactKind, Rulebook

Trees = st.SearchStrategy[Node]
SIZES: Final = ("large", "medium", "small")
BRANCHES: Final = ("C", "C34", "G5", "G591", "_", "%", "C'")
FACTS: Final = {
    "is_sme": FactRef("is_sme", Type.BOOL, Domain()),
    "is_young": FactRef("is_young", Type.BOOL, Domain()),
    "size": FactRef("size", Type.ENUM, Domain(values=SIZES)),
    "staff": FactRef("staff", Type.INT, Domain(low=Fraction(0), high=Fraction(4))),
    "posts": FactRef("posts", Type.INT, Domain()),
    "assets": FactRef("assets", Type.MONEY, Domain(low=Fraction(0))),
    "income": FactRef("income", Type.MONEY, Domain()),
    "share": FactRef("share", Type.RATIO, Domain()),
    "founded": FactRef("founded", Type.DATE, Domain()),
    "hired": FactRef("hired", Type.DATE, Domain()),
    "从业代码": FactRef("从业代码", Type.TEXT, Domain()),
}
BOOK: Final = Rulebook(
    "spec",
    {
        name: FactKind(name, fact.type, Bilingual(name, name), domain=fact.domain)
        for name, fact in FACTS.items()
    },
    {},
    date(2012, 9, 1),
)

days = st.dates(date(2007, 12, 28), date(2013, 3, 3)) | st.sampled_from(
    [date(2012, 2, 29), date(2012, 1, 31), date(2013, 2, 28), date(1, 1, 1), date(9999, 12, 31)]
)
fen = st.integers(-300, 300).map(lambda n: Fraction(n, 100)) | st.integers(-(10**11), 10**11).map(
    lambda n: Fraction(n, 100)
)
VALUES: Final[dict[str, st.SearchStrategy[Value]]] = {
    "is_sme": st.booleans(),
    "is_young": st.booleans(),
    "size": st.sampled_from(SIZES),
    "staff": st.integers(0, 4).map(Fraction),
    "posts": st.integers(-3, 10_000).map(Fraction),
    "assets": fen.map(abs),
    "income": fen,
    "share": st.integers(-10, 10).map(lambda n: Fraction(n, 10)) | st.sampled_from([Fraction(1, 8)]),
    "founded": days,
    "hired": days,
    "从业代码": st.sampled_from(["C", "C3411", "G591", "G", "x%", "_", "", "C'4"]),
}
rows: st.SearchStrategy[list[dict[str, Value]]] = st.lists(
    st.fixed_dictionaries({}, optional=VALUES), min_size=3, max_size=5
)

COMPARISONS: Final = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
figures = st.integers(-5, 5).map(Fraction) | st.sampled_from(
    [Fraction("0.05"), Fraction("2.5"), Fraction("1.005"), Fraction(3000), Fraction(1, 3)]
)


def figure(values: st.SearchStrategy[Fraction] = figures, kind: Type = Type.NUMBER) -> Trees:
    return values.map(lambda value: Constant(value, kind))


def fact(*names: str) -> Trees:
    return st.sampled_from([FACTS[name] for name in names])


def call(name: str, *arguments: Trees) -> Trees:
    return st.tuples(*arguments).map(lambda given: Call(name, given))


def arithmetic(ops: str, left: Trees, right: Trees) -> Trees:
    return st.builds(Arithmetic, st.sampled_from(ops), left, right)


def choice(values: Trees, depth: int) -> Trees:
    branches = st.lists(st.tuples(truths(depth), values), min_size=1, max_size=3).map(tuple)
    return st.builds(Choice, branches, values | st.just(NULL))


def extremes(values: Trees) -> Trees:
    several = st.lists(values, min_size=2, max_size=3).map(tuple)
    return st.builds(Call, st.sampled_from(["least", "greatest"]), several)


def rounded(values: Trees) -> Trees:
    places = st.integers(-2, 3).map(lambda n: Constant(Fraction(n), Type.NUMBER))
    return call("round", values, places) | st.builds(
        lambda name, value: Call(name, (value,)), st.sampled_from(["abs", "floor", "ceil", "round"]), values
    )


def money(depth: int) -> Trees:
    """Amounts: sums, shares, choices, divisions by written figures and by facts."""
    leaves = fact("assets", "income") | figure(kind=Type.MONEY)
    if depth == 0:
        return leaves
    less = money(depth - 1)
    return st.one_of(
        leaves,
        arithmetic("+-", less, less),
        arithmetic("*", less, ratios(depth - 1) | counts(depth - 1) | figure()),
        arithmetic("/", less, figure() | counts(0)),
        choice(less, depth - 1),
        extremes(less),
        rounded(less),
    )


def ratios(depth: int) -> Trees:
    leaves = fact("share")
    if depth == 0:
        return leaves
    return leaves | arithmetic("/", money(depth - 1), money(0)) | arithmetic("+-", leaves, figure())


def counts(depth: int) -> Trees:
    leaves = fact("staff", "posts")
    if depth == 0:
        return leaves
    less, then = counts(depth - 1), dates(depth - 1)
    between = st.sampled_from(["days_between", "full_months_between", "full_years_between"])
    return st.one_of(
        leaves,
        arithmetic("+-", less, less | figure()),
        arithmetic("*", less, less),
        st.builds(lambda name, a, b: Call(name, (a, b)), between, then, then),
        call("year", then),
        choice(less, depth - 1),
        extremes(less),
    )


def dates(depth: int) -> Trees:
    leaves = fact("founded", "hired") | days.map(lambda day: Constant(day, Type.DATE))
    if depth == 0:
        return leaves
    less = dates(depth - 1)
    moved = st.builds(
        lambda name, day, by: Call(name, (day, by)),
        st.sampled_from(["add_months", "add_days"]),
        less,
        counts(depth - 1) | figure(),
    )
    return leaves | moved | call("last_day", less) | choice(less, depth - 1) | extremes(less)


def words(depth: int) -> Trees:
    """Choices among written texts, as the formula of an enum has them."""
    written = st.sampled_from(SIZES).map(lambda text: Constant(text, Type.TEXT))
    return choice(written if depth == 0 else written | words(depth - 1), depth)


def memberships() -> Trees:
    sizes = st.lists(st.sampled_from(SIZES), min_size=1, max_size=2, unique=True)
    codes = st.lists(st.sampled_from(BRANCHES), min_size=1, max_size=3, unique=True)
    return (
        sizes.map(lambda v: Member(FACTS["size"], tuple(Constant(t, Type.TEXT) for t in v)))
        | codes.map(lambda v: Member(FACTS["从业代码"], tuple(Constant(t, Type.TEXT) for t in v)))
        | codes.map(lambda v: Call("within", (FACTS["从业代码"], *(Constant(t, Type.TEXT) for t in v))))
        | st.lists(figures, min_size=1, max_size=3).map(
            lambda v: Member(FACTS["posts"], tuple(Constant(n, Type.NUMBER) for n in v))
        )
    )


def atoms(depth: int) -> Trees:
    return st.one_of(
        fact("is_sme", "is_young"),
        memberships(),
        st.builds(Compare, COMPARISONS, money(depth), money(depth) | figure()),
        st.builds(Compare, COMPARISONS, counts(depth), counts(depth) | figure()),
        st.builds(Compare, COMPARISONS, ratios(depth), figure()),
        st.builds(Compare, COMPARISONS, dates(depth), dates(depth)),
        st.builds(Compare, st.sampled_from(["=", "<>"]), fact("is_sme"), fact("is_young")),
    )


def truths(depth: int) -> Trees:
    if depth <= 0:
        return atoms(0)
    less = truths(depth - 1)
    several = st.lists(less, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        atoms(depth - 1), st.builds(Not, less), several.map(And), several.map(Or), choice(less, depth - 1)
    )
