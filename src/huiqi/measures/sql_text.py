"""Pieces of SQL that mean the same in every engine: choices, exact numbers, literals."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from huiqi.measures.expressions import Choice, Constant, Node

MOST_DIGITS: Final = 38
MOST_PLACES: Final = 18
LONGEST: Final = 30_000

Pair = tuple[str, str]
"""A condition and the value it gives."""


class NotInSql(NotImplementedError):
    """An expression that has no exact scalar form in SQL."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A number as SQL: a whole `num` over `den`, which is positive (or NULL where it is SQL).

    `value` is the number itself where it is known while printing.
    """

    num: str
    den: int | str = 1
    value: Fraction | None = None


def chosen(pairs: Sequence[Pair], otherwise: str) -> str:
    """`case`: the first branch that holds; an unknown one counts only where the branches differ.

    >>> chosen([('"a"', "'x'")], "'x'")
    "'x'"
    """
    pairs = merged(pairs, otherwise)
    if not pairs:
        return otherwise
    lines = ["(CASE"]
    for index, (when, value) in enumerate(pairs):
        lines.append(f"WHEN {when} THEN {value}")
        agreed = agreement(value, pairs[index + 1 :], otherwise)
        lines.append(f"WHEN {when} IS NULL THEN {agreed}")
    return limited(" ".join([*lines, f"ELSE {otherwise} END)"]))


def merged(pairs: Sequence[Pair], otherwise: str) -> list[Pair]:
    """Neighbours with one value are one branch; last ones that give the rest's value fall away."""
    kept: list[Pair] = []
    for when, value in pairs:
        if kept and kept[-1][1] == value:
            kept[-1] = (f"({kept[-1][0]} OR {when})", value)
        else:
            kept.append((when, value))
    while kept and kept[-1][1] == otherwise:
        kept.pop()
    return kept


def agreement(value: str, rest: Sequence[Pair], otherwise: str) -> str:
    """The value of an unknown branch if every branch after it that can be reached gives it too."""
    lines = []
    for when, other in rest:
        if other != value:
            lines.append(f"WHEN COALESCE({when}, TRUE) AND NOT COALESCE({other} = {value}, FALSE) THEN NULL")
        lines.append(f"WHEN {when} THEN {value}")
    last = value if otherwise == value else f"(CASE WHEN {otherwise} = {value} THEN {value} END)"
    return limited(f"(CASE {' '.join(lines)} ELSE {last} END)") if lines else last


def either(when: str, then: str, otherwise: str) -> str:
    """TRUE only where the branch that is taken, or each that may be, is TRUE; `otherwise` is written once."""
    if then == "TRUE":
        return when if otherwise == "FALSE" else limited(f"({when} OR {otherwise})")
    if then == "FALSE":
        return "FALSE" if otherwise == "FALSE" else limited(f"(NOT {when} AND {otherwise})")
    return limited(f"(({when} OR {otherwise}) AND (NOT {when} OR {then}))")


def written_ends(node: Node) -> list[Constant] | None:
    """The distinct values a choice of choices can come to, if all of them are written."""
    if isinstance(node, Constant):
        return [node]
    if not isinstance(node, Choice):
        return None
    found: dict[object, Constant] = {}
    for value in (*(value for _, value in node.branches), node.otherwise):
        ends = written_ends(value)
        if ends is None:
            return None
        for end in ends:
            found.setdefault(end.value, end)
    return list(found.values())


def joined(sign: str, parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else limited(f"({sign.join(parts)})")


def limited(text: str) -> str:
    """Refuse what grows beyond what an engine reads in reasonable time."""
    if len(text) > LONGEST:
        raise NotInSql(f"the expression has more than {LONGEST} signs in SQL")
    return text


def constant(value: Fraction) -> Ratio:
    if max(abs(value.numerator), value.denominator) >= 10**MOST_DIGITS:
        raise NotInSql(f"a number of more than {MOST_DIGITS} digits")
    num = str(value.numerator)
    return Ratio(f"({num})" if value < 0 else num, value.denominator, value)


def scaled(ratio: Ratio, den: int) -> Ratio:
    """The same number over another denominator, a multiple of its own."""
    if not isinstance(ratio.den, int) or ratio.den == den:
        return ratio
    if den >= 10**MOST_DIGITS:
        raise NotInSql(f"a denominator of more than {MOST_DIGITS} digits")
    if ratio.value is not None:
        return Ratio(str(int(ratio.value * den)), den, ratio.value)
    return Ratio(times(ratio.num, den // ratio.den), den)


def negative(ratio: Ratio) -> Ratio:
    return Ratio(f"(-{ratio.num})", ratio.den)


def times(num: str, factor: int | str) -> str:
    return num if factor == 1 else limited(f"({num} * {factor})")


def product_of(left: int | str, right: int | str) -> int | str:
    """Of two denominators."""
    if isinstance(left, int) and isinstance(right, int):
        return left * right
    return times(str(right), left) if isinstance(left, int) else times(left, right)


def decimal_literal(figure: Constant) -> str | None:
    """A written figure as a whole number or an exact DECIMAL; None where it has no finite decimals."""
    if not isinstance(figure.value, Fraction):
        return None
    for places in range(MOST_PLACES + 1):
        whole = figure.value * 10**places
        if whole.denominator == 1:
            text = decimal_text(whole.numerator, places)
            digits = len(text.lstrip("-").replace(".", ""))
            if digits > MOST_DIGITS:
                return None
            return text if places == 0 else f"CAST({text} AS DECIMAL({digits}, {places}))"
    return None


def decimal_text(whole: int, places: int) -> str:
    """``decimal_text(125, 2)`` is ``1.25``."""
    return f"{Decimal(whole).scaleb(-places):f}"


def places_of(written: Sequence[Node]) -> int:
    """The second argument of `round`, a written figure."""
    match written:
        case []:
            return 0
        case [Constant(Fraction() as value, _)] if abs(value) < MOST_DIGITS:
            return math.trunc(value)
    raise NotInSql(f"round to {MOST_DIGITS} places or more")
