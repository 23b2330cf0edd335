"""What a match run is to know beside the register: firms' files corrected, facts stated, entries in lists."""

from collections.abc import Iterator, Mapping
from datetime import date

import pyarrow as pa

from huiqi.dossiers.queries import layers_of, rules_on
from huiqi.dossiers.types import Layers
from huiqi.matching.overlay import overlay_from, text_of
from huiqi.registry.snapshot import Snapshot

Rows = Iterator[tuple[str, str, str | None, bool]]


def known_beside(snapshot: Snapshot, *, on: date) -> pa.Table | None:
    """By `matching.overlay.OVERLAY`, as every firm's file has it on a day; None where nothing is known."""
    kinds = rules_on(on).kinds
    layers = layers_of(None, kinds, on=on, register_day=snapshot.manifest.as_of)
    return overlay_from(rows_of(layers)) if layers else None


def rows_of(layers: Mapping[str, Layers]) -> Rows:
    for code, known in layers.items():
        for fact in known.facts:
            over, fills = known.over(fact)
            if over is not None:
                yield code, fact, text_of(over.value), fills
