"""Changes to rules on their way into force (规则修订). The pack in the repository stays the source."""

from typing import Final

from django.db import models
from django.db.models import F, Q

from huiqi.base.bilingual import Bilingual


class State(models.TextChoices):
    """Where a revision stands. Only a draft is edited; nothing leaves the last three."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


STATE_NAMES: Final = {
    State.DRAFT: Bilingual("起草中", "draft"),
    State.SUBMITTED: Bilingual("待审批", "submitted"),
    State.PUBLISHED: Bilingual("已发布", "published"),
    State.REFUSED: Bilingual("已退回", "refused"),
    State.WITHDRAWN: Bilingual("已撤回", "withdrawn"),
}


class ImpactState(models.TextChoices):
    """Where the simulation of a revision stands."""

    NONE = "none"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Revision(models.Model):
    """One change of one measure: its file as it was and as it should be, and the tests beside it.

    Its number is the primary key. Texts are those of the files, byte for byte in UTF-8.
    """

    pack = models.CharField(max_length=100)
    measure = models.CharField(max_length=100)  # id within the pack
    region = models.CharField(max_length=6, blank=True)  # of the pack, for who may see it
    base_text = models.TextField()
    base_sha256 = models.CharField(max_length=64)
    base_version = models.CharField(max_length=50)  # of the pack
    test_file = models.CharField(max_length=200)  # tests/c05.yaml
    base_tests = models.TextField(blank=True)  # of this measure alone, as they stand in that file
    new_text = models.TextField()
    new_sha256 = models.CharField(max_length=64)
    new_tests = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    effective_from = models.DateField(null=True, blank=True)  # 施行日期
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    edition = models.PositiveIntegerField(default=1)  # one more with every save
    author = models.CharField(max_length=150)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.TextField(blank=True)
    in_repository_at = models.DateTimeField(null=True, blank=True)  # when the pack was found to have the text
    impact_state = models.CharField(max_length=10, choices=ImpactState.choices, default=ImpactState.NONE)
    impact_done = models.PositiveSmallIntegerField(default=0)  # per cent
    impact_of = models.CharField(max_length=64, blank=True)  # SHA-256 of the text it was worked out for
    impact = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="revision_decided_by_another_person",
                condition=Q(decided_by="") | ~Q(decided_by=F("author")),
            ),
            models.CheckConstraint(
                name="revision_published_from_a_day",
                condition=~Q(state=State.PUBLISHED) | Q(effective_from__isnull=False),
            ),
            models.CheckConstraint(
                name="revision_decision_names_who",
                condition=~Q(state__in=[State.PUBLISHED, State.REFUSED])
                | (~Q(decided_by="") & Q(decided_at__isnull=False)),
            ),
            models.UniqueConstraint(
                name="revision_one_draft_of_a_person",
                fields=["pack", "measure", "author"],
                condition=Q(state=State.DRAFT),
            ),
            models.UniqueConstraint(
                name="revision_one_submitted_at_a_time",
                fields=["pack", "measure"],
                condition=Q(state=State.SUBMITTED),
            ),
        ]
        indexes = [models.Index(fields=["pack", "measure", "state"]), models.Index(fields=["state"])]

    def __str__(self) -> str:
        return f"{self.pk} {self.key} {self.state}"

    @property
    def key(self) -> str:
        return f"{self.pack}/{self.measure}"

    @property
    def state_name(self) -> Bilingual:
        return STATE_NAMES[State(self.state)]

    @property
    def has_fresh_impact(self) -> bool:
        """Was the impact worked out for the text as it is now?"""
        return self.impact_state == ImpactState.DONE and self.impact_of == self.new_sha256
