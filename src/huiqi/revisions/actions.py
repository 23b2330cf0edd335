"""Everything that is done to a revision. A draft is its author's alone; another person decides."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from huiqi.audit.actions import record_deed
from huiqi.base.problem import Problem
from huiqi.holdings.current import repository_library
from huiqi.packs.types import Pack
from huiqi.revisions.in_force import last_day, texts_in_repository, texts_now
from huiqi.revisions.models import ImpactState, Revision, State
from huiqi.revisions.queries import checked
from huiqi.revisions.texts import as_written, sha256


class NotInThisState(ValueError):
    """The revision is no draft any more, or was not submitted."""


class NotYours(ValueError):
    """Only the author edits a draft; only somebody else decides on it."""


class EditedMeanwhile(ValueError):
    """The stored draft is newer than the one that was edited; `stored` is that one."""

    def __init__(self, stored: Revision) -> None:
        super().__init__(f"edition {stored.edition}")
        self.stored = stored


@dataclass(frozen=True, slots=True)
class Edited:
    """What the author typed."""

    text: str
    tests: str
    reason: str
    effective_from: date | None


@transaction.atomic
def start_revision(pack: Pack, measure: str, *, by: str, at: datetime) -> Revision:
    """A draft of the text in force; the author's open draft of the measure, where there is one."""
    texts = texts_now(pack.id, measure)
    fresh = {
        "region": pack.region,
        "base_text": texts.text,
        "base_sha256": sha256(texts.text),
        "base_version": pack.version,
        "test_file": texts.test_file,
        "base_tests": texts.tests,
        "new_text": texts.text,
        "new_sha256": sha256(texts.text),
        "new_tests": texts.tests,
        "started_at": at,
        "saved_at": at,
    }
    revision, is_new = Revision.objects.get_or_create(
        pack=pack.id, measure=measure, author=by, state=State.DRAFT, defaults=fresh
    )
    if is_new:
        note("started", revision, by=by, at=at)
    return revision


@transaction.atomic
def save_draft(number: int, edited: Edited, *, edition: int, by: str, at: datetime) -> Revision:
    """Store what the author typed. Raises EditedMeanwhile where it was saved elsewhere since `edition`."""
    revision = own_draft(number, by=by)
    text = as_written(edited.text, like=revision.base_text)
    tests = as_written(edited.tests, like=revision.base_tests)
    said = (text, tests, edited.reason, edited.effective_from)
    if said == (revision.new_text, revision.new_tests, revision.reason, revision.effective_from):
        return revision
    if revision.edition != edition:
        raise EditedMeanwhile(revision)
    revision.new_text, revision.new_tests, revision.reason, revision.effective_from = said
    revision.new_sha256 = sha256(text)
    revision.edition += 1
    revision.saved_at = at
    revision.save()
    note("saved", revision, by=by, at=at, edition=revision.edition)
    return revision


@transaction.atomic
def take_newer_base(number: int, *, by: str, at: datetime) -> Revision:
    """The rule was changed since the draft began: compare with the text of now from here on. Nothing typed is lost."""
    revision = own_draft(number, by=by)
    texts = texts_now(revision.pack, revision.measure)
    revision.base_text, revision.base_sha256 = texts.text, sha256(texts.text)
    revision.base_tests, revision.test_file = texts.tests, texts.test_file
    revision.edition += 1
    revision.saved_at = at
    revision.save()
    note("rebased", revision, by=by, at=at)
    return revision


@transaction.atomic
def submit(number: int, *, edition: int, by: str, at: datetime) -> list[Problem]:
    """Hand a sound draft to whoever decides; the problems that stand against it otherwise."""
    revision = own_draft(number, by=by)
    if revision.edition != edition:
        raise EditedMeanwhile(revision)
    problems = obstacles(revision)
    others = Revision.objects.filter(pack=revision.pack, measure=revision.measure, state=State.SUBMITTED)
    if (other := others.first()) is not None:
        problems.append(Problem(f"revision {other.pk}", "of this measure is submitted and not decided yet"))
    if problems:
        return problems
    revision.state = State.SUBMITTED
    revision.submitted_at = at
    revision.save()
    note("submitted", revision, by=by, at=at)
    return []


@transaction.atomic
def withdraw(number: int, *, by: str, at: datetime) -> None:
    """The author takes a draft or a submitted revision back."""
    revision = locked(number, State.DRAFT, State.SUBMITTED)
    if revision.author != by:
        raise NotYours(number)
    revision.state = State.WITHDRAWN
    revision.save()
    note("withdrawn", revision, by=by, at=at)


@transaction.atomic
def begin_again(number: int, *, by: str, at: datetime) -> Revision:
    """A new draft with the text of one that was refused or withdrawn."""
    old = locked(number, State.REFUSED, State.WITHDRAWN)
    if old.author != by:
        raise NotYours(number)
    pack = repository_library().packs[old.pack]
    draft = start_revision(pack, old.measure, by=by, at=at)
    said = Edited(old.new_text, old.new_tests, old.reason, old.effective_from)
    return save_draft(draft.pk, said, edition=draft.edition, by=by, at=at)


