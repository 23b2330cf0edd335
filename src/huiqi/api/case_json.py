"""A case as JSON: what each who stands before it is told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from huiqi.access.actor import Actor
from huiqi.api.case_shapes import day_or_none, text_or_none, words
from huiqi.base.bilingual import Bilingual
from huiqi.base.masks import masked_name
from huiqi.cases.clocks import Reading
from huiqi.cases.form import OFFICE_PARTS, Asked
from huiqi.cases.history import NOTES, Note
from huiqi.cases.materials import Paper
from huiqi.cases.names import NOTE_NAMES
from huiqi.cases.types import DESK_ROLES, Role, Way
from huiqi.casework.desk_queries import colour_on
from huiqi.casework.models import Case, CaseEvent, Publication
from huiqi.casework.queries import log_of
from huiqi.forms.kept import plain
from huiqi.packs.verdict_json import text
from huiqi.procedures.act_in_case import acting_in
from huiqi.procedures.case_clocks import readings_of
from huiqi.procedures.case_rules import CaseFacts, NoSuchType, case_type_named, facts_of, rules_of
from huiqi.procedures.fill_in_case import edition_of
from huiqi.procedures.next_steps import next_steps
from huiqi.procedures.public_cases import public_name
from huiqi.procedures.take_step import Acting

OFFICE: Final = DESK_ROLES | {Role.EXPERT}
UNKNOWN_TYPE: Final = Bilingual("事项已不再开办", "no longer declared")
STEP_PLACES: Final = frozenset(
    {"reason", "amount", "score", "no_conflict", "mends", "provider", "other_side", "grade", "exit"}
)


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who looks at a case: from its desk, as its applicant, or from another side."""

    at_desk: bool
    as_applicant: bool
    as_other_side: bool

    def see(self, event: CaseEvent) -> bool:
        """What is no step is the desk's own, but for a time that became longer."""
        return self.at_desk or event.step not in NOTES or event.step == Note.EXTENDED


def eyes_of(acting: Iterable[Acting], case: Case, actor: Actor) -> Eyes:
    roles = {one.role for one in acting}
    own = bool(actor.party) and actor.party == case.party
    # who sees a case from an office without a role in it (the parent's desk) sees what a desk sees
    at_desk = bool(roles & OFFICE) or (not actor.party and Role.OTHER_SIDE not in roles)
    return Eyes(at_desk, own, not own and not at_desk and Role.OTHER_SIDE in roles)


def place_of(field: str) -> str:
    """Where in a request something stands that hinders a step."""
    if field == "step":
        return "path.step"
    return f"body.{field}" if field in STEP_PLACES else f"form.{field}"


