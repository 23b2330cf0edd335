"""Runs the query that ten_in_sql.py wrote, with DuckDB in this process; prints counts and sums as JSON."""

import time
from pathlib import Path

import duckdb
from peer import MEASURES, WITH_AMOUNT, files_of, parse_arguments, report


def main():
    parser = parse_arguments(__doc__)
    parser.add_argument("--sql", type=Path, required=True, help="what ten_in_sql.py wrote")
    arguments = parser.parse_args()
    files = ", ".join(f"'{file}'" for file in files_of(arguments.register))
    began = time.perf_counter()
    query = arguments.sql.read_text("utf-8").replace("{files}", f"[{files}]")
    connection = duckdb.connect()
    if arguments.answers is not None:
        doubles = ", ".join(f'CAST("{m}:amount" AS DOUBLE) AS "{m}:amount"' for m in WITH_AMOUNT)
        query = f"SELECT * REPLACE ({doubles}) FROM ({query})"
        connection.execute(f"COPY ({query}) TO '{arguments.answers}' (FORMAT parquet)")
        query = f"SELECT * FROM read_parquet('{arguments.answers}')"
    counts = connection.execute(f"SELECT {', '.join(totals())} FROM ({query})").fetchone()
    found = dict(zip(fields(), counts, strict=True))
    report(
        "DuckDB, compiled SQL",
        packages=("duckdb",),
        parties=found["parties"],
        began=began,
        totals={
            m: (found[f"{m}:yes"], found[f"{m}:unknown"], found.get(f"{m}:amount") or 0) for m in MEASURES
        },
    )


def fields():
    names = ["parties"]
    for measure in MEASURES:
        names += [f"{measure}:yes", f"{measure}:unknown"]
        if measure in WITH_AMOUNT:
            names.append(f"{measure}:amount")
    return names


def totals():
    """One expression for each field."""
    expressions = ["count(*)"]
    for measure in MEASURES:
        said = f'"{measure}:eligible"'
        expressions += [f"count(*) FILTER ({said})", f"count(*) FILTER ({said} IS NULL)"]
        if measure in WITH_AMOUNT:
            expressions.append(f'sum("{measure}:amount")')
    return expressions


if __name__ == "__main__":
    main()
