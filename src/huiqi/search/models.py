"""What the library finds: one row for each document, clause and measure.

The words themselves stand beside, in the table `search_words`, in the form of the database: FTS5 for SQLite,
a `tsvector` with a GIN index for PostgreSQL (see `word_index.py`).
"""

from django.db import models
from django.db.models import F, Q


class Kind(models.TextChoices):
    """What a row is about."""

    MEASURE = "measure"
    POLICY = "policy"
    CLAUSE = "clause"


class Entry(models.Model):
    """One thing that can be found, with what it can be narrowed down by. Made from packs, never edited."""

    kind = models.CharField(max_length=8, choices=Kind.choices)
    pack = models.CharField(max_length=80)
    name = models.CharField(max_length=120)  # id in the pack, once for each version; empty for the document
    position = models.PositiveIntegerField()  # the order of packs, clauses and measures
    title_zh = models.TextField()
    title_en = models.TextField()
    body_zh = models.TextField()
    body_en = models.TextField()
    level = models.CharField(max_length=12)
    region = models.CharField(max_length=6)  # prefix of the GB/T 2260 code; empty for the nation
    audience = models.CharField(max_length=40)
    award = models.CharField(max_length=40)
    matter = models.CharField(max_length=80)
    clause = models.CharField(max_length=80)
    departments = models.TextField()  # |市财政局|市科技局|
    first = models.DateField(null=True)  # the days on which it holds, both included
    last = models.DateField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "pack", "name", "first"], name="entry_stands_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["measure", "policy", "clause"]), name="entry_has_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(first__isnull=True) | Q(last__isnull=True) | Q(first__lte=F("last")),
                name="entry_begins_before_it_ends",
            ),
        ]
        indexes = [models.Index(fields=["kind", "position"], name="entry_by_kind")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.pack}/{self.name}" if self.name else f"{self.kind}:{self.pack}"


class IndexState(models.Model):
    """What the rows were made from: one row, whose mark differs once packs or texts change."""

    mark = models.CharField(max_length=64)
    entries = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.entries} entries of {self.mark[:12]}"
