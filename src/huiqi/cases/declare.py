"""From what a pack declares under `cases` and `time-limits` to case types and time limits."""

from collections.abc import Mapping
from typing import Final

from pydantic import Field as Key

from huiqi.base.bilingual import Bilingual
from huiqi.base.periods import Cadence
from huiqi.base.problem import Problem
from huiqi.cases.sound import machine_problems
from huiqi.cases.types import (
    Binds,
    CaseType,
    Clock,
    Effect,
    Extension,
    FollowUp,
    FollowUpKind,
    Lane,
    Material,
    Need,
    Outcome,
    Publication,
    Purpose,
    Role,
    State,
    Step,
    TimeLimit,
    Turn,
    Way,
)
from huiqi.forms.declare import (
    At,
    DurationModel,
    FieldModel,
    LengthModel,
    PartModel,
    RuleReader,
    Scope,
    declare_fields,
)
from huiqi.forms.references import (
    AuthorityName,
    CaseId,
    ClauseId,
    FundId,
    LimitId,
    MeasureId,
    PartyKind,
    RegisterId,
)
from huiqi.measures.declare import FACT_NAME, IDENTIFIER, BilingualModel, RuleText, Strict
from huiqi.measures.expressions import Domain, FactRef, Type
from huiqi.measures.types import VerdictKind

VERDICTS: Final = Domain(tuple(str(kind) for kind in VerdictKind))
CASE_NAMES: Final[Mapping[str, FactRef]] = {
    ref.name: ref
    for ref in (
        FactRef("verdict", Type.ENUM, VERDICTS),  # of the measure claimed, frozen when the case was submitted
        FactRef("amount_asked", Type.MONEY, Domain()),
        FactRef("amount_granted", Type.MONEY, Domain()),
        FactRef("score", Type.DECIMAL, Domain()),
        FactRef("objections_open", Type.INT, Domain()),
        FactRef("materials_complete", Type.BOOL, Domain()),
        FactRef("is_anonymous", Type.BOOL, Domain()),
        FactRef("is_overdue", Type.BOOL, Domain()),
        FactRef("working_days_taken", Type.INT, Domain()),  # by the clock, without the pauses
        FactRef("submitted_on", Type.DATE, Domain()),
        FactRef("decided_on", Type.DATE, Domain()),
    )
}
"""What guards may name besides facts: what the case itself knows."""


class StateModel(Strict):
    zh: str
    en: str
    turn: Turn
    outcome: Outcome | None = None


class StepModel(Strict):
    id: str = Key(pattern=FACT_NAME)
    zh: str
    en: str
    by: Role
    from_: list[str] = Key(alias="from", min_length=1)
    to: str
    when: RuleText | None = None
    needs: list[Need] = Key(default_factory=list)
    effects: list[Effect] = Key(default_factory=list)
    outcome: Outcome | None = None
    not_by: list[str] = Key(default_factory=list)
    opens: CaseId | None = None


class MaterialModel(Strict):
    id: str = Key(pattern=FACT_NAME)
    zh: str
    en: str
    ways: list[Way] = Key(default=[Way.UPLOAD], min_length=1)
    required: bool = True
    shared_by: list[AuthorityName] = Key(default_factory=list)
    when: RuleText | None = None


class ExtensionModel(Strict):
    by: Role = Role.DECIDER
    at_most: LengthModel


class ClockModel(Strict):
    id: str = Key(pattern=FACT_NAME)
    zh: str
    en: str
    starts: list[str] = Key(min_length=1)
    stops: list[str] = Key(min_length=1)
    legal: LengthModel | None = None
    promised: LengthModel | None = None
    limit: LimitId | None = None
    pauses_in: list[str] | None = None  # absent: wherever it is the applicant's turn
    extension: ExtensionModel | None = None
    warn_before: LengthModel | None = None
    escalates_to: list[Role] | None = None  # absent: the decider, then the supervision office
    when: RuleText | None = None


class PublicationModel(Strict):
    state: str
    days: LengthModel
    shows: list[str] = Key(default_factory=list)
    objection: CaseId | None = None


class FollowUpModel(Strict):
    kind: FollowUpKind
    after: LengthModel
    by: Role = Role.OFFICER
    asks: list[FieldModel] = Key(default_factory=list)


class CaseModel(PartModel):
    """A kind of case, as cases/*.yaml and systems.yaml give it."""

    purpose: Purpose
    opened_by: list[PartyKind] = Key(min_length=1)
    anonymous: bool = False
    lanes: list[Lane] = Key(default=[Lane.CLAIM], min_length=1)
    measures: list[MeasureId] = Key(default_factory=list)
    register_: RegisterId | None = Key(default=None, alias="register")
    fund: FundId | None = None
    desks: dict[Role, list[AuthorityName]] = Key(default_factory=dict)
    form: list[FieldModel] = Key(default_factory=list)
    review: list[FieldModel] = Key(default_factory=list)
    requires: list[RuleText] = Key(default_factory=list)
    materials: list[MaterialModel] = Key(default_factory=list)
    states: dict[str, StateModel] = Key(min_length=2)
    steps: list[StepModel] = Key(min_length=1)
    clocks: list[ClockModel] = Key(default_factory=list)
    publication: PublicationModel | None = None
    follow_ups: list[FollowUpModel] = Key(default_factory=list)
    rounds: Cadence | None = None


class TimeLimitModel(Strict):
    """One entry of time-limits.yaml."""

    id: str = Key(pattern=IDENTIFIER)
    clause: ClauseId
    matter: BilingualModel
    within: DurationModel | None
    starts: BilingualModel | None = None
    condition: BilingualModel | None = None
    when: RuleText | None = None
    promised_by: list[AuthorityName] = Key(default_factory=list)
    binds: Binds = Binds.AUTHORITY
    measures: list[MeasureId] = Key(default_factory=list)
    note: BilingualModel | None = None


