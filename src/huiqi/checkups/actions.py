"""Beginning, answering and forgetting check-ups.

That one was begun or forgotten is a deed; a single answer is not: it belongs to whoever holds the link, and
the trail must hold no more of it than the row does.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from secrets import token_urlsafe

from django.db import transaction

from huiqi.audit.actions import record_deed
from huiqi.checkups.models import KEPT_FOR, Checkup, seal_of
from huiqi.checkups.replies import kept, with_reply, without_reply
from huiqi.measures.expressions import Value


@transaction.atomic
def begin_checkup(
    *, day: date, region: str, roles: Collection[str], code: str = "", by: str, at: datetime
) -> str:
    """Begin one and give the secret of its link, which is kept nowhere. What has run out is forgotten first."""
    forget_unused(by="system", at=at)
    token = token_urlsafe(24)
    checkup = Checkup.objects.create(
        seal=seal_of(token),
        day=day,
        region=region,
        roles=",".join(sorted(roles)),
        code=code,
        begun_at=at,
        last_used_at=at,
    )
    detail = {"day": day.isoformat(), "region": region, "roles": checkup.roles}
    record_deed("checkups.checkup.begun", f"checkup:{checkup.pk}", by=by, at=at, detail=detail)
    return token


@transaction.atomic
def reply_to(checkup: Checkup, fact: str, value: Value | None, *, at: datetime) -> None:
    """State a fact, or pass it over (None). A later reply to the same question replaces it."""
    row = locked(checkup)
    row.replies = with_reply(row.replies, fact, None if value is None else kept(value))
    save(row, at=at)


@transaction.atomic
def take_back(checkup: Checkup, fact: str | None = None, *, at: datetime) -> str | None:
    """Forget the reply about a fact, or the last one; returns the fact, None where there was none."""
    row = locked(checkup)
    if fact is None:
        fact = row.replies[-1][0] if row.replies else None
    if fact is not None:
        row.replies = without_reply(row.replies, fact)
        save(row, at=at)
    return fact


@transaction.atomic
def note_use(checkup: Checkup, *, at: datetime) -> None:
    """Someone came back; once a day is enough to know that."""
    if at - checkup.last_used_at > timedelta(days=1):
        save(locked(checkup), at=at)


@transaction.atomic
def delete_checkup(checkup: Checkup, *, by: str, at: datetime) -> None:
    """Forget a check-up with everything that was typed."""
    record_deed("checkups.checkup.deleted", f"checkup:{checkup.pk}", by=by, at=at)
    checkup.delete()


@transaction.atomic
def forget_unused(*, by: str, at: datetime) -> int:
    """Delete every check-up that nobody has used for `KEPT_FOR`; returns how many."""
    count, _ = Checkup.objects.filter(last_used_at__lt=at - KEPT_FOR).delete()
    if count:
        record_deed("checkups.unused.forgotten", "checkups", by=by, at=at, detail={"count": count})
    return count


def locked(checkup: Checkup) -> Checkup:
    return Checkup.objects.select_for_update().get(pk=checkup.pk)


def save(row: Checkup, *, at: datetime) -> None:
    row.last_used_at = max(at, row.begun_at)
    row.save()
