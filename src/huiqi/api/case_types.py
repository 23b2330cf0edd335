"""Case types: what can be asked for here, and how each goes: form, materials, states, steps, clocks. Open to everybody."""

from collections.abc import Iterable
from typing import Any, Literal

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Path, Query, Router
from pydantic import Field

from huiqi.api.days import today
from huiqi.api.documents import pack_named
from huiqi.api.problems import not_found
from huiqi.api.sending import as_json, unchanged_while_rules_are
from huiqi.api.shapes import KEPT, AskedOn, AskedPage, Page, Shape, Words, page_of
from huiqi.base.bilingual import Bilingual
from huiqi.base.periods import Duration
from huiqi.cases.types import CaseType, Clock, FollowUp, Material, Purpose, Role, Step, Turn, Way
from huiqi.forms.declare import nearest
from huiqi.forms.types import Field as DeclaredField
from huiqi.forms.types import Rule
from huiqi.holdings.current import library
from huiqi.packs.verdict_json import text
from huiqi.procedures.case_rules import fund_key, measure_keys

router = Router(tags=["case types"])
Kind = Literal["bool", "int", "decimal", "money", "ratio", "date", "text", "enum"]


class CaseTypeBrief(Shape):
    """A kind of case; `type` is its full name. `desks` says which authorities act in which role."""

    type: str
    document: str
    id: str
    title: Words
    purpose: Purpose
    clauses: list[str]
    opened_by: list[str]
    anonymous: bool
    lanes: list[str]
    measures: list[str]
    fund: str | None
    enters: str | None  # the register it leads into
    desks: dict[str, list[str]]


class CaseTypeList(Page):
    items: list[CaseTypeBrief]


class TimeSpan(Shape):
    """A length of time: so many of a unit."""

    n: int
    unit: str


class StateAnswer(Shape):
    state: str
    title: Words
    turn: Turn
    outcome: str | None


class StepAnswer(Shape):
    """The only way from one state to another. `needs` says what must be given, `not_by` whose steps bar one."""

    step: str
    title: Words
    by: Role
    from_states: list[str]
    to_state: str
    when: str | None
    needs: list[str]
    effects: list[str]
    outcome: str | None
    not_by: list[str]
    opens: str | None


class ClockAnswer(Shape):
    clock: str
    title: Words
    starts: list[str]
    stops: list[str]
    legal: TimeSpan | None
    promised: TimeSpan | None
    limit: str | None
    pauses_in: list[str]
    extension_by: Role | None
    extension_at_most: TimeSpan | None
    escalates_to: list[Role]
    when: str | None


class FieldAnswer(Shape):
    """One thing asked. `masked`: shown to others with a part hidden."""

    name: str
    label: Words
    type: Kind
    unit: str | None
    values: dict[str, Words]
    required: bool
    public: bool
    masked: bool
    when: str | None


class MaterialAnswer(Shape):
    """A paper, and how it may be given; what is shared is fetched by the office."""

    material: str
    title: Words
    ways: list[Way]
    required: bool
    shared_by: list[str]
    when: str | None


class PublicationRule(Shape):
    state: str
    days: TimeSpan
    shows: list[str]
    objection: str | None


class FollowUpRule(Shape):
    kind: str
    after: TimeSpan
    by: Role
    asks: list[FieldAnswer]


class CaseTypeAnswer(CaseTypeBrief):
    """The whole of it. Facts that its measures need join the form by themselves, as each case shows."""

    version: str
    note: Words | None
    rounds: str | None
    requires: list[str]
    form: list[FieldAnswer]
    review: list[FieldAnswer]
    materials: list[MaterialAnswer]
    first_state: str
    states: list[StateAnswer]
    steps: list[StepAnswer]
    clocks: list[ClockAnswer]
    publication: PublicationRule | None
    follow_ups: list[FollowUpRule]


class CaseTypesAsked(AskedPage):
    document: str | None = Field(None, description="政策文件 · Slug of a document", max_length=100)
    purpose: Purpose | None = Field(None, description="事项类别 · What it is for")
    measure: str | None = Field(
        None, description="可申报的措施 · Full name of a measure it claims", max_length=200
    )
    q: str | None = Field(None, description="名称中的词 · Words of its title", max_length=60)


@router.get("case-types", response={200: CaseTypeList, **KEPT}, summary="事项 · Case types")
@unchanged_while_rules_are
def case_types(request: HttpRequest, asked: Query[CaseTypesAsked]) -> HttpResponseBase:
    """全部可办事项。

    Everything that can be asked for here.
    """
    if asked.document is not None:
        pack_named(asked.document, where="query.document")
    found = [
        case_type
        for pack in library().packs.values()
        for case_type in pack.cases.values()
        if wanted(case_type, asked)
    ]
    shown, about = page_of(found, asked, day=asked.on or today())
    return as_json({**about, "items": [brief(case_type) for case_type in shown]})


