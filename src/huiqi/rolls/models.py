"""Who and what stands in the registers of the packs, since when, in which grade, until when."""

from enum import StrEnum
from typing import Any, NoReturn

from django.db import models
from django.db.models import F, Q


class EventKind(StrEnum):
    """What can happen to an entry."""

    ENTERED = "entered"
    REGRADED = "regraded"
    REVIEWED = "reviewed"
    AMENDED = "amended"
    LEFT = "left"


class Roll(models.Model):
    """One register of a pack. Its row is locked while its capacity is looked at.

    `standing` is kept by triggers of the database, so that a full register takes nobody whoever writes.
    """

    key = models.CharField(max_length=200, unique=True)  # pack/id
    capacity = models.PositiveIntegerField(null=True)
    standing = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="roll_holds_no_more_than_its_capacity",
                condition=Q(capacity=None) | Q(standing__lte=F("capacity")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.standing}"


class Entry(models.Model):
    """One party, person or thing in a register, from the day it entered to the day it left."""

    register = models.ForeignKey(Roll, to_field="key", on_delete=models.PROTECT, related_name="entries")
    is_party = models.BooleanField()  # the register lists parties, each once
    party = models.CharField(max_length=18, blank=True)  # credit code; of a person or thing whose it is
    name = models.CharField(max_length=200)
    region = models.CharField(max_length=6, blank=True)
    fields = models.JSONField(default=dict)  # exact: `forms.kept.plain`
    grade = models.CharField(max_length=64, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    case = models.CharField(max_length=20, blank=True)  # number of the case that led in
    entered_on = models.DateField()
    entered_by = models.CharField(max_length=150)
    entered_at = models.DateTimeField()
    ends_on = models.DateField(null=True)  # the last day of its term; None: no term
    reviewed_on = models.DateField(null=True)
    review_due = models.DateField(null=True)
    left_on = models.DateField(null=True)  # the first day it does not stand any more
    exit = models.CharField(max_length=64, blank=True)
    exit_reason = models.CharField(max_length=500, blank=True)
    synthetic = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["party", "left_on"], name="entry_by_party", condition=~Q(party="")),
            models.Index(fields=["register", "left_on", "name"], name="entry_by_register"),
            models.Index(fields=["ends_on"], name="entry_by_end", condition=Q(left_on=None)),
            models.Index(fields=["case"], name="entry_by_case", condition=~Q(case="")),
        ]
        constraints = [
            models.UniqueConstraint(
                name="party_stands_once_in_a_register",
                fields=["register", "party"],
                condition=Q(is_party=True, left_on=None) & ~Q(party=""),
            ),
            models.UniqueConstraint(
                name="thing_stands_once_in_a_register",
                fields=["register", "party", "name", "case"],
                condition=Q(left_on=None) & (Q(is_party=False) | Q(party="")),
            ),
            models.CheckConstraint(name="entry_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="entry_ends_after_it_began", condition=Q(ends_on=None) | Q(ends_on__gte=F("entered_on"))
            ),
            models.CheckConstraint(
                name="entry_left_after_it_began", condition=Q(left_on=None) | Q(left_on__gte=F("entered_on"))
            ),
            models.CheckConstraint(
                name="entry_reviewed_after_it_began",
                condition=Q(reviewed_on=None) | Q(reviewed_on__gte=F("entered_on")),
            ),
            models.CheckConstraint(
                name="entry_leaves_for_a_reason",
                condition=(Q(left_on=None) & Q(exit="")) | (Q(left_on__isnull=False) & ~Q(exit="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register_id} {self.name}"

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("an entry is never deleted: it leaves")


class EntryEvent(models.Model):
    """What happened to an entry, in order. Rows are added and never changed."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in EventKind])
    on = models.DateField()
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    grade = models.CharField(max_length=64, blank=True)  # from then on
    ends_on = models.DateField(null=True)  # from then on
    case = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    detail = models.JSONField(default=dict)  # fields that changed

    class Meta:
        indexes = [models.Index(fields=["entry", "id"], name="event_by_entry")]

    def __str__(self) -> str:
        return f"{self.on} {self.kind} {self.entry_id}"


class Proposal(models.Model):
    """A party that may enter a register by its rule and does not stand in it: found by night, for the keeper to decide."""

    register = models.ForeignKey(Roll, to_field="key", on_delete=models.CASCADE, related_name="proposals")
    party = models.CharField(max_length=18)
    name = models.CharField(max_length=200, blank=True)
    region = models.CharField(max_length=6, blank=True)
    found_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="party_is_proposed_once", fields=["register", "party"]),
        ]

    def __str__(self) -> str:
        return f"{self.register_id} {self.party}"
