"""Lists with entry, grade and exit: agencies, experts, incubators, pools, recognised firms, and lists of things."""

from dataclasses import dataclass
from enum import StrEnum

from huiqi.base.bilingual import Bilingual
from huiqi.base.periods import Cadence, Duration
from huiqi.forms.types import Field, Rule


class Access(StrEnum):
    """Who may look into a register."""

    PUBLIC = "public"  # fields marked public are shown to all
    PARTIES = "parties"  # each party sees its own entry
    CONSENT = "consent"  # others see an entry with the party's consent; every look is logged
    OFFICES = "offices"


@dataclass(frozen=True, slots=True)
class Grade:
    """A level in a register, lowest first."""

    id: str
    title: Bilingual
    when: Rule | None = None  # what an entry must fulfil for it
    term: Duration | None = None  # where it differs from the register's


@dataclass(frozen=True, slots=True)
class Exit:
    """A reason to leave."""

    id: str
    title: Bilingual
    when: Rule | None = None  # leaves by itself when this holds


@dataclass(frozen=True, slots=True)
class Membership:
    """A fact about a party that an entry makes true (or sets), so that rules know of it."""

    fact: str
    value: bool | str
    grades: tuple[str, ...] = ()  # only in these; empty: in all


@dataclass(frozen=True, slots=True)
class Register:
    """A register, 名录、库."""

    id: str
    pack: str
    title: Bilingual
    clauses: tuple[str, ...]
    of: str  # a kind of party or of thing
    keeper: tuple[str, ...]  # authorities
    fields: tuple[Field, ...]
    entry_case: str | None  # the case type that leads in; None: the keeper enters
    may_enter: Rule | None
    enters_by_itself: bool  # the match run proposes whoever may enter
    grades: tuple[Grade, ...]
    exits: tuple[Exit, ...]
    term: Duration | None  # an entry lapses after it unless reviewed
    review: Cadence | None
    access: Access
    makes_known: tuple[Membership, ...]
    capacity: int | None = None
    parent: str | None = None  # the register whose entries these belong to: tenants of a park
    template: str | None = None
    note: Bilingual | None = None
