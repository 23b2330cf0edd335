"""From the engine's findings for a block to the fate of every party in it, and what each costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from huiqi.matching.engine import FEN_IN_MILLIONTHS, NO_AMOUNT, Finding
from huiqi.matching.simulate.plan import Asked, Pair, Questions
from huiqi.matching.simulate.together import Claims, Group, kept
from huiqi.matching.simulate.types import Fate, Purse
from huiqi.measures.types import Measure, VerdictKind

NO: Final = 0
OPEN: Final = 1
YES: Final = 2
FATE_OF: Final = np.array(
    [
        [Fate.NOTHING, Fate.MAY_GAIN, Fate.GAINS],
        [Fate.MAY_LOSE, Fate.MAY_EITHER, Fate.MAY_GAIN],
        [Fate.LOSES, Fate.MAY_LOSE, Fate.SAME],
    ],
    np.int8,
)
"""The fate by verdict before (row) and after (column); an open answer on either side makes it possible only."""

GIVES_MONEY: Final = frozenset({"subsidy", "grant", "reward", "interest", "fee_waiver"})
"""Kinds of award whose amount in yuan is what the treasury gives or forgoes, where no `value` is declared.

An exemption is none of them: its amount is the base, the tax on it needs a `value`.
"""

Fates = npt.NDArray[np.int8]
Figures = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Answers:
    """What one question came to for every party of a block."""

    state: npt.NDArray[np.int8]
    amounts: Figures  # millionths, NO_AMOUNT where there is none
    values: Figures  # fen


def answers_from(findings: Sequence[Finding], rows: int) -> Answers:
    """The findings of one measure as arrays over the block."""
    state = np.zeros(rows, np.int8)
    amounts, values = np.full(rows, NO_AMOUNT), np.full(rows, NO_AMOUNT)
    for finding in findings:
        members = finding.rows
        if finding.kind is not VerdictKind.ELIGIBLE:
            state[members] = OPEN
            continue
        state[members] = YES
        if finding.amounts is not None:
            amounts[members] = finding.amounts
        if finding.values is not None:
            values[members] = finding.values
    return Answers(state, amounts, values)


@dataclass(frozen=True, slots=True)
class BlockAnswers:
    """All questions of a simulation, answered for one block."""

    rows: int
    found: Mapping[Asked, Answers]

    def side(self, pair: Pair, purpose: str) -> Answers:
        """One version of a measure; an untouched one is the same on both sides."""
        if purpose == "after" and not pair.is_touched and pair.before is not None:
            purpose = "before"
        found = self.found.get((purpose, pair.key))
        return answers_from((), self.rows) if found is None else found


def fates_of(pair: Pair, answers: BlockAnswers) -> Fates:
    """What happens to every party of a block under one measure."""
    before, after = answers.side(pair, "before"), answers.side(pair, "after")
    fates: Fates = FATE_OF[before.state, after.state]
    gain, lose = answers.found.get(("gain", pair.key)), answers.found.get(("lose", pair.key))
    if gain is not None and lose is not None:
        is_open = fates == Fate.MAY_EITHER
        finer = np.select(
            [(gain.state != NO) & (lose.state != NO), gain.state != NO, lose.state != NO],
            [Fate.MAY_EITHER, Fate.MAY_GAIN, Fate.MAY_LOSE],
            Fate.NOTHING,
        )
        fates = np.where(is_open, finer, fates).astype(np.int8)
    rows = np.flatnonzero(fates == Fate.SAME)
    if rows.size and not pair.gives_the_same:
        fates[rows] = compared(before, after, rows)
    return fates


def compared(before: Answers, after: Answers, rows: npt.NDArray[np.intp]) -> Fates:
    """More, less or the same for parties entitled on both sides: by value, and by amount where that is equal."""
    rise, is_open = np.zeros(rows.size, np.int64), np.zeros(rows.size, np.bool_)
    for old, new in ((before.amounts[rows], after.amounts[rows]), (before.values[rows], after.values[rows])):
        known = (old != NO_AMOUNT) & (new != NO_AMOUNT)
        change = np.where(known, (new > old).astype(np.int64) - (new < old), 0)
        rise = np.where(change != 0, change, rise)
        is_open |= (old != NO_AMOUNT) ^ (new != NO_AMOUNT)
    found = np.select([is_open, rise > 0, rise < 0], [Fate.UNPRICED, Fate.MORE, Fate.LESS], Fate.SAME)
    return found.astype(np.int8)


def says_what_it_costs(measure: Measure) -> bool:
    award = measure.award
    return award.value is not None or (
        award.amount is not None and award.unit == "CNY" and award.kind in GIVES_MONEY
    )


def cost_of(measure: Measure | None, claims: Claims) -> Figures:
    """What each entitled party costs, in fen; NO_AMOUNT where it is not known, 0 for all others."""
    if measure is None or not says_what_it_costs(measure):
        return np.zeros(len(claims.entitled), np.int64)
    if measure.award.value is not None:
        figures = claims.values
    else:
        known = claims.amounts != NO_AMOUNT
        figures = np.where(known, claims.amounts // FEN_IN_MILLIONTHS, NO_AMOUNT)
    return np.where(claims.entitled, figures, 0)


@dataclass(frozen=True, slots=True)
class SideCost:
    """What some parties cost on one side: each measure alone, and all together as they may be combined."""

    alone: tuple[Figures, ...]  # fen, by pair
    together: Figures  # fen
    unpriced: int  # parties entitled to something whose figure is missing


def side_cost(
    pairs: Sequence[Pair],
    groups: Sequence[Group],
    answers: BlockAnswers,
    purpose: str,
    rows: npt.NDArray[np.intp],
) -> SideCost:
    """The cost of the parties in these rows. What is not known counts 0 and its parties are told."""
    claims: dict[int, Claims] = {}
    alone: list[Figures] = []
    together, lacking = np.zeros(rows.size, np.int64), np.zeros(rows.size, np.bool_)
    for place, pair in enumerate(pairs):
        side = answers.side(pair, purpose)
        claims[place] = Claims(side.state[rows] == YES, side.amounts[rows], side.values[rows])
        alone.append(cost_of(pair.before if purpose == "before" else pair.after, claims[place]))
    for place, stays in kept(groups, claims).items():
        cost = alone[place]
        lacking |= stays & (cost == NO_AMOUNT)
        together = together + np.where(stays & (cost != NO_AMOUNT), cost, 0)
    known = tuple(np.where(cost == NO_AMOUNT, 0, cost) for cost in alone)
    return SideCost(known, together, int(np.count_nonzero(lacking)))


def purses_of(before: Figures, after: Figures) -> Fates:
    """What happens to the cost of each party."""
    found = np.select(
        [(before == 0) & (after == 0), before == 0, after == 0, after > before, after < before],
        [Purse.NOTHING, Purse.BEGINS, Purse.ENDS, Purse.MORE, Purse.LESS],
        Purse.SAME,
    )
    return found.astype(np.int8)


def concerned(questions: Questions, answers: BlockAnswers, fates: Sequence[Fates]) -> npt.NDArray[np.intp]:
    """Rows of parties to whom something happens, or who are entitled on either side."""
    some = np.zeros(answers.rows, np.bool_)
    for fate in fates:
        some |= fate != Fate.NOTHING
    for pair in questions.pairs[len(fates) :]:
        some |= answers.side(pair, "before").state == YES
        some |= answers.side(pair, "after").state == YES
    return np.flatnonzero(some)
