"""Writes of deliveries: handed in, columns named, read, submitted, decided; and of the versions that count."""

import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import transaction

from huiqi.audit.actions import record_deed
from huiqi.base.bilingual import Bilingual
from huiqi.base.problem import NotNow
from huiqi.intakes.content import kind_of_content, shown_name
from huiqi.intakes.models import Change, Intake, KeptMapping
from huiqi.intakes.places import uploads_folder
from huiqi.intakes.types import OPEN_TO_MAPPING, State, Step, Way


@dataclass(frozen=True, slots=True)
class Handed:
    """What is said of a file that is handed in."""

    file_name: str
    source: str
    as_of: date
    way: Way
    authority: str
    region: str
    synthetic: bool = False


def receive(pieces: Iterable[bytes], said: Handed, *, by: str, at: datetime) -> Intake | Bilingual:
    """Keep a file; or what is wrong with it, then nothing is kept."""
    key = uuid4()
    folder = uploads_folder() / key.hex
    folder.mkdir(parents=True)
    part = folder / "received"
    received: Intake | Bilingual | None = None
    try:
        sha256 = _written(pieces, part)
        kind = kind_of_content(part)
        if isinstance(kind, Bilingual):
            received = kind
            return kind
        table = part.rename(folder / f"table.{kind}")
        received = _record_receipt(key, kind, table, sha256, said, by=by, at=at)
        return received
    finally:
        if not isinstance(received, Intake):
            shutil.rmtree(folder, ignore_errors=True)


def _written(pieces: Iterable[bytes], path: Path) -> str:
    """The checksum of what was written; it is on disk when this returns."""
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for piece in pieces:
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


@transaction.atomic
def _record_receipt(
    key: Any, kind: str, table: Path, sha256: str, said: Handed, *, by: str, at: datetime
) -> Intake:
    kept = KeptMapping.objects.filter(authority=said.authority, source=said.source).first()
    intake = Intake.objects.create(
        folder=key,
        file_name=shown_name(said.file_name),
        kind=kind,
        size=table.stat().st_size,
        sha256=sha256,
        authority=said.authority,
        region=said.region,
        source=said.source,
        as_of=said.as_of,
        way=said.way,
        synthetic=said.synthetic,
        mapping=kept.mapping if kept else {},
        state=State.UPLOADED,
        uploaded_by=by,
        uploaded_at=at,
    )
    detail = {"file": intake.file_name, "bytes": intake.size, "sha256": sha256, "source": said.source}
    record_deed("intakes.file.received", about(intake), by=by, at=at, detail=detail)
    return intake


@transaction.atomic
def name_columns(intake: Intake, mapping: Mapping[str, Any], *, by: str, at: datetime) -> None:
    """Keep what the columns mean, for this file and for the next of the same source. Raises NotNow."""
    intake = _held(intake, OPEN_TO_MAPPING)
    intake.mapping = dict(mapping)
    intake.save(update_fields=["mapping"])
    KeptMapping.objects.update_or_create(
        authority=intake.authority,
        source=intake.source,
        defaults={"mapping": dict(mapping), "kept_by": by, "kept_at": at},
    )
    detail = {"columns": len(mapping.get("columns", {}))}
    record_deed("intakes.columns.named", about(intake), by=by, at=at, detail=detail)


@transaction.atomic
def begin_reading(intake: Intake, *, by: str, at: datetime) -> None:
    """Raises NotNow."""
    intake = _held(intake, OPEN_TO_MAPPING)
    intake.state, intake.rows_done, intake.report, intake.problems = State.READING, 0, {}, []
    intake.submitted_by, intake.submitted_at = "", None
    intake.decided_by, intake.decided_at = "", None
    intake.save()
    record_deed("intakes.file.reading_begun", about(intake), by=by, at=at)


@transaction.atomic
def end_reading(
    intake: Intake, report: Mapping[str, Any], problems: Iterable[str], *, by: str, at: datetime
) -> None:
    """It was read, with its report; or not, with problems. Raises NotNow."""
    intake = _held(intake, {State.READING})
    intake.report, intake.problems = dict(report), list(problems)
    intake.state = State.READ if report else State.FAILED
    intake.save()
    detail = {name: report.get(name) for name in ("read", "taken", "rejected")}
    record_deed("intakes.file.read", about(intake), by=by, at=at, detail=detail)


