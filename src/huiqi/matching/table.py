"""Facts of some parties as a block of a register, for examples and tests: the batch engine reads nothing else."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

import pyarrow as pa

from huiqi.measures.expressions import Type, Value
from huiqi.measures.types import FactKind

WORDS: Final = pa.dictionary(pa.int32(), pa.string())
ARROW: Final[Mapping[Type, pa.DataType]] = {
    Type.BOOL: pa.bool_(),
    Type.INT: pa.int64(),
    Type.MONEY: pa.decimal128(38, 6),
    Type.DECIMAL: pa.decimal128(38, 9),
    Type.RATIO: pa.decimal128(38, 9),
    Type.DATE: pa.date32(),
    Type.TEXT: WORDS,
    Type.ENUM: WORDS,
}


def block_of(
    rows: Sequence[Mapping[str, Value]], kinds: Mapping[str, FactKind], *, roles: str, region: str
) -> pa.RecordBatch:
    """A block with one party per row, all with the same roles (joined by commas) and region.

    Raises ValueError where a figure has more decimals than a register holds.
    """
    columns: dict[str, pa.Array] = {
        "code": pa.array([str(number) for number in range(len(rows))]),
        "region": pa.array([region] * len(rows), pa.string()).dictionary_encode(),
        "roles": pa.array([roles] * len(rows), pa.string()).dictionary_encode(),
    }
    for name in sorted({name for row in rows for name in row}):
        kind = ARROW[kinds[name].type]
        columns[name] = pa.array([cell(row.get(name), kind) for row in rows], type=kind)
    return pa.RecordBatch.from_pydict(columns)


def cell(value: Value | None, kind: pa.DataType) -> object:
    if not isinstance(value, Fraction):
        return value
    if not pa.types.is_decimal(kind):
        return int(value)
    whole = value * 10**kind.scale
    if whole.denominator != 1:
        raise ValueError(f"{value} has more than {kind.scale} decimals")
    return Decimal(int(whole)).scaleb(-kind.scale)
