"""One step of `incremental.py` in a process of its own: make a changed register, or match once and say how long it took."""

import argparse
import json
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huiqi.matching.incremental.run import continue_run
from huiqi.matching.run import match_register
from huiqi.matching.simulate.change import Written, changed_measures
from huiqi.matching.simulate.types import Ruleset
from huiqi.packs.load import load_library
from huiqi.registry.publish import write_snapshot
from huiqi.registry.snapshot import Snapshot, open_snapshot

AS_OF = date(2013, 6, 30)
SEED = 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["change", "match"])
    parser.add_argument("--register", type=Path, required=True)
    parser.add_argument("--share", type=float, default=0.0, help="of the parties: employees doubled")
    parser.add_argument("--gone", type=float, default=0.0, help="of the parties: left out")
    parser.add_argument("--within", type=float, default=1.0, help="only in the first part of the register")
    parser.add_argument("--packs", type=Path)
    parser.add_argument("--set", dest="settings", action="append", default=[])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--since", type=Path)
    arguments = parser.parse_args()
    if arguments.what == "change":
        change(open_snapshot(arguments.register), arguments)
    else:
        print(json.dumps(match(arguments)))


def change(snapshot: Snapshot, arguments: argparse.Namespace) -> None:
    """A new version in the same folder; the old one stays."""
    write_snapshot(
        arguments.register,
        changed_batches(snapshot, arguments),
        columns=snapshot.columns,
        source=snapshot.manifest.source,
        as_of=snapshot.manifest.as_of,
        synthetic=snapshot.manifest.synthetic,
    )


def changed_batches(snapshot: Snapshot, arguments: argparse.Namespace) -> Iterator[pa.RecordBatch]:
    random = np.random.default_rng(SEED)
    end = arguments.within * snapshot.manifest.rows
    start = 0
    for batch in snapshot.batches():
        chosen = random.random(batch.num_rows) * arguments.within < arguments.share
        chosen &= np.arange(start, start + batch.num_rows) < end
        start += batch.num_rows
        place = batch.schema.get_field_index("employees")
        column = pc.if_else(pa.array(chosen), pc.multiply(batch.column(place), 2), batch.column(place))
        changed = batch.set_column(place, batch.schema.field(place), column)
        yield changed.filter(pa.array(random.random(batch.num_rows) >= arguments.gone))


def match(arguments: argparse.Namespace) -> dict[str, float]:
    library, _ = load_library(arguments.packs)
    rules = Ruleset(tuple(library.measures()), library.rulebooks(), library.matters(), library.standings())
    written = {slug: Written(p.written, p.in_force, p.region) for slug, p in library.packs.items()}
    rules, problems = changed_measures(arguments.settings, rules, written)
    if problems:
        raise SystemExit(str(problems[0]))
    snapshot = open_snapshot(arguments.register)
    began = time.perf_counter()
    if arguments.since is None:
        run = match_register(
            snapshot, rules.measures, rulebooks=rules.rulebooks, versions={}, as_of=AS_OF, folder=arguments.out
        )  # fmt: skip
        pairs = run.parties * len(run.summary)
        return {"seconds": time.perf_counter() - began, "evaluated": pairs, "of": pairs}
    done = continue_run(
        snapshot, rules.measures, since=arguments.since, rulebooks=rules.rulebooks, versions={}, as_of=AS_OF,
        folder=arguments.out,
    )  # fmt: skip
    return {"seconds": time.perf_counter() - began, "evaluated": done.evaluated, "of": done.of}


if __name__ == "__main__":
    main()
