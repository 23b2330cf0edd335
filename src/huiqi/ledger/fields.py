"""Amounts as the database keeps them: whole fen, so that neither SQLite nor PostgreSQL ever rounds."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models


def to_fen(amount: Decimal | int) -> int:
    """Yuan to whole fen. Raises ValidationError where there is a part of a fen.

    >>> to_fen(Decimal("3.20"))
    320
    """
    fen = Decimal(amount) * 100
    if fen != fen.to_integral_value():
        raise ValidationError(f"{amount} yuan is not a whole number of fen")
    return int(fen)


class YuanField(models.Field[Any, Any]):
    """Yuan with two places in Python, a 64-bit number of fen in the table."""

    def get_internal_type(self) -> str:
        return "BigIntegerField"

    def from_db_value(self, value: Any, *_: object) -> Decimal | None:
        return None if value is None else Decimal(int(value)).scaleb(-2)

    def to_python(self, value: Any) -> Decimal | None:
        return None if value is None else Decimal(value).quantize(Decimal("0.01"))

    def get_prep_value(self, value: Any) -> Any:
        return to_fen(value) if isinstance(value, Decimal | int) else value
