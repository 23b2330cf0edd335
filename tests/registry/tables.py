"""Small registers written as tables, for the tests of this folder."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa

from huiqi.registry.manifest import Manifest
from huiqi.registry.publish import SnapshotWriter
from huiqi.registry.schema import arrow_schema
from huiqi.registry.types import Column, Columns

COLUMNS: Columns = {
    "employees": Column("employees", "int", unit="people"),
    "total_assets": Column("total_assets", "money", unit="CNY"),
    "holding": Column("holding", "ratio"),
    "years": Column("years", "decimal"),
    "established": Column("established", "date"),
    "industry_code": Column("industry_code", "text"),
    "sector": Column("sector", "enum", values=("industrial", "other")),
    "is_hnte": Column("is_hnte", "bool"),
}
DAY = date(2013, 6, 30)
SYSTEM = ("code", "name", "region", "roles")


def batch_of(rows: Sequence[dict[str, object]], columns: Columns = COLUMNS) -> pa.RecordBatch:
    """Rows as a writer takes them; what a row does not name is unknown."""
    schema = arrow_schema(columns)
    arrays = [pa.array([row.get(field.name) for row in rows], field.type) for field in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def party(code: str, region: str = "370202", **facts: object) -> dict[str, object]:
    return {"code": code, "name": None, "region": region, "roles": "enterprise"} | facts


def publish(
    folder: Path,
    rows: Sequence[dict[str, object]],
    *,
    as_of: date = DAY,
    run_bytes: int = 1 << 20,
    columns: Columns = COLUMNS,
) -> Manifest:
    with SnapshotWriter(
        folder, columns=columns, source="test", as_of=as_of, synthetic=True, run_bytes=run_bytes
    ) as writer:
        for start in range(0, len(rows), 100):
            writer.add(batch_of(rows[start : start + 100], columns))
        return writer.publish()
