"""Tell the programs of authorities what happened to the cases of their desks, from the log of cases itself.

The log is the queue: each webhook stands at an event and goes on from there once its receiver has taken what is next,
in order, so that nothing is lost and nothing is kept twice. A message may come twice; its events have their ids.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localtime

from huiqi.access.models import Membership
from huiqi.access.permissions import ROLES, Permission, Role
from huiqi.cases.history import NOTES
from huiqi.cases.types import Turn
from huiqi.casework.models import Case, CaseEvent
from huiqi.notices import webhook
from huiqi.notices.desk_hooks import add_desk_hook, due_hooks, end_desk_hook, note_not_taken, note_passed
from huiqi.notices.models import DeskHook
from huiqi.procedures.act_in_case import types_at
from huiqi.procedures.case_rules import NoSuchType, case_type_named

MOST_EVENTS: Final = 100
"""In one message."""
MOST_MESSAGES: Final = 50
"""To one address in one round."""
SETTLED_AFTER: Final = timedelta(minutes=2)
"""Events are numbered before they are committed: so long a transaction that is still under way may take."""
BY: Final = "system"


@dataclass(frozen=True, slots=True)
class Told:
    """How many events were taken, and how many webhooks did not take theirs."""

    events: int = 0
    failed: int = 0


@transaction.atomic
def open_hook(authority: str, region: str, address: str, *, by: str, at: datetime) -> DeskHook | None:
    """A webhook for what happens from now on; None where there is one already or too many."""
    last = CaseEvent.objects.order_by("-pk").values_list("pk", flat=True).first()
    return add_desk_hook(authority, region, address, begins_after=last or 0, by=by, at=at)


def tell_desks(*, at: datetime) -> Told:
    """Send every authority what is due; what is not taken is tried again with growing pauses."""
    events = failed = 0
    for hook in due_hooks(at):
        if not serves_still(hook, at=at):
            end_desk_hook(hook, by=BY, at=at)
            continue
        taken, problem = tell(hook, at=at)
        events += taken
        failed += problem is not None
    return Told(events, failed)


def serves_still(hook: DeskHook, *, at: datetime) -> bool:
    """A webhook ends when who added it no longer decides for the authority."""
    roles = Membership.objects.filter(user__username=hook.added_by, authority=hook.authority)
    on = localtime(at).date()
    return any(
        Permission.CASE_DECIDE in ROLES[Role(m.role)] and (m.ended_on is None or m.ended_on > on)
        for m in roles
    )


def tell(hook: DeskHook, *, at: datetime) -> tuple[int, str | None]:
    """How many events were taken, and why no more were."""
    types, told = types_at(hook.authority), 0
    for _ in range(MOST_MESSAGES):
        news = news_for(hook, types, at=at)
        if not news:
            return told, None
        body = json.dumps(message(hook, news), ensure_ascii=False).encode()
        problem = webhook.send(
            hook.address, body, secret=hook.secret, seconds=int(at.timestamp()),
            private_too=settings.HUIQI_WEBHOOKS_PRIVATE,
        )  # fmt: skip
        if problem is not None:
            note_not_taken(hook, problem, at=at)
            return told, problem
        note_passed(hook, up_to=news[-1].pk, at=at)
        hook.sent_up_to = news[-1].pk
        told += len(news)
    return told, None


def news_for(hook: DeskHook, types: list[str], *, at: datetime) -> list[CaseEvent]:
    """The next events of the authority's desks; what an applicant does before handing in is not told."""
    found = CaseEvent.objects.filter(
        pk__gt=hook.sent_up_to, at__lte=at - SETTLED_AFTER,
        case__type__in=types, case__region__startswith=hook.region,
    ).exclude(case__submitted_on=None, case__turn=Turn.APPLICANT).exclude(step__in=NOTES)  # fmt: skip
    return list(found.select_related("case").order_by("pk")[:MOST_EVENTS])


def message(hook: DeskHook, events: Iterable[CaseEvent]) -> dict[str, Any]:
    return {"authority": hook.authority, "events": [event_as_json(event) for event in events]}


def event_as_json(event: CaseEvent) -> dict[str, Any]:
    """One step of a case for programs: what was done, and where the case came to by it."""
    case = event.case
    return {"id": event.pk, **step_as_json(case, event), "party": case.party or None, "region": case.region}


def step_as_json(case: Case, event: CaseEvent) -> dict[str, Any]:
    try:
        state = case_type_named(case.type)[1].states.get(event.to_state)
    except NoSuchType:
        state = None
    return {
        "case": case.number,
        "type": case.type,
        "measure": case.measure or None,
        "version": event.seq,
        "step": event.step,
        "from_state": event.from_state or None,
        "to_state": event.to_state,
        "turn": state.turn if state is not None else None,
        "outcome": event.outcome or (state.outcome if state is not None else None),
        "on": event.on.isoformat(),
    }


def step_behind(origin: str) -> dict[str, Any] | None:
    """The step a notice of a case tells of; its origin is ``case:NUMBER:VERSION``."""
    kind, _, rest = origin.partition(":")
    number, _, seq = rest.partition(":")
    if kind != "case" or not seq.isdecimal():
        return None
    event = CaseEvent.objects.filter(case__number=number, seq=int(seq)).select_related("case").first()
    return step_as_json(event.case, event) if event is not None else None
