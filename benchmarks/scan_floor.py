"""The floor of the comparison: read the same columns and add each of them up, with Polars or DuckDB.

python benchmarks/scan_floor.py polars|duckdb --register DIR --columns code,region,employees
"""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("engine", choices=("polars", "duckdb"))
    parser.add_argument("--register", type=Path, required=True)
    parser.add_argument("--columns", type=lambda text: text.split(","), required=True)
    arguments = parser.parse_args()
    version = arguments.register / (arguments.register / "CURRENT").read_text("utf-8").strip()
    files = [str(path) for path in sorted(version.rglob("*.parquet"))]
    scan = scan_with_polars if arguments.engine == "polars" else scan_with_duckdb
    began = time.perf_counter()
    values = scan(files, arguments.columns)
    seconds = time.perf_counter() - began
    print(json.dumps({"engine": arguments.engine, "seconds": seconds, "columns": len(values)}))


def scan_with_polars(files: Sequence[str], columns: Sequence[str]) -> tuple[object, ...]:
    """Sums of numbers, lengths of texts, numbers of words and days."""
    frame = pl.scan_parquet(list(files), hive_partitioning=False)
    kinds = frame.select(columns).collect_schema()
    sums = [
        (pl.col(n).str.len_bytes() if kinds[n] == pl.String else as_number(n, kinds[n])).sum()
        for n in columns
    ]
    return frame.select(sums).collect(engine="streaming").row(0)


def as_number(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    return column if kind.is_numeric() or kind == pl.Boolean else column.to_physical().cast(pl.Int64)


def scan_with_duckdb(files: Sequence[str], columns: Sequence[str]) -> tuple[object, ...]:
    """Sums of numbers, lengths of texts and words, numbers of days."""
    source = duckdb.read_parquet(list(files), hive_partitioning=False)
    kinds = dict(zip(source.columns, source.types, strict=True))
    forms = {
        "VARCHAR": 'sum(strlen("{}"))',
        "BOOLEAN": 'sum("{}"::INTEGER)',
        "DATE": "sum(date_diff('day', DATE '1970-01-01', \"{}\"))",
    }
    sums = ", ".join(forms.get(str(kinds[n]), 'sum("{}")').format(n) for n in columns)
    return source.aggregate(sums).fetchall()[0]


if __name__ == "__main__":
    main()
