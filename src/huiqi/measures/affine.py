"""Where two expressions in one unknown number are equal: the threshold a comparison tests."""

from fractions import Fraction

from huiqi.measures.expressions import Arithmetic, Constant, FactRef, Node

Line = tuple[Fraction, Fraction]
"""slope and intercept: ``slope * x + intercept``"""


def line_of(node: Node, name: str) -> Line | None:
    """An expression as a straight line in the fact `name`, or None where it is not one."""
    match node:
        case Constant(Fraction() as value, _):
            return Fraction(0), value
        case FactRef(found, _, _):
            return (Fraction(1), Fraction(0)) if found == name else None
        case Arithmetic(op, left, right):
            return combined(op, line_of(left, name), line_of(right, name))
        case _:
            return None


def combined(op: str, left: Line | None, right: Line | None) -> Line | None:
    if left is None or right is None:
        return None
    (a, b), (c, d) = left, right
    match op:
        case "+":
            return a + c, b + d
        case "-":
            return a - c, b - d
        case "*" if a == 0 or c == 0:
            return a * d + c * b, b * d
        case "/" if c == 0 and d != 0:
            return a / d, b / d
        case _:
            return None


def root_of(left: Node, right: Node, name: str) -> list[Fraction] | None:
    """The value of `name` at which both sides are equal: one, none (parallel lines), or None: not lines.

    >>> from huiqi.measures.expressions import ANY, Type
    >>> x = FactRef("x", Type.DECIMAL, ANY)
    >>> twice = Arithmetic("*", Constant(Fraction(2), Type.NUMBER), x)
    >>> root_of(twice, Constant(Fraction(30), Type.NUMBER), "x")
    [Fraction(15, 1)]
    """
    difference = combined("-", line_of(left, name), line_of(right, name))
    if difference is None:
        return None
    slope, intercept = difference
    return [-intercept / slope] if slope else []
