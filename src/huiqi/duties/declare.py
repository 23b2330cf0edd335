"""From duties.yaml to duties."""

from datetime import date

from pydantic import Field as Key

from huiqi.base.periods import Cadence
from huiqi.base.problem import Problem
from huiqi.duties.types import Duty, Report
from huiqi.forms.declare import At, LengthModel, Scope
from huiqi.forms.references import AuthorityName, ClauseId, TargetId
from huiqi.measures.declare import IDENTIFIER, BilingualModel, Strict


class ReportModel(Strict):
    to: list[AuthorityName] = Key(min_length=1)
    cadence: Cadence
    within: LengthModel | None = None


class DutyModel(Strict):
    """One entry of duties.yaml."""

    id: str = Key(pattern=IDENTIFIER)
    clause: ClauseId
    task: BilingualModel
    lead: list[AuthorityName] = Key(default_factory=list)
    cooperate: list[AuthorityName] = Key(default_factory=list)
    responsible: list[AuthorityName] = Key(default_factory=list)
    cadence: Cadence
    due: date | None = None
    due_text: BilingualModel | None = None
    report: ReportModel | None = None
    targets: list[TargetId] = Key(default_factory=list)
    note: BilingualModel | None = None


def declare_duty(model: DutyModel, *, scope: Scope, at: At) -> tuple[Duty, list[Problem]]:
    """A duty; one that names a body in two roles is a problem."""
    report = model.report
    duty = Duty(
        id=model.id,
        pack=scope.pack,
        clause=model.clause,
        task=model.task.as_value(),
        lead=tuple(model.lead),
        cooperate=tuple(model.cooperate),
        responsible=tuple(model.responsible),
        cadence=model.cadence,
        due=model.due,
        due_text=model.due_text.as_value() if model.due_text else None,
        report=Report(tuple(report.to), report.cadence, report.within.as_value() if report.within else None)
        if report
        else None,
        targets=tuple(model.targets),
        note=model.note.as_value() if model.note else None,
    )
    named = [*duty.lead, *duty.cooperate, *duty.responsible]
    return duty, [
        Problem(at(("id",)), f"{duty.id}: {name} is named twice")
        for name in dict.fromkeys(named)
        if named.count(name) > 1
    ]
