"""A stated value, as files, forms and lines of JSON give it, becomes the exact value of its fact kind."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from huiqi.base.money import plain
from huiqi.measures.expressions import Constant, Type, Value
from huiqi.measures.read import Vocabulary, read_expression
from huiqi.measures.types import FactKind

MOST_DIGITS = 30


def value_from(raw: object, kind: FactKind) -> tuple[Value | None, str | None]:
    """The value of a fact, or what is wrong with it.

    Figures may be written as documents write them (``3000万``, ``30%``); an enum by its value or its Chinese
    label; a day as 2012-09-01. None and the empty text mean unknown.

    >>> from huiqi.base.bilingual import Bilingual
    >>> value_from("3000万", FactKind("total_assets", Type.MONEY, Bilingual("资产总额", "total assets")))
    (Fraction(30000000, 1), None)
    """
    if raw is None or raw == "":
        return None, None
    match kind.type:
        case Type.BOOL:
            return (raw, None) if isinstance(raw, bool) else (None, f"{shown(raw)} is not true or false")
        case Type.DATE:
            return day_from(raw)
        case Type.ENUM:
            return enum_from(raw, kind)
        case Type.TEXT:
            return (raw, None) if isinstance(raw, str) else (None, f"{shown(raw)} is not a text")
        case _:
            return number_from(raw, kind)


def shown(raw: object) -> str:
    """What was given, as JSON and YAML write it: a text stands in quotes, a figure does not.

    >>> shown(Decimal("1.5")), shown(True), shown("many")
    ('1.5', 'true', "'many'")
    """
    if isinstance(raw, bool):
        return str(raw).lower()
    return repr(raw) if isinstance(raw, str) else str(raw)


def day_from(raw: object) -> tuple[Value | None, str | None]:
    if isinstance(raw, date):
        return raw, None
    try:
        return date.fromisoformat(str(raw)), None
    except ValueError:
        return None, f"{shown(raw)} is not a day; write 2012-09-01"


def enum_from(raw: object, kind: FactKind) -> tuple[Value | None, str | None]:
    if isinstance(raw, bool):
        raw = {True: "true", False: "false"}[raw]
    if raw in kind.domain.values:
        return str(raw), None
    by_label = {label.zh: key for key, label in kind.values.items()}
    if isinstance(raw, str) and raw in by_label:
        return by_label[raw], None
    return None, f"{shown(raw)} is not one of {', '.join(kind.domain.values)}"


def number_from(raw: object, kind: FactKind) -> tuple[Value | None, str | None]:
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal | str):
        return None, f"{shown(raw)} is not a figure"
    text = str(raw)
    if len(text) > MOST_DIGITS:
        return None, f"a figure has at most {MOST_DIGITS} signs"
    number = plain_number(text)
    if number is None:
        return None, f"{shown(raw)} is not a figure"
    if kind.type is Type.INT and number.denominator != 1:
        return None, f"{shown(raw)} is not a whole number"
    low, high = kind.domain.low, kind.domain.high
    if isinstance(low, Fraction) and number < low:
        return None, f"{shown(raw)} is below {plain(low)}"
    if isinstance(high, Fraction) and number > high:
        return None, f"{shown(raw)} is above {plain(high)}"
    return number, None


def plain_number(text: str) -> Fraction | None:
    """``1e6``, ``30000000``, ``3000万`` or ``30%``."""
    try:
        number = Decimal(text)
        return Fraction(number) if number.is_finite() and abs(number.adjusted()) < MOST_DIGITS else None
    except ArithmeticError:
        tree, _ = read_expression(text, vocabulary=Vocabulary({}), where="figure")
        return tree.value if isinstance(tree, Constant) and isinstance(tree.value, Fraction) else None
