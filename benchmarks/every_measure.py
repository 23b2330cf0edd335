"""All measures of all packs against a register, whatever their period, with findings written.

    python benchmarks/every_measure.py --register DIR --as-of 2013-06-30 --out DIR [--in-force]

prints parties, measures, findings and seconds from the first byte read to the published run as one line of JSON.
No day has all documents in force; their periods are left aside here, so that every measure is worked out
(`--in-force` keeps them). With `--columns` it prints instead which columns are read.
"""

import argparse
import json
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from huiqi.matching.plan import make_plan
from huiqi.matching.run import match_register
from huiqi.matching.workers import SYSTEM
from huiqi.measures.types import Measure, Period
from huiqi.packs.load import load_library
from huiqi.packs.types import Library
from huiqi.registry.snapshot import Snapshot, open_snapshot

PACKS = Path(__file__).parents[1] / "packs"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--register", type=Path, required=True)
    parser.add_argument("--as-of", type=date.fromisoformat, required=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--in-force", action="store_true")
    parser.add_argument("--columns", action="store_true")
    parser.add_argument("--workers", type=int)
    arguments = parser.parse_args()
    library, problems = load_library(PACKS)
    if problems:
        raise SystemExit("\n".join(str(p) for p in problems))
    snapshot = open_snapshot(arguments.register)
    measures = [m if arguments.in_force else replace(m, period=Period()) for m in library.measures()]
    if arguments.columns:
        print(json.dumps(columns_read(library, measures, snapshot, arguments.as_of)))
        return
    began = time.perf_counter()
    run = match_register(
        snapshot,
        measures,
        rulebooks=library.rulebooks(),
        versions={slug: pack.version for slug, pack in library.packs.items()},
        as_of=arguments.as_of,
        folder=arguments.out,
        workers=arguments.workers,
    )
    seconds = time.perf_counter() - began
    counted = {"parties": run.parties, "measures": len(run.summary), "findings": run.findings}
    print(json.dumps({"engine": "huiqi", **counted, "seconds": seconds}))


def columns_read(library: Library, measures: Iterable[Measure], snapshot: Snapshot, as_of: date) -> list[str]:
    plan = make_plan(measures, rulebooks=library.rulebooks(), columns=tuple(snapshot.columns), as_of=as_of)
    return [*SYSTEM, *plan.columns]


if __name__ == "__main__":
    main()
