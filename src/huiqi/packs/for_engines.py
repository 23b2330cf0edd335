"""Packs as the simulation and the lint take them."""

from huiqi.lint.types import Document
from huiqi.matching.simulate.types import Ruleset
from huiqi.packs.types import Library, Pack


def ruleset(loaded: Library) -> Ruleset:
    """All rules of a library, as one side of a simulation."""
    return Ruleset(tuple(loaded.measures()), loaded.rulebooks(), loaded.matters(), loaded.standings())


def document_of(pack: Pack, library: Library) -> Document:
    """A pack as the lint sees it."""
    inherited = [library.packs[name].rulebook.parameters for name in pack.requires if name in library.packs]
    return Document(
        id=pack.id,
        rulebook=pack.rulebook,
        measures=pack.measures,
        matters=pack.matters,
        standing=pack.standing,
        region=pack.region,
        in_force=pack.in_force,
        own_parameters=tuple(
            name
            for name, parameter in pack.rulebook.parameters.items()
            if all(others.get(name) != parameter for others in inherited)
        ),
        requires=all_required(pack, library),
    )


def all_required(pack: Pack, library: Library) -> tuple[str, ...]:
    """The packs a pack builds on, also through others."""
    found: dict[str, None] = {}
    waiting = list(pack.requires)
    while waiting:
        name = waiting.pop(0)
        if name not in found and name in library.packs:
            found[name] = None
            waiting += library.packs[name].requires
    return tuple(found)
