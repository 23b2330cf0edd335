"""Writes of cases. Which step may be taken is decided above; here it is written down, whole."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from huiqi.audit.actions import record_deed
from huiqi.base.periods import Duration
from huiqi.cases.history import OPENED, Note, Standing
from huiqi.cases.types import CaseType, Lane, Role, Way
from huiqi.casework.models import (
    Answer,
    Case,
    CaseEvent,
    Draw,
    Escalation,
    Extension,
    FollowUpTask,
    Interest,
    Mend,
    Numbering,
    Paper,
    Rating,
)


class Overtaken(ValueError):
    """Somebody else took a step since the page was read."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Who opens a case, for whom and about what."""

    case_type: CaseType
    pack_version: str
    lane: Lane = Lane.CLAIM
    measure: str = ""
    occasion: str = ""
    round: str = ""
    party: str = ""
    party_name: str = ""
    region: str = ""
    anonymous: bool = False
    token: str = ""  # the word an anonymous person comes back with; its seal alone is kept
    parent: Case | None = None
    synthetic: bool = False


def next_numbers(day: date, count: int = 1) -> list[str]:
    """The next numbers of a day, each given once: 20130630000001. Call it inside a transaction."""
    row = Numbering.objects.select_for_update().get_or_create(day=day)[0]
    first, row.last = row.last + 1, row.last + count
    row.save(update_fields=["last"])
    return [f"{day:%Y%m%d}{n:06d}" for n in range(first, first + count)]


def new_case(opening: Opening, number: str, *, by: str, on: date, at: datetime) -> Case:
    """The row of a case in its first state, not yet saved."""
    case_type = opening.case_type
    state = case_type.states[case_type.first_state]
    return Case(
        number=number,
        type=f"{case_type.pack}/{case_type.id}",
        pack=case_type.pack,
        pack_version=opening.pack_version,
        title_zh=case_type.title.zh,
        title_en=case_type.title.en,
        purpose=case_type.purpose,
        lane=opening.lane,
        measure=opening.measure,
        occasion=opening.occasion,
        round=opening.round,
        party=opening.party,
        party_name=opening.party_name,
        region=opening.region,
        anonymous=opening.anonymous,
        token_seal=seal_of(opening.token) if opening.token else "",
        parent=opening.parent,
        state=state.id,
        turn=state.turn,
        version=1,
        opened_by=by,
        opened_on=on,
        opened_at=at,
        synthetic=opening.synthetic,
    )


def first_event(case: Case, role: Role, *, by: str) -> CaseEvent:
    """The first line of the log: the case came to be."""
    return CaseEvent(
        case=case, seq=1, step=OPENED, from_state="", to_state=case.state, role=role, by=by,
        on=case.opened_on, at=case.opened_at,
    )  # fmt: skip


@transaction.atomic
def open_case(opening: Opening, role: Role, *, by: str, on: date, at: datetime) -> Case:
    """A case in its first state, with its number and the first line of its log."""
    case = new_case(opening, next_numbers(on)[0], by=by, on=on, at=at)
    case.save()
    first_event(case, role, by=by).save()
    detail = {"type": case.type, "measure": case.measure, "lane": case.lane}
    record_deed("casework.case.opened", about(case), by=by, at=at, detail=detail)
    return case


def seal_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


def about(case: Case) -> str:
    return f"case:{case.number}"


def held(case: Case, version: int | None = None) -> Case:
    """The row, locked. Raises Overtaken where it is not as the caller saw it."""
    row = Case.objects.select_for_update().get(pk=case.pk)
    if version is not None and row.version != version:
        raise Overtaken(f"case {row.number} is at step {row.version}, not {version}")
    return row


@dataclass(frozen=True, slots=True)
class StepTaken:
    """What a step came to, as it is written into the log."""

    step: str
    role: Role
    by: str
    authority: str
    on: date
    at: datetime
    outcome: str = ""
    reason: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


