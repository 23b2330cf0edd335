"""Writes of many cases at once: opened, and stepped on, with one deed for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from huiqi.audit.actions import record_deed
from huiqi.cases.history import Standing
from huiqi.cases.types import Role
from huiqi.casework.actions import Opening, StepTaken, event_of, first_event, new_case, next_numbers, stand
from huiqi.casework.models import Case, CaseEvent

STOOD: Final = (
    "state", "turn", "outcome", "version", "submitted_on", "decided_on", "closed_on",
    "occasion", "amount_asked", "amount_granted", "next_due", "warns_on", "colour", "read_on",
)  # fmt: skip
"""What a step may change of a case."""


@dataclass(frozen=True, slots=True)
class Found:
    """A case that a match run opens: what it opens with."""

    opening: Opening
    frozen: Mapping[str, Any] = field(default_factory=dict)  # the verdict of the run
    amount_asked: Decimal | None = None


@transaction.atomic
def open_together(found: Sequence[Found], role: Role, *, by: str, on: date, at: datetime) -> list[Case]:
    """Cases in their first state, as `actions.open_case` opens one; in the same order."""
    numbers = next_numbers(on, len(found))
    cases = [new_case(one.opening, n, by=by, on=on, at=at) for one, n in zip(found, numbers, strict=True)]
    for case, one in zip(cases, found, strict=True):
        case.frozen, case.amount_asked = dict(one.frozen) or None, one.amount_asked
    made = Case.objects.bulk_create(cases)
    CaseEvent.objects.bulk_create([first_event(case, role, by=by) for case in made])
    if made:
        detail = {"cases": len(made), "first": made[0].number, "last": made[-1].number}
        record_deed("casework.cases.opened", f"type:{made[0].type}", by=by, at=at, detail=detail)
    return made


def write_steps(written: Sequence[tuple[Case, StepTaken, Standing]]) -> None:
    """The next line of each log, and the cases as they stand by it; `save_together` keeps them."""
    CaseEvent.objects.bulk_create([event_of(case, taken, standing) for case, taken, standing in written])
    for case, _, standing in written:
        stand(case, standing)


def save_together(cases: Sequence[Case], step: str, *, by: str, at: datetime) -> None:
    """Keep cases after a step; those that stand alike are written by one statement."""
    alike: dict[tuple[Any, ...], list[int]] = {}
    for case in cases:
        alike.setdefault(tuple(getattr(case, name) for name in STOOD), []).append(case.pk)
    for values, keys in alike.items():
        Case.objects.filter(pk__in=keys).update(**dict(zip(STOOD, values, strict=True)))
    detail = {"step": step, "cases": len(cases), "first": cases[0].number, "last": cases[-1].number}
    record_deed("casework.step.taken_together", f"type:{cases[0].type}", by=by, at=at, detail=detail)
