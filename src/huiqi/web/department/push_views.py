"""The push desk: who is entitled to a measure, and drawing up a list of firms to be told."""

from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.holdings.current import measures_on, register, run
from huiqi.measures.types import VerdictKind
from huiqi.procedures.send_push import reach_of
from huiqi.pushes.actions import Drawn, draw_up, record_look
from huiqi.pushes.export import csv_of
from huiqi.pushes.queries import lists_of, waiting_for
from huiqi.pushes.select import SPREADS, Figures, Wanted, counts_by_measure, figures_of, page_of, selected
from huiqi.pushes.tables import counts_of, snapshot_of
from huiqi.pushes.types import VERDICTS
from huiqi.pushes.words import cell_name
from huiqi.web.department.push_asked import asked_of, rows_of
from huiqi.web.shared.day import day_of
from huiqi.web.shared.templatetags.say import is_english

PER_PAGE = 25


@require_GET
@may(Permission.PUSH_PREPARE)
def push_desk(request: HttpRequest) -> HttpResponse:
    """Measures in force on the day with how many firms of the region may have them."""
    actor, found, text = actor_of(request), run(), request.GET.get("q", "").strip().lower()
    lines: list[dict[str, Any]] = []
    if found is not None:
        counts = counts_by_measure(counts_of(found), actor.region)
        for measure in measures_on(day_of(request)):
            if text in measure.title.zh.lower() or text in measure.title.en.lower():
                eligible, claimable = (counts.get((measure.key, str(v)), (0, 0.0)) for v in VERDICTS)
                lines.append(
                    {
                        "measure": measure,
                        "eligible": eligible[0],
                        "claimable": claimable[0],
                        "value": eligible[1],
                    }
                )
    lines.sort(key=lambda line: (-line["eligible"], -line["claimable"], line["measure"].key))
    context = {
        "run": found.manifest if found else None,
        "is_older": found is not None and is_of_older_register(str(found.manifest.get("version"))),
        "q": request.GET.get("q", ""),
        "page": Paginator(lines, 30).get_page(request.GET.get("page")),
        "waiting": waiting_for(actor).count() if actor.may(Permission.PUSH_SEND) else 0,
    }
    return render(request, "department/push_desk.html", context)


def is_of_older_register(version: str) -> bool:
    current = register()
    return current is not None and current.folder.name != version


@require_GET
@may(Permission.PUSH_PREPARE)
def push_lists(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    measures = {m.key: m for m in measures_on(day_of(request))}
    page = Paginator(lists_of(actor), 20).get_page(request.GET.get("page"))
    rows = [{"push": push, "measure": measures.get(push.measure)} for push in page]
    return render(request, "department/push_lists.html", {"rows": rows, "page": page})


@require_GET
@may(Permission.PUSH_PREPARE)
def push_measure(request: HttpRequest, pack: str, id: str) -> HttpResponse:
    """The firms of one's region that are entitled to a measure (or may claim it), filtered, page by page."""
    asked, actor = asked_of(request, pack, id), actor_of(request)
    everyone = figures_of(selected(asked.path, Wanted(within=actor.region)))
    frame = asked.frame
    figures = figures_of(frame)
    page = Paginator(range(figures.firms), PER_PAGE).get_page(request.GET.get("page"))
    start = (page.number - 1) * PER_PAGE
    firms = page_of(frame, start=start, rows=PER_PAGE)
    detail = {
        **asked.wanted.as_json(),
        "verdict": str(asked.verdict),
        "page": page.number,
        "rows": len(firms),
    }
    record_look("viewed", f"measure:{asked.measure.key}", detail, by=actor.name, at=now())
    context = {
        "measure": asked.measure,
        "verdict": asked.verdict,
        "verdicts": VERDICTS,
        "run": asked.run.manifest,
        "figures": figures,
        "spreads": spreads_of(figures),
        "choices": dict(spreads_of(everyone)),
        "wanted": asked.wanted,
        "rows": rows_of(firms, asked.run),
        "page": page,
        "reach": reach_of(
            asked.run, asked.measure.key, asked.verdict, region=actor.region, entitled=everyone.firms
        ),
        "is_entitled": asked.verdict is VerdictKind.ELIGIBLE,
        "kept": kept_fields(request),
        "has_amount": figures.amount != figures.value and bool(figures.amount),
    }
    return render(request, "department/push_measure.html", context)


def kept_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """The filters of this page, for the form that draws up a list."""
    names = ("verdict", "district", "industry", "size", "least", "most", "not_told", "not_claimed")
    return [(name, request.GET[name]) for name in names if request.GET.get(name)]


def spreads_of(figures: Figures) -> list[tuple[str, list[dict[str, Any]]]]:
    return [
        (
            name,
            [
                {"cell": cell or "-", "name": cell_name(name, cell), "firms": firms, "value": value}
                for cell, firms, value in figures.spreads[name]
            ],
        )
        for name in SPREADS
    ]


@require_GET
@may(Permission.PUSH_PREPARE)
def push_export(request: HttpRequest, pack: str, id: str) -> HttpResponse:
    """The list as a file, masked; every export leaves a deed."""
    asked, actor = asked_of(request, pack, id), actor_of(request)
    detail = {**asked.wanted.as_json(), "verdict": str(asked.verdict)}
    record_look("exported", f"measure:{asked.measure.key}", detail, by=actor.name, at=now())
    pieces = csv_of(asked.frame, snapshot_of(asked.run), language="en" if is_english() else "zh")
    return as_download(pieces, f"{pack}-{id}-{asked.verdict}.csv")


def as_download(pieces: Any, name: str) -> HttpResponse:
    answer = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return cast(HttpResponse, answer)


@require_POST
@may(Permission.PUSH_PREPARE)
def push_draw_up(request: HttpRequest, pack: str, id: str) -> HttpResponse:
    """Keep the firms of the filter as a list."""
    asked, actor = asked_of(request, pack, id), actor_of(request)
    drawn = Drawn(
        measure=asked.measure.key,
        verdict=str(asked.verdict),
        run=asked.run.folder.name,
        day=asked.run.manifest["as_of"],
        authority=actor.authority,
        region=actor.region,
        filters=asked.wanted.as_json(),
        synthetic=bool(asked.run.manifest.get("synthetic")),
    )
    push = draw_up(drawn, asked.frame, by=actor.name, at=now())
    return redirect("push_list", push.pk)
