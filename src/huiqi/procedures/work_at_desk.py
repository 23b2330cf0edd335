"""What somebody at a desk does with a case besides its steps: findings, papers fetched, proofs, hands it lies in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from django.db import transaction

from huiqi.access.actor import Actor
from huiqi.access.models import Membership
from huiqi.access.permissions import Permission
from huiqi.access.permissions import Role as AccessRole
from huiqi.base.bilingual import Bilingual
from huiqi.cases.history import Note
from huiqi.cases.replies import read_replies
from huiqi.cases.types import DESK_ROLES, Need, Role, Turn, Way
from huiqi.cases.workflow import Hindrance
from huiqi.casework.actions import (
    Handed,
    Noted,
    Overtaken,
    declare_interest,
    hand_in,
    hand_to,
    held,
    put_answers,
    replace_expert,
    take_in_hand,
    write_note,
)
from huiqi.casework.models import Case, Paper
from huiqi.documents.authorities import stands_among
from huiqi.forms.kept import plain
from huiqi.matching.answers import read_reply
from huiqi.procedures.act_in_case import acting_in
from huiqi.procedures.case_clocks import Refused
from huiqi.procedures.case_effects import experts_by_lot
from huiqi.procedures.case_form import hand_in_file
from huiqi.procedures.case_rules import case_type_named, facts_of, rules_of
from huiqi.procedures.take_step import SEEN_BY_OTHERS, Acting, Given, take_step

NOT_YOURS: Final = Bilingual("该件不由您办理", "this case is not yours to handle")
NO_SUCH_PAPER: Final = Bilingual("该材料不能通过数据共享核验", "this material is not fetched by data share")
GIVEN_ALREADY: Final = Bilingual("该材料已经提交或核验", "this material is there already")
NO_SUCH_OFFICER: Final = Bilingual("请选择本部门的经办人员", "choose somebody of your own authority")
SAY_WHAT: Final = Bilingual("请写明是什么利害关系", "say what interest it is")
IS_OVER: Final = Bilingual("该件已经办结", "this case is over")
NOT_WITH_OFFICE: Final = Bilingual(
    "该件不在部门手中，审核意见不能再改", "the case is not with the office: its findings stay as they are"
)
NAME_OTHER_SIDE: Final = Bilingual(
    "请写明被投诉方或相对方：统一社会信用代码，或部门名称",
    "name the other side: a credit code, or an authority",
)


HANDLING: Final = DESK_ROLES - {Role.SUPERVISOR}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that comes with a step."""

    name: str
    content: bytes


def desk_roles(case: Case, actor: Actor) -> tuple[Acting, ...]:
    """The roles of a desk, or of an expert, in which somebody may act."""
    return at_work(acting_in(case, actor))


def at_work(roles: Iterable[Acting]) -> tuple[Acting, ...]:
    """Of the roles that somebody has in a case those of a desk or of an expert."""
    return tuple(acting for acting in roles if acting.role in DESK_ROLES | {Role.EXPERT})


def must_be_at_desk(case: Case, actor: Actor) -> Acting:
    """Somebody who handles a case: at one of its desks, and without an interest in it. Raises Refused.

    Experts score, and supervision takes its own steps; neither handles a case.
    """
    roles = [acting for acting in desk_roles(case, actor) if acting.role in HANDLING]
    if not roles or case.interests.filter(user=actor.name).exists():
        raise Refused([Hindrance("step", NOT_YOURS)])
    return roles[0]


def do_step(
    case: Case,
    step_id: str,
    given: Given,
    uploads: Sequence[Upload],
    *,
    acting: Acting,
    at: datetime,
    on: date,
) -> Case:
    """Take a step with the documents that prove it. A document is kept even where the step is refused.

    Raises Refused with every reason by field; LookupError where the case type has no such step.
    """
    _, case_type = case_type_named(case.type)
    step = case_type.steps[step_id]
    if case_type.states[step.to_state].turn is Turn.OTHER_SIDE and not (case.other_side or given.other_side):
        raise Refused([Hindrance("other_side", NAME_OTHER_SIDE)])
    if Need.PROOF in step.needs and case.state in step.from_states:
        for upload in uploads:
            hand_in_file(case, proof_of(step_id), upload.name, upload.content, by=acting.by, at=at)
        given = replace(given, proofs=len(proofs_for(case, step_id)))
    return take_step(case, step_id, given, acting=acting, at=at, on=on)


def proof_of(step_id: str) -> str:
    """What papers that prove a step are kept as."""
    return f"proof:{step_id}"[:64]


def proofs_for(case: Case, step_id: str) -> list[Paper]:
    """Documents that were handed over for a step since it was last taken."""
    papers = case.papers.filter(material=proof_of(step_id), withdrawn_at=None)
    last = case.events.filter(step=step_id).order_by("-seq").first()
    return list(papers.filter(at__gt=last.at) if last is not None else papers)


