"""The front page, and what is chosen once for all pages: language, day, role."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_GET, require_POST

from huiqi.access.guard import may
from huiqi.access.permissions import Permission
from huiqi.base.days import day_from
from huiqi.holdings.current import library, measures_on
from huiqi.packs.overview import overview
from huiqi.web.shared.acting import CHOSEN as MEMBERSHIP
from huiqi.web.shared.day import CHOSEN as DAY
from huiqi.web.shared.day import day_of

OFTEN = ("贴息", "社保补贴", "担保", "租金", "研发费用", "首贷 续贷", "政府采购")
"""What the front page offers to search for."""


@require_GET
@may(Permission.PUBLIC)
def home(request: HttpRequest) -> HttpResponse:
    day = day_of(request)
    return render(
        request,
        "shared/home.html",
        {"overview": overview(library(), measures_on(day), day=day), "often": OFTEN},
    )


@require_GET
@may(Permission.PUBLIC)
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "shared/about.html")


@require_POST
@may(Permission.PUBLIC)
def choose_language(request: HttpRequest) -> HttpResponse:
    response = back(request)
    language = request.POST.get("language", "")
    if check_for_language(language) and language in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", max_age=365 * 86400)
    return response


@require_POST
@may(Permission.PUBLIC)
def choose_day(request: HttpRequest) -> HttpResponse:
    chosen = day_from(request.POST.get("day"))
    if chosen is None:
        request.session.pop(DAY, None)
    else:
        request.session[DAY] = chosen.isoformat()
    return back(request)


@require_POST
@may(Permission.SIGNED_IN)
def choose_role(request: HttpRequest) -> HttpResponse:
    owned = {str(m.pk): m.pk for m in getattr(request, "memberships", [])}
    chosen = owned.get(request.POST.get("membership", ""))
    if chosen is not None:
        request.session[MEMBERSHIP] = chosen
    return HttpResponseRedirect("/")


def back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page it was asked from, if that is one of ours."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    return HttpResponseRedirect(target)
