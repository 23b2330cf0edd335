"""Who may enter the desks, and which case is theirs."""

from typing import Final

from django.http import Http404, HttpRequest

from huiqi.access.guard import actor_of
from huiqi.access.permissions import Permission
from huiqi.casework.models import Case
from huiqi.procedures.act_in_case import cases_seen_by

AT_DESK: Final = (Permission.CASE_HANDLE, Permission.CASE_DECIDE, Permission.CASE_SUPERVISE)
AT_WORK: Final = (*AT_DESK, Permission.CASE_JUDGE)
"""Everybody who works on cases of others: desks, supervision, experts."""


def case_here(request: HttpRequest, number: str) -> Case:
    """A case that is the actor's to see; 404 for any other, as if there were none."""
    found = cases_seen_by(actor_of(request)).filter(number=number).select_related("parent").first()
    if found is None:
        raise Http404
    return found
