"""The ten measures that every engine of the comparison answers, and huiqi's answers to them.

    python benchmarks/ten_measures.py --register DIR --as-of 2013-06-30 --out DIR

prints counts, sums and seconds as one line of JSON and leaves the findings in OUT, as `huiqi match` does.
With `--columns` it prints instead which columns the ten and all measures of the pack read.
"""

import argparse
import json
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from huiqi.matching.plan import make_plan
from huiqi.matching.run import match_register
from huiqi.matching.workers import SYSTEM
from huiqi.measures.types import Measure
from huiqi.packs.load import load_library
from huiqi.packs.types import Library
from huiqi.registry.snapshot import Snapshot, open_snapshot

HERE = Path(__file__).parent
DECLARED: dict[str, Any] = json.loads((HERE / "ten_measures.json").read_text("utf-8"))
PACK: str = DECLARED["pack"]
TEN: tuple[str, ...] = tuple(DECLARED["measures"])


def facts_of(measure: str) -> list[str]:
    """The columns of a register that settle one of the ten measures, its size class included."""
    names: list[str] = DECLARED["measures"][measure]
    return [fact for name in names for fact in (DECLARED["size"] if name == "size" else [name])]


def main() -> None:
    arguments = parse_arguments()
    library, problems = load_library(HERE.parent / "packs", only=(PACK,))
    if problems:
        raise SystemExit("\n".join(str(p) for p in problems))
    snapshot = open_snapshot(arguments.register)
    if arguments.columns:
        print(json.dumps(columns_read(library, snapshot, arguments.as_of)))
        return
    began = time.perf_counter()
    run = match_register(
        snapshot,
        [m for m in library.measures() if m.pack == PACK and m.id in TEN],
        rulebooks=library.rulebooks(),
        versions={PACK: library.packs[PACK].version},
        as_of=arguments.as_of,
        folder=arguments.out,
    )
    seconds = time.perf_counter() - began
    measures = {
        line.measure.partition("/")[2]: {"eligible": line.eligible, "amount": float(line.amount)}
        for line in run.summary
    }
    print(json.dumps({"engine": "huiqi", "parties": run.parties, "seconds": seconds, "measures": measures}))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--register", type=Path, required=True)
    parser.add_argument("--as-of", type=date.fromisoformat, required=True)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--out", type=Path)
    what.add_argument("--columns", action="store_true")
    return parser.parse_args()


def columns_read(library: Library, snapshot: Snapshot, as_of: date) -> dict[str, list[str]]:
    """Columns of the register that a run reads: for the ten measures, and for all of the pack."""

    def read(measures: Iterable[Measure]) -> list[str]:
        plan = make_plan(
            measures, rulebooks=library.rulebooks(), columns=tuple(snapshot.columns), as_of=as_of
        )
        return [*SYSTEM, *plan.columns]

    of_pack = [m for m in library.measures() if m.pack == PACK]
    return {"ten": read(m for m in of_pack if m.id in TEN), "all": read(of_pack)}


if __name__ == "__main__":
    main()
