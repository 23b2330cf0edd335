"""Published texts as files for the repository: exactly those that differ from it, byte for byte."""

import io
import zipfile
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Final

from huiqi.revisions.in_force import chains, pack_folder, published
from huiqi.revisions.models import Revision
from huiqi.revisions.texts import put_back, read_exactly

ZIP_DAY: Final = (1980, 1, 1, 0, 0, 0)
"""A fixed day, so that the same texts give the same file."""


def files_to_commit(*, on: date, packs: Collection[str] | None = None) -> dict[str, str]:
    """By path within the folder of packs, the files of all versions in force on a day that the repository lacks.

    Args:
        on: revisions from a later day are left out.
        packs: only of these.
    """
    files: dict[str, str] = {}
    for (pack, measure), chain in chains(published()).items():
        begun = [r for r in chain if r.effective_from is not None and r.effective_from <= on]
        if begun and (packs is None or pack in packs):
            files |= files_of(begun[-1], pack, measure, files)
    return dict(sorted(files.items()))


def files_of(revision: Revision, pack: str, measure: str, before: Mapping[str, str]) -> dict[str, str]:
    """The files one revision changes; a file of tests may have changes of other measures in it already."""
    folder = pack_folder(pack)
    path = f"{pack}/{revision.test_file}"
    tests = before.get(path, read_exactly(folder / revision.test_file))
    changed = put_back(tests, measure, revision.new_tests)
    files = {f"{pack}/measures/{measure}.yaml": revision.new_text}
    if changed != tests or path in before:
        files[path] = changed
    return files


def zipped(files: Mapping[str, str]) -> bytes:
    """One archive to unpack over the folder of packs."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path, ZIP_DAY), text.encode("utf-8"), zipfile.ZIP_DEFLATED)
    return held.getvalue()


def write(files: Mapping[str, str], folder: Path) -> list[Path]:
    """The files under a folder; what else is there stays."""
    written = []
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode("utf-8"))
        written.append(place)
    return written
