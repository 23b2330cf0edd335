"""Which documents and measures hold when, as one self-contained HTML page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from lxml.html.builder import CLASS, E

from huiqi.base.page import page
from huiqi.measures.types import Measure, Period
from huiqi.packs.types import Library, Pack

STYLE: Final = (Path(__file__).parent / "timeline.css").read_text("utf-8")
OPEN_END_YEARS: Final = 1


@dataclass(frozen=True, slots=True)
class Span:
    """The days the page shows; a period without an end runs off its right side."""

    first: date
    last: date

    def place(self, period: Period) -> tuple[float, float]:
        """Left edge and width of a period in percent of the span."""
        whole = (self.last - self.first).days + 1
        start = max((period.first or self.first), self.first)
        end = min((period.last or self.last), self.last)
        left = (start - self.first).days / whole
        return 100 * left, max(0.2, 100 * ((end - start).days + 1) / whole)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From a day to a day (both included) in which the same documents and measures hold."""

    first: date
    last: date | None
    packs: tuple[str, ...]
    measures: int


def stretches(library: Library) -> list[Stretch]:
    """All stretches of time between the days on which something begins or ends, in order."""
    periods = [pack.in_force for pack in library.packs.values()]
    periods += [measure.period for measure in library.measures()]
    starts = {p.first for p in periods if p.first is not None}
    starts |= {p.last + timedelta(days=1) for p in periods if p.last is not None}
    days = sorted(starts)
    found = []
    for day, following in zip(days, [*days[1:], None], strict=True):
        packs = tuple(slug for slug, pack in library.packs.items() if pack.in_force.holds_on(day))
        measures = sum(measure.period.holds_on(day) for measure in library.measures())
        last = following - timedelta(days=1) if following is not None else None
        found.append(Stretch(day, last, packs, measures))
    return found


def timeline_page(library: Library, *, day: date) -> str:
    """The page; `day` is marked, and what holds on it stands out."""
    packs = [pack for pack in library.packs.values() if pack.level != "standard" or pack.measures]
    span = span_of(packs, day)
    return page(
        "政策时间轴",
        E.HEADER(
            E.P(CLASS("eyebrow"), "惠企 huiqi"),
            E.H1("政策时间轴", E.SMALL("Timeline of policies")),
            E.P(
                CLASS("lead"),
                f"深色为{day}仍在执行的文件，竖线即该日；细条为自有期限的措施。",
                E.SPAN(
                    f"Dark: in force on {day}, the upright line. Thin bars: measures with a term of their own."
                ),
            ),
        ),
        E.SECTION(axis(span), *(row for pack in packs for row in rows_of(pack, span, day))),
        stretch_section(stretches(library), library),
        style=STYLE,
    )


def span_of(packs: Iterable[Pack], day: date) -> Span:
    known = [d for pack in packs for d in (pack.in_force.first, pack.in_force.last) if d is not None]
    first, last = min([*known, day]), max([*known, day])
    return Span(date(first.year, 1, 1), date(last.year + OPEN_END_YEARS, 12, 31))


def axis(span: Span) -> Any:
    years = range(span.first.year, span.last.year + 1)
    ticks = [
        E.SPAN(str(year), style=f"left:{span.place(Period(date(year, 1, 1)))[0]:.2f}%")
        for year in years
        if year % 2 == 0
    ]
    return E.DIV(CLASS("row axis"), E.DIV(CLASS("name")), E.DIV(CLASS("track"), *ticks))


def rows_of(pack: Pack, span: Span, day: date) -> list[Any]:
    """The document's bar, and a thin bar for each term of its own among its measures."""
    rows = [bar_row(pack.title.zh, pack.number or pack.id, pack.in_force, span, day, kind="document")]
    for period, measures in own_terms(pack):
        names = "、".join(measure.title.zh for measure in measures)
        rows.append(bar_row(names, term_words(period), period, span, day, kind="measure"))
    return rows


def own_terms(pack: Pack) -> list[tuple[Period, list[Measure]]]:
    """Measures whose days differ from their document's, by their days."""
    found: dict[tuple[date | None, date | None], list[Measure]] = {}
    for measure in pack.measures.values():
        days = (measure.period.first, measure.period.last)
        if days != (pack.in_force.first, pack.in_force.last):
            found.setdefault(days, []).append(measure)
    return [(Period(*days), measures) for days, measures in found.items()]


def bar_row(title: str, under: str, period: Period, span: Span, day: date, *, kind: str) -> Any:
    left, width = span.place(period)
    now = span.place(Period(day, day))[0]
    state = "holds" if period.holds_on(day) else "rests"
    return E.DIV(
        CLASS(f"row {kind} {state}"),
        E.DIV(CLASS("name"), title, E.SMALL(under)),
        E.DIV(
            CLASS("track"),
            E.I(
                CLASS("bar" if period.last is not None else "bar open"),
                style=f"left:{left:.2f}%;width:{width:.2f}%",
                title=term_words(period),
            ),
            E.I(CLASS("now"), style=f"left:{now:.2f}%"),
        ),
    )


def term_words(period: Period) -> str:
    return f"{period.first or '…'} 至 {period.last or '未定'}"


def stretch_section(found: Sequence[Stretch], library: Library) -> Any:
    rows = [
        E.TR(
            E.TH(f"{stretch.first} 至 {stretch.last or '未定'}", scope="row"),
            E.TD("、".join(library.packs[slug].number or slug for slug in stretch.packs)),
            E.TD(CLASS("number"), str(stretch.measures)),
        )
        for stretch in found
    ]
    head = [E.TH(zh, E.SMALL(en), scope="col") for zh, en in HEADINGS]
    return E.SECTION(
        E.H2("分段", E.SMALL("Stretch by stretch")),
        E.DIV(CLASS("scroll"), E.TABLE(E.THEAD(E.TR(*head)), E.TBODY(*rows))),
    )


HEADINGS: Final = (("期间", "days"), ("有效文件", "documents in force"), ("有效措施", "measures in force"))
