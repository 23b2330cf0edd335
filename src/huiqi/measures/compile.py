"""The batch engine's side of an expression: the same tree, for a whole block of parties at once.

Truth comes out three-valued and packed; a row on which an operation has no result (division by zero) or that
has no block form (`NotInBlocks`) is left to the interpreter, so that both engines give the same answers.
"""

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
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
)
from huiqi.measures.functions import within
from huiqi.measures.vectors import (
    Numbers,
    Possible,
    Texts,
    Truth,
    add,
    aligned,
    any_of,
    halves_up,
    multiply,
    smallest,
)

Vector = Truth | Numbers | Possible | Texts
Kept = TypeVar("Kept", bound=Vector)
EPOCH: Final = date(1970, 1, 1).toordinal()
FIRST_DAY: Final = date.min.toordinal() - EPOCH
LAST_DAY: Final = date.max.toordinal() - EPOCH
MOST_MONTHS: Final = 12 * date.max.year  # more in either direction leaves the calendar


class NotInBlocks(NotImplementedError):
    """An expression the batch engine leaves to the interpreter, row by row."""


class Block(Protocol):
    """The parties of one block, as an expression sees them."""

    @property
    def rows(self) -> int:
        """How many parties."""

    def fact(self, fact: FactRef) -> Vector:
        """The fact's column, stated or derived; all unknown where there is none."""

    def kept(self, node: Node, make: Callable[[], Kept]) -> Kept:
        """What a statement or a call comes to, worked out once per block."""


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
            return compared(op, numbers_of(left, block), numbers_of(right, block))
        case Member(operand, choices):
            return is_among(operand, choices, block)
        case Call("within", (operand, *branches)):
            starts = tuple(str(b.value) for b in branches if isinstance(b, Constant))
            return texts_of(operand, block).test(("within", starts), lambda text: within(text, *starts))
    raise NotInBlocks(type(node).__name__)


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
        result = result | compared("=", numbers, numbers_of(choice, block))
    return Truth(result.yes, result.no)


