"""What runs on each Spark worker: batches of a register in, findings and totals out.

It is the engine of a local run over the same blocks, so the answers are the same. Findings leave a worker as one
row per city, measure, verdict and missing facts with the parties as a list; Spark makes one row per party of it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huiqi.matching.engine import Engine, Finding
from huiqi.matching.plan import Plan
from huiqi.matching.results import AMOUNT, VALUE, decimal_column, missing_text
from huiqi.matching.totals import Totals

CITY: Final = "city"
FOUND: Final = pa.struct([("party", pa.string()), ("amount", AMOUNT), ("value", VALUE)])
GROUPS: Final = pa.schema(
    [
        (CITY, pa.string()),
        ("measure", pa.string()),
        ("verdict", pa.string()),
        ("missing", pa.string()),
        ("found", pa.list_(FOUND)),
    ]
)
"""One row per city, block, measure, verdict and missing facts: what a worker hands to Spark."""
MOST_PARTIES: Final = 200_000
"""Of one batch that a worker hands over, so that it fits into a few ten megabytes."""


@dataclass(frozen=True)
class Carried:
    """The plan as it is sent to the workers. Each Python worker unpacks it once and keeps its engine."""

    plan: Plan

    @cached_property
    def engine(self) -> Engine:
        return Engine(self.plan)

    def __getstate__(self) -> dict[str, object]:
        return {"plan": self.plan}

    def groups(self, batches: Iterable[pa.RecordBatch], totals: Totals) -> Iterator[pa.RecordBatch]:
        """The findings of batches with the columns `code region roles city` and facts, as `GROUPS`.

        `totals` is complete once the iterator is used up.
        """
        for batch in batches:
            for city, part in by_city(batch):
                for block in self.engine.run([part]):
                    totals.add_block(block)
                    for findings in in_portions(block.findings):
                        yield self.as_groups(city, block.codes, findings)

    def as_groups(self, city: str, codes: pa.Array, findings: Sequence[Finding]) -> pa.RecordBatch:
        lengths = [f.count for f in findings]
        rows = np.concatenate([f.rows for f in findings]).astype(np.int64)
        found = [
            codes.cast(pa.string()).take(pa.array(rows)),
            pa.concat_arrays([decimal_column(f.amounts, f.count, AMOUNT) for f in findings]),
            pa.concat_arrays([decimal_column(f.values, f.count, VALUE) for f in findings]),
        ]
        offsets = pa.array(np.cumsum([0, *lengths]), pa.int32())
        columns = [
            pa.repeat(pa.scalar(city), len(findings)),
            pa.array([self.plan.measures[f.measure].measure.key for f in findings]),
            pa.array([str(f.kind) for f in findings]),
            pa.array([missing_text(f.missing) for f in findings]),
            pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(found, fields=list(FOUND))),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=GROUPS)


def by_city(batch: pa.RecordBatch) -> Iterator[tuple[str, pa.RecordBatch]]:
    """A batch cut where the city changes; a register's files hold one city each."""
    if not batch.num_rows:
        return
    runs = pc.run_end_encode(batch.column(CITY).cast(pa.string()))
    start = 0
    for city, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True):
        yield city, batch.slice(start, end - start)
        start = end


def in_portions(findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    """The same findings in lists of at most `MOST_PARTIES` parties, or of one finding."""
    portion: list[Finding] = []
    parties = 0
    for finding in findings:
        if portion and parties + finding.count > MOST_PARTIES:
            yield portion
            portion, parties = [], 0
        portion.append(finding)
        parties += finding.count
    if portion:
        yield portion
