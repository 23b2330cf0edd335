"""What somebody asks a list of cases for: filters in the address, and the cases that fit."""

from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from huiqi.access.actor import Actor
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.cases.types import Purpose, Turn
from huiqi.casework.desk_queries import COLOURS, kinds_in, searched
from huiqi.casework.queries import OPEN_TURNS
from huiqi.procedures.next_steps import states_for
from huiqi.web.desk.words import state_name, type_of

LONGEST_WORDS: Final = 60
SHOWS: Final = {
    "waiting": Bilingual("待我办", "Waiting for me"),
    "open": Bilingual("全部在办", "All open"),
    "late": Bilingual("已超期", "Overdue"),
    "done": Bilingual("已办结", "Settled and closed"),
    "all": Bilingual("全部", "All"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of a list, as they stand in the address."""

    show: str = "waiting"
    colour: str = ""
    mine: bool = False
    type: str = ""
    purpose: str = ""
    state: str = ""
    words: str = ""

    def as_filters(self) -> dict[str, str]:
        """Those that are set, for the record of an export."""
        named = {
            "show": self.show, "colour": self.colour, "mine": "yes" if self.mine else "", "type": self.type,
            "purpose": self.purpose, "state": self.state, "words": self.words,
        }  # fmt: skip
        return {name: value for name, value in named.items() if value}


def asked_in(request: HttpRequest, *, otherwise: str = "waiting") -> Asked:
    """What does not exist is not filtered by."""
    show, purpose = request.GET.get("show", ""), request.GET.get("purpose", "")
    colour, key = request.GET.get("colour", ""), request.GET.get("type", "")
    return Asked(
        show if show in SHOWS else otherwise,
        colour if colour in set(COLOURS) else "",
        request.GET.get("mine") == "1",
        key if type_of(key) is not None else "",
        purpose if purpose in set(Purpose) else "",
        request.GET.get("state", "")[:64],
        request.GET.get("q", "").strip()[:LONGEST_WORDS],
    )


def fitting(found: QuerySet[Any], asked: Asked, actor: Actor) -> QuerySet[Any]:
    """The cases of a list that the filters leave, whatever their colour. `found` has `shown`."""
    found = of_kind(found, asked.show, actor)
    if asked.mine:
        found = found.filter(officer=actor.name)
    if asked.type:
        found = found.filter(type=asked.type)
    if asked.purpose:
        found = found.filter(purpose=asked.purpose)
    if asked.state:
        found = found.filter(state=asked.state)
    return searched(found, asked.words)


def of_kind(found: QuerySet[Any], show: str, actor: Actor) -> QuerySet[Any]:
    match show:
        case "waiting":
            return found.filter(waiting_for(actor))
        case "open":
            return found.filter(turn__in=OPEN_TURNS)
        case "late":
            return found.filter(shown="red")
        case "done":
            return found.filter(turn__in=[Turn.SETTLED, Turn.CLOSED])
        case _:
            return found


def waiting_for(actor: Actor) -> Q:
    """Cases in which a step of somebody's own comes next. An expert's own are those not scored yet."""
    mine = Q(pk__in=[])
    if actor.may(Permission.CASE_JUDGE):
        mine |= Q(draws__expert=actor.name, draws__score=None)
    places = (Q(type__in=keys, state__in=list(states)) for states, keys in states_for(actor).items())
    return reduce(Q.__or__, places, mine)


def state_choices(found: QuerySet[Any]) -> list[tuple[str, Bilingual]]:
    """The states that occur, each named once."""
    return sorted({state: state_name(key, state) for key, state in kinds_in(found)}.items())


def type_choices(found: QuerySet[Any]) -> list[tuple[str, Bilingual, bool]]:
    """The case types that occur, by their titles; whether the English one has Chinese in it."""
    keys = {key for key, _ in kinds_in(found)}
    titles = {key: case_type.title for key in keys if (case_type := type_of(key)) is not None}
    rows = [(key, title, not title.en.isascii()) for key, title in titles.items()]
    return sorted(rows, key=lambda row: row[1].zh)
