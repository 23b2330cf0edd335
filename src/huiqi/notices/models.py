"""What firms are told, what they asked to be told, and the ways it goes out."""

from django.db import models
from django.db.models import Q

from huiqi.base.bilingual import Bilingual
from huiqi.notices.types import KIND_NAMES, Kind, State, Way


class SavedSearch(models.Model):
    """Words that a firm wants to be told of when something new has them (订阅)."""

    party = models.CharField(max_length=18)
    words = models.CharField(max_length=60)
    known = models.JSONField(default=list)  # what it found already: keys of measures and policies
    saved_by = models.CharField(max_length=150)
    saved_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="search_has_words", condition=~Q(words="")),
            models.UniqueConstraint(
                name="one_search_for_the_same_words",
                fields=["party", "words"],
                condition=Q(ended_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.words}"


class Notice(models.Model):
    """One thing a firm is told, once (消息)."""

    party = models.CharField(max_length=18)
    about = models.CharField(max_length=200)  # pack/id of a measure, slug of a policy, fact:… of a correction
    kind = models.CharField(max_length=10, choices=[(k.value, KIND_NAMES[k].zh) for k in Kind])
    title_zh = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    body_zh = models.TextField(blank=True)
    body_en = models.TextField(blank=True)
    day = models.DateField()  # the day it holds for
    origin = models.CharField(max_length=100)  # run:2013-06-30, push:12, fact:7
    search = models.ForeignKey(SavedSearch, on_delete=models.PROTECT, null=True, related_name="notices")
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by = models.CharField(max_length=150, blank=True)

    class Meta:
        indexes = [models.Index(fields=["party", "-id"], name="notice_by_party")]
        constraints = [
            models.UniqueConstraint(
                name="told_once_that_it_fits", fields=["party", "about"], condition=Q(kind=Kind.FITS)
            ),
            models.UniqueConstraint(
                name="told_once_by_a_search", fields=["search", "about"], condition=Q(kind=Kind.SEARCH)
            ),
            models.UniqueConstraint(
                name="told_once_by_whom_it_comes_from",
                fields=["party", "about", "origin"],
                condition=Q(
                    kind__in=[
                        Kind.PUSH,
                        Kind.DECISION,
                        Kind.CASE,
                        Kind.REMINDER,
                        Kind.ENTRY,
                        Kind.ACCOUNT,
                    ]
                ),
            ),
            models.CheckConstraint(
                name="search_notice_names_it", condition=~Q(kind=Kind.SEARCH) | Q(search__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.kind} {self.about}"

    @property
    def title(self) -> Bilingual:
        return Bilingual(self.title_zh, self.title_en)

    @property
    def body(self) -> Bilingual:
        return Bilingual(self.body_zh, self.body_en)

    @property
    def kind_name(self) -> Bilingual:
        return KIND_NAMES[Kind(self.kind)]

    @property
    def measure(self) -> tuple[str, str] | None:
        """Pack and id, where it is about a measure."""
        pack, slash, name = self.about.partition("/")
        return (pack, name) if slash else None


class Channel(models.Model):
    """A way by which a firm is told, beside the site. It is used once it has been confirmed."""

    party = models.CharField(max_length=18)
    way = models.CharField(max_length=8, choices=[(w.value, w.value) for w in Way])
    address = models.CharField(max_length=300)  # e-mail address, or https address
    secret = models.CharField(max_length=64, blank=True)  # signs what is sent to a webhook
    english = models.BooleanField(default=False)
    added_by = models.CharField(max_length=150)
    added_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_channel_to_an_address",
                fields=["party", "way", "address"],
                condition=Q(ended_at=None),
            ),
            models.CheckConstraint(
                name="webhook_has_a_secret", condition=~Q(way=Way.WEBHOOK) | ~Q(secret="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.way}"


class Delivery(models.Model):
    """One notice on its way through one channel."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="deliveries")
    state = models.CharField(max_length=8, choices=[(s.value, s.value) for s in State], default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "due_at"], name="delivery_due")]
        constraints = [
            models.UniqueConstraint(name="delivered_once_to_a_channel", fields=["notice", "channel"]),
            models.CheckConstraint(
                name="sent_delivery_says_when", condition=~Q(state=State.SENT) | Q(sent_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} → {self.channel_id} {self.state}"


class DeskHook(models.Model):
    """Where the steps of an authority's cases are sent, signed. It reads the log of cases on from where it stood."""

    authority = models.CharField(max_length=100)
    region = models.CharField(max_length=6, blank=True)  # prefix of GB/T 2260, that of who added it
    address = models.CharField(max_length=300)
    secret = models.CharField(max_length=64)
    sent_up_to = models.BigIntegerField(default=0)  # the event of the log that went out last
    tries = models.PositiveSmallIntegerField(default=0)  # that failed since
    due_at = models.DateTimeField()
    problem = models.CharField(max_length=300, blank=True)
    added_by = models.CharField(max_length=150)
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_desk_hook_to_an_address",
                fields=["authority", "region", "address"],
                condition=Q(ended_at=None),
            ),
            models.CheckConstraint(name="desk_hook_has_a_secret", condition=~Q(secret="")),
        ]

    def __str__(self) -> str:
        return f"{self.authority} {self.region}"
