"""The batch engine's side of an expression: the same tree, for a whole block of parties at once.

Truth comes out three-valued and packed; a row on which an operation has no result (division by zero) or that
has no block form (`NotInBlocks`) is left to the interpreter, so that both engines give the same answers.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor, lcm
from operator import methodcaller
from typing import Final, Protocol, TypeVar

import numpy as np

from huiqi.measures.expressions import (
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
    Value,
    facts_in,
)
from huiqi.measures.vector_functions import BLOCK_FUNCTIONS, BY_DAY, EPOCH, NotInBlocks
from huiqi.measures.vectors import (
    INT64_LIMIT,
    Bits,
    Numbers,
    Possible,
    Texts,
    Truth,
    add,
    aligned,
    any_of,
    full,
    halves_up,
    in_one_alone,
    multiply,
    smallest,
)

DAYS_FROM: Final = date(1900, 1, 1).toordinal() - date(1970, 1, 1).toordinal()
DAYS: Final = 80_000  # until 2119
MOST_FIGURES: Final = 255
Vector = Truth | Numbers | Possible | Texts
Kept = TypeVar("Kept", bound=Vector)


class Block(Protocol):
    """The parties of one block, as an expression sees them."""

    @property
    def rows(self) -> int:
        """How many parties."""

    def fact(self, fact: FactRef) -> Vector:
        """The fact's column, stated or derived; all unknown where there is none."""

    def kept(self, node: Node, make: Callable[[], Kept]) -> Kept:
        """What a statement or a call comes to, worked out once per block."""

    @property
    def calendar(self) -> dict[int, "DayTable"] | None:
        """What expressions over one day come to, kept from block to block; None where nothing is looked up."""


def truth_of(node: Node, block: Block) -> Truth:
    """A statement for every party of the block. Raises `NotInBlocks`."""
    bytes_ = (block.rows + 7) // 8
    match node:
        case Constant(value, Type.BOOL) if value is None or isinstance(value, bool):
            return Truth.constant(value, bytes_)
        case Not(operand):
            return ~truth_of(operand, block)
        case And(operands):
            return joined(operands, block, all_=True)
        case Or(operands):
            return joined(operands, block, all_=False)
        case Choice(branches, otherwise):
            result = truth_of(otherwise, block)
            for when, then in reversed(branches):
                result = truth_of(when, block).choose(truth_of(then, block), result)
            return result
        case _:
            return block.kept(node, lambda: atom_of(node, block))


def joined(operands: tuple[Node, ...], block: Block, *, all_: bool) -> Truth:
    result = truth_of(operands[0], block)
    for operand in operands[1:]:
        other = truth_of(operand, block)
        result = result & other if all_ else result | other
    return result


def atom_of(node: Node, block: Block) -> Truth:
    match node:
        case FactRef():
            found = block.fact(node)
            if isinstance(found, Truth):
                return found
        case Compare(op, left, right) if left.type is Type.BOOL:
            same = equal_truth(truth_of(left, block), truth_of(right, block))
            return same if op == "=" else ~same
        case Compare(op, left, right) if {left.type, right.type} & {Type.ENUM, Type.TEXT}:
            constant, other = (left, right) if isinstance(left, Constant) else (right, left)
            if isinstance(constant, Constant):
                same = is_among(other, (constant,), block)
            else:
                same = alike(possible_of(left, block), possible_of(right, block))
            return same if op == "=" else ~same
        case Compare(op, left, right):
            return held_against(op, numbers_of(left, block), right, block)
        case Member(operand, choices):
            return is_among(operand, choices, block)
        case Call("within", (operand, *branches)):
            starts = [str(b.value) for b in branches if isinstance(b, Constant)]
            return texts_of(operand, block).any_of((("within", start), in_branch(start)) for start in starts)
    raise NotInBlocks(type(node).__name__)


def in_branch(start: str) -> Callable[[str], bool]:
    """`functions.within` for one branch, without a call of Python's for each text."""
    return methodcaller("startswith", start)


def equal_truth(left: Truth, right: Truth) -> Truth:
    return Truth((left.yes & right.yes) | (left.no & right.no), (left.yes & right.no) | (left.no & right.yes))


