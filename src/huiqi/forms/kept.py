"""A value as it is kept in JSON, and as it is said: exact on the way there and back."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from huiqi.base.bilingual import Bilingual
from huiqi.measures.expressions import Value
from huiqi.measures.interpret import as_value
from huiqi.measures.types import FactKind
from huiqi.measures.words import value_words


def plain(value: Value) -> bool | str:
    """A value as JSON keeps it, exactly: figures as text, 12.5, or 1/3 where no decimal is exact.

    >>> from fractions import Fraction
    >>> plain(Fraction("628757.96")), plain(Fraction(1, 3)), plain(date(2013, 6, 30)), plain(True)
    ('628757.96', '1/3', '2013-06-30', True)
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, Fraction):
        decimal = Decimal(value.numerator) / value.denominator
        return f"{decimal:f}" if Fraction(decimal) == value else str(value)
    return value.isoformat() if isinstance(value, date) else value


def read_plain(kept: object, kind: FactKind) -> Value | None:
    """The way back; None where the kind has changed its type since.

    >>> from fractions import Fraction
    >>> from huiqi.measures.expressions import Type
    >>> revenue = FactKind("operating_revenue", Type.MONEY, Bilingual("营业收入", "revenue"))
    >>> read_plain("628757.96", revenue) == Fraction("628757.96"), read_plain("many", revenue)
    (True, None)
    """
    try:
        if kind.type.value == "date" and isinstance(kept, str):
            return date.fromisoformat(kept)
        return as_value(kept, kind.type)
    except ValueError:
        return None


def said(value: Value, kind: FactKind) -> Bilingual:
    en = f"{value.day} {value:%B %Y}" if isinstance(value, date) else value_words(value, kind, "en")
    return Bilingual(value_words(value, kind, "zh"), en)
