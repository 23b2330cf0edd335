"""What everybody may see of cases: lists open to objections, how long offices take, what was granted."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.base.spreadsheet import plain_cell
from huiqi.cases.names import OUTCOME_NAMES
from huiqi.cases.types import Outcome
from huiqi.casework.models import Case, Publication
from huiqi.casework.public_queries import results_of
from huiqi.casework.queries import published_on
from huiqi.holdings.current import library
from huiqi.measures.expressions import Type
from huiqi.procedures.case_clocks import Refused
from huiqi.procedures.case_rules import NoSuchType, case_type_named, rules_of
from huiqi.procedures.fill_in_case import edition_of, keep_draft
from huiqi.procedures.object_to_case import open_objection
from huiqi.procedures.public_cases import offices_on, public_name
from huiqi.web.cases.history import state_name
from huiqi.web.cases.standing import authorities_of
from huiqi.web.cases.starting import TOO_OFTEN, after_opening, is_too_often, own_party
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.say import here as in_language

ON_A_PAGE: Final = 20
MOST_EXPORTED: Final = 5_000
"""Concerned by an objection: filled in for who objects, where the form has such a field."""
CONCERNED: Final = "entry_concerned"


@dataclass(frozen=True, slots=True)
class Listed:
    """A case on a public list."""

    case: Case
    title: Bilingual
    name: str
    state: Bilingual
    outcome: Bilingual | None
    authorities: tuple[str, ...]
    shows: tuple[tuple[Bilingual, Bilingual], ...]
    publication: Publication | None


def listed(case: Case, publication: Publication | None = None) -> Listed:
    try:
        rules = rules_of(case, on=today())
        state, desk = state_name(case.state, rules), authorities_of(case)
    except NoSuchType:
        state, desk = Bilingual(case.state, case.state), ()
    shows = (publication.shows if publication is not None else {}).values()
    return Listed(
        case,
        Bilingual(case.title_zh, case.title_en),
        public_name(case),
        state,
        OUTCOME_NAMES[Outcome(case.outcome)] if case.outcome else None,
        desk,
        tuple((Bilingual(*shown["label"]), Bilingual(*shown["words"])) for shown in shows),
        publication,
    )


@require_GET
@may(Permission.PUBLIC)
def published(request: HttpRequest) -> HttpResponse:
    found = published_on(today()).select_related("case__parent")
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [listed(publication.case, publication) for publication in page]
    return render(request, "cases/published.html", {"page": page, "rows": rows})


def open_publication(key: int) -> Publication:
    """Raises Http404 for one that is not open today."""
    found = published_on(today()).filter(pk=key).select_related("case__parent").first()
    if found is None:
        raise Http404
    return found


@require_GET
@may(Permission.PUBLIC)
def publication(request: HttpRequest, key: int) -> HttpResponse:
    found = open_publication(key)
    context = {"row": listed(found.case, found), "party": own_party(actor_of(request))}
    return render(request, "cases/publication.html", context)


@require_POST
@may(Permission.PUBLIC)
def object_to(request: HttpRequest, key: int) -> HttpResponse:
    """Open an objection to what is published, under one's name or without."""
    found = open_publication(key)
    actor = actor_of(request)
    party = "" if request.POST.get("name") == "none" else own_party(actor)
    by = actor.name if party else ""
    if not party and is_too_often(request):
        messages.error(request, in_language(TOO_OFTEN))
        return redirect("publication", key=key)
    try:
        opened = open_objection(found.case, party=party, by=by, on=today(), at=timezone.now())
    except Refused as refused:
        messages.error(request, in_language(refused.problems[0].words))
        return redirect("publication", key=key)
    _, case_type = case_type_named(opened.case.type)
    if any(f.name == CONCERNED and f.kind.type is Type.TEXT for f in case_type.form):
        concerned = {CONCERNED: f"{found.case.title_zh} {public_name(found.case)} {found.case.number}"}
        seen = edition_of(opened.case)
        keep_draft(opened.case, concerned, seen=seen, by=by, on=today(), at=timezone.now())
    return after_opening(request, opened)


@require_GET
@may(Permission.PUBLIC)
def handling(request: HttpRequest) -> HttpResponse:
    rows = offices_on(today())
    if request.GET.get("format") == "csv":
        head = ["部门", "在办", "即将到期", "已超期"]
        return table("handling.csv", head, (["、".join(r.names), r.in_hand, r.soon, r.late] for r in rows))
    context = {
        "rows": rows,
        "in_hand": sum(row.in_hand for row in rows),
        "soon": sum(row.soon for row in rows),
        "late": sum(row.late for row in rows),
    }
    return render(request, "cases/handling.html", context)


def table(name: str, head: list[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """For a spreadsheet; cells that it would take for a formula are quoted."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(head)
    writer.writerows([plain_cell(str(cell)) for cell in row] for row in rows)
    return response


def published_types() -> list[str]:
    return [
        f"{slug}/{name}"
        for slug, pack in library().packs.items()
        for name, case_type in pack.cases.items()
        if case_type.publication is not None
    ]


@require_GET
@may(Permission.PUBLIC)
def results(request: HttpRequest) -> HttpResponse:
    found = results_of(published_types(), on=today()).select_related("parent")
    if request.GET.get("format") == "csv":
        head = ["编号", "事项", "主体", "金额（元）", "决定日期"]
        rows = (
            [c.number, c.title_zh, public_name(c), c.amount_granted or "", c.decided_on or ""]
            for c in found[:MOST_EXPORTED]
        )
        return table("results.csv", head, rows)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "cases/results.html", {"page": page, "rows": [listed(case) for case in page]})
