"""Take a step of a case: checked against its declaration, written into its log, with everything that follows from it.

One transaction: the step, what it moves, enters and publishes, and who is told. A refusal undoes all of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.db import IntegrityError, transaction

from huiqi.base.bilingual import Bilingual
from huiqi.base.money import to_decimal
from huiqi.cases.history import Taken, rebuild
from huiqi.cases.replies import read_replies
from huiqi.cases.types import DESK_ROLES, MONEY_EFFECTS, CaseType, Effect, Need, Outcome, Role, Step
from huiqi.cases.workflow import Given as Needed
from huiqi.cases.workflow import Hindrance, gaps_in, hindrances_for
from huiqi.casework.actions import (
    Opening,
    Overtaken,
    StepTaken,
    ask_to_mend,
    end_publication,
    held,
    open_case,
    put_answers,
    score,
    write_step,
)
from huiqi.casework.models import Case
from huiqi.casework.queries import log_of
from huiqi.forms.kept import plain
from huiqi.matching.answers import read_reply
from huiqi.measures.expressions import Value
from huiqi.procedures.case_clocks import Refused, note_readings, readings_of
from huiqi.procedures.case_effects import bring_about, tell
from huiqi.procedures.case_form import gaps_in_findings, gaps_in_form
from huiqi.procedures.case_rules import CaseFacts, case_type_named, facts_of, occasion_of, rules_of
from huiqi.procedures.doing import Doing
from huiqi.procedures.note_claim import note_claimed

SEEN_BY_OTHERS: Final = Bilingual(
    "该件已由他人办理，请刷新后再操作", "somebody else took a step in the meantime: read the case again"
)
STILL_PUBLISHED: Final = Bilingual("公示期未满，截止{day}", "it stays published until {day}")
BARRED: Final = frozenset({Outcome.REFUSED, Outcome.WITHDRAWN, Outcome.LAPSED})
GRANTING: Final = frozenset({Role.OFFICER, Role.REVIEWER, Role.DECIDER, Role.PROVIDER})
JUDGING: Final = DESK_ROLES | {Role.EXPERT, Role.PROVIDER}
"""Who may fill in the fields of the office with a step."""
SYSTEM: Final = "system"


@dataclass(frozen=True, slots=True)
class Acting:
    """Who takes a step, in which role of the case."""

    by: str
    role: Role
    party: str = ""
    authority: str = ""


THE_PLATFORM: Final = Acting(SYSTEM, Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class Given:
    """What comes with a step. `review` holds the words typed into the fields of the office.

    `version` is that of the case as the person saw it: where somebody else acted since, nothing is done.
    """

    reason: str = ""
    amount: Fraction | None = None
    score: Fraction | None = None
    no_conflict: bool = False
    proofs: int = 0
    mends: Mapping[str, str] = field(default_factory=dict)
    review: Mapping[str, str] = field(default_factory=dict)
    provider: str = ""
    other_side: str = ""
    grade: str = ""
    exit: str = ""
    version: int | None = None

    def for_the_rules(self) -> Needed:
        return Needed(self.reason, self.amount, self.score, self.no_conflict, self.proofs, self.mends)


NOTHING: Final = Given()


@transaction.atomic
def take_step(case: Case, step_id: str, given: Given, *, acting: Acting, at: datetime, on: date) -> Case:
    """The case as it stands after the step.

    Raises Refused with every reason at once, by field; LookupError where the case type has no such step.
    """
    try:
        row = held(case, given.version)
    except Overtaken as overtaken:
        raise Refused([Hindrance("step", SEEN_BY_OTHERS)]) from overtaken
    rules = rules_of(row, on=on)
    step = rules.case_type.steps[step_id]
    log = log_of(row)
    facts = facts_of(row, rules, on=on)
    typed = given.review if acting.role in JUDGING else {}
    review, wrong = read_replies(facts.form, typed, office=True, read=read_reply)
    told = {**facts.answers, **review}
    facts.answers = {name: value for name, value in told.items() if value is not None}
    facts.take_in(readings_of(facts, log))
    problems = [Hindrance(name, words) for name, words in wrong.items()]
    problems += whatever_hinders(step, row, facts, log, given, acting)
    if problems:
        raise Refused(problems)
    if acting.role is Role.EXPERT and not is_last_score(row, given, acting, at=at):
        return row
    return write_down(step, row, facts, log, given, review, acting=acting, at=at, on=on)


def whatever_hinders(
    step: Step, case: Case, facts: CaseFacts, log: list[Taken], given: Given, acting: Acting
) -> list[Hindrance]:
    """Every reason against a step: the declaration, what it needs, the form, the days of publication."""
    found = hindrances_for(
        step,
        state=case.state,
        role=acting.role,
        by=acting.by,
        log=log,
        holds=facts.holds,
        has_interest=case.interests.filter(user=acting.by).exists(),
    )
    if found and found[0].field == "step":
        return found  # what is given makes no difference then
    found += gaps_in(step, given.for_the_rules())
    if step.needs & {Need.FORM, Need.MATERIALS}:
        found += gaps_in_form(case, facts, needs=step.needs)
    if Need.FINDINGS in step.needs:
        found += gaps_in_findings(facts)
    return found + days_left_in_public(step, case, facts)


def days_left_in_public(step: Step, case: Case, facts: CaseFacts) -> list[Hindrance]:
    """A published case is not confirmed before its days are over; it may be refused at any time."""
    declared = facts.rules.case_type.publication
    if (
        declared is None
        or case.state != declared.state
        or step.outcome in BARRED
        or step.by not in DESK_ROLES
    ):
        return []
    open_one = case.publications.filter(ended_on=None, until__gte=facts.on).first()
    to = facts.rules.case_type.states[step.to_state]
    if open_one is None or to.outcome in BARRED:
        return []
    day = open_one.until.isoformat()
    return [
        Hindrance("step", Bilingual(STILL_PUBLISHED.zh.format(day=day), STILL_PUBLISHED.en.format(day=day)))
    ]


def is_last_score(case: Case, given: Given, acting: Acting, *, at: datetime) -> bool:
    """Keep an expert's score; True once everybody who was drawn has given theirs."""
    if not case.draws.exists():
        return True
    mine = case.draws.filter(expert=acting.by, score=None).first()
    if mine is None:
        words = Bilingual("您未被抽中，或已打分", "you were not drawn, or gave your score already")
        raise Refused([Hindrance("score", words)])
    score(case, to_decimal(given.score or Fraction(0), 2), given.reason, by=acting.by, at=at)
    return not case.draws.filter(score=None).exists()


