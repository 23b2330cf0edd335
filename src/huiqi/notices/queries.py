"""Reads of notices."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby

from django.db.models import QuerySet

from huiqi.notices.models import Channel, Delivery, Notice, SavedSearch
from huiqi.notices.types import State


def notices_of(party: str, *, unread: bool = False) -> QuerySet[Notice]:
    """What a firm was told, newest first."""
    found = Notice.objects.filter(party=party).select_related("search").order_by("-pk")
    return found.filter(read_at=None) if unread else found


def unread_count(party: str) -> int:
    return notices_of(party, unread=True).count()


def told_until(party: str, day: date) -> dict[str, list[Notice]]:
    """What a firm was told by a day, by what it was about, first time first."""
    found: dict[str, list[Notice]] = {}
    for notice in Notice.objects.filter(party=party, day__lte=day).order_by("pk"):
        found.setdefault(notice.about, []).append(notice)
    return found


def parties_told(about: str, origin: str, parties: Iterable[str]) -> set[str]:
    """Those of some parties who were told this."""
    found = Notice.objects.filter(about=about, origin=origin, party__in=list(parties))
    return set(found.values_list("party", flat=True))


def searches_of(party: str) -> QuerySet[SavedSearch]:
    return SavedSearch.objects.filter(party=party, ended_at=None).order_by("-pk")


def open_searches() -> QuerySet[SavedSearch]:
    return SavedSearch.objects.filter(ended_at=None).order_by("pk")


def channels_of(party: str) -> QuerySet[Channel]:
    return Channel.objects.filter(party=party, ended_at=None).order_by("pk")


def due_by_channel(at: datetime) -> Iterator[tuple[Channel, list[Delivery]]]:
    """What is due, channel by channel."""
    due = Delivery.objects.filter(state=State.WAITING, due_at__lte=at, channel__ended_at=None)
    ordered = due.select_related("channel", "notice").order_by("channel_id", "notice_id")
    for channel, deliveries in groupby(ordered, key=lambda delivery: delivery.channel):
        yield channel, list(deliveries)
