"""What a head and the supervision office look at: by officer, by case type, by authority; what is late and how long it takes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.cases.durations import days_in_hand, median_days
from huiqi.cases.history import Taken
from huiqi.cases.types import Purpose, Role
from huiqi.casework.desk_queries import (
    decided_lately,
    in_hand_by_officer,
    logs_of,
    open_and_late_by_type,
    shown_on,
)
from huiqi.casework.models import Case, CaseEvent
from huiqi.procedures.act_in_case import cases_seen_by
from huiqi.web.desk.inbox_views import told_to
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
@may(Permission.CASE_DECIDE, Permission.CASE_SUPERVISE)
def desk_overview(request: HttpRequest) -> HttpResponse:
    """Open and late cases, and the median of the working days that decisions took in the last year."""
    actor, day = actor_of(request), today()
    found = shown_on(cases_seen_by(actor), day)
    decided = days_of_decided(found, day)
    counts = open_and_late_by_type(found)
    by_type = types_of(counts, decided)
    context = {
        "by_type": by_type[:MOST_TYPES],
        "by_officer": officers_of(found, decided) if actor.may(Permission.CASE_DECIDE) else [],
        "by_authority": authorities_of(counts, decided) if actor.may(Permission.CASE_SUPERVISE) else [],
        "told": told_to(actor, found, MOST_TOLD),
        "late": sum(row.late for row in by_type),
        "open": sum(row.in_hand for row in by_type),
        "median": median_days(days for _, days in decided),
        "decided": len(decided),
        "most": MOST_DECIDED,
    }
    return render(request, "desk/overview.html", context)


Decided = list[tuple[Case, int | None]]
Counts = list[tuple[str, str, int, int]]


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


def types_of(counts: Counts, decided: Decided) -> list[Sum]:
    """By case type, those with most late cases first."""
    sums = added((key, n, late) for key, _, n, late in counts)
    taken = grouped((case.type, days) for case, days in decided)
    return in_order(row_for(key, title(key), sums, taken) for key in {*sums, *taken})


def officers_of(found: QuerySet[Any], decided: Decided) -> list[Sum]:
    """By who has cases in hand; what nobody has comes last."""
    sums = added((officer, n, late) for officer, _, n, late in in_hand_by_officer(found))
    taken = grouped((case.officer, days) for case, days in decided)
    rows = in_order(row_for(name, None, sums, taken) for name in {*sums, *taken})
    return sorted(rows, key=lambda row: not row.key)


def authorities_of(counts: Counts, decided: Decided) -> list[Sum]:
    """By the authority whose desk takes a case; one with several counts for each, an objection for the desk of
    what it objects to."""
    sums = added(
        (name, n, late) for key, above, n, late in counts for name in authorities(in_charge(key, above))
    )
    taken = grouped((name, days) for case, days in decided for name in authorities(case.type))
    return in_order(row_for(name, None, sums, taken) for name in {*sums, *taken})


def in_charge(key: str, above: str) -> str:
    """The case type whose desk answers for a case: of an objection that of the case it objects to."""
    case_type = type_of(key)
    is_objection = case_type is not None and case_type.purpose is Purpose.OBJECTION
    return above if is_objection and above else key


def row_for(
    key: str,
    name: Bilingual | None,
    sums: Mapping[str, tuple[int, int]],
    taken: Mapping[str, list[int | None]],
) -> Sum:
    days = taken.get(key, [])
    return Sum(key, name, *sums.get(key, (0, 0)), len(days), median_days(days))


def in_order(rows: Iterable[Sum]) -> list[Sum]:
    return sorted(rows, key=lambda row: (-row.late, -row.in_hand, row.key))


def added(counts: Iterable[tuple[str, int, int]]) -> dict[str, tuple[int, int]]:
    sums: dict[str, tuple[int, int]] = {}
    for key, n, late in counts:
        before = sums.get(key, (0, 0))
        sums[key] = (before[0] + n, before[1] + late)
    return sums


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
