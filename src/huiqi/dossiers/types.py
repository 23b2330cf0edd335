"""A firm's file (一企一档) as it stands on a day: every fact with its value, source and day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from huiqi.base.bilingual import Bilingual
from huiqi.dossiers.groups import NAMES, Group
from huiqi.matching.party import Party
from huiqi.measures.expressions import Value
from huiqi.measures.types import FactKind


class Standing(StrEnum):
    """What a recorded fact counts for."""

    DECLARED = "declared"  # by the firm, where the register knows nothing: counts, and says so
    PROPOSED = "proposed"  # a correction that waits for a decision: does not count yet
    ACCEPTED = "accepted"  # by an officer: counts over the register
    REFUSED = "refused"


STANDING_NAMES = {
    Standing.DECLARED: Bilingual("企业填报", "Stated by the firm"),
    Standing.PROPOSED: Bilingual("待核实", "Waiting for a decision"),
    Standing.ACCEPTED: Bilingual("已核实更正", "Correction accepted"),
    Standing.REFUSED: Bilingual("未采纳", "Not accepted"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact that is known of the firm."""

    fact: str  # column of the register
    label: Bilingual
    unit: str
    value: Value
    words: Bilingual
    group: Group
    source: str
    as_of: date
    standing: Standing | None = None  # None: as the register has it
    recorded: int | None = None  # key of the recorded fact it comes from
    instead_of: Bilingual | None = None  # what the register says otherwise


@dataclass(frozen=True, slots=True)
class Section:
    """The facts of one group."""

    group: Group
    entries: tuple[Entry, ...]

    @property
    def name(self) -> Bilingual:
        return NAMES[self.group]


@dataclass(frozen=True, slots=True)
class Dossier:
    """A firm's file; `party` holds its facts as the rules take them."""

    party: Party
    entries: tuple[Entry, ...]
    unknown: tuple[FactKind, ...]  # columns of the register that are empty for this firm
    source: str
    register_day: date
    is_synthetic: bool

    def sections(self, groups: frozenset[Group] = frozenset(Group)) -> tuple[Section, ...]:
        """The file by group, empty groups left out; with `groups` these alone."""
        found = ((g, tuple(e for e in self.entries if e.group is g)) for g in Group if g in groups)
        return tuple(Section(group, entries) for group, entries in found if entries)

    def entry(self, fact: str) -> Entry | None:
        return next((e for e in self.entries if e.fact == fact), None)


@dataclass(frozen=True, slots=True)
class Overlaid:
    """A fact as it lies over the register: one that was recorded, or one that an entry of a register makes known."""

    key: int | None  # of the recorded fact
    fact: str
    value: Value
    as_of: date
    source: str
    standing: Standing | None = None  # None: by an entry


Overlay = Mapping[str, Overlaid]


@dataclass(frozen=True, slots=True)
class Layers:
    """What is known of a firm beside the register, by column."""

    entered: Overlay = field(default_factory=dict)  # by entries of lists (名录)
    official: Overlay = field(default_factory=dict)  # accepted corrections that hold over this register
    declared: Overlay = field(default_factory=dict)  # what the firm stated

    @property
    def facts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.entered, *self.official, *self.declared)))

    def over(self, fact: str) -> tuple[Overlaid | None, bool]:
        """What lies over the register's value of a fact, and whether it counts only where the register is silent.

        This alone says which value wins, for a firm's file and for a match run. What an entry of a list makes known
        comes first: who keeps the list decided it. An accepted correction stands instead of what the register
        says; what the firm stated itself fills what the register does not know.
        """
        instead = self.entered.get(fact) or self.official.get(fact)
        if instead is not None:
            return instead, False
        return self.declared.get(fact), True
