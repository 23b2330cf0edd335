"""How often somebody may ask in a minute, counted together by all processes, without a write for every request.

A process takes a share of what is left of the minute and answers from it; the less is left, the smaller the share, so
that all together never answer more than is allowed, and little is left lying with one of them. Not a deed: nothing is
kept beyond some minutes.
"""

from typing import Final

from django.db import IntegrityError, transaction

from huiqi.keys.models import Allowance

SHARE: Final = 4
"""A process takes this part of what is left."""
KEPT_MINUTES: Final = 5
MOST_TRIES: Final = 20


def take_share(who: str, *, minute: int, most: int) -> int:
    """How many requests more a process may answer now; 0 once the minute's are gone.

    Args:
        who: a key, or an address.
        most: the requests of a minute.
    """
    for _ in range(MOST_TRIES):
        row = Allowance.objects.filter(who=who).first()
        if row is None:
            share = share_of(most)
            try:
                with transaction.atomic():
                    Allowance.objects.create(who=who, minute=minute, taken=share)
            except IntegrityError:  # another process was first
                continue
            return share
        taken = row.taken if row.minute == minute else 0
        share = share_of(most - taken)
        if share == 0:
            return 0
        as_read = Allowance.objects.filter(pk=row.pk, minute=row.minute, taken=row.taken)
        if as_read.update(minute=minute, taken=taken + share):
            return share
    return 0


def share_of(left: int) -> int:
    """
    >>> [share_of(left) for left in (60, 45, 5, 2, 1, 0, -3)]
    [15, 11, 1, 1, 1, 0, 0]
    """
    return max(1, left // SHARE) if left > 0 else 0


def forget_past(*, minute: int) -> int:
    """Addresses are not kept: rows of minutes that are over go."""
    return Allowance.objects.filter(minute__lt=minute - KEPT_MINUTES).delete()[0]
