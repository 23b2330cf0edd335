"""Reads of deliveries and versions, as far as an actor's department and region reach."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from huiqi.access.actor import Actor
from huiqi.intakes.models import Change, Intake, KeptMapping
from huiqi.intakes.places import register_folder
from huiqi.registry.versions import Version, versions_of


def intakes_of(actor: Actor) -> QuerySet[Intake]:
    """Those of one's department and region, newest first."""
    found = Intake.objects.filter(authority=actor.authority, region__startswith=actor.region)
    return found.order_by("-pk")


def waiting_for(actor: Actor) -> QuerySet[Intake]:
    """What a head has to decide: submitted, by somebody else."""
    return intakes_of(actor).filter(Q(state="submitted") & ~Q(submitted_by=actor.name))


def sources_of(actor: Actor) -> list[str]:
    """Names of sources whose columns were named before."""
    kept = KeptMapping.objects.filter(authority=actor.authority).order_by("source")
    return list(kept.values_list("source", flat=True)[:100])


@dataclass(frozen=True, slots=True)
class Standing:
    """A version on disk, with how it came to count; none where it was published elsewhere."""

    version: Version
    change: Change | None


def versions() -> list[Standing]:
    """All versions on disk, those that came to count last first."""
    latest: dict[str, Change] = {}
    for change in Change.objects.select_related("intake").order_by("pk"):
        latest[change.version] = change
    found = [Standing(v, latest.get(v.name)) for v in versions_of(register_folder())]
    return sorted(found, key=lambda s: (s.change.pk if s.change else 0, s.version.name), reverse=True)


def changes() -> QuerySet[Change]:
    return Change.objects.select_related("intake").order_by("-pk")
