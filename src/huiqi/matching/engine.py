"""Every party of a register against every measure, block by block.

Each distinct statement is worked out once per block into packed bitmaps; a measure is then a few bitwise
operations. What stays open is settled by pattern (`patterns`), amounts are computed where parties are entitled,
and all that is not a plain "no" goes out sparsely. The answers are those of `measures.evaluate`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from huiqi.base.money import round_half_up
from huiqi.matching.block import RegisterBlock, coded
from huiqi.matching.patterns import PatternTable, Rows, grouped, known_of
from huiqi.matching.plan import Plan, PlannedMeasure
from huiqi.measures.compile import NotInBlocks, numbers_of
from huiqi.measures.derive import Facts
from huiqi.measures.evaluate import evaluate
from huiqi.measures.expressions import NULL, Choice, Node, Type, facts_in, walk
from huiqi.measures.settle import settle
from huiqi.measures.types import Verdict, VerdictKind
from huiqi.measures.vectors import INT64_LIMIT, Bits, Numbers, Truth, Vocabulary, halves_up, pack, unpack

PLACES: Final = 6
"""Decimal places of an amount in the results; money has 2, a ratio up to 6."""
FEN_PLACES: Final = 2
FEN_IN_MILLIONTHS: Final = 10 ** (PLACES - FEN_PLACES)
NO_AMOUNT: Final = int(np.iinfo(np.int64).min)
Millionths = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a measure comes to for some rows of a block: one kind of verdict, one list of missing facts."""

    measure: int  # index in the plan
    kind: VerdictKind
    missing: tuple[str, ...]
    rows: Rows
    amounts: npt.NDArray[np.int64] | None = None  # millionths; NO_AMOUNT where there is none
    values: npt.NDArray[np.int64] | None = None  # fen


@dataclass(slots=True)
class BlockResult:
    """All findings of a block, and per measure how many parties got which verdict."""

    codes: pa.Array
    findings: list[Finding] = field(default_factory=list)
    counts: dict[tuple[int, VerdictKind], int] = field(default_factory=dict)

    def count(self, measure: int, kind: VerdictKind, number: int) -> None:
        if number:
            self.counts[measure, kind] = self.counts.get((measure, kind), 0) + number


