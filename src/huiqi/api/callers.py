"""Who asks: a visitor, or a key that acts as a person in a role; and how often that may be."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.timezone import localdate, now
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle

from huiqi.access.actor import VISITOR, Actor
from huiqi.api.problems import Refused, key_needed
from huiqi.base.bilingual import Bilingual
from huiqi.keys.actions import note_use
from huiqi.keys.allowances import forget_past, take_share
from huiqi.keys.models import ApiKey
from huiqi.keys.queries import actor_with, key_with
from huiqi.keys.scopes import NEEDS, KeyScope

WINDOW: Final = 60
"""Seconds over which requests are counted."""
LONGEST_NAME: Final = 80
VISITOR_RATE: Final = 60
KEY_RATE: Final = 600
"""Requests a minute; `HUIQI_API_RATE_VISITOR` and `HUIQI_API_RATE_KEY` in the settings change them."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who asks, and where from."""

    actor: Actor
    address: str
    key: ApiKey | None = None

    def has(self, scope: KeyScope) -> bool:
        """A key has what it was made for, as long as its owner may do it."""
        if self.key is None or scope not in self.key.scopes:
            return False
        return any(self.actor.may(permission) for permission in NEEDS[scope])


def caller_of(request: HttpRequest) -> Caller:
    found = getattr(request, "auth", None)
    return found if isinstance(found, Caller) else Caller(VISITOR, address_of(request))


def address_of(request: HttpRequest) -> str:
    """Where a request comes from; behind proxies of ours, as the outermost of them saw it."""
    trusted = int(getattr(settings, "ALLAUTH_TRUSTED_PROXY_COUNT", 0))
    passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if trusted and len(passed) >= trusted:
        return passed[-trusted]
    return str(request.META.get("REMOTE_ADDR", ""))


class ApiKeyAuth(HttpBearer):
    """`Authorization: Bearer hq_…`. A wrong key is refused, never taken for a visitor."""

    def __call__(self, request: HttpRequest) -> Caller | None:
        said = request.headers.get("Authorization")
        if said is None:
            return None
        kind, _, secret = said.partition(" ")
        return self.authenticate(request, secret.strip() if kind.lower() == "bearer" else "")

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        key = key_with(token, on=localdate()) if token else None
        if key is None:
            raise Refused(
                401,
                Bilingual(
                    "密钥不存在、已过期或已撤销", "There is no such key, or it has run out or was revoked"
                ),
                where="header.Authorization",
                headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
            )
        note_use(key, at=now())
        return Caller(actor_with(key), address_of(request), key)


def visitor(request: HttpRequest) -> Caller:
    """Anybody: what is public needs no key."""
    return Caller(VISITOR, address_of(request))


WITH_KEY: Final = ApiKeyAuth()
ANYBODY: Final = (WITH_KEY, visitor)
"""With a key one may ask more often."""


def needs(scope: KeyScope) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The line above an operation that a key must be good for."""

    def guard(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            caller = caller_of(request)
            if caller.key is None:
                raise key_needed()
            if not caller.has(scope):
                raise Refused(
                    403,
                    Bilingual(f"此密钥没有范围 {scope}", f"This key is not good for {scope}"),
                    where="header.Authorization",
                    remedy=Bilingual("请管理员另发密钥", "Ask the administrator for another key"),
                )
            answer: HttpResponseBase = view(request, *args, **kwargs)
            return answer

        return guarded

    return guard


class CallerThrottle(BaseThrottle):
    """So many requests in a minute, of a key or an address, whichever process answers.

    Counted over a fixed minute. Each process has a share of the minute in its own cache (`keys.allowances`).
    """

    def __init__(self, near: str = "near") -> None:
        self.near = near  # the cache of this process
        super().__init__()

    def allow_request(self, request: HttpRequest) -> bool:
        caller = caller_of(request)
        if caller.key is not None:
            who, most = f"key:{caller.key.prefix}", int(getattr(settings, "HUIQI_API_RATE_KEY", KEY_RATE))
        else:
            who = f"from:{caller.address}"[:LONGEST_NAME]
            most = int(getattr(settings, "HUIQI_API_RATE_VISITOR", VISITOR_RATE))
        return self.has_left(who, most, int(time.time()) // WINDOW)

    def has_left(self, who: str, most: int, minute: int) -> bool:
        """One request of those allowed in a minute; a further share is taken where the last one is used up."""
        cache, name = caches[self.near], f"api:{who}:{minute}"
        cache.add(name, 0, timeout=2 * WINDOW)
        try:
            if cache.decr(name) >= 0:
                return True
        except ValueError:  # it ran out in between
            return True
        if cache.get(f"{name}:spent"):
            return False
        if cache.add(f"swept:{minute}", True, timeout=2 * WINDOW):
            forget_past(minute=minute)
        share = take_share(who, minute=minute, most=most)
        if share == 0:
            cache.set(f"{name}:spent", True, timeout=2 * WINDOW)
            return False
        cache.add(name, -1, timeout=2 * WINDOW)  # it may have gone in between
        cache.incr(name, share)
        return True

    def wait(self) -> float:
        """Until the next minute begins."""
        return math.ceil(WINDOW - time.time() % WINDOW)
