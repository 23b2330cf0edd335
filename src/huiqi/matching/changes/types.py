"""What differs between two runs: one line a change, and what they come to by measure."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

import pyarrow as pa

from huiqi.matching.engine import PLACES
from huiqi.matching.stored import AMOUNT


class Turn(StrEnum):
    """What became of a party with a measure."""

    GAINED = "gained"  # 新符合: entitled now, not before
    LOST = "lost"  # 不再符合
    MORE = "more"  # entitled both times, to more
    LESS = "less"
    REPRICED = "repriced"  # entitled both times; the amount was or is not known
    OPENED = "opened"  # 待定: from no to claimable, in review or unknown
    SETTLED = "settled"  # from there to no


class Why(StrEnum):
    """Why it did; several may hold at once."""

    NEW = "new"  # the party was not in the register (of its city)
    GONE = "gone"
    FACTS = "facts"  # facts of the party the measure stands on, its place or its roles
    REGISTER = "register"  # its facts, but a version of the register is not there to tell which
    RULE = "rule"  # the measure, or a fact or figure it stands on, was written anew
    ADDED = "added"  # the measure is new in the packs
    DROPPED = "dropped"
    BEGAN = "began"  # the measure's period
    ENDED = "ended"
    DAY = "day"  # the rule is the same, what it says depends on the day
    COLUMNS = "columns"  # the register has other columns than before, or the program is another version


WORDS: Final = pa.dictionary(pa.int32(), pa.string())
CHANGES: Final = pa.schema(
    [
        ("party", pa.string()),
        ("measure", WORDS),
        ("turn", WORDS),
        ("before", WORDS),  # verdict; "no" for ineligible or out of scope; null where not in the run
        ("after", WORDS),
        ("amount_before", AMOUNT),
        ("amount_after", AMOUNT),
        ("why", pa.string()),  # joined by commas
        ("facts", pa.string()),  # employees: 20 → 35; roles: …
    ]
)


@dataclass(slots=True)
class MeasureChanges:
    """One measure over all parties. Amounts are sums in the award's unit."""

    measure: str
    gained: int = 0
    lost: int = 0
    more: int = 0
    less: int = 0
    repriced: int = 0
    opened: int = 0
    settled: int = 0
    amount_gained: Decimal = Decimal(0)
    amount_lost: Decimal = Decimal(0)
    amount_more: Decimal = Decimal(0)
    amount_less: Decimal = Decimal(0)

    def add(self, turn: Turn, number: int, millionths: int) -> None:
        """`millionths`: by how much the amounts differ, never negative."""
        setattr(self, turn, getattr(self, turn) + number)
        if turn in (Turn.GAINED, Turn.LOST, Turn.MORE, Turn.LESS):
            name = f"amount_{turn}"
            setattr(self, name, getattr(self, name) + Decimal(millionths).scaleb(-PLACES))

    @property
    def all(self) -> int:
        return sum(getattr(self, turn) for turn in Turn)