def note_rows_done(intake: Intake, rows: int) -> None:
    """How far a reading or publishing is: for the page that shows it, and no deed."""
    Intake.objects.filter(pk=intake.pk).update(rows_done=rows)


@transaction.atomic
def submit(intake: Intake, *, by: str, at: datetime) -> None:
    """Hand it to a head. Raises NotNow."""
    intake = _held(intake, {State.READ})
    if intake.report.get("outside"):
        raise NotNow("rows lie outside the region of who hands it in")
    intake.state, intake.submitted_by, intake.submitted_at = State.SUBMITTED, by, at
    intake.save()
    record_deed("intakes.intake.submitted", about(intake), by=by, at=at)


@transaction.atomic
def withdraw(intake: Intake, *, by: str, at: datetime) -> None:
    """Raises NotNow."""
    intake = _held(intake, OPEN_TO_MAPPING | {State.SUBMITTED})
    intake.state = State.WITHDRAWN
    intake.save()
    record_deed("intakes.intake.withdrawn", about(intake), by=by, at=at)


@transaction.atomic
def send_back(intake: Intake, reason: str, *, by: str, at: datetime) -> None:
    """Return it with a reason. Raises NotNow, also where it is one's own."""
    intake = _held(intake, {State.SUBMITTED}, not_by=by)
    intake.state, intake.decided_by, intake.decided_at, intake.reason = State.RETURNED, by, at, reason
    intake.save()
    record_deed("intakes.intake.returned", about(intake), by=by, at=at, detail={"reason": reason})


@transaction.atomic
def begin_publishing(intake: Intake, *, by: str, at: datetime) -> None:
    """A head decides that it is published. Raises NotNow, also where it is one's own, or is published already."""
    intake = _held(intake, {State.SUBMITTED, State.PUBLISHING}, not_by=by)
    intake.state, intake.rows_done, intake.problems = State.PUBLISHING, 0, []
    intake.decided_by, intake.decided_at = by, at
    intake.save()
    record_deed("intakes.publishing.begun", about(intake), by=by, at=at)


@transaction.atomic
def end_publishing(intake: Intake, change: Change, *, by: str, at: datetime) -> None:
    """It counts. Raises NotNow."""
    intake = _held(intake, {State.PUBLISHING})
    change.intake = intake
    change.save()
    intake.state, intake.version = State.PUBLISHED, change.version
    intake.save()
    detail = {"version": change.version, "before": change.before, "rows": change.rows}
    record_deed("intakes.version.published", about(intake), by=by, at=at, detail=detail)


@transaction.atomic
def fail_publishing(intake: Intake, problem: str, *, by: str, at: datetime) -> None:
    """Nothing was published; a head may try again or return it."""
    intake = _held(intake, {State.PUBLISHING})
    intake.state, intake.problems, intake.decided_by, intake.decided_at = State.SUBMITTED, [problem], "", None
    intake.save()
    record_deed("intakes.publishing.failed", about(intake), by=by, at=at, detail={"problem": problem})


@transaction.atomic
def note_run(intake: Intake, run: str) -> None:
    """The match run that came after publishing; the run leaves its own deed."""
    Intake.objects.filter(pk=intake.pk).update(run=run)


@transaction.atomic
def record_rollback(change: Change, *, by: str, at: datetime) -> None:
    """An earlier version counts again."""
    change.step = Step.ROLLED_BACK
    change.save()
    detail = {"before": change.before, "rows": change.rows, "reason": change.reason}
    record_deed("intakes.version.rolled_back", f"register:{change.version}", by=by, at=at, detail=detail)


@transaction.atomic
def record_download(intake: Intake, what: str, *, by: str, at: datetime) -> None:
    record_deed("intakes.file.downloaded", about(intake), by=by, at=at, detail={"what": what})


def about(intake: Intake) -> str:
    return f"intake:{intake.pk}"


def _held(intake: Intake, states: Iterable[State], *, not_by: str = "") -> Intake:
    """The row, locked, in one of the states."""
    held = Intake.objects.select_for_update().get(pk=intake.pk)
    if State(held.state) not in set(states):
        raise NotNow(f"the delivery is {held.state}")
    if not_by and held.submitted_by == not_by:
        raise NotNow("another person decides on what one submitted")
    return held