def declare_case(
    model: CaseModel, *, scope: Scope, at: At, template: str | None = None
) -> tuple[CaseType, list[Problem]]:
    """A case type with every rule read and its machine checked; each problem names its line."""
    reader = RuleReader(scope.with_names(CASE_NAMES), at)
    form, names = declare_fields(model.form, reader=reader, path="form")
    review, more = declare_fields(model.review, reader=reader, path="review")
    for name in sorted(names.keys() & more.keys()):
        reader.refuse(f"{name!r} is asked in the form and again in the review", "review")
    rules = reader.within(reader.scope.with_names({**names, **more}))
    read = [rules.condition(text, "requires", i) for i, text in enumerate(model.requires)]
    case = CaseType(
        id=model.id,
        pack=scope.pack,
        title=model.title.as_value(),
        clauses=tuple(model.clauses),
        purpose=model.purpose,
        opened_by=tuple(model.opened_by),
        anonymous=model.anonymous,
        lanes=tuple(model.lanes),
        measures=tuple(model.measures),
        register=model.register_,
        fund=model.fund,
        desks={role: tuple(names) for role, names in model.desks.items()},
        form=form,
        review=review,
        requires=tuple(rule for rule in read if rule is not None),
        materials=tuple(declare_material(m, rules, i) for i, m in enumerate(model.materials)),
        states={key: State(key, Bilingual(s.zh, s.en), s.turn, s.outcome) for key, s in model.states.items()},
        first_state=next(iter(model.states)),
        steps={s.id: declare_step(s, rules, i) for i, s in enumerate(model.steps)},
        clocks=tuple(declare_clock(c, model, rules, i) for i, c in enumerate(model.clocks)),
        publication=declare_publication(model.publication),
        follow_ups=declare_follow_ups(model, reader),
        rounds=model.rounds,
        template=template,
        note=model.note.as_value() if model.note else None,
    )
    return case, reader.problems + machine_problems(case, ids=[s.id for s in model.steps], at=at)


def declare_step(model: StepModel, rules: RuleReader, index: int) -> Step:
    return Step(
        id=model.id,
        title=Bilingual(model.zh, model.en),
        by=model.by,
        from_states=frozenset(model.from_),
        to_state=model.to,
        when=rules.condition(model.when, "steps", index, "when"),
        needs=frozenset(model.needs),
        effects=tuple(model.effects),
        outcome=model.outcome,
        not_by=frozenset(model.not_by),
        opens=model.opens,
    )


def declare_material(model: MaterialModel, rules: RuleReader, index: int) -> Material:
    return Material(
        id=model.id,
        title=Bilingual(model.zh, model.en),
        ways=frozenset(model.ways),
        required=model.required,
        shared_by=tuple(model.shared_by),
        when=rules.condition(model.when, "materials", index, "when"),
    )


def declare_clock(model: ClockModel, case: CaseModel, rules: RuleReader, index: int) -> Clock:
    """A clock; without `pauses_in` it stands wherever it is the applicant's turn."""
    standing = [key for key, state in case.states.items() if state.turn is Turn.APPLICANT]
    extension = model.extension
    return Clock(
        id=model.id,
        title=Bilingual(model.zh, model.en),
        starts=frozenset(model.starts),
        stops=frozenset(model.stops),
        legal=model.legal.as_value() if model.legal else None,
        promised=model.promised.as_value() if model.promised else None,
        limit=model.limit,
        pauses_in=frozenset(standing if model.pauses_in is None else model.pauses_in),
        extension=Extension(extension.by, extension.at_most.as_value()) if extension else None,
        warn_before=model.warn_before.as_value() if model.warn_before else None,
        escalates_to=tuple(escalation(case) if model.escalates_to is None else model.escalates_to),
        when=rules.condition(model.when, "clocks", index, "when"),
    )


def escalation(case: CaseModel) -> list[Role]:
    """Whom an overdue case is told: the decider, where there is one, then the supervision office."""
    return [role for role in (Role.DECIDER, Role.SUPERVISOR) if role in case.desks or role is Role.SUPERVISOR]


def declare_publication(model: PublicationModel | None) -> Publication | None:
    if model is None:
        return None
    return Publication(model.state, model.days.as_value(), tuple(model.shows), model.objection)


def declare_follow_ups(model: CaseModel, reader: RuleReader) -> tuple[FollowUp, ...]:
    found = []
    for index, item in enumerate(model.follow_ups):
        inner = reader.within(reader.scope, "follow_ups", index)
        asks, _ = declare_fields(item.asks, reader=inner, path="asks")
        found.append(FollowUp(item.kind, item.after.as_value(), item.by, asks))
    return tuple(found)


def declare_time_limit(model: TimeLimitModel, *, scope: Scope, at: At) -> tuple[TimeLimit, list[Problem]]:
    reader = RuleReader(scope, at)
    limit = TimeLimit(
        id=model.id,
        pack=scope.pack,
        clause=model.clause,
        matter=model.matter.as_value(),
        within=model.within.as_value() if model.within else None,
        starts=model.starts.as_value() if model.starts else None,
        condition=model.condition.as_value() if model.condition else None,
        when=reader.condition(model.when, "when"),
        promised_by=tuple(model.promised_by),
        binds=model.binds,
        measures=tuple(model.measures),
        note=model.note.as_value() if model.note else None,
    )
    if limit.within is None and limit.note is None:
        reader.refuse("without a length of time a note says what the document leaves open", "within")
    return limit, reader.problems
