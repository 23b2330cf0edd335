"""One line in the log for each request: which page, how it ended, how long it took. No address, code or name."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

LOG = logging.getLogger("huiqi.access_log")


def log_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """The pattern of the address stands for it (`firms/<code>/`), so that nothing a person typed is written down."""

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = get_response(request)
        match = request.resolver_match
        if match is not None or response.status_code >= 400:
            said = {
                "method": request.method,
                "route": match.route if match is not None else "-",
                "status": response.status_code,
                "ms": round(1000 * (time.perf_counter() - began)),
                "role": str(getattr(getattr(request, "actor", None), "role", "visitor")),
            }
            LOG.info("%(method)s %(route)s %(status)d %(ms)d ms %(role)s", said, extra=said)
        return response

    return middleware
