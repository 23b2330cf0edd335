"""One list of the push desk: leave firms out, write, prepare, confirm, send, and see what came of it."""

import polars as pl
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.holdings.current import data_folder, library, run
from huiqi.matching.stored import NoRun, StoredRun, open_run
from huiqi.procedures.send_push import message_to, what_came_of
from huiqi.pushes import actions
from huiqi.pushes.actions import record_look
from huiqi.pushes.export import csv_of
from huiqi.pushes.models import PushList
from huiqi.pushes.queries import answers_to, left_out_of, lists_of
from huiqi.pushes.select import Firm, page_of
from huiqi.pushes.tables import list_path, snapshot_of
from huiqi.pushes.types import ANSWER_NAMES, OPEN, Answer, State
from huiqi.web.department.push_asked import rows_of
from huiqi.web.department.push_views import PER_PAGE, as_download
from huiqi.web.department.trying import tried
from huiqi.web.department.work import send_in_background
from huiqi.web.shared.templatetags.say import here, is_english


def push_of(request: HttpRequest, key: int) -> PushList:
    """One of the actor's department and region; 404 for any other."""
    return get_object_or_404(lists_of(actor_of(request)), pk=key)


def run_of(push: PushList) -> StoredRun | None:
    """The run it was drawn from, else the one that counts."""
    try:
        return open_run(data_folder() / "runs" / push.run)
    except NoRun:
        return run()


@require_GET
@may(Permission.PUSH_PREPARE)
def push_list(request: HttpRequest, key: int) -> HttpResponse:
    push, actor = push_of(request, key), actor_of(request)
    page = Paginator(range(push.firms), PER_PAGE).get_page(request.GET.get("page"))
    firms = page_of(pl.scan_parquet(list_path(key)), start=(page.number - 1) * PER_PAGE, rows=PER_PAGE)
    detail = {"page": page.number, "rows": len(firms)}
    record_look("viewed", actions.about(push), detail, by=actor.name, at=now())
    left_out = left_out_of(push) if push.state not in (State.SENDING, State.SENT) else {}
    is_out = push.state in (State.SENDING, State.SENT)
    answers = answers_to(push, [f.code for f in firms]) if is_out else {}
    rows = [
        {**row, "left_out": left_out.get(row["firm"].code), "answer": named(answers.get(row["firm"].code))}
        for row in rows_of(firms, run_of(push))
    ]
    measure = library().measure(push.measure)
    title, body = message_to(push, measure, firms[0].value if firms else None)
    is_own = actor.name in (push.prepared_by, push.drawn_up_by)
    context = {
        "push": push,
        "measure": measure,
        "rows": rows,
        "page": page,
        "left_out": len(left_out),
        "remaining": push.firms - len(left_out),
        "title": title,
        "body": body,
        "body_en": body.en.rpartition(push.authority)[0],  # the authority has no English name
        "is_open": push.state in OPEN,
        "is_sending": push.state == State.SENDING,
        "is_sent": push.state == State.SENT,
        "may_confirm": actor.may(Permission.PUSH_SEND) and push.state == State.PREPARED and not is_own,
        "is_own": push.state == State.PREPARED and is_own,
        "came": what_came_of(push, run()) if push.state == State.SENT else None,
        "answers": [(answer.value, ANSWER_NAMES[answer]) for answer in Answer],
        "exclusions": push.exclusions.order_by("pk")[:200] if push.state in OPEN else [],
    }
    return render(request, "department/push_list.html", context)


def named(answer: str | None) -> Bilingual | None:
    return ANSWER_NAMES[Answer(answer)] if answer else None


def firm_at(push: PushList, request: HttpRequest) -> Firm:
    """The firm whose row was meant; 404 where there is no such row. Codes never stand in a page."""
    text = request.POST.get("place", "")
    place = int(text) if text.isascii() and text.isdigit() else -1
    firms = (
        page_of(pl.scan_parquet(list_path(push.pk)), start=place, rows=1) if 0 <= place < push.firms else []
    )
    if not firms:
        raise Http404
    return firms[0]


