"""What rules stand on (fact kinds, parameters), what a pack offers (measures), and the answer (verdicts)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Literal

from huiqi.base.bilingual import Bilingual
from huiqi.measures.expressions import ANY, Domain, FactRef, Node, Type, Value

About = Literal["party", "claim"]
Computable = Literal["full", "eligibility_only", "not"]
Stage = Literal["deduction", "exempt_income", "rate"]
AS_OF = "as_of"
"""The fact every evaluation with a day has: that day."""


@dataclass(frozen=True, slots=True)
class FactKind:
    """A kind of statement about a party or a claim, 要素."""

    name: str
    type: Type
    label: Bilingual
    about: About = "party"
    judged: bool = False  # only a person can say
    unit: str | None = None
    domain: Domain = ANY
    values: Mapping[str, Bilingual] = field(default_factory=dict)  # labels of an enum
    formula: Node | None = None  # a derived fact: used where no value is stated
    clause: str | None = None  # of the formula
    source: str | None = None
    unverified: bool = False  # the source has not been seen
    pack: str = ""  # the pack that declares it

    @property
    def reference(self) -> FactRef:
        return FactRef(self.name, self.type, self.domain)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dated figure from outside the document: a statutory rate, a benchmark."""

    name: str
    type: Type
    label: Bilingual
    source: str
    values: tuple[tuple[date, Fraction], ...]  # first day → value, in order
    unverified: bool = False

    def on(self, day: date) -> Fraction | None:
        """The value in force on a day, None before the first."""
        held = [value for first, value in self.values if first <= day]
        return held[-1] if held else None


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must hold, on its own clause."""

    id: str
    when: Node
    clause: str


@dataclass(frozen=True, slots=True)
class Period:
    """The days on which something holds; both ends included, None for open."""

    first: date | None = None
    last: date | None = None
    source: str | None = None

    def holds_on(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Award:
    """What a measure gives. Expressions give numbers in `unit`; `value` is in yuan."""

    kind: str
    unit: str | None
    amount_is: Bilingual | None = None
    amount: Node | None = None
    per: Bilingual | None = None
    ceiling: bool = False  # the amount is the most that may be given; an authority sets it
    if_known: bool = False  # the amount is given when its facts are known; they are not asked for
    zero_if_not: bool = False  # not entitled: 0 rather than no amount
    value: Node | None = None
    also: Mapping[str, Node] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measure:
    """A support measure, 政策措施."""

    id: str  # within its pack
    pack: str
    title: Bilingual
    clause: str
    audience: str
    computable: Computable
    conditions: tuple[Condition, ...]
    award: Award
    decided_by: tuple[str, ...] = ()
    period: Period = field(default_factory=Period)
    region: str = ""  # prefix of the GB/T 2260 code it holds in
    matter: str | None = None
    stage: Stage | None = None
    adjusts: Mapping[str, Node] = field(default_factory=dict)
    open: tuple[Bilingual, ...] = ()
    note: Bilingual | None = None
    claim: Mapping[str, object] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The name of the measure everywhere outside its pack."""
        return f"{self.pack}/{self.id}"


@dataclass(frozen=True, slots=True)
class Band:
    """One step of a row: so many points where this holds and none of the bands before it does."""

    when: Node
    points: Fraction
    label: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One row of a scoring table, 评分指标; its points are the derived fact `fact`."""

    fact: str
    label: Bilingual
    clause: str
    most: Fraction
    bands: tuple[Band, ...]  # the first that holds counts; with `adds` all that hold, up to `most`
    otherwise: Fraction = Fraction(0)
    adds: bool = False
    counted: Node | None = None  # points worked out, where they are not given by bands
    group: str | None = None
    open: Bilingual | None = None  # what the source leaves open


@dataclass(frozen=True, slots=True)
class ScoreGroup:
    """Rows added up; `weight` is what a point of them counts in the total."""

    fact: str
    label: Bilingual
    most: Fraction
    minimum: Fraction | None = None
    weight: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Veto:
    """A condition that makes the total nothing, 一票否决."""

    when: Node
    label: Bilingual
    clause: str


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """A scoring table, 评分表: the derived fact `fact` is its total."""

    fact: str
    title: Bilingual
    clause: str
    most: Fraction
    rows: tuple[ScoreRow, ...]
    groups: tuple[ScoreGroup, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    source: str | None = None
    unverified: bool = False
    pack: str = ""

    @property
    def facts(self) -> tuple[str, ...]:
        """The total, the subtotals, the points of the rows, and what stands beside them."""
        beside = [f"{self.fact}__{name}" for name in ("minima", "vetoed")]
        return (self.fact, *(g.fact for g in self.groups), *(r.fact for r in self.rows), *beside)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What the rules of one pack stand on."""

    pack: str
    kinds: Mapping[str, FactKind]
    parameters: Mapping[str, Parameter]
    first_day: date  # parameters are taken of this day where no day is given
    scores: Mapping[str, ScoreTable] = field(default_factory=dict)  # by the name of the total


class VerdictKind(StrEnum):
    """The answer for one party and one measure, 认定结果."""

    ELIGIBLE = "eligible"
    CLAIMABLE = "claimable"  # the party fits, the claim has yet to happen
    REVIEW = "review"  # a person must judge
    UNKNOWN = "unknown"  # a fact about the party is missing
    INELIGIBLE = "ineligible"
    OUT_OF_SCOPE = "out_of_scope"  # another audience, place or time


class Outcome(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reason:
    """How one condition came out."""

    condition: str
    outcome: Outcome
    clause: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of a measure for a party, with its reasons."""

    measure: str  # Measure.key
    kind: VerdictKind
    amount: Fraction | None = None
    value: Fraction | None = None
    missing: tuple[str, ...] = ()
    also: Mapping[str, Value] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    faults: tuple[str, ...] = ()  # operations that had no result
