"""Lists of firms that are granted a measure without a claim, and the claims that were prepared for firms."""

from django.db import models
from django.db.models import F, Q

from huiqi.base.bilingual import Bilingual
from huiqi.grants.types import CONFIRMED, STATE_NAMES, WHY_NAMES, State, Why


def no_reasons() -> list[object]:
    return []


class GrantList(models.Model):
    """Firms of a region that a match run found entitled to one measure (免申即享名单)."""

    case_type = models.CharField(max_length=200)  # pack/id
    measure = models.CharField(max_length=200)  # pack/id
    occasion = models.CharField(max_length=64)  # of every case it opens: a year, or "once"
    run = models.CharField(max_length=100)
    day = models.DateField()  # of the run
    authority = models.CharField(max_length=100)
    region = models.CharField(max_length=6, blank=True)  # prefix of GB/T 2260
    filters = models.JSONField(default=dict)
    synthetic = models.BooleanField(default=False)
    firms = models.BigIntegerField(default=0)  # on the list, those left out included
    state = models.CharField(max_length=10, choices=[(s.value, STATE_NAMES[s].zh) for s in State])
    drawn_up_by = models.CharField(max_length=150)
    drawn_up_at = models.DateTimeField()
    prepared_by = models.CharField(max_length=150, blank=True)
    prepared_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=150, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_on = models.DateField(null=True)
    confirmed_for = models.CharField(max_length=100, blank=True)  # authority of who confirmed
    refuse_until = models.DateField(null=True)  # the last day on which a firm may refuse before it is granted
    reason = models.CharField(max_length=500, blank=True)  # of a return

    class Meta:
        indexes = [
            models.Index(fields=["case_type", "-id"], name="grant_list_by_type"),
            models.Index(fields=["measure", "state"], name="grant_list_by_measure"),
        ]
        constraints = [
            models.CheckConstraint(
                name="grants_are_confirmed_by_another_person",
                condition=Q(confirmed_by="") | ~Q(confirmed_by__in=[F("prepared_by"), F("drawn_up_by")]),
            ),
            models.CheckConstraint(
                name="opened_grants_were_prepared_and_confirmed",
                condition=~Q(state__in=sorted(CONFIRMED))
                | (
                    ~Q(prepared_by="")
                    & ~Q(confirmed_by="")
                    & Q(confirmed_on__isnull=False, refuse_until__gte=F("confirmed_on"))
                ),
            ),
            models.CheckConstraint(
                name="returned_grants_say_why", condition=~Q(state=State.RETURNED) | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.measure}"

    @property
    def state_name(self) -> Bilingual:
        return STATE_NAMES[State(self.state)]

    def state_now(self) -> State:
        """As the table has it, whoever changed it since."""
        self.refresh_from_db(fields=["state"])
        return State(self.state)


class ListedFirm(models.Model):
    """A firm of a list: what it is entitled to, and the case it got, or why it gets none."""

    list = models.ForeignKey(GrantList, on_delete=models.PROTECT, related_name="listed")
    place = models.PositiveIntegerField()  # worth most first
    party = models.CharField(max_length=18)
    region = models.CharField(max_length=6)
    industry = models.CharField(max_length=8, blank=True)
    size = models.CharField(max_length=8, blank=True)
    amount = models.DecimalField(max_digits=20, decimal_places=2, null=True)  # of the award, in its unit
    why = models.CharField(max_length=12, blank=True, choices=[(w.value, WHY_NAMES[w].zh) for w in Why])
    note = models.CharField(max_length=500, blank=True)  # an officer's reason; a case; a cap in words
    note_en = models.CharField(max_length=500, blank=True)
    left_out_by = models.CharField(max_length=150, blank=True)
    case = models.CharField(max_length=20, blank=True)  # number of the case it got

    class Meta:
        indexes = [
            models.Index(fields=["list", "place"], name="listed_by_place"),
            models.Index(fields=["party"], name="listed_by_party"),
        ]
        constraints = [
            models.UniqueConstraint(name="listed_once", fields=["list", "party"]),
            models.UniqueConstraint(name="one_firm_of_a_case", fields=["case"], condition=~Q(case="")),
            models.CheckConstraint(
                name="left_out_firm_gets_no_case", condition=Q(why="") | Q(case="")
            ),
            models.CheckConstraint(
                name="officer_says_why", condition=~Q(why=Why.OFFICER) | (~Q(note="") & ~Q(left_out_by=""))
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.list_id} {self.party}"

    @property
    def why_name(self) -> Bilingual | None:
        return WHY_NAMES[Why(self.why)] if self.why else None


class ListStep(models.Model):
    """A step that somebody took of many cases of a list, and how far it is."""

    list = models.ForeignKey(GrantList, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=64)
    role = models.CharField(max_length=12)  # of the case, in which it is taken
    by = models.CharField(max_length=150)
    authority = models.CharField(max_length=100, blank=True)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    taken = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    reasons = models.JSONField(default=no_reasons)  # [[words of both languages, cases], …], most first

    class Meta:
        indexes = [models.Index(fields=["list", "-id"], name="list_step_newest")]

    def __str__(self) -> str:
        return f"{self.list_id} {self.step} {self.by}"


class PreparedClaim(models.Model):
    """A claim that was prepared for a firm (预填), once for a measure and round, whatever became of it."""

    measure = models.CharField(max_length=200)
    party = models.CharField(max_length=18)
    occasion = models.CharField(max_length=64)  # the year, or "once"
    case = models.CharField(max_length=20)  # number
    run = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="claim_prepared_once", fields=["measure", "party", "occasion"]),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.party} {self.case}"