def alike(left: Possible, right: Possible) -> Truth:
    """Surely the same value of an enum, surely not."""
    common = any_of(list(left.bits & right.bits), left.bits[0])
    return Truth(left.known & right.known & common, ~common)


def is_among(operand: Node, choices: tuple[Constant, ...], block: Block) -> Truth:
    """`operand in (…)`."""
    wanted: set[object] = {choice.value for choice in choices}
    if operand.type is Type.ENUM:
        return possible_of(operand, block).among(wanted)
    if operand.type is Type.TEXT:
        return texts_of(operand, block).test(("in", frozenset(wanted)), lambda text: text in wanted)
    numbers = numbers_of(operand, block)
    result = Truth.constant(False, (block.rows + 7) // 8)
    for choice in choices:
        result = result | held_against("=", numbers, choice, block)
    return result


COMPARE: Final[Mapping[str, np.ufunc]] = {
    "=": np.equal, "<>": np.not_equal, "<": np.less,
    "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip


def compared(op: str, left: Numbers, right: Numbers) -> Truth:
    if left.is_alike and right.is_alike:
        return alike_for_all(compared(op, left.one, right.one), len(left.num))
    a, b = aligned(left, right)
    return Truth.of(COMPARE[op](a.num, b.num).astype(np.bool_, copy=False), a.known & b.known)


def alike_for_all(truth: Truth, rows: int) -> Truth:
    """One party's answer for as many."""
    said = True if truth.yes[0] & 1 else False if truth.no[0] & 1 else None
    return Truth.constant(said, (rows + 7) // 8)


def held_against(op: str, numbers: Numbers, other: Node, block: Block) -> Truth:
    match other:
        case Constant(Fraction() as figure, _):
            return beside_figure(op, numbers, figure)
        case Constant(date() as day, _):
            return beside_figure(op, numbers, Fraction(day.toordinal() - EPOCH))
    return compared(op, numbers, numbers_of(other, block))


def beside_figure(op: str, numbers: Numbers, figure: Fraction) -> Truth:
    """Held against one figure: the figure is brought to the column's denominator, not the column to it."""
    if numbers.is_alike:
        return alike_for_all(beside_figure(op, numbers.one, figure), len(numbers.num))
    place = figure * numbers.den
    if place.denominator != 1:
        if op in ("=", "<>"):
            return Truth.where(np.broadcast_to(np.bool_(op == "<>"), len(numbers.num)), numbers.said)
        op = "<=" if op in ("<", "<=") else ">"
    return Truth.where(COMPARE[op](numbers.short, floor(place)).astype(np.bool_, copy=False), numbers.said)


def texts_of(node: Node, block: Block) -> Texts:
    if isinstance(node, FactRef):
        found = block.fact(node)
        if isinstance(found, Texts):
            return found
    raise NotInBlocks("a text that is not a fact")


def possible_of(node: Node, block: Block) -> Possible:
    """An enum: the values each party can still have."""
    if isinstance(node, FactRef):
        found = block.fact(node)
        if isinstance(found, Possible):
            return found
    raise NotInBlocks("an enum that is not a fact")


def chosen_values(node: Node, values: tuple[str, ...], block: Block) -> Possible:
    """The formula of an enum: every value a branch that may hold can give."""
    bytes_ = (block.rows + 7) // 8
    match node:
        case Constant(None, _):
            return Possible.constant(None, values, bytes_)
        case Constant(value, _) if value in values:
            return Possible.constant(str(value), values, bytes_)
        case FactRef():
            return possible_of(node, block)
        case Choice() if all(isinstance(end, Constant) for end in ends_of(node)):
            return values_by_case(node, values, block)
        case Choice(branches, otherwise):
            result = chosen_values(otherwise, values, block)
            for when, then in reversed(branches):
                result = open_choice(truth_of(when, block), chosen_values(then, values, block), result)
            return result
    raise NotInBlocks("an enum formula that is not a case")


def values_by_case(node: Node, values: tuple[str, ...], block: Block) -> Possible:
    """A `case` whose ends are written values: each end adds those for whom it may be the one reached."""
    everyone = full(block.rows)
    may = reached(node, everyone, {}, block)
    if may.keys() - {*values, None}:
        raise NotInBlocks("a value the fact does not know")
    nobody = np.zeros_like(everyone)
    return Possible(np.stack([may.get(value, nobody) for value in values]), values, may.get(None))


def reached(node: Node, reach: Bits, may: dict[Value | None, Bits], block: Block) -> dict[Value | None, Bits]:
    """For whom each end of a `case` may be the one reached, among those of `reach`; told in `may`."""
    match node:
        case Choice(branches, otherwise):
            for when, then in branches:
                holds = truth_of(when, block)
                reached(then, reach & ~holds.no, may, block)
                reach = reach & ~holds.yes
            reached(otherwise, reach, may, block)
        case Constant(value, _):
            may[value] = may[value] | reach if value in may else reach
    return may


def ends_of(node: Node) -> Iterator[Node]:
    """What a `case`, or one within it, may come to."""
    if not isinstance(node, Choice):
        yield node
        return
    for _, then in node.branches:
        yield from ends_of(then)
    yield from ends_of(node.otherwise)


def open_choice(holds: Truth, then: Possible, otherwise: Possible) -> Possible:
    """What either branch can give, where it can still be taken."""
    bits = (~holds.no & then.bits) | (~holds.yes & otherwise.bits)
    lacking = [
        may & branch.lacking
        for may, branch in ((~holds.no, then), (~holds.yes, otherwise))
        if branch.lacking is not None
    ]
    return Possible(bits, then.values, any_of(lacking, holds.yes) if lacking else None)


def unpack_rows(bits: np.typing.NDArray[np.uint8], block: Block) -> np.typing.NDArray[np.bool_]:
    return np.unpackbits(bits, count=block.rows, bitorder="little").view(np.bool_)


def numbers_of(node: Node, block: Block) -> Numbers:
    """A number or a day for every party of the block. Raises `NotInBlocks`."""
    match node:
        case Constant(Fraction() as value, _):
            return Numbers.constant(value.numerator, value.denominator, block.rows)
        case Constant(date() as day, _):
            return Numbers.constant(day.toordinal() - EPOCH, 1, block.rows)
        case Constant(None, _):
            return Numbers.unknown(block.rows)
        case FactRef():
            found = block.fact(node)
            if isinstance(found, Numbers):
                return found
        case Arithmetic(op, left, right):
            return computed(op, left, right, block)
        case Choice() if all(is_figure(end) for end in ends_of(node)):
            return block.kept(node, lambda: figures_by_case(node, block))
        case Choice(branches, otherwise):
            result = numbers_of(otherwise, block)
            for when, then in reversed(branches):
                result = either(truth_of(when, block), numbers_of(then, block), result, block)
            return result
        case Call("least" | "greatest" as name, arguments):
            return smallest([numbers_of(a, block) for a in arguments], largest=name == "greatest")
        case Call("round", (operand, *places)):
            return halves_up(numbers_of(operand, block), places_of(places))
        case Call(name, _) if name in BLOCK_FUNCTIONS:
            return block.kept(node, lambda: called(node, block))
    raise NotInBlocks(str(node)[:60])


def is_figure(node: Node) -> bool:
    return isinstance(node, Constant) and (node.value is None or isinstance(node.value, Fraction))


def figures_by_case(node: Node, block: Block) -> Numbers:
    """A `case` whose ends are written figures: parties are sorted by figure as bitmaps, then numbered.

    A party for whom branches with different figures are open has no number, as in `either`.
    """
    everyone = full(block.rows)
    may = reached(node, everyone, {}, block)
    settled = in_one_alone(may.values(), everyone)
    figures = [figure for figure in may if isinstance(figure, Fraction)]
    den = lcm(1, *(figure.denominator for figure in figures))
    peak = max((abs(int(figure * den)) for figure in figures), default=0)
    if peak > INT64_LIMIT or len(figures) >= MOST_FIGURES:
        raise NotInBlocks("figures of a case")
    codes = np.zeros(block.rows, np.uint8)
    for place, figure in enumerate(figures, start=1):
        codes += unpack_rows(may[figure] & settled, block).view(np.uint8) * np.uint8(place)
    nums = np.array([0, *(int(figure * den) for figure in figures)], np.int64)
    return Numbers(nums[codes], den, codes.astype(np.bool_), peak)


def called(node: Call, block: Block) -> Numbers:
    found = by_day(node, block) if node.name in BY_DAY else None
    if found is not None:
        return found
    arguments = [numbers_of(a, block) for a in node.arguments]
    if all(a.is_alike for a in arguments):
        return BLOCK_FUNCTIONS[node.name](*(a.one for a in arguments)).for_all(block.rows)
    return BLOCK_FUNCTIONS[node.name](*arguments)


@dataclass(frozen=True, slots=True)
class DayTable:
    """What an expression over one day comes to for every day of a long time: it is asked by day, not by party."""

    nums: np.typing.NDArray[np.int64]
    known: np.typing.NDArray[np.bool_]
    den: int
    peak: int


def by_day(node: Node, block: Block) -> Numbers | None:
    """An expression over a single date read off its table; None where it is none, or the days lie too far apart."""
    facts = list(facts_in(node).values())
    if block.calendar is None or len(facts) != 1 or facts[0].type is not Type.DATE:
        return None
    column = numbers_of(facts[0], block)
    if column.num.dtype != np.int64 or not column.num.size or column.num.strides == (0,):
        return None
    table = block.calendar.get(id(node))
    if table is None:
        found = numbers_of(node, _Days(DAYS))
        table = DayTable(found.num.astype(np.int64), found.known, found.den, found.peak)
        block.calendar[id(node)] = table
    places = column.num - DAYS_FROM
    if int(places.min()) < 0 or int(places.max()) >= DAYS:
        return None
    known = column.known if table.known.all() else column.known & table.known[places]
    return Numbers(table.nums[places], table.den, known, table.peak)


@dataclass(frozen=True, slots=True)
class _Days:
    """A block with one row for every day, which is what any fact is."""

    rows: int
    calendar: None = None

    def fact(self, fact: FactRef) -> Vector:
        return Numbers.of(np.arange(DAYS_FROM, DAYS_FROM + DAYS), 1, np.ones(DAYS, np.bool_))

    def kept(self, node: Node, make: Callable[[], Kept]) -> Kept:
        return make()


def computed(op: str, left: Node, right: Node, block: Block) -> Numbers:
    first = numbers_of(left, block)
    if op == "/":
        if not isinstance(right, Constant) or not isinstance(right.value, Fraction) or right.value == 0:
            raise NotInBlocks("division by a fact")
        op, second = "*", Numbers.constant(*flipped(right.value), block.rows)
    else:
        second = numbers_of(right, block)
    if first.is_alike and second.is_alike:
        return calculated(op, first.one, second.one).for_all(block.rows)
    return calculated(op, first, second)


def calculated(op: str, first: Numbers, second: Numbers) -> Numbers:
    return multiply(first, second) if op == "*" else add(first, second, sign=1 if op == "+" else -1)


def places_of(places: list[Node]) -> int:
    """The second argument of `round`, a written figure of at least 0."""
    match places:
        case []:
            return 0
        case [Constant(Fraction() as value, _)] if value.denominator == 1 and value >= 0:
            return int(value)
    raise NotInBlocks("round to fewer than no places")


def flipped(number: Fraction) -> tuple[int, int]:
    inverse = 1 / number
    return inverse.numerator, inverse.denominator


def either(holds: Truth, then: Numbers, otherwise: Numbers, block: Block) -> Numbers:
    """An unknown condition gives no number, unless both branches agree."""
    a, b = aligned(then, otherwise)
    yes, no = unpack_rows(holds.yes, block), unpack_rows(holds.no, block)
    agree = a.known & b.known & (a.num == b.num).astype(np.bool_)
    num = np.where(no, b.num, a.num)
    known = (yes & a.known) | (no & b.known) | (~yes & ~no & agree)
    return Numbers(num, a.den, known, max(a.peak, b.peak))
