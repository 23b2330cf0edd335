"""Names by which one declaration refers to another, collected from every model alike.

A model marks such a key by its type (`fund: FundId`); `references_of` walks any model and finds them all.
"""

import types
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Final, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

PLAIN: Final = frozenset({str, int, bool, date, Decimal, type(None)})


class Refers(NamedTuple):
    """Marks a text as the name of something of a noun."""

    to: str


class Reference(NamedTuple):
    """One use of a name, and where in the file it stands."""

    to: str
    name: str
    path: tuple[str | int, ...]


ClauseId = Annotated[str, Refers("clause")]
MeasureId = Annotated[str, Refers("measure")]
FactId = Annotated[str, Refers("fact")]
CaseId = Annotated[str, Refers("case")]
RegisterId = Annotated[str, Refers("register")]
FundId = Annotated[str, Refers("fund")]
IndicatorId = Annotated[str, Refers("indicator")]
TargetId = Annotated[str, Refers("target")]
LimitId = Annotated[str, Refers("time limit")]
DutyId = Annotated[str, Refers("duty")]
ExchangeId = Annotated[str, Refers("exchange")]
EventId = Annotated[str, Refers("event")]
AuthorityName = Annotated[str, Refers("authority")]
PartyKind = Annotated[str, Refers("kind of party")]
UserName = Annotated[str, Refers("user")]  # a kind of party or an authority


class Field(NamedTuple):
    """A field of a model that is a reference, or may hold some."""

    name: str
    written: str  # in the file
    to: str | None
    kind: Any


def references_of(model: BaseModel) -> Iterator[Reference]:
    """Every name in a model that refers to something declared elsewhere."""
    for field in fields_of(type(model)):
        value = getattr(model, field.name)
        if field.to is not None and isinstance(value, str):
            yield Reference(field.to, value, (field.written,))
        else:
            yield from walk(field.kind, value, (field.written,))


@cache
def fields_of(model: type[BaseModel]) -> tuple[Field, ...]:
    """Without those that are plain words and figures: they are most of them, in every file of every pack."""
    found = []
    for name, info in model.model_fields.items():
        to = next((mark.to for mark in info.metadata if isinstance(mark, Refers)), None)
        if to is not None or not is_plain(info.annotation):
            found.append(Field(name, info.alias or name, to, info.annotation))
    return tuple(found)


def is_plain(kind: Any) -> bool:
    """Can a value of this type hold no reference?"""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is None or origin is Literal:
        return origin is Literal or kind in PLAIN
    if origin is Annotated:
        return not any(isinstance(mark, Refers) for mark in arguments[1:]) and is_plain(arguments[0])
    return origin in (Union, types.UnionType, list, dict) and all(map(is_plain, arguments))


def walk(kind: Any, value: Any, path: tuple[str | int, ...]) -> Iterator[Reference]:
    """The references inside a value of a declared type."""
    if value is None:
        return
    if isinstance(value, BaseModel):
        for found in references_of(value):
            yield found._replace(path=(*path, *found.path))
        return
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        mark = next((m for m in arguments[1:] if isinstance(m, Refers)), None)
        if mark is not None and isinstance(value, str):
            yield Reference(mark.to, value, path)
        else:
            yield from walk(arguments[0], value, path)
    elif origin in (Union, types.UnionType):
        for option in arguments:
            if option is not type(None):
                yield from walk(option, value, path)
                return
    elif isinstance(value, list) and arguments:
        for index, item in enumerate(value):
            yield from walk(arguments[0], item, (*path, index))
    elif isinstance(value, dict) and len(arguments) == 2:
        for key, item in value.items():
            yield from walk(arguments[0], key, (*path, key))
            yield from walk(arguments[1], item, (*path, key))
