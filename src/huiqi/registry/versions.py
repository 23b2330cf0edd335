"""The versions of a register side by side: list them, open one, take one over from elsewhere, point to another."""

import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from huiqi.registry.manifest import Manifest, UnreadableManifest, manifest_from_json
from huiqi.registry.publish import MANIFEST, POINTER, point_to
from huiqi.registry.snapshot import NoSnapshot, Snapshot

NAME: Final = re.compile(r"v-\d{8}-[0-9a-f]{12}(-\d+)?")


@dataclass(frozen=True, slots=True)
class Version:
    """One published version of a register."""

    name: str
    manifest: Manifest
    is_current: bool


def versions_of(folder: Path) -> list[Version]:
    """All versions that can be read, by name; a folder without a register has none."""
    current = current_version(folder)
    found = []
    for path in sorted(folder.glob("v-*")):
        try:
            found.append(Version(path.name, open_version(folder, path.name).manifest, path.name == current))
        except (NoSnapshot, UnreadableManifest):
            continue
    return found


def current_version(folder: Path) -> str | None:
    """The name of the version that counts now."""
    pointer = folder / POINTER
    return pointer.read_text("utf-8").strip() if pointer.is_file() else None


def open_version(folder: Path, name: str) -> Snapshot:
    """A version by its name, whether it counts or not. Raises NoSnapshot, or UnreadableManifest."""
    if not NAME.fullmatch(name) or not (folder / name / MANIFEST).is_file():
        raise NoSnapshot(f"{folder} holds no version {name!r}")
    return Snapshot(folder / name, manifest_from_json((folder / name / MANIFEST).read_text("utf-8")))


def point_back(folder: Path, name: str) -> Snapshot:
    """Make an earlier version the one that counts; the others stay. Raises NoSnapshot."""
    snapshot = open_version(folder, name)
    point_to(folder, name)
    return snapshot


def take_over(snapshot: Snapshot, folder: Path) -> Snapshot:
    """Make a version that was published elsewhere the one that counts in `folder`.

    Its files are linked where the disk allows it, else copied; the other folder stays as it is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder))
    try:
        shutil.copytree(snapshot.folder, draft, copy_function=_linked, dirs_exist_ok=True)
        name, number = snapshot.folder.name, 2
        while (folder / name).exists():
            name, number = f"{snapshot.folder.name}-{number}", number + 1
        draft.chmod(0o755)
        draft.rename(folder / name)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    point_to(folder, name)
    return open_version(folder, name)


def _linked(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target
