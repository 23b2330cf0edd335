"""Publish a delivery as a new version of the register, or let an earlier version count again."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from huiqi.base.bilingual import Bilingual
from huiqi.holdings.current import data_folder, register
from huiqi.intakes.actions import end_publishing, record_rollback
from huiqi.intakes.models import Change, Intake
from huiqi.intakes.places import register_folder
from huiqi.intakes.types import Step
from huiqi.procedures.read_intake import delivery_of
from huiqi.registry.amend import amend
from huiqi.registry.snapshot import NoSnapshot, Snapshot
from huiqi.registry.versions import open_version, point_back

CITY_DIGITS = 4
NO_SUCH_VERSION = Bilingual("没有这个版本", "There is no such version")
COUNTS_ALREADY = Bilingual("该版本已是当前版本", "This version counts already")
BEYOND_REGION = Bilingual(
    "该版本会改变本地区以外的数据，需由辖区更大的负责人回退",
    "It would change data outside your region: a head of a larger region must do it",
)


def publish_intake(
    intake: Intake, *, by: str, at: datetime, progress: Callable[[int], None] = lambda rows: None
) -> Snapshot:
    """Raises UnfitRows, or NotNow where nobody decided it. A kill leaves the version that counted."""
    with one_at_a_time():
        current = register()
        snapshot, _ = amend(delivery_of(intake), current, folder=register_folder(), progress=progress)
        change = Change(
            step=Step.PUBLISHED,
            version=snapshot.folder.name,
            before=current.folder.name if current else "",
            rows=snapshot.manifest.rows,
            as_of=snapshot.manifest.as_of,
            authority=intake.authority,
            by=by,
            at=at,
        )
        end_publishing(intake, change, by=by, at=at)
    return snapshot


def roll_back(
    version: str, reason: str, *, authority: str, region: str, by: str, at: datetime
) -> Bilingual | None:
    """Let an earlier version count again; or why not. All versions stay on disk."""
    with one_at_a_time():
        current = register()
        try:
            wanted = open_version(register_folder(), version)
        except NoSnapshot:
            return NO_SUCH_VERSION
        if current is None or current.folder.name == version:
            return COUNTS_ALREADY
        if not is_same_outside(current, wanted, region):
            return BEYOND_REGION
        change = Change(
            version=version,
            before=current.folder.name,
            rows=wanted.manifest.rows,
            as_of=wanted.manifest.as_of,
            reason=reason,
            authority=authority,
            by=by,
            at=at,
        )
        with transaction.atomic():
            record_rollback(change, by=by, at=at)
            point_back(register_folder(), version)
    return None


def is_same_outside(one: Snapshot, other: Snapshot, region: str) -> bool:
    """Do two versions hold the same files of all cities that do not lie in a region?"""

    def outside(snapshot: Snapshot) -> set[tuple[str, str]]:
        inner = (
            region[:CITY_DIGITS] if len(region) <= CITY_DIGITS else "-"
        )  # a district shares its city's files
        return {(f.path, f.sha256) for f in snapshot.manifest.files if not f.city.startswith(inner)}

    return not region or outside(one) == outside(other)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two publishings wait for each other, in whatever process they run."""
    data_folder().mkdir(parents=True, exist_ok=True)
    with (data_folder() / ".register.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
