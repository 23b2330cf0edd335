"""A firm states facts and corrects them; an office of its region decides."""

import csv
from collections.abc import Iterable
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.base.spreadsheet import plain_cell
from huiqi.dossiers import actions, queries
from huiqi.dossiers.evidence import MOST_BYTES, path_of
from huiqi.dossiers.models import RecordedFact
from huiqi.procedures.correct_file import (
    Outcome,
    Shown,
    Written,
    decide_correction,
    in_reach,
    shown,
    statable,
    state_fact,
)
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.say import masked, say

ON_A_PAGE = 20
MOST_EXPORTED = 5_000


def now() -> datetime:
    return timezone.now()


@require_http_methods(["GET", "POST"])
@may(Permission.OWN_FILE_CORRECT)
def state(request: HttpRequest, fact: str) -> HttpResponse:
    actor = actor_of(request)
    dossier = queries.file_of(actor.party, on=today())
    kind = statable(fact, queries.rules_on(today()).kinds)
    if dossier is None or kind is None:
        raise Http404
    written, outcome = Written(as_of=today().isoformat()), Outcome()
    if request.method == "POST":
        written = written_in(request)
        outcome = state_fact(dossier, fact, written, by=actor.name, on=today(), at=now())
        if outcome.fact is not None:
            messages.success(request, thanks(outcome.fact))
            return HttpResponseRedirect(next_of(request, "/my/corrections/"))
    context = {
        "file": dossier,
        "kind": kind,
        "known": dossier.entry(fact),
        "written": written,
        "problems": outcome.problems,
        "next": request.GET.get("next", request.POST.get("next", "")),
    }
    return render(request, "enterprise/state_fact.html", context, status=422 if outcome.problems else 200)


def written_in(request: HttpRequest) -> Written:
    """What the form says. Of a file no more is read than one byte over the limit."""
    upload = request.FILES.get("file")
    return Written(
        value=request.POST.get("value", "")[:200],
        as_of=request.POST.get("as_of", ""),
        source=request.POST.get("source", ""),
        remark=request.POST.get("remark", ""),
        file_name=str(upload.name) if upload is not None else "",
        file=upload.read(MOST_BYTES + 1) if upload is not None else None,
    )


def thanks(fact: RecordedFact) -> str:
    if fact.standing == "declared":
        return say("已记录，匹配结果已按此更新。", "Recorded. Your matches count with it already.")
    return say(
        "更正已提交，核实后即时生效。", "The correction was submitted. It counts as soon as it is accepted."
    )


def next_of(request: HttpRequest, otherwise: str) -> str:
    target = request.POST.get("next", "")
    return (
        target if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}) else otherwise
    )


@require_GET
@may(Permission.OWN_FILE_SEE)
def my_corrections(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    page = Paginator(queries.recorded_of(actor.party), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "file": queries.file_of(actor.party, on=today()),
        "page": page,
        "facts": [shown(fact, on=today()) for fact in page],
    }
    return render(request, "enterprise/my_corrections.html", context)


@require_POST
@may(Permission.OWN_FILE_CORRECT)
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    actor = actor_of(request)
    reason = request.POST.get("reason", "").strip()[:500]
    if in_reach(actor, key) is None:
        raise Http404
    if not reason:
        messages.error(request, say("请写明撤回理由。", "Say why it is withdrawn."))
        return redirect("my_corrections")
    try:
        actions.withdraw_fact(key, reason=reason, by=actor.name, at=now())
        messages.success(request, say("已撤回。", "Withdrawn."))
    except actions.NotOpen:
        messages.error(request, say("该项已不能撤回。", "This can no longer be withdrawn."))
    return redirect("my_corrections")


@require_GET
@may(Permission.OWN_FILE_SEE)
def my_evidence(request: HttpRequest, key: int) -> HttpResponse:
    return evidence_of(in_reach(actor_of(request), key))


@require_GET
@may(Permission.CORRECTION_DECIDE)
def evidence(request: HttpRequest, key: int) -> HttpResponse:
    fact = in_reach(actor_of(request), key)
    response = evidence_of(fact)
    if fact is not None:
        seen = [queries.group_of_fact(fact)]
        actor = actor_of(request)
        actions.record_viewing(fact.party, seen, by=actor, behalf=actor.authority, at=now())
    return response


def evidence_of(fact: RecordedFact | None) -> HttpResponse:
    """To be saved, never shown inside the site. Raises Http404."""
    if fact is None or not fact.evidence_seal:
        raise Http404
    path = path_of(fact.party, fact.evidence_seal)
    if not path.is_file():
        raise Http404
    named = content_disposition_header(as_attachment=True, filename=fact.evidence_name) or "attachment"
    return HttpResponse(
        path.read_bytes(),
        content_type=fact.evidence_type,
        headers={
            "Content-Disposition": named,
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        },
    )


@require_GET
@may(Permission.CORRECTION_DECIDE)
def corrections(request: HttpRequest) -> HttpResponse:
    region = actor_of(request).region
    decided = request.GET.get("show") == "decided"
    found = queries.corrections_decided(region) if decided else queries.corrections_waiting(region)
    if request.GET.get("format") == "csv":
        return corrections_csv([shown(fact, on=today()) for fact in found[:MOST_EXPORTED]])
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "facts": [shown(f, on=today()) for f in page], "decided": decided}
    return render(request, "enterprise/corrections.html", context)


def corrections_csv(facts: Iterable[Shown]) -> HttpResponse:
    """One row for each; credit codes masked. Cells that a spreadsheet would take for a formula are quoted."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="corrections.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(["企业", "信用代码", "要素", "登记库", "更正为", "截至", "依据", "状态", "处理意见"])
    for one in facts:
        fact = one.fact
        cells = [
            fact.firm_name, masked(fact.party), one.label.zh,
            one.register_words.zh if one.register_words else "", one.words.zh,
            fact.as_of.isoformat(), fact.source, fact.get_standing_display(), fact.decision,
        ]  # fmt: skip
        writer.writerow(map(plain_cell, cells))
    return response


@require_POST
@may(Permission.CORRECTION_DECIDE)
def decide(request: HttpRequest, key: int) -> HttpResponse:
    actor = actor_of(request)
    fact = in_reach(actor, key)
    if fact is None:
        raise Http404
    accepted, reason = request.POST.get("decision") == "accept", request.POST.get("reason", "").strip()[:500]
    if not reason:
        messages.error(request, say("请写明理由。", "Give a reason."))
        return redirect("corrections")
    try:
        decide_correction(fact, accepted=accepted, reason=reason, by=actor.name, on=today(), at=now())
        said = (
            ("已采纳，即时生效。", "Accepted; it counts at once.") if accepted else ("已退回。", "Refused.")
        )
        messages.success(request, say(*said))
    except actions.NotOpen:
        messages.error(request, say("该项已处理。", "This was decided already."))
    return redirect("corrections")
