"""From the text of a rule to its typed tree, with errors that name line, column and remedy.

The grammar is the scalar part of SQL (see docs/packs.md). Precedence from loose to tight:
``or``, ``and``, ``not``, comparison, ``+ -``, ``* /``, sign, primary.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Final

from huiqi.base.problem import Problem
from huiqi.measures.expressions import (
    FALSE,
    NULL,
    TRUE,
    And,
    Arithmetic,
    ArithmeticOp,
    Call,
    Choice,
    Compare,
    CompareOp,
    Constant,
    FactRef,
    IllTyped,
    Member,
    Node,
    Not,
    Or,
    Type,
)
from huiqi.measures.functions import FUNCTIONS
from huiqi.measures.tokens import Token, Unreadable, tokens_of

COMPARISONS: Final[Mapping[str, CompareOp]] = {
    "=": "=", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
}  # fmt: skip
SUMS: Final[Mapping[str, ArithmeticOp]] = {"+": "+", "-": "-"}
PRODUCTS: Final[Mapping[str, ArithmeticOp]] = {"*": "*", "/": "/"}
DEEPEST: Final = 60
LONGEST: Final = 20_000
MOST_OPERATIONS: Final = 200
"""Of signs and negations in one rule: each may lie one level deeper than the one before."""
MOST_PLACES: Final = 12
LONG_FIGURE: Final = re.compile(r"\d{31,}")
CONTROL_SIGN: Final = re.compile(r"[\x00-\x1f\x7f]")
MEANT: Final[Mapping[str, str]] = {
    "≤": "<=", "≥": ">=", "≠": "<>", "＜": "<", "＞": ">", "＝": "=", "×": "*", "÷": "/", "＋": "+", "－": "-",
    "％": "%", "（": "(", "）": ")", "，": ",", "。": ".", "“": '"', "”": '"', "‘": "'", "’": "'", "、": ",",
}  # fmt: skip
"""Signs of a document and what a rule writes instead."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The facts a rule may name: by English name, or by Chinese label."""

    facts: Mapping[str, FactRef]
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # 中文 → names


