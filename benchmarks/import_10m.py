"""Ten million rows of CSV become a register: rows per second, memory, and how far from merely scanning the file.

    .venv/bin/python benchmarks/import_10m.py                              # writes results/import_10m.md
    .venv/bin/python benchmarks/import_10m.py --rows 1000000 --out -       # a try-out, printed
    .venv/bin/python benchmarks/import_10m.py --work FOLDER                # keeps the table for the next run

Needs about 4 GB of disk in the work folder (a temporary one by default). Every step runs in a process of its own.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import machine
from clocked import Clocked, clocked

HERE = Path(__file__).parent
HUIQI = str(Path(sys.executable).with_name("huiqi"))


@dataclass(frozen=True, slots=True)
class Round:
    """The same table scanned, its first row imported, all of it, and all of it with a report on its quality."""

    scan: Clocked
    one_row: Clocked
    plain: Clocked
    quality: Clocked


@dataclass(frozen=True, slots=True)
class Bench:
    work: Path
    rows: int

    @property
    def table(self) -> Path:
        return self.work / f"firms-{self.rows}.csv"

    def script(self, *arguments: str) -> Clocked:
        return clocked([sys.executable, str(HERE / "import_csv.py"), *arguments])

    def make(self) -> dict[str, int]:
        """Make the table unless it is there from an earlier run; returns what is in it."""
        note = self.table.with_suffix(".json")
        if not note.is_file():
            said = self.script("make", "--rows", str(self.rows), "--out", str(self.table)).last_line
            note.write_text(json.dumps(said), "utf-8")
        made: dict[str, int] = json.loads(note.read_text("utf-8"))
        return made

    def import_(self, table: Path, *options: str) -> Clocked:
        register = self.work / "register"
        shutil.rmtree(register, ignore_errors=True)
        return clocked(
            [
                HUIQI, "import", str(table), "--mapping", str(self.table.with_suffix(".yaml")),
                "--out", str(register), "--rejects", str(self.work / "rejects.csv"), *options,
            ],
            environment={**os.environ, "HUIQI_PACKS": str(HERE.parent / "packs"), "COLUMNS": "200"},
        )  # fmt: skip

    def round(self) -> Round:
        scan = self.script("scan", "--table", str(self.table))
        with self.table.open("rb") as whole:
            start = whole.readline() + whole.readline()
        first = self.work / "first-row.csv"
        first.write_bytes(start)
        one_row = self.import_(first)
        plain = self.import_(self.table)
        quality = self.import_(self.table, "--quality", str(self.work / "quality"))
        return Round(scan, one_row, plain, quality)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--out", default=str(HERE / "results" / "import_10m.md"), help="- prints")
    arguments = parser.parse_args()
    with work_folder(arguments.work) as work:
        bench = Bench(work, arguments.rows)
        print("table", file=sys.stderr, flush=True)
        made = bench.make()
        load = os.getloadavg()[0]
        rounds = []
        for number in range(arguments.repeats):
            print(f"round {number + 1} of {arguments.repeats}", file=sys.stderr, flush=True)
            rounds.append(bench.round())
        verified = clocked([HUIQI, "registry", "verify", str(work / "register")]).output.strip()
        size = sum(path.stat().st_size for path in (work / "register").rglob("*.parquet"))
    text = report(made, rounds, load=load, verified=verified, size=size, arguments=arguments)
    if arguments.out == "-":
        print(text)
    else:
        Path(arguments.out).write_text(text, "utf-8")


@contextmanager
def work_folder(named: Path | None) -> Iterator[Path]:
    if named is not None:
        named.mkdir(parents=True, exist_ok=True)
        yield named.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="huiqi-bench-") as folder:
        yield Path(folder)


def report(
    made: dict[str, int],
    rounds: Sequence[Round],
    *,
    load: float,
    verified: str,
    size: int,
    arguments: argparse.Namespace,
) -> str:
    """The result as a page of Markdown."""
    rows = made["rows"]
    busy = [f"**The machine was busy** (load {load:.1f} before the first round): mind the brackets.", ""]
    counts = next(line for line in rounds[-1].plain.output.splitlines() if line.startswith("read "))
    lines = [
        f"# {rows:,} rows of CSV into a register",
        "",
        "```",
        f"python benchmarks/import_10m.py --rows {arguments.rows} --repeats {arguments.repeats}",
        "```",
        "",
        f"{machine.description()} · huiqi {machine.commit()}, {machine.versions()}",
        "",
        *(busy if load >= 1 else []),
        f"Medians of {len(rounds)} rounds, smallest to largest in brackets; ratios are taken within each round. The",
        f"table has 23 columns and {made['bytes'] / 1e6:,.0f} MB; 20 of them are facts. It is synthetic. `huiqi import` is the",
        "whole process: start-up, reading of the packs, the check that the file is UTF-8, validation of every cell,",
        "sorting on disk, Parquet files flushed to disk with their checksums. The scan reads every cell as text.",
        "",
        "|  | seconds | rows/s | time ÷ scan | CPU s | peak memory, MiB |",
        "| --- | --: | --: | --: | --: | --: |",
        row("scan of the file, Polars", rows, [(r.scan, r.scan) for r in rounds]),
        row("`huiqi import` of one row: start-up, packs", 1, [(r.one_row, r.scan) for r in rounds]),
        row("**`huiqi import`**", rows, [(r.plain, r.scan) for r in rounds]),
        row("… with `--quality`", rows, [(r.quality, r.scan) for r in rounds]),
        "",
        f"{counts}; made with {made['wrong']:,} mistakes and {made['repeated']:,} rows that stand twice.",
        f"The register has {size / 1e6:,.0f} MB. {verified}.",
        "",
    ]
    return "\n".join(lines)


def row(name: str, rows: int, runs: Sequence[tuple[Clocked, Clocked]]) -> str:
    seconds = [run.wall_seconds for run, _ in runs]
    ratios = [run.wall_seconds / scan.wall_seconds for run, scan in runs]
    cells = [
        bracket(seconds, 1),
        f"{rows / statistics.median(seconds):,.0f}",
        bracket(ratios, 1),
        f"{statistics.median(run.cpu_seconds for run, _ in runs):.1f}",
        f"{max(run.peak_mib for run, _ in runs):,.0f}",
    ]
    return f"| {name} | {' | '.join(cells)} |"


def bracket(values: Sequence[float], places: int) -> str:
    middle = f"{statistics.median(values):.{places}f}"
    low, high = f"{min(values):.{places}f}", f"{max(values):.{places}f}"
    return middle if low == high else f"{middle} ({low}–{high})"


if __name__ == "__main__":
    main()