def event_of(case: Case, taken: StepTaken, standing: Standing) -> CaseEvent:
    """The next line of a log, not yet saved."""
    return CaseEvent(
        case=case,
        seq=case.version + 1,
        step=taken.step,
        from_state=case.state,
        to_state=standing.state,
        role=taken.role,
        by=taken.by,
        authority=taken.authority,
        on=taken.on,
        at=taken.at,
        outcome=taken.outcome,
        reason=taken.reason,
        detail=dict(taken.detail),
    )


def stand(case: Case, standing: Standing) -> None:
    """The case as its log has it by now, not yet saved."""
    case.version += 1
    case.state, case.turn, case.outcome = standing.state, standing.turn, standing.outcome or ""
    case.submitted_on, case.decided_on, case.closed_on = (
        standing.submitted_on,
        standing.decided_on,
        standing.closed_on,
    )


def write_step(case: Case, taken: StepTaken, standing: Standing) -> CaseEvent:
    """The next line of the log, and the case as it stands by it. The caller holds the row and its transaction."""
    event = event_of(case, taken, standing)
    event.save()
    stand(case, standing)
    case.save()
    detail = {"step": taken.step, "to": standing.state, "seq": event.seq}
    record_deed("casework.step.taken", about(case), by=taken.by, at=taken.at, detail=detail)
    return event


@dataclass(frozen=True, slots=True)
class Noted:
    """What happened in a case besides its steps, as it is written into the log."""

    note: Note
    role: Role
    by: str
    authority: str
    on: date
    at: datetime
    reason: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


def write_note(case: Case, noted: Noted) -> None:
    """The next line of the log. The caller holds the row and its transaction, and leaves the deed."""
    CaseEvent.objects.create(
        case=case, seq=case.version + 1, step=noted.note, from_state=case.state, to_state=case.state,
        role=noted.role, by=noted.by, authority=noted.authority, on=noted.on, at=noted.at,
        reason=noted.reason, detail=dict(noted.detail),
    )  # fmt: skip
    case.version += 1
    case.save(update_fields=["version"])


@transaction.atomic
def put_answers(
    case: Case,
    values: Mapping[str, bool | str | None],
    *,
    sources: Mapping[str, str] | None = None,
    is_review: bool = False,
    by: str,
    at: datetime,
) -> None:
    """Keep what was answered; None takes an answer back. What returns mended is marked as mended."""
    sources = sources or {}
    for name, value in values.items():
        if value is None:
            Answer.objects.filter(case=case, field=name).delete()
            continue
        Answer.objects.update_or_create(
            case=case,
            field=name,
            defaults={
                "value": value,
                "source": sources.get(name, ""),
                "is_review": is_review,
                "by": by,
                "at": at,
            },
        )
    Mend.objects.filter(case=case, target__in=list(values), mended_at=None).update(mended_at=at)
    detail = {"fields": sorted(values)}
    record_deed("casework.answers.kept", about(case), by=by, at=at, detail=detail)


@dataclass(frozen=True, slots=True)
class Handed:
    """A material as it was handed in; of a file its name, type and SHA-256."""

    material: str
    way: Way
    name: str = ""
    type: str = ""
    seal: str = ""


@transaction.atomic
def hand_in(case: Case, handed: Handed, *, by: str, at: datetime) -> Paper:
    """A material of a case; one handed in before stays in the record, taken back."""
    case.papers.filter(material=handed.material, withdrawn_at=None).update(withdrawn_at=at)
    paper = Paper.objects.create(
        case=case, material=handed.material, way=handed.way, name=handed.name, type=handed.type,
        seal=handed.seal, by=by, at=at,
    )  # fmt: skip
    Mend.objects.filter(case=case, target=handed.material, mended_at=None).update(mended_at=at)
    detail = {"material": handed.material, "way": handed.way, "file": handed.seal}
    record_deed("casework.paper.handed_in", about(case), by=by, at=at, detail=detail)
    return paper


@transaction.atomic
def take_back(case: Case, key: int, *, by: str, at: datetime) -> bool:
    """Take back a material; False where there is none of that key."""
    done = case.papers.filter(pk=key, withdrawn_at=None).update(withdrawn_at=at)
    if done:
        record_deed("casework.paper.taken_back", about(case), by=by, at=at, detail={"paper": key})
    return bool(done)


