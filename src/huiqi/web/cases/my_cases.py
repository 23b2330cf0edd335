"""Cases of one's own (我的办件): as applicant, as who serves, as the other side; what waits for oneself first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from huiqi.access.actor import Actor
from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.cases.clocks import Colour
from huiqi.cases.names import PURPOSE_NAMES
from huiqi.cases.types import Purpose, Role, Turn
from huiqi.casework.desk_queries import searched, shown_on
from huiqi.casework.models import Case
from huiqi.procedures.act_in_case import cases_seen_by
from huiqi.procedures.case_rules import NoSuchType, case_type_named
from huiqi.web.cases.standing import (
    Coming,
    authorities_of,
    colour_badge,
    colour_name,
    coming,
    name_of,
    turn_badge,
    turn_words,
)
from huiqi.web.shared.day import today
from huiqi.web.shared.typed import words_in

ON_A_PAGE: Final = 20
ENDED: Final = (Turn.SETTLED, Turn.CLOSED)
FILTERS: Final[Mapping[str, Bilingual]] = {
    "": Bilingual("全部", "All"),
    "mine": Bilingual("待我办理", "My turn"),
    "going": Bilingual("办理中", "In hand"),
    "ended": Bilingual("已办结", "Ended"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One case of the list."""

    case: Case
    title: Bilingual
    purpose: Bilingual
    state: Bilingual
    turn: Bilingual
    badge: str
    role: Role
    other: str  # whom it is with, where it is not one's own
    next: tuple[Coming, ...]
    authorities: tuple[str, ...]
    due: date | None
    colour: Bilingual | None
    colour_badge: str
    is_there: bool  # its declaration is


@require_GET
@may(Permission.OWN_CASES)
def my_cases(request: HttpRequest) -> HttpResponse:
    actor, words = actor_of(request), words_in(request.GET, "q", 60)
    chosen = request.GET.get("show", "")
    chosen = chosen if chosen in FILTERS else ""
    found = searched(cases_seen_by(actor), words)
    narrowed = found.filter(wanted(actor)[chosen]) if chosen else found
    page = Paginator(in_order(narrowed, actor), ON_A_PAGE).get_page(request.GET.get("page"))
    counts = counted(found, actor)
    context = {
        "page": page,
        "rows": [row_of(case, actor) for case in page],
        "tabs": [(key, name, counts[key or "all"]) for key, name in FILTERS.items()],
        "show": chosen,
        "words": words,
    }
    return render(request, "cases/my_cases.html", context)


def wanted(actor: Actor) -> dict[str, Q]:
    """The rows of each filter."""
    mine = (
        Q(turn=Turn.APPLICANT, party=actor.party)
        | Q(turn=Turn.PROVIDER, provider=actor.party)
        | Q(turn=Turn.OTHER_SIDE, other_side=actor.party)
    )
    ended = Q(turn__in=ENDED)
    return {"mine": mine, "going": ~ended & ~mine, "ended": ended}


def counted(found: QuerySet[Case], actor: Actor) -> dict[str, int]:
    filters = {name: Count("pk", filter=q, distinct=True) for name, q in wanted(actor).items()}
    counts: dict[str, Any] = found.order_by().aggregate(all=Count("pk", distinct=True), **filters)
    return counts


def in_order(found: QuerySet[Case], actor: Actor) -> QuerySet[Case]:
    """What waits for oneself first, then what is open, then the newest."""
    rank = wanted(actor)
    ordered: QuerySet[Case] = shown_on(found, today()).annotate(is_mine=rank["mine"], has_ended=rank["ended"])
    return ordered.select_related("parent").order_by(F("is_mine").desc(), F("has_ended").asc(), "-pk")


def role_in(case: Case, actor: Actor) -> Role:
    if case.party == actor.party:
        return Role.APPLICANT
    return Role.PROVIDER if case.provider == actor.party else Role.OTHER_SIDE


def row_of(case: Case, actor: Actor) -> Row:
    role = role_in(case, actor)
    try:
        _, case_type = case_type_named(case.type)
        state = case_type.states[case.state].title
        following, desk, is_there = coming(case, case_type, mine=[role]), authorities_of(case), True
    except (NoSuchType, KeyError):
        state, following, desk, is_there = Bilingual(case.state, case.state), (), (), False
    shown = str(getattr(case, "shown", case.colour))
    ended = case.turn in ENDED
    return Row(
        case=case,
        title=Bilingual(case.title_zh, case.title_en),
        purpose=PURPOSE_NAMES[Purpose(case.purpose)],
        state=state,
        turn=turn_words(case, [role]),
        badge=turn_badge(case, [role]),
        role=role,
        other=case.party_name
        if role is not Role.APPLICANT
        else name_of(case.provider)
        if case.provider
        else "",
        next=() if ended else following,
        authorities=desk,
        due=None if ended or shown == Colour.PAUSED else case.next_due,
        colour=None if ended else colour_name(shown),
        colour_badge=colour_badge(shown),
        is_there=is_there,
    )
