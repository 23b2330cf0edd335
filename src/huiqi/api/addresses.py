"""Where the operations stand; and that a wrong address or method is told in the same shape as everything."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver

from huiqi.api.interface import API
from huiqi.api.problems import Refused, problem
from huiqi.base.bilingual import Bilingual

View = Callable[..., HttpResponse]
MOST_BYTES: Final = 16 << 20
"""A material of 10 MB, or a block of lines."""


def whole_interface() -> tuple[list[URLResolver | URLPattern], str, str]:
    """ninja's addresses, each told in our shape."""
    patterns, app, namespace = API.urls
    for pattern in patterns:
        if isinstance(pattern, URLPattern) and pattern.callback is not None:
            pattern.callback = told_alike(pattern.callback)
    return patterns, app, namespace


def told_alike(view: View) -> View:
    """A view whose wrong methods and missing things are told as problems, and which reads nothing too large."""

    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > MOST_BYTES:
            said = Bilingual("请求内容超过 16 MB", "The body is larger than 16 MB")
            return problem(request, Refused(413, said, where="body"))
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            return no_such_address(request)
        if response.status_code != 405:
            return response
        allowed = response.headers.get("Allow", "")
        said = Bilingual(f"此地址支持 {allowed}", f"This address takes {allowed}")
        return problem(request, Refused(405, said, headers={"Allow": allowed}))

    return told


def no_such_address(request: HttpRequest) -> HttpResponse:
    said = Bilingual(f"没有地址 {request.path}", f"There is no address {request.path}")
    return problem(request, Refused(404, said, where="path"))
