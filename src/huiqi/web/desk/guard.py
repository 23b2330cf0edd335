"""Who may enter the desks, and which case is theirs."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from huiqi.access.guard import View, actor_of, may
from huiqi.access.permissions import Permission
from huiqi.casework.models import Case
from huiqi.procedures.act_in_case import cases_seen_by

AT_DESK: Final = (Permission.CASE_HANDLE, Permission.CASE_DECIDE, Permission.CASE_SUPERVISE)
AT_WORK: Final = (*AT_DESK, Permission.CASE_JUDGE)
"""Everybody who works on cases of others: desks, supervision, experts."""


def for_desk(*permissions: Permission) -> Callable[[View], View]:
    """Let in who has one of these permissions; a visitor is sent to log in, anybody else told it is not theirs."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = actor_of(request)
            if not any(actor.may(permission) for permission in permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return may(Permission.SIGNED_IN)(guarded)

    return guard


def case_here(request: HttpRequest, number: str) -> Case:
    """A case that is the actor's to see; 404 for any other, as if there were none."""
    found = cases_seen_by(actor_of(request)).filter(number=number).select_related("parent").first()
    if found is None:
        raise Http404
    return found