@transaction.atomic
def call_mended(case: Case, targets: Iterable[str], *, by: str, at: datetime) -> None:
    """The applicant says that something is in order now: put right in the firm's file, or right as it was."""
    wanted = sorted(targets)
    if case.mends.filter(target__in=wanted, mended_at=None).update(mended_at=at):
        record_deed("casework.mend.answered", about(case), by=by, at=at, detail={"fields": wanted})


def ask_to_mend(case: Case, mends: Mapping[str, str], *, by: str, at: datetime) -> None:
    """Field-level returns of a step; part of the step, which leaves the deed."""
    Mend.objects.bulk_create(
        Mend(case=case, target=target, note=note.strip(), by=by, at=at)
        for target, note in mends.items()
        if note.strip()
    )


@transaction.atomic
def extend_clock(case: Case, clock: str, by_: Duration, noted: Noted, *, due: date | None) -> None:
    """Lengthen a clock to a new last day; the caller holds the row.

    Raises IntegrityError where it was lengthened before.
    """
    length = {"clock": clock, "n": by_.n, "unit": str(by_.unit)}
    Extension.objects.create(case=case, **length, reason=noted.reason, by=noted.by, on=noted.on, at=noted.at)
    detail = {**length, "due": due.isoformat() if due is not None else None}
    write_note(case, replace(noted, detail=detail))
    detail = {**length, "reason": noted.reason}
    record_deed("casework.clock.extended", about(case), by=noted.by, at=noted.at, detail=detail)


def note_clocks(case: Case, *, next_due: date | None, warns_on: date | None, colour: str, on: date) -> None:
    """How the clocks were read, for lists to be sorted by. Not a deed: it follows from the log."""
    if (case.next_due, case.warns_on, case.colour, case.read_on) != (next_due, warns_on, colour, on):
        case.next_due, case.warns_on, case.colour, case.read_on = next_due, warns_on, colour, on
        case.save(update_fields=["next_due", "warns_on", "colour", "read_on"])


@dataclass(frozen=True, slots=True)
class Late:
    """A clock of a case that ran out, and who is told."""

    clock: str
    started_on: date
    due_on: date
    role: Role


@transaction.atomic
def escalate(case: Case, late: Late, *, on: date, at: datetime) -> bool:
    """Tell somebody higher, once for each run of a clock; False where they were told."""
    _, is_new = Escalation.objects.get_or_create(
        case=case,
        clock=late.clock,
        started_on=late.started_on,
        role=late.role,
        defaults={"due_on": late.due_on, "told_on": on, "at": at},
    )
    if is_new:
        detail = {"clock": late.clock, "due": late.due_on.isoformat(), "role": late.role}
        record_deed("casework.case.escalated", about(case), by="system", at=at, detail=detail)
    return is_new


@transaction.atomic
def see_escalations(
    case: Case, roles: Sequence[Role], *, by: str, authority: str, on: date, at: datetime
) -> None:
    """Who was told of a late case looks at it; what was looked at before stays as it was."""
    row = held(case)
    found = row.escalations.filter(role__in=roles, seen_at=None)
    clocks = sorted(set(found.values_list("clock", flat=True)))
    if found.update(seen_by=by, seen_at=at):
        write_note(row, Noted(Note.LOOKED_AT, roles[0], by, authority, on, at, detail={"clocks": clocks}))
        record_deed("casework.escalation.seen", about(case), by=by, at=at)


def end_publication(case: Case, *, on: date) -> None:
    case.publications.filter(ended_on=None).update(ended_on=on)


@transaction.atomic
def do_follow_up(
    task: FollowUpTask,
    *,
    finding: str,
    passed: bool | None,
    answers: Mapping[str, Any],
    by: str,
    authority: str = "",
    on: date,
    at: datetime,
) -> None:
    """Write down what an acceptance, evaluation or visit found."""
    said = {"kind": task.kind, "place": task.place, "due": task.due_on.isoformat(), "passed": passed}
    noted = Noted(
        Note.FOLLOWED_UP, Role(task.role), by, authority, on, at, finding, said | {"answers": dict(answers)}
    )
    write_note(held(task.case), noted)
    task.finding, task.passed, task.answers = finding, passed, dict(answers)
    task.done_on, task.done_by = on, by
    task.save()
    detail = {"kind": task.kind, "passed": passed}
    record_deed("casework.follow_up.done", about(task.case), by=by, at=at, detail=detail)


