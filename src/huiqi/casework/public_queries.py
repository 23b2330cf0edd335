"""Reads of cases that everybody may see: counts by where they lie, decided cases of kinds that are published."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q, QuerySet

from huiqi.cases.clocks import Colour
from huiqi.cases.types import Outcome, Turn
from huiqi.casework.desk_queries import shown_on
from huiqi.casework.models import Case

WITH_OTHERS = (Turn.OFFICE, Turn.PROVIDER, Turn.OTHER_SIDE)
GRANTED = (Outcome.GRANTED, Outcome.PARTLY_GRANTED, Outcome.UPHELD, Outcome.RECORDED)


def in_hand_by_state(day: date) -> list[tuple[str, str, int, int, int]]:
    """Case type, state, cases in hand, due soon and late ones among them; drafts do not count."""
    found = shown_on(Case.objects.filter(turn__in=WITH_OTHERS), day)
    counted = (
        found.order_by()
        .values_list("type", "state")
        .annotate(
            n=Count("pk"),
            soon=Count("pk", filter=Q(shown=str(Colour.YELLOW))),
            late=Count("pk", filter=Q(shown=str(Colour.RED))),
        )
        .order_by("type", "state")
    )
    return [(key, state, n, soon, late) for key, state, n, soon, late in counted]


def results_of(types: Iterable[str], *, on: date) -> QuerySet[Case]:
    """Decided in favour, and no longer open to objections; the newest first."""
    found = Case.objects.filter(type__in=list(types), outcome__in=GRANTED, decided_on__lte=on)
    return found.exclude(turn=Turn.PUBLIC).order_by("-decided_on", "-pk")
