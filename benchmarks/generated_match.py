"""Synthetic measures matched against a register of Parquet files, by `match_register`.

python benchmarks/generated_match.py --measures 1000 --register DIR --out DIR

prints seconds from the plan to the published results, and what was found, as one line of JSON.
"""

import argparse
import json
import time
from pathlib import Path

from generated_memory import AS_OF, generated
from generated_rules import PACK

from huiqi.matching.plan import make_plan
from huiqi.matching.run import match_register
from huiqi.matching.workers import SYSTEM
from huiqi.registry.snapshot import open_snapshot


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--measures", type=int, default=1_000)
    parser.add_argument("--register", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    snapshot = open_snapshot(arguments.register)
    measures, rulebook = generated(arguments.measures, arguments.seed)
    rulebooks = {PACK: rulebook}
    plan = make_plan(measures, rulebooks=rulebooks, columns=tuple(snapshot.columns), as_of=AS_OF)
    began = time.perf_counter()
    run = match_register(
        snapshot,
        measures,
        rulebooks=rulebooks,
        versions={PACK: "1.0.0"},
        as_of=AS_OF,
        folder=arguments.out,
        workers=arguments.workers,
    )
    seconds = time.perf_counter() - began
    size = sum(path.stat().st_size for path in arguments.out.rglob("*") if path.is_file())
    print(
        json.dumps(
            {
                "seconds": seconds,
                "findings": run.findings,
                "bytes": size,
                "columns": [*SYSTEM, *plan.columns],
            }
        )
    )


if __name__ == "__main__":
    main()
