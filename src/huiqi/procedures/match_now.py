"""Match the register that counts with all measures, and let the run count: after publishing, and every night."""

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction

from huiqi.audit.actions import record_deed
from huiqi.holdings.current import data_folder, library, register
from huiqi.matching.run import match_register
from huiqi.procedures.known_beside import known_beside
from huiqi.registry.publish import point_to
from huiqi.revisions.in_force import renew


def match_current_register(
    *, as_of: date, by: str, at: datetime, progress: Callable[[int], None] = lambda rows: None
) -> str | None:
    """The name of the new run in DATA/runs; None where there is no register.

    It knows what firms' files know on the day: corrections, statements, entries in lists.
    Pages go on with the old run until the new one is complete. A kill leaves the old one counting.
    """
    renew(on=as_of)  # the process may have been there before the last rule was published
    snapshot = register()
    if snapshot is None:
        return None
    packs = library()
    name = f"{as_of:%Y%m%d}-{at:%Y%m%dT%H%M%S}-{snapshot.folder.name[-12:]}"
    runs = data_folder() / "runs"
    overlay = known_beside(snapshot, on=as_of)
    run = match_register(
        snapshot,
        list(packs.measures()),
        rulebooks=packs.rulebooks(),
        versions={slug: pack.version for slug, pack in packs.packs.items()},
        as_of=as_of,
        folder=runs / name,
        progress=progress,
        overlay=overlay,
    )
    with transaction.atomic():
        detail = {
            "version": snapshot.folder.name,
            "parties": run.parties,
            "findings": run.findings,
            "beside": overlay.num_rows if overlay is not None else 0,  # facts known beside the register
        }
        record_deed("matching.run.published", f"run:{name}", by=by, at=at, detail=detail)
        point_to(runs, name)
    return name
