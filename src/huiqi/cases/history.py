"""Where a case stands, from the log of its steps alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from huiqi.cases.types import DESK_ROLES, CaseType, Outcome, Role, Step, Turn

OPENED: Final = "open"
"""The step of the log by which a case came to be; no case type declares it."""
ENDS: Final = frozenset({Turn.SETTLED, Turn.CLOSED})


class Note(StrEnum):
    """A line of the log that is no step: the case stays where it stands. No step can be called so."""

    EXTENDED = "note:extended"  # a clock was lengthened
    STOOD_ASIDE = "note:stood_aside"  # somebody declared an interest of their own
    FOUND = "note:found"  # the office wrote down what it found, without a step
    FOLLOWED_UP = "note:followed_up"  # what an acceptance, evaluation or visit found
    LOOKED_AT = "note:looked_at"  # who was told that it is late has looked at it


NOTES: Final = frozenset(Note)


class BrokenLog(ValueError):
    """A log that no run of its case type can have left."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One line of the log: a step, or a note."""

    step: str
    from_state: str
    to_state: str
    role: Role
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Standing:
    """What a case comes to."""

    state: str
    turn: Turn
    outcome: Outcome | None
    submitted_on: date | None
    decided_on: date | None
    closed_on: date | None
    version: int  # lines of the log


def rebuild(case_type: CaseType, log: Sequence[Taken]) -> Standing:
    """Walk the log from its first step.

    Raises BrokenLog where a step does not lead from where the case stood, or is not declared.
    """
    if not log or log[0].step != OPENED or log[0].to_state != case_type.first_state:
        raise BrokenLog(f"the log of a {case_type.id} begins in {case_type.first_state!r}")
    state, outcome = case_type.first_state, None
    submitted = decided = closed = None
    for taken in log[1:]:
        if taken.step in NOTES:
            if not taken.from_state == taken.to_state == state:
                raise BrokenLog(f"{taken.step!r} moves the case from {state!r}")
            continue
        step = case_type.steps.get(taken.step)
        if step is None or state not in step.from_states or taken.from_state != state:
            raise BrokenLog(f"{taken.step!r} does not lead on from {state!r}")
        if taken.to_state != step.to_state:
            raise BrokenLog(f"{taken.step!r} leads to {step.to_state!r}, not to {taken.to_state!r}")
        was, state = state, step.to_state
        outcome = outcome_after(case_type, step, outcome)
        if submitted is None and leaves_the_applicant(case_type, was, state):
            submitted = taken.on
        if decides(case_type, step):
            decided = taken.on
        closed = taken.on if case_type.states[state].turn in ENDS else None
    return Standing(state, case_type.states[state].turn, outcome, submitted, decided, closed, len(log))


def outcome_after(case_type: CaseType, step: Step, before: Outcome | None) -> Outcome | None:
    """What is decided once a step was taken; a case that goes back into work has no outcome any more."""
    state = case_type.states[step.to_state]
    if step.outcome is not None:
        return step.outcome
    if state.outcome is not None:
        return state.outcome
    reopened = state.turn not in ENDS and any(
        case_type.states[s].turn in ENDS for s in step.from_states if s in case_type.states
    )
    return None if reopened else before


def leaves_the_applicant(case_type: CaseType, was: str, now: str) -> bool:
    """Does a step take a case into the hands of others for the first time?

    Cases that begin with an office (a ticket taken by telephone) are in other hands at their first step.
    """
    waiting = {Turn.APPLICANT, Turn.CLOSED}
    return case_type.states[now].turn not in waiting and (
        case_type.states[was].turn is Turn.APPLICANT or was == case_type.first_state
    )


def decides(case_type: CaseType, step: Step) -> bool:
    """Does a step decide the matter? What the applicant withdraws is not decided by anybody."""
    ends_first = case_type.states[step.to_state].turn in ENDS and not any(
        case_type.states[s].turn in ENDS for s in step.from_states if s in case_type.states
    )
    decider = step.by in DESK_ROLES or step.by in (Role.PROVIDER, Role.SYSTEM)
    return decider and (step.outcome is not None or (ends_first and step.by is not Role.SYSTEM))


def who_took(log: Iterable[Taken], steps: Iterable[str]) -> frozenset[str]:
    """The persons who took one of these steps."""
    wanted = frozenset(steps)
    return frozenset(taken.by for taken in log if taken.step in wanted)
