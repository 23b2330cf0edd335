"""Lists of firms to be told of a measure, who was left out of them and why, and whom they reached."""

from django.db import models
from django.db.models import F, Q

from huiqi.base.bilingual import Bilingual
from huiqi.pushes.types import ANSWER_NAMES, STATE_NAMES, VERDICTS, Answer, State


class PushList(models.Model):
    """Firms of a region to be told of one measure (推送名单). The firms lie in DATA/pushes/lists/<id>.parquet."""

    measure = models.CharField(max_length=200)  # pack/id
    verdict = models.CharField(max_length=12, choices=[(v.value, v.value) for v in VERDICTS])
    run = models.CharField(max_length=100)  # the match run it was drawn from
    day = models.DateField()  # of the run
    authority = models.CharField(max_length=100)
    region = models.CharField(max_length=6, blank=True)  # prefix of GB/T 2260 of who drew it up
    filters = models.JSONField(default=dict)
    firms = models.BigIntegerField()
    value = models.DecimalField(max_digits=30, decimal_places=2, null=True)  # yuan, where it is known
    synthetic = models.BooleanField(default=False)
    note_zh = models.CharField(max_length=500, blank=True)  # added to the message
    note_en = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=[(s.value, STATE_NAMES[s].zh) for s in State])
    told = models.BigIntegerField(default=0)  # how far the sending is
    drawn_up_by = models.CharField(max_length=150)
    drawn_up_at = models.DateTimeField()
    prepared_by = models.CharField(max_length=150, blank=True)
    prepared_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=150, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)  # of a return

    class Meta:
        indexes = [
            models.Index(fields=["authority", "region", "-id"], name="push_by_department"),
            models.Index(fields=["measure", "state"], name="push_by_measure"),
        ]
        constraints = [
            models.CheckConstraint(
                name="push_is_confirmed_by_another_person",
                condition=Q(confirmed_by="") | ~Q(confirmed_by__in=[F("prepared_by"), F("drawn_up_by")]),
            ),
            models.CheckConstraint(
                name="sent_push_was_prepared_and_confirmed",
                condition=~Q(state__in=[State.SENDING, State.SENT])
                | (~Q(prepared_by="") & ~Q(confirmed_by="")),
            ),
            models.CheckConstraint(
                name="returned_push_says_why", condition=~Q(state=State.RETURNED) | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.measure}"

    @property
    def state_name(self) -> Bilingual:
        return STATE_NAMES[State(self.state)]


class Exclusion(models.Model):
    """A firm that is left out of a list, with the reason."""

    push = models.ForeignKey(PushList, on_delete=models.PROTECT, related_name="exclusions")
    party = models.CharField(max_length=18)
    reason = models.CharField(max_length=300)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="left_out_once_of_a_push", fields=["push", "party"]),
            models.CheckConstraint(name="leaving_out_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.push_id} {self.party}"


class PushedFirm(models.Model):
    """A firm that was told by a list, and what came of it."""

    push = models.ForeignKey(PushList, on_delete=models.PROTECT, related_name="pushed")
    party = models.CharField(max_length=18)
    measure = models.CharField(max_length=200)
    region = models.CharField(max_length=6)
    value = models.DecimalField(max_digits=24, decimal_places=2, null=True)  # yuan
    told_at = models.DateTimeField()
    answer = models.CharField(
        max_length=12, blank=True, choices=[(a.value, ANSWER_NAMES[a].zh) for a in Answer]
    )
    answer_by = models.CharField(max_length=150, blank=True)
    answer_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["measure", "answer"], name="pushed_by_answer")]
        constraints = [models.UniqueConstraint(name="pushed_once_by_a_list", fields=["push", "party"])]

    def __str__(self) -> str:
        return f"{self.push_id} {self.party}"
