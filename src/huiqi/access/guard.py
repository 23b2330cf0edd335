"""The line above a view that says who may enter."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from huiqi.access.actor import VISITOR, Actor
from huiqi.access.permissions import Permission

View = Callable[..., HttpResponseBase]


def actor_of(request: HttpRequest) -> Actor:
    return cast(Actor, getattr(request, "actor", VISITOR))


def may(*permissions: Permission) -> Callable[[View], View]:
    """Let in who has one of these permissions; send a visitor to log in, tell anybody else it is not theirs (403).

    A test fails for every address whose view has no such line, and holds every role against it.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = actor_of(request)
            if any(actor.may(permission) for permission in permissions):
                return view(request, *args, **kwargs)
            if not actor.name:
                return redirect_to_login(request.get_full_path())
            raise PermissionDenied

        guarded.permissions = permissions  # type: ignore[attr-defined]
        return guarded

    return guard
