"""Reads of desks: cases by clock, what is in whose hands, escalations, follow-ups and ratings."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Case as Branch
from django.db.models import Count, F, IntegerField, Q, QuerySet, Value, When

from huiqi.cases.clocks import Colour
from huiqi.cases.types import Role, Turn
from huiqi.casework.models import Case, CaseEvent, Escalation, FollowUpTask, Publication, Rating
from huiqi.casework.queries import OPEN_TURNS

COLOURS: Final = (
    Colour.RED, Colour.UNKNOWN, Colour.YELLOW, Colour.GREEN, Colour.UNTIMED, Colour.PAUSED,
)  # fmt: skip
"""How clocks that run may stand, the most urgent first."""
RUNNING: Final = (Colour.GREEN, Colour.YELLOW)
BAD: Final = 2
"""Stars up to which a rating is a bad one (差评)."""


def shown_on(found: QuerySet[Any], day: date) -> QuerySet[Any]:
    """With `shown`, the colour of a day: a clock that ran when it was last read may warn or be over by now."""
    is_over = Q(next_due__lt=day, colour__in=RUNNING)
    is_near = Q(warns_on__lte=day, colour=Colour.GREEN)
    colour = Branch(
        When(is_over, then=Value(str(Colour.RED))),
        When(is_near, then=Value(str(Colour.YELLOW))),
        default=F("colour"),
    )
    shown: QuerySet[Any] = found.annotate(shown=colour)
    return shown


def colour_on(case: Case, day: date) -> str:
    """The same of one case."""
    if case.colour in RUNNING and case.next_due is not None and case.next_due < day:
        return Colour.RED
    if case.colour == Colour.GREEN and case.warns_on is not None and case.warns_on <= day:
        return Colour.YELLOW
    return case.colour


def by_clock(found: QuerySet[Any]) -> QuerySet[Any]:
    """The most urgent first: by colour, then by the day due, then the oldest. Takes what `shown_on` gives."""
    ranks = [When(shown=str(colour), then=Value(place)) for place, colour in enumerate(COLOURS)]
    rank = Branch(*ranks, default=Value(len(COLOURS)), output_field=IntegerField())
    ranked: QuerySet[Any] = found.annotate(rank=rank)
    return ranked.order_by("rank", F("next_due").asc(nulls_last=True), "pk")


def count_by_colour(found: QuerySet[Any]) -> dict[str, int]:
    """How many stand how; takes what `shown_on` gives."""
    counted = found.order_by().values_list("shown").annotate(n=Count("pk", distinct=True))
    return {str(shown): n for shown, n in counted}


def searched(found: QuerySet[Any], words: str) -> QuerySet[Any]:
    """Cases whose number begins so, or whose party, code or title holds every word."""
    for word in words.split():
        found = found.filter(
            Q(number__startswith=word)
            | Q(party=word.upper())
            | Q(party_name__icontains=word)
            | Q(title_zh__icontains=word)
            | Q(title_en__icontains=word)
        )
    return found


def kinds_in(found: QuerySet[Case]) -> list[tuple[str, str]]:
    """Case type and state of every combination that occurs, for filters to choose from."""
    return list(found.order_by().values_list("type", "state").distinct())


def in_hand_by_officer(found: QuerySet[Any]) -> list[tuple[str, str, int, int]]:
    """Officer (empty: nobody yet), case type, open cases, late ones among them; takes what `shown_on` gives."""
    is_late = Q(shown=str(Colour.RED))
    counted = (
        found.filter(turn__in=OPEN_TURNS)
        .order_by()
        .values_list("officer", "type")
        .annotate(n=Count("pk", distinct=True), late=Count("pk", filter=is_late, distinct=True))
        .order_by("officer", "type")
    )
    return [(officer, key, n, late) for officer, key, n, late in counted]


def open_and_late_by_type(found: QuerySet[Any]) -> list[tuple[str, str, int, int]]:
    """Case type, that of the case it objects to (or empty), open cases, late ones among them.

    Takes what `shown_on` gives.
    """
    is_late = Q(shown=str(Colour.RED))
    counted = (
        found.filter(turn__in=OPEN_TURNS)
        .order_by()
        .values_list("type", "parent__type")
        .annotate(n=Count("pk", distinct=True), late=Count("pk", filter=is_late, distinct=True))
        .order_by("type", "parent__type")
    )
    return [(key, above or "", n, late) for key, above, n, late in counted]


def decided_lately(found: QuerySet[Case], *, since: date, most: int) -> list[Case]:
    """The cases decided last, newest first."""
    return list(
        found.filter(decided_on__gte=since, submitted_on__isnull=False).order_by("-decided_on", "-pk")[:most]
    )


def logs_of(cases: Iterable[Case]) -> dict[int, list[CaseEvent]]:
    """The log of each of many cases, in one read."""
    logs: dict[int, list[CaseEvent]] = {}
    for event in CaseEvent.objects.filter(case__in=list(cases)).order_by("case_id", "seq"):
        logs.setdefault(event.case_id, []).append(event)
    return logs


def escalations_unseen(found: QuerySet[Case], roles: Iterable[Role]) -> QuerySet[Escalation]:
    """Late cases that somebody in these roles was told of and has not looked at, the longest first."""
    waiting = Escalation.objects.filter(seen_at=None, role__in=list(roles))
    waiting = waiting.filter(case__in=found.order_by().values("pk"))
    return waiting.select_related("case").order_by("told_on", "pk")


def answers_to(cases: Iterable[Case], fields: Iterable[str]) -> dict[tuple[int, str], Any]:
    """Case and field → value, of many cases in one read."""
    rows = Case.objects.filter(pk__in=[case.pk for case in cases], answers__field__in=list(fields))
    kept = rows.values_list("pk", "answers__field", "answers__value")
    return {(key, name): value for key, name, value in kept}


def follow_ups_in(found: QuerySet[Case]) -> QuerySet[FollowUpTask]:
    """What is to be looked after in these cases, that due first in front."""
    inside = FollowUpTask.objects.filter(case__in=found.order_by().values("pk"))
    return inside.select_related("case", "case__parent").order_by("due_on", "pk")


def ratings_in(found: QuerySet[Case]) -> QuerySet[Rating]:
    """Ratings that were given to these cases: bad ones without a reply in front, then the newest."""
    given = Rating.objects.filter(case__in=found.order_by().values("pk"), stars__isnull=False)
    waits = Branch(When(stars__lte=BAD, reply_at=None, then=Value(0)), default=Value(1))
    return given.select_related("case").annotate(waits=waits).order_by("waits", "-rated_at", "-pk")


def publications_in(found: QuerySet[Case]) -> QuerySet[Publication]:
    """Publications of these cases with their objections counted: those that run first, by their last day."""
    inside = Publication.objects.filter(case__in=found.order_by().values("pk"))
    objections = Q(case__children__purpose="objection") & ~Q(case__children__turn=Turn.APPLICANT)
    undecided = objections & Q(case__children__outcome="")
    return inside.select_related("case").annotate(
        objections=Count("case__children", filter=objections, distinct=True),
        undecided=Count("case__children", filter=undecided, distinct=True),
    ).order_by(F("ended_on").desc(nulls_first=True), "until", "pk")  # fmt: skip


def stars_given(found: QuerySet[Case]) -> dict[int, int]:
    """How many ratings of each number of stars these cases got."""
    given = Rating.objects.filter(case__in=found.order_by().values("pk"), stars__isnull=False)
    return dict(given.order_by().values_list("stars").annotate(n=Count("pk")))


def bad_ratings(found: QuerySet[Case]) -> list[tuple[datetime, datetime | None]]:
    """When each bad rating was given, and when it was answered."""
    given = Rating.objects.filter(case__in=found.order_by().values("pk"), stars__lte=BAD)
    pairs = given.order_by("rated_at").values_list("rated_at", "reply_at")
    return [(rated, replied) for rated, replied in pairs if rated is not None]
