"""The periods of documents and measures as bars on one scale, for the timeline of a page."""

from dataclasses import dataclass
from datetime import date

from huiqi.base.bilingual import Bilingual
from huiqi.measures.types import Period
from huiqi.packs.timeline_page import Span, own_terms, span_of
from huiqi.packs.types import Library, Pack


@dataclass(frozen=True, slots=True)
class Bar:
    """One period; places are per mille of the span."""

    title: Bilingual
    period: Period
    left: int
    width: int
    now: int
    holds: bool
    is_document: bool
    more: int = 0  # further measures with the same days


def span_of_all(library: Library, day: date) -> Span:
    return span_of([pack for pack in library.packs.values() if pack.clauses], day)


def bars_of(pack: Pack, span: Span, day: date) -> list[Bar]:
    """The document's bar, then one for each term of its own among its measures."""
    found = [bar(pack.title, pack.in_force, span, day, is_document=True)]
    for period, measures in own_terms(pack):
        found.append(bar(measures[0].title, period, span, day, more=len(measures) - 1))
    return found


def bar(
    title: Bilingual, period: Period, span: Span, day: date, *, is_document: bool = False, more: int = 0
) -> Bar:
    left, width = span.place(period)
    now = span.place(Period(day, day))[0]
    holds = period.holds_on(day)
    return Bar(
        title, period, round(10 * left), max(3, round(10 * width)), round(10 * now), holds, is_document, more
    )
