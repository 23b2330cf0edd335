"""Which of several tables is believed where they contradict each other."""

import re
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


def in_chinese(rule: str) -> str:
    """The words of `Preference` in Chinese.

    >>> in_chinese("newest: 2013-06-30 after 2013-01-01"), in_chinese("first: the order given")
    ('取较新者：2013-06-30晚于2013-01-01', '按给出的先后')
    """
    for english, chinese in RULES_IN_CHINESE:
        if found := re.fullmatch(english, rule):
            return chinese.format(*found.groups())
    return rule


RULES_IN_CHINESE = (
    ("newest: both of (.*), the order given", "同为{}，按给出的先后"),
    ("newest: (.*) after (.*)", "取较新者：{}晚于{}"),
    ("first: the order given", "按给出的先后"),
    ("named: (.*) before (.*)", "按指定的次序：{}先于{}"),
)
