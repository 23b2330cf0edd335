"""Reads of lists, as far as an actor's department and region reach."""

from pathlib import Path

from django.db.models import Q, QuerySet

from huiqi.access.actor import Actor
from huiqi.pushes.models import PushedFirm, PushList
from huiqi.pushes.tables import list_path
from huiqi.pushes.types import Answer, State


def lists_of(actor: Actor) -> QuerySet[PushList]:
    """Those of one's department and region, newest first."""
    return PushList.objects.filter(authority=actor.authority, region__startswith=actor.region).order_by("-pk")


def waiting_for(actor: Actor) -> QuerySet[PushList]:
    """What a head has to confirm: prepared, by somebody else."""
    own = Q(prepared_by=actor.name) | Q(drawn_up_by=actor.name)
    return lists_of(actor).filter(Q(state=State.PREPARED) & ~own)


def sent_files(measure: str) -> list[Path]:
    """Files of the lists of a measure that went out, of whatever department."""
    keys = PushList.objects.filter(measure=measure, state__in=[State.SENDING, State.SENT])
    return [path for key in keys.values_list("pk", flat=True) if (path := list_path(key)).exists()]


def claimed_by(measure: str) -> list[str]:
    """Credit codes of the firms that are known to have claimed a measure after they were told."""
    found = PushedFirm.objects.filter(measure=measure, answer=Answer.CLAIMED)
    return list(found.values_list("party", flat=True).distinct())


def left_out_of(push: PushList) -> dict[str, str]:
    """Credit code → why."""
    return dict(push.exclusions.values_list("party", "reason"))


def answers_to(push: PushList, parties: list[str]) -> dict[str, str]:
    """What firms of a page did."""
    return dict(push.pushed.filter(party__in=parties).values_list("party", "answer"))
