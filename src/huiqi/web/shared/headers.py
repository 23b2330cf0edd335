"""Headers on every answer: what the browser may load and run."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)


def policy_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """No script or style but our own files; nothing of ours in a frame of others.

    The button for logging in elsewhere is a form: where it leads is allowed as well.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        policy = f"{POLICY} {settings.HUIQI_SIGN_ON_ORIGIN}".rstrip()
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", "geolocation=(), camera=(), microphone=()")
        return response

    return middleware
