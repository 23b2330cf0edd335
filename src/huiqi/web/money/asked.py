"""Which fund a page of the fund desk is about, and what lists are asked for."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.funds.types import Fund
from huiqi.procedures.see_funds import fund_seen
from huiqi.web.shared.day import today

FundView = Callable[..., HttpResponse]


def of_a_fund(permission: Permission = Permission.FUND_SEE) -> Callable[[FundView], FundView]:
    """Give the view the fund it is asked for, if it is theirs: anybody else does not learn that it is there (404)."""

    def guard(view: FundView) -> FundView:
        @may(permission)
        @wraps(view)
        def entered(request: HttpRequest, pack: str, name: str, **kwargs: Any) -> HttpResponse:
            return view(request, the_fund(request, pack, name), **kwargs)

        return entered  # type: ignore[return-value]

    return guard


def the_fund(request: HttpRequest, pack: str, name: str) -> Fund:
    found = fund_seen(actor_of(request), pack, name)
    if found is None:
        raise Http404
    return found


def year_in(request: HttpRequest) -> int | None:
    """The year that is asked for; None for all of them."""
    text = request.GET.get("year", "")
    return int(text) if text.isascii() and text.isdigit() and 1990 <= int(text) <= 2200 else None


def this_year() -> int:
    return today().year
