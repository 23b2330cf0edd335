"""What runs on each Spark worker: batches of a register in, stored blocks and totals out.

It is the engine of a local run over the same blocks, and its findings leave the worker as a local run stores them
(`stored`): one row per block of parties, with the city in front that Spark sorts files by.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from huiqi.matching.engine import Engine
from huiqi.matching.plan import Plan
from huiqi.matching.stored import STORED, stored_block
from huiqi.matching.totals import Totals

CITY: Final = "city"
OF_CITY: Final = STORED.insert(0, pa.field(CITY, pa.string()))
"""What a worker hands to Spark: a row for each block of a city."""


@dataclass(frozen=True)
class Carried:
    """The plan as it is sent to the workers. Each Python worker unpacks it once and keeps its engine."""

    plan: Plan

    @cached_property
    def engine(self) -> Engine:
        return Engine(self.plan)

    def __getstate__(self) -> dict[str, object]:
        return {"plan": self.plan}

    def stored(self, batches: Iterable[pa.RecordBatch], totals: Totals) -> Iterator[pa.RecordBatch]:
        """Batches with the columns `code region roles city` and facts, worked out: rows of `OF_CITY`.

        `totals` is complete once the iterator is used up.
        """
        keys = [planned.measure.key for planned in self.plan.measures]
        for batch in batches:
            for city, part in by_city(batch):
                for block in self.engine.run([part]):
                    totals.add_block(block)
                    columns = stored_block(block, keys).columns
                    yield pa.RecordBatch.from_arrays([pa.array([city]), *columns], schema=OF_CITY)


def by_city(batch: pa.RecordBatch) -> Iterator[tuple[str, pa.RecordBatch]]:
    """A batch cut where the city changes; a register's files hold one city each."""
    if not batch.num_rows:
        return
    runs = pc.run_end_encode(batch.column(CITY).cast(pa.string()))
    start = 0
    for city, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True):
        yield city, batch.slice(start, end - start)
        start = end
