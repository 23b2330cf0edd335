"""Ten measures on every engine of the comparison, in one run beside the floor of the machine and huiqi.

    .venv/bin/python benchmarks/match_peers.py                            # a million enterprises
    .venv/bin/python benchmarks/match_peers.py --rows 10000000            # ten million
    .venv/bin/python benchmarks/match_peers.py --rows 100000 --repeats 1 --out -   # a try-out, printed

First the answers are compared, on at most a million parties. Then every round runs all engines one after the
other, each in a process of its own; ratios are taken within a round, and the median of the rounds counts.
Engines that look at one party at a time answer for the first `--sample` parties; their seconds are scaled.
"""

import argparse
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import machine
from clocked import Clocked, FailedCommand
from match_1m import AS_OF, HERE, Bench, say, work_folder
from peers_chart import chart
from peers_report import PeersReport, peers_report

MOST_COMPARED = 1_000_000
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Peer:
    """One line of the comparison."""

    key: str
    title: str
    folder: str
    variant: str = ""
    by_row: bool = False
    writes: bool = False  # every answer, while the clock runs
    unknowns: str = ""


DEFAULTS = "become 0, no, or the first word"
THREE = "three-valued"
PEERS = (
    Peer("polars", "Polars, by hand", "polars", unknowns=THREE),
    Peer("polars written", "… every answer written", "polars", writes=True, unknowns=THREE),
    Peer("duckdb", "DuckDB, SQL compiled by huiqi", "duckdb", unknowns=THREE),
    Peer("duckdb written", "… every answer written", "duckdb", writes=True, unknowns=THREE),
    Peer("openfisca tuned", "OpenFisca-core, tuned by hand", "openfisca", "tuned", unknowns=DEFAULTS),
    Peer(
        "openfisca tuned written",
        "… every answer written",
        "openfisca",
        "tuned",
        writes=True,
        unknowns=DEFAULTS,
    ),
    Peer("openfisca", "OpenFisca-core, idiomatic", "openfisca", "idiomatic", unknowns=DEFAULTS),
    Peer(
        "policyengine tuned", "PolicyEngine-core, tuned by hand", "policyengine", "tuned", unknowns=DEFAULTS
    ),
    Peer("policyengine", "PolicyEngine-core, idiomatic", "policyengine", "idiomatic", unknowns=DEFAULTS),
    Peer("zen", "ZEN", "zen", by_row=True, unknowns="three-valued, tested for by hand"),
    Peer("cel", "CEL (Rust)", "cel", by_row=True, unknowns="three-valued: a missing fact is an error"),
)


@dataclass(frozen=True, slots=True)
class PeerBench:
    """The engines over one register."""

    bench: Bench
    sample: int

    def sql(self, register: str) -> Path:
        """Where the ten measures lie as SQL for a register, whose columns it names."""
        return self.bench.work / f"{Path(register).name}.sql"

    def compile(self, register: str) -> None:
        self.bench.script(
            "ten_in_sql.py", "--register", register, "--as-of", AS_OF, "--out", str(self.sql(register))
        )

    def answers(self, peer: Peer) -> str:
        return str(self.bench.work / f"{peer.key.replace(' ', '-')}.parquet")

    def run(self, peer: Peer, *, register: str, answers: str = "") -> Clocked:
        command = [str(HERE / "peers" / peer.folder / "run.sh"), "--register", register, "--as-of", AS_OF]
        if peer.folder == "duckdb":
            command += ["--sql", str(self.sql(register))]
        if peer.variant:
            command += ["--variant", peer.variant]
        if peer.by_row:
            command += ["--rows", str(self.sample)]
        if answers or peer.writes:
            command += ["--answers", answers or str(self.bench.work / "written.parquet")]
        return self.bench.run(*command)

    def round(self, columns: Sequence[str]) -> dict[str, Clocked | None]:
        """Every engine once; None for one that did not come to its end."""
        done: dict[str, Clocked | None] = {
            "floor polars": self.bench.floor("polars", list(columns)),
            "floor duckdb": self.bench.floor("duckdb", list(columns)),
            "huiqi": self.bench.ten(),
        }
        for peer in PEERS:
            try:
                done[peer.key] = self.run(peer, register=self.bench.register)
            except FailedCommand as failed:
                say(str(failed))
                done[peer.key] = None
        return done


