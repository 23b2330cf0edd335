"""Check answers, send, and the receipt: number, who has it now, what happens next by when."""

from dataclasses import dataclass, replace
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.cases.form import CaseForm
from huiqi.cases.types import Step, Turn
from huiqi.cases.workflow import Hindrance
from huiqi.measures.measure_words import amount_words
from huiqi.measures.types import VerdictKind
from huiqi.measures.words import LANGUAGES
from huiqi.procedures.case_clocks import Refused, running
from huiqi.procedures.fill_in_case import edition_of
from huiqi.procedures.match_firm import VERDICTS
from huiqi.procedures.payee_accounts import pay_of
from huiqi.procedures.take_step import Given
from huiqi.procedures.work_at_desk import do_step
from huiqi.registry.codes import Code, read_code
from huiqi.web.cases.entering import Here, of_a_case
from huiqi.web.cases.fields import BEFORE, Wrong, sections_of, summary
from huiqi.web.cases.filling import not_now
from huiqi.web.cases.papers import papers_of
from huiqi.web.cases.receipt import Receipt, receipt_pdf
from huiqi.web.cases.sending import gaps, may_fill, sending_steps, stages_of
from huiqi.web.cases.standing import authorities_of, coming, times_of
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.say import is_english, say
from huiqi.web.shared.typed import whole_in, words_in

DECLARE: Final = Bilingual("请确认所填内容真实", "confirm that what you wrote is true")
LONGEST_NAME: Final = 100
SEEN_NOTHING: Final = -1
"""The version of a case that somebody saw who does not say which: never the one that stands."""
NO_CODE: Final = Bilingual("统一社会信用代码不正确", "this is no credit code")
CHANGED: Final = Bilingual(
    "填报内容在您核对之后又改动过，请重新核对", "the form was changed after you looked: check it again"
)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the rules say of the claim as it is filled in."""

    kind: VerdictKind
    name: Bilingual
    amount: Bilingual | None


def outlook_of(here: Here) -> Outlook | None:
    verdict, measure = here.facts.verdict(), here.rules.measure
    if verdict is None or measure is None:
        return None
    amount = None
    if verdict.amount is not None:
        amount = Bilingual(*(amount_words(measure, verdict.amount, language) for language in LANGUAGES))
    return Outlook(verdict.kind, VERDICTS[verdict.kind], amount)


@require_http_methods(["GET", "POST"])
@may(Permission.PUBLIC)
@of_a_case
def case_check(request: HttpRequest, here: Here) -> HttpResponse:
    if not may_fill(here):
        return not_now(request, here)
    steps = sending_steps(here.case, here.rules.case_type)
    if request.method == "GET":
        return check_page(request, here, steps)
    step = next((s for s in steps if s.id == request.POST.get("step")), steps[0])
    problems = unready(request, here)
    if not problems:
        try:
            return send(request, here, step)
        except Refused as refused:
            problems = list(refused.problems)
    return check_page(request, here.again(), steps, problems, status=422)


def unready(request: HttpRequest, here: Here) -> list[Hindrance]:
    if request.POST.get("edition") != edition_of(here.case):
        return [Hindrance("edition", CHANGED)]
    return [] if request.POST.get("true") == "yes" else [Hindrance("true", DECLARE)]


def send(request: HttpRequest, here: Here, step: Step) -> HttpResponse:
    given = Given(
        version=whole_in(request.POST, "version") or SEEN_NOTHING,
        other_side=other_side_in(words_in(request.POST, "other_side", LONGEST_NAME)),
    )
    acting = here.applicant
    if acting is None:
        raise Http404
    do_step(here.case, step.id, given, (), acting=acting, at=timezone.now(), on=today())
    messages.success(request, say("已提交。", "Sent."))
    return redirect("case_receipt", number=here.case.number)


def other_side_in(text: str) -> str:
    """A credit code, or an authority as it is written. Raises Refused for a code that cannot be one."""
    if not text.isascii() or not text:
        return text
    code = read_code(text, where="other_side")
    if isinstance(code, Code):
        return code.text
    raise Refused([Hindrance("other_side", NO_CODE)])


def asks_other_side(here: Here, steps: tuple[Step, ...]) -> bool:
    """Does it go straight to another party, which is not named yet?"""
    states = here.rules.case_type.states
    return not here.case.other_side and any(states[s.to_state].turn is Turn.OTHER_SIDE for s in steps)


def check_page(
    request: HttpRequest,
    here: Here,
    steps: tuple[Step, ...],
    problems: list[Hindrance] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    form = here.form
    missing = gaps(here, steps[0])
    told = {(p.field, p.words.zh) for p in missing}
    found = [*missing, *(p for p in problems or [] if (p.field, p.words.zh) not in told)]
    context = {
        "case": here.case,
        "here": here,
        "sections": sections_of(here.facts, form),
        "papers": papers_of(here),
        "wrong": wrong_in(found, form, here),
        "is_ready": not missing,
        "steps": steps,
        "outlook": outlook_of(here),
        "asks_other_side": asks_other_side(here, steps),
        "other_side": words_in(request.POST, "other_side", LONGEST_NAME),
        "edition": edition_of(here.case),
        "stages": stages_of(here),
        "stage": "check",
        "before": BEFORE,
    }
    return render(request, "cases/check.html", context, status=status)


def wrong_in(problems: list[Hindrance], form: CaseForm, here: Here) -> list[Wrong]:
    """The summary of what is missing, each line with the page on which it is put right."""
    materials = {m.id for m in here.rules.case_type.materials}
    lines = summary(((p.field, p.words) for p in problems), form)
    return [
        replace(line, page="case_form")
        if line.place
        else replace(line, page="case_papers", place=f"m-{p.field}")
        if p.field in materials
        else line
        for p, line in zip(problems, lines, strict=True)
    ]


@require_GET
@may(Permission.PUBLIC)
@of_a_case
def case_receipt(request: HttpRequest, here: Here) -> HttpResponse:
    """To be kept and printed; shows what happens next as things stand now."""
    if here.applicant is None:
        raise Http404
    if not here.is_handed_in:
        return redirect("case_form", number=here.case.number)
    receipt = receipt_of(here)
    if request.GET.get("format") == "pdf":
        pdf = receipt_pdf(receipt, language="en" if is_english() else "zh")
        named = f'attachment; filename="{receipt.number}.pdf"'
        return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": named})
    clocks = here.rules.case_type.clocks
    pay = pay_of(here.case, here.rules, actor_of(request).party)
    context = {"case": here.case, "here": here, "receipt": receipt, "clocks": clocks, "pay": pay}
    return render(request, "cases/receipt.html", context)


def receipt_of(here: Here) -> Receipt:
    row, case_type, pack = here.case, here.rules.case_type, here.rules.pack
    who = f"{row.party_name} {row.party}"
    return Receipt(
        number=row.number,
        title=Bilingual(row.title_zh, row.title_en),
        applicant=Bilingual("匿名", "without a name") if row.anonymous else Bilingual(who, who),
        sent_on=row.submitted_on or row.opened_on,
        authorities=authorities_of(row),
        document=pack.number or pack.title.zh,
        state=case_type.states[row.state].title,
        coming=coming(row, case_type),
        times=times_of(running(here.readings), here.rules),
        sections=sections_of(here.facts, here.form),
        papers=papers_of(here),
        made_on=today(),
        is_synthetic=row.synthetic,
    )
