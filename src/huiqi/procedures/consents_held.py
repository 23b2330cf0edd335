"""What a bank or agency holds in consents (授权登记): who lets it see what until when, and how it used that."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from huiqi.access.models import Membership
from huiqi.access.permissions import Role
from huiqi.dossiers.models import Consent, Viewing
from huiqi.dossiers.queries import consents_ended, firms_that_agreed, viewings_on_behalf

OUTSIDE: tuple[str, ...] = (Role.BANK, Role.AGENCY)


@dataclass(frozen=True, slots=True)
class Held:
    """A consent with the looks that were had under it."""

    consent: Consent
    looks: int
    last: datetime | None


def consents_held(audience: str, *, on: date, ended: bool = False, words: str = "") -> QuerySet[Consent]:
    """Those in force on a day by the name of the firm, or those that ended, newest first."""
    if ended:
        return consents_ended(audience, on=on, words=words)
    return firms_that_agreed(audience, on=on, words=words)


def looks_had(audience: str) -> QuerySet[Viewing]:
    """What the people of a bank or agency looked at on its behalf, newest first; of others nothing."""
    people = Membership.objects.filter(party=audience, role__in=OUTSIDE).values("user__username")
    return viewings_on_behalf(audience).filter(by__in=people, role__in=OUTSIDE)


def with_looks(consents: list[Consent], audience: str) -> list[Held]:
    """How often, and when last, each firm's file was looked at while a consent lasted; one read for all."""
    seen: dict[str, list[datetime]] = {}
    looks = looks_had(audience).filter(party__in=[consent.party for consent in consents])
    for party, at in looks.values_list("party", "at"):
        seen.setdefault(party, []).append(at)
    found = []
    for consent in consents:
        under = [at for at in seen.get(consent.party, ()) if was_under(consent, at)]
        found.append(Held(consent, len(under), max(under, default=None)))
    return found


def was_under(consent: Consent, at: datetime) -> bool:
    return consent.given_at <= at and (consent.withdrawn_at is None or at <= consent.withdrawn_at)
