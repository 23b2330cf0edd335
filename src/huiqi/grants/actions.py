"""Writes of lists: drawn up, firms left out, handed over, confirmed, opened; and of claims that were prepared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from huiqi.audit.actions import record_deed
from huiqi.base.bilingual import Bilingual
from huiqi.base.problem import NotNow
from huiqi.grants.models import GrantList, ListedFirm, ListStep, PreparedClaim
from huiqi.grants.types import CAN_COME_BACK, OPEN, State, Why

TOGETHER = 2_000


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a new list is of."""

    case_type: str
    measure: str
    occasion: str
    run: str
    day: date
    authority: str
    region: str
    filters: Mapping[str, Any]
    synthetic: bool


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Why a firm gets nothing by a list."""

    why: Why
    note: Bilingual = Bilingual("", "")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A firm as it goes on a list."""

    party: str
    region: str
    industry: str
    size: str
    amount: Decimal | None
    left_out: LeftOut | None = None


@transaction.atomic
def draw_up(drawn: Drawn, firms: Iterable[Candidate], *, by: str, at: datetime) -> GrantList:
    """Keep the firms as they are now; a later run does not change the list."""
    made = GrantList.objects.create(
        case_type=drawn.case_type,
        measure=drawn.measure,
        occasion=drawn.occasion,
        run=drawn.run,
        day=drawn.day,
        authority=drawn.authority,
        region=drawn.region,
        filters=dict(drawn.filters),
        synthetic=drawn.synthetic,
        state=State.DRAFT,
        drawn_up_by=by,
        drawn_up_at=at,
    )
    rows = (row_of(made, place, firm) for place, firm in enumerate(firms, start=1))
    made.firms = len(ListedFirm.objects.bulk_create(rows, batch_size=TOGETHER))
    made.save(update_fields=["firms"])
    detail = {"measure": made.measure, "run": made.run, "firms": made.firms, "filters": made.filters}
    record_deed("grants.list.drawn_up", about(made), by=by, at=at, detail=detail)
    return made


def row_of(made: GrantList, place: int, firm: Candidate) -> ListedFirm:
    out = firm.left_out
    return ListedFirm(
        list=made,
        place=place,
        party=firm.party,
        region=firm.region,
        industry=firm.industry,
        size=firm.size,
        amount=firm.amount,
        why=out.why if out else "",
        note=out.note.zh[:500] if out else "",
        note_en=out.note.en[:500] if out else "",
    )


@transaction.atomic
def leave_out(made: GrantList, key: int, reason: str, *, by: str, at: datetime) -> None:
    """Raises NotNow."""
    made = _held(made, OPEN)
    for firm in made.listed.filter(pk=key, why=""):
        firm.why, firm.note, firm.note_en, firm.left_out_by = Why.OFFICER, reason, reason, by
        firm.save()
        detail = {"list": made.pk, "reason": reason}
        record_deed("grants.firm.left_out", f"party:{firm.party}", by=by, at=at, detail=detail)


@transaction.atomic
def take_back_in(made: GrantList, key: int, *, by: str, at: datetime) -> None:
    """Raises NotNow."""
    made = _held(made, OPEN)
    for firm in made.listed.filter(pk=key, why__in=CAN_COME_BACK):
        firm.why, firm.note, firm.note_en, firm.left_out_by = "", "", "", ""
        firm.save()
        record_deed(
            "grants.firm.taken_back_in", f"party:{firm.party}", by=by, at=at, detail={"list": made.pk}
        )


@transaction.atomic
def prepare(made: GrantList, *, by: str, at: datetime) -> None:
    """Hand it to a head. Raises NotNow, also where nobody is left on it."""
    made = _held(made, OPEN)
    if not made.listed.filter(why="").exists():
        raise NotNow("nobody is left on the list")
    made.state, made.prepared_by, made.prepared_at = State.PREPARED, by, at
    made.confirmed_by, made.confirmed_at = "", None
    made.save()
    record_deed("grants.list.prepared", about(made), by=by, at=at)


@transaction.atomic
def send_back(made: GrantList, reason: str, *, by: str, at: datetime) -> None:
    """Raises NotNow, also where it is one's own."""
    made = _held(made, {State.PREPARED}, not_by=by)
    made.state, made.confirmed_by, made.confirmed_at, made.reason = State.RETURNED, by, at, reason
    made.save()
    record_deed("grants.list.returned", about(made), by=by, at=at, detail={"reason": reason})


@transaction.atomic
def drop(made: GrantList, *, by: str, at: datetime) -> None:
    """Raises NotNow."""
    made = _held(made, OPEN | {State.PREPARED})
    made.state = State.DROPPED
    made.save()
    record_deed("grants.list.dropped", about(made), by=by, at=at)


