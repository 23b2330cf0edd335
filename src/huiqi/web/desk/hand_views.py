"""What is done with a case besides its steps: in hand, handed on, extended, papers fetched, interests, escalations."""

from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_POST

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.base.periods import Duration, Unit
from huiqi.cases.types import Role
from huiqi.casework.actions import see_escalations
from huiqi.casework.models import Case
from huiqi.procedures.act_in_case import acting_in
from huiqi.procedures.case_clocks import Refused, extend
from huiqi.procedures.case_rules import CaseRules, NoSuchType, rules_of
from huiqi.procedures.work_at_desk import desk_roles, reassign, stand_aside, take_up, verify_by_share
from huiqi.web.desk.guard import AT_DESK, AT_WORK, case_here
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.say import here, say

LONGEST: Final = 500


def tried(request: HttpRequest, act: Callable[[], object], done: str) -> bool:
    """Do it and say so, or say every reason why it cannot be done."""
    try:
        act()
    except NoSuchType as gone:
        raise Http404 from gone
    except Refused as refusal:
        for problem in refusal.problems:
            messages.error(request, here(problem.words))
        return False
    messages.success(request, done)
    return True


@require_POST
@may(*AT_DESK)
def desk_take(request: HttpRequest, number: str) -> HttpResponse:
    case, actor = case_here(request, number), actor_of(request)
    tried(
        request, lambda: take_up(case, actor=actor, at=now()), say("已由您承办。", "It is in your hands now.")
    )
    return redirect("desk_case", number)


@require_POST
@may(Permission.CASE_DECIDE)
def desk_reassign(request: HttpRequest, number: str) -> HttpResponse:
    """A head gives the case to somebody of the same authority, or to nobody."""
    case, actor = case_here(request, number), actor_of(request)
    officer = request.POST.get("officer", "")[:150]
    tried(
        request,
        lambda: reassign(case, officer, actor=actor, on=localdate(), at=now()),
        say("承办人已变更。", "It is in other hands now."),
    )
    return redirect("desk_case", number)


@require_POST
@may(*AT_DESK)
def desk_extend(request: HttpRequest, number: str) -> HttpResponse:
    """Lengthen a clock, once, with a reason, by no more than the declaration allows."""
    case, actor = case_here(request, number), actor_of(request)
    clock, reason = request.POST.get("clock", ""), request.POST.get("reason", "").strip()[:LONGEST]
    declared = next((c for c in rules_or_404(case).case_type.clocks if c.id == clock), None)
    if declared is None or declared.extension is None:
        raise Http404
    role = declared.extension.by
    if role not in {acting.role for acting in acting_in(case, actor)}:
        raise Http404
    text = request.POST.get("n", "")
    length = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
    unit = Unit(declared.extension.at_most.unit)

    def act() -> None:
        further = Duration(length, unit)
        extend(
            case, clock, further, reason,
            by=actor.name, role=role, authority=actor.authority, on=today(), at=now(),
        )  # fmt: skip

    try:
        tried(
            request,
            act,
            say("时限已延长，理由记入办理记录。", "The time is longer now; the reason is in the record."),
        )
    except LookupError as unknown:
        raise Http404 from unknown
    return redirect("desk_case", number)


def rules_or_404(case: Case) -> CaseRules:
    try:
        return rules_of(case, on=today())
    except NoSuchType as gone:
        raise Http404 from gone


@require_POST
@may(*AT_DESK)
def desk_verify(request: HttpRequest, number: str, material: str) -> HttpResponse:
    case, actor = case_here(request, number), actor_of(request)
    tried(
        request,
        lambda: verify_by_share(case, material, actor=actor, on=today(), at=now()),
        say("已登记：该材料通过数据共享核验。", "Recorded: the material was fetched by data share."),
    )
    return redirect("desk_case", number)


@require_POST
@may(*AT_WORK)
def desk_interest(request: HttpRequest, number: str) -> HttpResponse:
    """Declare an interest of one's own; from then on one does not act in the case."""
    case, actor = case_here(request, number), actor_of(request)
    note = request.POST.get("note", "").strip()[:LONGEST]
    if not desk_roles(case, actor):
        raise Http404
    tried(
        request,
        lambda: stand_aside(case, note, actor=actor, on=today(), at=now()),
        say("已声明，您不再办理该件。", "Declared. You act in this case no more."),
    )
    if actor.may(Permission.CASE_JUDGE):
        return redirect("inbox")  # who was drawn for it is drawn for it no more
    return redirect("desk_case", number)


@require_POST
@may(Permission.CASE_SUPERVISE, Permission.CASE_DECIDE)
def desk_seen(request: HttpRequest, number: str) -> HttpResponse:
    """Who was told of a late case has looked at it."""
    case, actor = case_here(request, number), actor_of(request)
    told = [Role.SUPERVISOR] if actor.may(Permission.CASE_SUPERVISE) else [Role.DECIDER, Role.SUPERVISOR]
    mine = {acting.role for acting in acting_in(case, actor)}
    roles = [role for role in told if role in mine]
    if roles:
        see_escalations(case, roles, by=actor.name, authority=actor.authority, on=today(), at=now())
    return redirect("desk_case", number)
