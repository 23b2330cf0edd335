"""Rules in plain sentences, Chinese and English, generated from their trees.

employees <= 80 and total_assets <= 1000万
→ 从业人数不超过80人且资产总额不超过1000万元
→ employees at most 80 people and total assets at most 10,000,000 yuan
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from huiqi.base.money import plain
from huiqi.measures.expressions import (
    NUMERIC,
    And,
    Arithmetic,
    Call,
    Choice,
    Compare,
    Constant,
    FactRef,
    Member,
    Node,
    Not,
    Or,
    Type,
)
from huiqi.measures.types import FactKind, Parameter, Rulebook
from huiqi.measures.words import Language, assertion, money_words, quantity, value_words

MIRRORED: Final = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
DENIED: Final = {"=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
NUMBER_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "<=": ("不超过", " at most "), "<": ("低于", " below "), ">=": ("不低于", " at least "), ">": ("超过", " above "),
    "=": ("等于", " exactly "), "<>": ("不等于", " other than "),
}  # fmt: skip
DAY_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "<=": ("不晚于", " not after "), "<": ("早于", " before "),
    ">=": ("不早于", " not before "), ">": ("晚于", " after "),
    "=": ("为", " on "), "<>": ("不为", " not on "),
}  # fmt: skip
NAME_WORDS: Final[Mapping[str, tuple[str, str]]] = {"=": ("为", ": "), "<>": ("不为", ": not ")}

SIGNS: Final = {"+": ("＋", " + "), "-": ("－", " − ")}
FORMS: Final[Mapping[str, tuple[str, str]]] = {
    "floor": ("{0}取整", "{0} rounded down"),
    "ceil": ("{0}进位取整", "{0} rounded up"),
    "round": ("{0}四舍五入", "{0} rounded"),
    "abs": ("{0}的绝对值", "{0} without its sign"),
    "add_months": ("{0}之后{1}", "{1} after {0}"),
    "add_days": ("{0}之后{1}", "{1} after {0}"),
    "add_working_days": ("{0}之后{1}", "{1} after {0}"),
    "last_day": ("{0}当月最后一天", "the last day of the month of {0}"),
    "year": ("{0}的年份", "the year of {0}"),
    "days_between": ("{0}至{1}的天数", "the days from {0} to {1}"),
    "full_months_between": ("{0}至{1}的满月数", "the full months from {0} to {1}"),
    "full_years_between": ("{0}至{1}的满年数", "the full years from {0} to {1}"),
}
STEP_UNITS: Final = {"add_months": "months", "add_days": "days", "add_working_days": "working_days"}
SPAN_UNITS: Final = {
    "days_between": "days",
    "full_months_between": "months",
    "full_years_between": "years",
    "year": "year",
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a figure counts, so that a bare number beside it can be said with its unit."""

    type: Type
    unit: str | None = None


