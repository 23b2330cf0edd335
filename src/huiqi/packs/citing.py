"""Which documents a pack names and which name it: by number, by requiring it, by saying what it replaces."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.documents.docnumbers import find_numbers
from huiqi.documents.signs import unify
from huiqi.packs.as_json import pack_as_json
from huiqi.packs.types import Library, Pack

NEAR: Final = re.compile(r"[\u4e00-\u9fff]{1,16}(?:〔\d{4}〕|第)\d{1,5}号")
USES: Final = Bilingual("以其为基础", "builds on it")
NAMES: Final = Bilingual("提及", "names it")
REPLACES: Final = Bilingual("取代", "replaces it")


@dataclass(frozen=True, slots=True)
class Link:
    """One document stands to another."""

    pack: str | None  # None: it has no pack here
    number: str
    how: Bilingual


def numbers_named(pack: Pack) -> tuple[str, ...]:
    """Document numbers in everything a pack says, its own left out."""
    said = json.dumps(pack_as_json(pack), ensure_ascii=False)
    near = "\n".join(dict.fromkeys(NEAR.findall(said)))  # all of it would take seconds
    found = dict.fromkeys(number.form for number in find_numbers(unify(near)))
    return tuple(number for number in found if number != pack.number)


def links_from(pack: Pack, library: Library, named: Mapping[str, tuple[str, ...]]) -> list[Link]:
    """The documents that a pack stands on or names, those with a pack first.

    Args:
        named: the numbers that each pack names.
    """
    by_number = {p.number: p.id for p in library.packs.values() if p.number}
    found: dict[str, Link] = {}
    for precedence in pack.standing.precedence:
        if precedence.over in library.packs:
            found[precedence.over] = Link(precedence.over, number_of(library, precedence.over), REPLACES)
    for number in named.get(pack.id, ()):
        slug = by_number.get(number)
        if slug != pack.id:
            found.setdefault(slug or number, Link(slug, number, NAMES))
    for slug in pack.requires:
        if library.packs[slug].clauses:
            found.setdefault(slug, Link(slug, number_of(library, slug), USES))
    return sorted(found.values(), key=lambda link: link.pack is None)


def links_to(pack: Pack, library: Library, named: Mapping[str, tuple[str, ...]]) -> list[Link]:
    """The packs that stand on this document or name it."""
    return [
        Link(other.id, number_of(library, other.id), link.how)
        for other in library.packs.values()
        for link in links_from(other, library, named)
        if link.pack == pack.id
    ]


def number_of(library: Library, slug: str) -> str:
    return library.packs[slug].number or ""


def successor(pack: Pack, library: Library) -> Pack | None:
    """The document that says that it replaces this one."""
    return next(
        (
            other
            for other in library.packs.values()
            if any(p.over == pack.id and p.rule == "replaces" for p in other.standing.precedence)
        ),
        None,
    )
