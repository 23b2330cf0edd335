"""Who may enter a register by its rule: kept from one night to the next, until the keeper enters them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from huiqi.audit.actions import record_deed
from huiqi.registers.entries import key_of
from huiqi.registers.types import Register
from huiqi.rolls.actions import locked
from huiqi.rolls.models import Entry, Proposal


@dataclass(frozen=True, slots=True)
class Proposed:
    """A party that fits."""

    party: str
    name: str
    region: str


@transaction.atomic
def put_proposals(register: Register, found: Iterable[Proposed], *, by: str, at: datetime, on: date) -> int:
    """These fit now and no others; how many are new. Who stands in the register already is left out."""
    roll = locked(register)
    standing = set(Entry.objects.filter(register=roll, left_on=None).values_list("party", flat=True))
    wanted = {one.party: one for one in found if one.party not in standing}
    kept = set(Proposal.objects.filter(register=roll).values_list("party", flat=True))
    gone = sorted(kept - wanted.keys())
    for start in range(0, len(gone), 500):
        Proposal.objects.filter(register=roll, party__in=gone[start : start + 500]).delete()
    fresh = [one for party, one in wanted.items() if party not in kept]
    Proposal.objects.bulk_create(
        (
            Proposal(register=roll, party=p.party, name=p.name[:200], region=p.region, found_on=on)
            for p in fresh
        ),
        batch_size=1_000,
    )
    if fresh or gone:
        detail = {"fit": len(wanted), "new": len(fresh), "gone": len(gone)}
        record_deed("rolls.entries.proposed", f"register:{key_of(register)}", by=by, at=at, detail=detail)
    return len(fresh)


def proposals_in(register: Register) -> QuerySet[Proposal]:
    """Who may enter and does not stand in it yet; entered since last night are left out."""
    key = key_of(register)
    standing = Entry.objects.filter(register__key=key, left_on=None).values("party")
    return (
        Proposal.objects.filter(register__key=key).exclude(party__in=standing).order_by("-found_on", "name")
    )
