"""In which roles of a case somebody may act, and which cases they may see: the one place that decides."""

import hmac
from collections.abc import Iterable, Mapping
from typing import Final

from django.db.models import Q, QuerySet

from huiqi.access.actor import Actor
from huiqi.access.permissions import Permission
from huiqi.cases.types import DESK_ROLES, CaseType, Role, Turn
from huiqi.casework.actions import seal_of
from huiqi.casework.models import Case
from huiqi.documents.authorities import stands_among
from huiqi.holdings.current import library
from huiqi.procedures.case_rules import NoSuchType, case_type_named
from huiqi.procedures.take_step import Acting

BY_PERMISSION: Final[Mapping[Role, Permission]] = {
    Role.OFFICER: Permission.CASE_HANDLE,
    Role.REVIEWER: Permission.CASE_HANDLE,
    Role.FINANCE: Permission.CASE_HANDLE,
    Role.DECIDER: Permission.CASE_DECIDE,
}
"""What somebody of a desk must be allowed to do to act in its role."""


def desks_of(case: Case) -> Mapping[Role, tuple[str, ...]]:
    """Role → authorities. An objection is looked at by the desks of the case it objects to as well."""
    _, case_type = case_type_named(case.type)
    found = {role: tuple(names) for role, names in case_type.desks.items()}
    if case.parent is not None:
        _, above = case_type_named(case.parent.type)
        for role, names in above.desks.items():
            if role in found:
                found[role] = tuple(dict.fromkeys((*found[role], *names)))
    return found


def acting_in(case: Case, actor: Actor) -> tuple[Acting, ...]:
    """Every role of the case in which somebody may act; none for a stranger."""
    roles: list[Role] = []
    own = bool(actor.party) and actor.may(Permission.OWN_CASES)
    if own and actor.party == case.party:
        roles.append(Role.APPLICANT)
    if own and actor.party == case.provider:
        roles.append(Role.PROVIDER)
    if case.other_side and case.other_side in (actor.party, actor.authority):
        roles.append(Role.OTHER_SIDE)
    try:
        desks = desks_of(case)
    except NoSuchType:
        desks = {}
    if case.region.startswith(actor.region):
        roles += [
            role
            for role, permission in BY_PERMISSION.items()
            if stands_among(actor.authority, desks.get(role, ())) and actor.may(permission)
        ]
        supervisors = desks.get(Role.SUPERVISOR, ())
        at_desk = stands_among(actor.authority, supervisors) and actor.may(Permission.CASE_DECIDE)
        if at_desk or actor.may(Permission.CASE_SUPERVISE):
            roles.append(Role.SUPERVISOR)
    if actor.may(Permission.CASE_JUDGE) and case.draws.filter(expert=actor.name).exists():
        roles.append(Role.EXPERT)
    return tuple(Acting(actor.name, role, actor.party, actor.authority) for role in roles)


def as_anonymous(case: Case, token: str) -> Acting | None:
    """Who comes back with the word of an anonymous case acts as its applicant."""
    if case.token_seal and token and hmac.compare_digest(case.token_seal, seal_of(token)):
        return Acting("", Role.APPLICANT)
    return None


def types_at(authority: str, roles: Iterable[Role] = DESK_ROLES) -> list[str]:
    """Keys of the case types that an authority has a desk for."""
    wanted = frozenset(roles)
    return [
        f"{slug}/{name}"
        for slug, pack in library().packs.items()
        for name, case_type in pack.cases.items()
        if has_desk(case_type, authority, wanted)
    ]


def has_desk(case_type: CaseType, authority: str, roles: frozenset[Role]) -> bool:
    return any(role in roles and stands_among(authority, names) for role, names in case_type.desks.items())


def cases_seen_by(actor: Actor) -> QuerySet[Case]:
    """Cases whose rows are somebody's to see, newest first; drafts are the applicant's alone."""
    seen = Q(pk__in=[])
    if actor.party and actor.may(Permission.OWN_CASES):
        seen |= Q(party=actor.party) | Q(provider=actor.party) | Q(other_side=actor.party)
    handed_in = ~Q(submitted_on=None) | ~Q(turn=Turn.APPLICANT)  # a ticket begins with the office
    if actor.may(Permission.CASE_HANDLE):
        at_desk = Q(type__in=types_at(actor.authority)) & Q(region__startswith=actor.region)
        seen |= (at_desk | Q(other_side=actor.authority)) & handed_in
        seen |= Q(parent__type__in=types_at(actor.authority), region__startswith=actor.region) & handed_in
    if actor.may(Permission.CASE_SUPERVISE):
        seen |= Q(region__startswith=actor.region) & handed_in
    if actor.may(Permission.CASE_JUDGE):
        seen |= Q(draws__expert=actor.name)
    return Case.objects.filter(seen).distinct().order_by("-pk")


def may_see(case: Case, actor: Actor) -> bool:
    return cases_seen_by(actor).filter(pk=case.pk).exists()
