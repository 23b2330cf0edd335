"""The day whose law the pages show (适用日期): today, unless the visitor chose another."""

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localdate

from huiqi.base.days import day_from

CHOSEN = "day"


def today() -> date:
    """Today, or the day that stands for it in a demonstration (`HUIQI_DAY`)."""
    return date.fromisoformat(settings.HUIQI_DAY) if settings.HUIQI_DAY else localdate()


def day_of(request: HttpRequest) -> date:
    return getattr(request, "day", None) or today()


def day_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """`?on=2013-06-30` shows one page as of a day; `choose_day` keeps it for the session."""

    def middleware(request: HttpRequest) -> HttpResponse:
        kept = request.session.get(CHOSEN)
        request.day = day_from(request.GET.get("on")) or day_from(kept) or today()  # type: ignore[attr-defined]
        return get_response(request)

    return middleware
