"""The typed tree of the rule language: frozen nodes, checked when they are built.

A node knows its type; one that makes no sense (money compared with a ratio, an enum value that does not
exist) raises `IllTyped` and so cannot be built. Numbers are exact: `Fraction` everywhere inside the tree.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final, Literal

from huiqi.measures.functions import FUNCTIONS


class Type(StrEnum):
    """The type of a fact or of an expression."""

    BOOL = "bool"
    INT = "int"
    DECIMAL = "decimal"
    MONEY = "money"
    RATIO = "ratio"
    DATE = "date"
    TEXT = "text"
    ENUM = "enum"
    NUMBER = "number"  # a bare figure such as 3000万: money, people or months as its neighbour demands
    NOTHING = "nothing"  # the `null` of a `case`: no amount


NUMERIC: Final = frozenset({Type.INT, Type.DECIMAL, Type.MONEY, Type.RATIO, Type.NUMBER})
UNITLESS: Final = frozenset({Type.INT, Type.DECIMAL, Type.RATIO, Type.NUMBER})

Value = bool | Fraction | date | str
CompareOp = Literal["=", "<>", "<", "<=", ">", ">="]
ArithmeticOp = Literal["+", "-", "*", "/"]


class IllTyped(ValueError):
    """An expression that makes no sense; the message says why and what would."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal, or a fact whose value is known. `value` is None for `null` alone."""

    value: Value | None
    type: Type


@dataclass(frozen=True, slots=True)
class FactRef:
    """A fact, by name. `domain` is what can be said of its values before any is known."""

    name: str
    type: Type
    domain: "Domain"


@dataclass(frozen=True, slots=True)
class Domain:
    """The possible values of a fact: the values of an enum, or bounds (included) of a number or a date.

    `left` is what remains possible for one party where a formula has ruled values out.
    """

    values: tuple[str, ...] = ()
    low: Fraction | date | None = None
    high: Fraction | date | None = None
    left: tuple[str, ...] | None = None

    @property
    def candidates(self) -> tuple[str, ...]:
        return self.values if self.left is None else self.left


ANY: Final = Domain()


@dataclass(frozen=True, slots=True)
class Not:
    operand: "Node"

    def __post_init__(self) -> None:
        need_bool(self.operand, "not")

    @property
    def type(self) -> Type:
        return Type.BOOL


@dataclass(frozen=True, slots=True)
class And:
    operands: tuple["Node", ...]

    def __post_init__(self) -> None:
        for operand in self.operands:
            need_bool(operand, "and")

    @property
    def type(self) -> Type:
        return Type.BOOL


@dataclass(frozen=True, slots=True)
class Or:
    operands: tuple["Node", ...]

    def __post_init__(self) -> None:
        for operand in self.operands:
            need_bool(operand, "or")

    @property
    def type(self) -> Type:
        return Type.BOOL


@dataclass(frozen=True, slots=True)
class Compare:
    op: CompareOp
    left: "Node"
    right: "Node"

    def __post_init__(self) -> None:
        common_type(self.left, self.right, what=f"{self.op!r}")
        kinds = {self.left.type, self.right.type}
        if self.op not in ("=", "<>") and kinds & {Type.BOOL, Type.TEXT, Type.ENUM}:
            raise IllTyped(f"{self.op!r} needs numbers or dates, not {self.left.type} and {self.right.type}")

    @property
    def type(self) -> Type:
        return Type.BOOL


@dataclass(frozen=True, slots=True)
class Member:
    """`operand in (…)`: the choices are constants of the operand's type."""

    operand: "Node"
    choices: tuple[Constant, ...]

    def __post_init__(self) -> None:
        if not self.choices:
            raise IllTyped("'in' needs at least one value")
        for choice in self.choices:
            common_type(self.operand, choice, what="'in'")

    @property
    def type(self) -> Type:
        return Type.BOOL


@dataclass(frozen=True, slots=True)
class Arithmetic:
    op: ArithmeticOp
    left: "Node"
    right: "Node"

    def __post_init__(self) -> None:
        arithmetic_type(self.op, self.left.type, self.right.type)

    @property
    def type(self) -> Type:
        return arithmetic_type(self.op, self.left.type, self.right.type)


