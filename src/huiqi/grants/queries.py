"""Reads of lists: those of a desk, their firms by page and filter, what they come to."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from huiqi.grants.models import GrantList, ListedFirm
from huiqi.grants.types import CONFIRMED, State


def lists_at(types: Iterable[str], *, region: str) -> QuerySet[GrantList]:
    """Lists of these case types in a region, newest first; dropped ones are not shown."""
    found = GrantList.objects.filter(case_type__in=list(types), region__startswith=region)
    return found.exclude(state=State.DROPPED).order_by("-pk")


@dataclass(frozen=True, slots=True)
class Figures:
    """What a list comes to: firms and the sum of their amounts."""

    firms: int
    granted: int  # those it is for
    total: Decimal
    left_out: tuple[tuple[str, int], ...]  # why, firms
    opened: int  # have a case


def figures_of(made: GrantList) -> Figures:
    inside = Q(why="")
    sums = made.listed.aggregate(
        granted=Count("pk", filter=inside),
        total=Sum("amount", filter=inside),
        opened=Count("pk", filter=~Q(case="")),
    )
    why = made.listed.exclude(why="").values_list("why").annotate(n=Count("pk")).order_by("-n", "why")
    return Figures(made.firms, sums["granted"], sums["total"] or Decimal(0), tuple(why), sums["opened"])


def firms_of(made: GrantList, *, region: str = "", size: str = "", which: str = "") -> QuerySet[ListedFirm]:
    """Firms of a list, worth most first. `which`: "in", "out", "opened"; empty: all. Size "-": not known."""
    found = made.listed.filter(region__startswith=region).order_by("place")
    if size:
        found = found.filter(size="" if size == "-" else size)
    wanted = {"in": Q(why=""), "out": ~Q(why=""), "opened": ~Q(case="")}
    return found.filter(wanted[which]) if which in wanted else found


def waiting_to_open(made: GrantList) -> QuerySet[ListedFirm]:
    """Firms of a confirmed list that have neither a case nor a reason yet, by code."""
    return made.listed.filter(why="", case="").order_by("party")


def numbers_of(made: GrantList) -> list[str]:
    return list(made.listed.exclude(case="").order_by("pk").values_list("case", flat=True))


def confirmed_lists() -> QuerySet[GrantList]:
    return GrantList.objects.filter(state__in=sorted(CONFIRMED)).order_by("pk")


def drafts_of_the_platform(case_type: str, measure: str) -> QuerySet[GrantList]:
    """Lists that were drawn up after a run and that nobody has touched."""
    return GrantList.objects.filter(
        case_type=case_type, measure=measure, state=State.DRAFT, drawn_up_by="system"
    )
