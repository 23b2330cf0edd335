"""One enterprise out of sixty million: how long finding it takes, and explaining what it may have.

    .venv/bin/python benchmarks/lookup_60m.py                        # some ten minutes, nearly all for the register
    .venv/bin/python benchmarks/lookup_60m.py --rows 100000 --out -    # a try-out, printed and not kept
    .venv/bin/python benchmarks/lookup_60m.py --work FOLDER            # keeps the register for the next run

Needs 8 GB of disk and, while the register is sorted, 3 GB of memory. It is made, and the codes to look up are
drawn, in processes of their own; what is measured is this one. Beside wall time stands the time of the processor,
which other work on the machine does not lengthen.
"""

import argparse
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

import machine

from huiqi.matching.party import Party, Rules, in_scope, party_from, verdict_for, verdicts_for
from huiqi.matching.short_answers import ShortAnswers
from huiqi.measures.explain import Explainer
from huiqi.measures.types import Measure, VerdictKind
from huiqi.measures.words import LANGUAGES
from huiqi.packs.load import load_library
from huiqi.registry.lookup import Lookup, find_in_parquet
from huiqi.registry.publish import SnapshotWriter
from huiqi.registry.sample import SAMPLE_COLUMNS, SAMPLE_SOURCE, columns_without_recipe, sample
from huiqi.registry.snapshot import Snapshot, open_snapshot

Made = TypeVar("Made")

HERE = Path(__file__).parent
DAY = date(2013, 6, 30)
REGION = "370200"
RUN_BYTES = 2**30  # few runs to merge
FINDS = 2000
PARQUET_FINDS = 100
EXPLAINED = 500
KIB_IN_MIB = 1024


