"""A draft over ten million synthetic enterprises: time and memory of `huiqi simulate`, beside a tenth of it.

    .venv/bin/python benchmarks/simulate_10m.py                       # about ten minutes, most of them for the register
    .venv/bin/python benchmarks/simulate_10m.py --rows 100000 --out -   # a try-out, printed and not kept
    .venv/bin/python benchmarks/simulate_10m.py --work FOLDER           # keeps the registers for the next run

Times are of the whole command, packs read and page written. That memory does not grow with the register shows
beside the run over a tenth of it.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import machine
from clocked import Clocked, clocked
from synthetic import AS_OF, sampled

HERE = Path(__file__).parent
PACK = "qingdao-2012-46"
COMMAND = "import typer; from huiqi.cli.simulate import simulate; typer.run(simulate)"
DRAFTS = {
    "one limit raised": [f"{PACK}/cit-small-low-profit-20.conditions.income=taxable_income <= 50万"],
    "three measures of two matters": [
        f"{PACK}/cit-small-low-profit-20.conditions.income=taxable_income <= 50万",
        f"{PACK}/cit-small-low-profit-half.conditions.income=taxable_income <= 10万",
        f"{PACK}/vat-threshold.conditions.below=filing_mode = 'periodic' and monthly_sales < 3万",
    ],
}


@dataclass(frozen=True, slots=True)
class Measured:
    """The runs of one draft over one register."""

    draft: str
    rows: int
    runs: tuple[Clocked, ...]
    gains: str

    @property
    def line(self) -> str:
        seconds = statistics.median(run.wall_seconds for run in self.runs)
        cpu = statistics.median(run.cpu_seconds for run in self.runs)
        peak = max(run.peak_mib for run in self.runs)
        return (
            f"| {self.draft} | {self.rows:,} | {seconds:.1f} s | {cpu:.1f} s | {peak:,.0f} MiB "
            f"| {self.rows / seconds / 1e6:.2f} million | {self.gains} |"
        )


def main() -> None:
    arguments = parse_arguments()
    with tempfile.TemporaryDirectory(prefix="huiqi-simulate-") as temporary:
        work = (arguments.work or Path(temporary)).resolve()
        work.mkdir(parents=True, exist_ok=True)
        load = os.getloadavg()[0]
        measured = []
        for rows in (arguments.rows // 10, arguments.rows):
            register = sampled(work / f"register-{rows}", rows)
            for draft in DRAFTS:
                measured.append(measure(draft, rows, register, work, arguments.repeats))
                print(measured[-1].line, file=sys.stderr, flush=True)
    text = report(measured, arguments.rows, arguments.repeats, load)
    if arguments.out == "-":
        print(text)
    else:
        Path(arguments.out).write_text(text, "utf-8")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--work", type=Path, help="keep the registers here for the next run")
    parser.add_argument("--out", default=str(HERE / "results" / "simulate_10m.md"), help="- prints")
    return parser.parse_args()


def measure(draft: str, rows: int, register: Path, work: Path, repeats: int) -> Measured:
    out = work / "simulated"
    settings = [part for line in DRAFTS[draft] for part in ("--set", line)]
    command = [
        sys.executable, "-c", COMMAND, "--registry", str(register), "--as-of", AS_OF, "--pack", PACK,
        "--out", str(out), "--quiet", *settings,
    ]  # fmt: skip
    runs = tuple(clocked(command, environment=environment()) for _ in range(repeats))
    figures = json.loads((out / "simulation.json").read_text("utf-8"))
    gains = [row["gains"] for row in figures["measures"]]
    return Measured(
        draft, rows, runs, f"{sum(g['low'] for g in gains):,} to {sum(g['high'] for g in gains):,}"
    )


def environment() -> dict[str, str]:
    return {**os.environ, "HUIQI_PACKS": str(HERE.parent / "packs")}


def report(measured: list[Measured], rows: int, repeats: int, load: float) -> str:
    busy = (
        f" The machine was busy (load {load:.1f} before): read the times as an upper bound."
        if load >= 1
        else ""
    )
    lines = [
        "# A draft over a register",
        "",
        f"`python benchmarks/simulate_10m.py --rows {rows} --repeats {repeats}`",
        "",
        f"{machine.description()}; huiqi {machine.commit()}, {machine.versions()}.",
        f"Median wall and processor time of {repeats} runs of the whole command, largest memory.{busy}",
        "All parties are synthetic.",
        "",
        "| draft | parties | time | processor | memory | parties a second | gains, at least to at most |",
        "|---|---|---|---|---|---|---|",
        *(found.line for found in measured),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
