"""Who did what, when (审计). Rows are only ever added, each sealed with the hash of the one before."""

from typing import Any, NoReturn

from django.db import models


class Deed(models.Model):
    """One thing somebody did. It points to nothing that could be deleted."""

    what = models.CharField(max_length=64)  # "dossiers.fact.recorded"
    about = models.CharField(max_length=200)  # a plain reference: "party:913702…"
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    detail = models.JSONField(default=dict)
    before = models.CharField(max_length=64)  # seal of the deed before; empty for the first
    seal = models.CharField(max_length=64, unique=True)  # SHA-256 over `before` and this row

    class Meta:
        indexes = [models.Index(fields=["about", "at"]), models.Index(fields=["by", "at"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by} {self.what} {self.about}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("a deed is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("a deed is never deleted")


class ChainHead(models.Model):
    """The last seal; the row is locked while a deed is added, so that the chain never forks."""

    seal = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.seal