class Engine:
    """Runs a plan over blocks; what it learns about patterns in one block serves the next."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.tables = [self.table_for(planned) for planned in plan.measures]
        self.vocabularies: dict[str, Vocabulary] = {}
        self.formulas = {name: self.formula_table(name) for name in plan.formulas}

    def run(self, batches: Iterable[pa.RecordBatch]) -> Iterator[BlockResult]:
        for batch in batches:
            if batch.num_rows:
                yield self.run_block(batch)

    def run_block(self, batch: pa.RecordBatch) -> BlockResult:
        block = RegisterBlock(batch, self.plan.kinds, self.settled_formula, self.vocabularies)
        result = BlockResult(batch.column("code"))
        scopes = Scopes(batch)
        for index, planned in enumerate(self.plan.measures):
            self.run_measure(index, planned, block, scopes.of(planned.roles, planned.measure.region), result)
        return result

    def run_measure(
        self, index: int, planned: PlannedMeasure, block: RegisterBlock, scope: Bits, result: BlockResult
    ) -> None:
        in_scope = count_bits(scope)
        result.count(index, VerdictKind.OUT_OF_SCOPE, block.rows - in_scope)
        if not in_scope:
            return
        truth = self.kleene(planned, block)
        entitled = [rows_of(truth.yes & scope, block.rows)]
        open_rows = rows_of(scope & ~(truth.yes | truth.no), block.rows)
        for (kind, missing), rows in self.tables[index].answers(block, open_rows):
            if kind is VerdictKind.ELIGIBLE:
                entitled.append(rows)
            elif kind is not VerdictKind.INELIGIBLE:
                result.findings.append(Finding(index, kind, missing, rows))
                result.count(index, kind, len(rows))
        rows = np.sort(np.concatenate(entitled)) if len(entitled) > 1 else entitled[0]
        if rows.size:
            result.findings += self.entitled(index, planned, block, rows)
            result.count(index, VerdictKind.ELIGIBLE, len(rows))
        counted = sum(result.counts.get((index, kind), 0) for kind in VerdictKind)
        result.count(index, VerdictKind.INELIGIBLE, block.rows - counted)

    def kleene(self, planned: PlannedMeasure, block: RegisterBlock) -> Truth:
        """Three-valued logic over the conditions; all open where a statement has no block form."""
        try:
            truth = Truth.constant(True, (block.rows + 7) // 8)
            for node in planned.conditions.nodes:
                truth = truth & block.truth(node)
        except NotInBlocks:
            return Truth.constant(None, (block.rows + 7) // 8)
        return truth

    def table_for(self, planned: PlannedMeasure) -> PatternTable[tuple[VerdictKind, tuple[str, ...]]]:
        def ask(block: RegisterBlock, row: int) -> tuple[VerdictKind, tuple[str, ...]]:
            verdict = self.verdict(planned, block, row)
            missing = () if verdict.kind is VerdictKind.ELIGIBLE else verdict.missing
            return verdict.kind, missing

        return PatternTable(planned.conditions, ask)

    def verdict(self, planned: PlannedMeasure, block: RegisterBlock, row: int) -> Verdict:
        stated = block.row_facts(row, planned.facts)
        return evaluate(planned.measure, stated, rulebook=self.plan.rulebook, as_of=self.plan.as_of)

    def formula_table(self, name: str) -> PatternTable[bool | None]:
        statements = self.plan.formulas[name]
        kind = self.plan.kinds[name]

        def ask(block: RegisterBlock, row: int) -> bool | None:
            stated = block.row_facts(row, self.plan.columns)
            stated.pop(name, None)
            facts = Facts(stated, self.plan.rulebook, self.plan.as_of, [])
            return settle(facts.put_into(kind.formula)).outcome if kind.formula is not None else None

        return PatternTable(statements, ask)

    def settled_formula(self, name: str, block: RegisterBlock) -> Truth:
        """The truth of a derived yes-or-no fact, exact where three-valued logic leaves it open."""
        table = self.formulas[name]
        try:
            truth = block.truth(table.statements.nodes[0])
        except NotInBlocks:
            truth = Truth.constant(None, (block.rows + 7) // 8)
        open_rows = rows_of(~(truth.yes | truth.no), block.rows)
        if not open_rows.size or not table.statements.atoms:
            return truth
        yes, no = unpack(truth.yes, block.rows).copy(), unpack(truth.no, block.rows).copy()
        for answer, rows in table.answers(block, open_rows):
            if answer is not None:
                (yes if answer else no)[rows] = True
        return Truth(pack(yes), pack(no))

    def entitled(
        self, index: int, planned: PlannedMeasure, block: RegisterBlock, rows: Rows
    ) -> Iterator[Finding]:
        """Entitled parties with amount and value; those whose amount needs a fact stand apart."""
        if planned.amount is None and planned.value is None:
            yield Finding(index, VerdictKind.ELIGIBLE, (), rows)
            return
        try:
            amounts = self.amounts(planned, block, rows)
            values = fen(planned.value, block, rows)
        except NotInBlocks:
            yield from self.one_by_one(index, planned, block, rows)
            return
        lacking = amounts == NO_AMOUNT if planned.amount is not None else np.zeros(len(rows), np.bool_)
        if lacking.any():
            for group in alike_in_known_facts(planned.amount, block, rows[lacking]):
                yield from self.lacking_amount(index, planned, block, group)
        if not lacking.all():
            yield Finding(
                index, VerdictKind.ELIGIBLE, (), rows[~lacking], amounts[~lacking], values[~lacking]
            )

    def amounts(self, planned: PlannedMeasure, block: RegisterBlock, rows: Rows) -> Millionths:
        """Millionths of the award's unit, rounded half up; money to the fen first."""
        node = planned.amount
        if node is None:
            return np.full(len(rows), NO_AMOUNT)
        if planned.measure.award.unit == "CNY" or node.type is Type.MONEY:
            whole = fen(node, block, rows)
            if whole.size and int(whole.max()) > INT64_LIMIT // FEN_IN_MILLIONTHS:
                raise NotInBlocks("an amount beyond nine trillion yuan")
            return np.where(whole == NO_AMOUNT, NO_AMOUNT, whole * FEN_IN_MILLIONTHS)
        return as_int64(halves_up(numbers_of(node, block).take(rows), PLACES))

    def lacking_amount(
        self, index: int, planned: PlannedMeasure, block: RegisterBlock, rows: Rows
    ) -> Iterator[Finding]:
        """Parties alike in what is known for the amount: one tells what is missing for all."""
        verdict = self.verdict(planned, block, int(rows[0]))
        if verdict.missing and not any(isinstance(part, Choice) for part in walk(planned.amount or NULL)):
            yield Finding(index, VerdictKind.ELIGIBLE, verdict.missing, rows)
        else:
            yield from self.one_by_one(index, planned, block, rows)

    def one_by_one(
        self, index: int, planned: PlannedMeasure, block: RegisterBlock, rows: Rows
    ) -> Iterator[Finding]:
        """Amounts from the interpreter, for the rows that need it."""
        by_missing: dict[tuple[str, ...], list[tuple[int, Verdict]]] = {}
        for row in rows:
            verdict = self.verdict(planned, block, int(row))
            by_missing.setdefault(verdict.missing, []).append((int(row), verdict))
        for missing, members in by_missing.items():
            yield Finding(
                index,
                VerdictKind.ELIGIBLE,
                missing,
                np.array([row for row, _ in members]),
                np.array([scaled(verdict.amount, PLACES) for _, verdict in members], np.int64),
                np.array([scaled(verdict.value, FEN_PLACES) for _, verdict in members], np.int64),
            )


