"""Come back to a case without a name: its number and its word open it for this session; wrong guesses are counted."""

import logging
from typing import Final

from allauth.core import ratelimit
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqi.access.guard import may
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.casework.queries import case_numbered
from huiqi.procedures.act_in_case import as_anonymous
from huiqi.web.cases.entering import Here, forget_cases, of_a_case, remember
from huiqi.web.cases.sending import may_fill
from huiqi.web.cases.starting import WORD
from huiqi.web.shared.typed import words_in

LOG = logging.getLogger(__name__)
COUNTED_AS: Final = "login_failed"
"""Guesses are counted as those of passwords are: by number and by address."""
WRONG: Final = Bilingual("编号或口令不正确", "The number or the word is not right")
TOO_MANY: Final = Bilingual("尝试次数过多，请五分钟后再试", "Too many tries: try again in five minutes")


@require_http_methods(["GET", "POST"])
@may(Permission.PUBLIC)
def track_case(request: HttpRequest) -> HttpResponse:
    number = words_in(request.POST, "number", 20) or words_in(request.GET, "number", 20)
    if request.method == "GET":
        return track_page(request, number)
    key = f"case:{number}"
    if not ratelimit.consume(request, action=COUNTED_AS, key=key, dry_run=True):
        return track_page(request, number, TOO_MANY, status=429)
    case = case_numbered(number)
    if case is None or as_anonymous(case, words_in(request.POST, "word", 100)) is None:
        LOG.warning("a case was asked for with a wrong word")
        ratelimit.consume(request, action=COUNTED_AS, key=key)
        return track_page(request, number, WRONG, status=422)
    remember(request, number)
    return HttpResponseRedirect(next_of(request, number))


@require_POST
@may(Permission.PUBLIC)
def leave_cases(request: HttpRequest) -> HttpResponse:
    """Whoever sits at this machine next needs the word again."""
    forget_cases(request)
    return redirect("track_case")


def next_of(request: HttpRequest, number: str) -> str:
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return target if is_ours and f"/cases/{number}/" in target else f"/cases/{number}/"


def track_page(
    request: HttpRequest, number: str, problem: Bilingual | None = None, *, status: int = 200
) -> HttpResponse:
    target = request.POST.get("next") or request.GET.get("next", "")
    context = {"number": number, "problem": problem, "next": target}
    return render(request, "cases/track.html", context, status=status)


@require_GET
@may(Permission.PUBLIC)
@of_a_case
def case_word(request: HttpRequest, here: Here) -> HttpResponse:
    """The word is shown once, right after the case was opened."""
    word = request.session.pop(f"{WORD}:{here.case.number}", None)
    if word is None:
        return redirect("case", number=here.case.number)
    if here.applicant is None:
        raise Http404
    context = {"case": here.case, "here": here, "word": word, "to_fill": may_fill(here)}
    response = render(request, "cases/word.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response