def write_down(
    step: Step,
    case: Case,
    facts: CaseFacts,
    log: list[Taken],
    given: Given,
    review: Mapping[str, Value | None],
    *,
    acting: Acting,
    at: datetime,
    on: date,
) -> Case:
    """The step with all that follows, in the transaction of the caller."""
    kept = {name: plain(value) if value is not None else None for name, value in review.items()}
    if kept:
        put_answers(case, kept, is_review=True, by=acting.by, at=at)
    take_amounts(step, case, given, acting)
    if case.submitted_on is None and case.measure:
        case.occasion = occasion_of(facts)
    if given.other_side:
        case.other_side = given.other_side
    leave_public(step, case, facts, on=on)
    doing = Doing(
        case, facts, step, acting.by, acting.role, on, at, given.reason, given.amount, given.provider,
        given.grade, given.exit, approved_by=approver_in(facts.rules.case_type, log),
    )  # fmt: skip
    bring_about(doing)
    if Need.MENDS in step.needs:
        ask_to_mend(case, given.mends, by=acting.by, at=at)
    taken = Taken(step.id, case.state, step.to_state, acting.role, acting.by, on)
    standing = rebuild(facts.rules.case_type, [*log, taken])
    followed = {"found": kept, "effects": doing.came_to}
    detail = spelled_out(given) | {name: came for name, came in followed.items() if came}
    written = StepTaken(
        step.id, acting.role, acting.by, acting.authority, on, at,
        outcome=step.outcome or "", reason=given.reason, detail=detail,
    )  # fmt: skip
    was_submitted = case.submitted_on is not None
    try:
        with transaction.atomic():
            write_step(case, written, standing)
    except IntegrityError as error:
        raise Refused([Hindrance("step", CLAIMED_ALREADY)]) from error
    if not was_submitted and case.submitted_on is not None:
        note_claimed(case, at=at)
    if step.opens is not None:
        open_next(step, case, by=acting.by, at=at, on=on)
    after = facts_of(case, facts.rules, on=on, dossier=facts.dossier)
    note_readings(case, readings_of(after, [*log, taken]), on=on)
    tell(doing)
    return case


