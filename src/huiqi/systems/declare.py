"""From systems.yaml to systems; parts declared in place have been given their ids before."""

from pydantic import Field as Key
from pydantic import model_validator

from huiqi.base.problem import Problem
from huiqi.forms.declare import At, Scope
from huiqi.forms.references import (
    CaseId,
    ClauseId,
    DutyId,
    EventId,
    ExchangeId,
    FundId,
    IndicatorId,
    LimitId,
    MeasureId,
    RegisterId,
    TargetId,
    UserName,
)
from huiqi.measures.declare import IDENTIFIER, BilingualModel, Strict
from huiqi.systems.types import Ability, Parts, System, running_parts


class PartsModel(Strict):
    registers: list[RegisterId] = Key(default_factory=list)
    cases: list[CaseId] = Key(default_factory=list)
    funds: list[FundId] = Key(default_factory=list)
    indicators: list[IndicatorId] = Key(default_factory=list)
    exchanges: list[ExchangeId] = Key(default_factory=list)
    events: list[EventId] = Key(default_factory=list)
    measures: list[MeasureId] = Key(default_factory=list)
    duties: list[DutyId] = Key(default_factory=list)
    targets: list[TargetId] = Key(default_factory=list)
    time_limits: list[LimitId] = Key(default_factory=list)
    abilities: list[Ability] = Key(default_factory=list)


class SystemModel(Strict):
    """One entry of systems.yaml."""

    id: str = Key(pattern=IDENTIFIER)
    name: BilingualModel
    clauses: list[ClauseId] = Key(min_length=1)
    what: BilingualModel
    users: list[UserName] = Key(min_length=1)
    made_of: PartsModel = Key(default_factory=PartsModel)
    organisational: bool = False
    why: BilingualModel | None = None

    @model_validator(mode="after")
    def organisational_says_why(self) -> "SystemModel":
        if self.organisational != (self.why is not None):
            raise ValueError("organisational: true and why go together")
        return self


def declare_system(model: SystemModel, *, scope: Scope, at: At) -> tuple[System, list[Problem]]:
    """A system; it has parts that do something, or says why it is only organisational, not both."""
    lists = {name: tuple(getattr(model.made_of, name)) for name in PartsModel.model_fields}
    system = System(
        id=model.id,
        pack=scope.pack,
        name=model.name.as_value(),
        clauses=tuple(model.clauses),
        what=model.what.as_value(),
        users=tuple(model.users),
        parts=Parts(**lists),
        is_organisational=model.organisational,
        why=model.why.as_value() if model.why else None,
    )
    running = running_parts(system.parts)
    if model.organisational and running:
        return system, [
            Problem(at(("organisational",)), f"{model.id}: is organisational, but has {', '.join(running)}")
        ]
    if not model.organisational and not running:
        message = f"{model.id}: made_of names nothing that runs; say so with organisational: true and why"
        return system, [Problem(at(("made_of",)), message)]
    return system, []
