"""A run continued from an older one beside the full run: a million synthetic enterprises, all packs.

    .venv/bin/python benchmarks/incremental.py                        # about five minutes
    .venv/bin/python benchmarks/incremental.py --rows 100000 --out -    # a try-out, printed and not kept
    .venv/bin/python benchmarks/incremental.py --work FOLDER            # keeps the registers for the next run

Times are of the run, from the opened register and read packs to the published results.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import machine
from clocked import Clocked, clocked
from synthetic import sampled

HERE = Path(__file__).parent
ROUND = [sys.executable, str(HERE / "incremental_round.py")]
MEASURE = "qingdao-2012-46/cit-small-low-profit-20.conditions.income=taxable_income <= 50万"
REGISTERS = {
    "same": [],
    "scattered": ["--share", "0.01"],
    "near": ["--share", "0.01", "--within", "0.1"],
    "shifted": ["--share", "0.01", "--gone", "0.001"],
}
"""By name: what `incremental_round.py change` is told."""
CASES = (
    ("nothing", "same", False),
    ("one measure", "same", True),
    ("one fact of 1 % of the parties, all in a tenth of the register", "near", False),
    ("one fact of 1 % of the parties, all over the register", "scattered", False),
    ("the same and one measure", "scattered", True),
    ("the same, one measure, and 0.1 % of the parties gone", "shifted", True),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """One case, full and continued."""

    what: str
    full: tuple[Clocked, ...]
    continued: tuple[Clocked, ...]

    @property
    def line(self) -> str:
        full, since = (
            statistics.median(seconds(run) for run in runs) for runs in (self.full, self.continued)
        )
        ratios = sorted(seconds(b) / seconds(a) for a, b in zip(self.full, self.continued, strict=True))
        peaks = [max(run.peak_mib for run in runs) for runs in (self.full, self.continued)]
        done = self.continued[0].last_line
        return (
            f"| {self.what} | {full:.2f} s | {since:.2f} s | {statistics.median(ratios):.2f} "
            f"({ratios[0]:.2f}–{ratios[-1]:.2f}) | {done['evaluated']:,} ({done['evaluated'] / done['of']:.2%}) "
            f"| {peaks[0]:,.0f} MiB | {peaks[1]:,.0f} MiB |"
        )


def seconds(run: Clocked) -> float:
    return float(run.last_line["seconds"])


def main() -> None:
    arguments = parse_arguments()
    with tempfile.TemporaryDirectory(prefix="huiqi-incremental-") as temporary:
        work = (arguments.work or Path(temporary)).resolve()
        work.mkdir(parents=True, exist_ok=True)
        registers = {name: changed_register(work, arguments.rows, name) for name in REGISTERS}
        load = os.getloadavg()[0]
        match(registers["same"], work / "old")
        measured = []
        for what, register, is_changed in CASES:
            measured.append(
                measure(what, registers[register], work, arguments.repeats, is_changed=is_changed)
            )
            print(measured[-1].line, file=sys.stderr, flush=True)
    text = report(measured, arguments.rows, arguments.repeats, load)
    if arguments.out == "-":
        print(text)
    else:
        Path(arguments.out).write_text(text, "utf-8")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--work", type=Path, help="keep the registers here for the next run")
    parser.add_argument("--out", default=str(HERE / "results" / "incremental.md"), help="- prints")
    return parser.parse_args()


def changed_register(work: Path, rows: int, name: str) -> Path:
    """A register whose folder has the version of "same" too; made unless it is there from an earlier run."""
    register = work / f"register-{rows}-{name}"
    if (register / "CURRENT").is_file():
        return register
    if name == "same":
        return sampled(register, rows)
    shutil.copytree(changed_register(work, rows, "same"), register)
    clocked([*ROUND, "change", "--register", str(register), *REGISTERS[name]])
    return register


def match(register: Path, out: Path, *more: str) -> Clocked:
    packs = str(HERE.parent / "packs")
    return clocked([*ROUND, "match", "--register", str(register), "--packs", packs, "--out", str(out), *more])


def measure(what: str, register: Path, work: Path, repeats: int, *, is_changed: bool) -> Measured:
    settings = ["--set", MEASURE] if is_changed else []
    full, continued = [], []
    for _ in range(repeats):  # side by side: a slow minute hits both
        full.append(match(register, work / "full", *settings))
        continued.append(match(register, work / "new", *settings, "--since", str(work / "old")))
    if (work / "full" / "summary.csv").read_bytes() != (work / "new" / "summary.csv").read_bytes():
        raise SystemExit(f"{what}: the summaries differ")
    return Measured(what, tuple(full), tuple(continued))


def report(measured: list[Measured], rows: int, repeats: int, load: float) -> str:
    busy = (
        f" The machine was busy (load {load:.1f} before): read the times as an upper bound."
        if load >= 1
        else ""
    )
    lines = [
        "# A run continued from an older one",
        "",
        f"`python benchmarks/incremental.py --rows {rows} --repeats {repeats}`",
        "",
        f"{machine.description()}; huiqi {machine.commit()}, {machine.versions()}.",
        f"Median of {repeats} runs; times without reading the packs, memory of the whole process; "
        f"ratio of neighbouring runs, with the smallest and largest.{busy}",
        "All parties are synthetic. Each pair of runs came to the same summary.",
        "",
        "| changed since | full | continued | continued ÷ full | pairs evaluated | memory, full | memory, continued |",
        "|---|---|---|---|---|---|---|",
        *(found.line for found in measured),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
