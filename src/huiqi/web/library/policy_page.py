"""What the page of a document shows, gathered from its pack, the other packs and the official text."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from huiqi.base.bilingual import Bilingual
from huiqi.holdings.texts import OfficialText
from huiqi.packs.citing import Link, links_from, links_to, numbers_named, successor
from huiqi.packs.reading import PRECEDENCE, Bound, Group, ReadClause, counts_of, read_clauses
from huiqi.packs.types import ClauseSummary, Library, Pack
from huiqi.packs.wording import LEVELS

FOREMOST = (
    "measures",
    "duties",
    "targets",
    "time_limits",
    "clauses",
    "orders_nothing",
    "precedence",
    "matters",
)


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One document in the list."""

    pack: Pack
    level: Bilingual
    measures: int  # in force on the day
    holds: bool
    is_over: bool


@dataclass(frozen=True, slots=True)
class ShownClause:
    """A clause on the page; what it is bound to most weightily stands apart from the rest."""

    read: ReadClause
    official: str | None
    groups: tuple[Group, ...]
    rest: tuple[Group, ...]
    rest_count: int


@dataclass(frozen=True, slots=True)
class Citation:
    """Another document, with its pack where there is one."""

    pack: Pack | None
    number: str
    title: Bilingual | None
    how: Bilingual
    clauses: tuple[str, ...] = ()  # of this document that name it


@dataclass(frozen=True, slots=True)
class PolicyView:
    """Everything the page of a document shows."""

    clauses: tuple[ShownClause, ...]
    counts: tuple[tuple[Bilingual, int], ...]
    level: Bilingual
    holds: bool
    is_over: bool
    is_official: bool  # the official words are at hand
    relations: tuple[tuple[Bound, ClauseSummary], ...]  # to other rules, with the clause that says so
    cites: tuple[Citation, ...]
    cited_by: tuple[Citation, ...]
    successor: Pack | None
    sections: tuple[tuple[str, str], ...]  # heading, first clause


@dataclass(slots=True)
class _Named:
    """Document numbers that each pack names, worked out once for the packs that are loaded."""

    library: Library | None = None
    numbers: dict[str, tuple[str, ...]] = field(default_factory=dict)


_NAMED = _Named()


def numbers_in(library: Library) -> dict[str, tuple[str, ...]]:
    if _NAMED.library is not library:
        _NAMED.numbers = {slug: numbers_named(pack) for slug, pack in library.packs.items()}
        _NAMED.library = library
    return _NAMED.numbers


def policy_list(library: Library, day: date) -> list[PolicyRow]:
    """All documents with something to read, those in force first, cities before the nation."""
    rows = [row_of(pack, day) for pack in library.packs.values() if pack.clauses or pack.measures]
    order = list(LEVELS)
    return sorted(rows, key=lambda r: (not r.holds, r.pack.level == "standard", -order.index(r.pack.level)))


def row_of(pack: Pack, day: date) -> PolicyRow:
    last = pack.in_force.last
    return PolicyRow(
        pack,
        LEVELS[pack.level],
        sum(m.period.holds_on(day) for m in pack.measures.values()),
        pack.in_force.holds_on(day),
        last is not None and last < day,
    )


def policy_view(pack: Pack, library: Library, text: OfficialText | None, day: date) -> PolicyView:
    read = [with_titles(clause, library) for clause in read_clauses(pack)]
    row = row_of(pack, day)
    named = numbers_in(library)
    return PolicyView(
        clauses=tuple(shown(clause, text) for clause in read),
        counts=tuple(counts_of(read)),
        level=row.level,
        holds=row.holds,
        is_over=row.is_over,
        is_official=text is not None,
        relations=tuple(relations(read)),
        cites=tuple(cited(pack, library, text, named)),
        cited_by=tuple(from_link(link, library) for link in links_to(pack, library, named)),
        successor=successor(pack, library),
        sections=tuple((c.section, c.clause.id) for c in read if c.section),
    )


def with_titles(read: ReadClause, library: Library) -> ReadClause:
    """Documents that a clause replaces by their titles."""
    return replace(read, groups=tuple(titled(group, library) for group in read.groups))


def titled(group: Group, library: Library) -> Group:
    if group.noun != "precedence":
        return group
    packs = library.packs
    return replace(
        group, items=tuple(replace(i, title=packs[i.id].title) if i.id in packs else i for i in group.items)
    )


def shown(read: ReadClause, text: OfficialText | None) -> ShownClause:
    rest = tuple(group for group in read.groups if group.noun not in FOREMOST)
    return ShownClause(
        read,
        text.clauses.get(read.clause.id) if text else None,
        tuple(group for group in read.groups if group.noun in FOREMOST),
        rest,
        sum(len(group.items) for group in rest),
    )


def relations(read: list[ReadClause]) -> Iterator[tuple[Bound, ClauseSummary]]:
    """What the document says of other rules."""
    for clause in read:
        for group in clause.groups:
            if group.noun == "precedence":
                yield from (
                    (item, clause.clause) for item in group.items if item.detail in PRECEDENCE.values()
                )


def cited(
    pack: Pack, library: Library, text: OfficialText | None, named: dict[str, tuple[str, ...]]
) -> Iterator[Citation]:
    """Those of the pack first; then those only the official text names."""
    links = links_from(pack, library, named)
    in_text = {cite.number: cite for cite in text.cites if cite.number} if text else {}
    for link in links:
        cite = in_text.pop(link.number, None)
        found = from_link(link, library)
        title = found.title or (Bilingual(cite.title, cite.title) if cite and cite.title else None)
        yield Citation(found.pack, found.number, title, link.how, cite.clauses if cite else ())
    by_number = {p.number: p for p in library.packs.values() if p.number}
    for cite in text.cites if text else ():
        if cite.number and cite.number not in in_text:
            continue
        other = by_number.get(cite.number) if cite.number else None
        title = other.title if other else Bilingual(cite.title, cite.title) if cite.title else None
        yield Citation(other, cite.number or "", title, Bilingual("引用", "cites it"), cite.clauses)


def from_link(link: Link, library: Library) -> Citation:
    pack = library.packs.get(link.pack) if link.pack else None
    return Citation(pack, link.number, pack.title if pack else None, link.how)
