"""A person comes from the provider of a city, or chooses a password: what that does to the account."""

from datetime import datetime
from typing import Protocol

from django.contrib.auth.models import User
from django.db import transaction

from huiqi.audit.actions import record_deed


class Identity(Protocol):
    """Who a provider says somebody is; allauth's SocialLogin."""

    user: User

    def save(self, request: None, connect: bool = ...) -> None: ...


def account_for(mail: str) -> User | None:
    """The one open account with an e-mail address that the provider has verified; None for none or several."""
    found = list(User.objects.filter(email__iexact=mail, is_active=True)[:2]) if mail else []
    return found[0] if len(found) == 1 else None


@transaction.atomic
def connect(identity: Identity, user: User, *, at: datetime) -> None:
    """From now on the identity is known by the subject the provider gave it, whatever its address becomes."""
    identity.user = user
    identity.save(None, connect=True)
    record_deed("access.identity.connected", f"user:{user.username}", by=user.username, at=at)


@transaction.atomic
def set_own_password(user: User, password: str, *, at: datetime) -> None:
    """All other sessions of the person end by it."""
    user.set_password(password)
    user.save()
    record_deed("access.password.changed", f"user:{user.username}", by=user.username, at=at)
