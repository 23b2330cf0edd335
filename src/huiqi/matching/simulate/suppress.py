"""Small cells are kept out of what is published, so that neither a cell nor subtraction tells of a few parties.

The counts of a row are disjoint groups of parties and no sum over them is published, so each column is a table
of its own under the total over the register. A small count (1 to `least` − 1) is hidden, and further cells of
its column with it, until those hidden add up to `least` at least: that sum is all that the total gives away.
Money of a row is hidden where few parties begin, cease, pay more or pay less, by the same rule over these
counts, which are not published. A column whose total is small is hidden everywhere. Cities stand under their
province: all of a hidden province are hidden, and those of a shown one are a table of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from huiqi.matching.simulate.places import CITY, PROVINCE
from huiqi.matching.simulate.types import Cell, Counts, Fate, Purse, Simulation

LEAST: Final = 10
PROVINCE_DIGITS: Final = 2
Rows = Mapping[str, Sequence[int]]


Column = tuple[int, Fate] | None
"""A column of a distribution: the fate of a measure, or (None) the money."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What of a simulation may be shown. Without `least` everything may."""

    least: int | None = None
    hidden: Mapping[tuple[str, Column], frozenset[str]] = field(
        default_factory=dict
    )  # dimension, column → codes
    hidden_fates: frozenset[tuple[int, Fate]] = frozenset()  # measure and fate, everywhere
    hides_money: bool = False

    def count(self, number: int) -> int | None:
        """A count that stands for itself, None where it is small."""
        return None if is_small(number, self.least) else number

    def fate(self, measure: int, fate: Fate, number: int) -> int | None:
        """A total over the register."""
        return None if (measure, fate) in self.hidden_fates else number

    def fate_in(self, place: tuple[str, str], measure: int, fate: Fate, number: int) -> int | None:
        """A count of a cell; `place` is dimension and code."""
        dimension, code = place
        is_hidden = code in self.hidden.get((dimension, (measure, fate)), ())
        return None if is_hidden else self.fate(measure, fate, number)

    def shows_money(self, dimension: str, code: str) -> bool:
        return not self.hides_money and code not in self.hidden.get((dimension, None), ())


EVERYTHING: Final = Disclosure()


def disclosure_of(simulation: Simulation, *, least: int = LEAST) -> Disclosure:
    """What may be published where groups of fewer than `least` parties must not show."""
    fates, purses = totals(simulation)
    small = frozenset((int(m), Fate(int(f))) for m, f in np.argwhere((fates > 0) & (fates < least)))
    hides_money = bool(((purses > 0) & (purses < least)).any())
    columns: list[Column] = [
        (measure, fate)
        for measure in range(len(simulation.measures))
        for fate in Fate
        if fate and (measure, fate) not in small
    ]
    hidden: dict[tuple[str, Column], frozenset[str]] = {}
    for column in [*columns, *([] if hides_money else [None])]:
        for dimension, by_code in sorted(simulation.cells.items(), key=lambda item: item[0] == CITY):
            rows = {code: counts_of(cell, column) for code, cell in by_code.items()}
            above = hidden.get((PROVINCE, column), frozenset())
            hidden[dimension, column] = (
                hidden_below(rows, above, least=least)
                if dimension == CITY
                else hidden_rows(rows, least=least)
            )
    return Disclosure(least=least, hidden=hidden, hidden_fates=small, hides_money=hides_money)


def totals(simulation: Simulation) -> tuple[Counts, Counts]:
    """Over the whole register; parties to whom nothing happens are not published and count 0."""
    fates = np.array([[m.fates.get(fate, 0) for fate in Fate] for m in simulation.measures], np.int64)
    purses = np.array([simulation.purses.get(purse, 0) for purse in Purse], np.int64)
    purses[Purse.NOTHING] = 0
    return fates.reshape(len(simulation.measures), len(Fate)), purses


def counts_of(cell: Cell, column: Column) -> list[int]:
    """The counts of a cell that a column gives away: its own, or of the money those of every purse."""
    if column is None:
        return [int(number) for number in cell.purses[1:]]
    return [int(cell.fates[column])]


def is_small(number: int, least: int | None) -> bool:
    return least is not None and 0 < number < least


def hidden_rows(rows: Rows, *, least: int) -> frozenset[str]:
    """The rows to hide in a table whose totals are published, none of them small. Every count of a row goes with it.

    >>> sorted(hidden_rows({"a": [3, 50], "b": [40, 60], "c": [20, 90], "d": [0, 700]}, least=10))
    ['a', 'b']
    >>> hidden_rows({"a": [30, 50], "b": [40, 60]}, least=10)
    frozenset()
    """
    hidden = {code for code, counts in rows.items() if any(is_small(n, least) for n in counts)}
    while hidden:
        sums = [sum(column) for column in zip(*(rows[code] for code in hidden), strict=True)]
        exposed = [place for place, total in enumerate(sums) if is_small(total, least)]
        covers = [
            code
            for code, counts in rows.items()
            if code not in hidden and any(counts[place] for place in exposed)
        ]
        if not covers:
            break
        hidden.add(min(covers, key=lambda code: (sum(rows[code]), code)))
    return frozenset(hidden)


def hidden_below(cities: Rows, hidden_provinces: frozenset[str], *, least: int) -> frozenset[str]:
    """The cities to hide, given the provinces that are."""
    hidden: set[str] = set()
    for province in {code[:PROVINCE_DIGITS] for code in cities}:
        inside = {code: counts for code, counts in cities.items() if code[:PROVINCE_DIGITS] == province}
        hidden |= inside.keys() if province in hidden_provinces else hidden_rows(inside, least=least)
    return frozenset(hidden)
