"""How the columns of a register lie in Arrow and Parquet.

Money is decimal128(18, 2), ratios and other decimals decimal128(18, 6): whole units of a fen or a millionth,
never floating point. A null is an unknown.
"""

from collections.abc import Mapping
from decimal import Decimal

import pyarrow as pa

from huiqi.registry.types import Columns, ColumnType

WORDS = pa.dictionary(pa.int32(), pa.string())

ARROW_TYPES: Mapping[ColumnType, pa.DataType] = {
    "bool": pa.bool_(),
    "int": pa.int64(),
    "decimal": pa.decimal128(18, 6),
    "money": pa.decimal128(18, 2),
    "ratio": pa.decimal128(18, 6),
    "date": pa.date32(),
    "text": WORDS,
    "enum": WORDS,
}

SYSTEM_FIELDS = (
    pa.field("code", pa.string(), nullable=False),
    pa.field("name", pa.string()),
    pa.field("region", pa.string(), nullable=False),  # six digits of GB/T 2260
    pa.field("roles", WORDS, nullable=False),  # sorted, joined by a comma: "enterprise,guarantor"
)

SMALLEST_STEP: Mapping[ColumnType, Decimal] = {
    "money": Decimal("0.01"),
    "ratio": Decimal("0.000001"),
    "decimal": Decimal("0.000001"),
    "int": Decimal(1),
}
"""The finest difference a column of numbers can hold."""

INT_BOUND = Decimal(2**63)
DIGITS = 18


def arrow_schema(columns: Columns) -> pa.Schema:
    """System columns first, then one field per fact, in the order of `columns`.

    >>> arrow_schema({}).names
    ['code', 'name', 'region', 'roles']
    """
    return pa.schema([*SYSTEM_FIELDS, *(pa.field(c.name, ARROW_TYPES[c.type]) for c in columns.values())])