CLAIMED_ALREADY: Final = Bilingual(
    "同一事项已经申报，正在办理或已经办结，不能重复申报",
    "the same was claimed already and is being handled or was granted: it cannot be claimed twice",
)


def approver_in(case_type: CaseType, log: list[Taken]) -> str:
    """Who decided that it is granted: who took the last step that says so, or committed the money."""
    granting = {
        step.id
        for step in case_type.steps.values()
        if step.outcome is Outcome.GRANTED or Effect.COMMIT in step.effects
    }
    return next((taken.by for taken in reversed(log) if taken.step in granting), "")


def take_amounts(step: Step, case: Case, given: Given, acting: Acting) -> None:
    """Amount and score of a step become those of the case, where the step is about them."""
    moves = not {Effect.COMMIT, Effect.ISSUE_VOUCHER}.isdisjoint(step.effects)
    plain_step = not MOVING.intersection(step.effects)
    if given.amount is not None and Need.AMOUNT in step.needs:
        if acting.role in GRANTING and (moves or plain_step):
            case.amount_granted = to_decimal(given.amount, 2)
        elif acting.role is Role.APPLICANT and plain_step:
            case.amount_asked = to_decimal(given.amount, 2)
    if given.score is not None and Need.SCORE in step.needs:
        case.score = average(case, given.score)


MOVING: Final = MONEY_EFFECTS - {Effect.COMMIT, Effect.ISSUE_VOUCHER}
"""Effects whose amount is that of the movement, not of the grant."""


def average(case: Case, last: Fraction) -> Decimal:
    """The mean of all experts' scores; of an officer's own score that one."""
    given = case.draws.exclude(score=None).values_list("score", flat=True)
    scores = [Fraction(points) for points in given if points is not None]
    return to_decimal(sum(scores, Fraction(0)) / len(scores) if scores else last, 2)


def leave_public(step: Step, case: Case, facts: CaseFacts, *, on: date) -> None:
    declared = facts.rules.case_type.publication
    if declared is not None and case.state == declared.state and step.to_state != declared.state:
        end_publication(case, on=on)


def spelled_out(given: Given) -> dict[str, Any]:
    """What was given, as the log keeps it; empty things are left out."""
    said = {
        "amount": str(to_decimal(given.amount, 2)) if given.amount is not None else None,
        "score": str(to_decimal(given.score, 2)) if given.score is not None else None,
        "no_conflict": given.no_conflict or None,
        "mends": dict(given.mends) or None,
        "provider": given.provider or None,
        "other_side": given.other_side or None,
        "grade": given.grade or None,
        "exit": given.exit or None,
    }
    return {name: value for name, value in said.items() if value is not None}


def open_next(step: Step, case: Case, *, by: str, at: datetime, on: date) -> Case:
    """The case that a step opens, for the same party."""
    key = step.opens or ""
    pack, case_type = case_type_named(key if "/" in key else f"{case.pack}/{key}")
    opening = Opening(
        case_type,
        pack.version,
        party=case.party,
        party_name=case.party_name,
        region=case.region,
        anonymous=case.anonymous,
        parent=case,
        synthetic=case.synthetic,
    )
    return open_case(opening, Role.SYSTEM, by=by, on=on, at=at)
