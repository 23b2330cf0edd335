"""Cases through a key: opened, listed, looked at. What a key may do its owner may do, no more."""

from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.timezone import now
from ninja import Body, Path, Query, Router

from huiqi.access.actor import Actor
from huiqi.access.permissions import Permission
from huiqi.api.callers import WITH_KEY, caller_of, needs
from huiqi.api.case_asked import CasesAsked, InboxAsked, OpenAsked
from huiqi.api.case_doors import PRIVATE, answer, case_seen, told_by_place
from huiqi.api.case_json import brief
from huiqi.api.case_shapes import CaseAnswer, CaseList
from huiqi.api.days import today
from huiqi.api.problems import Refused, not_found
from huiqi.api.sending import as_json
from huiqi.api.shapes import WITH_KEY_ALONE, WRITING, Asked, AskedPage
from huiqi.base.bilingual import Bilingual
from huiqi.cases.types import Turn
from huiqi.casework.desk_queries import by_clock, searched, shown_on
from huiqi.casework.models import Case
from huiqi.casework.queries import OPEN_TURNS
from huiqi.keys.scopes import KeyScope
from huiqi.procedures.act_in_case import cases_seen_by
from huiqi.procedures.case_rules import NoSuchType, case_type_named
from huiqi.procedures.next_steps import states_for
from huiqi.procedures.object_to_case import open_objection
from huiqi.procedures.open_case import Wish, open_case

router = Router(tags=["cases"], auth=[WITH_KEY])
ROUND_TAKEN: Final = Bilingual("本期已经开办", "It was opened for this round already")
NO_ROUNDS: Final = Bilingual("本事项不分期", "This case type does not come round")
KEYS_OF_PARTIES: Final = Bilingual("只有主体的密钥可以申办", "A key of a firm, bank or agency opens cases")


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
