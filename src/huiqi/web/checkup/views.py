"""Beginning a check-up and answering it, one question at a time."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from huiqi.access.guard import may
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.checkups.actions import begin_checkup, note_use, reply_to, take_back
from huiqi.checkups.models import KEPT_FOR, Checkup
from huiqi.checkups.outcome import Outcome, outcome_of
from huiqi.holdings.current import library, measures_on
from huiqi.web.checkup.asking import Asked, asked_about, asked_now, read_typed, said
from huiqi.web.checkup.frame import asking, frame, name_of, of_link
from huiqi.web.checkup.rows import APART, groups_of, together
from huiqi.web.checkup.start import Begun, for_measure, kinds_of_parties, places, read_beginning
from huiqi.web.shared.day import day_of

MOST_IN_PANEL: Final = 4


@require_GET
@may(Permission.PUBLIC)
def start(request: HttpRequest) -> HttpResponse:
    """`?measure=pack/id`, as a guide links here: the place and the kind of party of that measure are chosen."""
    return start_page(request, for_measure(request.GET.get("measure", ""), library()))


@require_POST
@may(Permission.PUBLIC)
def begin(request: HttpRequest) -> HttpResponse:
    day = day_of(request)
    begun = read_beginning(request.POST, library=library(), measures=measures_on(day), day=day)
    if begun.problems:
        return start_page(request, begun, status=422)
    token = begin_checkup(
        day=day,
        region=begun.region,
        roles=begun.roles,
        code=begun.code,
        by=name_of(request),
        at=timezone.now(),
    )
    return redirect("checkup_question", token=token)


def start_page(request: HttpRequest, begun: Begun, *, status: int = 200) -> HttpResponse:
    measures = measures_on(day_of(request))
    context = {
        "places": places(library()),
        "parties": kinds_of_parties(measures),
        "measures": len(measures),
        "begun": begun,
        "chosen_region": request.POST.get("region") or begun.region or next(iter(places(library()))),
        "chosen_roles": begun.roles if request.method == "POST" or begun.roles else ("enterprise",),
        "kept_days": KEPT_FOR.days,
    }
    return render(request, "checkup/start.html", context, status=status)


@require_GET
@may(Permission.PUBLIC)
@of_link
def question(request: HttpRequest, token: str, checkup: Checkup) -> HttpResponse:
    note_use(checkup, at=timezone.now())
    outcome = outcome_of(checkup, library())
    fact = request.GET.get("fact")
    if fact is not None and fact not in outcome.state.interview.bearing:
        raise Http404
    asked = asked_about(fact, outcome) if fact is not None else asked_now(outcome)
    return question_page(request, token, checkup, outcome, asked)


@require_POST
@may(Permission.PUBLIC)
@of_link
def answer(request: HttpRequest, token: str, checkup: Checkup) -> HttpResponse:
    outcome = outcome_of(checkup, library())
    fact = request.POST.get("fact", "")
    if fact not in outcome.state.interview.bearing:
        raise Http404
    if "pass" in request.POST:
        reply_to(checkup, fact, None, at=timezone.now())
        return redirect("checkup_question", token=token)
    kind = outcome.state.interview.rules.kinds[fact]
    typed = request.POST.get("reply", "")
    value, problem = read_typed(typed, kind, size=request.POST.get("size", ""))
    if problem is not None or value is None:
        asked = asked_about(fact, outcome)
        return question_page(request, token, checkup, outcome, asked, problem=problem, typed=typed)
    reply_to(checkup, fact, value, at=timezone.now())
    return redirect("checkup_question", token=token)


def question_page(
    request: HttpRequest,
    token: str,
    checkup: Checkup,
    outcome: Outcome,
    asked: Asked | None,
    *,
    problem: Bilingual | None = None,
    typed: str | None = None,
) -> HttpResponse:
    context = {
        **frame(request, token, checkup),
        "asked": asked,
        "problem": problem,
        "typed": asked.before if asked is not None and typed is None else typed,
        "size": request.POST.get("size", "" if asked is not None and asked.before else "wan"),
        "groups": groups_of(outcome, most=MOST_IN_PANEL),
        "together": together(outcome),
        "apart": APART,
        "last": last_reply(checkup, outcome),
        "told": len(checkup.replies),
        "is_chosen": "fact" in request.GET,
    }
    return render(request, "checkup/question.html", context, status=422 if problem is not None else 200)


def last_reply(checkup: Checkup, outcome: Outcome) -> dict[str, Any] | None:
    """What was replied last, as a statement."""
    if not checkup.replies:
        return None
    fact = checkup.replies[-1][0]
    kind = outcome.state.interview.rules.kinds.get(fact)
    value = outcome.state.stated.get(fact)
    if kind is None:
        return None
    return {"fact": fact, "label": kind.label, "said": said(kind, value) if value is not None else None}


@require_POST
@may(Permission.PUBLIC)
@of_link
def back(request: HttpRequest, token: str, checkup: Checkup) -> HttpResponse:
    """One step back: the last reply is forgotten and its question asked again."""
    known = outcome_of(checkup, library()).state.interview.bearing
    fact = take_back(checkup, at=timezone.now())
    there = reverse("checkup_question", kwargs={"token": token})
    return redirect(f"{there}?{asking(fact)}" if fact is not None and fact in known else there)
