"""Which parties of a block a measure is for."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from huiqi.matching.block import coded
from huiqi.measures.vectors import Bits, count, full, pack


class Scopes:
    """Which parties of a block a measure is for; columns are looked at once."""

    def __init__(self, batch: pa.RecordBatch) -> None:
        self.roles = coded(batch.column("roles"))
        self.regions = coded(batch.column("region"))
        self.known: dict[tuple[tuple[str, ...], str], tuple[Bits, int]] = {}

    def of(self, roles: tuple[str, ...], region: str) -> tuple[Bits, int]:
        """Parties with one of the roles, in the region (prefix of the GB/T 2260 code); and how many."""
        found = self.known.get((roles, region))
        if found is None:
            inside = self.with_roles(roles)
            if region:
                inside = inside & answered(self.regions, lambda text: text.startswith(region))
            found = self.known[roles, region] = inside, count(inside)
        return found

    def with_roles(self, roles: tuple[str, ...]) -> Bits:
        return answered(self.roles, lambda text: not set(roles).isdisjoint(text.split(",")))


Coded = tuple[npt.NDArray[np.int32], tuple[str, ...]]


def answered(column: Coded, test: Callable[[str], bool]) -> Bits:
    """What a test says of every party's text; false where there is none."""
    codes, distinct = column
    table = np.array([text is not None and test(text) for text in distinct] or [False], np.bool_)
    if table.all():
        return full(len(codes))
    return pack(table[codes]) if table.any() else np.zeros((len(codes) + 7) // 8, np.uint8)
