"""Reads of keys: whose secret this is, and which keys there are."""

from datetime import date

from django.db.models import Q, QuerySet

from huiqi.access.actor import Actor
from huiqi.access.models import Membership
from huiqi.access.permissions import Role
from huiqi.keys.actions import seal_of
from huiqi.keys.models import ApiKey


def working(*, on: date) -> QuerySet[ApiKey]:
    """Keys that open something on a day: not revoked, not run out, and their owner has the role still."""
    return ApiKey.objects.filter(
        Q(membership__ended_on=None) | Q(membership__ended_on__gt=on),
        revoked_at=None,
        expires_on__gte=on,
        membership__began_on__lte=on,
        membership__user__is_active=True,
    )


def key_with(secret: str, *, on: date) -> ApiKey | None:
    """The working key of a secret."""
    return working(on=on).filter(seal=seal_of(secret)).select_related("membership__user").first()


def actor_with(key: ApiKey) -> Actor:
    """Who asks with a key: its owner in the role it was made for, in its region."""
    role = key.membership
    return Actor(
        role.user.username,
        Role(role.role),
        role.party,
        role.authority,
        key.region or role.region,
        role.pk,
    )


def all_keys() -> QuerySet[ApiKey]:
    """Newest first."""
    return ApiKey.objects.select_related("membership__user").order_by("-pk")


def possible_owners(*, on: date) -> QuerySet[Membership]:
    """Roles that hold on a day, for which a key may be made."""
    held = Q(ended_on=None) | Q(ended_on__gt=on)
    return (
        Membership.objects.filter(held, began_on__lte=on, user__is_active=True)
        .select_related("user")
        .order_by("user__username", "pk")
    )
