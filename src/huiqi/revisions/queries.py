"""Reads of revisions."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from huiqi.access.actor import Actor
from huiqi.packs.types import Library, Pack
from huiqi.revisions.check import Checked, check
from huiqi.revisions.models import Revision, State


def revisions_for(actor: Actor) -> QuerySet[Revision]:
    """All that concern packs of the actor's region, newest first; drafts only to their author."""
    found = Revision.objects.filter(region__startswith=actor.region)
    return found.exclude(~Q(author=actor.name), state=State.DRAFT).order_by("-pk")


def packs_for(actor: Actor, library: Library) -> Sequence[Pack]:
    """Packs with measures whose rules the actor may change: those of the own region and below."""
    return [p for p in library.packs.values() if p.measures and actor.reaches(party="", region=p.region)]


def checked(revision: Revision, library: Library) -> Checked | None:
    """The check of a revision as it stands; None where its pack is gone."""
    pack = library.packs.get(revision.pack)
    if pack is None:
        return None
    return check(
        library,
        pack,
        revision.measure,
        text=revision.new_text,
        tests=revision.new_tests,
        test_file=revision.test_file,
    )
