"""Offers against needs (供需对接) and events (活动): who may post, what fits, what came of it."""

from dataclasses import dataclass
from enum import StrEnum

from huiqi.base.bilingual import Bilingual
from huiqi.base.periods import Cadence, Duration
from huiqi.forms.types import Field, Rule


class Booking(StrEnum):
    """How an offer is taken."""

    REPLY = "reply"  # the two sides answer each other
    ORDER = "order"  # the offer is ordered as it stands
    SLOT = "slot"  # a time is booked: instruments, desks, rooms


@dataclass(frozen=True, slots=True)
class Side:
    """What one side posts."""

    posted_by: tuple[str, ...]  # kinds of party
    fields: tuple[Field, ...]
    only_from: str | None = None  # a register the poster must stand in
    checked_by: tuple[str, ...] = ()  # authorities that look before it is shown
    holds_for: Duration | None = None  # then it must be renewed


@dataclass(frozen=True, slots=True)
class Exchange:
    """A place where offers meet needs. Rules name fields as `offer_…` and `need_…`."""

    id: str
    pack: str
    title: Bilingual
    clauses: tuple[str, ...]
    offers: Side
    needs: Side
    fits: tuple[Rule, ...]  # all must hold; an unknown leaves the pair "possible"
    rank: Rule | None  # larger first
    booking: Booking
    answer_within: Duration | None
    leads_to: str | None  # the case type a match opens
    result: tuple[Field, ...]  # what is recorded of a match
    operator: tuple[str, ...]
    template: str | None = None
    note: Bilingual | None = None


class EventKind(StrEnum):
    """What an event is."""

    TRAINING = "training"
    FAIR = "fair"
    MATCHMAKING = "matchmaking"
    RECEPTION = "reception"  # 接待日、走访
    CONTEST = "contest"
    PUBLICITY = "publicity"
    MEETING = "meeting"


class Proof(StrEnum):
    """How attendance is recorded."""

    SIGN_IN = "sign_in"
    HOST_LIST = "host_list"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Event:
    """A kind of event that is held once or again and again, 活动."""

    id: str
    pack: str
    title: Bilingual
    clauses: tuple[str, ...]
    kind: EventKind
    hosts: tuple[str, ...]
    audience: tuple[str, ...]  # kinds of party
    cadence: Cadence
    enrolment: tuple[Field, ...]
    may_enrol: Rule | None
    capacity: int | None
    is_free: bool
    attendance: Proof
    certificate: Bilingual | None  # given to those who attended
    result: tuple[Field, ...]  # recorded per attendance
    asks_satisfaction: bool
    opens: str | None  # the case type an attendance opens
    template: str | None = None
    note: Bilingual | None = None
