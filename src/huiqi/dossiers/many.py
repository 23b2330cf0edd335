"""The files of many firms in one pass, as `queries.file_of` has each of them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import polars as pl

from huiqi.dossiers.models import RecordedFact
from huiqi.dossiers.overlay import NOTHING, Row, file_from
from huiqi.dossiers.queries import layers_of, rules_on
from huiqi.dossiers.types import Dossier, Standing
from huiqi.registry.snapshot import Snapshot
from huiqi.rolls.models import Entry


def files_of(
    codes: Iterable[str],
    columns: Iterable[str],
    *,
    on: date,
    snapshot: Snapshot,
    with_statements: bool = True,
) -> dict[str, Dossier]:
    """By code; with these columns alone. Firms the register does not have are left out.

    Without statements, what firms stated themselves does not count.
    """
    wanted, named = sorted(set(codes)), set(columns)
    kinds = {name: kind for name, kind in rules_on(on).kinds.items() if name in named}
    files = snapshot.files()
    if not wanted or not files:
        return {}
    held = [name for name in kinds if name in snapshot.columns]
    table = pl.scan_parquet(files).filter(pl.col("code").is_in(wanted))
    rows = table.select(["code", "name", "region", "roles", *held]).collect().iter_rows(named=True)
    layers = layers_of(wanted, kinds, on=on, register_day=snapshot.manifest.as_of)
    if not with_statements:
        layers = {code: replace(known, declared={}) for code, known in layers.items()}
    return {
        row["code"]: file_from(Row(row, snapshot.manifest), kinds, layers.get(row["code"], NOTHING))
        for row in rows
    }


def with_overlays(codes: list[str]) -> set[str]:
    """Firms of whom something was recorded, or that stand in a list: few of many."""
    recorded = RecordedFact.objects.filter(
        party__in=codes, standing__in=[Standing.ACCEPTED, Standing.DECLARED], withdrawn_at=None
    )
    entries = Entry.objects.filter(party__in=codes)
    return {*recorded.values_list("party", flat=True), *entries.values_list("party", flat=True)}
