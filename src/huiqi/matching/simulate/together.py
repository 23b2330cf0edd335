"""`measures.combine` for a block: of the measures each party is entitled to, what it may have together.

The same rules in arrays: what a newer document of the same level replaces is left out, of a matter that says
`best` or `one` the best applies alone, and what cannot be compared for want of a figure stays beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from huiqi.matching.engine import FEN_IN_MILLIONTHS, NO_AMOUNT
from huiqi.measures.combine import Entitlement, Matter, Standing, replaces
from huiqi.measures.types import Measure, Verdict, VerdictKind

Mask = npt.NDArray[np.bool_]
Figures = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Claims:
    """Who of a block is entitled to a measure, and to how much."""

    entitled: Mask
    amounts: Figures  # millionths; NO_AMOUNT where there is none
    values: Figures  # fen


@dataclass(frozen=True, slots=True)
class Group:
    """Measures of one matter, by their places among the simulated ones."""

    matter: Matter | None
    members: tuple[int, ...]
    replaced_by: Mapping[int, tuple[int, ...]]


def groups_of(
    measures: Mapping[int, Measure], matters: Mapping[str, Matter], standings: Mapping[str, Standing]
) -> tuple[Group, ...]:
    """Measures (by their place) by matter; within a matter the best of equals is the one with the last name."""
    found: dict[str, list[int]] = {}
    for place in sorted(measures, key=lambda place: measures[place].key):
        found.setdefault(measures[place].matter or measures[place].key, []).append(place)
    entitled = {place: Entitlement(m, Verdict(m.key, VerdictKind.ELIGIBLE)) for place, m in measures.items()}
    return tuple(
        Group(
            matters.get(name),
            tuple(members),
            {
                old: newer
                for old in members
                if (newer := tuple(n for n in members if replaces(entitled[n], entitled[old], standings)))
            },
        )
        for name, members in found.items()
    )


def kept(groups: Sequence[Group], claims: Mapping[int, Claims]) -> dict[int, Mask]:
    """By place of the measure: for whom it stays in the best allowed combination."""
    stay: dict[int, Mask] = {}
    for group in groups:
        left = {place: without_replaced(place, group, claims) for place in group.members}
        if group.matter is None or group.matter.choose == "adds_up" or len(left) < 2:
            stay |= left
        else:
            stay |= best_of(left, claims, group.matter)
    return stay


def without_replaced(place: int, group: Group, claims: Mapping[int, Claims]) -> Mask:
    left = claims[place].entitled
    for newer in group.replaced_by.get(place, ()):
        left = left & ~claims[newer].entitled
    return left


def best_of(left: Mapping[int, Mask], claims: Mapping[int, Claims], matter: Matter) -> dict[int, Mask]:
    """Who keeps what: the best alone, and beside it what has no figure to compare."""
    places = list(left)
    worth = {place: worth_of(claims[place], matter) for place in places}
    size = len(left[places[0]])
    best, holder = np.full(size, NO_AMOUNT), np.full(size, -1)
    for place in places:  # in the order of their names: of equals the last one wins
        comparable = left[place] & (worth[place] != NO_AMOUNT)
        wins = comparable & ((holder < 0) | (worth[place] >= best))
        best, holder = np.where(wins, worth[place], best), np.where(wins, place, holder)
    return {place: left[place] & ((holder == place) | (worth[place] == NO_AMOUNT)) for place in places}


def worth_of(claims: Claims, matter: Matter) -> Figures:
    """What the matter compares, in millionths; larger is better; NO_AMOUNT where it is not known."""
    if matter.compare == "value":
        known = claims.values != NO_AMOUNT
        if (
            known.any()
            and int(np.abs(claims.values[known]).max()) > np.iinfo(np.int64).max // FEN_IN_MILLIONTHS
        ):
            raise OverflowError("a value beyond nine trillion yuan")
        in_millionths = np.where(known, claims.values, 0) * FEN_IN_MILLIONTHS
        return np.where(known, in_millionths, claims.amounts)
    if matter.compare == "least_amount":
        return np.where(claims.amounts == NO_AMOUNT, NO_AMOUNT, -claims.amounts)
    return claims.amounts
