"""Cases through a key: opened, filled in, handed in, moved on, looked at. What a key may do its owner may do, no more."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Final, Literal

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.timezone import now
from ninja import Body, File, Form, Path, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import ConfigDict, Field

from huiqi.access.actor import Actor
from huiqi.access.permissions import Permission
from huiqi.api.callers import WITH_KEY, caller_of, needs
from huiqi.api.case_json import brief, place_of, whole
from huiqi.api.case_shapes import CaseAnswer, CaseList
from huiqi.api.days import today
from huiqi.api.problems import Refused, not_found
from huiqi.api.sending import as_json
from huiqi.api.shapes import WITH_KEY_ALONE, WRITING, Asked, AskedPage
from huiqi.base.bilingual import Bilingual
from huiqi.cases.types import Need, Role, Turn
from huiqi.casework.desk_queries import by_clock, searched, shown_on
from huiqi.casework.models import Case
from huiqi.casework.queries import OPEN_TURNS
from huiqi.keys.scopes import KeyScope
from huiqi.procedures.act_in_case import acting_in, cases_seen_by
from huiqi.procedures.case_clocks import Refused as CaseRefused
from huiqi.procedures.case_form import hand_in_file
from huiqi.procedures.case_rules import NoSuchType, case_type_named, facts_of, rules_of
from huiqi.procedures.fill_in_case import (
    WRITTEN_ELSEWHERE,
    keep_draft,
    pledge_material,
    take_back_material,
    upload_material,
)
from huiqi.procedures.next_steps import states_for
from huiqi.procedures.object_to_case import open_objection
from huiqi.procedures.open_case import Wish, open_case
from huiqi.procedures.take_step import SEEN_BY_OTHERS, Acting, Given
from huiqi.procedures.work_at_desk import do_step, proof_of

router = Router(tags=["cases"], auth=[WITH_KEY])
PRIVATE: Final = {"Cache-Control": "private, no-store"}
NOT_ASKED: Final = Bilingual("没有这一项，或此时不能填", "not asked, or not to be answered here now")
NO_STEP: Final = Bilingual("此密钥在本件中没有可办理的角色", "The key has no part in this case")
NO_PROOF: Final = Bilingual("这一步不需要证明", "this step needs no document that proves it")
ROUND_TAKEN: Final = Bilingual("本期已经开办", "It was opened for this round already")
NO_ROUNDS: Final = Bilingual("本事项不分期", "This case type does not come round")
CLOSED_TYPE: Final = Bilingual("事项已不再开办", "This case type is no longer declared")
KEYS_OF_PARTIES: Final = Bilingual("只有主体的密钥可以申办", "A key of a firm, bank or agency opens cases")

Name = Annotated[str, Field(max_length=120)]
Text = Annotated[str, Field(max_length=2_000)]
Yuan = Annotated[str, Field(pattern=r"^[0-9]{1,15}(\.[0-9]{1,2})?$")]
Points = Annotated[str, Field(pattern=r"^[0-9]{1,5}(\.[0-9]{1,2})?$")]


class OpenAsked(Schema):
    """What is to be opened, for the party of the key."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"case_type": "qingdao-2012-46/lease-subsidy-claim"}]},
    )

    case_type: str = Field(max_length=200)
    measure: str = Field("", max_length=200, description="有多项可申报时 · Where several can be claimed")
    round: str = Field("", pattern=r"^[0-9A-Za-z-]{0,20}$")


class AnswersAsked(Schema):
    """Answers by field; `edition` is that of the case as it was read. An answer of null is taken back."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"edition": "0123456789abcdef", "answers": {"lease_financed_amount": "1000万"}}]
        },
    )

    edition: str = Field(max_length=16)
    answers: dict[Name, bool | int | Decimal | Text | None] = Field(min_length=1, max_length=500)


class StepAsked(Schema):
    """What comes with a step. `version` is that of the case as it was read: 409 where somebody acted since."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"version": 3, "reason": "材料齐全"}]}
    )

    version: int = Field(ge=0, le=1_000_000)
    reason: Text = ""
    amount: Yuan | None = Field(None, description="元 · yuan")
    score: Points | None = None
    no_conflict: bool = Field(False, description="声明没有利害关系 · No interest of one's own")
    mends: dict[Name, Text] = Field(default_factory=dict, max_length=200)
    review: dict[Name, bool | int | Decimal | Text] = Field(default_factory=dict, max_length=200)
    provider: str = Field("", max_length=18)
    other_side: str = Field("", max_length=100)
    grade: str = Field("", max_length=64)
    exit: str = Field("", max_length=64)


class MaterialAsked(Schema):
    """What a file is: a material of the case, or the proof of a step of one's own."""

    model_config = ConfigDict(extra="forbid")

    material: Name = ""
    step: Name = ""