def reason_in(request: HttpRequest, most: int) -> str:
    reason = request.POST.get("reason", "").strip()[:most]
    if not reason:
        messages.error(request, here(Bilingual("请写明原因", "Say why")))
    return reason


@require_POST
@may(Permission.PUSH_PREPARE)
def push_leave_out(request: HttpRequest, key: int) -> HttpResponse:
    push, actor = push_of(request, key), actor_of(request)
    firm, reason = firm_at(push, request), reason_in(request, 300)
    if reason:
        tried(request, lambda: actions.leave_out(push, firm.code, reason, by=actor.name, at=now()))
    return redirect("push_list", key)


@require_POST
@may(Permission.PUSH_PREPARE)
def push_take_back_in(request: HttpRequest, key: int, exclusion: int) -> HttpResponse:
    push, actor = push_of(request, key), actor_of(request)
    tried(request, lambda: actions.take_back_in(push, exclusion, by=actor.name, at=now()))
    return redirect("push_list", key)


@require_POST
@may(Permission.PUSH_PREPARE)
def push_note(request: HttpRequest, key: int) -> HttpResponse:
    push, actor = push_of(request, key), actor_of(request)
    zh, en = (request.POST.get(name, "").strip()[:500] for name in ("note_zh", "note_en"))
    tried(request, lambda: actions.write_note(push, zh, en, by=actor.name, at=now()))
    return redirect("push_list", key)


@require_POST
@may(Permission.PUSH_PREPARE)
def push_prepare(request: HttpRequest, key: int) -> HttpResponse:
    push, actor = push_of(request, key), actor_of(request)
    tried(request, lambda: actions.prepare(push, by=actor.name, at=now()))
    return redirect("push_list", key)


@require_POST
@may(Permission.PUSH_PREPARE)
def push_drop(request: HttpRequest, key: int) -> HttpResponse:
    push, actor = push_of(request, key), actor_of(request)
    tried(request, lambda: actions.drop(push, by=actor.name, at=now()))
    return redirect("push_list", key)


@require_POST
@may(Permission.PUSH_SEND)
def push_send(request: HttpRequest, key: int) -> HttpResponse:
    push, actor = push_of(request, key), actor_of(request)
    if tried(request, lambda: actions.confirm(push, by=actor.name, at=now())):
        send_in_background.enqueue(key, actor.name)
    return redirect("push_list", key)


@require_POST
@may(Permission.PUSH_SEND)
def push_return(request: HttpRequest, key: int) -> HttpResponse:
    push, actor = push_of(request, key), actor_of(request)
    reason = reason_in(request, 500)
    if reason:
        tried(request, lambda: actions.send_back(push, reason, by=actor.name, at=now()))
    return redirect("push_list", key)


@require_POST
@may(Permission.PUSH_PREPARE)
def push_answer(request: HttpRequest, key: int) -> HttpResponse:
    """What a firm did, as the department learned it."""
    push, actor = push_of(request, key), actor_of(request)
    firm, answer = firm_at(push, request), request.POST.get("answer", "")
    if answer not in set(Answer):
        raise Http404
    tried(request, lambda: actions.note_answer(push, firm.code, Answer(answer), by=actor.name, at=now()))
    return redirect("push_list", key)


@require_GET
@may(Permission.PUSH_PREPARE)
def push_list_export(request: HttpRequest, key: int) -> HttpResponse:
    """The list as a file, masked and without those left out; every export leaves a deed."""
    push, actor = push_of(request, key), actor_of(request)
    found = run_of(push)
    if found is None:
        raise Http404
    record_look("exported", actions.about(push), {"firms": push.firms}, by=actor.name, at=now())
    out = list(left_out_of(push))
    frame = pl.scan_parquet(list_path(key)).filter(~pl.col("code").is_in(out))
    pieces = csv_of(frame, snapshot_of(found), language="en" if is_english() else "zh")
    return as_download(pieces, f"push-{key}.csv")
