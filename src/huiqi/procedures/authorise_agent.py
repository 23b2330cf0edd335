"""The legal representative authorises somebody to act for the firm (经办人), and ends it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from huiqi.access.actions import end_role, grant_role
from huiqi.access.models import Membership
from huiqi.access.permissions import Role
from huiqi.audit.actions import record_deed
from huiqi.base.bilingual import Bilingual

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,29}")


@dataclass(frozen=True, slots=True)
class Invitation:
    """What makes the link by which a new account gets its password, once."""

    user: str  # key, as links carry it
    token: str


@dataclass(frozen=True, slots=True)
class Authorised:
    """The authorisation, with an invitation for a new account; or by field what is wrong."""

    membership: Membership | None = None
    invitation: Invitation | None = None
    problems: Mapping[str, Bilingual] = field(default_factory=dict)


def agents_of(party: str) -> list[Membership]:
    """Everybody who acts or acted for a firm as its agent, those who do first."""
    found = Membership.objects.filter(party=party, role=Role.FIRM_AGENT).select_related("user")
    return sorted(found, key=lambda m: (m.ended_on is not None, -m.pk))


@transaction.atomic
def authorise_agent(
    name: str, email: str, *, party: str, last_day: date | None, by: str, on: date, at: datetime
) -> Authorised:
    """Give the role to an account of this name, made if there is none.

    An account that is there already is only taken where its e-mail address is the one that was written, or its owner
    was an agent of the firm before: nobody else's account is drawn in by a guess.
    """
    problems = wrong_with(name, email, last_day, on=on)
    user = User.objects.filter(username__iexact=name).first()
    if not problems and user is not None and not is_meant(user, email, party):
        problems["name"] = Bilingual("该用户名已被使用，请换一个", "this name is taken; choose another")
    if not problems and user is not None and acts_for(user, party, on=on):
        problems["name"] = Bilingual("此人已获授权", "this person is authorised already")
    if problems:
        return Authorised(problems=problems)
    is_new = user is None
    if user is None:
        user = User.objects.create_user(name, email=email)  # without a password nobody can log in
        record_deed("access.user.added", f"user:{name}", by=by, at=at, detail={"for": party})
    until = last_day + timedelta(days=1) if last_day is not None else None
    membership = grant_role(user, Role.FIRM_AGENT, party=party, from_day=on, until=until, by=by, at=at)
    return Authorised(membership, invitation_for(user) if is_new else None)


def wrong_with(name: str, email: str, last_day: date | None, *, on: date) -> dict[str, Bilingual]:
    problems: dict[str, Bilingual] = {}
    if not NAME.fullmatch(name):
        problems["name"] = Bilingual("3至30个字母、数字、点或横线", "3 to 30 letters, digits, dots or dashes")
    if email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        problems["email"] = Bilingual("不是邮箱地址", "not an e-mail address")
    if last_day is not None and last_day < on:
        problems["until"] = Bilingual("截止日不能早于今天", "the last day cannot be past")
    return problems


def is_meant(user: User, email: str, party: str) -> bool:
    if email and user.email and user.email.lower() == email.lower():
        return True
    return Membership.objects.filter(user=user, party=party, role=Role.FIRM_AGENT).exists()


def acts_for(user: User, party: str, *, on: date) -> bool:
    roles = Membership.objects.filter(user=user, party=party, role=Role.FIRM_AGENT)
    return any(m.ended_on is None or m.ended_on > on for m in roles)


def invitation_for(user: User) -> Invitation:
    """Works until a password was chosen with it, or three days have passed."""
    key = urlsafe_base64_encode(force_bytes(user.pk))
    return Invitation(key, default_token_generator.make_token(user))


def invite_again(key: int, *, party: str, on: date) -> Authorised:
    """A new link for an agent who has not chosen a password yet; nothing where there is no such agent."""
    found = (
        Membership.objects.filter(pk=key, party=party, role=Role.FIRM_AGENT).select_related("user").first()
    )
    if found is None or found.user.has_usable_password() or not acts_for(found.user, party, on=on):
        return Authorised()
    return Authorised(found, invitation_for(found.user))


@transaction.atomic
def end_agent(key: int, *, party: str, by: str, on: date, at: datetime) -> bool:
    """End an agent's role today; False where the firm has no such agent."""
    found = (
        Membership.objects.filter(pk=key, party=party, role=Role.FIRM_AGENT).select_related("user").first()
    )
    if found is None or (found.ended_on is not None and found.ended_on <= on):
        return False
    end_role(found, on=max(on, found.began_on), by=by, at=at)
    return True
