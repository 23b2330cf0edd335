"""Exact sums by cell: counts, and money in whole fen, however many parties there are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from huiqi.matching.simulate.types import Cell, Fate, Purse

Codes = npt.NDArray[np.int64]
LIMB: Final = 26
"""Bits added up at once: 2**26 times the rows of a block stays exact in a float of 53 bits."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """Where each of some parties belongs in one dimension: an index into labels."""

    codes: Codes
    labels: tuple[str, ...]  # "" is not known


@dataclass(slots=True)
class Sums:
    """All sums of a simulation that is under way."""

    measures: int
    cells: dict[str, dict[str, Cell]] = field(default_factory=dict)

    def add(
        self,
        places: dict[str, Sorted],
        fates: Sequence[npt.NDArray[np.int8]],
        purses: npt.NDArray[np.int8],
        before: npt.NDArray[np.int64],
        after: npt.NDArray[np.int64],
    ) -> None:
        """Add some parties: per measure their fates, and what each costs before and after, in fen."""
        for dimension, place in places.items():
            size = len(place.labels)
            tables = [crossed(place.codes, fate, size, len(Fate)) for fate in fates]
            purse = crossed(place.codes, purses, size, len(Purse))
            costs = exact_sums(place.codes, before, size), exact_sums(place.codes, after, size)
            known = self.cells.setdefault(dimension, {})
            for number, label in enumerate(place.labels):
                cell = known.setdefault(label, Cell.empty(self.measures))
                for measure, table in enumerate(tables):
                    cell.fates[measure] += table[number]
                cell.purses += purse[number]
                cell.before += costs[0][number]
                cell.after += costs[1][number]


def crossed(codes: Codes, kinds: npt.NDArray[np.int8], size: int, number: int) -> npt.NDArray[np.int64]:
    """How many parties of each code have each kind: size × number."""
    counts = np.bincount(codes * number + kinds, minlength=size * number)
    return counts.reshape(size, number).astype(np.int64)


def exact_sums(codes: Codes, amounts: npt.NDArray[np.int64], size: int) -> list[int]:
    """The sum of whole amounts for each code, exact for any 64-bit amounts of up to 2**27 parties.

    >>> big = 2**62 + 1
    >>> exact_sums(np.array([0, 1, 1]), np.array([-5, big, big]), 2) == [-5, 2 * big]
    True
    """
    found = [0] * size
    left = amounts
    for limb in range(3):
        part = left & ((1 << LIMB) - 1) if limb < 2 else left
        left = left >> LIMB
        sums = np.bincount(codes, weights=part.astype(np.float64), minlength=size)
        found = [
            total + (int(part_sum) << (LIMB * limb)) for total, part_sum in zip(found, sums, strict=True)
        ]
    return found
