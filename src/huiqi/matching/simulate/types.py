"""The nouns of a simulation: two sets of rules, what happens to a party between them, and the sums of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from huiqi.base.bilingual import Bilingual
from huiqi.measures.combine import Matter, Standing
from huiqi.measures.types import Measure, Rulebook

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Everything that holds together on one side: as it is (baseline), or as it would be (draft)."""

    measures: tuple[Measure, ...]
    rulebooks: Mapping[str, Rulebook]
    matters: Mapping[str, Matter]
    standings: Mapping[str, Standing]


class Fate(IntEnum):
    """What happens to a party under one measure. Each party has exactly one.

    `GAINS` and `LOSES` are certain whatever the missing facts are. The `MAY_` ones hang on a missing fact and
    are never counted with them.
    """

    NOTHING = 0  # entitled on neither side, or not concerned
    GAINS = 1
    LOSES = 2
    MORE = 3  # entitled on both sides, the figure rises
    LESS = 4
    SAME = 5
    UNPRICED = 6  # entitled on both sides, a fact for the figure is missing
    MAY_GAIN = 7
    MAY_LOSE = 8
    MAY_EITHER = 9  # a missing fact decides which


FATES: Final[Mapping[Fate, Bilingual]] = {
    Fate.GAINS: Bilingual("新符合", "gain"),
    Fate.LOSES: Bilingual("不再符合", "lose"),
    Fate.MORE: Bilingual("金额增加", "amount rises"),
    Fate.LESS: Bilingual("金额减少", "amount falls"),
    Fate.SAME: Bilingual("不变", "unchanged"),
    Fate.UNPRICED: Bilingual("金额待定", "amount open"),
    Fate.MAY_GAIN: Bilingual("可能新符合", "may gain"),
    Fate.MAY_LOSE: Bilingual("可能不再符合", "may lose"),
    Fate.MAY_EITHER: Bilingual("可能增减", "may gain or lose"),
}
"""The fates that are counted and shown, in their order."""


class Purse(IntEnum):
    """What happens to what a party costs the treasury, all simulated measures together."""

    NOTHING = 0
    BEGINS = 1  # costs nothing before, something after
    ENDS = 2
    MORE = 3
    LESS = 4
    SAME = 5


@dataclass(frozen=True, slots=True)
class Bounds:
    """A count that missing facts leave open: at least `low`, at most `high`."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Cost:
    """Yuan of the parties surely entitled, exact. `unpriced` parties are entitled to something without a figure."""

    before: Decimal = Decimal(0)
    after: Decimal = Decimal(0)

    @property
    def difference(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class MeasureResult:
    """One measure that the draft touches, over the whole register."""

    key: str
    title: Bilingual
    fates: Mapping[Fate, int]
    cost: Cost  # of this measure alone, before it is combined with others
    has_cost: bool  # does the measure say what it costs?
    is_ceiling: bool  # the figure is the most that may be given
    is_new: bool = False
    is_dropped: bool = False  # not in the draft, or out of its period

    @property
    def gains(self) -> Bounds:
        low = self.fates[Fate.GAINS]
        return Bounds(low, low + self.fates[Fate.MAY_GAIN] + self.fates[Fate.MAY_EITHER])

    @property
    def losses(self) -> Bounds:
        low = self.fates[Fate.LOSES]
        return Bounds(low, low + self.fates[Fate.MAY_LOSE] + self.fates[Fate.MAY_EITHER])


@dataclass(slots=True)
class Cell:
    """Sums over the parties of one industry, size class or place. Money in fen."""

    fates: Counts  # measures × fates
    purses: Counts
    before: int = 0
    after: int = 0

    @classmethod
    def empty(cls, measures: int) -> "Cell":
        return cls(np.zeros((measures, len(Fate)), np.int64), np.zeros(len(Purse), np.int64))


@dataclass(frozen=True, slots=True)
class NearMiss:
    """Parties that fail one condition of a measure under the draft and meet all others.

    `bands` counts those that figures alone would bring in, by how far they miss in proportion to the
    threshold, in the order of `near.BANDS`; `other` what no figure mends; `open_` where a fact is missing.
    """

    measure: str
    condition: str
    said: Bilingual  # the condition in plain words
    clause: str
    bands: tuple[int, ...]
    other: int
    open_: int


@dataclass(frozen=True, slots=True)
class Simulation:
    """What a draft would change, over a register as of a day."""

    register: Mapping[str, object]  # source, version, as_of, synthetic
    as_of: date
    changes: tuple[str, ...]
    parties: int
    measures: tuple[MeasureResult, ...]
    beside: tuple[str, ...]  # measures simulated because they share a matter with a touched one
    cost: Cost  # all simulated measures together, the better one and not twice
    purses: Mapping[Purse, int]
    cells: Mapping[str, Mapping[str, Cell]]  # dimension → code → sums
    near: tuple[NearMiss, ...]
    uncosted: tuple[str, ...] = ()  # simulated measures that do not say what they cost
    unpriced: tuple[int, int] = (0, 0)  # parties entitled to a costed measure whose figure is missing
    labels: Mapping[str, Mapping[str, Bilingual]] = field(default_factory=dict)
