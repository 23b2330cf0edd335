"""The rules in force: the packs of the repository, and over them what was published, each from its day.

A changed measure stands in its pack once for each version: the version before holds until the day before, the
new one from its day. A version whose text the repository has by now has no effect of its own, nor have those
before it.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

from django.conf import settings

from huiqi.base.problem import Problem
from huiqi.holdings.current import renew_library, repository_library
from huiqi.measures.types import Measure, Period
from huiqi.packs.types import Library, Pack
from huiqi.revisions.check import read_measure
from huiqi.revisions.models import Revision, State
from huiqi.revisions.texts import MeasureTexts, sha256, texts_of

LOG = logging.getLogger(__name__)
Stamp = tuple[int, str]
"""How many revisions are published, and the day: what the rules in force hang on."""


@dataclass(slots=True)
class _Seen:
    stamp: Stamp = (0, "")


_SEEN = _Seen()


def pack_folder(pack: str) -> Path:
    return Path(settings.HUIQI_PACKS) / pack


def texts_in_repository(pack: str, measure: str) -> MeasureTexts:
    return texts_of(pack_folder(pack), measure)


def published() -> Sequence[Revision]:
    """All published revisions in the order in which they take effect."""
    found = Revision.objects.filter(state=State.PUBLISHED).defer("impact", "base_text")
    return list(found.order_by("pack", "measure", "effective_from", "decided_at"))


def with_effect(chain: Sequence[Revision], repository_sha256: str) -> list[Revision]:
    """Of the published revisions of one measure those that the repository does not have yet."""
    known = [number for number, r in enumerate(chain) if r.new_sha256 == repository_sha256]
    return list(chain[known[-1] + 1 :] if known else chain)


def chains(revisions: Iterable[Revision]) -> dict[tuple[str, str], list[Revision]]:
    """By pack and measure, those with an effect of their own, in the order given."""
    ordered = sorted(revisions, key=lambda r: (r.pack, r.measure))
    found = {}
    for (pack, measure), chain in groupby(ordered, key=lambda r: (r.pack, r.measure)):
        own = with_effect(list(chain), sha256(texts_in_repository(pack, measure).text))
        if own:
            found[pack, measure] = own
    return found


def library_with(base: Library, revisions: Iterable[Revision], *, on: date) -> tuple[Library, list[Problem]]:
    """The packs with all published versions in them, each within its days.

    Under its own id a pack has the version that holds `on` the day; the others stand beside it. A version that
    does not fit its pack any more is left out and told.
    """
    problems: list[Problem] = []
    changed: dict[str, dict[str, list[tuple[date, Measure]]]] = defaultdict(dict)
    numbers: dict[str, list[int]] = defaultdict(list)
    for (slug, name), chain in chains(revisions).items():
        if slug not in base.packs:
            problems.append(Problem(f"{slug}/{name}", "a revision of a pack that is not there"))
            continue
        versions, found = versions_of(base, base.packs[slug], name, chain)
        problems += found
        changed[slug][name] = versions
        numbers[slug] += [r.pk for r in chain if r.effective_from and r.effective_from <= on]
    packs = {
        slug: with_versions(pack, changed[slug], numbers[slug], on=on) if slug in changed else pack
        for slug, pack in base.packs.items()
    }
    return Library(packs), problems


def versions_of(
    base: Library, pack: Pack, name: str, chain: Sequence[Revision]
) -> tuple[list[tuple[date, Measure]], list[Problem]]:
    """What each revision declares, with its first day; of two from one day the later decided one counts."""
    versions: dict[date, Measure] = {}
    problems: list[Problem] = []
    for revision in chain:
        measure, found = read_measure(base, pack, name, revision.new_text)
        if found or measure is None or revision.effective_from is None:
            problems += found
        else:
            versions[revision.effective_from] = measure
    return sorted(versions.items()), problems


def with_versions(
    pack: Pack,
    changed: Mapping[str, Sequence[tuple[date, Measure]]],
    numbers: Sequence[int],
    *,
    on: date,
) -> Pack:
    measures: dict[str, Measure] = {}
    for name, measure in pack.measures.items():
        if name not in changed:
            measures[name] = measure
            continue
        apart = in_turn([(date.min, measure), *changed[name]])
        now = next((m for _, m in apart if m.period.holds_on(on)), None) or nearest(apart, on)
        measures[name] = now
        measures |= {f"{name}@{first.isoformat()}": m for first, m in apart if m is not now}
    version = "".join((pack.version, *(f"+r{number}" for number in sorted(numbers)[-1:])))
    return replace(pack, measures=measures, version=version)


def in_turn(versions: Sequence[tuple[date, Measure]]) -> list[tuple[date, Measure]]:
    """Each version from its day to the day before the next one, within its own period; empty ones drop out."""
    found = []
    firsts = [first for first, _ in versions]
    for (first, measure), following in zip(versions, [*firsts[1:], None], strict=True):
        period = clipped(
            measure.period,
            first if first > date.min else None,
            following - timedelta(days=1) if following else None,
        )
        if period.first is None or period.last is None or period.first <= period.last:
            found.append((first, replace(measure, period=period)))
    return found or [versions[-1]]


def clipped(period: Period, first: date | None, last: date | None) -> Period:
    """
    >>> clipped(Period(date(2012, 9, 1), None), None, date(2013, 6, 30))
    Period(first=datetime.date(2012, 9, 1), last=datetime.date(2013, 6, 30), source=None)
    """
    firsts = [day for day in (period.first, first) if day is not None]
    lasts = [day for day in (period.last, last) if day is not None]
    return Period(max(firsts, default=None), min(lasts, default=None), period.source)


def nearest(versions: Sequence[tuple[date, Measure]], on: date) -> Measure:
    """On a day without any version: the last that began, else the first."""
    begun = [measure for first, measure in versions if first <= on]
    return begun[-1] if begun else versions[0][1]


def own_chain(pack: str, measure: str, kept: MeasureTexts) -> list[Revision]:
    """The published revisions of a measure that the repository does not have yet."""
    chain = Revision.objects.filter(pack=pack, measure=measure, state=State.PUBLISHED)
    return with_effect(list(chain.order_by("effective_from", "decided_at")), sha256(kept.text))


def texts_now(pack: str, measure: str) -> MeasureTexts:
    """What a new draft begins from: the last published text, else that of the repository."""
    kept = texts_in_repository(pack, measure)
    own = own_chain(pack, measure, kept)
    return MeasureTexts(own[-1].new_text, own[-1].test_file, own[-1].new_tests) if own else kept


def last_day(pack: str, measure: str) -> date | None:
    """The day from which the last published version holds, where the repository does not have it yet."""
    own = own_chain(pack, measure, texts_in_repository(pack, measure))
    return own[-1].effective_from if own else None


def renew(*, on: date) -> bool:
    """Bring this process up to date with what is published. Cheap where nothing changed: one count.

    Returns whether the rules were built anew.
    """
    count = Revision.objects.filter(state=State.PUBLISHED).count()
    stamp = (count, on.isoformat() if count else "")
    if stamp == _SEEN.stamp:
        return False
    changed, problems = library_with(repository_library(), published(), on=on)
    for problem in problems:
        LOG.warning("published rule left out: %s", problem)
    renew_library(changed)
    _SEEN.stamp = stamp
    return True


def forget() -> None:
    """Back to the repository alone, until `renew` is called."""
    _SEEN.stamp = (0, "")
    renew_library(repository_library())
