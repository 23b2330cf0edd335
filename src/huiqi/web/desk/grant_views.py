"""The desk of grants without a claim (免申即享): what can be granted, and drawing up a list."""

from decimal import Decimal, InvalidOperation
from typing import Final

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from huiqi.access.actor import Actor
from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.cases.types import Role
from huiqi.documents.authorities import stands_among
from huiqi.grants.queries import lists_at
from huiqi.grants.types import State
from huiqi.holdings.current import measure_on, run
from huiqi.measures.types import VerdictKind
from huiqi.procedures.act_in_case import types_at
from huiqi.procedures.automatic_lane import Offer, against, offer_named
from huiqi.procedures.grant_without_claim import draw_up_list
from huiqi.procedures.look_at_grants import lines_for
from huiqi.pushes.select import SPREADS, Wanted, figures_of, selected
from huiqi.pushes.tables import candidates_of
from huiqi.pushes.words import cell_name
from huiqi.web.shared.day import today

AT_GRANTS: Final = (Permission.CASE_HANDLE, Permission.CASE_DECIDE)
PER_PAGE: Final = 20


@require_GET
@may(*AT_GRANTS)
def grant_desk(request: HttpRequest) -> HttpResponse:
    """Measures that need no claim, with how many firms of the region are entitled, and the lists."""
    actor, day, found = actor_of(request), today(), run()
    lines = lines_for(actor, found, on=day)
    lists = lists_at(types_at(actor.authority), region=actor.region)
    page = Paginator(lists, PER_PAGE).get_page(request.GET.get("page"))
    waiting = (
        lists.filter(state=State.PREPARED).exclude(prepared_by=actor.name).exclude(drawn_up_by=actor.name)
    )
    context = {
        "run": found.manifest if found else None,
        "lines": [line for line in lines if not line.against],
        "others": [line for line in lines if line.against],
        "page": page,
        "rows": [{"list": made, "measure": measure_on(made.measure, made.day)} for made in page],
        "waiting": waiting.count() if actor.may(Permission.CASE_DECIDE) else 0,
    }
    return render(request, "desk/grant_desk.html", context)


def offer_at_desk(request: HttpRequest, actor: Actor) -> Offer:
    """The case type and measure that were asked for; 404 where they are not of the actor's desk."""
    given = request.POST if request.method == "POST" else request.GET
    offer = offer_named(given.get("case_type", ""), given.get("measure", ""), on=today())
    if offer is None or offer.key not in types_at(actor.authority):
        raise Http404
    return offer


@require_GET
@may(Permission.CASE_HANDLE)
def grant_measure(request: HttpRequest) -> HttpResponse:
    """Who would be on a list: firms of the region that are entitled, by district, industry and size."""
    actor, found = actor_of(request), run()
    offer = offer_at_desk(request, actor)
    if found is None:
        raise Http404
    path = candidates_of(found, offer.measure.key, VerdictKind.ELIGIBLE)
    wanted = wanted_from(request.GET, actor)
    everyone = figures_of(selected(path, Wanted(within=actor.region)))
    figures = figures_of(selected(path, wanted))
    context = {
        "offer": offer,
        "run": found.manifest,
        "figures": figures,
        "wanted": wanted,
        "choices": {
            name: [(cell or "-", cell_name(name, cell), firms) for cell, firms, _ in everyone.spreads[name]]
            for name in SPREADS
        },
        "against": list(against(offer)),
        "may_draw_up": stands_among(actor.authority, offer.case_type.desks.get(Role.OFFICER, ())),
        "kept": [(name, request.GET[name]) for name in FILTERS if request.GET.get(name)],
    }
    return render(request, "desk/grant_measure.html", context)


FILTERS: Final = ("district", "industry", "size", "least", "most")


def wanted_from(given: QueryDict, actor: Actor) -> Wanted:
    """404 for a district beyond the actor's reach."""
    district = given.get("district", "")
    if district and not district.startswith(actor.region):
        raise Http404
    return Wanted(
        within=actor.region,
        district=district,
        industry=given.get("industry", ""),
        size=given.get("size", ""),
        least=yuan_from(given.get("least", "")),
        most=yuan_from(given.get("most", "")),
    )


def yuan_from(text: str) -> Decimal | None:
    try:
        number = Decimal(text.replace(",", "").strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


@require_POST
@may(Permission.CASE_HANDLE)
def grant_draw_up(request: HttpRequest) -> HttpResponse:
    actor, found = actor_of(request), run()
    offer = offer_at_desk(request, actor)
    if found is None or any(against(offer)):
        raise Http404
    if not stands_among(actor.authority, offer.case_type.desks.get(Role.OFFICER, ())):
        raise PermissionDenied
    made = draw_up_list(
        offer, found, authority=actor.authority, wanted=wanted_from(request.POST, actor),
        by=actor.name, at=now(), on=today(),
    )  # fmt: skip
    return redirect("grant_list", made.pk)
