"""Every party of a register against every measure, block by block.

Each distinct statement is worked out once per block into packed bitmaps; a measure is then a few bitwise
operations. What stays open is settled by pattern (`patterns`), amounts are computed where parties are entitled,
and all that is not a plain "no" goes out sparsely. The answers are those of `measures.evaluate`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from operator import and_, or_
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from huiqi.base.money import round_half_up
from huiqi.matching.block import RegisterBlock
from huiqi.matching.bulk import Bounds, Bulk
from huiqi.matching.lacking import Lack, spelled, spread
from huiqi.matching.patterns import FEW, Groups, PatternTable, cut_by
from huiqi.matching.plan import Plan, PlannedMeasure
from huiqi.matching.scopes import Scopes as Scopes
from huiqi.measures.compile import DayTable, numbers_of
from huiqi.measures.derive import Facts
from huiqi.measures.evaluate import evaluate
from huiqi.measures.expressions import NULL, Choice, FactRef, Node, Type, facts_in, walk
from huiqi.measures.settle import settle
from huiqi.measures.types import Verdict, VerdictKind
from huiqi.measures.vector_functions import NotInBlocks
from huiqi.measures.vectors import (
    INT64_LIMIT,
    Bits,
    Numbers,
    Truth,
    Vocabulary,
    count,
    first_of,
    full,
    halves_up,
    marked,
    rows_in,
)

PLACES: Final = 6
"""Decimal places of an amount in the results; money has 2, a ratio up to 6."""
FEN_PLACES: Final = 2
FEN_IN_MILLIONTHS: Final = 10 ** (PLACES - FEN_PLACES)
NO_AMOUNT: Final = int(np.iinfo(np.int64).min)
NOBODY: Final = np.zeros(0, np.bool_)
Millionths = npt.NDArray[np.int64]
Fen = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]
Answer = tuple[VerdictKind, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a measure comes to for some rows of a block: one kind of verdict, one list of missing facts."""

    measure: int  # index in the plan
    kind: VerdictKind
    missing: tuple[str, ...]
    parties: Bits  # packed: whom it is about
    count: int  # how many they are
    amounts: npt.NDArray[np.int64] | None = None  # millionths, party by party; NO_AMOUNT where there is none
    values: npt.NDArray[np.int64] | None = None  # fen
    lacking: tuple[Lack, ...] = ()  # facts that only some of the parties lack; `missing` is empty then

    @property
    def rows(self) -> Rows:
        """The numbers of their rows in the block, in order."""
        return rows_in(self.parties, 8 * len(self.parties))


@dataclass(slots=True)
class BlockResult:
    """All findings of a block, and per measure how many parties got which verdict."""

    codes: pa.Array
    groups: list[Finding] = field(default_factory=list)
    counts: dict[tuple[int, VerdictKind], int] = field(default_factory=dict)
    unknown: dict[str, Bits] = field(default_factory=dict)  # by fact: of whom the block does not know it

    @property
    def findings(self) -> list[Finding]:
        """The groups, each with one list of missing facts."""
        return [finding for group in self.groups for finding in self.spelled(group)]

    def spelled(self, group: Finding) -> Iterator[Finding]:
        if not group.lacking:
            yield group
            return
        lacks = [
            (name, self.unknown[name] if own is None else spread(own, group.parties))
            for name, own in group.lacking
        ]
        for missing, parties in spelled(group.parties, lacks, len(self.codes)).items():
            yield Finding(group.measure, group.kind, missing, parties, count(parties))

    def count(self, measure: int, kind: VerdictKind, number: int) -> None:
        if number:
            self.counts[measure, kind] = self.counts.get((measure, kind), 0) + number


