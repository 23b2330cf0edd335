"""One entry of a register under the keeper's hands: enter, change of grade, review, take out."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.cases.types import Effect
from huiqi.dossiers.queries import file_of
from huiqi.measures.expressions import Value
from huiqi.procedures.keep_roll import (
    BY_CASE,
    Written,
    enter_directly,
    entry_questions,
    from_file,
    goes_by_case,
    keeps,
    register_of,
    regrade,
    review_entry,
    take_out_entry,
    values_of,
)
from huiqi.procedures.show_roll import row_of
from huiqi.registers.entries import lists_parties, name_field
from huiqi.registers.types import Register
from huiqi.rolls.models import Entry, EventKind
from huiqi.rolls.queries import events_of
from huiqi.rolls.types import EntryRefused
from huiqi.web.desk.fields import Field, field_of, replies_in
from huiqi.web.desk.roll_views import kept_register_here
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.say import say

BEFORE: Final = "e-"
MOST_PARENTS: Final = 500
EVENTS: Final = {
    EventKind.ENTERED: Bilingual("列入", "entered"),
    EventKind.REGRADED: Bilingual("调整等级", "grade changed"),
    EventKind.REVIEWED: Bilingual("复核", "reviewed"),
    EventKind.AMENDED: Bilingual("变更", "amended"),
    EventKind.LEFT: Bilingual("移出", "left"),
}


def fields_of(
    register: Register, values: Mapping[str, Value], request: HttpRequest, problems: Mapping[str, Bilingual]
) -> list[Field]:
    """The fields of an entry as they are filled in, what was typed before in them."""
    return [
        field_of(
            asked.kind,
            BEFORE + asked.name,
            value=values.get(asked.name),
            again=request.POST.get(BEFORE + asked.name),
            required=asked.required and asked.when is None,
            problems=[problems[asked.name]] if asked.name in problems else [],
        )
        for asked in register.fields
    ]


def replies_to(register: Register, request: HttpRequest) -> dict[str, str]:
    return replies_in(request.POST, BEFORE, {field.name: field.kind for field in register.fields})


@require_http_methods(["GET", "POST"])
@may(Permission.ROLL_KEEP)
def enter_register(request: HttpRequest, pack: str, name: str) -> HttpResponse:
    """Enter somebody or something; what the file knows is filled in already."""
    register = kept_register_here(request, pack, name)
    sent = request.POST if request.method == "POST" else request.GET
    written = Written(
        sent.get("party", "").strip().upper()[:18], sent.get("name", "").strip()[:200],
        sent.get("grade", "")[:64], sent.get("parent", "")[:20], replies_to(register, request),
    )  # fmt: skip
    problems: Mapping[str, Bilingual] = {}
    if request.method == "POST":
        try:
            entry = enter_directly(register, written, by=actor_of(request), on=today(), at=now())
        except EntryRefused as refused:
            problems = refused.by_field
        else:
            messages.success(request, say("已列入名录，并通知当事人。", "Entered; the party has been told."))
            return redirect("entry", key=entry.pk)
    context = entering(request, register, written, problems)
    return render(request, "desk/roll_enter.html", context, status=422 if problems else 200)


def entering(
    request: HttpRequest, register: Register, written: Written, problems: Mapping[str, Bilingual]
) -> dict[str, Any]:
    dossier = file_of(written.party, on=today()) if written.party else None
    fields = fields_of(register, from_file(register, dossier, on=today()), request, problems)
    named = {field.name.removeprefix(BEFORE) for field in fields}
    parents: Any = ()
    if register.parent is not None:
        above = register.parent if "/" in register.parent else f"{register.pack}/{register.parent}"
        parents = Entry.objects.filter(register__key=above, left_on=None).order_by("name")[:MOST_PARENTS]
    return {
        "register": register,
        "written": written,
        "dossier": dossier,
        "fields": fields,
        "parents": parents,
        "problems": problems,
        "others": [problem for name, problem in problems.items() if name not in named],
        "questions": entry_questions(register, written.party, written.grade, on=today()),
        "by_case": BY_CASE if register.entry_case is not None else None,
        "is_of_parties": lists_parties(register),
        "asks_name": name_field(register) is None and dossier is None,
    }


def entry_here(request: HttpRequest, key: int) -> tuple[Entry, Register]:
    """An entry of a register that is the actor's to keep; 404 for any other."""
    entry = Entry.objects.filter(pk=key).select_related("parent").first()
    register = register_of(entry) if entry is not None else None
    if entry is None or register is None or not keeps(actor_of(request), register):
        raise Http404
    return entry, register


@require_GET
@may(Permission.ROLL_KEEP)
def entry(request: HttpRequest, key: int) -> HttpResponse:
    """What an entry says, how it came to stand as it does, and what its keeper may do."""
    found, register = entry_here(request, key)
    return shown(request, found, register, {})


def shown(
    request: HttpRequest, found: Entry, register: Register, problems: Mapping[str, Bilingual]
) -> HttpResponse:
    fields = fields_of(register, values_of(found, register), request, problems)
    named = {field.name.removeprefix(BEFORE) for field in fields}
    context = {
        "entry": found,
        "register": register,
        "row": row_of(found, register, register.fields, to_all=False),
        "events": [(event, EVENTS[EventKind(event.kind)]) for event in events_of(found)],
        "fields": fields,
        "problems": [problem for name, problem in problems.items() if name not in named],
        "has_problems": bool(problems),
        "grade_by_case": goes_by_case(register, found, Effect.CHANGE_GRADE),
        "leaves_by_case": goes_by_case(register, found, Effect.LEAVE_REGISTER),
        "other_grades": [grade for grade in register.grades if grade.id != found.grade],
        "today": today(),
    }
    return render(request, "desk/roll_entry.html", context, status=422 if problems else 200)


def done(
    request: HttpRequest, key: int, change: Callable[[Entry, Register], Entry], said: str
) -> HttpResponse:
    """Change an entry and come back to it; every reason against it is shown beside what was typed."""
    found, register = entry_here(request, key)
    try:
        change(found, register)
    except EntryRefused as refused:
        return shown(request, found, register, refused.by_field)
    messages.success(request, said)
    return redirect("entry", key=key)


def reason_in(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()[:500]


@require_POST
@may(Permission.ROLL_KEEP)
def regrade_entry(request: HttpRequest, key: int) -> HttpResponse:
    actor, grade, reason = actor_of(request), request.POST.get("grade", ""), reason_in(request)

    def change(found: Entry, register: Register) -> Entry:
        return regrade(found, register, grade, reason=reason, by=actor, on=today(), at=now())

    return done(request, key, change, say("已调整等级。", "The grade has been changed."))


@require_POST
@may(Permission.ROLL_KEEP)
def pass_review(request: HttpRequest, key: int) -> HttpResponse:
    actor, reason = actor_of(request), reason_in(request)

    def change(found: Entry, register: Register) -> Entry:
        replies = replies_to(register, request)
        return review_entry(found, register, replies, reason=reason, by=actor, on=today(), at=now())

    return done(request, key, change, say("复核通过，有效期重新计算。", "Reviewed; its term begins anew."))


@require_POST
@may(Permission.ROLL_KEEP)
def take_out(request: HttpRequest, key: int) -> HttpResponse:
    actor, exit, reason = actor_of(request), request.POST.get("exit", ""), reason_in(request)

    def change(found: Entry, register: Register) -> Entry:
        return take_out_entry(found, register, exit, reason=reason, by=actor, on=today(), at=now())

    return done(
        request, key, change, say("已移出名录，并通知当事人。", "Taken out; the party has been told.")
    )
