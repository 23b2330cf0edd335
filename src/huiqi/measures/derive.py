"""Facts as an evaluation sees them: stated values first, then formulas and parameters."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from huiqi.measures.expressions import (
    NUMERIC,
    Choice,
    Constant,
    Domain,
    FactRef,
    Node,
    Type,
    Value,
    facts_in,
)
from huiqi.measures.interpret import interpret
from huiqi.measures.ranges import Range, range_of
from huiqi.measures.settle import settle
from huiqi.measures.types import AS_OF, Rulebook

Known = Value | Domain
MOST_KEPT: Final = 50_000
_names: dict[int, tuple[Node, tuple[str, ...]]] = {}


def names_in(node: Node) -> tuple[str, ...]:
    """Names of the facts in an expression of a rule, kept: the same expressions are asked for every party."""
    found = _names.get(id(node))
    if found is None or found[0] is not node:
        if len(_names) >= MOST_KEPT:
            _names.clear()
        found = _names[id(node)] = node, tuple(facts_in(node))
    return found[1]


class Facts:
    """The facts of one party (and claim) on one day; derived ones are worked out when first needed.

    A stated value wins over a formula. A formula whose own facts are missing may still settle: a yes-or-no
    one by trying values, an enum by the branches that remain, a number by the bounds it lies between. Formulas
    form no cycle (checked in the pack).
    """

    def __init__(
        self, stated: Mapping[str, Value], rulebook: Rulebook, as_of: date | None, faults: list[str]
    ) -> None:
        self.rulebook = rulebook
        self.day = as_of or rulebook.first_day
        self.faults = faults
        self.known: dict[str, Known | None] = dict(stated)
        if as_of is not None:
            self.known[AS_OF] = as_of

    def put_into(self, node: Node) -> Node:
        """The expression with everything known put in."""
        known = {name: value for name in names_in(node) if (value := self.of(name)) is not None}
        return interpret(node, known, faults=self.faults)

    def of(self, name: str) -> Known | None:
        """The value of a fact, what is still possible for it, or None."""
        if name not in self.known:
            self.known[name] = self.worked_out(name)
        return self.known[name]

    def worked_out(self, name: str) -> Known | None:
        parameter = self.rulebook.parameters.get(name)
        if parameter is not None:
            return parameter.on(self.day)
        kind = self.rulebook.kinds.get(name)
        if kind is None or kind.formula is None:
            return None
        result = self.put_into(kind.formula)
        if isinstance(result, Constant):
            return result.value
        if kind.type is Type.BOOL:
            return settle(result).outcome
        if kind.type in NUMERIC:
            return between(range_of(result), kind.domain)
        return narrowed(still_possible(result), kind.domain) if kind.type is Type.ENUM else None

    def basis(self, name: str) -> tuple[str, ...]:
        """The underived facts that would settle a fact which has no value yet; the fact itself if it has no formula."""
        kind = self.rulebook.kinds.get(name)
        if kind is None or kind.formula is None:
            return (name,)
        result = self.put_into(kind.formula)
        names = settle(result).open_on if kind.type is Type.BOOL else facts_in(result).keys()
        ordered = [found for found in facts_in(result) if found in names]
        return tuple(dict.fromkeys(base for found in ordered for base in self.basis(found)))


def still_possible(node: Node) -> tuple[str, ...] | None:
    """The values an enum formula can still come to, None where that says nothing.

    >>> from huiqi.measures.expressions import ANY
    >>> rich = FactRef("is_rich", Type.BOOL, ANY)
    >>> still_possible(Choice(((rich, Constant("large", Type.TEXT)),), Constant("small", Type.TEXT)))
    ('large', 'small')
    """
    values: list[str] = []
    for end in ends_of(node):
        if not isinstance(end, Constant) or not isinstance(end.value, str):
            return None
        values.append(end.value)
    return tuple(dict.fromkeys(values))


def narrowed(possible: tuple[str, ...] | None, domain: Domain) -> Known | None:
    """What is left of an enum's values; a single one is the value."""
    if possible is None:
        return None
    return possible[0] if len(possible) == 1 else replace(domain, left=possible)


def between(found: Range | None, domain: Domain) -> Known | None:
    """What is left of a number: the bounds of its formula."""
    if found is None:
        return None
    low = domain.low if found.low is None else found.low
    high = domain.high if found.high is None else found.high
    return replace(domain, low=low, high=high)


def ends_of(node: Node) -> list[Node]:
    """What a nested `case` may come to."""
    match node:
        case Choice(branches, otherwise):
            return [end for value in (*(v for _, v in branches), otherwise) for end in ends_of(value)]
        case FactRef(_, Type.ENUM, domain):
            return [Constant(value, Type.ENUM) for value in domain.candidates]
        case _:
            return [node]
