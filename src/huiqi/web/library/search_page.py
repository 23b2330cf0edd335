"""The search page: what was asked, in which order it is shown, and what it can be narrowed down by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.core.paginator import Page, Paginator
from django.urls import reverse

from huiqi.base.bilingual import Bilingual
from huiqi.measures.measure_words import AUDIENCES, AWARDS
from huiqi.measures.types import Measure
from huiqi.packs.types import Library, Pack
from huiqi.packs.wording import LEVELS, SUPPORT
from huiqi.search.models import Entry, Kind
from huiqi.search.queries import Asked, Found, documents_and_departments
from huiqi.search.rank import Piece, pieces
from huiqi.search.words import LONGEST_QUERY, Term
from huiqi.web.shared.templatetags.say import is_english

PER_PAGE: Final = 20
MOST_DEPARTMENTS: Final = 80
KINDS: Final[Mapping[str, Bilingual]] = {
    "": Bilingual("全部", "All"),
    Kind.MEASURE: Bilingual("政策措施", "Measures"),
    Kind.POLICY: Bilingual("政策文件", "Documents"),
    Kind.CLAUSE: Bilingual("条款", "Clauses"),
}
ONE: Final[Mapping[str, Bilingual]] = {
    Kind.MEASURE: Bilingual("措施", "measure"),
    Kind.POLICY: Bilingual("文件", "document"),
    Kind.CLAUSE: Bilingual("条款", "clause"),
}
FILTERS: Final = ("document", "level", "region", "audience", "department", "support", "matter")


@dataclass(frozen=True, slots=True)
class Hit:
    """One result as it is shown."""

    entry: Entry
    link: str
    kind: Bilingual
    title: list[Piece]
    title_is_chinese: bool
    snippet: list[Piece]
    snippet_is_chinese: bool
    pack: Pack
    measure: Measure | None
    award: Bilingual | None
    departments: list[str]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a filter offers."""

    value: str
    title: Bilingual
    chosen: bool


@dataclass(frozen=True, slots=True)
class Tab:
    """A kind of result and how many there are."""

    value: str
    title: Bilingual
    count: int


@dataclass(frozen=True, slots=True)
class ResultPage:
    """Everything the search page shows."""

    hits: list[Hit]
    page: Page[Entry]
    tabs: list[Tab]
    is_near: bool
    is_narrowed: bool
    regions: list[Choice]
    levels: list[Choice]
    audiences: list[Choice]
    supports: list[Choice]
    documents: list[Choice]
    departments: list[str]
    matter: Bilingual | None


def asked_in(query: Mapping[str, str]) -> Asked:
    """The search of an address: measures, unless another kind is named; `kind=all` for everything."""
    kind = query.get("kind", Kind.MEASURE)
    given = {name: query.get(name, "").strip()[:80] for name in FILTERS}
    given["region"] = given["region"] if given["region"].isdigit() else ""
    return Asked(
        words=query.get("q", "").strip()[:LONGEST_QUERY], kind=kind if kind in list(Kind) else "", **given
    )


def result_page(asked: Asked, found: Found, number: str | None, library: Library, day: date) -> ResultPage:
    page = Paginator(found.entries, PER_PAGE).get_page(number)
    documents, departments = documents_and_departments(day=day)
    packs = [library.packs[slug] for slug in documents if slug in library.packs]
    places = {pack.region: pack.jurisdiction for pack in packs if pack.region}
    counts = found.counts | {"": sum(found.counts.values())}
    matter = library.matters().get(asked.matter)
    return ResultPage(
        hits=[hit for entry in page.object_list if (hit := shown(entry, found.terms, library))],
        page=page,
        tabs=[Tab(kind, title, counts[kind]) for kind, title in KINDS.items()],
        is_near=found.is_near and bool(found.entries),
        is_narrowed=any(getattr(asked, name) for name in FILTERS),
        regions=choices(places, asked.region),
        levels=choices({level: LEVELS[level] for level in LEVELS}, asked.level),
        audiences=choices(AUDIENCES, asked.audience),
        supports=choices({name: group.title for name, group in SUPPORT.items()}, asked.support),
        documents=choices({pack.id: short_title(pack) for pack in packs}, asked.document),
        departments=departments[:MOST_DEPARTMENTS],
        matter=matter.title if matter else None,
    )


def choices(titles: Mapping[str, Bilingual], chosen: str) -> list[Choice]:
    return [Choice(value, title, value == chosen) for value, title in titles.items()]


def short_title(pack: Pack) -> Bilingual:
    number = f"{pack.number} " if pack.number else ""
    return Bilingual(f"{number}{pack.title.zh}"[:40], pack.title.en[:60])


def shown(entry: Entry, terms: tuple[Term, ...], library: Library) -> Hit | None:
    """A result; None where the packs have just changed and it is gone."""
    pack = library.packs.get(entry.pack)
    measure = library.measure(f"{entry.pack}/{entry.name}") if entry.kind == Kind.MEASURE else None
    if pack is None or (entry.kind == Kind.MEASURE and measure is None):
        return None
    title, title_is_chinese = in_language(terms, entry.title_zh, entry.title_en)
    snippet, snippet_is_chinese = in_language(terms, entry.body_zh, entry.body_en, cut=True)
    return Hit(
        entry=entry,
        link=link_to(entry),
        kind=ONE[Kind(entry.kind)],
        title=title,
        title_is_chinese=title_is_chinese or entry.kind == Kind.CLAUSE,
        snippet=snippet,
        snippet_is_chinese=snippet_is_chinese,
        pack=pack,
        measure=measure,
        award=AWARDS.get(entry.award) if entry.award else None,
        departments=[name for name in entry.departments.split("|") if name],
    )


def in_language(terms: tuple[Term, ...], zh: str, en: str, *, cut: bool = False) -> tuple[list[Piece], bool]:
    """The text in the visitor's language; in the other one where only that has what was looked for."""
    order = (("en", en), ("zh", zh)) if is_english() else (("zh", zh), ("en", en))
    made = [(pieces(terms, text, language if cut else None), language == "zh") for language, text in order]
    if not cut or any(piece.is_hit for piece in made[0][0]):
        return made[0]
    return made[1] if any(piece.is_hit for piece in made[1][0]) else made[0]


def link_to(entry: Entry) -> str:
    if entry.kind == Kind.MEASURE:
        return reverse("measure", args=(entry.pack, entry.name))
    link = reverse("policy", args=(entry.pack,))
    return f"{link}#{entry.name}" if entry.kind == Kind.CLAUSE else link
