"""Which of several facts counts on a given day, and why the others do not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from huiqi.registry.types import Fact


class Why(Enum):
    """Why a fact does not count."""

    NOT_YET = "stated for a later day"
    ONLY_DECLARED = "declared, where an official one is known"
    OLDER = "an equally good one is later"
    REPEATED = "says the same as the one that counts"
    CONTRADICTED = "equally good and of the same day, but says something else"


@dataclass(frozen=True, slots=True)
class Beaten:
    fact: Fact
    why: Why


@dataclass(frozen=True, slots=True)
class Resolution:
    """The fact that counts for one party and kind, if any is known by the day, and the ones that do not."""

    counts: Fact | None
    beaten: tuple[Beaten, ...] = ()

    @property
    def is_contradicted(self) -> bool:
        """True if an equally good fact of the same day gives another value: someone has to look."""
        return any(b.why is Why.CONTRADICTED for b in self.beaten)


def resolve(facts: Iterable[Fact], *, day: date) -> dict[tuple[str, str], Resolution]:
    """Per party and kind: known by `day`, official before declared, then latest.

    Of equally good facts of the same day the one whose source comes first in the alphabet counts, so that the
    order of `facts` never matters; `Resolution.is_contradicted` tells that they differ.
    """
    groups: dict[tuple[str, str], list[Fact]] = {}
    for fact in facts:
        groups.setdefault((fact.party, fact.kind), []).append(fact)
    return {key: _resolve_one(group, day) for key, group in groups.items()}


def facts_on(facts: Iterable[Fact], *, day: date) -> dict[tuple[str, str], Fact]:
    """The one fact that counts per party and kind, where one does."""
    return {key: r.counts for key, r in resolve(facts, day=day).items() if r.counts is not None}


def _resolve_one(group: list[Fact], day: date) -> Resolution:
    ranked = sorted(group, key=lambda f: (-_rank(f)[0], -_rank(f)[1], f.source, str(f.value)))
    known = [f for f in ranked if f.as_of <= day]
    if not known:
        return Resolution(None, tuple(Beaten(f, Why.NOT_YET) for f in ranked))
    counts, rest = known[0], [f for f in ranked if f is not known[0]]
    return Resolution(counts, tuple(Beaten(f, _why(f, counts, day)) for f in rest))


def _rank(fact: Fact) -> tuple[int, int]:
    return (fact.standing == "official", fact.as_of.toordinal())


def _why(fact: Fact, counts: Fact, day: date) -> Why:
    if fact.as_of > day:
        return Why.NOT_YET
    if fact.standing != counts.standing:
        return Why.ONLY_DECLARED
    if fact.as_of < counts.as_of:
        return Why.OLDER
    return Why.REPEATED if fact.value == counts.value else Why.CONTRADICTED
