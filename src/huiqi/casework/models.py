"""Cases as they stand, and the log of what was done from which they can be rebuilt."""

from django.db import models
from django.db.models import F, Q

from huiqi.cases.types import FollowUpKind, Lane, Outcome, Role, Turn, Way

ENDED_WITHOUT: tuple[str, ...] = (Outcome.REFUSED, Outcome.WITHDRAWN, Outcome.LAPSED, Outcome.DISMISSED)
"""Outcomes after which the same may be asked for again."""


class Numbering(models.Model):
    """The last number given on a day; its row is locked while one is taken."""

    day = models.DateField(unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.day} {self.last}"


class Case(models.Model):
    """Anything that passes through hands with a clock (办件). What it is stands in its case type, a declaration."""

    number = models.CharField(max_length=20, unique=True)
    type = models.CharField(max_length=200)  # pack/id of the case type
    pack = models.CharField(max_length=100)
    pack_version = models.CharField(max_length=20)  # when it was opened
    title_zh = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    purpose = models.CharField(max_length=16)
    lane = models.CharField(max_length=10, choices=[(lane.value, lane.value) for lane in Lane])
    measure = models.CharField(max_length=200, blank=True)  # pack/id of what is claimed
    occasion = models.CharField(max_length=64, blank=True)  # what makes the claim another than the last
    round = models.CharField(max_length=20, blank=True)  # of a case type that comes round
    party = models.CharField(max_length=18, blank=True)  # empty: anonymous
    party_name = models.CharField(max_length=200, blank=True)
    region = models.CharField(max_length=6, blank=True)  # of the party, or of the desk that took it
    anonymous = models.BooleanField(default=False)
    token_seal = models.CharField(
        max_length=64, blank=True
    )  # SHA-256 of the word an anonymous person comes back with
    provider = models.CharField(max_length=18, blank=True)
    other_side = models.CharField(
        max_length=100, blank=True
    )  # credit code, or an authority as the packs write it
    officer = models.CharField(max_length=150, blank=True)  # who has it in hand
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    state = models.CharField(max_length=64)
    turn = models.CharField(max_length=12, choices=[(turn.value, turn.value) for turn in Turn])
    outcome = models.CharField(max_length=16, blank=True)
    version = models.PositiveIntegerField(default=0)  # lines of the log; who acts says which they saw
    amount_asked = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    amount_granted = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    score = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    frozen = models.JSONField(
        null=True
    )  # verdict, facts, register and version of the rules when it was submitted
    opened_by = models.CharField(max_length=150)
    opened_on = models.DateField()
    opened_at = models.DateTimeField()
    submitted_on = models.DateField(null=True)
    decided_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    next_due = models.DateField(null=True)  # as the clocks were last read; never the truth, that is the log
    warns_on = models.DateField(null=True)  # from when on a green clock is yellow, as it was last read
    colour = models.CharField(max_length=8, blank=True)
    read_on = models.DateField(null=True)
    synthetic = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["party", "-id"], name="case_by_party"),
            models.Index(fields=["turn", "next_due"], name="case_by_clock"),
            models.Index(fields=["type", "state"], name="case_by_type"),
            models.Index(fields=["measure", "party"], name="case_by_measure"),
            models.Index(fields=["provider", "-id"], name="case_by_provider", condition=~Q(provider="")),
        ]
        constraints = [
            models.UniqueConstraint(
                name="claimed_once_for_an_occasion",
                fields=["measure", "party", "occasion"],
                condition=~Q(measure="") & ~Q(party="") & Q(submitted_on__isnull=False)
                & ~Q(outcome__in=ENDED_WITHOUT),
            ),
            models.UniqueConstraint(
                name="one_return_of_a_round", fields=["type", "party", "round"], condition=~Q(round="")
            ),
            models.CheckConstraint(
                name="anonymous_case_names_nobody", condition=Q(anonymous=False) | Q(party="", party_name="")
            ),
            models.CheckConstraint(
                name="granted_amount_is_not_negative",
                condition=Q(amount_granted=None) | Q(amount_granted__gte=0),
            ),
            models.CheckConstraint(
                name="decided_after_it_was_submitted",
                condition=Q(decided_on=None) | Q(submitted_on=None) | Q(decided_on__gte=F("submitted_on")),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} {self.type} {self.state}"


class CaseEvent(models.Model):
    """One step that was taken, or a note beside the steps (办理记录). Rows are only added: the database refuses anything else."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()  # 1, 2, …
    step = models.CharField(max_length=64)
    from_state = models.CharField(max_length=64)
    to_state = models.CharField(max_length=64)
    role = models.CharField(max_length=12, choices=[(role.value, role.value) for role in Role])
    by = models.CharField(max_length=150)
    authority = models.CharField(max_length=100, blank=True)
    on = models.DateField()
    at = models.DateTimeField()
    outcome = models.CharField(max_length=16, blank=True)
    reason = models.TextField(blank=True)
    detail = models.JSONField(
        default=dict
    )  # amount, score, mends, proofs, provider, grade; what effects came to

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_step_at_a_time", fields=["case", "seq"]),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.seq} {self.step}"


class Answer(models.Model):
    """What the form of a case says in one field; the last word counts, the log keeps who sent it when."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="answers")
    field = models.CharField(max_length=100)
    value = models.JSONField()  # exact: as `forms.kept.plain`
    source = models.CharField(max_length=200, blank=True)  # where it was taken from; empty: typed in
    is_review = models.BooleanField(default=False)  # filled in by the office
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_answer_to_a_field", fields=["case", "field"])]

    def __str__(self) -> str:
        return f"{self.case_id} {self.field}"


class Paper(models.Model):
    """A material of a case (材料): a file, a promise in its place, or a note that the office fetches it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="papers")
    material = models.CharField(max_length=64)  # id of the declared material, or proof:STEP
    way = models.CharField(max_length=12, choices=[(way.value, way.value) for way in Way])
    name = models.CharField(max_length=200, blank=True)
    type = models.CharField(max_length=40, blank=True)
    seal = models.CharField(max_length=64, blank=True)  # SHA-256, also the name of the stored file
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="uploaded_paper_has_a_file", condition=~Q(way=Way.UPLOAD) | ~Q(seal="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.material} {self.name}"


class Mend(models.Model):
    """What must be put right, field by field (补正), before a returned case can be sent in again."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="mends")
    target = models.CharField(max_length=100)  # a field or a material
    note = models.CharField(max_length=500)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    mended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="mend_says_what", condition=~Q(note=""))]

    def __str__(self) -> str:
        return f"{self.case_id} {self.target}"