def main() -> None:
    arguments = parse_arguments()
    load = os.getloadavg()[0]
    with work_folder(arguments.work) as work:
        compared = PeerBench(Bench(work, min(arguments.rows, MOST_COMPARED)), arguments.sample)
        agreement, hidden = compare(compared)
        run = PeerBench(Bench(work, arguments.rows), arguments.sample)
        say("register")
        run.bench.sample()
        run.compile(run.bench.register)
        columns = run.bench.columns()["ten"]
        rounds = []
        for number in range(arguments.repeats):
            say(f"round {number + 1} of {arguments.repeats}")
            rounds.append(run.round(columns))
    found = PeersReport(
        rows=arguments.rows,
        sample=min(arguments.sample, arguments.rows),
        compared_rows=compared.bench.rows,
        command=f"python benchmarks/match_peers.py --rows {arguments.rows} --repeats {arguments.repeats}",
        machine=machine.description(),
        versions=versions(rounds),
        load=load,
        columns=len(columns),
        chart=f"{name_of(arguments.rows)}.svg",
        titles={peer.key: peer.title for peer in PEERS},
        unknowns={peer.key: peer.unknowns for peer in PEERS},
        by_row=frozenset(peer.key for peer in PEERS if peer.by_row),
        rounds=rounds,
        agreement=agreement,
        hidden=hidden,
    )
    write(found, arguments.out)


def write(found: PeersReport, out: str) -> None:
    text = peers_report(found)
    if out == "-":
        print(text)
        return
    target = Path(out) if out else HERE / "results" / f"{name_of(found.rows)}.md"
    target.write_text(text, "utf-8")
    (target.parent / found.chart).write_text(chart(found), "utf-8")
    say(f"written to {target}")


def name_of(rows: int) -> str:
    """The name of the result file without its end."""
    return f"peers_{rows // MILLION}m" if rows >= MILLION else f"peers_{rows}"


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=MILLION)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--sample", type=int, default=100_000, help="parties for engines that go row by row")
    parser.add_argument("--work", type=Path, help="keep registers and environments here for the next run")
    parser.add_argument("--out", default="", help="- prints; by default results/peers_1m.md, by rows")
    return parser.parse_args()


def compare(run: PeerBench) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Answers on the register and on parties whose facts we hid: engine → counts, for each."""
    say("answers compared, environments made")
    bench = run.bench
    bench.sample()
    bench.ten(out="ten-compared")
    agreement = bench.script(
        "peers_agreement.py", "stated", "--register", bench.register,
        "--findings", str(bench.work / "ten-compared"), "--answers", *answered(run, bench.register),
    ).last_line  # fmt: skip
    full, hidden = str(bench.work / "full"), str(bench.work / "hidden")
    bench.script("hidden_facts.py", "hide", "--register", bench.register, "--full", full, "--hidden", hidden)
    bench.ten(full, out="ten-full")
    bench.ten(hidden, out="ten-hidden")
    errors = bench.script(
        "peers_agreement.py", "hidden", "--truth", str(bench.work / "ten-full"),
        "--findings", str(bench.work / "ten-hidden"), "--answers", *answered(run, hidden),
    ).last_line  # fmt: skip
    return agreement, errors


def answered(run: PeerBench, register: str) -> Iterator[str]:
    """Let every engine write its answers; `ENGINE=FILE` of each."""
    run.compile(register)
    for peer in PEERS:
        if not peer.writes:
            file = run.answers(peer)
            run.run(peer, register=register, answers=file)
            yield f"{peer.key}={file}"


def versions(rounds: Sequence[Mapping[str, Clocked | None]]) -> str:
    """huiqi, Python, and every peer once."""
    found: dict[str, str] = {}
    for clocked in rounds[0].values():
        if clocked is not None:
            found |= clocked.last_line.get("versions", {})
    peers = ", ".join(f"{name} {number}" for name, number in sorted(found.items()) if name != "numpy")
    return f"huiqi {machine.commit()}, {machine.versions()}; peers: {peers}"


if __name__ == "__main__":
    main()
