"""The files of many firms in one pass, as `queries.file_of` has each of them."""

from collections.abc import Iterable
from datetime import date

import polars as pl

from huiqi.dossiers.models import RecordedFact
from huiqi.dossiers.overlay import Row, file_from
from huiqi.dossiers.queries import entered_of, overlays, rules_on
from huiqi.dossiers.types import Dossier, Overlay, Standing
from huiqi.registry.snapshot import Snapshot
from huiqi.rolls.models import Entry


def files_of(
    codes: Iterable[str], columns: Iterable[str], *, on: date, snapshot: Snapshot
) -> dict[str, Dossier]:
    """By code; with these columns alone. Firms the register does not have are left out."""
    wanted, named = sorted(set(codes)), set(columns)
    kinds = {name: kind for name, kind in rules_on(on).kinds.items() if name in named}
    files = snapshot.files()
    if not wanted or not files:
        return {}
    held = [name for name in kinds if name in snapshot.columns]
    table = pl.scan_parquet(files).filter(pl.col("code").is_in(wanted))
    rows = table.select(["code", "name", "region", "roles", *held]).collect().iter_rows(named=True)
    overlaid = with_overlays(wanted)
    found = {}
    for row in rows:
        code = row["code"]
        official: Overlay = {}
        declared: Overlay = {}
        entered: Overlay | None = None
        if code in overlaid:
            official, declared = overlays(code, kinds, on=on, register_day=snapshot.manifest.as_of)
            entered = entered_of(code, kinds, on=on)
        found[code] = file_from(
            Row(row, snapshot.manifest), kinds, official=official, declared=declared, entered=entered
        )
    return found


def with_overlays(codes: list[str]) -> set[str]:
    """Firms of whom something was recorded, or that stand in a list: few of many."""
    recorded = RecordedFact.objects.filter(
        party__in=codes, standing__in=[Standing.ACCEPTED, Standing.DECLARED], withdrawn_at=None
    )
    entries = Entry.objects.filter(party__in=codes)
    return {*recorded.values_list("party", flat=True), *entries.values_list("party", flat=True)}
