"""A case by its declaration alone: which steps lead on, for whom, and what its log comes to."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiqi.cases.history import OPENED, BrokenLog, Taken, rebuild
from huiqi.cases.types import CaseType, Outcome, Role, Turn
from huiqi.cases.workflow import Given, gaps_in, hindrances_for, steps_from
from huiqi.packs.load import load_library

PACKS = Path(__file__).parents[2] / "packs"
DAY = date(2013, 6, 3)


@pytest.fixture(scope="module")
def types() -> list[CaseType]:
    library, _ = load_library(PACKS)
    return [case for pack in library.packs.values() for case in pack.cases.values()]


@pytest.fixture(scope="module")
def claim(types: list[CaseType]) -> CaseType:
    """A claim for money that is published: of Qinghai's provincial special fund or the like."""
    return next(t for t in types if t.template == "claim" and t.publication is not None)


def opened(case_type: CaseType) -> Taken:
    return Taken(OPENED, "", case_type.first_state, Role.APPLICANT, "firm", DAY)


def taken(case_type: CaseType, step: str, by: str, from_state: str, on: date = DAY) -> Taken:
    declared = case_type.steps[step]
    return Taken(step, from_state, declared.to_state, declared.by, by, on)


def path(case_type: CaseType, *steps: tuple[str, str]) -> list[Taken]:
    log = [opened(case_type)]
    for step, by in steps:
        log.append(taken(case_type, step, by, log[-1].to_state))
    return log


def test_a_claim_is_submitted_decided_and_closed(claim: CaseType) -> None:
    log = path(claim, ("submit", "firm"), ("accept", "officer"), ("review", "reviewer"), ("approve", "head"))
    standing = rebuild(claim, log)
    assert standing.turn is Turn.PUBLIC
    assert standing.outcome is Outcome.GRANTED
    assert (standing.submitted_on, standing.decided_on, standing.closed_on) == (DAY, DAY, None)
    assert standing.version == 5


def test_an_objection_that_is_upheld_takes_the_grant_back(claim: CaseType) -> None:
    log = path(
        claim,
        ("submit", "firm"),
        ("accept", "officer"),
        ("review", "r"),
        ("approve", "head"),
        ("revoke", "head"),
    )
    standing = rebuild(claim, log)
    assert standing.outcome is Outcome.REFUSED
    assert standing.closed_on == DAY


def test_a_log_that_skips_a_step_is_refused(claim: CaseType) -> None:
    log = [opened(claim), taken(claim, "approve", "head", "reviewed")]
    with pytest.raises(BrokenLog, match="does not lead on"):
        rebuild(claim, log)


def test_who_reviewed_does_not_approve(claim: CaseType) -> None:
    log = path(claim, ("submit", "firm"), ("accept", "officer"), ("review", "head"))
    same = hindrances_for(
        claim.steps["approve"],
        state="reviewed",
        role=Role.DECIDER,
        by="head",
        log=log,
        holds=lambda rule: True,
    )
    other = hindrances_for(
        claim.steps["approve"],
        state="reviewed",
        role=Role.DECIDER,
        by="deputy",
        log=log,
        holds=lambda rule: True,
    )
    assert [h.words.zh for h in same] == ["前一环节由您办理，这一步须由他人办理"]
    assert other == []


def test_a_guard_that_is_not_known_is_not_a_guard_that_fails(claim: CaseType) -> None:
    confirm = claim.steps["confirm"]
    for holds, said in ((None, "还缺数据"), (False, "尚未满足")):
        found = hindrances_for(
            confirm, state="published", role=Role.OFFICER, by="o", log=[], holds=lambda rule, h=holds: h
        )
        assert said in found[0].words.zh


def test_a_step_names_everything_it_was_not_given(claim: CaseType) -> None:
    assert {h.field for h in gaps_in(claim.steps["approve"], Given())} == {"amount", "no_conflict"}
    assert {h.field for h in gaps_in(claim.steps["refuse"], Given(reason="  "))} == {"reason"}
    assert gaps_in(claim.steps["approve"], Given(amount=Fraction(1), no_conflict=True)) == []
    assert [
        h.field for h in gaps_in(claim.steps["approve"], Given(amount=Fraction("0.001"), no_conflict=True))
    ] == ["amount"]


@given(st.data())
def test_every_walk_through_every_case_type_can_be_rebuilt(
    types: list[CaseType], data: st.DataObject
) -> None:
    case_type = data.draw(st.sampled_from(types))
    log = [opened(case_type)]
    for _ in range(data.draw(st.integers(0, 12))):
        ways = steps_from(case_type, log[-1].to_state)
        if not ways:
            break
        step = data.draw(st.sampled_from(ways))
        log.append(taken(case_type, step.id, "somebody", log[-1].to_state))
        standing = rebuild(case_type, log)
        assert standing.state == step.to_state
        assert standing.turn is case_type.states[step.to_state].turn
        assert (standing.closed_on is not None) == (standing.turn in (Turn.SETTLED, Turn.CLOSED))
    assert rebuild(case_type, log).version == len(log)
