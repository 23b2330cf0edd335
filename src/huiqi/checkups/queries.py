"""Reads of check-ups."""

from datetime import datetime

from huiqi.checkups.models import KEPT_FOR, Checkup, seal_of


def checkup_of(token: str, *, at: datetime) -> Checkup | None:
    """The check-up that a link opens; None for any other word, and for one that has run out."""
    return Checkup.objects.filter(seal=seal_of(token), last_used_at__gte=at - KEPT_FOR).first()
