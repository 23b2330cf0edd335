"""A case on the desk: looked at, worked on, and its steps taken."""

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from huiqi.access.guard import actor_of, may
from huiqi.cases.types import Step
from huiqi.cases.workflow import Hindrance
from huiqi.casework.models import Case
from huiqi.dossiers.evidence import MOST_BYTES, path_of
from huiqi.measures.types import FactKind
from huiqi.procedures.act_in_case import acting_in
from huiqi.procedures.case_clocks import Refused
from huiqi.procedures.case_form import folder_of
from huiqi.procedures.case_rules import NoSuchType, facts_of, rules_of
from huiqi.procedures.take_step import SEEN_BY_OTHERS, Acting
from huiqi.procedures.work_at_desk import Upload, do_step, save_findings
from huiqi.web.desk.case_page import context_of
from huiqi.web.desk.fields import replies_in
from huiqi.web.desk.guard import AT_WORK, case_here
from huiqi.web.desk.step_forms import FINDING, Typed, given_in, typed_in, version_in
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.say import here, say

MOST_FILES: Final = 5


@require_GET
@may(*AT_WORK)
def desk_case(request: HttpRequest, number: str) -> HttpResponse:
    return shown(request, case_here(request, number))


def shown(request: HttpRequest, case: Case, typed: Typed | None = None, status: int = 200) -> HttpResponse:
    context = context_of(case, actor_of(request), on=today(), typed=typed)
    return render(request, "desk/case.html", context, status=status)


def refused(request: HttpRequest, number: str, step: str, problems: list[Hindrance]) -> HttpResponse:
    """The page as the case stands now, with everything that was typed and what is wrong with it."""
    is_overtaken = any(problem.words is SEEN_BY_OTHERS for problem in problems)
    typed = typed_in(request, step, problems)
    return shown(request, case_here(request, number), typed, status=409 if is_overtaken else 422)


@require_POST
@may(*AT_WORK)
def desk_step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Take a step of the case in the role that takes it."""
    case, on = case_here(request, number), today()
    declared, findings = declared_step(case, step)
    given, problems = given_in(request, declared, findings)
    if not problems:
        acting = acting_as(case, request, declared)
        try:
            do_step(case, step, given, uploads_in(request, step), acting=acting, at=now(), on=on)
        except Refused as refusal:
            problems = list(refusal.problems)
    if problems:
        return refused(request, number, step, problems)
    messages.success(request, say("已办理：{step}", "Done: {step}", step=here(declared.title)))
    return redirect("desk_case", number)


def declared_step(case: Case, step: str) -> tuple[Step, dict[str, FactKind]]:
    """The step as it is declared, and the kinds of the fields that the office fills in. Raises Http404."""
    try:
        rules = rules_of(case, on=today())
    except NoSuchType as gone:
        raise Http404 from gone
    found = rules.case_type.steps.get(step)
    if found is None:
        raise Http404
    return found, office_kinds(case)


def office_kinds(case: Case) -> dict[str, FactKind]:
    facts = facts_of(case, rules_of(case, on=today()), on=today())
    return {asked.name: asked.kind for asked in facts.form.of(office=True)}


def acting_as(case: Case, request: HttpRequest, step: Step) -> Acting:
    """Who takes a step: in its role, where it is theirs. Raises Http404 for a step of somebody else."""
    found = next((a for a in acting_in(case, actor_of(request)) if a.role is step.by), None)
    if found is None:
        raise Http404
    return found


def uploads_in(request: HttpRequest, step: str) -> list[Upload]:
    """The documents that came with a step. Of each no more is read than one byte over the limit."""
    files = request.FILES.getlist(f"{step}.proof")[:MOST_FILES]
    return [Upload(str(file.name), file.read(MOST_BYTES + 1)) for file in files]


@require_POST
@may(*AT_WORK)
def desk_findings(request: HttpRequest, number: str) -> HttpResponse:
    """Keep what the office found, without a step."""
    case = case_here(request, number)
    try:
        typed = replies_in(request.POST, FINDING, office_kinds(case))
        wrong = save_findings(
            case, typed, version=version_in(request), actor=actor_of(request), on=today(), at=now()
        )
    except NoSuchType as gone:
        raise Http404 from gone
    except Refused as refusal:
        return refused(request, number, "", list(refusal.problems))
    if wrong:
        return refused(request, number, "", [Hindrance(name, words) for name, words in wrong.items()])
    messages.success(request, say("审核意见已保存。", "The findings are kept."))
    return redirect("desk_case", number)


@require_GET
@may(*AT_WORK)
def desk_paper(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """A file of the case: to be saved, never shown inside the site."""
    case = case_here(request, number)
    paper = case.papers.filter(pk=key).exclude(seal="").first()
    path = path_of(folder_of(case), paper.seal) if paper is not None else None
    if paper is None or path is None or not path.is_file():
        raise Http404
    named = content_disposition_header(as_attachment=True, filename=paper.name) or "attachment"
    return HttpResponse(
        path.read_bytes(),
        content_type=paper.type,
        headers={
            "Content-Disposition": named,
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        },
    )
