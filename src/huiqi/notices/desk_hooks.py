"""Writes of the webhooks of authorities: added, sent, tried again, ended."""

from datetime import datetime, timedelta
from secrets import token_hex
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from huiqi.audit.actions import record_deed
from huiqi.notices.actions import FIRST_PAUSE
from huiqi.notices.models import DeskHook

MOST_HOOKS: Final = 10
LONGEST_PAUSE: Final = timedelta(hours=3)


@transaction.atomic
def add_desk_hook(
    authority: str, region: str, address: str, *, begins_after: int, by: str, at: datetime
) -> DeskHook | None:
    """A webhook that tells what is done from now on; its secret is shown once.

    None where the authority has as many as it may have, or has this one already.

    Args:
        begins_after: the last event of the log of cases that it is not told.
    """
    open_ones = DeskHook.objects.filter(authority=authority, ended_at=None)
    if open_ones.count() >= MOST_HOOKS or open_ones.filter(region=region, address=address).exists():
        return None
    hook = DeskHook.objects.create(
        authority=authority,
        region=region,
        address=address,
        secret=token_hex(32),
        sent_up_to=begins_after,
        due_at=at,
        added_by=by,
        added_at=at,
    )
    record_deed("notices.hook.added", f"authority:{authority}", by=by, at=at, detail={"hook": hook.pk})
    return hook


@transaction.atomic
def end_desk_hook(hook: DeskHook, *, by: str, at: datetime) -> None:
    """Nothing more goes out by it."""
    ended = DeskHook.objects.filter(pk=hook.pk, ended_at=None).update(ended_at=at)
    if ended:
        about = f"authority:{hook.authority}"
        record_deed("notices.hook.ended", about, by=by, at=at, detail={"hook": hook.pk})


def hooks_of(authority: str, region: str) -> QuerySet[DeskHook]:
    """Those of an authority that send, oldest first."""
    return DeskHook.objects.filter(authority=authority, region=region, ended_at=None).order_by("pk")


def due_hooks(at: datetime) -> QuerySet[DeskHook]:
    return DeskHook.objects.filter(ended_at=None, due_at__lte=at).order_by("pk")


def note_passed(hook: DeskHook, *, up_to: int, at: datetime) -> None:
    """Everything up to an event was taken, or is none of its business."""
    DeskHook.objects.filter(pk=hook.pk).update(sent_up_to=up_to, tries=0, problem="", due_at=at)


def note_not_taken(hook: DeskHook, problem: str, *, at: datetime) -> None:
    """Try again later, each time after twice the pause. Nothing is passed over: the log keeps it."""
    pause = min(FIRST_PAUSE * 2 ** min(hook.tries, 10), LONGEST_PAUSE)
    DeskHook.objects.filter(pk=hook.pk).update(
        tries=min(hook.tries + 1, 30_000), problem=problem[:300], due_at=at + pause
    )
