"""What is measured, how, and what is to be reached."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from huiqi.base.bilingual import Bilingual
from huiqi.base.periods import Cadence
from huiqi.forms.types import Rule


class Take(StrEnum):
    """How single entries become one figure."""

    COUNT = "count"
    DISTINCT = "distinct"  # parties, each once
    SUM = "sum"
    AVERAGE = "average"
    MEDIAN = "median"
    LARGEST = "largest"
    LATEST = "latest"
    FORMULA = "formula"  # of the sums of fields
    DIFFUSION = "diffusion"  # 扩散指数: 100 + share of better minus share of worse
    INDEX = "index"  # 指数: the latest figure over that of the base round, times 100


class Over(StrEnum):
    """What is counted or summed."""

    REGISTER = "register"
    CASE = "case"
    FUND = "fund"
    EXCHANGE = "exchange"
    EVENT = "event"
    PARTIES = "parties"  # everyone in the register of enterprises
    RETURN = "return"  # what authorities or parties report by a case of purpose return
    AUTHORITY = "authority"  # a figure an authority states


@dataclass(frozen=True, slots=True)
class Measurement:
    """A figure, from where and how it is taken."""

    take: Take
    over: Over
    of: tuple[str, ...]  # the id of the register, case type, fund …; authorities; kinds of party
    what: str | None = None  # the field, fact or movement that is summed
    formula: Rule | None = None  # each field in it stands for its sum
    where: Rule | None = None
    during: Cadence | None = None  # only entries of the round; None: all up to the day
    before: bool = False  # of the round before


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator, 指标. With a denominator it is the ratio of the two (or growth over it)."""

    id: str
    pack: str
    title: Bilingual
    clauses: tuple[str, ...]
    unit: str
    numerator: Measurement
    denominator: Measurement | None
    is_growth: bool  # numerator over denominator, minus 1
    cadence: Cadence
    stated_by: tuple[str, ...]
    breakdown: tuple[str, ...]  # facts or fields by which it is shown
    published: bool
    template: str | None = None
    note: Bilingual | None = None


class TargetKind(StrEnum):
    """How a target is to be read."""

    STOCK = "stock"  # so many there on the day
    YEARLY_ADDITION = "yearly_addition"  # so many more, or so much, every year
    GROWTH = "growth"
    DOUBLING = "doubling"
    AT_LEAST = "at_least"  # so many, counted from the start
    SHARE = "share"
    CEILING = "ceiling"  # no more than


@dataclass(frozen=True, slots=True)
class TargetValue:
    """What is to be reached when. `up_to` is the upper end where the text names a range."""

    value: Fraction
    up_to: Fraction | None = None
    by: date | None = None  # on this day; None together with `first`: no day is named
    first: date | None = None  # throughout from this day
    last: date | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Base:
    """What growth is measured against."""

    of: str
    value: Fraction | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A target of a document, 目标."""

    id: str
    pack: str
    clause: str
    indicator: Bilingual
    unit: str
    kind: TargetKind
    cmp: str  # >= > = < <=
    values: tuple[TargetValue, ...]  # empty: the text names no figure
    base: Base | None
    measured_by: str | None  # the id of an indicator
    note: Bilingual | None = None