class CasesAsked(AskedPage):
    show: Literal["open", "done", "all"] = Field("all", description="在办、办结、全部 · Open, done, all")
    type: str | None = Field(None, description="事项 · Full name of a case type", max_length=200)
    q: str | None = Field(None, description="编号、名称或代码 · Number, name or code", max_length=60)


class InboxAsked(AskedPage):
    show: Literal["waiting", "open", "late"] = Field(
        "waiting", description="待本人办、在办、超期 · Waiting for the key's owner, open, overdue"
    )
    type: str | None = Field(None, description="事项 · Full name of a case type", max_length=200)
    q: str | None = Field(None, description="编号、名称或代码 · Number, name or code", max_length=60)


@router.post("cases", response={201: CaseAnswer, **WRITING}, summary="开办 · Open a case")
@needs(KeyScope.CASES_WRITE)
def open_a_case(request: HttpRequest, body: Body[OpenAsked], asked: Query[Asked]) -> HttpResponseBase:
    """为密钥所属主体开办一件，得到草稿：填写、交材料后以步骤提交。

    A draft for the party of the key: fill it in, hand in what it asks for, then submit it by its step.
    """
    actor = caller_of(request).actor
    if not actor.party or not actor.may(Permission.OWN_CASES):
        raise Refused(403, KEYS_OF_PARTIES, where="header.Authorization")
    try:
        _, case_type = case_type_named(body.case_type)
    except NoSuchType as error:
        remedy = Bilingual("事项见 /api/v1/case-types", "Case types stand at /api/v1/case-types")
        raise not_found(body.case_type, where="body.case_type", remedy=remedy) from error
    if body.round and case_type.rounds is None:
        raise Refused(422, NO_ROUNDS, where="body.round")
    wish = Wish(body.case_type, measure=body.measure, party=actor.party, round=body.round)
    with told_by_place(lambda field: f"body.{field}"):
        try:
            with transaction.atomic():
                case = open_case(wish, by=actor.name, on=today(), at=now()).case
        except IntegrityError as error:
            raise Refused(409, ROUND_TAKEN, where="body.round") from error
    return answer(case, actor, status=201)


@router.get("cases", response={200: CaseList, **WITH_KEY_ALONE}, summary="我的办件 · My cases")
@needs(KeyScope.CASES_READ)
def cases(request: HttpRequest, asked: Query[CasesAsked]) -> HttpResponseBase:
    """密钥所有者能看到的办件，新的在前：企业是自己的，部门是本部门本辖区的。

    The cases its owner may see, newest first: a firm's own, those of an authority's desks in its region.
    """
    found = narrowed(cases_seen_by(caller_of(request).actor), asked.type, asked.q)
    if asked.show == "open":
        found = found.filter(turn__in=OPEN_TURNS)
    elif asked.show == "done":
        found = found.filter(turn__in=[Turn.SETTLED, Turn.CLOSED])
    return listed(found, asked)


@router.get("inbox", response={200: CaseList, **WITH_KEY_ALONE}, summary="部门待办 · Inbox of a desk")
@needs(KeyScope.CASES_READ)
def inbox(request: HttpRequest, asked: Query[InboxAsked]) -> HttpResponseBase:
    """部门的待办，按时限从急到缓。

    What waits at a desk, the most urgent first.
    """
    actor = caller_of(request).actor
    if not (actor.may(Permission.CASE_HANDLE) or actor.may(Permission.CASE_SUPERVISE)):
        said = Bilingual("只有部门的密钥有待办", "Only a key of an authority has an inbox")
        raise Refused(403, said, where="header.Authorization")
    everything: QuerySet[Any] = shown_on(cases_seen_by(actor), asked.on or today())
    found = narrowed(everything, asked.type, asked.q)
    match asked.show:
        case "waiting":
            found = found.filter(waiting_for(actor))
        case "open":
            found = found.filter(turn__in=OPEN_TURNS)
        case _:
            found = found.filter(shown="red")
    return listed(by_clock(found), asked)


@router.get("cases/{number}", response={200: CaseAnswer, **WITH_KEY_ALONE}, summary="一件 · One case")
@needs(KeyScope.CASES_READ)
def case(request: HttpRequest, number: Path[str], asked: Query[Asked]) -> HttpResponseBase:
    """办到哪一步、经过、时限、填报内容、材料、接下来能办什么。

    Where it stands, its time line, clocks, form and materials, and the steps that are the caller's next.
    """
    actor = caller_of(request).actor
    return answer(case_seen(number, actor), actor)


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


