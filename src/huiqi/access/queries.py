"""Reads of memberships."""

from datetime import date

from django.db.models import Q, QuerySet

from huiqi.access.actor import VISITOR, Actor
from huiqi.access.models import Membership
from huiqi.access.permissions import Role


def memberships_of(user_id: int, *, on: date) -> QuerySet[Membership]:
    """The roles a person has on a day, oldest first."""
    open_or_later = Q(ended_on=None) | Q(ended_on__gt=on)
    return Membership.objects.filter(open_or_later, user_id=user_id, began_on__lte=on).order_by("pk")


def actor_from(user_name: str, memberships: list[Membership], chosen: int | None) -> Actor:
    """The role that was chosen, else the first; a person without any is a visitor with a name."""
    if not memberships:
        return Actor(name=user_name) if user_name else VISITOR
    one = next((m for m in memberships if m.pk == chosen), memberships[0])
    return Actor(user_name, Role(one.role), one.party, one.authority, one.region, one.pk)
