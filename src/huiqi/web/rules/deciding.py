"""A second person approves a revision or sends it back; the rules in force are built anew at once."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.base.days import day_from
from huiqi.base.problem import Problem
from huiqi.packs.say import in_both
from huiqi.revisions.actions import (
    EditedMeanwhile,
    NotInThisState,
    NotYours,
    mark_in_repository,
    publish,
    refuse,
)
from huiqi.revisions.in_force import renew
from huiqi.revisions.models import Revision
from huiqi.web.rules.editing import edition_in
from huiqi.web.rules.scope import revision_for
from huiqi.web.rules.sheet import sheet_of
from huiqi.web.shared.day import today
from huiqi.web.shared.follow import follow_in_background
from huiqi.web.shared.templatetags.say import say


@require_POST
@may(Permission.RULE_APPROVE)
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Approve from a day, or refuse with a reason."""
    found = revision_for(request, number)
    try:
        problems = decided(request, found)
    except EditedMeanwhile:
        problems = [Problem("revision", "it was changed since you opened it; read it again")]
    except (NotInThisState, NotYours) as error:
        raise PermissionDenied from error
    if problems:
        context = {**sheet_of(request, found), "obstacles": [in_both(str(p)) for p in problems]}
        return render(request, "rules/sheet.html", context, status=422)
    return redirect("rule_revision", number=number)


def decided(request: HttpRequest, revision: Revision) -> list[Problem]:
    by, edition, at = actor_of(request).name, edition_in(request), timezone.now()
    remark = request.POST.get("remark", "").strip()
    if request.POST.get("decision") != "approve":
        if not remark:
            return [Problem("remark", "say why it is sent back")]
        refuse(revision.pk, edition=edition, remark=remark, by=by, at=at)
        messages.info(request, say("已退回起草人。", "Sent back to the author."))
        return []
    day = day_from(request.POST.get("effective_from"))
    if day is None:
        return [Problem("effective from", "name the day from which the rule holds")]
    problems = publish(revision.pk, edition=edition, effective_from=day, remark=remark, by=by, at=at)
    if not problems:
        renew(on=today())
        if day <= today():  # else the night before that day is early enough
            follow_in_background.enqueue(today().isoformat(), by)
        messages.success(
            request,
            say("已发布，自{day}起施行。", "Published; it holds from {day}.", day=day.isoformat()),
        )
    return problems


@require_POST
@may(Permission.RULE_APPROVE)
def compare_with_repository(request: HttpRequest) -> HttpResponse:
    """Note which published texts the repository has by now."""
    marked = mark_in_repository(by=actor_of(request).name, at=timezone.now())
    messages.info(
        request, say("仓库中已有{n}项修订。", "{n} revisions are in the repository.", n=len(marked))
    )
    return redirect("rule_revisions")
