"""What comes after the decision: acceptance, evaluation, visits; ratings and their answers; publications."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime, now
from django.views.decorators.http import require_GET, require_POST

from huiqi.access.actor import Actor
from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.base.calendar import UnknownYear, add_working_days
from huiqi.cases.names import FOLLOW_UP_NAMES
from huiqi.cases.types import FollowUpKind, Role
from huiqi.casework.actions import answer_rating
from huiqi.casework.desk_queries import (
    BAD,
    bad_ratings,
    follow_ups_in,
    publications_in,
    ratings_in,
    stars_given,
)
from huiqi.casework.models import FollowUpTask, Rating
from huiqi.packs.wording import ROLES
from huiqi.procedures.act_in_case import acting_in, cases_seen_by
from huiqi.procedures.case_clocks import Refused
from huiqi.procedures.case_rules import NoSuchType
from huiqi.procedures.rate_case import declared_of, finish_follow_up
from huiqi.procedures.work_at_desk import must_be_at_desk
from huiqi.web.desk.fields import Field, field_of, replies_in
from huiqi.web.desk.step_forms import by_field
from huiqi.web.desk.words import state_name, title_of
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.say import here, say

AT_DESK: Final = (Permission.CASE_HANDLE, Permission.CASE_SUPERVISE)
ON_A_PAGE: Final = 20
LONGEST_FINDING: Final = 2_000
LONGEST_REPLY: Final = 500
REPLY_WITHIN: Final = 15
"""Working days in which a bad rating is to be answered; a figure of ours."""
JUDGED: Final = (FollowUpKind.ACCEPTANCE, FollowUpKind.EVALUATION)
"""Kinds of follow-up that come out well or not."""
ASKED: Final = "f-"


@dataclass(frozen=True, slots=True)
class TaskShown:
    """One thing to be looked after."""

    task: FollowUpTask
    kind: Bilingual
    role: Bilingual
    title: Bilingual
    is_judged: bool
    is_late: bool
    is_mine: bool
    fields: list[Field]
    problems: dict[str, list[Bilingual]]
    finding: str
    passed: str


@require_GET
@may(*AT_DESK)
def follow_ups(request: HttpRequest) -> HttpResponse:
    return follow_up_page(request)


def follow_up_page(
    request: HttpRequest, refused: int = 0, problems: dict[str, list[Bilingual]] | None = None
) -> HttpResponse:
    """What is due, what comes, what was found; `refused` is the one that was just not taken."""
    actor, day = actor_of(request), today()
    found = follow_ups_in(cases_seen_by(actor))
    show = request.GET.get("show", "due")
    if show == "done":
        found = found.filter(done_on__isnull=False).order_by("-done_on", "-pk")
    elif show == "coming":
        found = found.filter(done_on=None, due_on__gt=day)
    else:
        found = found.filter(Q(done_on=None, due_on__lte=day) | Q(pk=refused))
    kind = request.GET.get("kind", "")
    if kind in set(FollowUpKind):
        found = found.filter(kind=kind)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    tasks = [
        task_shown(task, actor, day, request, problems or {} if task.pk == refused else {}) for task in page
    ]
    context = {
        "page": page,
        "tasks": tasks,
        "show": show if show in ("done", "coming") else "due",
        "kind": kind,
        "kinds": [(k, FOLLOW_UP_NAMES[k]) for k in FollowUpKind if k is not FollowUpKind.SATISFACTION],
        "today": day,
    }
    return render(request, "desk/follow_ups.html", context, status=422 if problems else 200)


def task_shown(
    task: FollowUpTask, actor: Actor, day: date, request: HttpRequest, problems: dict[str, list[Bilingual]]
) -> TaskShown:
    is_mine = task.done_on is None and Role(task.role) in {a.role for a in acting_in(task.case, actor)}
    again = request.POST if problems else {}
    return TaskShown(
        task,
        FOLLOW_UP_NAMES[FollowUpKind(task.kind)],
        ROLES[Role(task.role)],
        title_of(task.case),
        task.kind in JUDGED,
        task.done_on is None and task.due_on < day,
        is_mine,
        asked_fields(task, again, problems) if is_mine else [],
        problems,
        str(again.get("finding", "")),
        str(again.get("passed", "")),
    )


def asked_fields(task: FollowUpTask, again: Any, problems: dict[str, list[Bilingual]]) -> list[Field]:
    try:
        asks = declared_of(task).asks
    except (NoSuchType, IndexError):
        return []
    start = f"{ASKED}{task.pk}-"
    return [
        field_of(
            one.kind,
            start + one.name,
            again=again.get(start + one.name),
            required=one.required,
            problems=problems.get(one.name, ()),
        )
        for one in asks
    ]


@require_POST
@may(*AT_DESK)
def follow_up_done(request: HttpRequest, key: int) -> HttpResponse:
    """Write down what an acceptance, an evaluation or a visit found."""
    actor = actor_of(request)
    task = follow_ups_in(cases_seen_by(actor)).filter(pk=key).first()
    if task is None:
        raise Http404
    passed = {"yes": True, "no": False}.get(request.POST.get("passed", ""))
    finding = request.POST.get("finding", "").strip()[:LONGEST_FINDING]
    problems: dict[str, list[Bilingual]] = {}
    if task.kind in JUDGED and passed is None:
        problems["passed"] = [Bilingual("请选择是否通过", "say whether it passed")]
    else:
        try:
            kinds = {one.name: one.kind for one in declared_of(task).asks}
            replies = replies_in(request.POST, f"{ASKED}{key}-", kinds)
            finish_follow_up(
                task, finding=finding, passed=passed, replies=replies, actor=actor, on=today(), at=now()
            )
        except (NoSuchType, IndexError) as gone:
            raise Http404 from gone
        except Refused as refusal:
            problems = by_field(refusal.problems)
    if problems:
        return follow_up_page(request, refused=key, problems=problems)
    messages.success(request, say("结论已登记。", "What was found is written down."))
    return redirect("follow_ups")


@require_GET
@may(*AT_DESK)
def ratings(request: HttpRequest) -> HttpResponse:
    """Ratings of the cases of the desk: bad ones that wait for an answer in front; figures on top."""
    actor = actor_of(request)
    seen = cases_seen_by(actor)
    found = ratings_in(seen)
    show = request.GET.get("show", "")
    if show == "bad":
        found = found.filter(stars__lte=BAD)
    elif show == "waiting":
        found = found.filter(stars__lte=BAD, reply_at=None)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "ratings": [(rating, title_of(rating.case), (rating.stars or 0) <= BAD) for rating in page],
        "figures": figures_of(stars_given(seen), bad_ratings(seen)),
        "show": show,
        "within": REPLY_WITHIN,
    }
    return render(request, "desk/ratings.html", context)


@dataclass(frozen=True, slots=True)
class Figures:
    """How cases were found: shares are None where nothing was rated."""

    given: int
    average: float | None
    good: float | None  # share of four and five stars
    bad: int
    answered: int
    in_time: float | None  # share of bad ones answered within REPLY_WITHIN working days, of those due


def figures_of(stars: dict[int, int], bad: list[tuple[datetime, datetime | None]]) -> Figures:
    given = sum(stars.values())
    good = sum(n for star, n in stars.items() if star > BAD + 1)
    due = [was_in_time(rated, replied) for rated, replied in bad]
    known = [one for one in due if one is not None]
    return Figures(
        given,
        sum(star * n for star, n in stars.items()) / given if given else None,
        good / given if given else None,
        len(bad),
        sum(replied is not None for _, replied in bad),
        sum(known) / len(known) if known else None,
    )


def was_in_time(rated: datetime, replied: datetime | None) -> bool | None:
    """None while there is time left, or where the holidays of the year are not known."""
    try:
        last = add_working_days(localtime(rated).date(), REPLY_WITHIN)
    except UnknownYear:
        return None
    if replied is not None:
        return localtime(replied).date() <= last
    return None if today() <= last else False


@require_POST
@may(Permission.CASE_HANDLE)
def rating_answered(request: HttpRequest, key: int) -> HttpResponse:
    """The desk of a case answers its rating; a further answer replaces the one before, and leaves a deed as well."""
    actor = actor_of(request)
    rating = Rating.objects.filter(pk=key, stars__isnull=False, case__in=cases_seen_by(actor)).first()
    if rating is None:
        raise Http404
    reply = request.POST.get("reply", "").strip()[:LONGEST_REPLY]
    try:
        must_be_at_desk(rating.case, actor)
    except Refused as refusal:
        messages.error(request, here(refusal.problems[0].words))
        return redirect("ratings")
    if not reply:
        messages.error(request, say("请写明答复。", "Write an answer."))
    else:
        answer_rating(rating.case, reply, by=actor.name, at=now())
        messages.success(request, say("已答复，申请人可以看到。", "Answered; the applicant reads it."))
    return redirect("ratings")


@require_GET
@may(*AT_DESK)
def desk_publications(request: HttpRequest) -> HttpResponse:
    """Cases that are published, with objections; and those whose days are over."""
    day = today()
    found = publications_in(cases_seen_by(actor_of(request)))
    if request.GET.get("show") == "ended":
        found = found.filter(ended_on__isnull=False)
    else:
        found = found.filter(ended_on=None)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [(p, title_of(p.case), state_name(p.case.type, p.case.state), p.until < day) for p in page]
    context = {"page": page, "rows": rows, "ended": request.GET.get("show") == "ended", "today": day}
    return render(request, "desk/publications.html", context)
