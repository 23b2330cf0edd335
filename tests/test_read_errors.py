"""A rule that cannot be read: where, what was expected, and what was probably meant. Never an exception."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiqi.base.problem import Problem
from huiqi.measures.expressions import FALSE, TRUE, Domain, FactRef, Node, Type
from huiqi.measures.interpret import interpret
from huiqi.measures.read import Vocabulary, read_condition, read_expression
from huiqi.measures.settle import settle
from huiqi.measures.tokens import PATTERN

FACTS = [
    FactRef("employees", Type.INT, Domain()),
    FactRef("total_assets", Type.MONEY, Domain()),
    FactRef("holding", Type.RATIO, Domain()),
    FactRef("established", Type.DATE, Domain()),
    FactRef("sector", Type.ENUM, Domain(values=("industrial", "other"))),
    FactRef("industry_code", Type.TEXT, Domain()),
    FactRef("is_young", Type.BOOL, Domain()),
    FactRef("revenue", Type.MONEY, Domain()),
    FactRef("revenue_last_year", Type.MONEY, Domain()),
]
LABELS = {
    "从业人数": ("employees",),
    "资产总额": ("total_assets",),
    "营业收入": ("revenue", "revenue_last_year"),
}
WORDS = Vocabulary({fact.name: fact for fact in FACTS}, LABELS)


def read(text: str) -> tuple[Node | None, list[Problem]]:
    return read_expression(text, vocabulary=WORDS, where="rule")


def problems_of(text: str) -> list[str]:
    tree, problems = read(text)
    assert tree is None
    assert problems
    return [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "rule:1:1: the rule is empty"),
        ("   \n ", "rule:1:1: the rule is empty"),
        ("employees <=", "rule:1:13: expected a fact, a figure or '(', found the end"),
        ("employees <= and is_young", "rule:1:14: expected a fact, a figure or '(', found 'and'"),
        ("(employees <= 100", "rule:1:18: expected ')', found the end"),
        ("employees <= 100)", "rule:1:17: expected an operator or the end, found ')'"),
        ("employees 100", "rule:1:11: expected an operator or the end, found '100'"),
        ("employees < 1 < 2", "rule:1:15: expected an operator or the end, found '<'"),
        ("employees between 1", "rule:1:20: expected 'and', found the end"),
        ("employees not 100", "rule:1:15: expected 'in' or 'between', found '100'"),
        ("sector in 'industrial'", "rule:1:11: expected '(', found 'industrial'"),
        ("sector in ()", "rule:1:12: expected a fact, a figure or '(', found ')'"),
        ("employees in (1, employees)", "rule:1:18: 'in' takes written values only"),
        ("case is_young then 1 end", "rule:1:6: expected 'when', found 'is_young'"),
        ("case when is_young then 1", "rule:1:26: expected 'end', found the end"),
        ("case when is_young 1 end", "rule:1:20: expected 'then', found '1'"),
        ("established < date '2012-13-01'", "rule:1:20: '2012-13-01' is not a day; write date '2015-12-31'"),
        ("established < date 2012", "rule:1:15: expected a fact, a figure or '(', found 'date'"),
        ("add_months(established)", "rule:1:1: add_months() is written add_months(date, months)"),
        ("employees is null", "rule:1:11: unknown fact 'is'"),
    ],
)
def test_a_fault_has_its_line_and_column_and_says_what_was_expected(text: str, told: str):
    assert problems_of(text)[0] == told


def test_lines_and_columns_count_from_one():
    assert problems_of("employees <= 100\n  and\n  total_assets <= * 3") == [
        "rule:3:19: expected a fact, a figure or '(', found '*'"
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("employes <= 100", "rule:1:1: unknown fact 'employes'; did you mean 'employees'?"),
        ("Employees <= 100", "rule:1:1: unknown fact 'Employees'; did you mean 'employees'?"),
        ("从业人员数 <= 100", "rule:1:1: unknown fact '从业人员数'; did you mean '从业人数'?"),
        ('"从业 人数" <= 100', "rule:1:1: unknown fact '从业 人数'; did you mean '从业人数'?"),
        ("xyzzy <= 100", "rule:1:1: unknown fact 'xyzzy'"),
        ("leest(1, 2) > 0", "rule:1:1: unknown function 'leest'; did you mean 'least'?"),
        ("coalesce(employees, 0) <= 100", "rule:1:1: unknown function 'coalesce'"),
        (
            "营业收入 <= 3亿",
            "rule:1:1: '营业收入' may be revenue or revenue_last_year; write one of these names",
        ),
        ("employees <= 3000 万", "rule:1:19: unknown fact '万'"),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest_known_one(text: str, told: str):
    assert problems_of(text) == [told]


def test_all_unknown_names_are_told_at_once():
    assert problems_of(
        "employes <= 100\nor total_asset <= 3000万 and sekter = 'other'\nor frobnicate(1) = 2"
    ) == [
        "rule:1:1: unknown fact 'employes'; did you mean 'employees'?",
        "rule:2:4: unknown fact 'total_asset'; did you mean 'total_assets'?",
        "rule:2:29: unknown fact 'sekter'; did you mean 'sector'?",
        "rule:3:4: unknown function 'frobnicate'",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("employees ≤ 100", "rule:1:11: '≤' is not part of the rule language; write '<='"),
        ("（employees <= 100）", "rule:1:1: '（' is not part of the rule language; write '('"),
        ("holding >= 30％", "rule:1:14: '％' is not part of the rule language; write '%'"),
        ("sector = ‘other’", "rule:1:10: '‘' is not part of the rule language; write \"'\""),
        ("employees <= 100; drop table x", "rule:1:17: ';' is not part of the rule language"),
        ("employees ?? 3", "rule:1:11: '?' is not part of the rule language"),
        ("employees == 3", "rule:1:12: expected a fact, a figure or '(', found '='"),
        ("employees || 'x'", "rule:1:11: '|' is not part of the rule language"),
        ("employees::text = 'x'", "rule:1:10: ':' is not part of the rule language"),
        ("a.employees = 3", "rule:1:2: '.' is not part of the rule language"),
        ("sector = 'other", "rule:1:10: the text that begins with ' has no end"),
        ('"从业人数 <= 100', 'rule:1:1: the text that begins with " has no end'),
        (
            "employees <= 100 -- 2013",
            "rule:1:18: '--' is not part of the rule language; comments stand beside the rule",
        ),
        ("employees <= 100 /* few */", "rule:1:21: unknown fact 'few'"),
        ("employees <= 100 # few", "rule:1:18: '#' is not part of the rule language"),
        ("employees <= 100 🙂", "rule:1:18: '🙂' is not part of the rule language"),
        ("employees <= 100\0", "rule:1:17: '\\x00' is not part of the rule language"),
        ("sector = '\0'", "rule:1:10: a text has no control signs and no line ends"),
        ("sector = 'oth\ner'", "rule:1:10: a text has no control signs and no line ends"),
        ("employees <= " + "9" * 5000, "rule:1:14: a figure has at most 30 digits"),
        ("round(holding, 99999999) > 1", "rule:1:1: round() takes whole places from -12 to 12"),
        ("round(holding, 0.5) > 1", "rule:1:1: round() takes whole places from -12 to 12"),
    ],
)
def test_what_is_not_of_the_language_is_refused_where_it_stands(text: str, told: str):
    assert problems_of(text)[0] == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("total_assets <= 30%", None),
        ("total_assets <= holding", "rule:1:14: '<=' cannot put money beside ratio"),
        ("total_assets * revenue > 0", "rule:1:14: money times money is not an amount"),
        ("sector < 'other'", "rule:1:8: '<' needs numbers or dates, not enum and text"),
        ("sector = 'industry'", "rule:1:8: sector has no value 'industry'; it has industrial, other"),
        ("sector in ('other', 'trade')", "rule:1:8: sector has no value 'trade'; it has industrial, other"),
        ("employees and is_young", "rule:1:1: 'and' needs a yes-or-no statement, not int"),
        ("not employees", "rule:1:1: 'not' needs a yes-or-no statement, not int"),
        ("established > 2012", "rule:1:13: '>' cannot put date beside number"),
        ("established + 1 > established", "rule:1:13: '+' needs numbers, not date and number"),
        ("employees = null", "rule:1:11: '=' cannot put int beside nothing"),
        ("year(employees) > 2000", "rule:1:1: year() needs a date where int stands: year(date)"),
        ("case when is_young then 1 else 'a' end = 1", "rule:1:1: 'case' cannot put number beside text"),
        (
            "within(industry_code, industry_code)",
            "rule:1:1: within() takes written values after the first: within(code, 'C', 'G591', …)",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_with_both_types(text: str, told: str | None):
    tree, problems = read(text)
    assert [str(problem) for problem in problems] == ([] if told is None else [told])
    assert (tree is None) == (told is not None)


def test_a_condition_is_a_yes_or_no_statement():
    tree, problems = read_condition("employees + 1", vocabulary=WORDS, where="rule")
    assert tree is None
    assert [str(p) for p in problems] == ["rule: a condition must be a yes-or-no statement; this one is int"]


HOSTILE = {
    "a megabyte of brackets": "(" * 1_000_000,
    "twenty thousand brackets": "(" * 20_000,
    "closed brackets": "(" * 9_000 + "is_young" + ")" * 9_000,
    "negations": "not " * 4_900 + "is_young",
    "signs": "- " * 9_000 + "1",
    "a long sum": "1+" * 9_000 + "1",
    "sums in brackets": "(" * 50 + "1" + ("+1" * 150 + ")") * 50,
    "a nest of cases": "case when is_young then 1 else " * 600 + "1",
    "a nest of functions": "abs(" * 4_000 + "1" + ")" * 4_000,
    "many unknown names": " ".join(f"name{i}" for i in range(2_000)),
    "one long name": "a" * 19_000,
    "many digits": "1" * 19_000 + "." + "1" * 900,
    "many quotes": "'" * 9_999,
    "many labels": '"' * 9_999,
    "every sign": "".join(chr(n) for n in range(1, 12_000)),
    "a lone surrogate": "employees <= \udc80",
    "signs that turn the reading direction": "employees \u202e<= 100",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_gives_problems_and_nothing_else(name: str):
    tree, problems = read(HOSTILE[name])

    assert tree is None
    assert problems
    assert all(problem.where.startswith("rule") for problem in problems)


DEEP = {
    "brackets": "(" * 58 + "is_young" + ")" * 58,
    "functions": "least(" * 58 + "1" + ", employees)" * 58 + " > 0",
    "cases": "case when is_young then 1 else " * 58 + "2" + " end" * 58 + " > 1",
    "signs": "1 + " * 199 + "employees > 0",
    "negations": "not " * 199 + "is_young",
    "alternatives": " or ".join(["is_young"] * 1_500),
}


@pytest.mark.parametrize("name", DEEP)
def test_what_is_deep_but_allowed_is_read_and_can_be_run(name: str):
    tree, problems = read(DEEP[name])

    assert problems == []
    assert tree is not None
    assert tree.type is Type.BOOL
    assert settle(interpret(tree, {})).outcome is None
    assert interpret(tree, {"is_young": True, "employees": Fraction(2)}) in (TRUE, FALSE)


pieces = st.sampled_from(
    [
        "employees",
        "total_assets",
        "is_young",
        "sector",
        "从业人数",
        "营业收入",
        "'other'",
        "100",
        "3000万",
        "30%",
        "(",
        ")",
    ]
    + [
        "and",
        "or",
        "not",
        "in",
        "between",
        "case",
        "when",
        "then",
        "else",
        "end",
        "null",
        "date",
        "true",
        ",",
    ]
    + [
        "+",
        "-",
        "*",
        "/",
        "=",
        "<>",
        "<=",
        "least",
        "round",
        "within",
        "add_months",
        "year",
        "date '2012-02-30'",
    ]
)


@settings(max_examples=350, deadline=None)
@given(
    st.lists(pieces, max_size=14).map(" ".join)
    | st.text(max_size=60)
    | st.from_regex(PATTERN, fullmatch=True)
)
def test_whatever_is_written_there_is_a_tree_or_there_are_problems(text: str):
    tree, problems = read(text)

    assert (tree is None) == bool(problems)
    assert all(problem.message and problem.where.startswith("rule") for problem in problems)
