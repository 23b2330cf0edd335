"""Which steps of a case are taken by way of its form, and how far the applicant has come with it."""

from huiqi.base.bilingual import Bilingual
from huiqi.cases.types import CaseType, Need, Outcome, Role, Step, Turn
from huiqi.cases.workflow import Hindrance, steps_from
from huiqi.casework.models import Case
from huiqi.procedures.case_form import gaps_in_form
from huiqi.web.cases.entering import Here

BY_FORM = frozenset({Need.FORM, Need.MATERIALS})


def withdraws(step: Step, case_type: CaseType) -> bool:
    return Outcome.WITHDRAWN in (step.outcome, case_type.states[step.to_state].outcome)


def open_mends(case: Case) -> dict[str, str]:
    """What must be put right: field or material → what the office wrote."""
    rows = case.mends.filter(mended_at=None).order_by("pk").values_list("target", "note")
    return dict(rows)


def sending_steps(case: Case, case_type: CaseType) -> tuple[Step, ...]:
    """Steps of the applicant by which what is filled in goes out; none where the form is not theirs now.

    That is in a draft, and wherever a case is returned to be mended.
    """
    if case.turn != Turn.APPLICANT:
        return ()
    returned = {step.to_state for step in case_type.steps.values() if Need.MENDS in step.needs}
    is_open = case.state == case_type.first_state or case.state in returned
    return tuple(
        step
        for step in steps_from(case_type, case.state)
        if step.by is Role.APPLICANT and not withdraws(step, case_type) and (is_open or step.needs & BY_FORM)
    )


def may_fill(here: Here) -> bool:
    """Is the form the applicant's to fill in now?"""
    case_type = here.rules.case_type
    return here.applicant is not None and bool(sending_steps(here.case, case_type))


def gaps(here: Here, step: Step) -> list[Hindrance]:
    """Everything missing before the case can be sent by a step."""
    return gaps_in_form(here.case, here.facts, needs=step.needs)


STAGES = (
    ("form", "case_form", Bilingual("填写信息", "Fill in")),
    ("papers", "case_papers", Bilingual("提交材料", "Papers")),
    ("check", "case_check", Bilingual("核对提交", "Check and send")),
)
"""The way to a case that is handed in: id, name of the page, words."""


def stages_of(here: Here) -> list[tuple[str, str, Bilingual]]:
    """Without the stage of papers where the case type asks for none."""
    return [stage for stage in STAGES if stage[0] != "papers" or here.rules.case_type.materials]
