"""Deliveries of registers, how their columns are named, and which version counted when."""

from django.db import models
from django.db.models import F, Q

from huiqi.base.bilingual import Bilingual
from huiqi.intakes.types import STATE_NAMES, WAY_NAMES, Kind, State, Step, Way


class Intake(models.Model):
    """A register file that a department handed in (数据报送). The file lies in DATA/uploads/<folder>."""

    folder = models.UUIDField(unique=True)
    file_name = models.CharField(max_length=120)  # as the sender called it: shown, never used as a path
    kind = models.CharField(max_length=8, choices=[(k.value, k.value) for k in Kind])
    size = models.BigIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    authority = models.CharField(max_length=100)
    region = models.CharField(max_length=6, blank=True)  # prefix of GB/T 2260; the rows must lie in it
    source = models.CharField(max_length=120)  # whose data it is, as people call it
    as_of = models.DateField()
    way = models.CharField(max_length=12, choices=[(w.value, WAY_NAMES[w].zh) for w in Way])
    synthetic = models.BooleanField(default=False)
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=[(s.value, STATE_NAMES[s].zh) for s in State])
    rows_done = models.BigIntegerField(default=0)
    report = models.JSONField(default=dict)  # see `report.report_json`
    problems = models.JSONField(default=list)  # texts, where it could not be read or published
    version = models.CharField(max_length=60, blank=True)  # of the register, once published
    run = models.CharField(max_length=80, blank=True)  # the match run after it
    uploaded_by = models.CharField(max_length=150)
    uploaded_at = models.DateTimeField()
    submitted_by = models.CharField(max_length=150, blank=True)
    submitted_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)  # of a return

    class Meta:
        indexes = [models.Index(fields=["authority", "region", "-id"], name="intake_by_department")]
        constraints = [
            models.CheckConstraint(
                name="intake_is_decided_by_another_person",
                condition=Q(decided_by="") | ~Q(decided_by=F("submitted_by")),
            ),
            models.CheckConstraint(
                name="published_intake_names_its_version",
                condition=~Q(state=State.PUBLISHED) | ~Q(version=""),
            ),
            models.CheckConstraint(
                name="returned_intake_says_why", condition=~Q(state=State.RETURNED) | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="submitted_intake_says_by_whom",
                condition=~Q(state__in=[State.SUBMITTED, State.PUBLISHING, State.PUBLISHED])
                | ~Q(submitted_by=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.source} {self.as_of}"

    @property
    def state_name(self) -> Bilingual:
        return STATE_NAMES[State(self.state)]

    @property
    def way_name(self) -> Bilingual:
        return WAY_NAMES[Way(self.way)]


class KeptMapping(models.Model):
    """How the columns of a source were named last, to begin with the next time."""

    authority = models.CharField(max_length=100)
    source = models.CharField(max_length=120)
    mapping = models.JSONField()
    kept_by = models.CharField(max_length=150)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_mapping_kept_for_a_source", fields=["authority", "source"])
        ]

    def __str__(self) -> str:
        return f"{self.authority} {self.source}"


class Change(models.Model):
    """A version of the register came to count: published, or pointed back to. Rows are only added."""

    step = models.CharField(max_length=12, choices=[(s.value, s.value) for s in Step])
    version = models.CharField(max_length=60)
    before = models.CharField(max_length=60, blank=True)  # the version that counted until then
    rows = models.BigIntegerField()
    as_of = models.DateField()
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, null=True, related_name="changes")
    reason = models.CharField(max_length=500, blank=True)
    authority = models.CharField(max_length=100)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="rolling_back_says_why", condition=~Q(step=Step.ROLLED_BACK) | ~Q(reason="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.version} {self.at:%Y-%m-%d}"
