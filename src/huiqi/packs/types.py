"""What a folder of YAML comes to: one checked pack, and all packs together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from huiqi.base.bilingual import Bilingual
from huiqi.cases.types import CaseType, TimeLimit
from huiqi.duties.types import Duty
from huiqi.exchange.types import Event, Exchange
from huiqi.funds.types import Fund
from huiqi.indicators.types import Indicator, Target
from huiqi.measures.combine import Matter, Standing
from huiqi.measures.declare import FactModel, MeasureModel
from huiqi.measures.expressions import Value
from huiqi.measures.scores import ScoreModel
from huiqi.measures.types import Measure, Period, Rulebook
from huiqi.packs.templates import Template
from huiqi.registers.types import Register
from huiqi.systems.types import System


@dataclass(frozen=True, slots=True)
class ClauseSummary:
    """A clause in our own words; the official ones come from the imported document."""

    id: str
    label: str | None
    section: str | None
    title: str | None
    kinds: tuple[str, ...]
    summary: Bilingual
    parent: str | None = None  # the clause it stands under
    orders_nothing: Bilingual | None = None  # why nothing can be bound to it


@dataclass(frozen=True, slots=True)
class Expectation:
    verdict: str | None
    amount: Fraction | None
    has_amount: bool  # `amount: null` is an expectation too
    missing: tuple[str, ...] | None
    also: Mapping[str, object]
    value: object  # of a derived fact


@dataclass(frozen=True, slots=True)
class Example:
    """A test of a pack: given these facts, a measure (or a derived fact) comes out like this."""

    name: str
    where: str
    measure: str | None  # id within the pack
    fact: str | None  # or a derived fact
    as_of: date | None
    given: Mapping[str, Value]
    expect: Expectation
    why: str | None


@dataclass(frozen=True, slots=True)
class Pack:
    """One policy document, executable."""

    id: str
    version: str
    number: str | None
    title: Bilingual
    issuer: str
    level: str
    jurisdiction: Bilingual
    region: str
    signed: date | None
    in_force: Period
    requires: tuple[str, ...]
    bodies: tuple[str, ...]  # beside the register of authorities
    standing: Standing
    clauses: Mapping[str, ClauseSummary]
    rulebook: Rulebook
    own_facts: tuple[str, ...]
    matters: Mapping[str, Matter]
    measures: Mapping[str, Measure]  # by id within the pack
    examples: tuple[Example, ...]
    written: Mapping[str, MeasureModel] = field(default_factory=dict)  # the measures as their files have them
    written_facts: Mapping[str, FactModel] = field(default_factory=dict)  # and the pack's own fact kinds
    registers: Mapping[str, Register] = field(default_factory=dict)
    cases: Mapping[str, CaseType] = field(default_factory=dict)
    funds: Mapping[str, Fund] = field(default_factory=dict)
    exchanges: Mapping[str, Exchange] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    time_limits: Mapping[str, TimeLimit] = field(default_factory=dict)
    targets: Mapping[str, Target] = field(default_factory=dict)
    duties: Mapping[str, Duty] = field(default_factory=dict)
    systems: Mapping[str, System] = field(default_factory=dict)
    templates: Mapping[tuple[str, str], Template] = field(default_factory=dict)  # by noun and id, own ones
    written_scores: Mapping[str, ScoreModel] = field(default_factory=dict)  # own ones
    is_unfinished: bool = False  # some `todo` is left in its files

    def part_names(self, noun: str) -> frozenset[str]:
        """The ids of a noun this pack declares, as `registers` or `cases`."""
        return frozenset(getattr(self, noun))


@dataclass(frozen=True, slots=True)
class Library:
    """All packs, in the order in which they require each other."""

    packs: Mapping[str, Pack] = field(default_factory=dict)

    def measures(self) -> Iterator[Measure]:
        for pack in self.packs.values():
            yield from pack.measures.values()

    def measure(self, key: str) -> Measure | None:
        """A measure by its full name ``pack/id``."""
        slug, _, name = key.rpartition("/")
        pack = self.packs.get(slug)
        return pack.measures.get(name) if pack else None

    def rulebooks(self) -> dict[str, Rulebook]:
        return {slug: pack.rulebook for slug, pack in self.packs.items()}

    def matters(self) -> dict[str, Matter]:
        """Matters by id; caps of the same matter in several packs stand together."""
        found: dict[str, Matter] = {}
        for pack in self.packs.values():
            for matter in pack.matters.values():
                found.setdefault(matter.id, matter)
        return found

    def standings(self) -> dict[str, Standing]:
        return {slug: pack.standing for slug, pack in self.packs.items()}
