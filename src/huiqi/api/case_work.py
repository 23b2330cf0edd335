"""A case moves on through a key: answers, materials, steps. Each happens whole or not at all."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from ninja import Body, File, Form, Path, Query, Router
from ninja.files import UploadedFile

from huiqi.access.actor import Actor
from huiqi.api.callers import WITH_KEY, caller_of, needs
from huiqi.api.case_asked import AnswersAsked, MaterialAsked, StepAsked
from huiqi.api.case_doors import (
    NO_STEP,
    PRIVATE,
    acting_as,
    acting_in_step,
    answer,
    case_seen,
    told_by_place,
    unfit,
)
from huiqi.api.case_json import eyes_of, place_of
from huiqi.api.case_shapes import CaseAnswer
from huiqi.api.days import today
from huiqi.api.problems import Refused, not_found
from huiqi.api.shapes import WITH_KEY_ALONE, WRITING, Asked
from huiqi.base.bilingual import Bilingual
from huiqi.cases.types import Need, Role
from huiqi.casework.models import Case
from huiqi.dossiers.evidence import path_of
from huiqi.keys.scopes import KeyScope
from huiqi.procedures.act_in_case import acting_in
from huiqi.procedures.case_form import folder_of, hand_in_file
from huiqi.procedures.case_rules import case_type_named, facts_of, rules_of
from huiqi.procedures.fill_in_case import (
    keep_draft,
    pledge_material,
    take_back_material,
    upload_material,
)
from huiqi.procedures.take_step import Given
from huiqi.procedures.work_at_desk import do_step, proof_of

router = Router(tags=["cases"], auth=[WITH_KEY])
NOT_ASKED: Final = Bilingual("没有这一项，或此时不能填", "not asked, or not to be answered here now")
NO_PROOF: Final = Bilingual("这一步不需要证明", "this step needs no document that proves it")


@router.put("cases/{number}/answers", response={200: CaseAnswer, **WRITING}, summary="填报 · Save answers")
@needs(KeyScope.CASES_WRITE)
def save_answers(
    request: HttpRequest, number: Path[str], body: Body[AnswersAsked], asked: Query[Asked]
) -> HttpResponseBase:
    """保存填报内容：全部可读才保存，否则逐项说明。

    Keep answers, all of them or none: what cannot be read is named field by field.
    """
    actor = caller_of(request).actor
    found = case_seen(number, actor)
    acting = acting_as(found, actor, Role.APPLICANT)
    with told_by_place(lambda field: f"body.{field}"), transaction.atomic():
        replies = {name: as_typed(value) for name, value in body.answers.items()}
        wrong = dict.fromkeys(not_asked_in(found, replies), NOT_ASKED)
        wrong |= keep_draft(found, replies, seen=body.edition, by=acting.by, on=today(), at=now())
        if wrong:
            raise unfit([(f"body.answers.{name}", words) for name, words in wrong.items()])
    return answer(found, actor)


@router.post(
    "cases/{number}/materials", response={200: CaseAnswer, **WRITING}, summary="交材料 · Hand in a material"
)
@needs(KeyScope.CASES_WRITE)
def hand_in_material(
    request: HttpRequest,
    number: Path[str],
    asked: Query[Asked],
    file: File[UploadedFile],
    body: Form[MaterialAsked],
) -> HttpResponseBase:
    """上传一份材料（multipart：material、file），或为某一步骤附证明（step、file）。收 PDF、PNG、JPG，10 MB 以内。

    Upload a material, or a document that proves a step of one's own, as multipart with `file` and either
    `material` or `step`. PDF, PNG and JPG, 10 MB at most.
    """
    actor = caller_of(request).actor
    found = case_seen(number, actor)
    name, content = file.name or "file", file.read()
    with told_by_place(lambda field: "path.number" if field == "step" else "body.file"):
        if body.step:
            by = who_proves(found, actor, body.step)
            hand_in_file(found, proof_of(body.step), name, content, by=by, at=now())
        else:
            by = acting_as(found, actor, Role.APPLICANT).by
            upload_material(found, body.material, name, content, by=by, on=today(), at=now())
    return answer(found, actor)


@router.post(
    "cases/{number}/materials/{material}/pledge",
    response={200: CaseAnswer, **WRITING},
    summary="告知承诺 · Pledge instead of a paper",
)
@needs(KeyScope.CASES_WRITE)
def pledge(
    request: HttpRequest, number: Path[str], material: Path[str], asked: Query[Asked]
) -> HttpResponseBase:
    """以承诺代替材料。

    A promise in the place of a paper, where the case type allows it.
    """
    actor = caller_of(request).actor
    found = case_seen(number, actor)
    by = acting_as(found, actor, Role.APPLICANT).by
    with told_by_place(lambda field: "path.material" if field == material else f"path.{field}"):
        pledge_material(found, material, by=by, on=today(), at=now())
    return answer(found, actor)


@router.get(
    "cases/{number}/materials/{key}",
    response={200: None, **WITH_KEY_ALONE},
    summary="材料文件 · The file of a material",
)
@needs(KeyScope.CASES_READ)
def material_file(
    request: HttpRequest, number: Path[str], key: Path[int], asked: Query[Asked]
) -> HttpResponseBase:
    """已交材料的文件，申请人和经办部门可取。

    The file as it was handed in, for its applicant and the office that handles the case.
    """
    actor = caller_of(request).actor
    found = case_seen(number, actor)
    eyes = eyes_of(acting_in(found, actor), found, actor)
    papers = found.papers.exclude(seal="") if eyes.at_desk or eyes.as_applicant else found.papers.none()
    paper = papers.filter(pk=key).first() if 0 <= key < 1 << 62 else None
    path = path_of(folder_of(found), paper.seal) if paper is not None else None
    if paper is None or path is None or not path.is_file():
        raise not_found(str(key), where="path.key")
    headers = {"Content-Security-Policy": "sandbox; default-src 'none'", **PRIVATE}
    named = content_disposition_header(as_attachment=True, filename=paper.name) or "attachment"
    return HttpResponse(
        path.read_bytes(), content_type=paper.type, headers={"Content-Disposition": named, **headers}
    )


@router.delete(
    "cases/{number}/materials/{key}",
    response={200: CaseAnswer, **WRITING},
    summary="撤回材料 · Take a material back",
)
@needs(KeyScope.CASES_WRITE)
def take_material_back(
    request: HttpRequest, number: Path[str], key: Path[int], asked: Query[Asked]
) -> HttpResponseBase:
    """撤回一份已交的材料。

    Take back what was handed in; the record keeps that it was.
    """
    actor = caller_of(request).actor
    found = case_seen(number, actor)
    by = acting_as(found, actor, Role.APPLICANT).by
    if not 0 <= key < 1 << 62 or not found.papers.filter(pk=key, withdrawn_at=None).exists():
        raise not_found(str(key), where="path.key")
    with told_by_place(lambda field: f"path.{field}"):
        take_back_material(found, key, by=by, at=now())
    return answer(found, actor)


@router.post(
    "cases/{number}/steps/{step}", response={200: CaseAnswer, **WRITING}, summary="办理一步 · Take a step"
)
@needs(KeyScope.CASES_WRITE)
def take_a_step(
    request: HttpRequest, number: Path[str], step: Path[str], body: Body[StepAsked], asked: Query[Asked]
) -> HttpResponseBase:
    """办理一步及其全部后果；他人先办的返回 409，不满足的逐项说明（422）。

    Take a step with all that follows from it, or nothing. 409 where somebody acted since the version that was
    read; 422 with every reason and its place.
    """
    actor = caller_of(request).actor
    found = case_seen(number, actor)
    acting = acting_in_step(found, actor, step, where="path.step")
    given = Given(
        reason=body.reason,
        amount=Fraction(body.amount) if body.amount is not None else None,
        score=Fraction(body.score) if body.score is not None else None,
        no_conflict=body.no_conflict,
        mends=body.mends,
        review={name: as_typed(value) for name, value in body.review.items()},
        provider=body.provider,
        other_side=body.other_side,
        grade=body.grade,
        exit=body.exit,
        version=body.version,
    )
    with told_by_place(place_of):
        moved = do_step(found, step, given, (), acting=acting, at=now(), on=today())
    return answer(moved, actor)


def who_proves(case: Case, actor: Actor, step: str) -> str:
    """Whose document it is that proves a step. Raises Refused where the step is not the key's next, or needs none."""
    acting = acting_in_step(case, actor, step, where="body.step")
    declared = case_type_named(case.type)[1].steps[step]
    if acting.role is not declared.by or case.state not in declared.from_states:
        raise Refused(403, NO_STEP, where="body.step")
    if Need.PROOF not in declared.needs:
        raise unfit([("body.step", NO_PROOF)])
    return acting.by


def not_asked_in(case: Case, names: Mapping[str, str]) -> list[str]:
    """Answers to what is not asked, or is the office's, or is corrected in the firm's file."""
    on = today()
    form = facts_of(case, rules_of(case, on=on), on=on).form
    taken = {field.name for field in form.of() if field.may_be_given}
    return [name for name in names if name not in taken]


def as_typed(value: Any) -> str:
    """An answer as it would be typed; nothing takes it back."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
