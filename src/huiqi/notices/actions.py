"""Writes of notices: told once, read, asked for, sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from secrets import token_hex
from typing import Final

from django.db import IntegrityError, transaction

from huiqi.audit.actions import record_deed
from huiqi.base.bilingual import Bilingual
from huiqi.notices.models import Channel, Delivery, Notice, SavedSearch
from huiqi.notices.types import Kind, State, Way

MOST_TRIES: Final = 6
FIRST_PAUSE: Final = timedelta(minutes=5)
MOST_CHANNELS: Final = 10


@dataclass(frozen=True, slots=True)
class News:
    """What a firm is to be told."""

    about: str  # pack/id of a measure, slug of a policy, fact:… of a correction
    kind: Kind
    title: Bilingual
    day: date  # the day it holds for
    origin: str  # run:2013-06-30, push:12, fact:7
    body: Bilingual = Bilingual("", "")
    search: SavedSearch | None = None


def give_notice(party: str, news: News, *, by: str, at: datetime) -> Notice | None:
    """Tell a firm one thing, once: None where it was told already."""
    made = give_notices(party, [news], by=by, at=at)
    return made[0] if made else None


@transaction.atomic
def give_notices(party: str, news: Iterable[News], *, by: str, at: datetime) -> list[Notice]:
    """Tell a firm what it was not told yet; the new notices. They are due at once in its channels."""
    made = [notice for one in news if (notice := put_down(party, one, at=at)) is not None]
    if made:
        channels = list(Channel.objects.filter(party=party, ended_at=None, confirmed_at__isnull=False))
        Delivery.objects.bulk_create(
            Delivery(notice=notice, channel=channel, due_at=at) for notice in made for channel in channels
        )
        detail = {"notices": [{"about": n.about, "kind": n.kind, "origin": n.origin} for n in made]}
        record_deed("notices.notice.given", f"party:{party}", by=by, at=at, detail=detail)
    return made


def put_down(party: str, news: News, *, at: datetime) -> Notice | None:
    """The row, or None where the constraints say that the firm was told."""
    notice = notice_row(party, news, at=at)
    try:
        with transaction.atomic():
            notice.save()
    except IntegrityError:
        return None
    return notice


def notice_row(party: str, news: News, *, at: datetime) -> Notice:
    return Notice(
        party=party,
        about=news.about,
        kind=news.kind,
        title_zh=news.title.zh,
        title_en=news.title.en,
        body_zh=news.body.zh,
        body_en=news.body.en,
        day=news.day,
        origin=news.origin,
        search=news.search,
        made_at=at,
    )


@transaction.atomic
def tell_many(told: Iterable[tuple[str, News]], *, by: str, at: datetime) -> None:
    """Tell many firms one thing each, as `give_notice`; one deed stands for those who have no channel."""
    pairs = list(told)
    parties = {party for party, _ in pairs}
    reached = Channel.objects.filter(party__in=parties, ended_at=None, confirmed_at__isnull=False)
    with_channel = set(reached.values_list("party", flat=True))
    for party, news in pairs:
        if party in with_channel:
            give_notice(party, news, by=by, at=at)
    plain = [notice_row(party, news, at=at) for party, news in pairs if party not in with_channel]
    Notice.objects.bulk_create(plain, ignore_conflicts=True)
    if plain:
        detail = {"notices": len(plain), "first": plain[0].origin, "last": plain[-1].origin}
        record_deed("notices.notices.given", f"kind:{plain[0].kind}", by=by, at=at, detail=detail)


@transaction.atomic
def mark_read(party: str, keys: Iterable[int] | None, *, by: str, at: datetime) -> int:
    """Mark a firm's notices as read, all unread ones where none are named; how many were unread."""
    unread = Notice.objects.filter(party=party, read_at=None)
    if keys is not None:
        unread = unread.filter(pk__in=list(keys))
    count = unread.update(read_at=at, read_by=by)
    if count:
        record_deed("notices.notice.read", f"party:{party}", by=by, at=at, detail={"notices": count})
    return count


