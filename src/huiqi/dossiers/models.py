"""What is recorded of a firm beside the register: facts and corrections, consents, and who looked."""

from typing import Any, Final

from django.db import models
from django.db.models import F, Q

from huiqi.dossiers.types import STANDING_NAMES, Standing

MAY_CHANGE: Final = frozenset(
    {
        "standing", "decided_by", "decided_at", "decided_on", "decision",
        "withdrawn_by", "withdrawn_at", "withdrawal",
    }
)  # fmt: skip
"""What a decision or a withdrawal writes; what was stated is never changed."""


class RecordedFact(models.Model):
    """A dated, sourced statement (要素) about a firm. A wrong one is withdrawn with a reason, never changed."""

    party = models.CharField(max_length=18)
    region = models.CharField(max_length=6)  # of the firm, when it was recorded
    firm_name = models.CharField(max_length=200, blank=True)
    fact = models.CharField(max_length=100)  # column of the register
    value = models.JSONField()  # exact: `forms.kept.plain`
    said_by_register = models.JSONField(null=True)  # what the register had then
    as_of = models.DateField()  # the day it was true
    source = models.CharField(max_length=200)
    remark = models.CharField(max_length=500, blank=True)
    standing = models.CharField(max_length=10, choices=[(s.value, STANDING_NAMES[s].zh) for s in Standing])
    evidence_name = models.CharField(max_length=200, blank=True)
    evidence_type = models.CharField(max_length=40, blank=True)
    evidence_seal = models.CharField(max_length=64, blank=True)  # SHA-256, also the name of the stored file
    recorded_by = models.CharField(max_length=150)
    recorded_on = models.DateField()
    recorded_at = models.DateTimeField()
    decided_by = models.CharField(max_length=150, blank=True)
    decided_on = models.DateField(null=True)
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=500, blank=True)
    withdrawn_by = models.CharField(max_length=150, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawal = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["party", "standing"], name="fact_by_party"),
            models.Index(fields=["standing", "region"], name="fact_by_region"),
        ]
        constraints = [
            models.CheckConstraint(name="fact_not_from_the_future", condition=Q(as_of__lte=F("recorded_on"))),
            models.CheckConstraint(
                name="decided_fact_says_by_whom",
                condition=~Q(standing__in=[Standing.ACCEPTED, Standing.REFUSED])
                | (~Q(decided_by="") & Q(decided_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="refused_fact_says_why", condition=~Q(standing=Standing.REFUSED) | ~Q(decision="")
            ),
            models.CheckConstraint(
                name="nobody_decides_own_correction",
                condition=~Q(standing__in=[Standing.ACCEPTED, Standing.REFUSED])
                | ~Q(decided_by=F("recorded_by")),
            ),
            models.CheckConstraint(
                name="withdrawn_fact_says_why",
                condition=Q(withdrawn_at=None) | (~Q(withdrawal="") & ~Q(withdrawn_by="")),
            ),
            models.UniqueConstraint(
                name="one_open_correction_of_a_fact",
                fields=["party", "fact"],
                condition=Q(standing=Standing.PROPOSED, withdrawn_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.fact} {self.as_of} {self.standing}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding and not set(kwargs.get("update_fields") or ("value",)) <= MAY_CHANGE:
            raise TypeError("what was stated is never changed: withdraw it and state it anew")
        super().save(*args, **kwargs)


class Consent(models.Model):
    """A firm lets a bank or agency see some groups of its file until a day (授权查询)."""

    party = models.CharField(max_length=18)
    firm_name = models.CharField(max_length=200, blank=True)
    audience = models.CharField(max_length=18)  # credit code of the bank or agency
    audience_name = models.CharField(max_length=200, blank=True)
    groups = models.JSONField()  # of `Group`
    began_on = models.DateField()
    until = models.DateField()  # the last day
    given_by = models.CharField(max_length=150)
    given_at = models.DateTimeField()
    withdrawn_on = models.DateField(null=True)
    withdrawn_by = models.CharField(max_length=150, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["audience", "until"], name="consent_by_audience")]
        constraints = [
            models.CheckConstraint(name="consent_ends", condition=Q(until__gte=F("began_on"))),
            models.CheckConstraint(name="consent_to_another", condition=~Q(audience=F("party"))),
            models.UniqueConstraint(
                name="one_consent_for_an_audience",
                fields=["party", "audience"],
                condition=Q(withdrawn_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} → {self.audience} until {self.until}"


class Viewing(models.Model):
    """Somebody else looked at a firm's file (查阅记录). Shown to the firm."""

    party = models.CharField(max_length=18)
    by = models.CharField(max_length=150)
    role = models.CharField(max_length=16)
    on_behalf_of = models.CharField(max_length=200, blank=True)  # authority, or name of the bank or agency
    groups = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["party", "-at"], name="viewing_by_party")]

    def __str__(self) -> str:
        return f"{self.by} looked at {self.party}"