@transaction.atomic
def publish(
    number: int, *, edition: int, effective_from: date, remark: str, by: str, at: datetime
) -> list[Problem]:
    """A second person approves: the text holds from a day. The problems that stand against it otherwise.

    Raises NotYours for the author, EditedMeanwhile where another edition was looked at.
    """
    revision = to_decide(number, edition=edition, by=by)
    revision.effective_from = effective_from
    problems = obstacles(revision)
    if problems:
        return problems
    revision.state = State.PUBLISHED
    decide(revision, remark, by=by, at=at)
    note("published", revision, by=by, at=at, effective_from=effective_from.isoformat())
    return []


@transaction.atomic
def refuse(number: int, *, edition: int, remark: str, by: str, at: datetime) -> None:
    """A second person sends it back, with the reason."""
    revision = to_decide(number, edition=edition, by=by)
    revision.state = State.REFUSED
    decide(revision, remark, by=by, at=at)
    note("refused", revision, by=by, at=at)


@transaction.atomic
def note_impact(
    number: int,
    state: ImpactState,
    *,
    of: str,
    impact: dict[str, Any] | None = None,
    by: str,
    at: datetime,
) -> None:
    """How the simulation of the text with SHA-256 `of` stands, and what came out."""
    revision = Revision.objects.select_for_update().get(pk=number)
    changed = {"impact_state": state, "impact_of": of, "impact_done": 0, "impact": impact}
    Revision.objects.filter(pk=number).update(**changed)
    if state == ImpactState.DONE:
        note("simulated", revision, by=by, at=at, text=of)


def note_progress(number: int, per_cent: int) -> None:
    """How far a running simulation is; no deed, nobody decided anything."""
    Revision.objects.filter(pk=number).update(impact_done=per_cent)


@transaction.atomic
def mark_in_repository(*, by: str, at: datetime) -> list[Revision]:
    """Note of every published revision whose text and tests the repository has by now that it does."""
    marked = []
    waiting = Revision.objects.filter(state=State.PUBLISHED, in_repository_at=None).order_by("pk")
    for revision in waiting.select_for_update():
        kept = texts_in_repository(revision.pack, revision.measure)
        if sha256(kept.text) == revision.new_sha256 and kept.tests == revision.new_tests:
            revision.in_repository_at = at
            revision.save()
            note("found_in_repository", revision, by=by, at=at)
            marked.append(revision)
    return marked


def obstacles(revision: Revision) -> list[Problem]:
    """What stands against submitting or publishing a revision."""
    found = checked(revision, repository_library())
    if found is None:
        return [Problem(revision.key, "the pack is not there any more")]
    problems = [one.problem for one in (*found.problems, *found.test_problems)]
    problems += [
        Problem(f"test {test.example.name}", difference)
        for test in found.failing
        for difference in test.differences
    ]
    if (revision.new_text, revision.new_tests) == (revision.base_text, revision.base_tests):
        problems.append(Problem(revision.key, "nothing is changed"))
    if not revision.reason.strip():
        problems.append(Problem("reason", "say why the rule is changed"))
    if revision.effective_from is None:
        problems.append(Problem("effective from", "name the day from which the rule holds"))
    if is_outdated(revision):
        problems.append(
            Problem(
                revision.key, "the rule was changed since this draft began; take the newer text as its base"
            )
        )
    last = last_day(revision.pack, revision.measure)
    if last is not None and revision.effective_from is not None and revision.effective_from < last:
        problems.append(
            Problem("effective from", f"another version holds from {last}; name that day or a later one")
        )
    return problems


def is_outdated(revision: Revision) -> bool:
    """Were the rule or its tests changed since the draft began?"""
    now = texts_now(revision.pack, revision.measure)
    return (now.text, now.tests) != (revision.base_text, revision.base_tests)


def decide(revision: Revision, remark: str, *, by: str, at: datetime) -> None:
    revision.decided_by = by
    revision.decided_at = at
    revision.decision_note = remark
    revision.save()


def own_draft(number: int, *, by: str) -> Revision:
    revision = locked(number, State.DRAFT)
    if revision.author != by:
        raise NotYours(number)
    return revision


def to_decide(number: int, *, edition: int, by: str) -> Revision:
    revision = locked(number, State.SUBMITTED)
    if revision.author == by:
        raise NotYours(number)
    if revision.edition != edition:
        raise EditedMeanwhile(revision)
    return revision


def locked(number: int, *states: State) -> Revision:
    revision = Revision.objects.select_for_update().get(pk=number)
    if revision.state not in states:
        raise NotInThisState(revision.state)
    return revision


def note(what: str, revision: Revision, *, by: str, at: datetime, **detail: object) -> None:
    said = {"measure": revision.key, "text": revision.new_sha256, **detail}
    record_deed(f"revisions.revision.{what}", f"revision:{revision.pk}", by=by, at=at, detail=said)
