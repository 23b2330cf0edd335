"""Every process of the site notices what was published in another, a few seconds later."""

import time
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from huiqi.revisions.in_force import renew
from huiqi.web.shared.day import today

SECONDS: Final = 3.0


def every_few_seconds(act: Callable[[int], object]) -> Callable[[int], None]:
    """The same action, but at most once in a few seconds."""
    last = [time.monotonic()]

    def now_and_then(value: int) -> None:
        if time.monotonic() - last[0] >= SECONDS:
            last[0] = time.monotonic()
            act(value)

    return now_and_then


def rules_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Before a page is made: are the rules of this process those that are published? One count, now and then."""
    look = every_few_seconds(lambda _: renew(on=today()))

    def middleware(request: HttpRequest) -> HttpResponse:
        look(0)
        return get_response(request)

    return middleware
