"""Very many synthetic measures: counted over enterprises in memory, and matched from Parquet beside the floor.

    .venv/bin/python benchmarks/generated_measures.py                 # 10,000 × 1 million, and 1,000 × 10 million
    .venv/bin/python benchmarks/generated_measures.py --rows 100000 --register-rows 100000 --out -   # a try-out

`--only memory` or `--only parquet` runs one of the two. `--work FOLDER` keeps the register for the next run.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import machine
from clocked import Clocked, clocked
from synthetic import sampled

HERE = Path(__file__).parent
BUSY = 1.0
PAIRS_WANTED = 5e9
FLOORS_WANTED = 5

HEAD = """# Very many synthetic measures × synthetic enterprises

```
{command}
```

{machine} · huiqi {commit}, {versions}
{busy}
Measures and enterprises are synthetic (`generated_rules.py`): three to eight conditions each, from branches of
industry, size, figures within limits, age, marks and their opposite, one of several; two fifths pay a share of
a base up to a cap. A missing fact counts: every pair is entitled, not entitled, or open.
"""
MEMORY = """
## {measures:,} measures × {rows:,} enterprises in memory

Medians of {repeats} rounds, smallest to largest in brackets. {workers} processes with half of the blocks each; a
block worked through beforehand and the reading of the measures ({ready:.0f} s a process) are not counted. A verdict
counts when its bitmap stands in memory and is counted.

| seconds | pairs/s | wanted | CPU s | memory of all processes, MiB |
| --: | --: | --: | --: | --: |
| {seconds} | {rate} | {wanted:.1e} | {cpu} | {peak:,.0f} |

- {statements:,} different statements over {columns} columns; {operations:.1f} bitwise operations a measure and block.
- {without_program} measures have no program and are left to the engine of a match run.
- Of {in_scope:,} pairs in scope {entitled:,} are entitled and {open:,} open.
- **Held against the interpreter**: {checked[pairs]:,} pairs, {checked[entitled]:,} of them entitled and \
{checked[open]:,} open: {checked[different]} differ.
"""
PARQUET = """
## {measures:,} measures × {rows:,} enterprises from Parquet, findings written

The run is clocked from the plan to the published results, the floor (adding up the same {columns} columns, the
faster of Polars and DuckDB) by its own clock; ratios are taken within a round.

| | seconds | pairs/s | time ÷ floor | wanted |
| --- | --: | --: | --: | --: |
| scan floor | {floor} | | 1.0 | |
| **match** | {seconds} | {rate} | {ratio} | {wanted} |

{findings:,} findings; {size:,.0f} MiB written.
"""


def main() -> None:
    arguments = parse_arguments()
    load = os.getloadavg()[0]
    text = HEAD.format(
        command="python " + " ".join(["benchmarks/generated_measures.py", *shown(sys.argv[1:])]),
        machine=machine.description(),
        commit=machine.commit(),
        versions=machine.versions(),
        busy=f"\n**The machine was busy** (load {load:.1f} before the first round).\n"
        if load >= BUSY
        else "",
    )
    if arguments.only != "parquet":
        text += memory(arguments)
    if arguments.only != "memory":
        text += parquet(arguments)
    if arguments.out == "-":
        print(text)
    else:
        Path(arguments.out).write_text(text, "utf-8")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--measures", type=int, default=10_000, help="in memory")
    parser.add_argument("--rows", type=int, default=1_000_000, help="in memory")
    parser.add_argument("--register-measures", type=int, default=1_000)
    parser.add_argument("--register-rows", type=int, default=10_000_000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", choices=("memory", "parquet"))
    parser.add_argument("--work", type=Path, help="keep the register here")
    parser.add_argument("--out", default=str(HERE / "results" / "generated_measures.md"), help="- prints")
    return parser.parse_args()


def shown(given: Sequence[str]) -> list[str]:
    """Arguments without the folder of the machine they name."""
    return [a for i, a in enumerate(given) if a != "--work" and (i == 0 or given[i - 1] != "--work")]


def script(name: str, *arguments: str) -> Clocked:
    return clocked([sys.executable, str(HERE / name), *arguments])


def memory(arguments: argparse.Namespace) -> str:
    found = script(
        "generated_memory.py", "--measures", str(arguments.measures), "--rows", str(arguments.rows),
        "--workers", str(arguments.workers), "--repeats", str(arguments.repeats),
    ).last_line  # fmt: skip
    rounds = found["rounds"]
    pairs = arguments.measures * arguments.rows
    in_scope, entitled, open_ = rounds[0]["counts"]
    return MEMORY.format(
        **{name: found[name] for name in ("ready", "statements", "columns", "operations", "without_program")},
        measures=arguments.measures,
        rows=arguments.rows,
        repeats=arguments.repeats,
        workers=arguments.workers,
        seconds=spread([r["seconds"] for r in rounds], "{:.2f}"),
        rate=spread([pairs / r["seconds"] for r in rounds], "{:.1e}"),
        wanted=PAIRS_WANTED,
        cpu=spread([r["cpu"] for r in rounds], "{:.2f}"),
        peak=max(r["peak_mib"] for r in rounds),
        in_scope=in_scope,
        entitled=entitled,
        open=open_,
        checked=found["checked"],
    )


def parquet(arguments: argparse.Namespace) -> str:
    with tempfile.TemporaryDirectory(prefix="huiqi-generated-") as temporary:
        work = arguments.work or Path(temporary)
        register = sampled(work / f"register-{arguments.register_rows}", arguments.register_rows)
        rounds = [
            parquet_round(arguments, register, Path(temporary) / "out") for _ in range(arguments.repeats)
        ]
    pairs = arguments.register_measures * arguments.register_rows
    return PARQUET.format(
        measures=arguments.register_measures,
        rows=arguments.register_rows,
        columns=len(rounds[0]["columns"]),
        floor=spread([r["floor"] for r in rounds], "{:.2f}"),
        seconds=spread([r["seconds"] for r in rounds], "{:.1f}"),
        rate=spread([pairs / r["seconds"] for r in rounds], "{:.1e}"),
        ratio=spread([r["seconds"] / r["floor"] for r in rounds], "{:.1f}"),
        wanted=f"≤ {FLOORS_WANTED}",
        findings=rounds[0]["findings"],
        size=rounds[0]["bytes"] / 2**20,
    )


def parquet_round(arguments: argparse.Namespace, register: Path, out: Path) -> dict[str, Any]:
    run = script(
        "generated_match.py", "--measures", str(arguments.register_measures), "--register", str(register),
        "--out", str(out), "--workers", str(arguments.workers),
    ).last_line  # fmt: skip
    columns = ",".join(run["columns"])
    floors = [
        script("scan_floor.py", engine, "--register", str(register), "--columns", columns).last_line[
            "seconds"
        ]
        for engine in ("polars", "duckdb")
    ]
    return {**run, "floor": min(floors)}


def spread(numbers: Sequence[float], form: str) -> str:
    """Median, smallest and largest in brackets."""
    middle, least, most = (form.format(n) for n in (median(numbers), min(numbers), max(numbers)))
    return middle if least == most else f"{middle} ({least}–{most})"


if __name__ == "__main__":
    main()
