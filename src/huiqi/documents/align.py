"""Which clause of one document speaks of the same matter as which of another, by the words they share.

Cosine similarity of pairs of characters, each weighted by how rare it is (tf-idf, Salton and Buckley 1988); figures
are left out, so that a changed amount does not part two clauses.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from huiqi.documents.types import Clause

SAME_PLACE = 0.05
FEWEST_SHARED = 0.1
MOST_COMMON = 0.6
HEADING_WEIGHT = 2
LONGEST = 4_000

Vector = Mapping[str, float]


class Aligned(NamedTuple):
    """Two clauses on one matter, by their places; 1 is word for word the same."""

    old: int
    new: int
    similarity: float


def align(old: Sequence[Clause], new: Sequence[Clause]) -> list[Aligned]:
    """Pairs, each clause in at most one, the most alike first served; in the order of `new`."""
    vectors = _vectors([*old, *new])
    olds, news = vectors[: len(old)], vectors[len(old) :]
    scores = _similarities(olds, news)
    wanted = sorted(
        (
            (score + SAME_PLACE * _same_place(old[i], new[j]), -abs(i - j), i, j)
            for (i, j), score in scores.items()
        ),
        reverse=True,
    )
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    pairs: list[Aligned] = []
    for score, _, i, j in wanted:
        if score < FEWEST_SHARED:
            break
        if i not in taken_old and j not in taken_new:
            taken_old.add(i)
            taken_new.add(j)
            pairs.append(Aligned(i, j, round(min(scores[i, j], 1.0), 3)))
    return sorted(pairs, key=lambda pair: pair.new)


def plain_words(text: str) -> str:
    """Letters and Chinese characters alone.

    >>> plain_words("月销售额 2万元（含）")
    '月销售额万元含'
    """
    return re.sub(r"[\W\d_]", "", text)


def _vectors(clauses: Sequence[Clause]) -> list[Vector]:
    counts = [_pairs(clause) for clause in clauses]
    spread = Counter(pair for count in counts for pair in count)
    size = len(clauses)
    vectors: list[Vector] = []
    for count in counts:
        weighted = {
            pair: (1 + math.log(times)) * math.log((size + 1) / spread[pair]) for pair, times in count.items()
        }
        length = math.sqrt(sum(weight * weight for weight in weighted.values())) or 1.0
        vectors.append({pair: weight / length for pair, weight in weighted.items() if weight})
    return vectors


def _pairs(clause: Clause) -> Counter[str]:
    heading, text = plain_words(clause.title or ""), plain_words(clause.text[:LONGEST])
    found = Counter(text[at : at + 2] for at in range(len(text) - 1))
    for at in range(len(heading) - 1):
        found[heading[at : at + 2]] += HEADING_WEIGHT
    return found


def _similarities(olds: Sequence[Vector], news: Sequence[Vector]) -> dict[tuple[int, int], float]:
    """Only of clauses that share something that few others have."""
    holders: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for j, vector in enumerate(news):
        for pair, weight in vector.items():
            holders[pair].append((j, weight))
    most = max(20, MOST_COMMON * len(news))
    scores: dict[tuple[int, int], float] = defaultdict(float)
    for i, vector in enumerate(olds):
        for pair, weight in vector.items():
            if len(holders[pair]) <= most:
                for j, other in holders[pair]:
                    scores[i, j] += weight * other
    return scores


def _same_place(one: Clause, other: Clause) -> bool:
    return one.id == other.id and one.label == other.label
