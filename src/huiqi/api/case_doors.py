"""Which case a key reaches, in which part, and how a refusal of the procedures is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.http.response import HttpResponseBase

from huiqi.access.actor import Actor
from huiqi.api.case_json import whole
from huiqi.api.days import today
from huiqi.api.problems import Refused, not_found
from huiqi.api.sending import as_json
from huiqi.base.bilingual import Bilingual
from huiqi.cases.types import Role
from huiqi.casework.models import Case
from huiqi.procedures.act_in_case import acting_in, cases_seen_by
from huiqi.procedures.case_clocks import Refused as CaseRefused
from huiqi.procedures.case_rules import NoSuchType, case_type_named
from huiqi.procedures.fill_in_case import WRITTEN_ELSEWHERE
from huiqi.procedures.take_step import SEEN_BY_OTHERS, Acting

PRIVATE: Final = {"Cache-Control": "private, no-store"}
NO_STEP: Final = Bilingual("此密钥在本件中没有可办理的角色", "The key has no part in this case")
CLOSED_TYPE: Final = Bilingual("事项已不再开办", "This case type is no longer declared")


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
