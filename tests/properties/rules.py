"""Random facts and random rules over them, small enough that every possible world can be tried."""

from fractions import Fraction

from hypothesis import strategies as st

from huiqi.measures.expressions import (
    And,
    Arithmetic,
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

SIZES = ("large", "medium", "small")
FACTS = {
    "is_sme": FactRef("is_sme", Type.BOOL, Domain()),
    "is_young": FactRef("is_young", Type.BOOL, Domain()),
    "size": FactRef("size", Type.ENUM, Domain(values=SIZES)),
    "staff": FactRef("staff", Type.INT, Domain(low=Fraction(0), high=Fraction(4))),
    "posts": FactRef("posts", Type.INT, Domain(low=Fraction(0), high=Fraction(4))),
}
WORLD: dict[str, list[Value]] = {
    "is_sme": [False, True],
    "is_young": [False, True],
    "size": list(SIZES),
    "staff": [Fraction(n) for n in range(5)],
    "posts": [Fraction(n) for n in range(5)],
}


def number(value: int) -> Constant:
    return Constant(Fraction(value), Type.NUMBER)


counts = st.sampled_from([FACTS["staff"], FACTS["posts"]])
figures = st.integers(-1, 5).map(number)
operands = st.recursive(
    counts | figures,
    lambda inner: st.builds(Arithmetic, st.sampled_from(["+", "-", "*"]), inner, inner),
    max_leaves=3,
)
comparisons = st.builds(Compare, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), operands, operands)
memberships = st.lists(st.sampled_from(SIZES), min_size=1, max_size=2, unique=True).map(
    lambda values: Member(FACTS["size"], tuple(Constant(v, Type.TEXT) for v in values))
)
atoms = comparisons | memberships | st.sampled_from([FACTS["is_sme"], FACTS["is_young"]])


def compound(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    chosen = st.builds(lambda c, a, b: Choice(((c, a),), b), inner, inner, inner)
    return st.builds(Not, inner) | several.map(And) | several.map(Or) | chosen


statements: st.SearchStrategy[Node] = st.recursive(atoms, compound, max_leaves=6)
known_parts = st.fixed_dictionaries({}, optional={name: st.sampled_from(v) for name, v in WORLD.items()})
