"""What everybody may know of cases: of whom one is, and how many lie with which authority and how many too long."""

from dataclasses import dataclass
from datetime import date

from huiqi.base.masks import masked_name
from huiqi.cases.types import DESK_ROLES, CaseType, Role, Turn
from huiqi.cases.workflow import steps_from
from huiqi.casework.models import Case
from huiqi.casework.public_queries import in_hand_by_state
from huiqi.procedures.case_rules import NoSuchType, case_type_named
from huiqi.registry.codes import Code, read_code


def public_name(case: Case) -> str:
    """Of whom it is: an organisation by its name, a person with a part of it hidden, nobody of an anonymous case."""
    if case.anonymous:
        return ""
    code = read_code(case.party, where=case.number)
    is_organisation = isinstance(code, Code) and code.kind != "individual"
    return case.party_name if is_organisation else masked_name(case.party_name)


@dataclass(slots=True)
class Office:
    """How many cases lie with whom."""

    names: tuple[str, ...]
    in_hand: int = 0
    soon: int = 0
    late: int = 0

    @property
    def share(self) -> float:
        return self.late / self.in_hand if self.in_hand else 0.0


def offices_on(day: date) -> list[Office]:
    """Cases in hand by the authorities whose step leads on; the most late ones first."""
    found: dict[tuple[str, ...], Office] = {}
    for key, state, n, soon, late in in_hand_by_state(day):
        try:
            _, case_type = case_type_named(key)
        except NoSuchType:
            continue
        names = acting_desk(case_type, state)
        office = found.setdefault(names, Office(names))
        office.in_hand, office.soon, office.late = office.in_hand + n, office.soon + soon, office.late + late
    return sorted(found.values(), key=lambda office: (-office.late, -office.in_hand, office.names))


def acting_desk(case_type: CaseType, state: str) -> tuple[str, ...]:
    """The authorities that have the next step; where a firm has it, those in charge of the case."""
    turn = case_type.states[state].turn if state in case_type.states else None
    roles = [s.by for s in steps_from(case_type, state) if s.by in DESK_ROLES and s.by is not Role.SUPERVISOR]
    if turn is Turn.OFFICE and roles:
        return case_type.desks.get(roles[0], ())
    return next(iter(case_type.desks.values()), ())