@transaction.atomic
def discard(made: GrantList, *, by: str, at: datetime) -> None:
    """Drop a draft that a later run overtakes; its firms are not kept. Raises NotNow."""
    drop(made, by=by, at=at)
    made.listed.all().delete()


@transaction.atomic
def confirm(
    made: GrantList, *, refuse_until: date, by: str, authority: str, at: datetime, on: date
) -> GrantList:
    """A head confirms: cases may be opened. Raises NotNow, also where it is one's own.

    An opening that was killed is begun again without it: see `grant_without_claim.open_cases`.
    """
    made = _held(made, {State.PREPARED}, not_by=by)
    made.state, made.confirmed_by, made.confirmed_at, made.reason = State.OPENING, by, at, ""
    made.confirmed_on, made.confirmed_for, made.refuse_until = on, authority, refuse_until
    made.save()
    detail = {"firms": made.listed.filter(why="").count(), "refuse_until": refuse_until.isoformat()}
    record_deed("grants.list.confirmed", about(made), by=by, at=at, detail=detail)
    return made


def held_for_opening(made: GrantList) -> GrantList:
    """The list, locked, while cases are opened for some of its firms. Raises NotNow."""
    return _held(made, {State.OPENING})


def note_cases(firms: Iterable[ListedFirm], numbers: Mapping[str, str]) -> None:
    """Party → number of the case it got; part of opening them, which leaves the deed."""
    found = [firm for firm in firms if firm.party in numbers]
    for firm in found:
        firm.case = numbers[firm.party]
    ListedFirm.objects.bulk_update(found, ["case"])


def note_left_out(firms: Iterable[ListedFirm], reasons: Mapping[str, LeftOut]) -> None:
    """Party → why it gets no case after all; part of opening cases."""
    found = [firm for firm in firms if firm.party in reasons]
    for firm in found:
        out = reasons[firm.party]
        firm.why, firm.note, firm.note_en = out.why, out.note.zh[:500], out.note.en[:500]
    ListedFirm.objects.bulk_update(found, ["why", "note", "note_en"])


@transaction.atomic
def end_opening(made: GrantList, *, by: str, at: datetime) -> None:
    """Every firm has its case, or the reason why it has none."""
    made = _held(made, {State.OPENING})
    made.state = State.OPENED
    made.save()
    detail = {"cases": made.listed.exclude(case="").count()}
    record_deed("grants.list.opened", about(made), by=by, at=at, detail=detail)


@transaction.atomic
def begin_step(made: GrantList, step: str, role: str, *, by: str, authority: str, at: datetime) -> ListStep:
    """Somebody asks for a step of all cases of a list that can take it. Raises NotNow while one is being taken."""
    GrantList.objects.select_for_update().get(pk=made.pk)
    if made.steps.filter(ended_at=None, step=step).exists():
        raise NotNow("this step is being taken already")
    asked = ListStep.objects.create(list=made, step=step, role=role, by=by, authority=authority, asked_at=at)
    record_deed("grants.step.asked", about(made), by=by, at=at, detail={"step": step})
    return asked


def note_step(asked: ListStep, taken: int) -> None:
    """How far it is; not a deed, the steps of the cases are."""
    ListStep.objects.filter(pk=asked.pk).update(taken=taken)


@transaction.atomic
def end_step(asked: ListStep, *, taken: int, refused: int, reasons: list[list[Any]], at: datetime) -> None:
    asked.taken, asked.refused, asked.reasons, asked.ended_at = taken, refused, reasons, at
    asked.save()
    detail = {"step": asked.step, "taken": taken, "refused": refused}
    record_deed("grants.step.taken", about(asked.list), by=asked.by, at=at, detail=detail)


def note_prepared(
    measure: str, party: str, occasion: str, number: str, run: str, *, at: datetime
) -> PreparedClaim:
    """Part of opening the draft, which leaves the deed. Raises IntegrityError where one was prepared before."""
    return PreparedClaim.objects.create(
        measure=measure, party=party, occasion=occasion, case=number, run=run, at=at
    )


@transaction.atomic
def record_look(what: str, name: str, detail: Mapping[str, Any], *, by: str, at: datetime) -> None:
    """Somebody saw or took along a list: `what` is "viewed" or "exported"."""
    record_deed(f"grants.list.{what}", name, by=by, at=at, detail=detail)


def about(made: GrantList) -> str:
    return f"grants:{made.pk}"


def _held(made: GrantList, states: Iterable[State], *, not_by: str = "") -> GrantList:
    """The row, locked, in one of the states."""
    held = GrantList.objects.select_for_update().get(pk=made.pk)
    if State(held.state) not in set(states):
        raise NotNow(f"the list is {held.state}")
    if not_by and not_by in (held.prepared_by, held.drawn_up_by):
        raise NotNow("another person confirms what one prepared")
    return held
