"""Match a register: from a snapshot and the packs to published results."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from huiqi.matching.draft_folder import DraftFolder
from huiqi.matching.fingerprint import rule_fingerprints
from huiqi.matching.laid import Laying, laying
from huiqi.matching.mates import started
from huiqi.matching.overlay import about_overlay, columns_known, keep
from huiqi.matching.plan import Plan, make_plan
from huiqi.matching.portions import BLOCK_ROWS, portions_of
from huiqi.matching.results import publish_run
from huiqi.matching.totals import MeasureSummary
from huiqi.matching.workers import Work, totals_of, workers_for
from huiqi.measures.types import Measure, Rulebook
from huiqi.registry.snapshot import Snapshot


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
    workers: int | None = None,
    block_rows: int = BLOCK_ROWS,
    overlay: pa.Table | None = None,
) -> Run:
    """Every party of a register against every measure that holds on a day.

    Args:
        snapshot: the register; its day may differ from `as_of`, which decides periods and parameters.
        measures: of any packs; `rulebooks` and `versions` by pack.
        folder: where the results are published; an older run there is replaced whole.
        progress: told how many parties were done since the last call.
        workers: processes; None for as many as there are cores, fewer for a small register.
        block_rows: parties that are worked on at once; the findings are the same.
        overlay: what is known of some parties beside the register (`matching.overlay`); kept with the run.

    Raises UnfitOverlay where a value of the overlay is none of its column.
    """
    measures = list(measures)
    processes = workers or workers_for(snapshot.manifest.rows, cores=os.cpu_count() or 1)
    with DraftFolder(folder) as place, started(processes - 1) as mates:
        columns = columns_known(snapshot.columns, overlay)
        plan = make_plan(measures, rulebooks=rulebooks, columns=columns, as_of=as_of)
        beside = kept_beside(overlay, place.draft, plan, snapshot)
        totals = totals_of(
            Work(plan, place.draft, beside, alone=processes == 1),
            portions_of(snapshot.files()),
            mates=mates,
            progress=progress,
            block_rows=block_rows,
        )
        about = {
            **about_run(snapshot, measures, rulebooks, versions, as_of=as_of),
            **overlay_of_run(overlay, beside),
        }
        summary = publish_run(place, plan, totals, about)
    return Run(totals.parties, totals.findings, tuple(summary))


def kept_beside(overlay: pa.Table | None, folder: Path, plan: Plan, snapshot: Snapshot) -> Laying | None:
    """An overlay, written into the folder of the run, where every process finds it. Raises UnfitOverlay."""
    if overlay is None:
        return None
    return laying(keep(overlay, folder), overlay, plan.columns, plan.kinds, snapshot.columns)


def overlay_of_run(overlay: pa.Table | None, beside: Laying | None) -> dict[str, object]:
    """For the manifest: which overlay the run was made with."""
    if overlay is None or beside is None:
        return {}
    return {"overlay": about_overlay(overlay, beside.path)}


def about_run(
    snapshot: Snapshot,
    measures: Iterable[Measure],
    rulebooks: Mapping[str, Rulebook],
    versions: Mapping[str, str],
    *,
    as_of: date,
) -> dict[str, object]:
    """What a run stood on, with what a later run needs to continue it."""
    return {
        **particulars(snapshot, versions, as_of=as_of),
        "rules": rule_fingerprints(measures, rulebooks),
    }


def column_types(snapshot: Snapshot) -> dict[str, str]:
    return {column.name: column.type for column in snapshot.columns.values()}


def particulars(snapshot: Snapshot, versions: Mapping[str, str], *, as_of: date) -> dict[str, object]:
    """What a run stood on, for its manifest."""
    return {
        "register": snapshot.manifest.source,
        "version": snapshot.folder.name,
        "register_as_of": snapshot.manifest.as_of,
        "as_of": as_of,
        "packs": dict(versions),
        "synthetic": snapshot.manifest.synthetic,
        "files": [
            {"path": file.path, "city": file.city, "rows": file.rows, "sha256": file.sha256}
            for file in snapshot.manifest.files
        ],
        "types": column_types(snapshot),
    }
