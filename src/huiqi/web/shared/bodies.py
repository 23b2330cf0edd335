"""How much a request may bring: registers are large, and only who may hand them in may send so much."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from huiqi.access.guard import actor_of
from huiqi.access.permissions import Permission

MOST_BYTES: Final = 16 << 20
"""A form with a piece of evidence, or a block of parties at the programming interface."""
FORM_BYTES: Final = 1 << 20
"""What a form has besides its file."""


def most_bytes(request: HttpRequest) -> int:
    if actor_of(request).may(Permission.REGISTER_UPLOAD):
        return max(MOST_BYTES, int(settings.HUIQI_UPLOAD_BYTES) + FORM_BYTES)
    return MOST_BYTES


def body_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Refuse what is too large before anything of it is read (413)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        is_page = not request.path.startswith("/api/")  # the interface refuses by itself, in its own form
        if is_page and (not length.isdecimal() or int(length) > most_bytes(request)):
            return render(request, "413.html", status=413)
        return get_response(request)

    return middleware
