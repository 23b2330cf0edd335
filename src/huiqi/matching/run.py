"""Match a register: from a snapshot and the packs to published results."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from huiqi.matching.draft_folder import DraftFolder
from huiqi.matching.engine import Engine
from huiqi.matching.plan import make_plan
from huiqi.matching.results import RunResults
from huiqi.matching.totals import MeasureSummary
from huiqi.measures.types import Measure, Rulebook
from huiqi.registry.snapshot import Snapshot

BLOCK_ROWS = 65_536
SYSTEM = ("code", "region", "roles")


@dataclass(frozen=True, slots=True)
class Run:
    """A finished match run."""

    parties: int
    findings: int
    summary: tuple[MeasureSummary, ...]


def match_register(
    snapshot: Snapshot,
    measures: Iterable[Measure],
    *,
    rulebooks: Mapping[str, Rulebook],
    versions: Mapping[str, str],
    as_of: date,
    folder: Path,
    progress: Callable[[int], None] = lambda rows: None,
) -> Run:
    """Every party of a register against every measure that holds on a day.

    Args:
        snapshot: the register; its day may differ from `as_of`, which decides periods and parameters.
        measures: of any packs; `rulebooks` and `versions` by pack.
        folder: where the results are published; an older run there is replaced whole.
        progress: told how many parties were done since the last call.
    """
    plan = make_plan(measures, rulebooks=rulebooks, columns=tuple(snapshot.columns), as_of=as_of)
    engine = Engine(plan)
    results = RunResults(plan, DraftFolder(folder))
    columns = [*SYSTEM, *plan.columns]
    try:
        for block in engine.run(read_ahead(snapshot.batches(columns=columns, rows=BLOCK_ROWS))):
            results.add(block)
            progress(len(block.codes))
    except BaseException:
        results.discard()
        raise
    summary = results.publish(particulars(snapshot, versions, as_of=as_of))
    return Run(results.totals.parties, results.totals.findings, tuple(summary))


def particulars(snapshot: Snapshot, versions: Mapping[str, str], *, as_of: date) -> dict[str, object]:
    """What a run stood on, for its manifest."""
    return {
        "register": snapshot.manifest.source,
        "version": snapshot.folder.name,
        "register_as_of": snapshot.manifest.as_of,
        "as_of": as_of,
        "packs": dict(versions),
        "synthetic": snapshot.manifest.synthetic,
    }


def read_ahead(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same batches; the next is read while one is worked on."""
    with ThreadPoolExecutor(max_workers=1) as reader:
        following = reader.submit(next, batches, None)
        while (batch := following.result()) is not None:
            following = reader.submit(next, batches, None)
            yield batch
