"""The complaint desk (投诉台): complaints, reports and tickets with their kinds, clocks and results; calls taken."""

from datetime import date
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.cases.types import CaseType
from huiqi.casework.actions import note_export
from huiqi.casework.desk_queries import COLOURS, answers_to, by_clock, count_by_colour, shown_on
from huiqi.casework.models import Case
from huiqi.measures.expressions import Type
from huiqi.procedures.act_in_case import cases_seen_by
from huiqi.procedures.case_clocks import Refused
from huiqi.procedures.case_rules import NoSuchType, case_type_named
from huiqi.procedures.take_by_telephone import SPOKEN, Call, read_call, spoken_types, take_call
from huiqi.web.desk.asked import SHOWS, Asked, asked_in, fitting, type_choices
from huiqi.web.desk.fields import fields_asked, replies_in
from huiqi.web.desk.inbox_views import MOST_EXPORTED, ON_A_PAGE, as_csv, told_to
from huiqi.web.desk.step_forms import by_field
from huiqi.web.desk.words import Row, row_of, shown_colour, type_of
from huiqi.web.shared.day import today

ANSWER: Final = "a-"


@require_GET
@may(Permission.CASE_HANDLE, Permission.CASE_SUPERVISE)
def complaint_desk(request: HttpRequest) -> HttpResponse:
    """Complaints, reports and tickets of the desk by clock; of the supervision office those of its region."""
    actor, day = actor_of(request), today()
    everything, found, asked = complaints_asked(request)
    counts = count_by_colour(found)
    if asked.colour:
        found = found.filter(shown=asked.colour)
    page = Paginator(by_clock(found), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "asked": asked,
        "anonymous": request.GET.get("anonymous") == "1",
        "shows": SHOWS.items(),
        "counts": [(shown_colour(colour), counts.get(colour, 0)) for colour in COLOURS],
        "page": page,
        "rows": with_kinds(list(page), day),
        "types": type_choices(everything),
        "told": told_to(actor, everything),
    }
    return render(request, "desk/complaints.html", context)


def complaints_asked(request: HttpRequest) -> tuple[QuerySet[Any], QuerySet[Any], Asked]:
    """All that people called or complained about, what the filters leave of it, and the filters."""
    actor, asked = actor_of(request), asked_in(request, otherwise="open")
    everything = shown_on(cases_seen_by(actor).filter(purpose__in=SPOKEN), today())
    found = fitting(everything, asked, actor)
    if request.GET.get("anonymous") == "1":
        found = found.filter(anonymous=True)
    return everything, found, asked


@require_GET
@may(Permission.CASE_HANDLE, Permission.CASE_SUPERVISE)
def complaint_export(request: HttpRequest) -> HttpResponse:
    """The list as a file, masked; the export leaves a deed."""
    _, found, asked = complaints_asked(request)
    if asked.colour:
        found = found.filter(shown=asked.colour)
    rows = with_kinds(list(by_clock(found)[:MOST_EXPORTED]), today())
    filters = asked.as_filters() | {"desk": "complaints"}
    note_export(len(rows), filters, by=actor_of(request).name, at=now())
    return as_csv(rows)


def with_kinds(cases: list[Any], day: date) -> list[Row]:
    """Rows that say what kind of complaint each is: the first field of the form that is chosen from a list."""
    fields = {case.pk: kind_field(type_of(case.type)) for case in cases}
    answers = answers_to(cases, {field for field in fields.values() if field})
    return [
        row_of(case, day, shown=case.shown, kind=kind_words(case, answers.get((case.pk, fields[case.pk]))))
        for case in cases
    ]


def kind_field(case_type: CaseType | None) -> str:
    fields = case_type.form if case_type is not None else ()
    return next((field.name for field in fields if field.kind.type is Type.ENUM), "")


def kind_words(case: Case, value: Any) -> Bilingual | None:
    case_type = type_of(case.type)
    if value is None or case_type is None:
        return None
    kinds = {field.name: field.kind for field in case_type.form}
    return kinds[kind_field(case_type)].values.get(str(value))


@require_GET
@may(Permission.CASE_HANDLE)
def by_telephone(request: HttpRequest) -> HttpResponse:
    """What the desk takes by telephone, to choose from."""
    return render(request, "desk/telephone.html", {"types": spoken_types(actor_of(request), on=today())})


@require_http_methods(["GET", "POST"])
@may(Permission.CASE_HANDLE)
def telephone_form(request: HttpRequest, pack: str, id: str) -> HttpResponse:
    """Write down what somebody says, and hand it in for them. The word of a case without a name is shown once."""
    actor, day, key = actor_of(request), today(), f"{pack}/{id}"
    if key not in dict(spoken_types(actor, on=day)):
        raise Http404
    call = call_in(request, key)
    problems: dict[str, list[Bilingual]] = {}
    if request.method == "POST":
        try:
            opened = take_call(call, actor=actor, on=day, at=now())
        except Refused as refusal:
            problems = by_field(refusal.problems)
        else:
            return render(request, "desk/taken.html", {"opened": opened, "case": opened.case})
    _, form, _ = read_call(call, on=day)
    again = {ANSWER + name: text for name, text in call.replies.items()}
    names = {asked.name for asked in form.of()}
    context = {
        "key": key,
        "case_type": case_type_named(key)[1],
        "sections": [
            (section.name, fields_asked(section.fields, ANSWER, again, problems))
            for section in form.sections()
        ],
        "party": call.party,
        "problems": problems,
        "others": [words for name in problems if name not in names | {"party"} for words in problems[name]],
    }
    return render(request, "desk/telephone_form.html", context, status=422 if problems else 200)


def call_in(request: HttpRequest, key: str) -> Call:
    """What was typed so far; raises Http404 where the matter is gone."""
    party = request.POST.get("party", "").strip().upper()[:18]
    try:
        case_type = case_type_named(key)[1]
    except NoSuchType as gone:
        raise Http404 from gone
    replies = {
        name.removeprefix(ANSWER): str(text)[:5_000]
        for name, text in request.POST.items()
        if name.startswith(ANSWER)
    }
    kinds = {field.name: field.kind for field in case_type.form}
    return Call(key, party, replies=replies | replies_in(request.POST, ANSWER, kinds))
