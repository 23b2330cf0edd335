"""What a derived fact stands on: the underived facts that would settle it, each formula looked into once."""

from huiqi.measures.derive import Facts
from huiqi.measures.expressions import Type, facts_in
from huiqi.measures.settle import settle
from huiqi.measures.types import AS_OF


class Basis:
    """`Facts.basis` for one party, remembered; formulas share most of what they stand on."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.known: dict[str, tuple[str, ...]] = {}

    def of(self, name: str) -> tuple[str, ...]:
        """The underived facts that would settle a fact without a value, in the order its formula names them."""
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
        return tuple(dict.fromkeys(base for found in ordered for base in self.of(found)))