@transaction.atomic
def save_search(party: str, words: str, *, known: Iterable[str], by: str, at: datetime) -> SavedSearch:
    """Keep words; what they find now is known, what they find later is told. The same words are kept once."""
    found = SavedSearch.objects.filter(party=party, words=words, ended_at=None).first()
    if found is not None:
        return found
    search = SavedSearch.objects.create(
        party=party, words=words, known=sorted(known), saved_by=by, saved_at=at
    )
    record_deed("notices.search.saved", f"party:{party}", by=by, at=at, detail={"words": words})
    return search


@transaction.atomic
def note_found(search: SavedSearch, found: Iterable[str]) -> None:
    """A search knows these from now on. Part of telling of them, which leaves the deed."""
    search.known = sorted({*search.known, *found})
    search.save(update_fields=["known"])


@transaction.atomic
def end_search(party: str, key: int, *, by: str, at: datetime) -> bool:
    ended = SavedSearch.objects.filter(party=party, pk=key, ended_at=None).update(ended_at=at)
    if ended:
        record_deed("notices.search.ended", f"party:{party}", by=by, at=at, detail={"search": key})
    return bool(ended)


@transaction.atomic
def add_channel(
    party: str, way: Way, address: str, *, english: bool, by: str, at: datetime
) -> Channel | None:
    """A way that waits to be confirmed (a webhook, whose secret only its owner has, needs no more).

    None where the firm has as many as it may have, or has this one already.
    """
    open_ones = Channel.objects.filter(party=party, ended_at=None)
    if open_ones.count() >= MOST_CHANNELS or open_ones.filter(way=way, address=address).exists():
        return None
    channel = Channel.objects.create(
        party=party,
        way=way,
        address=address,
        english=english,
        secret=token_hex(32) if way is Way.WEBHOOK else "",
        added_by=by,
        added_at=at,
        confirmed_at=at if way is Way.WEBHOOK else None,
    )
    detail = {"way": str(way), "channel": channel.pk}
    record_deed("notices.channel.added", f"party:{party}", by=by, at=at, detail=detail)
    return channel


@transaction.atomic
def confirm_channel(channel: Channel, *, by: str, at: datetime) -> None:
    if channel.confirmed_at is None and channel.ended_at is None:
        channel.confirmed_at = at
        channel.save(update_fields=["confirmed_at"])
        detail = {"channel": channel.pk}
        record_deed("notices.channel.confirmed", f"party:{channel.party}", by=by, at=at, detail=detail)


@transaction.atomic
def end_channel(channel: Channel, *, by: str, at: datetime) -> None:
    """Nothing more goes out by it, what waits included."""
    if channel.ended_at is None:
        channel.ended_at = at
        channel.save(update_fields=["ended_at"])
        waiting = channel.deliveries.filter(state=State.WAITING)
        waiting.update(state=State.GIVEN_UP, problem="the channel was ended")
        detail = {"channel": channel.pk}
        record_deed("notices.channel.ended", f"party:{channel.party}", by=by, at=at, detail=detail)


@transaction.atomic
def note_sent(deliveries: Iterable[Delivery], *, at: datetime) -> None:
    for delivery in deliveries:
        delivery.state, delivery.sent_at, delivery.problem = State.SENT, at, ""
        delivery.tries += 1
        delivery.save()


@transaction.atomic
def note_failed(deliveries: Iterable[Delivery], problem: str, *, at: datetime) -> None:
    """Try again later, each time after twice the pause; give up after `MOST_TRIES`."""
    for delivery in deliveries:
        delivery.tries += 1
        delivery.problem = problem[:300]
        delivery.due_at = at + FIRST_PAUSE * 2 ** (delivery.tries - 1)
        if delivery.tries >= MOST_TRIES:
            delivery.state = State.GIVEN_UP
        delivery.save()
