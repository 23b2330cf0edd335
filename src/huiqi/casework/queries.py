"""Reads of cases: by whom they concern, by whose turn it is, by clock; the log as pure decisions take it."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import QuerySet

from huiqi.base.periods import Duration, Unit
from huiqi.cases.clocks import Extended, Tick
from huiqi.cases.history import Taken
from huiqi.cases.types import Role, Turn
from huiqi.casework.models import Case, Publication

OPEN_TURNS = (Turn.OFFICE, Turn.PROVIDER, Turn.OTHER_SIDE, Turn.APPLICANT, Turn.PUBLIC)


def case_numbered(number: str) -> Case | None:
    return Case.objects.filter(number=number).first()


def log_of(case: Case) -> list[Taken]:
    """The steps of a case, first to last."""
    return [
        Taken(e.step, e.from_state, e.to_state, Role(e.role), e.by, e.on) for e in case.events.order_by("seq")
    ]


def ticks_of(log: Iterable[Taken]) -> list[Tick]:
    """The log as clocks read it."""
    return [Tick(taken.on, taken.step, taken.to_state) for taken in log]


def extensions_of(case: Case) -> list[Extended]:
    return [Extended(e.clock, e.on, Duration(e.n, Unit(e.unit)), e.reason) for e in case.extensions.all()]


def answers_of(case: Case) -> Mapping[str, object]:
    """Field → value as it is kept, form and review."""
    return dict(case.answers.values_list("field", "value"))


def cases_of(party: str) -> QuerySet[Case]:
    """Cases of a firm, newest first."""
    return Case.objects.filter(party=party).exclude(party="").order_by("-pk")


def cases_with(provider: str) -> QuerySet[Case]:
    """Cases that a bank or agency is to serve, newest first."""
    return Case.objects.filter(provider=provider).exclude(provider="").order_by("-pk")


def cases_against(name: str) -> QuerySet[Case]:
    """Cases in which somebody is the other side, newest first."""
    return Case.objects.filter(other_side=name).exclude(other_side="").order_by("-pk")


def cases_at(types: Iterable[str], *, region: str) -> QuerySet[Case]:
    """Cases of a desk, which is where these case types are handled: late ones first, then by day due."""
    found = Case.objects.filter(type__in=list(types), region__startswith=region)
    return found.order_by("next_due", "pk")


def cases_to_score(expert: str) -> QuerySet[Case]:
    return Case.objects.filter(draws__expert=expert).order_by("-pk")


def open_cases() -> QuerySet[Case]:
    """Cases that somebody still has to do something in, oldest first."""
    return Case.objects.filter(turn__in=OPEN_TURNS).order_by("pk")


def objections_open(case: Case) -> int:
    """Objections to a published case that are not decided."""
    return case.children.filter(purpose="objection", outcome="").count()


def published_on(day: date) -> QuerySet[Publication]:
    """What is open to objections on a day, newest first."""
    found = Publication.objects.filter(began_on__lte=day, until__gte=day, ended_on=None)
    return found.select_related("case").order_by("-began_on", "-pk")
