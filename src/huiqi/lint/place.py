"""Where and when rules are asked about: the days, the world over them, and the facts they stand on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from huiqi.lint.encode import World
from huiqi.lint.solver import Budget
from huiqi.lint.texts import Texts
from huiqi.lint.types import Document
from huiqi.measures.expressions import Node, facts_in
from huiqi.measures.types import Measure, Period, Rulebook

FIRST_DAY: Final = date(1949, 10, 1)
LAST_DAY: Final = date(2100, 12, 31)


@dataclass(frozen=True, slots=True)
class Setting:
    """What all checks of a run share. Without `as_of` each rule is asked about from its own first day on."""

    documents: tuple[Document, ...]
    texts: Mapping[str, Texts]  # by fact
    budget: Budget
    as_of: date | None = None

    def document(self, name: str) -> Document:
        return next(d for d in self.documents if d.id == name)

    def days(
        self, periods: Iterable[Period], books: Iterable[tuple[Rulebook, Iterable[Node]]]
    ) -> tuple[date, date] | None:
        """The days on which all periods hold and all parameters in use keep one value, or None.

        With `as_of` that day alone. Else from the first common day to the day before a parameter changes.
        """
        periods = list(periods)
        first = max((p.first for p in periods if p.first is not None), default=FIRST_DAY)
        last = min((p.last for p in periods if p.last is not None), default=LAST_DAY)
        if self.as_of is not None:
            first, last = max(first, self.as_of), min(last, self.as_of)
        if first > last:
            return None
        changes = (day for book, nodes in books for day in changes_of(nodes, book) if day > first)
        return first, min([last, *(day - timedelta(days=1) for day in changes)])

    def world(self, days: tuple[date, date]) -> World:
        units = {k.name: k.unit for d in self.documents for k in d.rulebook.kinds.values() if k.unit}
        return World(days[0], days, self.texts, units)


def changes_of(nodes: Iterable[Node], book: Rulebook) -> list[date]:
    """The days on which a parameter gets a new value that the rules use, also through formulas."""
    return [
        day
        for name in closure(nodes, book)
        if name in book.parameters
        for day, _ in book.parameters[name].values
    ]


def closure(nodes: Iterable[Node], book: Rulebook) -> dict[str, bool]:
    """Every fact and parameter rules stand on, also through formulas: name → is it stated by a party?"""
    found: dict[str, bool] = {}
    waiting = list(nodes)
    while waiting:
        for name in facts_in(waiting.pop()):
            if name in found:
                continue
            kind = book.kinds.get(name)
            formula = kind.formula if kind is not None else None
            found[name] = formula is None and name not in book.parameters
            if formula is not None:
                waiting.append(formula)
    return found


def stated_facts(nodes: Iterable[Node], book: Rulebook) -> set[str]:
    return {name for name, is_stated in closure(nodes, book).items() if is_stated}


def rules_of(measure: Measure) -> list[Node]:
    """Every rule of a measure."""
    award = measure.award
    more = [node for node in (award.amount, award.value, *award.also.values()) if node is not None]
    return [*(c.when for c in measure.conditions), *more]


def nested(region: str, other: str) -> bool:
    """Does one place lie in the other?"""
    return region.startswith(other) or other.startswith(region)
