"""Writes of lists: drawn up, firms left out, prepared, confirmed, sent; and every look at them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
from django.db import transaction

from huiqi.audit.actions import record_deed
from huiqi.base.problem import NotNow
from huiqi.pushes.models import Exclusion, PushedFirm, PushList
from huiqi.pushes.select import Firm, keep, without
from huiqi.pushes.tables import list_path
from huiqi.pushes.types import OPEN, Answer, State


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a new list is of."""

    measure: str
    verdict: str
    run: str
    day: date
    authority: str
    region: str
    filters: Mapping[str, Any]
    synthetic: bool


@transaction.atomic
def draw_up(drawn: Drawn, firms: pl.LazyFrame, *, by: str, at: datetime) -> PushList:
    """Keep the firms as they are now; a later run does not change the list."""
    push = PushList.objects.create(
        measure=drawn.measure,
        verdict=drawn.verdict,
        run=drawn.run,
        day=drawn.day,
        authority=drawn.authority,
        region=drawn.region,
        filters=dict(drawn.filters),
        synthetic=drawn.synthetic,
        firms=0,
        state=State.DRAFT,
        drawn_up_by=by,
        drawn_up_at=at,
    )
    push.firms = keep(firms, list_path(push.pk))
    push.value = value_of(list_path(push.pk))
    push.save()
    detail = {"measure": push.measure, "firms": push.firms, "filters": push.filters, "run": push.run}
    record_deed("pushes.list.drawn_up", about(push), by=by, at=at, detail=detail)
    return push


@transaction.atomic
def leave_out(push: PushList, party: str, reason: str, *, by: str, at: datetime) -> None:
    """Raises NotNow."""
    push = _held(push, OPEN)
    _, is_new = Exclusion.objects.get_or_create(
        push=push, party=party, defaults={"reason": reason, "by": by, "at": at}
    )
    if is_new:
        record_deed(
            "pushes.firm.left_out", f"party:{party}", by=by, at=at, detail={"push": push.pk, "reason": reason}
        )


@transaction.atomic
def take_back_in(push: PushList, key: int, *, by: str, at: datetime) -> None:
    """Raises NotNow."""
    push = _held(push, OPEN)
    for exclusion in push.exclusions.filter(pk=key):
        record_deed(
            "pushes.firm.taken_back_in", f"party:{exclusion.party}", by=by, at=at, detail={"push": push.pk}
        )
        exclusion.delete()


@transaction.atomic
def write_note(push: PushList, zh: str, en: str, *, by: str, at: datetime) -> None:
    """What the department adds to the message. Raises NotNow."""
    push = _held(push, OPEN)
    push.note_zh, push.note_en = zh, en
    push.save()
    record_deed("pushes.note.written", about(push), by=by, at=at, detail={"zh": zh, "en": en})


@transaction.atomic
def prepare(push: PushList, *, by: str, at: datetime) -> None:
    """Hand it to a head. Raises NotNow, also where nobody is left on it."""
    push = _held(push, OPEN)
    if push.firms <= push.exclusions.count():
        raise NotNow("nobody is left on the list")
    push.state, push.prepared_by, push.prepared_at = State.PREPARED, by, at
    push.confirmed_by, push.confirmed_at = "", None
    push.save()
    record_deed("pushes.list.prepared", about(push), by=by, at=at)


@transaction.atomic
def send_back(push: PushList, reason: str, *, by: str, at: datetime) -> None:
    """Raises NotNow, also where it is one's own."""
    push = _held(push, {State.PREPARED}, not_by=by)
    push.state, push.confirmed_by, push.confirmed_at, push.reason = State.RETURNED, by, at, reason
    push.save()
    record_deed("pushes.list.returned", about(push), by=by, at=at, detail={"reason": reason})


@transaction.atomic
def drop(push: PushList, *, by: str, at: datetime) -> None:
    """Raises NotNow."""
    push = _held(push, OPEN | {State.PREPARED})
    push.state = State.DROPPED
    push.save()
    record_deed("pushes.list.dropped", about(push), by=by, at=at)


@transaction.atomic
def confirm(push: PushList, *, by: str, at: datetime) -> None:
    """A head lets it go out; firms left out are taken from it. Raises NotNow, also where it is one's own.

    A sending that was killed is begun again by the same step: nobody is told twice.
    """
    push = _held(push, {State.PREPARED, State.SENDING}, not_by=by)
    left_out = list(push.exclusions.values_list("party", flat=True))
    if push.state == State.PREPARED and left_out:
        push.firms = keep(without(list_path(push.pk), left_out), list_path(push.pk))
        push.value = value_of(list_path(push.pk))
    push.state, push.confirmed_by, push.confirmed_at, push.reason = State.SENDING, by, at, ""
    push.save()
    record_deed("pushes.list.confirmed", about(push), by=by, at=at, detail={"firms": push.firms})


@transaction.atomic
def note_told(push: PushList, firms: Iterable[Firm], *, at: datetime) -> None:
    """These were told. The notice of each leaves the deed; told again they are passed over."""
    told = [
        PushedFirm(push=push, party=f.code, measure=push.measure, region=f.region, value=f.value, told_at=at)
        for f in firms
    ]
    PushedFirm.objects.bulk_create(told, ignore_conflicts=True)
    PushList.objects.filter(pk=push.pk).update(told=push.pushed.count())


@transaction.atomic
def end_sending(push: PushList, *, by: str, at: datetime) -> None:
    """Raises NotNow."""
    push = _held(push, {State.SENDING})
    push.state, push.told = State.SENT, push.pushed.count()
    push.save()
    record_deed("pushes.list.sent", about(push), by=by, at=at, detail={"firms": push.told})


@transaction.atomic
def note_answer(push: PushList, party: str, answer: Answer, *, by: str, at: datetime) -> None:
    """What a firm did, as the department learned it. Raises NotNow where the firm was not told by this list."""
    firm = PushedFirm.objects.select_for_update().filter(push=push, party=party).first()
    if firm is None:
        raise NotNow("the firm was not told by this list")
    firm.answer, firm.answer_by, firm.answer_at = answer, by, at
    firm.save()
    record_deed(
        "pushes.answer.noted", f"party:{party}", by=by, at=at, detail={"push": push.pk, "answer": answer}
    )


@transaction.atomic
def record_look(what: str, name: str, detail: Mapping[str, Any], *, by: str, at: datetime) -> None:
    """Somebody saw or took along a list: `what` is "viewed" or "exported"."""
    record_deed(f"pushes.list.{what}", name, by=by, at=at, detail=detail)


def about(push: PushList) -> str:
    return f"push:{push.pk}"


def value_of(path: Path) -> Decimal | None:
    """What the firms of a list would get, in yuan; None where it is not known of any."""
    found = (
        pl.scan_parquet(path).select(pl.col("value").sum(), pl.col("value").count().alias("known")).collect()
    )
    total, known = found.row(0)
    return Decimal(total) if known else None


def _held(push: PushList, states: Iterable[State], *, not_by: str = "") -> PushList:
    """The row, locked, in one of the states."""
    held = PushList.objects.select_for_update().get(pk=push.pk)
    if State(held.state) not in set(states):
        raise NotNow(f"the list is {held.state}")
    if not_by and not_by in (held.prepared_by, held.drawn_up_by):
        raise NotNow("another person confirms what one prepared")
    return held
