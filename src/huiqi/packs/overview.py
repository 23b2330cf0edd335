"""What a front page says of all measures in force: how many for whom and of what kind, what begins and ends."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.measures.measure_words import AUDIENCES
from huiqi.measures.types import Measure
from huiqi.packs.types import Library, Pack
from huiqi.packs.wording import SUPPORT, Support

MOST: Final = 5


@dataclass(frozen=True, slots=True)
class Entrance:
    """One way in: a kind of support, or who one is."""

    name: str
    title: Bilingual
    what: Bilingual
    measures: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures of a front page on a day."""

    measures: int
    documents: int  # in force
    clauses: int
    support: tuple[Entrance, ...]
    audiences: tuple[Entrance, ...]  # those with most measures first
    ending: tuple[Measure, ...]  # with a last day, the first to end first
    beginning: tuple[tuple[Pack, int], ...]  # documents with measures, the newest first


def overview(library: Library, measures: Sequence[Measure], *, day: date) -> Overview:
    """
    Args:
        measures: those in force on the day.
    """
    per_pack = Counter(measure.pack for measure in measures)
    documents = [pack for pack in library.packs.values() if pack.clauses and pack.in_force.holds_on(day)]
    ends = [(m.period.last, m) for m in measures if m.period.last is not None]
    newest = sorted(
        (pack for pack in documents if per_pack[pack.id]),
        key=lambda pack: pack.in_force.first or date.min,
        reverse=True,
    )
    return Overview(
        measures=len(measures),
        documents=len(documents),
        clauses=sum(len(pack.clauses) for pack in documents),
        support=tuple(support_entrance(name, group, measures) for name, group in SUPPORT.items()),
        audiences=tuple(audience_entrances(measures)),
        ending=tuple(measure for _, measure in sorted(ends, key=lambda end: end[0])[:MOST]),
        beginning=tuple((pack, per_pack[pack.id]) for pack in newest[:MOST]),
    )


def support_entrance(name: str, group: Support, measures: Sequence[Measure]) -> Entrance:
    return Entrance(name, group.title, group.what, sum(m.award.kind in group.kinds for m in measures))


def audience_entrances(measures: Sequence[Measure]) -> list[Entrance]:
    counted = Counter(measure.audience for measure in measures)
    nothing = Bilingual("", "")
    return [
        Entrance(name, AUDIENCES[name], nothing, number)
        for name, number in counted.most_common()
        if name in AUDIENCES
    ]
