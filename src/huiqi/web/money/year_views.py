"""The end of a year: what would lapse or be carried over, then that it is done."""

from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from huiqi.access.actor import Actor
from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.funds.types import Fund
from huiqi.ledger.types import Refused
from huiqi.procedures.end_of_year import close_own_year, left_of_year
from huiqi.procedures.see_funds import funds_seen_by, pays
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.desk import fen
from huiqi.web.shared.templatetags.say import here, say


def own_funds(actor: Actor) -> list[Fund]:
    """Funds whose year the authority closes: it pays them."""
    return [fund for fund in funds_seen_by(actor) if pays(actor, fund)]


@require_http_methods(["GET", "POST"])
@may(Permission.FUND_KEEP)
def year_end(request: HttpRequest) -> HttpResponse:
    """The last year by default; one that is not over is only looked at."""
    actor = actor_of(request)
    funds = own_funds(actor)
    if request.method == "POST":
        return closed(request, actor, funds, year_in(request.POST.get("year", "")))
    year = year_in(request.GET.get("year", "")) or today().year - 1
    rows = left_of_year(funds, year)
    context = {
        "year": year,
        "years": range(today().year, today().year - 4, -1),
        "rows": rows,
        "unused": sum((row.unused for row in rows), Decimal(0)),
        "promised": sum((row.promised for row in rows), Decimal(0)),
        "is_over": today().year > year,
        "next": max(today().year, year + 1),
    }
    return render(request, "money/year_end.html", context)


def year_in(text: str) -> int | None:
    is_year = text.isascii() and text.isdigit() and 1990 <= int(text) <= today().year
    return int(text) if is_year else None


def closed(request: HttpRequest, actor: Actor, funds: list[Fund], year: int | None) -> HttpResponse:
    """Only the year that was named is closed."""
    if year is None:
        messages.error(request, say("请选择年度", "Choose the year"))
        return redirect("year_end")
    try:
        moved = close_own_year(funds, year, by=actor.name, at=now(), on=today())
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, here(problem))
        return redirect("year_end")
    total = fen(sum((row.unused for row in moved), Decimal(0)))
    messages.success(
        request,
        say(
            "{y}年已结转：{n}项资金，{t} 元",
            "{y} is closed: {n} funds, {t} yuan",
            y=year,
            n=len(moved),
            t=total,
        ),
    )
    return redirect(f"{request.path}?year={year}")
