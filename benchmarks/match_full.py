"""Every measure of every pack against millions of synthetic enterprises: time beside a scan of the same columns.

    .venv/bin/python benchmarks/match_full.py                       # ten million
    .venv/bin/python benchmarks/match_full.py --rows 60000000 --repeats 1
    .venv/bin/python benchmarks/match_full.py --rows 1000000 --out -    # a try-out, printed and not kept
    .venv/bin/python benchmarks/match_full.py --work FOLDER             # keeps the register for the next run

The floor reads the same columns of the same files and adds each up, with Polars and with DuckDB, on all cores.
Floor and match stand beside each other in every round; the ratio is taken within a round.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import machine
from clocked import Clocked, clocked
from synthetic import AS_OF, sampled
from with_children import clocked_with_children

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Round:
    """One round: both scans, then the match."""

    polars: Clocked
    duckdb: Clocked
    match: Clocked

    @property
    def floor(self) -> float:
        return min(float(run.last_line["seconds"]) for run in (self.polars, self.duckdb))


def main() -> None:
    arguments = parse_arguments()
    with tempfile.TemporaryDirectory(prefix="huiqi-match-") as temporary:
        work = (arguments.work or Path(temporary)).resolve()
        work.mkdir(parents=True, exist_ok=True)
        register = arguments.register or sampled(work / f"register-{arguments.rows}", arguments.rows)
        load = os.getloadavg()[0]
        columns = json.loads(clocked(script("every_measure.py", "--columns", register=register)).output)
        rounds = [one_round(register, columns, work) for _ in range(arguments.repeats)]
        stored = sum(p.stat().st_size for p in (work / "run").rglob("*") if p.is_file())
    text = report(rounds, arguments, columns, load, stored)
    if arguments.out == "-":
        print(text)
    else:
        name = f"match_{arguments.rows // 1_000_000}m.md"
        Path(arguments.out or HERE / "results" / name).write_text(text, "utf-8")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--work", type=Path, help="keep the register here for the next run")
    parser.add_argument("--register", type=Path, help="a register that is there already, of so many rows")
    parser.add_argument("--out", default="", help="- prints; by default results/match_10m.md, by rows")
    return parser.parse_args()


def script(name: str, *words: str, register: Path) -> list[str]:
    as_of = ["--as-of", AS_OF] if name == "every_measure.py" else []
    return [sys.executable, str(HERE / name), *words, "--register", str(register), *as_of]


def one_round(register: Path, columns: Sequence[str], work: Path) -> Round:
    listed = ("--columns", ",".join(columns))
    shutil.rmtree(work / "run", ignore_errors=True)
    found = Round(
        polars=clocked(script("scan_floor.py", "polars", *listed, register=register)),
        duckdb=clocked(script("scan_floor.py", "duckdb", *listed, register=register)),
        match=clocked_with_children(
            script("every_measure.py", "--out", str(work / "run"), register=register)
        ),
    )
    print(f"{found.match.last_line}, floor {found.floor:.2f} s", file=sys.stderr, flush=True)
    return found


def report(
    rounds: Sequence[Round], arguments: argparse.Namespace, columns: Sequence[str], load: float, stored: int
) -> str:
    said = rounds[-1].match.last_line
    ratios = [r.match.last_line["seconds"] / r.floor for r in rounds]
    whole = [r.match.wall_seconds / r.floor for r in rounds]
    pairs = said["parties"] * said["measures"]
    seconds = statistics.median(r.match.last_line["seconds"] for r in rounds)
    busy = f" The machine was busy (load {load:.1f} before)." if load >= 1 else ""
    rows = [
        (
            "floor: Polars, streaming",
            [r.polars.last_line["seconds"] for r in rounds],
            [r.polars for r in rounds],
        ),
        ("floor: DuckDB", [r.duckdb.last_line["seconds"] for r in rounds], [r.duckdb for r in rounds]),
        (
            "**huiqi**, findings written",
            [r.match.last_line["seconds"] for r in rounds],
            [r.match for r in rounds],
        ),
        ("**huiqi**, whole process", [r.match.wall_seconds for r in rounds], [r.match for r in rounds]),
    ]
    return (
        "\n".join(
            [
                f"# Every measure against {said['parties']:,} enterprises",
                "",
                f"`python benchmarks/match_full.py --rows {arguments.rows} --repeats {arguments.repeats}`",
                "",
                f"{machine.description()}; huiqi {machine.commit()}, {machine.versions()}.",
                f"{said['measures']} measures of all packs, whatever their period; {len(columns)} columns read; "
                f"{said['findings']:,} findings, {stored / 1e6:,.0f} MB written. All parties are synthetic.{busy}",
                "",
                "| | seconds, median (least to most) | CPU s | peak memory |",
                "|---|--:|--:|--:|",
                *(line(*row) for row in rows),
                "",
                f"- **Time ÷ floor: {bracket(ratios)}** from the first byte read to the published run; "
                f"{bracket(whole)} for the whole process, Python and packs loaded.",
                f"- {pairs / seconds / 1e6:,.0f} million pairs of enterprise and measure a second, "
                f"{said['parties'] / seconds / 1e6:.2f} million enterprises a second.",
                "- Memory is that of the process with all its workers; pages they share are counted for each.",
            ]
        )
        + "\n"
    )


def line(name: str, seconds: Sequence[float], runs: Sequence[Clocked]) -> str:
    cpu = statistics.median(r.cpu_seconds for r in runs)
    return f"| {name} | {bracket(seconds)} | {cpu:.1f} | {max(r.peak_mib for r in runs):,.0f} MiB |"


def bracket(numbers: Sequence[float]) -> str:
    middle = statistics.median(numbers)
    return f"{middle:.2f} ({min(numbers):.2f} to {max(numbers):.2f})"


if __name__ == "__main__":
    main()