@dataclass(slots=True)
class Times:
    """Seconds of one kind of call, in the order they were made."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def of(self, call: Callable[[], Made]) -> Made:
        wall, processor = time.perf_counter(), time.thread_time()
        made = call()
        self.processor.append(time.thread_time() - processor)
        self.wall.append(time.perf_counter() - wall)
        return made

    def line(self, what: str) -> str:
        cells = [f"{1000 * part:.2f}" for part in (*spread(self.wall), *spread(self.processor))]
        return f"| {what} | {len(self.wall):,} | {' | '.join(cells)} |"


def spread(seconds: Sequence[float]) -> tuple[float, float]:
    """Median and 95th of a hundred."""
    return statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]


@dataclass(frozen=True, slots=True)
class Opened:
    """What keeping a register open costs."""

    seconds: float
    index_mib: float
    peak_mib: float  # of the whole process after all look-ups, program and libraries included


def main() -> None:
    arguments = parse_arguments()
    if arguments.step:
        STEPS[arguments.step](arguments.work, arguments.rows)
        return
    with tempfile.TemporaryDirectory(prefix="huiqi-lookup-") as temporary:
        arguments.work = (arguments.work or Path(temporary)).resolve()
        if not (arguments.work / "register" / "CURRENT").is_file():
            in_own_process("make", arguments)
        in_own_process("draw", arguments)
        load = os.getloadavg()[0]
        text = measured(arguments.work, load)
    if arguments.out == "-":
        print(text)
    else:
        Path(arguments.out).write_text(text, "utf-8")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=60_000_000)
    parser.add_argument("--work", type=Path, help="keep the register here for the next run")
    parser.add_argument("--out", default=str(HERE / "results" / "lookup_60m.md"), help="- prints")
    parser.add_argument("--step", choices=("make", "draw"), help="for the program itself")
    return parser.parse_args()


def in_own_process(step: str, arguments: argparse.Namespace) -> None:
    command = [sys.executable, __file__, "--step", step]
    subprocess.run([*command, "--work", arguments.work, "--rows", str(arguments.rows)], check=True)


def make(work: Path, rows: int) -> None:
    """The synthetic register."""
    left_out = columns_without_recipe(SAMPLE_COLUMNS)
    columns = {name: column for name, column in SAMPLE_COLUMNS.items() if name not in left_out}
    source = SAMPLE_SOURCE.format(seed=1)
    with SnapshotWriter(
        work / "register", columns=columns, source=source, as_of=DAY, synthetic=True, run_bytes=RUN_BYTES
    ) as writer:
        for batch in sample(rows, seed=1, region=REGION, as_of=DAY, columns=columns):
            writer.add(batch)
        writer.publish()


def draw(work: Path, _: int) -> None:
    """Random codes of the register, each row as likely as any other."""
    snapshot = open_snapshot(work / "register")
    count = snapshot.manifest.rows
    wanted = sorted(random.Random(1).sample(range(count), min(FINDS, count)))
    drawn, start = [], 0
    for batch in snapshot.batches(columns=["code"]):
        end = start + batch.num_rows
        while wanted and wanted[0] < end:
            drawn.append(batch["code"][wanted.pop(0) - start].as_py())
        start = end
    random.Random(2).shuffle(drawn)
    (work / "codes.txt").write_text("\n".join(drawn), "utf-8")


STEPS: dict[str, Callable[[Path, int], None]] = {"make": make, "draw": draw}


def measured(work: Path, load: float) -> str:
    snapshot = open_snapshot(work / "register")
    codes = (work / "codes.txt").read_text("utf-8").split()
    forget(snapshot.folder.rglob("*.rows"))
    before, opening = resident_mib(), Times()
    lookup = opening.of(Lookup(snapshot.folder, snapshot.manifest).load)
    index_mib = resident_mib() - before
    finds = {"found, not in the page cache": Times(), "found": Times(), "of nobody": Times()}
    for times in (finds["found, not in the page cache"], finds["found"]):
        for code in codes:
            row = times.of(partial(lookup.find, code))
            assert row is not None
            assert row["code"] == code
    for code in codes:
        nobody = code[:-1] + "I"  # a letter no code has
        assert finds["of nobody"].of(partial(lookup.find, nobody)) is None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_IN_MIB
    slow = Times()
    for code in codes[:PARQUET_FINDS]:
        entry = next(e for e in snapshot.manifest.files if e.first <= code <= e.last)
        old = slow.of(partial(find_in_parquet, snapshot.folder / entry.path, code))
        assert old == lookup.find(code)
    finds["found in Parquet, as before (processor: one thread of two)"] = slow
    opened = Opened(opening.wall[0], index_mib, peak)
    return report(snapshot, opened, finds, explained(lookup, codes[:EXPLAINED]), load)


def explained(lookup: Lookup, codes: Sequence[str]) -> dict[str, Times]:
    """From a row to words: one measure clause by clause; and the verdicts of all measures."""
    library, _ = load_library(HERE.parent / "packs")
    rules = Rules.of(library.measures(), library.rulebooks())
    answers = {language: ShortAnswers(rules, language=language, as_of=DAY) for language in LANGUAGES}
    for short in answers.values():
        short.prepare()
    row_times, outcome, said, one, every = Times(), Times(), Times(), Times(), Times()
    draws = random.Random(3)
    for code in codes:
        row = lookup.find(code)
        assert row is not None
        party = row_times.of(partial(party_from, row, rules.kinds))
        inside = [
            m
            for m in rules.measures
            if m.period.holds_on(DAY) and in_scope(m, roles=party.roles, region=party.region)
        ]
        if inside:
            measure = draws.choice(inside)
            outcome.of(partial(verdict_for, party, measure, rules, as_of=DAY))
            short = answers[draws.choice(LANGUAGES)]
            said.of(partial(short.of, party, measure))
            one.of(partial(explain, party, measure, rules))
        found = every.of(partial(verdicts_for, party, rules, as_of=DAY))
        assert sum(e.verdict.kind is not VerdictKind.OUT_OF_SCOPE for e in found) == len(inside)
    return {
        "the row as facts of a party": row_times,
        "one measure in scope: verdict, outcome of each clause": outcome,
        "**… explained: in words of one language, each condition with outcome and clause**": said,
        "… in both languages, with the figures seen, distances, derivations": one,
        f"verdicts of all {len(rules.measures)} measures": every,
    }


def explain(party: Party, measure: Measure, rules: Rules) -> None:
    """Verdict, sentences, figures seen, distances, in two languages; nothing prepared but the rules."""
    facts = rules.facts_for(measure.pack, party.stated)
    Explainer(facts, rulebook=rules.rulebooks[measure.pack], as_of=DAY).explain(measure)


def forget(paths: Iterable[Path]) -> None:
    """Ask the system to drop files from its page cache."""
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(handle)


def resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / KIB_IN_MIB**2


def report(
    snapshot: Snapshot, opened: Opened, finds: dict[str, Times], explained: dict[str, Times], load: float
) -> str:
    manifest = snapshot.manifest
    parquet, blocks = sum(f.bytes for f in manifest.files), sum(f.bytes for f in manifest.lookups)
    busy = (
        f"The machine was busy (load {load:.1f} before): the wall times are upper bounds."
        if load >= 1
        else ""
    )
    head = "| | calls | median, wall ms | 95 % under | median, processor ms | 95 % under |\n|---|--:|--:|--:|--:|--:|"
    lines = [
        f"# One party out of {manifest.rows:,}",
        "",
        f"`python benchmarks/lookup_60m.py --rows {manifest.rows}`",
        "",
        f"{machine.description()}; huiqi {machine.commit()}, {machine.versions()}.",
        f"Random codes of a synthetic register. {busy}".strip(),
        "",
        head,
        *(times.line(what) for what, times in finds.items()),
        "",
        f"Opening (all indexes, files not in the page cache): {opened.seconds:.2f} s, {opened.index_mib:.0f} MiB;"
        f" the whole process at its largest {opened.peak_mib:.0f} MiB.",
        f"Disk: Parquet {parquet / 1e6:,.0f} MB, row blocks {blocks / 1e6:,.0f} MB"
        f" ({blocks / manifest.rows:.0f} bytes a party, {100 * blocks / parquet:.0f} % on top).",
        "",
        "And then, from the row that was found:",
        "",
        head,
        *(times.line(what) for what, times in explained.items()),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
