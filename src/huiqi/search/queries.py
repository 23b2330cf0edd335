"""What is found for words and filters on a day, best first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q, QuerySet

from huiqi.packs.wording import SUPPORT
from huiqi.search.models import Entry, IndexState, Kind
from huiqi.search.rank import near_scores, score
from huiqi.search.word_index import entries_with
from huiqi.search.words import Term, folded, terms_of

REGION_LENGTHS: Final = (0, 2, 4, 6)


@dataclass(frozen=True, slots=True)
class Asked:
    """A search: words and what narrows it down; what is empty does not."""

    words: str = ""
    kind: str = ""
    document: str = ""
    level: str = ""
    region: str = ""  # a place: what holds in it, national and provincial measures too
    audience: str = ""
    department: str = ""
    support: str = ""  # a group of awards
    matter: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a search."""

    entries: Sequence[Entry]  # of the kind asked for, best first
    counts: dict[str, int]  # of every kind
    terms: tuple[Term, ...]
    is_near: bool  # nothing has all the words; these have some


def current_mark() -> str:
    """What the index was made from; empty before it was."""
    return IndexState.objects.filter(pk=1).values_list("mark", flat=True).first() or ""


def search(asked: Asked, *, day: date) -> Found:
    """Everything that fits and holds on the day. What has expired is never found.

    Where no text has all the words, those come that have some of them, the rarer the words the earlier.
    """
    terms = terms_of(asked.words)
    rows = narrowed(asked, day)
    if asked.words.strip() and not terms:
        return Found([], counts_of([]), (), False)
    if not terms:
        return answer(list(rows), asked, terms, is_near=False)
    whole = {row: score(terms, *folded_texts(row)) for row in rows.filter(pk__in=entries_with(terms))}
    if whole:
        return answer(in_order(whole), asked, terms, is_near=False)
    some = {row.pk: row for row in rows.filter(pk__in=entries_with(terms, all_of_them=False))}
    near = near_scores(terms, {number: folded_texts(row) for number, row in some.items()})
    return answer(in_order({some[n]: points for n, points in near.items()}), asked, terms, is_near=True)


def narrowed(asked: Asked, day: date) -> QuerySet[Entry]:
    """Entries in force that pass the filters other than the kind."""
    rows = Entry.objects.filter(
        Q(first__isnull=True) | Q(first__lte=day), Q(last__isnull=True) | Q(last__gte=day)
    )
    exact = {"pack": asked.document, "level": asked.level, "audience": asked.audience, "matter": asked.matter}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if asked.region:
        rows = rows.filter(region__in=[asked.region[:n] for n in REGION_LENGTHS if n <= len(asked.region)])
    if asked.department:
        rows = rows.filter(departments__contains=asked.department)
    if asked.support:
        rows = rows.filter(award__in=SUPPORT[asked.support].kinds if asked.support in SUPPORT else ())
    return rows


def folded_texts(row: Entry) -> tuple[str, str]:
    return folded(f"{row.title_zh}\n{row.title_en}"), folded(f"{row.body_zh}\n{row.body_en}")


def in_order(scored: dict[Entry, int]) -> list[Entry]:
    return sorted(scored, key=lambda row: (-scored[row], row.position))


def answer(rows: list[Entry], asked: Asked, terms: tuple[Term, ...], *, is_near: bool) -> Found:
    shown = [row for row in rows if not asked.kind or row.kind == asked.kind]
    return Found(shown, counts_of(rows), terms, is_near)


def documents_and_departments(*, day: date) -> tuple[list[str], list[str]]:
    """What the filters offer: documents of entries in force, and departments that decide, most measures first."""
    rows = list(narrowed(Asked(), day).values_list("kind", "pack", "departments"))
    counted = Counter(
        name for kind, _, names in rows if kind == Kind.MEASURE for name in names.strip("|").split("|")
    )
    return list(dict.fromkeys(pack for _, pack, _ in rows)), [
        name for name, _ in counted.most_common() if name
    ]


def counts_of(rows: Sequence[Entry]) -> dict[str, int]:
    return {str(kind): sum(row.kind == kind for row in rows) for kind in Kind}
