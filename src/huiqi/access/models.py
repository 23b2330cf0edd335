"""Which person acts as what, for whom, and where."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from huiqi.access.permissions import ROLE_NAMES, Role


class Membership(models.Model):
    """A role of a person (授权). It ends on a day and is never deleted."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=[(r.value, ROLE_NAMES[r].zh) for r in Role])
    party = models.CharField(max_length=18, blank=True)  # credit code of the firm, bank or agency
    authority = models.CharField(max_length=100, blank=True)  # 部门, as the packs write it
    region = models.CharField(max_length=6, blank=True)  # prefix of GB/T 2260; empty for the whole country
    began_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    granted_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="membership_of_a_firm_names_it",
                condition=~Q(role__in=[Role.FIRM_LEGAL, Role.FIRM_AGENT, Role.BANK, Role.AGENCY, Role.EXPERT])
                | ~Q(party=""),
            ),
            models.CheckConstraint(
                name="membership_of_a_department_names_it",
                condition=~Q(role__in=[Role.OFFICER, Role.HEAD]) | ~Q(authority=""),
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_began",
                condition=Q(ended_on=None) | Q(ended_on__gte=models.F("began_on")),
            ),
            models.UniqueConstraint(
                name="membership_once_at_a_time",
                fields=["user", "role", "party", "authority", "region"],
                condition=Q(ended_on=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.party or self.authority}"
