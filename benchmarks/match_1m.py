"""The main job on a million synthetic enterprises, beside the floor of the machine and beside OpenFisca-core.

    .venv/bin/python benchmarks/match_1m.py                      # about two minutes on two quiet cores
    .venv/bin/python benchmarks/match_1m.py --rows 100000 --out -   # a try-out, printed and not kept

Every round runs all engines one after the other, each in a process of its own; ratios are taken within a
round, and the median of the rounds counts. Registers and environments go to `--work` (a temporary folder by
default).
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import machine
from clocked import Clocked, clocked
from match_report import Report, report

HERE = Path(__file__).parent
AS_OF = "2013-06-30"
PACK = "qingdao-2012-46"
OPENFISCA = str(HERE / "peers" / "openfisca" / "run.sh")
HUIQI = str(Path(sys.executable).with_name("huiqi"))


@dataclass(frozen=True, slots=True)
class Bench:
    """Where things lie, and how each engine is started."""

    work: Path
    rows: int

    @property
    def register(self) -> str:
        return str(self.work / f"register-{self.rows}")

    @property
    def environment(self) -> dict[str, str]:
        """Environments of peers go below the work folder unless the caller has a place for them."""
        return {
            "HUIQI_PEERS": str(self.work / "peers"),
            **os.environ,
            "HUIQI_PACKS": str(HERE.parent / "packs"),
        }

    def run(self, *command: str) -> Clocked:
        return clocked(command, environment=self.environment)

    def script(self, name: str, *arguments: str) -> Clocked:
        return self.run(sys.executable, str(HERE / name), *arguments)

    def sample(self) -> Clocked | None:
        """Make the register unless it is there from an earlier run."""
        if (Path(self.register) / "CURRENT").is_file():
            return None
        return self.run(
            HUIQI, "sample", "--rows", str(self.rows), "--seed", "1", "--region", "370200",
            "--as-of", AS_OF, "--out", self.register,
        )  # fmt: skip

    def columns(self) -> dict[str, list[str]]:
        read: dict[str, list[str]] = self.script(
            "ten_measures.py", "--register", self.register, "--as-of", AS_OF, "--columns"
        ).last_line
        return read

    def floor(self, engine: str, columns: list[str]) -> Clocked:
        return self.script(
            "scan_floor.py", engine, "--register", self.register, "--columns", ",".join(columns)
        )

    def match(self) -> Clocked:
        return self.run(
            HUIQI, "match", "--registry", self.register, "--as-of", AS_OF, "--pack", PACK,
            "--out", str(self.work / "matched"),
        )  # fmt: skip

    def ten(self, register: str | None = None, *, out: str = "ten") -> Clocked:
        return self.script(
            "ten_measures.py", "--register", register or self.register, "--as-of", AS_OF,
            "--out", str(self.work / out),
        )  # fmt: skip

    def openfisca(self, variant: str, register: str | None = None, *, answers: str = "") -> Clocked:
        return self.run(
            OPENFISCA, "--register", register or self.register, "--as-of", AS_OF, "--variant", variant,
            *(("--answers", str(self.work / answers)) if answers else ()),
        )  # fmt: skip


def main() -> None:
    arguments = parse_arguments()
    with work_folder(arguments.work) as work:
        bench = Bench(work, arguments.rows)
        say("register")
        bench.sample()
        say("environment of OpenFisca-core")
        bench.run(OPENFISCA, "--help")
        columns = bench.columns()
        load = os.getloadavg()[0]
        rounds = []
        for number in range(arguments.repeats):
            say(f"round {number + 1} of {arguments.repeats}")
            rounds.append(run_round(bench, columns))
        say("answers compared")
        compared = {variant: compare(bench, variant) for variant in ("tuned", "idiomatic")}
        hidden = compare_hidden(bench)
    text = report(
        Report(
            rows=arguments.rows,
            command=f"python benchmarks/match_1m.py --rows {arguments.rows} --repeats {arguments.repeats}",
            machine=machine.description(),
            versions=f"huiqi {machine.commit()}, {machine.versions()}, OpenFisca-Core "
            + rounds[0]["openfisca tuned"].last_line["versions"]["OpenFisca-Core"],
            load=load,
            columns={name: len(names) for name, names in columns.items()},
            rounds=rounds,
            compared=compared,
            hidden=hidden,
        )
    )
    if arguments.out == "-":
        print(text)
    else:
        Path(arguments.out).write_text(text, "utf-8")
        say(f"written to {arguments.out}")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--work", type=Path, help="keep registers and environments here for the next run")
    parser.add_argument("--out", default=str(HERE / "results" / "match_1m.md"), help="- prints")
    return parser.parse_args()


@contextmanager
def work_folder(named: Path | None) -> Iterator[Path]:
    if named is not None:
        named.mkdir(parents=True, exist_ok=True)
        yield named.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="huiqi-bench-") as folder:
        yield Path(folder)


def run_round(bench: Bench, columns: dict[str, list[str]]) -> dict[str, Clocked]:
    """Every engine once."""
    return {
        "floor polars all": bench.floor("polars", columns["all"]),
        "floor duckdb all": bench.floor("duckdb", columns["all"]),
        "match": bench.match(),
        "floor polars ten": bench.floor("polars", columns["ten"]),
        "floor duckdb ten": bench.floor("duckdb", columns["ten"]),
        "huiqi": bench.ten(),
        "openfisca tuned": bench.openfisca("tuned"),
        "openfisca writing": bench.openfisca("tuned", answers="tuned.parquet"),
        "openfisca idiomatic": bench.openfisca("idiomatic"),
    }


def compare(bench: Bench, variant: str) -> dict[str, dict[str, float]]:
    """OpenFisca's answers beside huiqi's of the last round: measure → counts."""
    if variant != "tuned":  # the rounds have left the answers of the tuned one
        bench.openfisca(variant, answers=f"{variant}.parquet")
    compared: dict[str, dict[str, float]] = bench.script(
        "compare_answers.py", "--register", bench.register, "--findings", str(bench.work / "ten"),
        "--answers", str(bench.work / f"{variant}.parquet"),
    ).last_line  # fmt: skip
    return compared


def compare_hidden(bench: Bench) -> dict[str, dict[str, float]]:
    """Both engines on parties whose facts we hid, beside the truth: engine → counts."""
    full, hidden = str(bench.work / "full"), str(bench.work / "hidden")
    bench.script("hidden_facts.py", "hide", "--register", bench.register, "--full", full, "--hidden", hidden)
    bench.ten(full, out="ten-full")
    bench.ten(hidden, out="ten-hidden")
    bench.openfisca("tuned", hidden, answers="hidden.parquet")
    errors: dict[str, dict[str, float]] = bench.script(
        "hidden_facts.py", "compare", "--truth", str(bench.work / "ten-full"),
        "--findings", str(bench.work / "ten-hidden"), "--answers", str(bench.work / "hidden.parquet"),
    ).last_line  # fmt: skip
    return errors


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
