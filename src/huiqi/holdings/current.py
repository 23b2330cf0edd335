"""What the running site stands on: the packs, the register, the last match run. Loaded once, read by all.

    DATA/register   snapshots (`registry`)
    DATA/runs/…     match runs; DATA/runs/CURRENT names the one that counts
    DATA/documents  official texts that were imported

`HUIQI_DATA` and `HUIQI_PACKS` name the folders.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from threading import Lock

from django.conf import settings

from huiqi.matching.stored import NoRun, StoredRun, open_run
from huiqi.measures.types import Measure
from huiqi.packs.load import load_library
from huiqi.packs.types import Library, Pack
from huiqi.registry.snapshot import NoSnapshot, Snapshot, open_snapshot


@dataclass(slots=True)
class _Kept:
    library: Library | None = None
    lock: Lock = field(default_factory=Lock)


_KEPT = _Kept()


def library() -> Library:
    """All packs in force, read on first use (some seconds)."""
    if _KEPT.library is None:
        with _KEPT.lock:
            if _KEPT.library is None:
                _KEPT.library = load_library(Path(settings.HUIQI_PACKS))[0]
    return _KEPT.library


def renew_library(changed: Library) -> None:
    """Packs were changed on the rule desk: this process goes on with the new ones."""
    with _KEPT.lock:
        _KEPT.library = changed
    measures_on.cache_clear()


@lru_cache(maxsize=64)
def measures_on(day: date) -> tuple[Measure, ...]:
    """Measures that hold on a day, in the order of their packs."""
    return tuple(m for m in library().measures() if m.period.holds_on(day))


def pack_named(slug: str) -> Pack | None:
    return library().packs.get(slug)


def data_folder() -> Path:
    return Path(settings.HUIQI_DATA)


def register() -> Snapshot | None:
    """The register that counts now; None before one was published."""
    try:
        return open_snapshot(data_folder() / "register")
    except NoSnapshot:
        return None


def run() -> StoredRun | None:
    """The match run that counts now."""
    pointer = data_folder() / "runs" / "CURRENT"
    if not pointer.is_file():
        return None
    try:
        return open_run(data_folder() / "runs" / pointer.read_text("utf-8").strip())
    except NoRun:
        return None
