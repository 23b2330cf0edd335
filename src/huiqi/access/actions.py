"""Giving and ending roles."""

from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import transaction

from huiqi.access.models import Membership
from huiqi.access.permissions import Role
from huiqi.audit.actions import record_deed


@transaction.atomic
def grant_role(
    user: User,
    role: Role,
    *,
    party: str = "",
    authority: str = "",
    region: str = "",
    from_day: date,
    until: date | None = None,
    by: str,
    at: datetime,
) -> Membership:
    """Raises IntegrityError where the person has the role already, or a name it needs is lacking.

    `until` is the first day on which it no longer holds.
    """
    granted = Membership.objects.create(
        user=user,
        role=role,
        party=party,
        authority=authority,
        region=region,
        began_on=from_day,
        ended_on=until,
        granted_by=by,
    )
    record_deed("access.role.granted", f"user:{user.username}", by=by, at=at, detail=said_of(granted))
    return granted


@transaction.atomic
def end_role(membership: Membership, *, on: date, by: str, at: datetime) -> None:
    membership.ended_on = on
    membership.save()
    record_deed(
        "access.role.ended", f"user:{membership.user.username}", by=by, at=at, detail=said_of(membership)
    )


def said_of(membership: Membership) -> dict[str, str]:
    return {
        "role": membership.role,
        "party": membership.party,
        "authority": membership.authority,
        "region": membership.region,
    }
