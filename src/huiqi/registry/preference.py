"""Which of several tables is believed where they contradict each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from huiqi.base.problem import Problem

NEWEST, FIRST = "newest", "first"


@dataclass(frozen=True, slots=True)
class Source:
    """A table's name and the day its facts hold for."""

    name: str
    day: date


@dataclass(frozen=True, slots=True)
class Preference:
    """`newest`: the later day, then the order given; `first`: the order given; else names in order."""

    rule: str
    order: tuple[int, ...]  # numbers of the sources, the one that is believed first

    def says(self, kept: Source, other: Source) -> str:
        """The rule that decided between two sources, in words.

        >>> old, new = Source("a", date(2013, 1, 1)), Source("b", date(2013, 6, 30))
        >>> Preference("newest", (1, 0)).says(new, old)
        'newest: 2013-06-30 after 2013-01-01'
        """
        if self.rule == NEWEST and kept.day != other.day:
            return f"newest: {kept.day} after {other.day}"
        if self.rule == NEWEST:
            return f"newest: both of {kept.day}, the order given"
        return "first: the order given" if self.rule == FIRST else f"named: {kept.name} before {other.name}"


def prefer(rule: str, sources: Sequence[Source]) -> tuple[Preference | None, list[Problem]]:
    """The order of the sources by a rule: `newest`, `first`, or all their names with commas between them."""
    numbers = range(len(sources))
    names = [source.name for source in sources]
    problems = [
        Problem("source", f"{name!r} is the source of two tables: give each a name of its own")
        for name in sorted({n for n in names if names.count(n) > 1})
    ]
    if rule == NEWEST:
        order = sorted(numbers, key=lambda n: (-sources[n].day.toordinal(), n))
    elif rule == FIRST:
        order = list(numbers)
    else:
        named = [name.strip() for name in rule.split(",")]
        if sorted(named) != sorted(names):
            known = ",".join(names)
            problems.append(
                Problem("--prefer", f"{rule!r} is neither newest nor first nor every source once: {known}")
            )
            return None, problems
        order = [names.index(name) for name in named]
    return (None if problems else Preference(rule, tuple(order))), problems