def may_find(case: Case) -> bool:
    """Are findings still taken? While the case is with an office; what was decided on stays as it was."""
    return case.turn == Turn.OFFICE


@transaction.atomic
def save_findings(
    case: Case, typed: Mapping[str, str], *, version: int | None, actor: Actor, on: date, at: datetime
) -> Mapping[str, Bilingual]:
    """Keep what the office found and judged, as far as it can be read; the problems by field.

    Raises Refused: not one's own case, not with the office any more, or somebody took a step since the page was
    read.
    """
    acting = must_be_at_desk(case, actor)
    try:
        row = held(case, version)
    except Overtaken as overtaken:
        raise Refused([Hindrance("step", SEEN_BY_OTHERS)]) from overtaken
    if not may_find(row):
        raise Refused([Hindrance("step", NOT_WITH_OFFICE)])
    facts = facts_of(row, rules_of(row, on=on), on=on)
    values, problems = read_replies(facts.form, typed, office=True, read=read_reply)
    changed = {name: value for name, value in values.items() if facts.answers.get(name) != value}
    if changed:
        kept = {name: plain(value) if value is not None else None for name, value in changed.items()}
        put_answers(row, kept, is_review=True, by=actor.name, at=at)
        noted = Noted(Note.FOUND, acting.role, actor.name, actor.authority, on, at, detail={"found": kept})
        write_note(row, noted)
    return problems


@transaction.atomic
def verify_by_share(case: Case, material: str, *, actor: Actor, on: date, at: datetime) -> None:
    """The office fetched a material from who has it (数据共享核验). Raises Refused."""
    must_be_at_desk(case, actor)
    row = held(case)
    papers = facts_of(row, rules_of(row, on=on), on=on).papers
    paper = next((p for p in papers if p.material.id == material), None)
    if paper is None or not paper.is_shared:
        raise Refused([Hindrance(material, NO_SUCH_PAPER)])
    if paper.given:
        raise Refused([Hindrance(material, GIVEN_ALREADY)])
    source = "、".join(paper.material.shared_by)
    hand_in(row, Handed(material, Way.DATA_SHARE, source[:200]), by=actor.name, at=at)


@transaction.atomic
def stand_aside(case: Case, note: str, *, actor: Actor, on: date, at: datetime) -> None:
    """Declare an interest of one's own; of an expert who was drawn the next of the lot scores instead.

    Raises Refused: nothing written, or not one's own case.
    """
    roles = desk_roles(case, actor)
    if not roles:
        raise Refused([Hindrance("step", NOT_YOURS)])
    if not note.strip():
        raise Refused([Hindrance("note", SAY_WHAT)])
    declare_interest(
        case, note.strip(), role=roles[0].role, by=actor.name, authority=actor.authority, on=on, at=at
    )
    drawn = set(case.draws.values_list("expert", flat=True))
    if actor.name in drawn:
        instead = next((name for name in experts_by_lot(case) if name not in drawn), "")
        replace_expert(case, actor.name, instead, by=actor.name, on=on, at=at)


def take_up(case: Case, *, actor: Actor, at: datetime) -> None:
    """Take a case in hand. Raises Refused where it is not one's own."""
    must_be_at_desk(case, actor)
    take_in_hand(case, by=actor.name, at=at)


def reassign(case: Case, officer: str, *, actor: Actor, on: date, at: datetime) -> None:
    """A head gives a case to somebody of the same authority; empty: to nobody. Raises Refused."""
    must_be_at_desk(case, actor)
    if not actor.may(Permission.CASE_DECIDE):
        raise Refused([Hindrance("step", NOT_YOURS)])
    if case.turn == Turn.CLOSED:
        raise Refused([Hindrance("officer", IS_OVER)])
    barred = set(case.interests.values_list("user", flat=True))
    if officer and officer not in set(colleagues_of(actor, on=on)) - barred:
        raise Refused([Hindrance("officer", NO_SUCH_OFFICER)])
    hand_to(case, officer, by=actor.name, at=at)


def colleagues_of(actor: Actor, *, on: date) -> list[str]:
    """User names of who works for the same authority, oneself included."""
    rows = Membership.objects.filter(role__in=[AccessRole.OFFICER, AccessRole.HEAD], began_on__lte=on)
    rows = rows.exclude(ended_on__lte=on).order_by("user__username")
    found = rows.values_list("user__username", "authority").distinct()
    return names_at(actor.authority, found)


def names_at(authority: str, found: Iterable[tuple[str, str]]) -> list[str]:
    return list(dict.fromkeys(name for name, other in found if stands_among(authority, [other])))