def money(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def brief(case: Case, *, on: date) -> dict[str, Any]:
    try:
        _, case_type = case_type_named(case.type)
        state = case_type.states.get(case.state)
        state_title = state.title if state is not None else UNKNOWN_TYPE
    except NoSuchType:
        state_title = UNKNOWN_TYPE
    return {
        "number": case.number,
        "type": case.type,
        "title": words(case.title_zh, case.title_en),
        "purpose": case.purpose,
        "lane": case.lane,
        "measure": text_or_none(case.measure),
        "party": text_or_none(case.party),
        "party_name": text_or_none(case.party_name),
        "region": case.region,
        "state": case.state,
        "state_title": text(state_title),
        "turn": case.turn,
        "outcome": text_or_none(case.outcome),
        "version": case.version,
        "amount_asked": money(case.amount_asked),
        "amount_granted": money(case.amount_granted),
        "opened_on": case.opened_on.isoformat(),
        "submitted_on": day_or_none(case.submitted_on),
        "decided_on": day_or_none(case.decided_on),
        "closed_on": day_or_none(case.closed_on),
        "due_on": day_or_none(case.next_due),
        "colour": text_or_none(colour_on(case, on)),
        "synthetic": case.synthetic,
    }


def whole(case: Case, actor: Actor, *, on: date) -> dict[str, Any]:
    """Everything of a case that is somebody's to see. Raises NoSuchType."""
    acting = acting_in(case, actor)
    eyes = eyes_of(acting, case, actor)
    rules = rules_of(case, on=on)
    facts = facts_of(case, rules, on=on)
    log = log_of(case)
    readings = readings_of(facts, log)
    facts.take_in(readings)
    found = next_steps(case, facts, log, acting)
    published = case.publications.filter(began_on__lte=on).order_by("-pk").first()
    return {
        **brief(case, on=on),
        "day": on.isoformat(),
        "edition": edition_of(case),
        "officer": text_or_none(case.officer) if eyes.at_desk else None,
        "provider": text_or_none(case.provider),
        "other_side": text_or_none(case.other_side),
        "parent": case.parent.number if case.parent is not None and eyes.at_desk else None,
        "verdict": frozen(case) if eyes.at_desk or eyes.as_applicant else None,
        "timeline": [event_as_json(e, facts, eyes) for e in case.events.order_by("seq") if eyes.see(e)],
        "clocks": [reading_as_json(reading) for reading in readings],
        "form": [field_as_json(f, eyes) for f in facts.form.fields if may_read(f, eyes)],
        "materials": materials_as_json(case, facts, eyes),
        "mends": [
            {"target": target, "note": note}
            for target, note in case.mends.filter(mended_at=None).order_by("pk").values_list("target", "note")
        ],
        "published": publication_as_json(published) if published is not None else None,
        "next": [
            {
                "step": one.step.id,
                "title": text(one.step.title),
                "role": one.acting.role,
                "to_state": one.step.to_state,
                "needs": sorted(one.step.needs),
                "open": one.is_open,
                "hindered": [{"where": place_of(h.field), "why": text(h.words)} for h in one.hindrances],
            }
            for one in found
        ],
    }


def frozen(case: Case) -> dict[str, Any] | None:
    kept = case.frozen
    if not kept:
        return None
    return {
        "verdict": kept["verdict"],
        "amount": kept["amount"],
        "as_of": kept["as_of"],
        "register_as_of": kept["register"],
        "document": kept["pack"],
        "version": kept["version"],
        "missing": kept["missing"],
    }


def event_as_json(event: CaseEvent, facts: CaseFacts, eyes: Eyes) -> dict[str, Any]:
    step = facts.rules.case_type.steps.get(event.step)
    title = NOTE_NAMES.get(event.step) or (step.title if step is not None else UNKNOWN_TYPE)
    names_person = eyes.at_desk or (eyes.as_applicant and event.role == Role.APPLICANT)
    return {
        "seq": event.seq,
        "step": event.step,
        "title": text(title),
        "from_state": text_or_none(event.from_state),
        "to_state": event.to_state,
        "role": event.role,
        "by": text_or_none(event.by) if names_person else None,
        "authority": text_or_none(event.authority),
        "on": event.on.isoformat(),
        "outcome": text_or_none(event.outcome),
        "reason": text_or_none(event.reason),
    }


def reading_as_json(reading: Reading) -> dict[str, Any]:
    return {
        "clock": reading.clock.id,
        "title": text(reading.clock.title),
        "colour": reading.colour,
        "started_on": reading.started_on.isoformat(),
        "stopped_on": day_or_none(reading.stopped_on),
        "legal_due": day_or_none(reading.legal_due),
        "promised_due": day_or_none(reading.promised_due),
        "days_left": reading.days_left,
        "in_working_days": reading.left_in_working_days,
        "days_taken": reading.days_taken,
        "paused": reading.is_paused,
        "extended": reading.extended is not None,
        "problem": text(reading.problem) if reading.problem is not None else None,
    }


def may_read(field: Asked, eyes: Eyes) -> bool:
    """What the office finds is the office's; a firm's file is shown to itself and to the office alone."""
    if eyes.at_desk:
        return True
    if field.part in OFFICE_PARTS:
        return False
    return eyes.as_applicant or field.answer is not None


def field_as_json(field: Asked, eyes: Eyes) -> dict[str, Any]:
    kind, known = field.kind, field.known
    answer = plain(field.answer) if field.answer is not None else None
    if eyes.as_other_side and field.is_masked and isinstance(answer, str):
        answer = masked_name(answer)
    shows_file = known is not None and (eyes.at_desk or eyes.as_applicant)
    mine = eyes.at_desk if field.part in OFFICE_PARTS else eyes.as_applicant
    return {
        "name": field.name,
        "label": text(kind.label),
        "type": kind.type,
        "unit": kind.unit,
        "values": {value: text(label) for value, label in kind.values.items()},
        "part": field.part,
        "required": field.required,
        "open": field.may_be_given and mine,
        "missing": field.is_missing,
        "known": {"value": plain(known.value), "source": known.source, "as_of": known.as_of.isoformat()}
        if known is not None and shows_file
        else None,
        "answer": answer,
        "measures": list(field.measures),
    }


def materials_as_json(case: Case, facts: CaseFacts, eyes: Eyes) -> list[dict[str, Any]]:
    if not (eyes.at_desk or eyes.as_applicant):
        return []
    given: dict[str, list[dict[str, Any]]] = {}
    for paper in case.papers.filter(withdrawn_at=None).order_by("pk"):
        given.setdefault(paper.material, []).append(
            {
                "key": paper.pk,
                "way": Way(paper.way),
                "name": text_or_none(paper.name),
                "type": text_or_none(paper.type),
                "sha256": text_or_none(paper.seal),
            }
        )
    return [material_as_json(paper, given.get(paper.material.id, [])) for paper in facts.papers]


def material_as_json(paper: Paper, given: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "material": paper.material.id,
        "title": text(paper.material.title),
        "ways": sorted(paper.material.ways),
        "asked": paper.holds is not False,
        "missing": paper.is_missing,
        "to_be_fetched": paper.is_to_be_fetched,
        "given": given,
    }


def publication_as_json(publication: Publication) -> dict[str, Any]:
    case = publication.case
    return {
        "number": case.number,
        "type": case.type,
        "title": words(case.title_zh, case.title_en),
        "party_name": text_or_none(public_name(case)),
        "region": case.region,
        "began_on": publication.began_on.isoformat(),
        "until": publication.until.isoformat(),
        "shows": [
            {"label": words(*shown["label"]), "words": words(*shown["words"])}
            for shown in publication.shows.values()
        ],
    }