@transaction.atomic
def rate(case: Case, stars: int, words: str, *, by: str, at: datetime) -> None:
    """What the applicant thinks of it; said once."""
    rating = Rating.objects.select_for_update().get(case=case, stars=None)
    rating.stars, rating.words, rating.rated_at = stars, words, at
    rating.save()
    record_deed("casework.case.rated", about(case), by=by, at=at, detail={"stars": stars})


@transaction.atomic
def answer_rating(case: Case, reply: str, *, by: str, at: datetime) -> None:
    """The office answers a rating."""
    rating = Rating.objects.select_for_update().get(case=case, stars__isnull=False)
    rating.reply, rating.reply_by, rating.reply_at = reply, by, at
    rating.save()
    record_deed("casework.rating.answered", about(case), by=by, at=at)


@transaction.atomic
def declare_interest(
    case: Case, note: str, *, role: Role, by: str, authority: str, on: date, at: datetime
) -> None:
    """Whoever declares an interest acts in the case no more, and no longer has it in hand."""
    row = held(case)
    _, is_new = Interest.objects.get_or_create(case=row, user=by, defaults={"note": note, "at": at})
    Case.objects.filter(pk=case.pk, officer=by).update(officer="")
    if is_new:
        write_note(row, Noted(Note.STOOD_ASIDE, role, by, authority, on, at, reason=note))
    record_deed("casework.interest.declared", about(case), by=by, at=at)


@transaction.atomic
def take_in_hand(case: Case, *, by: str, at: datetime) -> None:
    """One officer has it in hand; others see who."""
    row = held(case)
    row.officer = by
    row.save(update_fields=["officer"])
    record_deed("casework.case.taken_in_hand", about(case), by=by, at=at)


@transaction.atomic
def hand_to(case: Case, officer: str, *, by: str, at: datetime) -> None:
    """A head gives it to another officer, or to nobody (空: 放回待分)."""
    row = held(case)
    detail = {"from": row.officer, "to": officer}
    row.officer = officer
    row.save(update_fields=["officer"])
    record_deed("casework.case.handed_on", about(case), by=by, at=at, detail=detail)


@transaction.atomic
def note_export(rows: int, filters: Mapping[str, str], *, by: str, at: datetime) -> None:
    """A list of cases left the site as a file."""
    detail = {"rows": rows, "filters": dict(filters)}
    record_deed("casework.list.exported", "cases", by=by, at=at, detail=detail)


def draw(case: Case, experts: Iterable[str], *, on: date) -> None:
    """Experts who score a case; part of a step, which leaves the deed."""
    Draw.objects.bulk_create(
        [Draw(case=case, expert=expert, drawn_on=on) for expert in experts], ignore_conflicts=True
    )


@transaction.atomic
def replace_expert(case: Case, expert: str, instead: str, *, by: str, on: date, at: datetime) -> bool:
    """Another expert scores in the place of one who stood aside (empty: nobody); False where nothing waits of them."""
    taken_back, _ = Draw.objects.filter(case=case, expert=expert, score=None).delete()
    if not taken_back:
        return False
    if instead:
        draw(case, [instead], on=on)
    detail = {"expert": expert, "instead": instead}
    record_deed("casework.expert.replaced", about(case), by=by, at=at, detail=detail)
    return True


@transaction.atomic
def score(case: Case, points: Decimal, remark: str, *, by: str, at: datetime) -> None:
    """The score of one expert who was drawn; given once."""
    drawn = Draw.objects.select_for_update().get(case=case, expert=by, score=None)
    drawn.score, drawn.remark, drawn.scored_at = points, remark, at
    drawn.save()
    record_deed("casework.case.scored", about(case), by=by, at=at)
