"""What a head and the supervision office look at: by officer, by case type, by authority; what is late and how long it takes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from huiqi.access.guard import actor_of
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.cases.durations import days_in_hand, median_days
from huiqi.cases.history import Taken
from huiqi.cases.types import Role
from huiqi.casework.desk_queries import (
    decided_lately,
    in_hand_by_officer,
    logs_of,
    open_and_late_by_type,
    shown_on,
)
from huiqi.casework.models import Case, CaseEvent
from huiqi.procedures.act_in_case import cases_seen_by
from huiqi.web.desk.guard import for_desk
from huiqi.web.desk.inbox_views import escalations_for
from huiqi.web.desk.words import type_of
from huiqi.web.shared.day import today

LOOKED_BACK: Final = timedelta(days=365)
MOST_DECIDED: Final = 500
MOST_TYPES: Final = 60
MOST_TOLD: Final = 30


@dataclass(frozen=True, slots=True)
class Sum:
    """One row: an officer, a case type or an authority."""

    key: str
    name: Bilingual | None
    in_hand: int
    late: int
    decided: int
    median: float | None  # working days from handing in to the decision, without those of the applicant


@require_GET
@for_desk(Permission.CASE_DECIDE, Permission.CASE_SUPERVISE)
def desk_overview(request: HttpRequest) -> HttpResponse:
    """Open and late cases, and the median of the working days that decisions took in the last year."""
    actor, day = actor_of(request), today()
    found = shown_on(cases_seen_by(actor), day)
    decided = days_of_decided(found, day)
    by_type = types_of(found, decided)
    context = {
        "by_type": by_type[:MOST_TYPES],
        "by_officer": officers_of(found, decided) if actor.may(Permission.CASE_DECIDE) else [],
        "by_authority": authorities_of(by_type, decided) if actor.may(Permission.CASE_SUPERVISE) else [],
        "told": escalations_for(actor, found)[:MOST_TOLD],
        "late": sum(row.late for row in by_type),
        "open": sum(row.in_hand for row in by_type),
        "median": median_days(days for _, days in decided),
        "decided": len(decided),
        "most": MOST_DECIDED,
    }
    return render(request, "desk/overview.html", context)


Decided = list[tuple[Case, int | None]]


def days_of_decided(found: QuerySet[Any], day: Any) -> Decided:
    """The cases decided last, each with the working days it took; two reads however many."""
    cases = decided_lately(found, since=day - LOOKED_BACK, most=MOST_DECIDED)
    logs = logs_of(cases)
    return [(case, days_taken(case, logs.get(case.pk, ()))) for case in cases]


def days_taken(case: Case, events: Iterable[CaseEvent]) -> int | None:
    case_type = type_of(case.type)
    if case_type is None:
        return None
    log = [Taken(e.step, e.from_state, e.to_state, Role(e.role), e.by, e.on) for e in events]
    return days_in_hand(case_type, log)


def types_of(found: QuerySet[Any], decided: Decided) -> list[Sum]:
    """By case type, those with most late cases first."""
    counts = {key: (n, late) for key, n, late in open_and_late_by_type(found)}
    taken = grouped((case.type, days) for case, days in decided)
    rows = [
        Sum(
            key,
            title(key),
            *counts.get(key, (0, 0)),
            len(taken.get(key, ())),
            median_days(taken.get(key, ())),
        )
        for key in {*counts, *taken}
    ]
    return sorted(rows, key=lambda row: (-row.late, -row.in_hand, row.key))


def officers_of(found: QuerySet[Any], decided: Decided) -> list[Sum]:
    """By who has cases in hand; what nobody has comes last."""
    counts: dict[str, tuple[int, int]] = {}
    for officer, _, n, late in in_hand_by_officer(found):
        before = counts.get(officer, (0, 0))
        counts[officer] = (before[0] + n, before[1] + late)
    taken = grouped((case.officer, days) for case, days in decided)
    rows = [
        Sum(name, None, *counts.get(name, (0, 0)), len(taken.get(name, ())), median_days(taken.get(name, ())))
        for name in {*counts, *taken}
    ]
    return sorted(rows, key=lambda row: (not row.key, -row.late, -row.in_hand, row.key))


def authorities_of(by_type: Iterable[Sum], decided: Decided) -> list[Sum]:
    """By the authority whose desk accepts a case type; one with several counts for each."""
    counts: dict[str, tuple[int, int]] = {}
    for row in by_type:
        for name in authorities(row.key):
            before = counts.get(name, (0, 0))
            counts[name] = (before[0] + row.in_hand, before[1] + row.late)
    taken = grouped((name, days) for case, days in decided for name in authorities(case.type))
    rows = [
        Sum(name, None, *counts[name], len(taken.get(name, ())), median_days(taken.get(name, ())))
        for name in counts
    ]
    return sorted(rows, key=lambda row: (-row.late, -row.in_hand, row.key))


def authorities(key: str) -> tuple[str, ...]:
    case_type = type_of(key)
    if case_type is None:
        return ()
    roles = (Role.OFFICER, Role.REVIEWER, Role.DECIDER)
    return next((case_type.desks[role] for role in roles if case_type.desks.get(role)), ())


def title(key: str) -> Bilingual:
    case_type = type_of(key)
    return case_type.title if case_type is not None else Bilingual(key, key)


def grouped(pairs: Iterable[tuple[str, int | None]]) -> Mapping[str, list[int | None]]:
    found: dict[str, list[int | None]] = {}
    for key, days in pairs:
        found.setdefault(key, []).append(days)
    return found