class Refused(ValueError):
    """A rule that cannot be read any further; `at` is the offset of the fault."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


def read_expression(text: str, *, vocabulary: Vocabulary, where: str) -> tuple[Node | None, list[Problem]]:
    """Read one rule.

    Returns the tree, or None with every problem found. Each problem's place is ``where:line:column``.

    >>> from huiqi.measures.expressions import Domain
    >>> words = Vocabulary({"employees": FactRef("employees", Type.INT, Domain())})
    >>> read_expression("employes <= 100", vocabulary=words, where="rule")[1][0].message
    "unknown fact 'employes'; did you mean 'employees'?"
    """
    if len(text) > LONGEST:
        return None, [Problem(where, f"a rule has at most {LONGEST} signs; split it into conditions")]
    try:
        tokens = tokens_of(shortened(text))
        refuse_comments(tokens)
        unknown = list(unknown_names(tokens, vocabulary))
        if unknown:
            return None, [Problem(place(where, text, token.start), message) for token, message in unknown]
        return Reader(tokens, vocabulary).read_all(), []
    except Unreadable as error:
        return None, [Problem(place(where, text, error.at), unreadable(text[error.at], str(error)))]
    except Refused as error:
        return None, [Problem(place(where, text, error.at), str(error))]


def shortened(text: str) -> str:
    """The text itself; refused where a figure has more digits than any document writes."""
    figure = LONG_FIGURE.search(text)
    if figure is not None:
        raise Refused("a figure has at most 30 digits", figure.start())
    return text


def refuse_comments(tokens: list[Token]) -> None:
    """``--`` would be a comment elsewhere and twice a minus here: refused, so that nobody reads it wrongly."""
    for token, after in pairwise(tokens):
        if (
            token.text == after.text == "-"
            and token.kind == after.kind == "sign"
            and after.start == token.start + 1
        ):
            raise Refused(
                "'--' is not part of the rule language; comments stand beside the rule", token.start
            )


def unreadable(sign: str, message: str) -> str:
    """What is wrong with a sign, and what was probably meant."""
    if sign in "'\"":
        return f"the text that begins with {sign} has no end"
    return f"{message}; write {MEANT[sign]!r}" if sign in MEANT else message


def unknown_names(tokens: list[Token], vocabulary: Vocabulary) -> Iterator[tuple[Token, str]]:
    """Every name that is neither a fact nor a label nor a function, with what to write instead."""
    for token, after in pairwise(tokens):
        if token.kind not in ("name", "label") or token.text in vocabulary.facts:
            continue
        if after.kind == "sign" and after.text == "(":
            if token.text.lower() not in FUNCTIONS:
                yield token, f"unknown function {token.text!r}{suggestion(token.text, FUNCTIONS)}"
        elif token.text not in vocabulary.labels:
            known = vocabulary.facts if token.kind == "name" else vocabulary.labels
            yield token, f"unknown fact {token.text!r}{suggestion(token.text, known)}"
        elif len(names := vocabulary.labels[token.text]) > 1:
            yield token, f"{token.text!r} may be {' or '.join(names)}; write one of these names"


def read_condition(text: str, *, vocabulary: Vocabulary, where: str) -> tuple[Node | None, list[Problem]]:
    """Read a rule that must be a yes-or-no statement."""
    tree, problems = read_expression(text, vocabulary=vocabulary, where=where)
    if tree is not None and tree.type is not Type.BOOL:
        return None, [Problem(where, f"a condition must be a yes-or-no statement; this one is {tree.type}")]
    return tree, problems


def place(where: str, text: str, at: int) -> str:
    """``where:line:column``, both counted from 1."""
    line_start = text.rfind("\n", 0, at) + 1
    return f"{where}:{text.count(chr(10), 0, at) + 1}:{at - line_start + 1}"


class Reader:
    """A recursive-descent reader over the tokens of one rule."""

    def __init__(self, tokens: list[Token], vocabulary: Vocabulary) -> None:
        self.tokens = tokens
        self.vocabulary = vocabulary
        self.position = 0
        self.depth = 0
        self.operations = 0

    def read_all(self) -> Node:
        if self.at_end():
            raise Refused("the rule is empty", 0)
        tree = self.read_or()
        if not self.at_end():
            raise self.expected("an operator or the end")
        return tree

    def at_end(self) -> bool:
        return self.next.kind == "end"

    @property
    def next(self) -> Token:
        return self.tokens[self.position]

    def take(self) -> Token:
        token = self.next
        self.position += 1
        return token

    def take_if(self, *texts: str) -> Token | None:
        found = self.next.kind in ("word", "sign") and self.next.text in texts
        return self.take() if found else None

    def need(self, text: str) -> Token:
        token = self.take_if(text)
        if token is None:
            raise self.expected(repr(text))
        return token

    def expected(self, what: str) -> Refused:
        found = "the end" if self.next.kind == "end" else repr(self.next.text)
        return Refused(f"expected {what}, found {found}", self.next.start)

    def count_operation(self, token: Token) -> None:
        self.operations += 1
        if self.operations > MOST_OPERATIONS:
            raise Refused(f"more than {MOST_OPERATIONS} operations in one rule; split it", token.start)

    def build(self, make: Callable[[], Node], at: int) -> Node:
        try:
            return make()
        except IllTyped as error:
            raise Refused(str(error), at) from error

    def read_or(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Refused(f"more than {DEEPEST} levels of brackets", self.next.start)
        at = self.next.start
        operands = [self.read_and()]
        while self.take_if("or"):
            operands.append(self.read_and())
        self.depth -= 1
        return operands[0] if len(operands) == 1 else self.build(lambda: Or(tuple(operands)), at)

    def read_and(self) -> Node:
        at = self.next.start
        operands = [self.read_not()]
        while self.take_if("and"):
            operands.append(self.read_not())
        return operands[0] if len(operands) == 1 else self.build(lambda: And(tuple(operands)), at)

    def read_not(self) -> Node:
        negations = 0
        at = self.next.start
        while token := self.take_if("not"):
            self.count_operation(token)
            negations += 1
        tree = self.read_comparison()
        for _ in range(negations):
            tree = self.negated(tree, at)
        return tree

    def negated(self, tree: Node, at: int) -> Node:
        return self.build(lambda: Not(tree), at)

    def read_comparison(self) -> Node:
        left = self.read_sum()
        token = self.take_if(*COMPARISONS)
        if token is not None:
            right = self.read_sum()
            return self.build(lambda: Compare(COMPARISONS[token.text], left, right), token.start)
        negated = self.take_if("not") is not None
        at = self.next.start
        if self.take_if("in"):
            tree = self.build(lambda: Member(left, self.read_choices()), at)
        elif self.take_if("between"):
            tree = self.read_between(left, at)
        elif negated:
            raise self.expected("'in' or 'between'")
        else:
            return left
        return Not(tree) if negated else tree

    def read_between(self, operand: Node, at: int) -> Node:
        low = self.read_sum()
        self.need("and")
        high = self.read_sum()
        return self.build(lambda: And((Compare(">=", operand, low), Compare("<=", operand, high))), at)

    def read_choices(self) -> tuple[Constant, ...]:
        self.need("(")
        choices = [self.read_literal()]
        while self.take_if(","):
            choices.append(self.read_literal())
        self.need(")")
        return tuple(choices)

    def read_literal(self) -> Constant:
        tree = self.read_sign()
        if not isinstance(tree, Constant):
            raise Refused("'in' takes written values only", self.tokens[self.position - 1].start)
        return tree

    def read_sum(self) -> Node:
        return self.read_chain(SUMS, self.read_product)

    def read_product(self) -> Node:
        return self.read_chain(PRODUCTS, self.read_sign)

    def read_chain(self, signs: Mapping[str, ArithmeticOp], read_part: Callable[[], Node]) -> Node:
        tree = read_part()
        while token := self.take_if(*signs):
            self.count_operation(token)
            tree = self.arithmetic(signs[token.text], tree, read_part(), token.start)
        return tree

    def arithmetic(self, op: ArithmeticOp, left: Node, right: Node, at: int) -> Node:
        return self.build(lambda: Arithmetic(op, left, right), at)

    def read_sign(self) -> Node:
        token = self.take_if("-")
        if token is None:
            return self.read_primary()
        self.count_operation(token)
        operand = self.read_sign()
        if isinstance(operand, Constant) and isinstance(operand.value, Fraction):
            return Constant(-operand.value, operand.type)
        return self.build(lambda: Arithmetic("-", Constant(Fraction(0), Type.NUMBER), operand), token.start)

    def read_primary(self) -> Node:
        token = self.take()
        if token.kind == "number":
            return Constant(token.number, Type.MONEY if token.is_money else Type.NUMBER)
        if token.kind == "text":
            return self.written_text(token)
        if token.kind in ("name", "label"):
            calls = self.next.kind == "sign" and self.next.text == "("
            return self.read_call(token) if calls else self.fact(token)
        if token.kind == "sign" and token.text == "(":
            tree = self.read_or()
            self.need(")")
            return tree
        if token.kind == "word":
            return self.read_word(token)
        self.position -= 1
        raise self.expected("a fact, a figure or '('")

    def written_text(self, token: Token) -> Constant:
        if CONTROL_SIGN.search(token.text):
            raise Refused("a text has no control signs and no line ends", token.start)
        return Constant(token.text, Type.TEXT)

    def read_word(self, token: Token) -> Node:
        match token.text:
            case "true":
                return TRUE
            case "false":
                return FALSE
            case "null":
                return NULL
            case "date" if self.next.kind == "text":
                return self.read_date(self.take())
            case "case":
                return self.read_case(token)
        self.position -= 1
        raise self.expected("a fact, a figure or '('")

    def read_date(self, token: Token) -> Constant:
        try:
            return Constant(date.fromisoformat(token.text), Type.DATE)
        except ValueError:
            raise Refused(f"{token.text!r} is not a day; write date '2015-12-31'", token.start) from None

    def read_case(self, start: Token) -> Node:
        branches: list[tuple[Node, Node]] = []
        while self.take_if("when"):
            condition = self.read_or()
            self.need("then")
            branches.append((condition, self.read_or()))
        if not branches:
            raise self.expected("'when'")
        otherwise = self.read_or() if self.take_if("else") else NULL
        self.need("end")
        return self.build(lambda: Choice(tuple(branches), otherwise), start.start)

    def read_call(self, token: Token) -> Node:
        name = token.text.lower()
        self.need("(")
        arguments = [self.read_or()]
        while self.take_if(","):
            arguments.append(self.read_or())
        self.need(")")
        call = self.build(lambda: Call(name, tuple(arguments)), token.start)
        if name == "round" and not are_places(arguments[1:]):
            raise Refused(f"round() takes whole places from -{MOST_PLACES} to {MOST_PLACES}", token.start)
        return call

    def fact(self, token: Token) -> Node:
        facts = self.vocabulary.facts
        return facts[token.text] if token.text in facts else facts[self.vocabulary.labels[token.text][0]]


def are_places(written: Iterable[Node]) -> bool:
    """Decimal places, as `round` takes them."""
    return all(
        isinstance(node, Constant)
        and isinstance(node.value, Fraction)
        and node.value.denominator == 1
        and abs(node.value) <= MOST_PLACES
        for node in written
    )


def suggestion(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
