"""Which steps of a case somebody may take now, and why others that are theirs may not be taken yet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from huiqi.access.actor import Actor
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.cases.history import Taken
from huiqi.cases.types import CaseType, Role, Step, Turn
from huiqi.cases.workflow import Hindrance, hindrances_for, steps_from
from huiqi.casework.models import Case
from huiqi.documents.authorities import stands_among
from huiqi.holdings.current import library
from huiqi.procedures.act_in_case import BY_PERMISSION
from huiqi.procedures.case_rules import CaseFacts
from huiqi.procedures.take_step import Acting, days_left_in_public

SCORED: Final = Bilingual("您已经打分", "you gave your score already")
WITH_AN_OFFICE: Final = frozenset({Turn.OFFICE, Turn.PUBLIC})


@dataclass(frozen=True, slots=True)
class NextStep:
    """A step that leads on, as somebody in their role finds it."""

    step: Step
    acting: Acting
    hindrances: tuple[Hindrance, ...]  # why it cannot be taken whatever is given; empty where it can

    @property
    def is_open(self) -> bool:
        return not self.hindrances


def next_steps(case: Case, facts: CaseFacts, log: Sequence[Taken], roles: Iterable[Acting]) -> list[NextStep]:
    """The steps from where a case stands that are somebody's, in the order of the declaration.

    Args:
        facts: with the clocks taken in.
        roles: those in which somebody may act, of `acting_in`.
    """
    mine = {acting.role: acting for acting in roles}
    barred = set(case.interests.values_list("user", flat=True)) if mine else set()
    found = []
    for step in steps_from(facts.rules.case_type, case.state):
        acting = mine.get(step.by)
        if acting is not None:
            found.append(
                NextStep(
                    step,
                    acting,
                    tuple(hindrances(step, case, facts, log, acting, has_interest=acting.by in barred)),
                )
            )
    return found


def hindrances(
    step: Step,
    case: Case,
    facts: CaseFacts,
    log: Sequence[Taken],
    acting: Acting,
    *,
    has_interest: bool,
) -> list[Hindrance]:
    found = hindrances_for(
        step,
        state=case.state,
        role=acting.role,
        by=acting.by,
        log=log,
        holds=facts.holds,
        has_interest=has_interest,
    )
    if acting.role is Role.EXPERT and case.draws.filter(expert=acting.by, score__isnull=False).exists():
        found.append(Hindrance("score", SCORED))
    return found + days_left_in_public(step, case, facts)


def others_turn(case_type: CaseType, state: str, roles: Iterable[Acting]) -> dict[Role, list[Step]]:
    """The steps from a state that are not somebody's, by whose they are."""
    mine = {acting.role for acting in roles}
    found: dict[Role, list[Step]] = {}
    for step in steps_from(case_type, state):
        if step.by not in mine:
            found.setdefault(step.by, []).append(step)
    return found


def states_for(actor: Actor) -> Mapping[frozenset[str], list[str]]:
    """Where cases wait for somebody: states → the case types (``pack/id``) that wait in them.

    A state waits for a desk if a step of one of its roles leads on and the case is with an office.
    """
    found: dict[frozenset[str], list[str]] = {}
    for slug, pack in library().packs.items():
        for name, case_type in pack.cases.items():
            states = states_waiting(case_type, roles_at(case_type, actor))
            if states:
                found.setdefault(states, []).append(f"{slug}/{name}")
    return found


def roles_at(case_type: CaseType, actor: Actor) -> frozenset[Role]:
    """The roles of a case type that somebody's authority gives them."""
    roles = {
        role
        for role, permission in BY_PERMISSION.items()
        if actor.may(permission) and stands_among(actor.authority, case_type.desks.get(role, ()))
    }
    if actor.may(Permission.CASE_SUPERVISE):
        roles.add(Role.SUPERVISOR)
    return frozenset(roles)


def states_waiting(case_type: CaseType, roles: frozenset[Role]) -> frozenset[str]:
    return frozenset(
        state
        for step in case_type.steps.values()
        if step.by in roles
        for state in step.from_states
        if case_type.states[state].turn in WITH_AN_OFFICE
    )