@router.post(
    "cases/{number}/objections",
    response={201: CaseAnswer, **WRITING},
    summary="公示异议 · Object to a published case",
)
@needs(KeyScope.CASES_WRITE)
def object_to(request: HttpRequest, number: Path[str], asked: Query[Asked]) -> HttpResponseBase:
    """对公示中的办件提出异议，得到异议草稿。

    A draft of an objection to a case that is published now.
    """
    actor = caller_of(request).actor
    if not actor.party or not actor.may(Permission.OWN_CASES):
        raise Refused(403, KEYS_OF_PARTIES, where="header.Authorization")
    open_one = Q(publications__ended_on=None, publications__began_on__lte=today())
    found = Case.objects.filter(open_one, number=number, publications__until__gte=today()).first()
    if found is None:
        remedy = Bilingual("公示中的办件见 /api/v1/publications", "They stand at /api/v1/publications")
        raise not_found(number, where="path.number", remedy=remedy)
    with told_by_place(lambda field: f"path.{field}"):
        opened = open_objection(found, party=actor.party, by=actor.name, on=today(), at=now())
    return answer(opened.case, actor, status=201)


def case_seen(number: str, actor: Actor) -> Case:
    """The case, if it is the key's to see. Raises Refused (404): a stranger does not learn that it is there."""
    found = cases_seen_by(actor).filter(number=number).first() if len(number) <= 20 else None
    if found is None:
        remedy = Bilingual("能查到的办件见 /api/v1/cases", "Cases of the key stand at /api/v1/cases")
        raise not_found(number, where="path.number", remedy=remedy)
    return found


def acting_as(case: Case, actor: Actor, role: Role) -> Acting:
    """Raises Refused (403) where the key has not this part in the case."""
    found = next((one for one in acting_in(case, actor) if one.role is role), None)
    if found is None:
        raise Refused(403, NO_STEP, where="path.number")
    return found


def acting_in_step(case: Case, actor: Actor, step: str, *, where: str) -> Acting:
    """In the role of the step where it is the key's; in another of its roles the step itself says that it is not."""
    try:
        _, case_type = case_type_named(case.type)
    except NoSuchType as error:
        raise Refused(404, CLOSED_TYPE, where="path.number") from error
    declared = case_type.steps.get(step)
    if declared is None:
        remedy = Bilingual("可办步骤见该件的 next", "Steps stand under `next` of the case")
        raise not_found(step, where=where, remedy=remedy)
    roles = acting_in(case, actor)
    if not roles:
        raise Refused(403, NO_STEP, where="path.number")
    return next((one for one in roles if one.role is declared.by), roles[0])


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


def narrowed(found: QuerySet[Any], type_: str | None, words: str | None) -> QuerySet[Any]:
    if type_:
        found = found.filter(type=type_)
    return searched(found, words) if words else found


def waiting_for(actor: Actor) -> Q:
    """Cases in which a step of the owner comes next."""
    waiting = Q(pk__in=[])
    for states, keys in states_for(actor).items():
        waiting |= Q(type__in=keys, state__in=list(states))
    return waiting


def listed(found: QuerySet[Case], asked: AskedPage) -> HttpResponseBase:
    day, total = asked.on or today(), found.count()
    start = (asked.page - 1) * asked.size
    about = {
        "day": day.isoformat(),
        "total": total,
        "page": asked.page,
        "pages": max(1, -(-total // asked.size)),
    }
    items = [brief(case, on=day) for case in found[start : start + asked.size]]
    return as_json({**about, "items": items}, headers=PRIVATE)


def answer(case: Case, actor: Actor, *, status: int = 200) -> HttpResponseBase:
    """The case as it stands now."""
    case.refresh_from_db()
    try:
        return as_json(whole(case, actor, on=today()), status=status, headers=PRIVATE)
    except NoSuchType as error:
        raise Refused(404, CLOSED_TYPE, where="path.number") from error


@contextmanager
def told_by_place(place: Any) -> Iterator[None]:
    """A refusal of the procedures in the interface's shape; `place` says where a field stands in the request."""
    try:
        yield
    except NoSuchType as error:
        raise Refused(404, CLOSED_TYPE, where="path.number") from error
    except CaseRefused as refused:
        overtaken = [p for p in refused.problems if p.words in (SEEN_BY_OTHERS, WRITTEN_ELSEWHERE)]
        if overtaken:
            where = "body.edition" if overtaken[0].words == WRITTEN_ELSEWHERE else "body.version"
            raise Refused(409, overtaken[0].words, where=where) from refused
        raise unfit([(place(p.field), p.words) for p in refused.problems]) from refused


def unfit(problems: list[tuple[str, Bilingual]]) -> Refused:
    """422 with every reason."""
    zh = "；".join(words.zh for _, words in problems)
    en = "; ".join(words.en for _, words in problems)
    return Refused(422, Bilingual(zh, en), where=problems[0][0], problems=problems)
