"""`huiqi results`: what a match run found, spelled out row by row."""

import json
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
import typer

from huiqi.cli.setting import err, out
from huiqi.matching.stored import ROWS, NoRun, StoredRun, open_run

TEXTS = pa.schema([f.with_type(pa.string()) if pa.types.is_dictionary(f.type) else f for f in ROWS])


def register(app: typer.Typer) -> None:
    app.command("results")(results)


def results(
    run: Annotated[Path, typer.Argument(help="Folder of a match run.")],
    file: Annotated[
        Path | None, typer.Option("--out", help="Write all findings to this .parquet or .csv file.")
    ] = None,
    party: Annotated[str | None, typer.Option(help="Only one enterprise, by its credit code.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="With --party: one JSON line a finding.")] = False,
) -> None:
    """Spell a match run out: party, measure, verdict, amount, value, missing."""
    try:
        found = open_run(run)
    except NoRun as error:
        err.print(str(error), markup=False)
        raise typer.Exit(1) from None
    if party is not None:
        show_party(found, party, as_json=as_json)
    elif file is None or file.suffix not in (".parquet", ".csv"):
        err.print("Name a file that ends in .parquet or .csv with --out, or one enterprise with --party")
        raise typer.Exit(2)
    else:
        out.print(f"{write_all(found, file):,} findings in {file}", markup=False)


def write_all(run: StoredRun, file: Path) -> int:
    """Written beside its place and moved there; returns how many rows."""
    draft = file.with_name(f".{file.name}.draft")
    file.parent.mkdir(parents=True, exist_ok=True)
    number = 0
    try:
        with (
            pq.ParquetWriter(draft, ROWS, compression="zstd")
            if file.suffix == ".parquet"
            else pcsv.CSVWriter(draft, TEXTS)
        ) as writer:
            for table in run.tables():
                writer.write_table(table if file.suffix == ".parquet" else table.cast(TEXTS))
                number += table.num_rows
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    return number


def show_party(run: StoredRun, code: str, *, as_json: bool) -> None:
    found = run.of_party(code)
    if found is None:
        err.print(f"The run did not look at {code!r}", markup=False)
        raise typer.Exit(1)
    for line in found.to_pylist():
        if as_json:
            out.print(json.dumps(line, ensure_ascii=False, default=str), markup=False, soft_wrap=True)
        else:
            out.print(one_line(line), markup=False, soft_wrap=True)


def one_line(line: dict[str, Any]) -> str:
    amount = f"  {line['amount']:,.2f}" if line["amount"] is not None else ""
    missing = f"  ← {line['missing']}" if line["missing"] else ""
    return f"{line['verdict']:<10} {line['measure']}{amount}{missing}"
