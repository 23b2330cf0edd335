"""Two documents clause by clause: what stayed, what changed in figures and owners, what is new, what is gone."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain
from typing import Literal, NamedTuple

from huiqi.documents.align import align
from huiqi.documents.types import Clause, Document, Owner, Quantity

ChangeKind = Literal["same", "changed", "new", "removed"]
AROUND = 12
FEWEST_SHARED_WORDS = 4
LONGEST_COMPARED = 3_000
MOST_CANDIDATES = 20
MOST_COMPARED = 2_500


class FigureChange(NamedTuple):
    """A figure on the same thing; one side is None where the other document gives none."""

    old: Quantity | None
    new: Quantity | None
    about: str  # the words both share around it: 月销售额


class OwnerChange(NamedTuple):
    """An authority that came, went or has another role; None where it is not named."""

    name: str
    old: str | None
    new: str | None


class Edit(NamedTuple):
    """A piece of text: kept, taken out or put in."""

    kind: Literal["kept", "out", "in"]
    text: str


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """What became of one clause. `similarity` is 1 for the same words, 0 for a clause that stands alone."""

    kind: ChangeKind
    old: Clause | None
    new: Clause | None
    similarity: float = 0.0
    figures: tuple[FigureChange, ...] = ()
    owners: tuple[OwnerChange, ...] = ()

    @property
    def is_moved(self) -> bool:
        """Whether it has another label or place."""
        return self.old is not None and self.new is not None and self.old.id != self.new.id


class Related(NamedTuple):
    """A figure that clauses on different matters share a subject for: 月销售额 20000元, 月销售额 15万元."""

    old: Clause
    new: Clause
    change: FigureChange


@dataclass(frozen=True, slots=True)
class Comparison:
    """All changes in the order of the new document, what is gone at its old place among them."""

    changes: tuple[ClauseChange, ...]
    related: tuple[Related, ...] = ()


def compare(old: Document, new: Document) -> Comparison:
    """Clause by clause; clauses are matched by their words, not by their numbers."""
    pairs = align(old.clauses, new.clauses)
    by_new = {pair.new: pair for pair in pairs}
    kept_old = {pair.old for pair in pairs}
    changes: list[ClauseChange] = []
    waiting = 0
    for position, clause in enumerate(new.clauses):
        pair = by_new.get(position)
        if pair is None:
            changes.append(ClauseChange("new", None, clause))
            continue
        gone = [i for i in range(waiting, pair.old) if i not in kept_old]
        changes += [ClauseChange("removed", old.clauses[i], None) for i in gone]
        waiting = max(waiting, pair.old + 1)
        changes.append(change_of(old.clauses[pair.old], clause, pair.similarity))
    rest = [i for i in range(waiting, len(old.clauses)) if i not in kept_old]
    changes += [ClauseChange("removed", old.clauses[i], None) for i in rest]
    return Comparison(tuple(changes), tuple(related(changes)))


def change_of(old: Clause, new: Clause, similarity: float) -> ClauseChange:
    """Two clauses on one matter."""
    if squeezed(old.text) == squeezed(new.text) and old.title == new.title:
        return ClauseChange("same", old, new, 1.0)
    figures = figure_changes(old, new)
    return ClauseChange("changed", old, new, similarity, figures, owner_changes(old.owners, new.owners))


def squeezed(text: str) -> str:
    """Without spaces and with one kind of brackets and commas, so that a reprint is no change."""
    return re.sub(r"\s", "", text).translate(str.maketrans("（）〔〕，：；", "()[],:;"))


def figure_changes(old: Clause, new: Clause) -> tuple[FigureChange, ...]:
    """Figures that differ: those of one unit and like surroundings are one figure that changed."""
    olds, news = list(old.quantities), list(new.quantities)
    for quantity in list(olds):
        same = next((each for each in news if _value(each) == _value(quantity)), None)
        if same is not None:
            olds.remove(quantity)
            news.remove(same)
    changes: list[FigureChange] = []
    is_few = len(olds) * len(news) <= MOST_COMPARED
    wanted = sorted(
        ((_shared(old, one, new, other) if is_few else "", i, j) for i, one in enumerate(olds) for j, other in enumerate(news)
         if one.unit == other.unit),
        key=lambda found: (-len(found[0]), abs(found[1] - found[2])),
    )  # fmt: skip
    left_old, left_new = set(range(len(olds))), set(range(len(news)))
    for words, i, j in wanted:
        if i in left_old and j in left_new:
            left_old.remove(i)
            left_new.remove(j)
            changes.append(FigureChange(olds[i], news[j], words))
    changes += [FigureChange(olds[i], None, "") for i in sorted(left_old)]
    changes += [FigureChange(None, news[j], "") for j in sorted(left_new)]
    return tuple(changes)


def owner_changes(old: Iterable[Owner], new: Iterable[Owner]) -> tuple[OwnerChange, ...]:
    """Authorities that came, went or changed their role."""
    before = {owner.name: owner.role for owner in old}
    after = {owner.name: owner.role for owner in new}
    return tuple(
        OwnerChange(name, before.get(name), after.get(name))
        for name in dict.fromkeys(chain(before, after))
        if before.get(name) != after.get(name)
    )


def related(changes: Sequence[ClauseChange]) -> list[Related]:
    """Figures that differ in clauses that were not matched with each other but speak of one thing in the same words."""
    olds: dict[str, list[tuple[Clause, Quantity]]] = defaultdict(list)
    for clause in [change.old for change in changes if change.old is not None]:
        for figure in clause.quantities:
            for words in _runs(_before(clause, figure)):
                olds[words].append((clause, figure))
    found: list[Related] = []
    for change in changes:
        if change.new is not None and change.kind != "same":
            found += _related(change.new, change, olds)
    return found


def _related(
    clause: Clause, change: ClauseChange, olds: Mapping[str, list[tuple[Clause, Quantity]]]
) -> Iterator[Related]:
    matched = {figure.new for figure in change.figures if figure.old and figure.about}
    for figure in clause.quantities:
        if figure in matched:
            continue
        near = [
            each for words in _runs(_before(clause, figure)) for each in olds.get(words, ())[:MOST_CANDIDATES]
        ]
        candidates = [
            Related(other, clause, FigureChange(old, figure, _shared(other, old, clause, figure)))
            for other, old in near
            if other is not change.old and old.unit == figure.unit and _value(old) != _value(figure)
        ]
        best = max(candidates, key=lambda each: len(each.change.about), default=None)
        if best is not None:
            yield best


def _runs(words: str) -> Iterator[str]:
    """All runs of as many characters as two figures must share."""
    for at in range(len(words) - FEWEST_SHARED_WORDS + 1):
        yield words[at : at + FEWEST_SHARED_WORDS]


def edits(old: str, new: str) -> tuple[Edit, ...]:
    """How one text becomes the other, sign by sign; very long texts are given whole."""
    if max(len(old), len(new)) > LONGEST_COMPARED:
        return Edit("out", old), Edit("in", new)
    pieces: list[Edit] = []
    for kind, a0, a1, b0, b1 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Edit("kept", old[a0:a1]))
            continue
        pieces += [Edit("out", old[a0:a1])] if a1 > a0 else []
        pieces += [Edit("in", new[b0:b1])] if b1 > b0 else []
    return tuple(pieces)


def _value(quantity: Quantity) -> tuple[object, ...]:
    return quantity.value, quantity.unit, quantity.cmp


def _shared(old: Clause, one: Quantity, new: Clause, other: Quantity) -> str:
    """The longest words that both figures have close before them; of equally long ones the nearest."""
    a, b = _before(old, one)[::-1], _before(new, other)[::-1]
    match = SequenceMatcher(None, a, b, autojunk=False).find_longest_match()
    return a[match.a : match.a + match.size][::-1]


def _before(clause: Clause, quantity: Quantity) -> str:
    at = clause.text.find(quantity.text)
    words = clause.text[max(0, at - AROUND) : at] if at >= 0 else ""
    return re.sub(r"[\W\d_]", "", words + re.sub(r"\d.*", "", quantity.text))
