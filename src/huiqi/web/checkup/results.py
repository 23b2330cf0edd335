"""The result of a check-up in full, what was told, and deleting it."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from huiqi.access.guard import may
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.checkups.actions import delete_checkup, note_use, take_back
from huiqi.checkups.models import Checkup
from huiqi.checkups.outcome import outcome_of
from huiqi.holdings.current import library
from huiqi.web.checkup.asking import said
from huiqi.web.checkup.frame import asking, frame, name_of, of_link
from huiqi.web.checkup.rows import APART, SHOWN, Group, rows_of, together
from huiqi.web.shared.templatetags.say import here

PAGE: Final = 20


@require_GET
@may(Permission.PUBLIC)
@of_link
def result(request: HttpRequest, token: str, checkup: Checkup) -> HttpResponse:
    note_use(checkup, at=timezone.now())
    outcome = outcome_of(checkup, library())
    counts = outcome.findings.assessment.counts()
    present = [kind for kind in SHOWN if counts.get(kind)]
    kind = next((k for k in present if str(k) == request.GET.get("show")), present[0])
    pages = -(-counts[kind] // PAGE)
    page = min(max(number(request.GET.get("page")), 1), pages)
    rows = rows_of(outcome, kind, (page - 1) * PAGE, page * PAGE)
    context = {
        **frame(request, token, checkup),
        "tabs": [Group(k, counts[k], ()) for k in present],
        "shown": Group(kind, counts[kind], rows),
        "page": page,
        "pages": pages,
        "before": page - 1 if page > 1 else None,
        "after": page + 1 if page < pages else None,
        "together": together(outcome),
        "apart": APART,
        "is_result": True,
        "is_open": outcome.question is not None,
    }
    return render(request, "checkup/result.html", context)


@require_GET
@may(Permission.PUBLIC)
@of_link
def answers(request: HttpRequest, token: str, checkup: Checkup) -> HttpResponse:
    """Everything that was told or passed over, to change or to take back."""
    outcome = outcome_of(checkup, library())
    state, kinds = outcome.state, outcome.state.interview.rules.kinds
    told = [
        {
            "fact": fact,
            "label": kinds[fact].label,
            "said": said(kinds[fact], state.stated[fact]) if fact in state.stated else None,
            "bears_on": len(state.interview.bearing.get(fact, ())),
            "query": asking(fact),
        }
        for fact, _ in checkup.replies
        if fact in kinds
    ]
    given = [said(kinds[fact], value) for fact, value in outcome.given.items() if fact in kinds]
    context = {**frame(request, token, checkup), "told": told, "given": given}
    return render(request, "checkup/answers.html", context)


@require_POST
@may(Permission.PUBLIC)
@of_link
def remove(request: HttpRequest, token: str, checkup: Checkup) -> HttpResponse:
    take_back(checkup, request.POST.get("fact", ""), at=timezone.now())
    return redirect("checkup_answers", token=token)


@require_POST
@may(Permission.PUBLIC)
@of_link
def delete(request: HttpRequest, token: str, checkup: Checkup) -> HttpResponse:
    delete_checkup(checkup, by=name_of(request), at=timezone.now())
    words = Bilingual(
        "体检及全部回答已删除，原链接不再有效。",
        "The check-up and all answers were deleted; the link is void.",
    )
    messages.success(request, here(words))
    return redirect("checkup")


def number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else 1
