"""Materials of a case: uploaded, fetched by the office, or promised; served to who may see the case alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from huiqi.access.guard import may
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.cases.materials import Paper as Stands
from huiqi.cases.types import Effect, Role, Way
from huiqi.cases.workflow import Hindrance
from huiqi.casework.models import Paper
from huiqi.dossiers.evidence import MOST_BYTES, path_of
from huiqi.measures.sentences import Speaker
from huiqi.measures.words import LANGUAGES
from huiqi.procedures.case_clocks import Refused
from huiqi.procedures.case_form import folder_of
from huiqi.procedures.fill_in_case import pledge_material, take_back_material, upload_material
from huiqi.procedures.work_at_desk import proof_of
from huiqi.web.cases.entering import Here, of_a_case
from huiqi.web.cases.filling import not_now
from huiqi.web.cases.sending import may_fill, open_mends, stages_of
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.say import say

CHOOSE_FILE: Final = Bilingual("请选择文件", "choose a file")
TICK: Final = Bilingual("请勾选承诺", "tick the promise")
PROMISE: Final = Bilingual(
    "我承诺：“{title}”所要证明的情况属实；如有不实，愿退回所得支持并承担法律责任。",
    "I promise that what “{title}” is to prove is true. If it is not, I return the support and answer for it.",
)


@dataclass(frozen=True, slots=True)
class PaperShown:
    """A material with what was handed in for it."""

    id: str
    title: Bilingual
    required: bool
    when: Bilingual | None  # only then
    may_upload: bool
    may_pledge: bool
    is_shared: bool
    shared_by: tuple[str, ...]
    promise: Bilingual
    given: Paper | None
    mend: str
    problem: Bilingual | None


def papers_of(here: Here, problems: Mapping[str, Bilingual] | None = None) -> list[PaperShown]:
    """Every material that is asked for, in the order of the declaration."""
    given = {p.material: p for p in here.case.papers.filter(withdrawn_at=None).order_by("pk")}
    mends = open_mends(here.case)
    zh, en = (Speaker.of(here.rules.rulebook, language, today()) for language in LANGUAGES)

    def shown(stands: Stands) -> PaperShown:
        material = stands.material
        when, title = material.when, material.title
        return PaperShown(
            id=material.id,
            title=title,
            required=material.required,
            when=Bilingual(zh.statement(when.node), en.statement(when.node)) if when else None,
            may_upload=Way.UPLOAD in material.ways,
            may_pledge=Way.PLEDGE in material.ways,
            is_shared=stands.is_shared,
            shared_by=material.shared_by,
            promise=Bilingual(PROMISE.zh.format(title=title.zh), PROMISE.en.format(title=title.en)),
            given=given.get(material.id),
            mend=mends.get(material.id, ""),
            problem=(problems or {}).get(material.id),
        )

    return [shown(stands) for stands in here.facts.papers if stands.holds is not False]


@require_GET
@may(Permission.PUBLIC)
@of_a_case
def case_papers(request: HttpRequest, here: Here) -> HttpResponse:
    return papers_page(request, here) if may_fill(here) else not_now(request, here)


def papers_page(
    request: HttpRequest, here: Here, problems: Mapping[str, Bilingual] | None = None, *, status: int = 200
) -> HttpResponse:
    context = {
        "case": here.case,
        "here": here,
        "papers": papers_of(here, problems),
        "stages": stages_of(here),
        "stage": "papers",
    }
    return render(request, "cases/papers.html", context, status=status)


@require_POST
@may(Permission.PUBLIC)
@of_a_case
def hand_in_paper(request: HttpRequest, here: Here, material: str) -> HttpResponse:
    """A file, or the promise in its place."""
    if not may_fill(here):
        return not_now(request, here)
    try:
        if request.POST.get("way") == Way.PLEDGE:
            pledge(request, here, material)
        else:
            upload(request, here, material)
    except Refused as refused:
        return papers_page(request, here, {material: refused.problems[0].words}, status=422)
    messages.success(request, say("已收到。", "Received."))
    return redirect("case_papers", number=here.case.number)


def upload(request: HttpRequest, here: Here, material: str) -> None:
    file = request.FILES.get("file")
    if file is None:
        raise Refused([Hindrance(material, CHOOSE_FILE)])
    content = file.read(MOST_BYTES + 1)
    name = str(file.name or "")
    upload_material(here.case, material, name, content, by=here.by, on=today(), at=timezone.now())


def pledge(request: HttpRequest, here: Here, material: str) -> None:
    if request.POST.get("promised") != "yes":
        raise Refused([Hindrance(material, TICK)])
    pledge_material(here.case, material, by=here.by, on=today(), at=timezone.now())


@require_POST
@may(Permission.PUBLIC)
@of_a_case
def take_paper_back(request: HttpRequest, here: Here, key: int) -> HttpResponse:
    if not may_fill(here):
        return not_now(request, here)
    take_back_material(here.case, key, by=here.by, at=timezone.now())
    messages.success(request, say("已撤下。", "Taken back."))
    return redirect("case_papers", number=here.case.number)


def visible_papers(here: Here) -> list[Paper]:
    """Files somebody may see: what they handed in, and what comes with steps that the applicant is told of.

    The other side of a case sees what it handed in itself.
    """
    steps = here.rules.case_type.steps.values()
    allowed = {proof_of(step.id) for step in steps if step.by in here.roles}
    if {Role.APPLICANT, Role.PROVIDER}.intersection(here.roles):
        allowed |= {m.id for m in here.rules.case_type.materials}
        allowed |= {proof_of(step.id) for step in steps if Effect.NOTIFY_APPLICANT in step.effects}
    return [p for p in here.case.papers.filter(withdrawn_at=None).order_by("pk") if p.material in allowed]


@require_GET
@may(Permission.PUBLIC)
@of_a_case
def case_paper(request: HttpRequest, here: Here, key: int) -> HttpResponse:
    """To be saved, never shown inside the site."""
    paper = next((p for p in visible_papers(here) if p.pk == key and p.seal), None)
    path = path_of(folder_of(here.case), paper.seal) if paper is not None else None
    if paper is None or path is None or not path.is_file():
        raise Http404
    named = content_disposition_header(as_attachment=True, filename=paper.name) or "attachment"
    headers = {
        "Content-Disposition": named,
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(path.read_bytes(), content_type=paper.type, headers=headers)