COMPARE: Final[Mapping[str, np.ufunc]] = {
    "=": np.equal, "<>": np.not_equal, "<": np.less,
    "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip


def compared(op: str, left: Numbers, right: Numbers) -> Truth:
    a, b = aligned(left, right)
    return Truth.of(COMPARE[op](a.num, b.num).astype(np.bool_), a.known & b.known)


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
        case Choice(branches, otherwise):
            result = chosen_values(otherwise, values, block)
            for when, then in reversed(branches):
                result = open_choice(truth_of(when, block), chosen_values(then, values, block), result)
            return result
    raise NotInBlocks("an enum formula that is not a case")


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
            return filled(value.numerator, value.denominator, block)
        case Constant(date() as day, _):
            return filled(day.toordinal() - EPOCH, 1, block)
        case Constant(None, _):
            return Numbers(np.zeros(block.rows, np.int64), 1, np.zeros(block.rows, np.bool_), 0)
        case FactRef():
            found = block.fact(node)
            if isinstance(found, Numbers):
                return found
        case Arithmetic(op, left, right):
            return computed(op, left, right, block)
        case Choice(branches, otherwise):
            result = numbers_of(otherwise, block)
            for when, then in reversed(branches):
                result = either(truth_of(when, block), numbers_of(then, block), result, block)
            return result
        case Call("least" | "greatest" as name, arguments):
            return smallest([numbers_of(a, block) for a in arguments], largest=name == "greatest")
        case Call("round", (operand, *places)):
            return halves_up(numbers_of(operand, block), places_of(places))
        case Call(name, arguments) if name in BLOCK_FUNCTIONS:
            return block.kept(node, lambda: BLOCK_FUNCTIONS[name](*(numbers_of(a, block) for a in arguments)))
    raise NotInBlocks(str(node)[:60])


def filled(num: int, den: int, block: Block) -> Numbers:
    dtype = np.int64 if abs(num) < 2**62 else object
    return Numbers(np.full(block.rows, num, dtype), den, np.ones(block.rows, np.bool_), abs(num))


def computed(op: str, left: Node, right: Node, block: Block) -> Numbers:
    first = numbers_of(left, block)
    if op == "/":
        if not isinstance(right, Constant) or not isinstance(right.value, Fraction) or right.value == 0:
            raise NotInBlocks("division by a fact")
        return multiply(first, filled(*flipped(right.value), block))
    second = numbers_of(right, block)
    if op == "*":
        return multiply(first, second)
    return add(first, second, sign=1 if op == "+" else -1)


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


def whole(numbers: Numbers) -> Numbers:
    """Cut to whole numbers, towards zero, as counts of months and days are."""
    if numbers.den == 1:
        return numbers
    cut = np.sign(numbers.num) * (abs(numbers.num) // numbers.den)
    return Numbers(cut, 1, numbers.known, numbers.peak // numbers.den + 1)


def floor_(numbers: Numbers) -> Numbers:
    return Numbers(numbers.num // numbers.den, 1, numbers.known, numbers.peak // numbers.den + 1)


def ceil_(numbers: Numbers) -> Numbers:
    return Numbers(-((-numbers.num) // numbers.den), 1, numbers.known, numbers.peak // numbers.den + 1)


def absolute(numbers: Numbers) -> Numbers:
    return Numbers(abs(numbers.num), numbers.den, numbers.known, numbers.peak)


Dates = np.typing.NDArray[np.int64]


def month_and_day(days: Dates) -> tuple[Dates, Dates]:
    """Months since 1970 and the day of the month, from 0."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    return months.astype(np.int64), (dates - months).astype(np.int64)


def moved(days: Dates, months: Dates) -> Dates:
    """`add_months`: the same day of a later month, or the last day of a shorter one."""
    month, day = month_and_day(days)
    target = month + months
    first = target.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    next_first = (target + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return np.asarray(np.minimum(first + day, next_first - 1), dtype=np.int64)


def add_months_(days: Numbers, months: Numbers) -> Numbers:
    count = whole(months)
    near = np.clip(count.num, -MOST_MONTHS, MOST_MONTHS).astype(np.int64)
    return in_calendar(Numbers.of(moved(days.num, near), 1, days.known & count.known))


def add_days_(days: Numbers, more: Numbers) -> Numbers:
    return in_calendar(add(days, whole(more)))


def in_calendar(days: Numbers) -> Numbers:
    """Days of the years 1 to 9999; where a known one lies outside, the interpreter says so row by row."""
    inside = (days.num >= FIRST_DAY) & (days.num <= LAST_DAY)
    if np.any(days.known & ~inside.astype(np.bool_)):
        raise NotInBlocks("a day outside the calendar")
    return Numbers.of(np.where(days.known, days.num, 0).astype(np.int64), 1, days.known)


def last_day_(days: Numbers) -> Numbers:
    month, _ = month_and_day(days.num)
    last = (month + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - 1
    return Numbers.of(last, 1, days.known)


def year_(days: Numbers) -> Numbers:
    years = days.num.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return Numbers.of(years, 1, days.known)


def days_between_(start: Numbers, end: Numbers) -> Numbers:
    return add(end, start, sign=-1)


def full_months(start: Dates, end: Dates) -> Dates:
    backward = end < start
    first, last = np.where(backward, end, start), np.where(backward, start, end)
    months = month_and_day(last)[0] - month_and_day(first)[0]
    months = np.where(moved(first, months) <= last, months, months - 1)
    return np.asarray(np.where(backward, -months, months), dtype=np.int64)


def full_months_between_(start: Numbers, end: Numbers) -> Numbers:
    return Numbers.of(full_months(start.num, end.num), 1, start.known & end.known)


def full_years_between_(start: Numbers, end: Numbers) -> Numbers:
    months = full_months(start.num, end.num)
    return Numbers.of(np.sign(months) * (abs(months) // 12), 1, start.known & end.known)


BLOCK_FUNCTIONS: Final[Mapping[str, Callable[..., Numbers]]] = {
    "abs": absolute,
    "floor": floor_,
    "ceil": ceil_,
    "add_months": add_months_,
    "add_days": add_days_,
    "last_day": last_day_,
    "year": year_,
    "days_between": days_between_,
    "full_months_between": full_months_between_,
    "full_years_between": full_years_between_,
}