class Engine:
    """Runs a plan over blocks; what it learns about patterns in one block serves the next."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.bulk = Bulk(plan)
        self.tables = [self.table_for(planned) for planned in plan.measures]
        self.lacking: dict[tuple[int, tuple[int, ...]], tuple[str, ...]] = {}  # for an amount, by known facts
        self.needed = [needed_for(planned.amount) for planned in plan.measures]
        self.vocabularies: dict[str, Vocabulary] = {}
        self.calendar: dict[int, DayTable] = {}
        self.formulas = {name: self.formula_table(name) for name in plan.formulas}

    def run(self, batches: Iterable[pa.RecordBatch]) -> Iterator[BlockResult]:
        for batch in batches:
            if batch.num_rows:
                yield self.run_block(batch)

    def block_of(self, batch: pa.RecordBatch) -> RegisterBlock:
        return RegisterBlock(
            batch, self.plan.kinds, self.settled_formula, self.plan.uniform, self.vocabularies, self.calendar
        )

    def run_block(self, batch: pa.RecordBatch) -> BlockResult:
        block = self.block_of(batch)
        result = BlockResult(batch.column("code"))
        scopes = Scopes(batch)
        self.bulk.fill(block, scopes)
        for index, planned in enumerate(self.plan.measures):
            scope, in_scope = scopes.of(planned.roles, planned.measure.region)
            result.count(index, VerdictKind.OUT_OF_SCOPE, block.rows - in_scope)
            if in_scope:
                self.run_measure(index, block, scope, in_scope, result, self.bulk.bounds_of(index))
        result.unknown = {name: bits for name, bits in self.bulk.unknown.items() if bits.any()}
        return result

    def run_measure(
        self,
        index: int,
        block: RegisterBlock,
        scope: Bits,
        in_scope: int,
        result: BlockResult,
        bounds: Bounds | None = None,
    ) -> None:
        planned = self.plan.measures[index]
        if bounds is None:
            truth = self.kleene(planned, block)
            surely, open_ = truth.yes & scope, scope & ~(truth.yes | truth.no)
            bounds = surely, open_, count(surely), count(open_)
        entitled, undecided, number, still = bounds
        beyond = self.bulk.beyond(index, block)
        if beyond is not None:
            beyond = beyond & scope
            entitled, undecided = entitled & ~beyond, undecided & ~beyond
            number, still = count(entitled), count(undecided)
        left = in_scope
        if beyond is not None or still:
            for kind, missing, lacking, parties in self.answers(index, block, undecided, beyond):
                if kind is VerdictKind.ELIGIBLE:
                    entitled = entitled | parties
                    number = count(entitled)
                elif kind is not VerdictKind.INELIGIBLE:
                    open_number = still if parties is undecided else count(parties)
                    result.groups.append(Finding(index, kind, missing, parties, open_number, lacking=lacking))
                    result.count(index, kind, open_number)
                    left -= open_number
        if number:
            result.groups += self.entitled(index, planned, block, entitled, number)
            result.count(index, VerdictKind.ELIGIBLE, number)
        result.count(index, VerdictKind.INELIGIBLE, left - number)

    def answers(
        self, index: int, block: RegisterBlock, undecided: Bits, beyond: Bits | None
    ) -> Iterator[tuple[VerdictKind, tuple[str, ...], tuple[Lack, ...], Bits]]:
        """What is missing, read off the literals where they tell; else, and of those beyond, asked by pattern."""
        told = self.bulk.open_ones(index, block, undecided)
        to_ask = [bits for bits in (undecided if told is None else None, beyond) if bits is not None]
        if to_ask and (asked := reduce(or_, to_ask)).any():
            for (kind, missing), parties in self.tables[index].answers(block, asked).items():
                yield kind, missing, (), parties
        for kind, parties, lacking in told or ():
            alone = len(lacking) < 2
            missing = tuple(name for name, _ in lacking) if alone else ()
            yield kind, missing, () if alone else lacking, parties

    def kleene(self, planned: PlannedMeasure, block: RegisterBlock) -> Truth:
        """Three-valued logic over the conditions; all open where a statement has no block form."""
        bytes_ = (block.rows + 7) // 8
        try:
            parts = [block.truth(node) for node in planned.conditions.nodes]
        except NotInBlocks:
            return Truth.constant(None, bytes_)
        return reduce(and_, parts) if parts else Truth.constant(True, bytes_)

    def table_for(self, planned: PlannedMeasure) -> PatternTable[Answer]:
        def ask(block: RegisterBlock, row: int) -> Answer:
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
        undecided = full(block.rows) & ~(truth.yes | truth.no)
        if not table.statements.atoms or not undecided.any():
            return truth
        yes, no = truth.yes, truth.no
        for answer, parties in table.answers(block, undecided).items():
            if answer is True:
                yes = yes | parties
            elif answer is False:
                no = no | parties
        return Truth(yes, no)

    def entitled(
        self, index: int, planned: PlannedMeasure, block: RegisterBlock, parties: Bits, number: int
    ) -> Iterator[Finding]:
        """Entitled parties with amount and value; those whose amount needs a fact stand apart."""
        if planned.amount is None and planned.value is None:
            yield Finding(index, VerdictKind.ELIGIBLE, (), parties, number)
            return
        if facts := self.needed[index]:
            told = reduce(and_, (block.known(fact) for fact in facts), parties)
            if (short := parties & ~told).any():
                yield from self.short_of_facts(index, planned, block, short)
                parties, number = told, count(told)
        if not number:
            return
        rows = rows_in(parties, block.rows)
        some = block.some(rows) if number * FEW <= block.rows else None
        try:
            amounts, values = self.figures(planned, block, rows, some)
        except NotInBlocks:
            yield from self.one_by_one(index, planned, block, rows)
            return
        lacking = amounts == NO_AMOUNT if amounts is not None else NOBODY
        if not lacking.any():
            yield Finding(index, VerdictKind.ELIGIBLE, (), parties, number, amounts, values)
            return
        yield from self.short_of_facts(index, planned, block, marked(rows[lacking], block.rows))
        if not lacking.all():
            left = rows[~lacking]
            amounts, values = (None if column is None else column[~lacking] for column in (amounts, values))
            parties = marked(left, block.rows)
            yield Finding(index, VerdictKind.ELIGIBLE, (), parties, len(left), amounts, values)

    def short_of_facts(
        self, index: int, planned: PlannedMeasure, block: RegisterBlock, parties: Bits
    ) -> Iterator[Finding]:
        """Entitled parties whose amount cannot be known."""
        for pattern, group in self.alike_in_known_facts(planned.amount, block, parties):
            yield from self.lacking_amount(index, planned, block, pattern, group)

    def alike_in_known_facts(self, node: Node | None, block: RegisterBlock, parties: Bits) -> Groups:
        """Parties grouped by which facts of an expression are known."""
        groups: Groups = [((), parties)]
        for fact in facts_in(node).values() if node is not None else ():
            groups = cut_by(groups, block.known(fact))
        return groups

    def figures(
        self, planned: PlannedMeasure, block: RegisterBlock, rows: Rows, some: RegisterBlock | None
    ) -> tuple[Millionths | None, Fen | None]:
        """Amounts in millionths of the award's unit, rounded half up, money to the fen first; values in fen.

        None for what the measure does not say."""
        node = planned.amount
        if node is None:
            return None, fen(planned.value, block, rows, some)
        if planned.measure.award.unit != "CNY" and node.type is not Type.MONEY:
            amounts = as_int64(halves_up(numbers_for(node, block, rows, some), PLACES))
            return amounts, fen(planned.value, block, rows, some)
        whole = fen_of(node, block, rows, some)
        if whole.size and int(whole.max()) > INT64_LIMIT // FEN_IN_MILLIONTHS:
            raise NotInBlocks("an amount beyond nine trillion yuan")
        values = whole if planned.value is node else fen(planned.value, block, rows, some)
        return np.where(whole == NO_AMOUNT, NO_AMOUNT, whole * FEN_IN_MILLIONTHS), values

    def lacking_amount(
        self,
        index: int,
        planned: PlannedMeasure,
        block: RegisterBlock,
        pattern: tuple[int, ...],
        parties: Bits,
    ) -> Iterator[Finding]:
        """Parties alike in what is known for the amount: one tells what is missing for all."""
        missing = self.lacking.get((index, pattern))
        if missing is None:
            missing = self.verdict(planned, block, first_of(parties)).missing
            if any(isinstance(part, Choice) for part in walk(planned.amount or NULL)):
                missing = ()
            self.lacking[index, pattern] = missing
        if missing:
            yield Finding(index, VerdictKind.ELIGIBLE, missing, parties, count(parties))
        else:
            yield from self.one_by_one(index, planned, block, rows_in(parties, block.rows))

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
                marked(np.array([row for row, _ in members]), block.rows),
                len(members),
                None if planned.amount is None else scaled([v.amount for _, v in members], PLACES),
                None if planned.value is None else scaled([v.value for _, v in members], FEN_PLACES),
            )


def needed_for(amount: Node | None) -> tuple[FactRef, ...]:
    """Facts without any of which there is no amount; none where a case may do without some."""
    if amount is None or any(isinstance(part, Choice) for part in walk(amount)):
        return ()
    return tuple(facts_in(amount).values())


def scaled(numbers: Iterable[Fraction | None], places: int) -> npt.NDArray[np.int64]:
    """Rounded half up to whole units of the last place; NO_AMOUNT where there is no number."""
    found = (NO_AMOUNT if n is None else int(round_half_up(n, places) * 10**places) for n in numbers)
    return np.array(list(found), np.int64)


def numbers_for(node: Node, block: RegisterBlock, rows: Rows, some: RegisterBlock | None) -> Numbers:
    """An expression for some rows; `some` is the block of these rows alone, where they are few."""
    return numbers_of(node, block).take(rows) if some is None else numbers_of(node, some)


def fen(node: Node | None, block: RegisterBlock, rows: Rows, some: RegisterBlock | None) -> Fen | None:
    """As `fen_of`; None where there is no expression."""
    return None if node is None else fen_of(node, block, rows, some)


def fen_of(node: Node, block: RegisterBlock, rows: Rows, some: RegisterBlock | None) -> Fen:
    """Money for the rows in whole fen, rounded half up once; NO_AMOUNT where it is not known."""
    return as_int64(halves_up(numbers_for(node, block, rows, some), FEN_PLACES))


def as_int64(numbers: Numbers) -> npt.NDArray[np.int64]:
    if numbers.peak > INT64_LIMIT:
        raise NotInBlocks("a number beyond 64 bits")
    return np.where(numbers.known, numbers.num.astype(np.int64), NO_AMOUNT)
