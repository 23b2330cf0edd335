"""How the columns of a register lie in Arrow and Parquet.

Money is decimal128(18, 2), ratios and other decimals decimal128(18, 6): whole units of a fen or a millionth,
never floating point. A null is an unknown.
"""

from collections.abc import Mapping
from decimal import Decimal

import numpy as np
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


def light_schema(columns: Columns) -> pa.Schema:
    """`arrow_schema` for the way to a file: without the code, regions as words, decimals as whole numbers of steps."""
    fields = [f.with_type(pa.int64()) if pa.types.is_decimal(f.type) else f for f in arrow_schema(columns)]
    return pa.schema([f.with_type(WORDS) if f.name == "region" else f for f in fields if f.name != "code"])


def as_stored(table: pa.Table, codes: pa.Array, columns: Columns) -> pa.Table:
    """A table by `light_schema`, and the codes of its rows, as one by `arrow_schema`."""
    arrays = [codes]
    for field in arrow_schema(columns):
        if field.name == "code":
            continue
        light = table[field.name].combine_chunks()
        arrays.append(
            decimals_of(light, field.type) if pa.types.is_decimal(field.type) else light.cast(field.type)
        )
    return pa.table(arrays, schema=arrow_schema(columns))


def decimals_of(steps: pa.Int64Array, kind: pa.DataType) -> pa.Array:
    """Whole numbers of the smallest step as decimals.

    >>> decimals_of(pa.array([150, None, -1]), pa.decimal128(18, 2)).to_pylist()
    [Decimal('1.50'), None, Decimal('-0.01')]
    """
    known = steps.is_valid() if steps.null_count else None
    whole = (steps.fill_null(0) if steps.null_count else steps).to_numpy()
    pairs = np.empty((len(whole), 2), np.int64)  # a decimal128 is its lower and its upper half
    pairs[:, 0] = whole
    np.right_shift(whole, 63, out=pairs[:, 1])
    valid = known.buffers()[1] if known is not None else None
    return pa.Array.from_buffers(kind, len(whole), [valid, pa.py_buffer(pairs)])


def steps_of(decimals: pa.Array) -> pa.Int64Array:
    """Decimals as whole numbers of their smallest step; the other way of `decimals_of`."""
    halves = np.frombuffer(decimals.buffers()[1], np.int64)[2 * decimals.offset :: 2][: len(decimals)]
    return pa.array(halves, mask=decimals.is_null().to_numpy(zero_copy_only=False))


def arrow_schema(columns: Columns) -> pa.Schema:
    """System columns first, then one field per fact, in the order of `columns`.

    >>> arrow_schema({}).names
    ['code', 'name', 'region', 'roles']
    """
    return pa.schema([*SYSTEM_FIELDS, *(pa.field(c.name, ARROW_TYPES[c.type]) for c in columns.values())])