PLAIN: Final = Quantity(Type.NUMBER)
YUAN: Final = Quantity(Type.MONEY, "CNY")
SHARE: Final = Quantity(Type.RATIO)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says expressions of one pack in one language; parameters have the value of `day`."""

    kinds: Mapping[str, FactKind]
    parameters: Mapping[str, Parameter]
    day: date
    language: Language

    @classmethod
    def of(cls, rulebook: Rulebook, language: Language, day: date | None = None) -> "Speaker":
        return cls(rulebook.kinds, rulebook.parameters, day or rulebook.first_day, language)

    def pick(self, pair: tuple[str, str]) -> str:
        return pair[self.language == "en"]

    def say(self, zh: str, en: str) -> str:
        return en if self.language == "en" else zh

    # --- statements ---

    def statement(self, node: Node, *, holds: bool = True) -> str:
        """A yes-or-no expression, or its opposite, as a sentence without a full stop."""
        match node:
            case Constant(bool() as value, _):
                return self.say("总是成立", "always") if value is holds else self.say("从不成立", "never")
            case Not(operand):
                return self.statement(operand, holds=not holds)
            case And(operands):
                return self.joined(operands, holds, both=holds)
            case Or(operands):
                return self.joined(operands, holds, both=not holds)
            case Compare(op, Constant() as left, right) if not isinstance(right, Constant):
                return self.comparison(MIRRORED[op], right, left, holds)
            case Compare(op, left, right):
                return self.comparison(op, left, right, holds)
            case Member(operand, choices):
                return self.membership(operand, choices, holds)
            case Call("within", (operand, *branches)):
                return self.branch_of(operand, branches, holds)
            case FactRef(name, _, _) if name in self.kinds:
                return assertion(self.kinds[name], holds, self.language)
            case _:
                words = self.number(node)
                return words if holds else self.say(f"并非（{words}）", f"not ({words})")

    def joined(self, operands: Sequence[Node], holds: bool, *, both: bool) -> str:
        """且 binds tighter than 或; what binds less stands in brackets."""
        if both and holds and (span := self.between(operands)) is not None:
            return span
        parts = [self.statement(operand, holds=holds) for operand in operands]
        if both:
            loose = [is_loose(operand, holds) for operand in operands]
            parts = [self.bracketed(p) if open_ else p for p, open_ in zip(parts, loose, strict=True)]
            return self.say("且", " and ").join(parts)
        compound = any(is_tight(operand, holds) for operand in operands)
        return (self.say("，或者", ", or ") if compound else self.say("或", " or ")).join(parts)

    def between(self, operands: Sequence[Node]) -> str | None:
        """``x between a and b`` is read as two comparisons; said as one."""
        match operands:
            case [Compare(">=", left, low), Compare("<=", again, high)] if left == again:
                like = self.quantity(left)
                ends = self.number(low, like), self.number(high, like)
                zh = "{0}在{1}至{2}之间（含两端）"
                en = "{0} between {1} and {2}, both included"
                return self.say(zh, en).format(self.number(left), *ends)
        return None

    def comparison(self, op: str, left: Node, right: Node, holds: bool) -> str:
        if isinstance(right, Constant) and isinstance(right.value, bool):
            return self.statement(left, holds=(right.value is holds) == (op == "="))
        op = op if holds else DENIED[op]
        return f"{self.number(left)}{self.operator(op, left)}{self.right_side(left, right)}"

    def operator(self, op: str, left: Node) -> str:
        table = NUMBER_WORDS if left.type in NUMERIC else DAY_WORDS if left.type is Type.DATE else NAME_WORDS
        return self.pick(table[op])

    def right_side(self, left: Node, right: Node) -> str:
        """What a side is compared with, in the unit of the other side."""
        if isinstance(left, FactRef) and isinstance(right, Constant):
            return self.value(left, right)
        like = self.quantity(left)
        return self.number(right, like if like != PLAIN else None)

    def membership(self, operand: Node, choices: Sequence[Constant], holds: bool) -> str:
        values = [self.value(operand, choice) for choice in choices]
        return self.number(operand) + self.pick(NAME_WORDS["=" if holds else "<>"]) + self.listed(values)

    def branch_of(self, operand: Node, branches: Sequence[Node], holds: bool) -> str:
        words = self.listed([str(b.value) for b in branches if isinstance(b, Constant)])
        pair = ("属于", " lies in ") if holds else ("不属于", " does not lie in ")
        return self.number(operand) + self.pick(pair) + words

    def listed(self, words: Sequence[str]) -> str:
        *first, last = words
        if not first:
            return last
        return self.say(f"{'、'.join(first)}或{last}", f"{', '.join(first)} or {last}")

    def bracketed(self, words: str) -> str:
        return self.say(f"（{words}）", f"({words})")

    def value(self, operand: Node, constant: Constant) -> str:
        if constant.value is None:
            return self.say("无", "none")
        if isinstance(operand, FactRef) and operand.name in self.kinds:
            return value_words(constant.value, self.kinds[operand.name], self.language)
        like = self.quantity(operand)
        return quantity(constant.value, like.type, like.unit, self.language)

    # --- figures ---

    def number(self, node: Node, like: Quantity | None = None) -> str:
        """A figure, date or text; `like` is what a bare number in it counts."""
        match node:
            case Constant(None, _):
                return self.say("无", "none")
            case Constant(value, kind) if value is not None:
                said = like if kind is Type.NUMBER and like is not None else self.quantity(node)
                return quantity(value, said.type, said.unit, self.language)
            case FactRef():
                return self.label(node)
            case Arithmetic("*", _, _):
                return self.product(factors_of(node), like)
            case Arithmetic("/", left, right):
                return self.inner(left, like) + self.say("÷", " ÷ ") + self.inner(right)
            case Arithmetic(op, left, right):
                like = like or self.quantity(node)
                sign = self.pick(SIGNS[op])
                return self.number(left, like) + sign + self.inner(right, like)
            case Call(("least" | "greatest") as name, arguments):
                return self.limited(name, arguments, like or self.quantity(node))
            case Call(name, arguments):
                return self.called(name, arguments, like)
            case Choice(branches, otherwise):
                return self.chosen(branches, otherwise, like)
            case _:
                return self.bracketed(self.statement(node))

    def label(self, fact: FactRef) -> str:
        if fact.name in self.kinds:
            return self.kinds[fact.name].label.in_language(self.language)
        parameter = self.parameters.get(fact.name)
        if parameter is None:
            return fact.name
        value = parameter.on(self.day)
        words = parameter.label.in_language(self.language)
        if value is None:
            return words
        return words + self.say("（{}）", " ({})").format(
            quantity(value, parameter.type, None, self.language)
        )

    def inner(self, node: Node, like: Quantity | None = None) -> str:
        """A part of a product or difference: sums and choices in brackets."""
        words = self.number(node, like)
        return self.bracketed(words) if isinstance(node, Choice) or is_sum(node) else words

    def product(self, factors: Sequence[Node], like: Quantity | None) -> str:
        """``x * 20%`` is x的20%; more than one factor is a chain with ×."""
        shares = [share_of(factor) for factor in factors]
        if len(factors) == 2 and shares[0] is None and shares[1] is not None:
            return self.say("{0}的{1}", "{1} of {0}").format(self.inner(factors[0], like), shares[1])
        in_yuan = like == YUAN and not any(self.quantity(f).type is Type.MONEY for f in factors)
        words = []
        for factor, share in zip(factors, shares, strict=True):
            if share is None and in_yuan and isinstance(factor, Constant):
                share = self.yuan(factor)
                in_yuan = share is None
            words.append(share or self.inner(factor, SHARE if chooses_share(factor) else None))
        return self.say("×", " × ").join(words)

    def yuan(self, factor: Constant) -> str | None:
        """The bare number of an amount in yuan that counts people or months: so much for each."""
        return money_words(factor.value, self.language) if isinstance(factor.value, Fraction) else None

    def limited(self, name: str, arguments: Sequence[Node], like: Quantity) -> str:
        match (name, arguments):
            case ("greatest", (first, Constant(Fraction(numerator=0), _))):
                if is_sum(first):
                    pair = "（{}，低于零按零计）", "({}, zero if negative)"
                else:
                    pair = "{}（低于零按零计）", "{} (zero if negative)"
                return self.pick(pair).format(self.number(first, like))
            case ("least", (first, Constant() as most)) if not isinstance(first, Constant):
                words = self.number(most, like)
                return self.say("{0}（最多{1}）", "{0} (at most {1})").format(self.inner(first, like), words)
            case ("greatest", (first, Constant() as fewest)) if not isinstance(first, Constant):
                words = self.number(fewest, like)
                return self.say("{0}（最少{1}）", "{0} (at least {1})").format(self.inner(first, like), words)
        parts = [self.inner(argument, like) for argument in arguments]
        pair = ("{}中较小者", "the smaller of {}") if name == "least" else ("{}中较大者", "the larger of {}")
        return self.pick(pair).format(self.say("与", " and ").join(parts))

    def called(self, name: str, arguments: Sequence[Node], like: Quantity | None) -> str:
        if counts_parts(Call(name, tuple(arguments))) and isinstance(arguments[0], Arithmetic):
            whole, part = arguments[0].left, arguments[0].right
            sides = self.inner(whole), self.number(part, self.quantity(whole))
            return self.say("{0}中满{1}的份数", "the number of whole {1} in {0}").format(*sides)
        step = STEP_UNITS.get(name)
        words = [self.number(arguments[0], like)]
        words += [self.number(a, Quantity(Type.INT, step) if step else None) for a in arguments[1:]]
        return self.pick(FORMS[name]).format(*words)

    def chosen(self, branches: Sequence[tuple[Node, Node]], otherwise: Node, like: Quantity | None) -> str:
        """若……则……，否则……; without an otherwise there is nothing to say."""
        parts = [
            self.say("{0}的，{1}", "{1} if {0}").format(self.statement(when), self.number(then, like))
            for when, then in branches
        ]
        if otherwise != Constant(None, Type.NOTHING):
            parts.append(self.say("其余，{}", "otherwise {}").format(self.number(otherwise, like)))
        return self.say("；", "; ").join(parts)

    def quantity(self, node: Node) -> Quantity:
        """What an expression counts."""
        match node:
            case FactRef(name, kind, _):
                found = self.kinds.get(name)
                return Quantity(kind, found.unit if found else None)
            case Arithmetic("*", _, _):
                return self.quantity_of_product(node)
            case Arithmetic("/", left, right):
                return self.quantity(left) if right.type is Type.NUMBER else Quantity(node.type)
            case Arithmetic(_, left, right):
                found_left = self.quantity(left)
                return self.quantity(right) if found_left.type is Type.NUMBER else found_left
            case Call(name, arguments):
                if name in SPAN_UNITS:
                    return Quantity(Type.INT, SPAN_UNITS[name])
                if counts_parts(node):
                    return Quantity(Type.INT)
                inner = [self.quantity(a) for a in arguments]
                return next((q for q in inner if q.type is not Type.NUMBER), inner[0])
            case Choice(branches, _):
                return self.quantity(branches[0][1])
            case _:
                return Quantity(node.type, "CNY" if node.type is Type.MONEY else None)

    def quantity_of_product(self, node: Node) -> Quantity:
        parts = [self.quantity(f) for f in factors_of(node) if share_of(f) is None]
        money = [q for q in parts if q.type is Type.MONEY]
        counts = [q for q in parts if q.type not in (Type.NUMBER, Type.RATIO, Type.MONEY)]
        if money:
            return YUAN if counts else money[0]  # so much for each, times so many
        return counts[0] if len(counts) == 1 else Quantity(node.type)


def is_sum(node: Node) -> bool:
    return isinstance(node, Arithmetic) and node.op in "+-"


def counts_parts(node: Node) -> bool:
    """``floor(a / b)``: how many whole b lie in a."""
    match node:
        case Call("floor", (Arithmetic("/", _, _),)):
            return True
        case _:
            return False


def chooses_share(node: Node) -> bool:
    return isinstance(node, Choice) and all(share_of(value) is not None for _, value in node.branches)


def is_loose(node: Node, holds: bool) -> bool:
    """Would it need brackets beside 且?"""
    while isinstance(node, Not):
        node, holds = node.operand, not holds
    return isinstance(node, Or) if holds else isinstance(node, And)


def is_tight(node: Node, holds: bool) -> bool:
    """Does 且, or a list of values, stand in it?"""
    while isinstance(node, Not):
        node, holds = node.operand, not holds
    if isinstance(node, Member) and len(node.choices) > 1:
        return True
    return isinstance(node, And) if holds else isinstance(node, Or)


def factors_of(node: Node) -> tuple[Node, ...]:
    match node:
        case Arithmetic("*", left, right):
            return (*factors_of(left), *factors_of(right))
        case _:
            return (node,)


def share_of(node: Node) -> str | None:
    """A bare number that reads as a share of something: 20 %, 150 %; None for a whole number of things."""
    match node:
        case Constant(Fraction() as value, Type.NUMBER) if 0 < value < 10 and value.denominator > 1:
            return f"{plain(value * 100, 4)}%"
        case _:
            return None
