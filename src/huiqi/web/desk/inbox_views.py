"""The inbox of a desk (办件): its cases by clock, whose turn it is, who has them in hand."""

import csv
from collections.abc import Iterable
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from huiqi.access.actor import Actor
from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.base.masks import masked_code, masked_name
from huiqi.base.spreadsheet import plain_cell
from huiqi.cases.types import Role
from huiqi.casework.actions import note_export
from huiqi.casework.desk_queries import COLOURS, by_clock, count_by_colour, escalations_unseen, shown_on
from huiqi.casework.models import Case
from huiqi.procedures.act_in_case import cases_seen_by
from huiqi.web.desk.asked import SHOWS, asked_in, fitting, state_choices, type_choices
from huiqi.web.desk.guard import AT_WORK
from huiqi.web.desk.words import Row, row_of, shown_colour, title_of
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.say import here, say

ON_A_PAGE: Final = 30
MOST_EXPORTED: Final = 5_000
MOST_TOLD: Final = 8


@require_GET
@may(*AT_WORK)
def inbox(request: HttpRequest) -> HttpResponse:
    """Cases by clock, the most urgent first, with what each colour counts on top."""
    actor, day = actor_of(request), today()
    asked = asked_in(request)
    everything = shown_on(cases_seen_by(actor), day)
    found = fitting(everything, asked, actor)
    counts = count_by_colour(found)
    if asked.colour:
        found = found.filter(shown=asked.colour)
    page = Paginator(by_clock(found), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "asked": asked,
        "shows": SHOWS.items(),
        "counts": [(shown_colour(colour), counts.get(colour, 0)) for colour in COLOURS],
        "untimed": counts.get("", 0),
        "page": page,
        "rows": rows_of(page, day),
        "types": type_choices(everything),
        "states": state_choices(everything),
        "told": told_to(actor, everything),
        "is_narrowed": bool(asked.type or asked.state or asked.words or asked.mine or asked.colour),
    }
    return render(request, "desk/inbox.html", context)


def rows_of(cases: Iterable[Any], day: Any) -> list[Row]:
    return [row_of(case, day, shown=case.shown) for case in cases]


def told_to(actor: Actor, found: QuerySet[Case], most: int = MOST_TOLD) -> list[tuple[Any, Bilingual]]:
    """What somebody was told of and has not looked at, with its title: the supervision office, or a head."""
    roles = []
    if actor.may(Permission.CASE_SUPERVISE):
        roles.append(Role.SUPERVISOR)
    if actor.may(Permission.CASE_DECIDE):
        roles += [Role.DECIDER, Role.SUPERVISOR]
    return [(one, title_of(one.case)) for one in escalations_unseen(found, roles)[:most]]


@require_GET
@may(*AT_WORK)
def inbox_export(request: HttpRequest) -> HttpResponse:
    """The list as a file, codes and names masked; the export leaves a deed."""
    actor, day = actor_of(request), today()
    asked = asked_in(request)
    found = fitting(shown_on(cases_seen_by(actor), day), asked, actor)
    if asked.colour:
        found = found.filter(shown=asked.colour)
    rows = rows_of(by_clock(found)[:MOST_EXPORTED], day)
    note_export(len(rows), asked.as_filters(), by=actor.name, at=now())
    return as_csv(rows)


def as_csv(rows: list[Row]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="cases.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(
        [
            say("编号", "number"), say("事项", "matter"), say("类别", "kind"), say("申请人", "party"), say("信用代码", "credit code"),
            say("环节", "state"), say("待谁办", "whose turn"), say("在办人", "in hand"),
            say("时限", "clock"), say("到期日", "due"), say("提交日", "submitted"), say("合成", "synthetic"),
        ]
    )  # fmt: skip
    for row in rows:
        case = row.case
        cells = [
            case.number, here(row.title), here(row.kind) or here(row.purpose), masked_name(case.party_name), masked_code(case.party),
            here(row.state), here(row.turn), case.officer, here(row.clock.name) if row.clock else "",
            case.next_due.isoformat() if case.next_due else "",
            case.submitted_on.isoformat() if case.submitted_on else "", "1" if case.synthetic else "",
        ]  # fmt: skip
        writer.writerow(map(plain_cell, cells))
    return response
