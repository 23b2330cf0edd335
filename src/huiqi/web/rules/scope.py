"""Whose rules an officer sees: those of packs of the own region and below; everything else is not there (404)."""

from django.http import Http404, HttpRequest

from huiqi.access.guard import actor_of
from huiqi.holdings.current import repository_library
from huiqi.packs.types import Pack
from huiqi.revisions.models import Revision, State


def pack_for(request: HttpRequest, slug: str, measure: str) -> Pack:
    """The pack of a measure as the repository has it. Raises Http404 for another region's."""
    pack = repository_library().packs.get(slug)
    if pack is None or measure not in pack.measures:
        raise Http404
    if not actor_of(request).reaches(party="", region=pack.region):
        raise Http404
    return pack


def revision_for(request: HttpRequest, number: int) -> Revision:
    """A revision in the actor's region; a draft only for its author. Raises Http404."""
    revision = Revision.objects.filter(pk=number).first()
    actor = actor_of(request)
    if revision is None or not actor.reaches(party="", region=revision.region):
        raise Http404
    if revision.state == State.DRAFT and revision.author != actor.name:
        raise Http404
    return revision