class Extension(models.Model):
    """A clock that was lengthened, once, with a reason. Only added: a due day is edited by nobody."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="extensions")
    clock = models.CharField(max_length=64)
    n = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=16)
    reason = models.CharField(max_length=500)
    by = models.CharField(max_length=150)
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="clock_is_extended_once", fields=["case", "clock"]),
            models.CheckConstraint(name="extension_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.clock} +{self.n} {self.unit}"


class Escalation(models.Model):
    """A late case that somebody higher was told of (督办)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="escalations")
    clock = models.CharField(max_length=64)
    started_on = models.DateField()  # of the run of the clock that is late
    due_on = models.DateField()
    role = models.CharField(max_length=12, choices=[(role.value, role.value) for role in Role])
    told_on = models.DateField()
    at = models.DateTimeField()
    seen_by = models.CharField(max_length=150, blank=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="escalated_once_to_each", fields=["case", "clock", "started_on", "role"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.clock} → {self.role}"


class Publication(models.Model):
    """A case that is open to objections (公示)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="publications")
    began_on = models.DateField()
    until = models.DateField()  # the last day
    shows = models.JSONField(default=dict)  # field → words of both languages, masked where it must be
    ended_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["until"], name="publication_by_day")]
        constraints = [
            models.CheckConstraint(name="publication_ends", condition=Q(until__gte=F("began_on"))),
            models.UniqueConstraint(
                name="published_once_at_a_time", fields=["case"], condition=Q(ended_on=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.began_on}–{self.until}"


class FollowUpTask(models.Model):
    """What is due after the decision: acceptance, evaluation, a visit, a reminder."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="follow_ups")
    place = models.PositiveSmallIntegerField()  # among the follow-ups of the case type
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in FollowUpKind])
    role = models.CharField(max_length=12, choices=[(role.value, role.value) for role in Role])
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    done_by = models.CharField(max_length=150, blank=True)
    passed = models.BooleanField(null=True)
    finding = models.TextField(blank=True)
    answers = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="follow_up_opened_once_a_day", fields=["case", "place", "due_on"]
            ),
            models.CheckConstraint(
                name="done_follow_up_says_what_was_found",
                condition=Q(done_on=None) | (~Q(done_by="") & ~Q(finding="")),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.due_on}"


class Rating(models.Model):
    """How the applicant found it (好差评)."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="rating")
    asked_on = models.DateField()
    stars = models.PositiveSmallIntegerField(null=True)  # 1 to 5
    words = models.CharField(max_length=500, blank=True)
    rated_at = models.DateTimeField(null=True)
    reply = models.CharField(max_length=500, blank=True)  # of the office to a bad one
    reply_by = models.CharField(max_length=150, blank=True)
    reply_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="one_to_five_stars", condition=Q(stars=None) | Q(stars__range=(1, 5))
            ),
            models.CheckConstraint(
                name="rating_says_when", condition=Q(stars=None) | Q(rated_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.stars}"


class Interest(models.Model):
    """A person's own interest in a case (利益冲突): who declares one acts in it no more."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="interests")
    user = models.CharField(max_length=150)
    note = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="interest_declared_once", fields=["case", "user"])]

    def __str__(self) -> str:
        return f"{self.case_id} {self.user}"


class Draw(models.Model):
    """An expert who was drawn to score a case, and the score."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="draws")
    expert = models.CharField(max_length=150)  # user name
    drawn_on = models.DateField()
    score = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    remark = models.CharField(max_length=500, blank=True)
    scored_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="expert_drawn_once", fields=["case", "expert"])]

    def __str__(self) -> str:
        return f"{self.case_id} {self.expert}"
