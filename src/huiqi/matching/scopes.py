"""Which parties of a block a measure is for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from huiqi.matching.block import coded
from huiqi.measures.vectors import Bits, any_of, count, full, pack

FEW_TEXTS: Final = 16
"""Texts whose bitmaps are put together faster than every party's text is looked up."""


class Scopes:
    """Which parties of a block a measure is for; columns are looked at once."""

    def __init__(self, batch: pa.RecordBatch) -> None:
        self.roles = TextColumn(*coded(batch.column("roles")))
        self.regions = TextColumn(*coded(batch.column("region")))
        self.known: dict[tuple[tuple[str, ...], str], tuple[Bits, int]] = {}

    def of(self, roles: tuple[str, ...], region: str) -> tuple[Bits, int]:
        """Parties with one of the roles, in the region (prefix of the GB/T 2260 code); and how many."""
        found = self.known.get((roles, region))
        if found is None:
            inside = self.with_roles(roles)
            if region:
                inside = inside & self.regions.test(lambda text: text.startswith(region))
            found = self.known[roles, region] = inside, count(inside)
        return found

    def with_roles(self, roles: tuple[str, ...]) -> Bits:
        wanted = set(roles)
        return self.roles.test(lambda text: not wanted.isdisjoint(text.split(",")))


@dataclass(slots=True)
class TextColumn:
    """Texts by code, and for whom each of them stands where they are few."""

    codes: npt.NDArray[np.int32]
    distinct: tuple[str, ...]
    places: dict[int, Bits] = field(default_factory=dict)

    def test(self, test: Callable[[str], bool]) -> Bits:
        """What a test says of every party's text; false where there is none."""
        answers = [text is not None and test(text) for text in self.distinct] or [False]
        if all(answers):
            return full(len(self.codes))
        if answers.count(True) > FEW_TEXTS:
            return pack(np.array(answers, np.bool_)[self.codes])
        none = np.zeros((len(self.codes) + 7) // 8, np.uint8)
        return any_of([self.place(code) for code, holds in enumerate(answers) if holds], none)

    def place(self, code: int) -> Bits:
        found = self.places.get(code)
        if found is None:
            found = self.places[code] = pack(self.codes == code)
        return found
