"""Puts the actor on every request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localdate

from huiqi.access.actor import VISITOR
from huiqi.access.queries import actor_from, memberships_of

CHOSEN = "membership"


def actor_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        request.actor = VISITOR  # type: ignore[attr-defined]
        if request.user.is_authenticated and request.user.is_active:
            roles = list(memberships_of(request.user.pk, on=localdate()))
            request.memberships = roles  # type: ignore[attr-defined]
            chosen = request.session.get(CHOSEN)
            request.actor = actor_from(request.user.get_username(), roles, chosen)  # type: ignore[attr-defined]
        return get_response(request)

    return middleware
