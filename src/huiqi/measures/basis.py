"""What derived facts stand on, each formula looked into once for all measures of a pack."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from huiqi.measures.derive import Facts
from huiqi.measures.expressions import Node, Type, Value, facts_in
from huiqi.measures.settle import settle
from huiqi.measures.types import AS_OF, Rulebook


class Basis:
    """What would settle the derived facts of one party; remembered, since formulas share most of it."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.known: dict[str, tuple[str, ...]] = {}

    def of(self, name: str) -> tuple[str, ...]:
        """The underived facts that would settle a fact without a value, in the order its formula names them.

        Empty where nothing would: the formula stands on a fact that no statement can settle (an industry the
        size standard does not cover). Such a fact can only be stated itself.
        """
        if name not in self.known:
            self.known[name] = self.worked_out(name)
        return self.known[name]

    def worked_out(self, name: str) -> tuple[str, ...]:
        kind = self.facts.rulebook.kinds.get(name)
        if kind is None or kind.formula is None:
            return (name,)
        result = self.facts.put_into(kind.formula)
        named = tuple(facts_in(result))
        open_on = settle(result).open_on if kind.type is Type.BOOL else named
        ordered = [found for found in named if found in open_on and found != AS_OF]
        parts = [self.of(found) for found in ordered]
        return tuple(dict.fromkeys(base for part in parts for base in part)) if all(parts) else ()


def with_derived(
    facts: Facts, stated: Mapping[str, Value], *, only: Iterable[str] | None = None
) -> tuple[dict[str, Value], Rulebook]:
    """Facts and rulebook that give the verdicts of `stated`, with the formulas worked out beforehand.

    For evaluating many measures: a derived fact that has a value is stated, and a formula that gives none is
    left out, so that neither is worked out again for every measure. One that ran into a fault stays. `only`
    names the derived facts to treat so; all by default.
    """
    kinds = dict(facts.rulebook.kinds)
    known = dict(stated)
    for name in facts.rulebook.kinds if only is None else only:
        kind = facts.rulebook.kinds.get(name)
        if kind is None or kind.formula is None or name in stated:
            continue
        faults = len(facts.faults)
        value = facts.of(name)
        if len(facts.faults) > faults:
            continue
        if isinstance(value, bool | Fraction | date | str):
            known[name] = value
        elif value is None:
            kinds[name] = replace(kind, formula=None)
    return known, replace(facts.rulebook, kinds=kinds)


def reached(nodes: Iterable[Node], rulebook: Rulebook) -> set[str]:
    """Names of the facts and parameters that expressions can stand on, through all formulas."""
    found: set[str] = set()
    waiting = [name for node in nodes for name in facts_in(node)]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            kind = rulebook.kinds.get(name)
            waiting += facts_in(kind.formula) if kind is not None and kind.formula is not None else ()
    return found
