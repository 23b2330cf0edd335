"""What runs on each Spark worker: batches of a register in, findings and totals out.

It is the engine of a local run over the same blocks, so the answers are the same. Findings leave a worker as one
row per city, measure, verdict and missing facts with the parties as a list; Spark makes one row per party of it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from huiqi.matching.engine import FEN_PLACES, NO_AMOUNT, PLACES, BlockResult, Engine, Finding
from huiqi.matching.plan import Plan
from huiqi.measures.types import VerdictKind

CITY: Final = "city"
AMOUNT: Final = pa.decimal128(24, PLACES)
VALUE: Final = pa.decimal128(22, FEN_PLACES)
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

Whole = npt.NDArray[np.int64]


@dataclass(slots=True)
class Totals:
    """Counts and exact sums of parties; by measure (its index in the plan). Amounts in millionths, values in fen."""

    parties: int = 0
    findings: int = 0
    counts: dict[tuple[int, VerdictKind], int] = field(default_factory=dict)
    amounts: dict[int, int] = field(default_factory=dict)
    values: dict[int, int] = field(default_factory=dict)

    def add_block(self, block: BlockResult) -> None:
        self.parties += len(block.codes)
        add_up(self.counts, block.counts)
        for finding in block.findings:
            self.findings += len(finding.rows)
            if finding.amounts is not None:
                add_up(self.amounts, {finding.measure: exact_sum(finding.amounts)})
            if finding.values is not None:
                add_up(self.values, {finding.measure: exact_sum(finding.values)})

    def add(self, other: "Totals") -> None:
        self.parties += other.parties
        self.findings += other.findings
        add_up(self.counts, other.counts)
        add_up(self.amounts, other.amounts)
        add_up(self.values, other.values)


def add_up(sums: dict[Any, int], more: Any) -> None:
    for key, number in more.items():
        sums[key] = sums.get(key, 0) + number


def exact_sum(numbers: Whole) -> int:
    """Without NO_AMOUNT; in halves of 32 bits, so that large amounts do not overflow.

    >>> exact_sum(np.array([2**62, 2**62, NO_AMOUNT]))
    9223372036854775808
    """
    known = numbers[numbers != NO_AMOUNT]
    return (int((known >> 32).sum()) << 32) + int((known & 0xFFFFFFFF).sum())


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
        lengths = [len(f.rows) for f in findings]
        rows = np.concatenate([f.rows for f in findings]).astype(np.int64)
        found = [
            codes.cast(pa.string()).take(pa.array(rows)),
            pa.concat_arrays([decimals(f.amounts, len(f.rows), AMOUNT) for f in findings]),
            pa.concat_arrays([decimals(f.values, len(f.rows), VALUE) for f in findings]),
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
        if portion and parties + len(finding.rows) > MOST_PARTIES:
            yield portion
            portion, parties = [], 0
        portion.append(finding)
        parties += len(finding.rows)
    if portion:
        yield portion


def decimals(numbers: Whole | None, rows: int, kind: pa.DataType) -> pa.Array:
    """Whole units of the last place as decimals; NO_AMOUNT is null.

    >>> decimals(np.array([600, NO_AMOUNT]), 2, VALUE).to_pylist()
    [Decimal('6.00'), None]
    """
    if numbers is None:
        return pa.nulls(rows, kind)
    known = numbers != NO_AMOUNT
    words = np.empty((rows, 2), np.int64)
    words[:, 0] = np.where(known, numbers, 0)
    words[:, 1] = words[:, 0] >> 63
    valid = pa.py_buffer(np.packbits(known, bitorder="little"))
    return pa.Array.from_buffers(kind, rows, [valid, pa.py_buffer(words)])


def missing_text(facts: Iterable[str]) -> str:
    """Facts by their own names, without the mark that keeps clashing facts apart."""
    return ",".join(name.partition("@")[0] for name in facts)
