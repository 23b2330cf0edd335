"""Keys for programs that read the interface on somebody's behalf (接口密钥)."""

from django.db import models
from django.db.models import F, Q

from huiqi.access.models import Membership


class ApiKey(models.Model):
    """A key acts as one membership of a person and ends with it. It is revoked, never deleted.

    The secret is shown once; the row holds its seal alone, so that a copy of the database opens nothing.
    """

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=80)  # what it is for
    prefix = models.CharField(max_length=12, unique=True)  # how people tell keys apart
    seal = models.CharField(max_length=64, unique=True)  # SHA-256 of the secret
    scopes = models.JSONField(default=list, blank=True)
    region = models.CharField(max_length=6, blank=True)  # narrows that of the membership, prefix of GB/T 2260
    made_by = models.CharField(max_length=150)
    made_on = models.DateField()
    expires_on = models.DateField()  # the last day on which it works
    last_used_at = models.DateTimeField(null=True, blank=True)  # to the hour
    revoked_by = models.CharField(max_length=150, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="key_expires_after_it_was_made", condition=Q(expires_on__gte=F("made_on"))
            ),
            models.CheckConstraint(
                name="key_is_revoked_by_somebody",
                condition=Q(revoked_at=None, revoked_by="") | (~Q(revoked_at=None) & ~Q(revoked_by="")),
            ),
            models.CheckConstraint(name="key_says_what_it_is_for", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return f"hq_{self.prefix}… {self.name}"


class Allowance(models.Model):
    """How many requests of a minute were handed out to the processes that answer a key or an address."""

    who = models.CharField(max_length=80, unique=True)
    minute = models.BigIntegerField()  # since 1970
    taken = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["minute"], name="allowance_by_minute")]

    def __str__(self) -> str:
        return f"{self.who} {self.minute}: {self.taken}"