def scaled(number: Fraction | None, places: int) -> int:
    return NO_AMOUNT if number is None else int(round_half_up(number, places) * 10**places)


def fen(node: Node | None, block: RegisterBlock, rows: Rows) -> npt.NDArray[np.int64]:
    """Money for the rows in whole fen, rounded half up once; NO_AMOUNT where it is not known."""
    if node is None:
        return np.full(len(rows), NO_AMOUNT)
    return as_int64(halves_up(numbers_of(node, block).take(rows), FEN_PLACES))


def as_int64(numbers: Numbers) -> npt.NDArray[np.int64]:
    if numbers.peak > INT64_LIMIT:
        raise NotInBlocks("a number beyond 64 bits")
    return np.where(numbers.known, numbers.num.astype(np.int64), NO_AMOUNT)


def alike_in_known_facts(node: Node | None, block: RegisterBlock, rows: Rows) -> Iterator[Rows]:
    """Rows grouped by which facts of an expression are known."""
    keys = np.zeros(len(rows), np.int64)
    for fact in facts_in(node).values() if node is not None else ():
        keys = keys * 2 + known_of(block.fact(fact), block.rows)[rows]
    for _, members in grouped(keys, rows):
        yield members


class Scopes:
    """Which parties of a block a measure is for; columns are looked at once."""

    def __init__(self, batch: pa.RecordBatch) -> None:
        self.roles = coded(batch.column("roles"))
        self.regions = coded(batch.column("region"))
        self.known: dict[tuple[tuple[str, ...], str], Bits] = {}

    def of(self, roles: tuple[str, ...], region: str) -> Bits:
        """Parties with one of the roles, in the region (prefix of the GB/T 2260 code)."""
        found = self.known.get((roles, region))
        if found is None:
            inside = answered(self.roles, lambda text: not set(roles).isdisjoint(text.split(",")))
            if region:
                inside &= answered(self.regions, lambda text: text.startswith(region))
            found = self.known[roles, region] = pack(inside)
        return found


Coded = tuple[npt.NDArray[np.int32], tuple[str, ...]]


def answered(column: Coded, test: Callable[[str], bool]) -> npt.NDArray[np.bool_]:
    """For every party what a test says of its text; false where there is none."""
    codes, distinct = column
    table = np.array([text is not None and test(text) for text in distinct] or [False], np.bool_)
    return table[codes]


def rows_of(bits: Bits, rows: int) -> Rows:
    return np.flatnonzero(unpack(bits, rows))


def count_bits(bits: Bits) -> int:
    return int(np.bitwise_count(bits).sum())
