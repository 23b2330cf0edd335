"""What was replied, as rows keep it and as rules take it.

A row keeps an ordered list of pairs: a fact by column and its value, or None where it was passed over.
Values are text, but for yes and no.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from huiqi.measures.expressions import Type, Value
from huiqi.measures.types import FactKind

Reply = tuple[str, bool | str | None]


def kept(value: Value) -> bool | str:
    """A value as a row keeps it, exactly.

    >>> kept(Fraction("0.3")), kept(date(2013, 6, 30)), kept(True)
    ('3/10', '2013-06-30', True)
    """
    if isinstance(value, bool | str):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def value_of(raw: bool | str, kind: FactKind) -> Value | None:
    """The value again; None where the fact has changed its kind since, or no longer knows the value."""
    match kind.type:
        case Type.BOOL:
            return raw if isinstance(raw, bool) else None
        case _ if isinstance(raw, bool):
            return None
        case Type.ENUM:
            return raw if raw in kind.domain.values else None
        case Type.TEXT:
            return raw
        case Type.DATE:
            return _day(raw)
        case _:
            return _number(raw)


def _day(raw: str) -> date | None:
    try:
        return date.fromisoformat(raw)
    except ValueError:
        return None


def _number(raw: str) -> Fraction | None:
    try:
        return Fraction(raw)
    except (ValueError, ZeroDivisionError):
        return None


def stated_in(replies: Iterable[Reply], kinds: Mapping[str, FactKind]) -> dict[str, Value]:
    """The facts that were stated, in the order of the replies; what the packs no longer know is left out."""
    found: dict[str, Value] = {}
    for fact, raw in replies:
        value = value_of(raw, kinds[fact]) if raw is not None and fact in kinds else None
        if value is not None:
            found[fact] = value
    return found


def passed_over_in(replies: Iterable[Reply], kinds: Mapping[str, FactKind]) -> frozenset[str]:
    return frozenset(fact for fact, raw in replies if raw is None and fact in kinds)


def with_reply(replies: Iterable[Reply], fact: str, raw: bool | str | None) -> list[Reply]:
    """The replies with one more; an earlier one to the same question is changed where it stands."""
    found = list(replies)
    for place, (name, _) in enumerate(found):
        if name == fact:
            found[place] = (fact, raw)
            return found
    return [*found, (fact, raw)]


def without_reply(replies: Iterable[Reply], fact: str) -> list[Reply]:
    return [reply for reply in replies if reply[0] != fact]
