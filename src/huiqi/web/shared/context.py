"""What every template has: the actor, the day, the language."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from huiqi.access.guard import actor_of
from huiqi.access.permissions import ROLE_NAMES, ROLES
from huiqi.web.shared.day import day_of, today


def page_context(request: HttpRequest) -> dict[str, Any]:
    actor = actor_of(request)
    return {
        "actor": actor,
        "role_name": ROLE_NAMES[actor.role],
        "can": {str(permission): True for permission in ROLES[actor.role]},
        "memberships": getattr(request, "memberships", []),
        "day": day_of(request),
        "is_today": day_of(request) == today(),
        "english": get_language() == "en",
    }
