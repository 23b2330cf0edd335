"""What a run adds up: counts and exact sums per measure, and the summary made of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from huiqi.matching.engine import FEN_PLACES, NO_AMOUNT, PLACES, BlockResult
from huiqi.matching.plan import Plan
from huiqi.measures.types import Measure, VerdictKind

Whole = npt.NDArray[np.int64]


@dataclass(slots=True)
class MeasureSummary:
    """One measure over the whole register. `share` is entitled or claimable among those in scope."""

    measure: str
    title: str
    clause: str
    audience: str
    eligible: int = 0
    claimable: int = 0
    review: int = 0
    unknown: int = 0
    ineligible: int = 0
    out_of_scope: int = 0
    amount: Decimal = Decimal(0)  # sum over entitled parties, in the award's unit
    unit: str = ""
    amount_is: str = ""
    value: Decimal = Decimal(0)  # sum in yuan, where the measure says what it is worth

    @property
    def in_scope(self) -> int:
        return self.eligible + self.claimable + self.review + self.unknown + self.ineligible

    @property
    def share(self) -> Decimal | None:
        if not self.in_scope:
            return None
        return (Decimal(self.eligible) / self.in_scope).quantize(Decimal("0.0001"))


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
        for finding in block.groups:
            self.findings += finding.count
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


def add_up(sums: dict[Any, int], more: Mapping[Any, int]) -> None:
    for key, number in more.items():
        sums[key] = sums.get(key, 0) + number


def exact_sum(numbers: Whole) -> int:
    """Without NO_AMOUNT; in halves of 32 bits, so that large amounts do not overflow.

    >>> exact_sum(np.array([2**62, 2**62, NO_AMOUNT]))
    9223372036854775808
    """
    known = numbers[numbers != NO_AMOUNT]
    return (int((known >> 32).sum()) << 32) + int((known & 0xFFFFFFFF).sum())


def summary_of(measure: Measure) -> MeasureSummary:
    award = measure.award
    return MeasureSummary(
        measure=measure.key,
        title=measure.title.zh,
        clause=measure.clause,
        audience=measure.audience,
        unit=award.unit or "",
        amount_is=award.amount_is.zh if award.amount_is else "",
    )


def summary_from(plan: Plan, totals: Totals) -> list[MeasureSummary]:
    """One line per measure of the plan."""
    lines = [summary_of(planned.measure) for planned in plan.measures]
    for (index, kind), number in totals.counts.items():
        setattr(lines[index], str(kind), number)
    for index, number in totals.amounts.items():
        lines[index].amount = Decimal(number).scaleb(-PLACES)
    for index, number in totals.values.items():
        lines[index].value = Decimal(number).scaleb(-FEN_PLACES)
    return lines
