"""Is everything of a pack in use? Clauses that nothing cites, and fact kinds that nothing names."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from huiqi.base.problem import Problem
from huiqi.measures.expressions import FactRef
from huiqi.packs.binding import bindings
from huiqi.packs.types import Library, Pack

DECLARING: Final = {"rulebook", "examples", "own_facts", "written", "written_facts", "written_scores"}
"""Parts of a pack that declare or test facts; being named there is not being used."""


def completeness_problems(library: Library) -> list[Problem]:
    """Every clause must be bound to something, and every fact kind used by some pack.

    Not asked of a pack with a `todo`: what is undecided is left out of it, and with it what it would bind.
    """
    used = {slug: set(names_in_pack(pack)) for slug, pack in library.packs.items()}
    problems = matter_problems(library)
    for slug, pack in library.packs.items():
        if pack.is_unfinished:
            continue
        problems += [
            Problem(f"{slug}/clauses.yaml", f"clause {clause!r} is bound to nothing; see docs/packs.md")
            for clause, bound in bindings(pack).items()
            if not bound
        ]
        seen = used[slug].union(*(used[other] for other in needing(slug, library)))
        problems += [
            Problem(f"{slug}/facts.yaml", f"nothing uses the fact {name!r}")
            for name in pack.own_facts
            if name not in seen and not is_shared(pack)
        ]
    return problems


def matter_problems(library: Library) -> list[Problem]:
    """A matter that several packs declare must combine in one way."""
    first: dict[str, tuple[str, str, str]] = {}
    problems = []
    for slug, pack in library.packs.items():
        for matter in pack.matters.values():
            where, choose, compare = first.setdefault(matter.id, (slug, matter.choose, matter.compare))
            if (choose, compare) != (matter.choose, matter.compare):
                message = f"matter {matter.id!r} is {choose}, {compare} in {where}; name it apart or declare it alike"
                problems.append(Problem(f"{slug}/matters.yaml", message))
    return problems


def needing(slug: str, library: Library) -> list[str]:
    """The packs that require this one."""
    return [name for name, pack in library.packs.items() if slug in pack.requires]


def is_shared(pack: Pack) -> bool:
    """A pack without measures of its own lends its facts to packs that may not be here."""
    return not pack.measures


def names_in_pack(pack: Pack) -> Iterator[str]:
    """Every fact that a rule, a form or a part of a pack names."""
    parts = [field.name for field in dataclasses.fields(pack) if field.name not in DECLARING]
    for part in parts:
        yield from names_in(getattr(pack, part))
    for kind in pack.rulebook.kinds.values():
        if kind.formula is not None:
            yield from names_in(kind.formula)


def names_in(value: Any) -> Iterator[str]:
    """The facts named anywhere in a value made of dataclasses, mappings and tuples."""
    if isinstance(value, FactRef):
        yield value.name
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        fact = getattr(value, "fact", None)
        if isinstance(fact, str):
            yield fact
        for field in dataclasses.fields(value):
            yield from names_in(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(key, str):
                yield key
            yield from names_in(item)
    elif isinstance(value, Iterable) and not isinstance(value, str | bytes):
        for item in value:
            yield from names_in(item)
