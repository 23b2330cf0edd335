"""Steps that nobody takes but time: a loan falls overdue, a voucher runs out, a return comes due."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from huiqi.cases.types import Effect, Role, Step, Turn
from huiqi.casework.models import Case
from huiqi.ledger.due import vouchers_run_out
from huiqi.measures.expressions import facts_in
from huiqi.measures.types import AS_OF
from huiqi.procedures.case_clocks import Refused
from huiqi.procedures.case_rules import NoSuchType, case_type_named
from huiqi.procedures.take_step import NOTHING, THE_PLATFORM, take_step


@dataclass(frozen=True, slots=True)
class TimeSteps:
    """What a night came to."""

    taken: int = 0
    refused: int = 0


def take_due_steps(*, on: date, at: datetime) -> TimeSteps:
    """Take every step of the platform that time alone brings about; each in a transaction of its own."""
    taken = refused = 0
    for case, step in due_steps(on=on):
        try:
            take_step(case, step.id, NOTHING, acting=THE_PLATFORM, at=at, on=on)
            taken += 1
        except Refused:
            refused += 1  # its guard does not hold yet
    return TimeSteps(taken, refused)


def due_steps(*, on: date) -> Iterator[tuple[Case, Step]]:
    """Cases with a step of the platform that hangs on the day, and vouchers that ran out."""
    run_out = vouchers_run_out(on=on)
    candidates = Case.objects.exclude(turn=Turn.CLOSED).order_by("pk")
    for case in candidates.iterator(chunk_size=500):
        try:
            _, case_type = case_type_named(case.type)
        except NoSuchType:
            continue
        for step in case_type.steps.values():
            if step.by is not Role.SYSTEM or case.state not in step.from_states:
                continue
            by_day = step.when is not None and AS_OF in facts_in(step.when.node)
            if by_day or (Effect.EXPIRE_VOUCHER in step.effects and case.number in run_out):
                yield case, step
                break
