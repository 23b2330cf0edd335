"""What the pages of one check-up share: its link opens it, and every page says what it is for."""

from functools import wraps
from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from huiqi.access.guard import View, actor_of
from huiqi.base.bilingual import Bilingual
from huiqi.checkups.models import KEPT_FOR, Checkup
from huiqi.checkups.queries import checkup_of
from huiqi.holdings.current import library, measures_on
from huiqi.web.checkup.start import kinds_of_parties, place_name
from huiqi.web.shared.day import day_of

VISITOR: Final = "visitor"


def of_link(view: View) -> View:
    """The check-up that the link opens, for the view; 404 for any other. Such pages are kept by no cache."""

    @wraps(view)
    def opened(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponseBase:
        checkup = checkup_of(token, at=timezone.now())
        if checkup is None:
            raise Http404
        response = view(request, token, checkup, **kwargs)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return opened


def frame(request: HttpRequest, token: str, checkup: Checkup) -> dict[str, Any]:
    return {
        "token": token,
        "checkup": checkup,
        "place": place_name(library(), checkup.region),
        "parties": party_names(checkup),
        "link_back": link_to(request, token),
        "is_other_day": checkup.day != day_of(request),
        "kept_days": KEPT_FOR.days,
    }


def party_names(checkup: Checkup) -> list[Bilingual]:
    names = kinds_of_parties(measures_on(checkup.day))
    return [names.get(role, Bilingual(role, role)) for role in checkup.role_names]


def link_to(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("checkup_question", kwargs={"token": token}))


def asking(fact: str) -> str:
    """The query that asks about a fact."""
    return urlencode({"fact": fact})


def name_of(request: HttpRequest) -> str:
    """Who did it, for the audit trail."""
    return actor_of(request).name or VISITOR
