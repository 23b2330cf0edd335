"""Answers as JSON: characters as they are, figures as exact text."""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from huiqi.api.days import today
from huiqi.search.current import mark_now

JSON = "application/json; charset=utf-8"
View = Callable[..., HttpResponseBase]


def as_json(said: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(text, status=status, content_type=JSON, headers=dict(headers or {}))


def unchanged_while_rules_are(view: View) -> View:
    """A view that says nothing but what packs and texts say: with an ETag, and not worked out again.

    The mark changes with every rule, text and version of a pack, and at midnight, since no day means today.
    """

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        seen = f"{mark_now()} {today()} {request.get_full_path()}"
        etag = f'"{sha256(seen.encode()).hexdigest()[:32]}"'
        fresh = get_conditional_response(request, etag=etag)
        response = fresh if fresh is not None else view(request, *args, **kwargs)
        response.headers.setdefault("ETag", etag)
        response.headers.setdefault("Cache-Control", "no-cache")
        return response

    return marked