@router.get(
    "case-types/{pack}/{id}", response={200: CaseTypeAnswer, **KEPT}, summary="一个事项 · One case type"
)
@unchanged_while_rules_are
def case_type(
    request: HttpRequest, pack: Path[str], id: Path[str], asked: Query[AskedOn]
) -> HttpResponseBase:
    """表单、材料、环节、步骤、时限、公示和后续。

    Its form, materials, states, steps, clocks, publication and what follows.
    """
    found = pack_named(pack, where="path.pack")
    if id not in found.cases:
        hint = nearest(id, found.cases).removeprefix("; ")
        remedy = Bilingual(f"见 /api/v1/case-types {hint}", f"See /api/v1/case-types {hint}")
        raise not_found(f"{pack}/{id}", where="path.id", remedy=remedy)
    return as_json(whole(found.cases[id], found.version))


def wanted(case_type: CaseType, asked: CaseTypesAsked) -> bool:
    title = f"{case_type.title.zh} {case_type.title.en}".lower()
    return (
        (asked.document is None or case_type.pack == asked.document)
        and (asked.purpose is None or case_type.purpose == asked.purpose)
        and (asked.measure is None or asked.measure in measure_keys(case_type))
        and all(word in title for word in (asked.q or "").lower().split())
    )


def brief(case_type: CaseType) -> dict[str, Any]:
    return {
        "type": f"{case_type.pack}/{case_type.id}",
        "document": case_type.pack,
        "id": case_type.id,
        "title": text(case_type.title),
        "purpose": case_type.purpose,
        "clauses": list(case_type.clauses),
        "opened_by": list(case_type.opened_by),
        "anonymous": case_type.anonymous,
        "lanes": list(case_type.lanes),
        "measures": list(measure_keys(case_type)),
        "fund": "/".join(fund_key(case_type)) if case_type.fund is not None else None,
        "enters": full_name(case_type.register, case_type.pack),
        "desks": {str(role): list(names) for role, names in case_type.desks.items()},
    }


def full_name(name: str | None, pack: str) -> str | None:
    return name if name is None or "/" in name else f"{pack}/{name}"


def whole(case_type: CaseType, version: str) -> dict[str, Any]:
    publication = case_type.publication
    return {
        **brief(case_type),
        "version": version,
        "note": text(case_type.note) if case_type.note is not None else None,
        "rounds": case_type.rounds,
        "requires": [rule.text for rule in case_type.requires],
        "form": fields_as_json(case_type.form),
        "review": fields_as_json(case_type.review),
        "materials": [material_as_json(m) for m in case_type.materials],
        "first_state": case_type.first_state,
        "states": [
            {"state": s.id, "title": text(s.title), "turn": s.turn, "outcome": s.outcome}
            for s in case_type.states.values()
        ],
        "steps": [step_as_json(step, case_type.pack) for step in case_type.steps.values()],
        "clocks": [clock_as_json(clock) for clock in case_type.clocks],
        "publication": None
        if publication is None
        else {
            "state": publication.state,
            "days": span(publication.days),
            "shows": list(publication.shows),
            "objection": full_name(publication.objection, case_type.pack),
        },
        "follow_ups": [follow_up_as_json(f) for f in case_type.follow_ups],
    }


def fields_as_json(fields: Iterable[DeclaredField]) -> list[dict[str, Any]]:
    return [
        {
            "name": field.name,
            "label": text(field.kind.label),
            "type": field.kind.type,
            "unit": field.kind.unit,
            "values": {value: text(label) for value, label in field.kind.values.items()},
            "required": field.required,
            "public": field.public,
            "masked": field.masked,
            "when": said(field.when),
        }
        for field in fields
    ]


def material_as_json(material: Material) -> dict[str, Any]:
    return {
        "material": material.id,
        "title": text(material.title),
        "ways": sorted(material.ways),
        "required": material.required,
        "shared_by": list(material.shared_by),
        "when": said(material.when),
    }


def step_as_json(step: Step, pack: str) -> dict[str, Any]:
    return {
        "step": step.id,
        "title": text(step.title),
        "by": step.by,
        "from_states": sorted(step.from_states),
        "to_state": step.to_state,
        "when": said(step.when),
        "needs": sorted(step.needs),
        "effects": list(step.effects),
        "outcome": step.outcome,
        "not_by": sorted(step.not_by),
        "opens": full_name(step.opens, pack),
    }


def clock_as_json(clock: Clock) -> dict[str, Any]:
    extension = clock.extension
    return {
        "clock": clock.id,
        "title": text(clock.title),
        "starts": sorted(clock.starts),
        "stops": sorted(clock.stops),
        "legal": span(clock.legal),
        "promised": span(clock.promised),
        "limit": clock.limit,
        "pauses_in": sorted(clock.pauses_in),
        "extension_by": extension.by if extension is not None else None,
        "extension_at_most": span(extension.at_most) if extension is not None else None,
        "escalates_to": list(clock.escalates_to),
        "when": said(clock.when),
    }


def follow_up_as_json(follow_up: FollowUp) -> dict[str, Any]:
    return {
        "kind": follow_up.kind,
        "after": span(follow_up.after),
        "by": follow_up.by,
        "asks": fields_as_json(follow_up.asks),
    }


def said(rule: Rule | None) -> str | None:
    return rule.text if rule is not None else None


def span(duration: Duration | None) -> dict[str, Any] | None:
    return {"n": duration.n, "unit": duration.unit} if duration is not None else None
