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
from huiqi.registry.snapshot import NoSnapshot, Snapshot
from huiqi.registry.versions import current_version, open_version


@dataclass(slots=True)
class _Kept:
    repository: Library | None = None  # as the folder of packs has it
    library: Library | None = None  # with what the rule desk published
    lock: Lock = field(default_factory=Lock)


_KEPT = _Kept()


def repository_library() -> Library:
    """The packs as their folder has them, read on first use (some seconds)."""
    if _KEPT.repository is None:
        with _KEPT.lock:
            if _KEPT.repository is None:
                _KEPT.repository = load_library(Path(settings.HUIQI_PACKS))[0]
    return _KEPT.repository


def library() -> Library:
    """All packs in force, with the rules that were published on the rule desk.

    A measure that was changed from a day on stands in its pack once for each version, their periods apart: see
    `measure_on`.
    """
    return _KEPT.library or repository_library()


def renew_library(changed: Library) -> None:
    """Rules were changed on the rule desk: this process goes on with the new ones."""
    with _KEPT.lock:
        _KEPT.library = changed
    measures_on.cache_clear()


@lru_cache(maxsize=64)
def measures_on(day: date) -> tuple[Measure, ...]:
    """Measures that hold on a day, in the order of their packs; of each the version of that day."""
    return tuple(m for m in library().measures() if m.period.holds_on(day))


def measure_on(key: str, day: date) -> Measure | None:
    """A measure by its full name as it holds on a day; outside its period the version that holds now."""
    return next((m for m in measures_on(day) if m.key == key), None) or library().measure(key)


def pack_named(slug: str) -> Pack | None:
    return library().packs.get(slug)


def data_folder() -> Path:
    return Path(settings.HUIQI_DATA)


def register() -> Snapshot | None:
    """The register that counts now; None before one was published."""
    folder = data_folder() / "register"
    name = current_version(folder)
    if name is None:
        return None
    try:
        return kept_version(folder, name)
    except NoSnapshot:
        return None


@lru_cache(maxsize=4)
def kept_version(folder: Path, name: str) -> Snapshot:
    """A version once opened serves all pages: manifest and indexes for look-ups are read once. Never changed."""
    return open_version(folder, name)


def run() -> StoredRun | None:
    """The match run that counts now."""
    runs = data_folder() / "runs"
    name = current_version(runs)
    if name is None:
        return None
    try:
        return open_run(runs / name)
    except NoRun:
        return None