@dataclass(frozen=True, slots=True)
class Choice:
    """`case when … then … else … end`; `otherwise` is `null` where nothing is said."""

    branches: tuple[tuple["Node", "Node"], ...]
    otherwise: "Node"
    type: Type = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for condition, _ in self.branches:
            need_bool(condition, "when")
        kind = join_types([value for _, value in self.branches] + [self.otherwise], what="'case'")
        object.__setattr__(self, "type", kind)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the language; what it takes and gives is declared in `functions`."""

    name: str
    arguments: tuple["Node", ...]

    def __post_init__(self) -> None:
        check_call(self.name, self.arguments)

    @property
    def type(self) -> Type:
        gives = FUNCTIONS[self.name].gives
        if gives == "same":
            return join_types(list(self.arguments), what=f"{self.name}()")
        return self.arguments[0].type if gives == "first" else Type(gives)


Node = Constant | FactRef | Not | And | Or | Compare | Member | Arithmetic | Choice | Call

TRUE: Final = Constant(True, Type.BOOL)
FALSE: Final = Constant(False, Type.BOOL)
NULL: Final = Constant(None, Type.NOTHING)


def need_bool(node: Node, place: str) -> None:
    if node.type is not Type.BOOL:
        raise IllTyped(f"{place!r} needs a yes-or-no statement, not {node.type}")


def common_type(left: Node, right: Node, *, what: str) -> Type:
    """The type in which two nodes can be compared; an enum and a text literal meet in the enum."""
    types = {left.type, right.type}
    if len(types) == 1 and Type.NOTHING not in types:
        check_enum_pair(left, right)
        return left.type
    if types == {Type.ENUM, Type.TEXT}:
        check_enum_values(left, right)
        return Type.ENUM
    if types <= NUMERIC:
        if Type.NUMBER in types:
            return next(iter(types - {Type.NUMBER}))
        if types <= {Type.INT, Type.DECIMAL} or types <= {Type.RATIO, Type.DECIMAL}:
            return Type.DECIMAL
    raise IllTyped(f"{what} cannot put {left.type} beside {right.type}")


def check_enum_pair(left: Node, right: Node) -> None:
    both_enums = isinstance(left, FactRef) and isinstance(right, FactRef) and left.type is Type.ENUM
    if both_enums and left.domain.values != right.domain.values:  # type: ignore[union-attr]
        raise IllTyped("two facts with different values cannot be compared")


def check_enum_values(left: Node, right: Node) -> None:
    fact, text = (left, right) if left.type is Type.ENUM else (right, left)
    if isinstance(fact, FactRef) and isinstance(text, Constant) and text.value not in fact.domain.values:
        raise IllTyped(f"{fact.name} has no value {text.value!r}; it has {', '.join(fact.domain.values)}")


def join_types(nodes: list[Node], *, what: str) -> Type:
    """The type that all of several alternatives share."""
    kept = [kind for kind in (node.type for node in nodes) if kind is not Type.NOTHING]
    if not kept:
        return Type.NOTHING
    joined: Type = kept[0]
    for kind in kept[1:]:
        if kind is joined:
            continue
        joined = common_type(Constant(None, joined), Constant(None, kind), what=what)
    return joined


def arithmetic_type(op: ArithmeticOp, left: Type, right: Type) -> Type:
    if not {left, right} <= NUMERIC:
        raise IllTyped(f"{op!r} needs numbers, not {left} and {right}")
    if op in "+-":
        return common_type(Constant(None, left), Constant(None, right), what=f"{op!r}")
    money = (left is Type.MONEY) + (right is Type.MONEY)
    if money == 2:
        if op == "*":
            raise IllTyped("money times money is not an amount")
        return Type.RATIO
    if money == 1:
        if op == "/" and right is Type.MONEY:
            raise IllTyped(f"cannot divide {left} by money")
        return Type.MONEY
    if left is right is Type.NUMBER:
        return Type.NUMBER
    if op == "*":
        return Type.INT if {left, right} <= {Type.INT} else Type.DECIMAL
    return Type.RATIO if left is right else Type.DECIMAL


def check_call(name: str, arguments: tuple[Node, ...]) -> None:
    function = FUNCTIONS[name]
    if not function.fewest <= len(arguments) <= function.most:
        raise IllTyped(f"{name}() is written {function.form}")
    if function.gives == "same":
        if join_types(list(arguments), what=f"{name}()") not in NUMERIC | {Type.DATE}:
            raise IllTyped(f"{name}() needs numbers or dates")
        return
    for node, wanted in zip(arguments, function.takes, strict=False):
        if wanted == "number" and node.type not in NUMERIC:
            raise IllTyped(f"{name}() needs a number where {node.type} stands: {function.form}")
        if wanted == "whole" and node.type not in UNITLESS:
            raise IllTyped(f"{name}() needs a count where {node.type} stands: {function.form}")
        if wanted in ("date", "text") and node.type != wanted:
            raise IllTyped(f"{name}() needs a {wanted} where {node.type} stands: {function.form}")
    if name in ("within", "round") and not all(isinstance(a, Constant) for a in arguments[1:]):
        raise IllTyped(f"{name}() takes written values after the first: {function.form}")


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below one."""
    match node:
        case Not(operand) | Member(operand, _):
            return (operand,)
        case And(operands) | Or(operands):
            return operands
        case Compare(_, left, right) | Arithmetic(_, left, right):
            return (left, right)
        case Choice(branches, otherwise):
            return (*(part for branch in branches for part in branch), otherwise)
        case Call(_, arguments):
            return arguments
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """A node and everything below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def rebuild(node: Node, change: Callable[[Node], Node]) -> Node:
    """The same node over changed parts."""
    match node:
        case Not(operand):
            return Not(change(operand))
        case And(operands):
            return And(tuple(change(o) for o in operands))
        case Or(operands):
            return Or(tuple(change(o) for o in operands))
        case Compare(op, left, right):
            return Compare(op, change(left), change(right))
        case Member(operand, choices):
            return Member(change(operand), choices)
        case Arithmetic(op, left, right):
            return Arithmetic(op, change(left), change(right))
        case Choice(branches, otherwise):
            return Choice(tuple((change(w), change(t)) for w, t in branches), change(otherwise))
        case Call(name, arguments):
            return Call(name, tuple(change(a) for a in arguments))
        case _:
            return node


def facts_in(node: Node) -> dict[str, FactRef]:
    """The facts an expression stands on, by name, in the order in which they appear."""
    found: dict[str, FactRef] = {}
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, FactRef):
            found[part.name] = part
        elif not isinstance(part, Constant):
            waiting += reversed(children(part))
    return found
