"""A named platform or mechanism of a document: a composition of what the other nouns declare."""

from dataclasses import dataclass, fields
from enum import StrEnum

from huiqi.base.bilingual import Bilingual


class Ability(StrEnum):
    """What the platform itself does for every document, without a declaration."""

    POLICY_LIBRARY = "policy_library"  # documents, clauses, measures, explained and searched
    MATCHING = "matching"  # every party against every measure
    NOTICES = "notices"  # pushes to those whom something fits
    SIZE_CLASS = "size_class"  # 划型
    ENTERPRISE_FILE = "enterprise_file"  # 一企一档
    TARGET_BOARD = "target_board"  # targets against what was measured
    DUTY_BOARD = "duty_board"  # who had to do what
    PUBLIC_PAGES = "public_pages"


@dataclass(frozen=True, slots=True)
class Parts:
    """Ids of what a system is made of, within the pack or the packs it requires."""

    registers: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    funds: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    exchanges: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    time_limits: tuple[str, ...] = ()
    abilities: tuple[Ability, ...] = ()

    def names(self) -> tuple[tuple[str, str], ...]:
        """Every part as (list, id)."""
        return tuple((item.name, name) for item in fields(self) for name in getattr(self, item.name))


@dataclass(frozen=True, slots=True)
class System:
    """A system, 系统、机制."""

    id: str
    pack: str
    name: Bilingual
    clauses: tuple[str, ...]
    what: Bilingual
    users: tuple[str, ...]  # kinds of party and authorities
    parts: Parts
    is_organisational: bool
    why: Bilingual | None  # why it needs no more than duties

    @property
    def is_declared(self) -> bool:
        """Does it say what it is made of, or why it is only organisational?"""
        return self.is_organisational if self.why else bool(running_parts(self.parts))


def running_parts(parts: Parts) -> tuple[str, ...]:
    """The parts that do something: duties, targets and time limits alone are no system."""
    return tuple(name for noun, name in parts.names() if noun not in ("duties", "targets", "time_limits"))
