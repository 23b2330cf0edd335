"""Run an expression in plain Python: exact, obvious, and the yardstick every other engine is compared with.

Known facts are put in and everything that follows from them is worked out; what is left stands on the
missing facts alone. An expression whose facts are all known comes out as a single `Constant`.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final

from huiqi.base.calendar import UnknownYear
from huiqi.measures.expressions import (
    FALSE,
    TRUE,
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
from huiqi.measures.functions import FUNCTIONS

COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt,
    "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
COMPUTE: Final[Mapping[str, Callable[[Fraction, Fraction], Fraction]]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
}  # fmt: skip


def interpret(node: Node, facts: Mapping[str, Value | Domain], *, faults: list[str] | None = None) -> Node:
    """What an expression comes to with these facts.

    Args:
        node: the expression.
        facts: fact name → value (bool, `Fraction`, `date` or text), or the `Domain` that is still possible;
            absent means unknown.
        faults: receives a sentence for every operation that has no result (division by zero, a year
            without a known holiday calendar). Such an operation gives a `Constant` whose value is None.

    Returns a `Constant`, or the smaller expression that is left over the unknown facts.
    """
    return Interpreter(facts, [] if faults is None else faults).run(node)


def undefined(kind: Type) -> Constant:
    """The result of an operation that has none."""
    return Constant(None, kind)


class Interpreter:
    """One walk over a tree with one set of facts."""

    def __init__(self, facts: Mapping[str, Value | Domain], faults: list[str]) -> None:
        self.facts = facts
        self.faults = faults

    def run(self, node: Node) -> Node:
        match node:
            case Constant():
                return node
            case FactRef(name, kind, _):
                known = self.facts.get(name)
                if isinstance(known, Domain):
                    return FactRef(name, kind, known)
                return node if known is None else Constant(known, kind)
            case Not(operand):
                return negated(self.run(operand))
            case And(operands):
                return joined(And, (self.run(o) for o in operands), decisive=FALSE, neutral=TRUE)
            case Or(operands):
                return joined(Or, (self.run(o) for o in operands), decisive=TRUE, neutral=FALSE)
            case Compare(op, left, right):
                return self.compare(op, self.run(left), self.run(right), node)
            case Member(operand, choices):
                return self.member(self.run(operand), choices)
            case Arithmetic(op, left, right):
                return self.compute(op, self.run(left), self.run(right), node)
            case Choice():
                return self.choose(node)
            case Call(name, arguments):
                return self.call(name, tuple(self.run(a) for a in arguments))

    def compare(self, op: Any, left: Node, right: Node, node: Compare) -> Node:
        if isinstance(left, Constant) and isinstance(right, Constant):
            if left.value is None or right.value is None:
                return undefined(Type.BOOL)
            return truth(COMPARE[op](left.value, right.value))
        if (apart := ruled_out(left, right)) is not None and op in ("=", "<>"):
            return truth(apart == (op == "<>"))
        return node if left is node.left and right is node.right else Compare(op, left, right)

    def member(self, operand: Node, choices: tuple[Constant, ...]) -> Node:
        if isinstance(operand, Constant):
            if operand.value is None:
                return undefined(Type.BOOL)
            return truth(any(operand.value == choice.value for choice in choices))
        if isinstance(operand, FactRef) and operand.domain.left is not None:
            inside = {value in {choice.value for choice in choices} for value in operand.domain.left}
            if len(inside) == 1:
                return truth(inside.pop())
        return Member(operand, choices)

    def compute(self, op: Any, left: Node, right: Node, node: Arithmetic) -> Node:
        if isinstance(left, Constant) and isinstance(right, Constant):
            if not isinstance(left.value, Fraction) or not isinstance(right.value, Fraction):
                return undefined(node.type)
            if op == "/" and right.value == 0:
                self.faults.append("division by zero")
                return undefined(node.type)
            return Constant(COMPUTE[op](left.value, right.value), node.type)
        return Arithmetic(op, left, right)

    def choose(self, node: Choice) -> Node:
        """The first branch that holds; an unknown branch is passed over only if nothing hangs on it."""
        open_branches: list[tuple[Node, Node]] = []
        otherwise: Node | None = None
        for condition, value in node.branches:
            holds = self.run(condition)
            if holds == FALSE:
                continue
            result = of_type(self.run(value), node.type)
            if holds == TRUE:
                otherwise = result
                break
            open_branches.append((holds, result))
        if otherwise is None:
            otherwise = of_type(self.run(node.otherwise), node.type)
        if all(value == otherwise for _, value in open_branches):
            return otherwise
        if all(isinstance(holds, Constant) for holds, _ in open_branches):
            return undefined(node.type)
        return Choice(tuple(open_branches), otherwise)

    def call(self, name: str, arguments: tuple[Node, ...]) -> Node:
        values = [a.value for a in arguments if isinstance(a, Constant)]
        if len(values) < len(arguments):
            return Call(name, arguments)
        gives = FUNCTIONS[name].gives
        kind = Call(name, arguments).type if gives in ("same", "first") else Type(gives)
        if None in values:
            return undefined(kind)
        try:
            return Constant(FUNCTIONS[name].run(*values), kind)
        except UnknownYear as error:
            self.faults.append(str(error))
        except (OverflowError, ValueError):
            self.faults.append(f"{name}() leaves the calendar")
        return undefined(kind)


def ruled_out(left: Node, right: Node) -> bool | None:
    """Is an enum surely not the value it is held against? None where nothing was ruled out."""
    fact, other = (left, right) if isinstance(left, FactRef) else (right, left)
    if not isinstance(fact, FactRef) or fact.domain.left is None or not isinstance(other, Constant):
        return None
    return True if other.value not in fact.domain.left else None


def of_type(value: Node, kind: Type) -> Node:
    """A branch's value as what the whole `case` is: 100 beside money is money, `null` is an amount without value."""
    return Constant(value.value, kind) if isinstance(value, Constant) else value


def truth(value: bool) -> Constant:
    return TRUE if value else FALSE


def negated(node: Node) -> Node:
    match node:
        case Constant(None, _):
            return node
        case Constant(value, _):
            return truth(not value)
        case Not(operand):
            return operand
        case _:
            return Not(node)


def joined(
    kind: type[And] | type[Or], parts: Iterable[Node], *, decisive: Constant, neutral: Constant
) -> Node:
    """`and`/`or` over evaluated parts: one decisive part settles it, neutral parts fall away."""
    left: list[Node] = []
    for part in parts:
        if part == decisive:
            return decisive
        if part != neutral and part not in left:
            left.append(part)
    if not left:
        return neutral
    return left[0] if len(left) == 1 else kind(tuple(left))


def as_value(raw: object, kind: Type) -> Value:
    """A plain Python value as the tree holds it. Raises ValueError where the type does not fit."""
    match kind:
        case Type.BOOL if isinstance(raw, bool):
            return raw
        case Type.DATE if isinstance(raw, date):
            return raw
        case Type.TEXT | Type.ENUM if isinstance(raw, str):
            return raw
        case Type.INT | Type.DECIMAL | Type.MONEY | Type.RATIO | Type.NUMBER if not isinstance(raw, bool):
            return Fraction(str(raw))
    raise ValueError(f"{raw!r} is not {kind}")
