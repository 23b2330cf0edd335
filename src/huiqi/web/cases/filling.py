"""The form of a case: what is asked, what the file has, drafts, every problem at once."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from huiqi.access.guard import may
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.cases.form import Asked, CaseForm
from huiqi.casework.actions import call_mended
from huiqi.forms.kept import said
from huiqi.matching.answers import read_reply
from huiqi.procedures.case_clocks import Refused
from huiqi.procedures.fill_in_case import edition_of, keep_draft
from huiqi.web.cases.entering import Here, of_a_case
from huiqi.web.cases.fields import NOTHING_TYPED, Typed, kinds_in, replies_in, sections_of, summary
from huiqi.web.cases.sending import may_fill, open_mends, stages_of
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.say import say


@require_http_methods(["GET", "POST"])
@may(Permission.PUBLIC)
@of_a_case
def case_form(request: HttpRequest, here: Here) -> HttpResponse:
    if not may_fill(here):
        return not_now(request, here)
    return save(request, here) if request.method == "POST" else form_page(request, here)


def not_now(request: HttpRequest, here: Here) -> HttpResponse:
    """Somebody whose form it is not, or not any more."""
    if here.applicant is None:
        raise Http404
    messages.info(request, say("当前环节不能修改填报内容。", "What was filled in cannot be changed now."))
    return redirect("case", number=here.case.number)


def save(request: HttpRequest, here: Here) -> HttpResponse:
    """Keep what was typed; what must be mended counts as mended once it was changed or is said to be right."""
    form, mends, by = here.facts.form, open_mends(here.case), here.by
    replies = replies_in(request.POST, kinds_in(form))
    answered = {name for name in request.POST.getlist("mended") if name in mends}
    sent = {
        n: t for n, t in replies.items() if n not in mends or n in answered or is_changed(form.field(n), t)
    }
    try:
        seen = request.POST.get("edition", "")
        problems = keep_draft(here.case, sent, seen=seen, by=by, on=today(), at=timezone.now())
    except Refused as refused:
        overtaken = Typed(replies, {}, stored=True)
        words = [problem.words for problem in refused.problems]
        return form_page(request, here.again(), overtaken, above=words, status=409)
    if answered:
        call_mended(here.case, answered, by=by, at=timezone.now())
    now, goes_on = here.again(), request.POST.get("then") == "next"
    missing = now.facts.form.missing() if goes_on else {}
    if problems or missing:
        typed_in = Typed({n: replies[n] for n in problems}, {**missing, **problems})
        return form_page(request, now, typed_in, status=422)
    if goes_on:
        return redirect(stages_of(now)[1][1], number=here.case.number)
    messages.success(request, say("草稿已保存，可随时回来继续。", "Saved. You can come back at any time."))
    return redirect("case_form", number=here.case.number)


def is_changed(asked: Asked | None, text: str) -> bool:
    """Was something else typed than what the field showed?"""
    return asked is not None and (read_reply(text, asked.kind)[0] if text.strip() else None) != asked.value


def form_page(
    request: HttpRequest,
    here: Here,
    typed_in: Typed = NOTHING_TYPED,
    *,
    above: list[Bilingual] | None = None,
    status: int = 200,
) -> HttpResponse:
    form, mends = here.facts.form, open_mends(here.case)
    sections = sections_of(here.facts, form, mends=mends, typed_in=typed_in)
    context = {
        "case": here.case,
        "here": here,
        "sections": sections,
        "wrong": summary(typed_in.problems.items(), form),
        "above": above or [],
        "mends": mends_elsewhere(mends, form, here),
        "edition": edition_of(here.case),
        "stages": stages_of(here),
        "stage": "form",
        "derived": [(d.kind.label, said(d.value, d.kind)) for d in form.derived if d.value is not None],
    }
    return render(request, "cases/form.html", context, status=status)


def mends_elsewhere(mends: dict[str, str], form: CaseForm, here: Here) -> list[tuple[str, Bilingual, str]]:
    """What must be mended and has no field here: facts of the file, fields that are not asked any more."""
    asked = {f.name: f for f in form.of()}
    materials = {m.id for m in here.rules.case_type.materials}
    return [
        (target, asked[target].kind.label if target in asked else Bilingual(target, target), note)
        for target, note in mends.items()
        if target not in materials and not (target in asked and asked[target].may_be_given)
    ]
