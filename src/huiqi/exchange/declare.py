"""From what a pack declares under `exchanges` and `events` to exchanges and events."""

from collections.abc import Mapping

from pydantic import Field as Key

from huiqi.base.periods import Cadence
from huiqi.base.problem import Problem
from huiqi.exchange.types import Booking, Event, EventKind, Exchange, Proof, Side
from huiqi.forms.declare import At, FieldModel, LengthModel, PartModel, RuleReader, Scope, declare_fields
from huiqi.forms.references import AuthorityName, CaseId, PartyKind, RegisterId, UserName
from huiqi.measures.declare import BilingualModel, RuleText, Strict
from huiqi.measures.expressions import FactRef


class SideModel(Strict):
    posted_by: list[PartyKind] = Key(min_length=1)
    fields: list[FieldModel] = Key(min_length=1)
    only_from: RegisterId | None = None
    checked_by: list[AuthorityName] = Key(default_factory=list)
    holds_for: LengthModel | None = None


class ExchangeModel(PartModel):
    """An exchange, as exchanges.yaml and systems.yaml give it."""

    offers: SideModel
    needs: SideModel
    fits: list[RuleText] = Key(min_length=1)
    rank: RuleText | None = None
    booking: Booking = Booking.REPLY
    answer_within: LengthModel | None = None
    leads_to: CaseId | None = None
    result: list[FieldModel] = Key(default_factory=list)
    operator: list[UserName] = Key(default_factory=list)


class EventModel(PartModel):
    """An event, as events.yaml and systems.yaml give it."""

    kind: EventKind
    hosts: list[UserName] = Key(min_length=1)
    audience: list[PartyKind] = Key(min_length=1)
    cadence: Cadence = Cadence.STANDING
    enrolment: list[FieldModel] = Key(default_factory=list)
    may_enrol: RuleText | None = None
    capacity: int | None = Key(default=None, gt=0)
    is_free: bool = True
    attendance: Proof = Proof.SIGN_IN
    certificate: BilingualModel | None = None
    result: list[FieldModel] = Key(default_factory=list)
    asks_satisfaction: bool = True
    opens: CaseId | None = None


def declare_exchange(
    model: ExchangeModel, *, scope: Scope, at: At, template: str | None = None
) -> tuple[Exchange, list[Problem]]:
    """An exchange; the rules of a match name fields as `offer_…` and `need_…`."""
    reader = RuleReader(scope, at)
    offers, offered = declare_side(model.offers, reader, "offers", "offer_")
    needs, needed = declare_side(model.needs, reader, "needs", "need_")
    rules = reader.within(reader.scope.with_names({**offered, **needed}))
    result, _ = declare_fields(model.result, reader=reader, path="result")
    read = [rules.condition(text, "fits", i) for i, text in enumerate(model.fits)]
    exchange = Exchange(
        id=model.id,
        pack=scope.pack,
        title=model.title.as_value(),
        clauses=tuple(model.clauses),
        offers=offers,
        needs=needs,
        fits=tuple(rule for rule in read if rule is not None),
        rank=rules.formula(model.rank, "rank"),
        booking=model.booking,
        answer_within=model.answer_within.as_value() if model.answer_within else None,
        leads_to=model.leads_to,
        result=result,
        operator=tuple(model.operator),
        template=template,
        note=model.note.as_value() if model.note else None,
    )
    return exchange, reader.problems


def declare_side(
    model: SideModel, reader: RuleReader, part: str, prefix: str
) -> tuple[Side, Mapping[str, FactRef]]:
    inner = reader.within(reader.scope, part)
    fields, names = declare_fields(model.fields, reader=inner, path="fields", prefix=prefix)
    side = Side(
        posted_by=tuple(model.posted_by),
        fields=fields,
        only_from=model.only_from,
        checked_by=tuple(model.checked_by),
        holds_for=model.holds_for.as_value() if model.holds_for else None,
    )
    return side, names


def declare_event(
    model: EventModel, *, scope: Scope, at: At, template: str | None = None
) -> tuple[Event, list[Problem]]:
    """An event; who may enrol is a rule over facts and the fields of the enrolment."""
    reader = RuleReader(scope, at)
    enrolment, names = declare_fields(model.enrolment, reader=reader, path="enrolment")
    result, _ = declare_fields(model.result, reader=reader, path="result")
    rules = reader.within(reader.scope.with_names(names))
    event = Event(
        id=model.id,
        pack=scope.pack,
        title=model.title.as_value(),
        clauses=tuple(model.clauses),
        kind=model.kind,
        hosts=tuple(model.hosts),
        audience=tuple(model.audience),
        cadence=model.cadence,
        enrolment=enrolment,
        may_enrol=rules.condition(model.may_enrol, "may_enrol"),
        capacity=model.capacity,
        is_free=model.is_free,
        attendance=model.attendance,
        certificate=model.certificate.as_value() if model.certificate else None,
        result=result,
        asks_satisfaction=model.asks_satisfaction,
        opens=model.opens,
        template=template,
        note=model.note.as_value() if model.note else None,
    )
    return event, reader.problems
