"""Parties and facts: what is claimed, of whom, as of when, and the columns a register has for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

ColumnType = Literal["bool", "int", "decimal", "money", "ratio", "date", "text", "enum"]
Value = bool | int | Decimal | date | str
Standing = Literal["official", "declared"]

COLUMN_TYPES: tuple[ColumnType, ...] = get_args(ColumnType)

ROLES = (
    "agency",
    "bank",
    "department",
    "enterprise",
    "expert",
    "guarantor",
    "incubator",
    "individual",
    "microloan_company",
    "other",
    "person",
    "service_platform",
)
"""What a party (主体) can be; one party may have several roles."""

SYSTEM_COLUMNS = ("code", "name", "region", "roles")
"""The columns every register has, whatever facts it holds."""


class InvalidColumn(ValueError):
    """A column is declared in a way no register can hold."""


@dataclass(frozen=True, slots=True)
class Column:
    """One fact kind as a column of a register.

    `money` is in yuan, `ratio` a fraction (0.30 for 30 %). `min` and `max` are included and bound numbers
    alone.

    >>> Column("employees", "int", unit="people", min=Decimal(0)).type
    'int'
    >>> Column("sector", "enum")
    Traceback (most recent call last):
    ...
    huiqi.registry.types.InvalidColumn: sector: an enum needs values
    """

    name: str
    type: ColumnType
    unit: str = ""
    values: tuple[str, ...] = ()
    min: Decimal | None = None
    max: Decimal | None = None

    def __post_init__(self) -> None:
        if self.name in SYSTEM_COLUMNS or self.name.startswith("_"):
            raise InvalidColumn(f"{self.name}: the name is kept for the register itself")
        if self.type not in COLUMN_TYPES:
            raise InvalidColumn(f"{self.name}: no type {self.type!r}; types are {', '.join(COLUMN_TYPES)}")
        if (self.type == "enum") != bool(self.values):
            raise InvalidColumn(
                f"{self.name}: {'an enum needs values' if self.type == 'enum' else 'only an enum has values'}"
            )


Columns = Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Fact:
    """A dated, sourced statement (要素) about a party."""

    party: str  # unified social credit code
    kind: str  # a fact kind declared by a pack: "employees"
    value: Value
    as_of: date  # the day the fact was true, not the day we learned it
    source: str  # where it came from: "tax:2013Q2", "form:apply-7"
    standing: Standing
