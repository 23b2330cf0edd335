"""How a fact is asked on a page: the control, what stands behind it, and a value as it would be typed again."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.base.money import plain
from huiqi.measures.expressions import Type, Value
from huiqi.measures.types import FactKind
from huiqi.measures.words import UNITS

PER: Final[Mapping[str, Bilingual]] = {
    "CNY/m2": Bilingual("元/平方米", "yuan per m²"),
    "CNY/person-month": Bilingual("元/人月", "yuan per person-month"),
}
MORE_UNITS: Final[Mapping[str, Bilingual]] = {
    "firms": Bilingual("家", "firms"),
    "mu": Bilingual("亩", "mu"),
    "hours": Bilingual("小时", "hours"),
    "tce": Bilingual("吨标准煤", "tonnes of coal equivalent"),
}


def control_of(kind: FactKind) -> str:
    """One of yes_no, choice, day, text, money, number."""
    match kind.type:
        case Type.BOOL:
            return "yes_no"
        case Type.ENUM:
            return "choice"
        case Type.DATE:
            return "day"
        case Type.TEXT:
            return "text"
        case Type.MONEY if kind.unit in (None, "CNY"):
            return "money"
        case _:
            return "number"


def unit_of(kind: FactKind) -> Bilingual | None:
    """What stands behind the field."""
    if kind.type is Type.RATIO:
        return Bilingual("%", "%")
    unit = kind.unit or ""
    if unit in PER or unit in MORE_UNITS:
        return PER.get(unit) or MORE_UNITS[unit]
    if unit == "year":
        return Bilingual("年", "")
    found = UNITS.get(unit)
    return Bilingual(found[0], found[2]) if found is not None else None


def choices_of(kind: FactKind) -> list[tuple[str, Bilingual]]:
    """The values of an enum with their labels."""
    return [(value, kind.values.get(value, Bilingual(value, value))) for value in kind.domain.values]


def with_percent(text: str, kind: FactKind) -> str:
    """What was typed before the % of the page.

    >>> share = FactKind("y", Type.RATIO, Bilingual("占比", "share"))
    >>> with_percent("30", share), with_percent("30%", share), with_percent("", share)
    ('30%', '30%', '')
    """
    tidy = text.strip()
    return f"{tidy}%" if tidy and kind.type is Type.RATIO and not tidy.endswith(("%", "％")) else text


def typed(value: Value, kind: FactKind) -> str:
    """A value as it would be typed again, money in yuan and shares in percent."""
    match value:
        case bool():
            return "yes" if value else "no"
        case Fraction():
            return plain(value * 100 if kind.type is Type.RATIO else value, 12)
        case _:
            return str(value)
