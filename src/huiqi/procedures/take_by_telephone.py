"""An officer takes a ticket, a complaint or a report by telephone or at the counter, for whoever calls (代录)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.db import transaction

from huiqi.access.actor import Actor
from huiqi.base.bilingual import Bilingual
from huiqi.base.problem import Problem
from huiqi.cases.form import CaseForm
from huiqi.cases.replies import read_replies
from huiqi.cases.types import CaseType, Purpose, Role, Step, Turn
from huiqi.cases.workflow import Hindrance, steps_from
from huiqi.casework.actions import put_answers
from huiqi.casework.models import Case
from huiqi.documents.authorities import stands_among
from huiqi.dossiers.queries import file_of
from huiqi.forms.kept import plain
from huiqi.holdings.current import library
from huiqi.matching.answers import read_reply
from huiqi.procedures.case_clocks import Refused
from huiqi.procedures.case_rules import CaseFacts, CaseRules, case_type_named, measure_keys
from huiqi.procedures.case_scope import out_of_force, out_of_place
from huiqi.procedures.open_case import Opened, Wish, open_case
from huiqi.procedures.take_step import Acting, Given, take_step
from huiqi.registry.codes import read_code

SPOKEN: Final = frozenset({Purpose.COMPLAINT, Purpose.ENQUIRY, Purpose.DIFFICULTY})
"""What people call about."""
PASSES: Final = 3
"""An answer may bring up a further field; forms of what people call about are not deeper."""
NO_SUCH_CODE: Final = Bilingual("统一社会信用代码有误", "this is no credit code")
NAME_NEEDED: Final = Bilingual(
    "本事项须实名办理，请填写来电企业的统一社会信用代码",
    "this is not taken without a name: give the credit code of the firm that calls",
)
NOT_YOURS: Final = Bilingual("该事项不由您的部门受理", "this matter is not taken by your authority")


@dataclass(frozen=True, slots=True)
class Call:
    """What somebody said on the telephone; `replies` by field, as they were typed."""

    case_type: str  # pack/id
    party: str = ""  # credit code; empty: without a name
    measure: str = ""  # pack/id, where several can be meant
    replies: Mapping[str, str] = field(default_factory=dict)


def spoken_types(actor: Actor, *, on: date) -> list[tuple[str, CaseType]]:
    """The case types that somebody's authority takes by telephone on a day, by title."""
    found = [
        (f"{slug}/{name}", case_type)
        for slug, pack in library().packs.items()
        for name, case_type in pack.cases.items()
        if case_type.purpose in SPOKEN and is_at_desk(case_type, actor)
        if not any(out_of_force(pack, on=on))
        if not any(out_of_place(pack, case_type, None, desk=actor.region))
    ]
    return sorted(found, key=lambda pair: pair[1].title.zh)


def is_at_desk(case_type: CaseType, actor: Actor) -> bool:
    return stands_among(actor.authority, case_type.desks.get(Role.OFFICER, ()))


def read_call(call: Call, *, on: date) -> tuple[CaseFacts, CaseForm, Mapping[str, Bilingual]]:
    """What would be known of the case, its form, and by field what cannot be read; nothing is kept.

    Raises NoSuchType.
    """
    pack, case_type = case_type_named(call.case_type)
    case = Case(type=call.case_type, party=call.party, measure=call.measure, anonymous=not call.party)
    dossier = file_of(call.party, on=on) if call.party else None
    facts = CaseFacts(case, CaseRules(pack, case_type), on, dossier, {})
    form = facts.form
    for _ in range(PASSES):
        values, wrong = read_replies(form, call.replies, read=read_reply)
        facts.answers = {name: value for name, value in values.items() if value is not None}
        form = facts.form
    return facts, form, wrong


@transaction.atomic
def take_call(call: Call, *, actor: Actor, on: date, at: datetime) -> Opened:
    """Open the case, keep what was said, and hand it in for the caller.

    Raises Refused with every reason at once, by field: nothing is kept then.
    """
    _, case_type = case_type_named(call.case_type)
    facts, form, wrong = read_call(call, on=on)
    problems = list(hindrances(call, case_type, actor))
    problems += [Hindrance(name, words) for name, words in wrong.items()]
    problems += [Hindrance(name, words) for name, words in form.missing().items() if name not in wrong]
    if problems:
        raise Refused(problems)
    measure = call.measure or next(iter(measure_keys(case_type)), "")
    wish = Wish(call.case_type, measure=measure, party=call.party, region=actor.region)
    opened = open_case(wish, role=Role.OFFICER, by=actor.name, on=on, at=at)
    said = {name: plain(value) for name, value in facts.answers.items()}
    put_answers(opened.case, said, by=actor.name, at=at)
    return Opened(hand_in(opened.case, case_type, actor, on=on, at=at), opened.token)


def hindrances(call: Call, case_type: CaseType, actor: Actor) -> Iterator[Hindrance]:
    if not is_at_desk(case_type, actor) or case_type.purpose not in SPOKEN:
        yield Hindrance("case_type", NOT_YOURS)
    if not call.party and not case_type.anonymous:
        yield Hindrance("party", NAME_NEEDED)
    if call.party and isinstance(read_code(call.party, where="party"), Problem):
        yield Hindrance("party", NO_SUCH_CODE)


def hand_in(case: Case, case_type: CaseType, actor: Actor, *, on: date, at: datetime) -> Case:
    """Where a case waits for its applicant the officer hands it in for them; a ticket is with the office already."""
    first = case_type.states[case_type.first_state]
    if first.turn is not Turn.APPLICANT:
        return case
    step = next(s for s in steps_from(case_type, case_type.first_state) if hands_in(s, case_type))
    acting = Acting(actor.name, Role.APPLICANT, case.party, actor.authority)
    return take_step(case, step.id, Given(), acting=acting, at=at, on=on)


def hands_in(step: Step, case_type: CaseType) -> bool:
    return step.by is Role.APPLICANT and case_type.states[step.to_state].turn is not Turn.CLOSED
