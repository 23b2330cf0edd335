"""Everything the page of a case shows to who works on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.timezone import localdate

from huiqi.access.actor import Actor
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.base.money import to_decimal
from huiqi.base.periods import Unit
from huiqi.cases.clocks import Reading
from huiqi.cases.form import Asked, CaseForm
from huiqi.cases.history import Taken
from huiqi.cases.names import LANE_NAMES, OUTCOME_NAMES, PURPOSE_NAMES, TURN_NAMES
from huiqi.cases.types import Lane, Outcome, Purpose, Role, Step, Turn
from huiqi.casework.desk_queries import shown_on
from huiqi.casework.models import Case
from huiqi.casework.queries import log_of
from huiqi.forms.kept import said
from huiqi.measures.types import Measure, Verdict
from huiqi.packs.wording import ROLES, duration_words
from huiqi.procedures.act_in_case import acting_in, cases_seen_by, desks_of
from huiqi.procedures.case_clocks import readings_of
from huiqi.procedures.case_rules import CaseFacts, NoSuchType, facts_of, rules_of
from huiqi.procedures.match_firm import VERDICTS
from huiqi.procedures.next_steps import next_steps, others_turn
from huiqi.procedures.share_file import audiences_on
from huiqi.procedures.take_step import Acting
from huiqi.procedures.work_at_desk import HANDLING, at_work, colleagues_of, may_find, proofs_for
from huiqi.web.desk.case_log import entries_of
from huiqi.web.desk.case_papers import papers_shown
from huiqi.web.desk.case_verdict import verdict_of
from huiqi.web.desk.fields import Field, fields_asked
from huiqi.web.desk.money_shown import money_of
from huiqi.web.desk.step_forms import FINDING, Ground, StepForm, Typed, rule_amount, step_form
from huiqi.web.desk.words import OVER, ColourShown, row_of, shown_colour, state_name, title_of

MOST_OTHERS: Final = 8
WORKING_DAYS: Final = Bilingual("个工作日", "working days")
DAYS: Final = Bilingual("天", "days")
UNIT_NAMES: Final = {
    Unit.WORKING_DAYS: WORKING_DAYS,
    Unit.DAYS: DAYS,
    Unit.MONTHS: Bilingual("个月", "months"),
}


@dataclass(frozen=True, slots=True)
class ClockShown:
    """A clock as the page shows it."""

    reading: Reading
    colour: ColourShown | None
    may_extend: bool
    at_most: Bilingual | None  # of an extension

    @property
    def left_unit(self) -> Bilingual:
        """What the days left are counted in."""
        return WORKING_DAYS if self.reading.left_in_working_days else DAYS

    @property
    def unit_name(self) -> Bilingual | None:
        """What an extension is counted in."""
        declared = self.reading.clock.extension
        return UNIT_NAMES.get(declared.at_most.unit) if declared is not None else None


@dataclass(frozen=True, slots=True)
class Answered:
    """One field of the form with its answer and where that is from."""

    asked: Asked
    words: Bilingual | None
    source: str
    as_of: date | None


def context_of(case: Case, actor: Actor, *, on: date, typed: Typed | None = None) -> dict[str, Any]:
    """What the template of a case is given; `typed` is what was just refused."""
    typed, interests = typed or Typed(), list(case.interests.all())
    is_barred = any(one.user == actor.name for one in interests)
    shared = {
        "case": case,
        "title": title_of(case),
        "purpose": PURPOSE_NAMES[Purpose(case.purpose)],
        "lane": LANE_NAMES[Lane(case.lane)],
        "turn": TURN_NAMES[Turn(case.turn)],
        "state": state_name(case.type, case.state),
        "outcome": OUTCOME_NAMES[Outcome(case.outcome)] if case.outcome else None,
        "others": others_of(case, actor, on),
        "interests": interests,
        "has_interest": is_barred,
        "is_over": case.turn in OVER,
        "told": told_above(case),
        "typed": typed,
        "today": on,
    }
    try:
        facts = facts_of(case, rules_of(case, on=on), on=on)
    except NoSuchType:
        return shared | {"is_gone": True}
    log = log_of(case)
    readings = readings_of(facts, log)
    facts.take_in(readings)
    roles = acting_in(case, actor)
    declared = declared_part(case, actor, facts, log, readings, roles, typed, on=on)
    return shared | declared | {"may_find": declared["may_find"] and not is_barred}


def declared_part(
    case: Case,
    actor: Actor,
    facts: CaseFacts,
    log: Sequence[Taken],
    readings: Sequence[Reading],
    roles: tuple[Acting, ...],
    typed: Typed,
    *,
    on: date,
) -> dict[str, Any]:
    """What stands on the declaration of the case type."""
    case_type, form = facts.rules.case_type, facts.form
    mine = at_work(roles)
    works = any(acting.role in HANDLING for acting in mine)
    now = facts.verdict()
    ground = Ground(case, case_type, form, amount_of(now, facts.rules.measure), typed)
    steps = [step_form(one, ground, proofs_of(case, one.step)) for one in next_steps(case, facts, log, roles)]
    desks = desks_of(case)
    elsewhere = [
        (ROLES[role], desks.get(role, ()), found)
        for role, found in others_turn(case_type, case.state, roles).items()
    ]
    money = money_of(case, facts.rules, on.year)
    is_head = works and actor.may(Permission.CASE_DECIDE)
    verdict = verdict_of(case, facts.rules)
    return {
        "rules": facts.rules,
        "case_type": case_type,
        "measure": facts.rules.measure,
        "verdict": verdict,
        "rule_amount": rule_amount(case),
        "now": VERDICTS[now.kind] if now is not None else None,
        "now_kind": now.kind if now is not None else "",
        "now_amount": ground.by_rule,
        "sections": answers_of(form, case),
        "derived": [(d.kind.label, said(d.value, d.kind)) for d in form.derived if d.value is not None],
        "papers": papers_shown(case, facts, works=works),
        "findings": findings_of(form, typed),
        "may_find": works and may_find(case) and bool(form.of(office=True)),
        "findings_said": [answered(f, {}) for f in form.of(office=True) if f.value is not None],
        "leftover": leftover(typed, steps),
        "clocks": [clock_shown(reading, roles, on) for reading in readings],
        "steps": steps,
        "open_steps": [form for form in steps if form.next.is_open],
        "hindered": [form for form in steps if not form.next.is_open],
        "elsewhere": elsewhere,
        "authorities": authorities_in(facts) if any(f.needs_other_side for f in steps) else [],
        "providers": [(a.code, a.name) for a in audiences_on(localdate())] if any(f.needs_provider for f in steps) else [],
        "entries": entries_of(case, case_type),
        "my_roles": [ROLES[acting.role] for acting in mine],
        "works": works,
        "is_head": is_head,
        "colleagues": colleagues_of(actor, on=localdate()) if is_head else [],
        "money": money,
        "has_amounts": bool(money or verdict or case.amount_asked or case.amount_granted or case.score),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """Who was told on a day that a case is late, and has not looked at it."""

    told_on: date
    due_on: date
    roles: tuple[Bilingual, ...]


def told_above(case: Case) -> list[Told]:
    """What of a late case nobody looked at yet, each run of a clock once."""
    found: dict[tuple[str, date, date], list[Bilingual]] = {}
    for one in case.escalations.filter(seen_at=None).order_by("pk"):
        found.setdefault((one.clock, one.told_on, one.due_on), []).append(ROLES[Role(one.role)])
    return [Told(told_on, due_on, tuple(roles)) for (_, told_on, due_on), roles in found.items()]


def authorities_in(facts: CaseFacts) -> list[str]:
    """The authorities that the document names at its desks, for the other side to be chosen from."""
    desks = (names for one in facts.rules.pack.cases.values() for names in one.desks.values())
    return sorted({name for names in desks for name in names})


def amount_of(verdict: Verdict | None, measure: Measure | None) -> Decimal | None:
    """What the rule comes to as things are known now, in yuan; None where it gives something else or nothing yet."""
    if verdict is None or measure is None or verdict.amount is None or measure.award.unit != "CNY":
        return None
    return to_decimal(verdict.amount, 2)


def proofs_of(case: Case, step: Step) -> tuple[Any, ...]:
    return tuple(proofs_for(case, step.id)) if "proof" in step.needs else ()


def answered(asked: Asked, sources: Mapping[str, str]) -> Answered:
    words = said(asked.value, asked.kind) if asked.value is not None else None
    if asked.answer is None and asked.known is not None:
        return Answered(asked, words, asked.known.source, asked.known.as_of)
    return Answered(asked, words, sources.get(asked.name, ""), None)


def answers_of(form: CaseForm, case: Case) -> list[tuple[Bilingual, list[Answered]]]:
    """What the applicant said, part by part; fields that were not asked are left out."""
    sources = {a.field: a.source for a in case.answers.all()}
    return [
        (section.name, [answered(f, sources) for f in section.fields if f.holds is not False])
        for section in form.sections()
    ]


def findings_of(form: CaseForm, typed: Typed) -> list[tuple[Bilingual, list[Field]]]:
    """What the office fills in: facts that only a person can judge, and the review."""
    return [
        (section.name, fields_asked(section.fields, FINDING, typed.values, typed.problems))
        for section in form.sections(office=True)
    ]


def leftover(typed: Typed, steps: Sequence[StepForm]) -> list[str]:
    """What was typed for steps that can no longer be taken: shown, so that it can be used elsewhere."""
    here = {form.step.id for form in steps}
    return [
        value
        for name, value in typed.values.items()
        if value.strip()
        and "." in name
        and name.partition(".")[0] not in here
        and not name.endswith(".no_conflict")
    ]


def clock_shown(reading: Reading, roles: Sequence[Acting], on: date) -> ClockShown:
    declared = reading.clock.extension
    mine = {acting.role for acting in roles}
    is_running = reading.stopped_on is None and reading.due is not None and on <= reading.due
    may = declared is not None and declared.by in mine and is_running and reading.extended is None
    return ClockShown(
        reading,
        shown_colour(reading.colour),
        may,
        duration_words(declared.at_most) if declared is not None else None,
    )


def others_of(case: Case, actor: Actor, on: date) -> list[Any]:
    """Other cases of the firm that somebody may see, newest first."""
    if not case.party:
        return []
    found = shown_on(cases_seen_by(actor).filter(party=case.party).exclude(pk=case.pk), on)
    return [row_of(other, on, shown=other.shown) for other in found[:MOST_OTHERS]]
