"""A check-up of the policies that apply to someone nobody knows (政策体检), held by whoever has its link."""

import hashlib
from datetime import timedelta
from typing import Final

from django.db import models
from django.db.models import Q

KEPT_FOR: Final = timedelta(days=90)
"""How long a check-up that nobody uses is kept."""


class Checkup(models.Model):
    """For which place, day and kind of party, and what was replied so far.

    The link holds a secret; the row holds its seal alone, so that a copy of the database opens no check-up.
    Nothing of a person is kept beyond what was typed.
    """

    seal = models.CharField(max_length=64, unique=True)  # SHA-256 of the secret in the link
    day = models.DateField()  # the law of which it asks
    region = models.CharField(max_length=6, blank=True)  # GB/T 2260; empty: every place
    roles = models.CharField(max_length=200)  # as in a register: "enterprise,guarantor"
    code = models.CharField(max_length=18, blank=True)  # credit code, if one was typed
    replies = models.JSONField(default=list, blank=True)  # [fact, value as text; null: passed over], in order
    begun_at = models.DateTimeField()
    last_used_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="checkup_is_for_some_role", condition=~Q(roles="")),
            models.CheckConstraint(
                name="checkup_used_after_it_began", condition=Q(last_used_at__gte=models.F("begun_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.region or 'everywhere'} {self.roles}"

    @property
    def role_names(self) -> tuple[str, ...]:
        return tuple(self.roles.split(","))


def seal_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8")).hexdigest()
