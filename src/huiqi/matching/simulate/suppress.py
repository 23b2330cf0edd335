"""Small cells are kept out of what is published, so that neither a cell nor subtraction tells of a few parties.

All counts of a row are disjoint groups of parties. A row in which one of them is small (1 to `least` − 1) is
hidden whole, with its money. Further rows are hidden until everything hidden adds up, column by column, to
nothing or to `least` at least: that sum is all that the published totals give away. A column whose total over
the register is small is hidden everywhere. Cities stand under their province: all of a hidden province are
hidden, and those of a shown one are treated as a table of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from huiqi.matching.simulate.places import CITY, PROVINCE
from huiqi.matching.simulate.types import Cell, Counts, Fate, Purse, Simulation

LEAST: Final = 10
PROVINCE_DIGITS: Final = 2
Marks = npt.NDArray[np.bool_]
Rows = Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What of a simulation may be shown. Without `least` everything may."""

    least: int | None = None
    hidden: Mapping[str, frozenset[str]] = field(default_factory=dict)  # dimension → codes
    hidden_fates: frozenset[tuple[int, Fate]] = frozenset()  # measure and fate, everywhere
    hides_money: bool = False

    def count(self, number: int) -> int | None:
        """A count that stands for itself, None where it is small."""
        return None if is_small(number, self.least) else number

    def fate(self, measure: int, fate: Fate, number: int) -> int | None:
        return None if (measure, fate) in self.hidden_fates else number

    def shows_row(self, dimension: str, code: str) -> bool:
        return code not in self.hidden.get(dimension, ())


EVERYTHING: Final = Disclosure()


def disclosure_of(simulation: Simulation, *, least: int = LEAST) -> Disclosure:
    """What may be published where groups of fewer than `least` parties must not show."""
    cells = simulation.cells
    fates, purses = totals(simulation)
    small_fates = (fates > 0) & (fates < least)
    small_purses = (purses > 0) & (purses < least)
    rows = {
        dimension: {code: counts_of(cell, small_fates, small_purses) for code, cell in by_code.items()}
        for dimension, by_code in cells.items()
    }
    hidden = {
        dimension: hidden_rows(table, least=least) for dimension, table in rows.items() if dimension != CITY
    }
    if CITY in rows:
        hidden[CITY] = hidden_below(rows[CITY], hidden.get(PROVINCE, frozenset()), least=least)
    return Disclosure(
        least=least,
        hidden=hidden,
        hidden_fates=frozenset((int(m), Fate(int(f))) for m, f in np.argwhere(small_fates)),
        hides_money=bool(small_purses.any()),
    )


def totals(simulation: Simulation) -> tuple[Counts, Counts]:
    """Over the whole register; parties to whom nothing happens are not published and count 0."""
    fates = np.array([[m.fates.get(fate, 0) for fate in Fate] for m in simulation.measures], np.int64)
    purses = np.array([simulation.purses.get(purse, 0) for purse in Purse], np.int64)
    return fates.reshape(len(simulation.measures), len(Fate)), purses


def counts_of(cell: Cell, small_fates: Marks, small_purses: Marks) -> list[int]:
    """The counts of a row that can still tell something: what is hidden everywhere cannot."""
    fates = np.where(small_fates, 0, cell.fates)[:, 1:]
    purses = np.where(small_purses.any(), 0, cell.purses)[1:]
    return [int(number) for number in (*fates.ravel(), *purses)]


def is_small(number: int, least: int | None) -> bool:
    return least is not None and 0 < number < least


def hidden_rows(rows: Rows, *, least: int) -> frozenset[str]:
    """The rows to hide in a table whose column totals are published, none of them small.

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
