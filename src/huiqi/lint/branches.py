"""The choices of a rule, each with the statements under which it is looked at at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from huiqi.measures.expressions import Choice, Constant, FactRef, Node, Not, Type, children, facts_in
from huiqi.measures.types import Rulebook

Path = tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Branching:
    """A `case` of a rule, and what must hold for it to be looked at."""

    choice: Choice
    path: Path

    def before(self, index: int) -> Path:
        """What must hold for the branch at `index` to be tried: the path, and no branch before it."""
        return (*self.path, *(Not(when) for when, _ in self.choice.branches[:index]))


def branchings(node: Node, path: Path = ()) -> Iterator[Branching]:
    """Every `case` of a rule, outermost first."""
    if not isinstance(node, Choice):
        for child in children(node):
            yield from branchings(child, path)
        return
    found = Branching(node, path)
    yield found
    for index, (when, then) in enumerate(node.branches):
        before = found.before(index)
        yield from branchings(when, before)
        yield from branchings(then, (*before, when))
    yield from branchings(node.otherwise, found.before(len(node.branches)))


def banded_fact(conditions: Sequence[Node], book: Rulebook) -> FactRef | None:
    """The one stated figure that all conditions stand on, where they are bands of it."""
    names = {name: fact for when in conditions for name, fact in facts_in(when).items()}
    stated = {name: fact for name, fact in names.items() if name not in book.parameters}
    if len(stated) != 1:
        return None
    fact = next(iter(stated.values()))
    kind = book.kinds.get(fact.name)
    numeric = fact.type in (Type.INT, Type.MONEY, Type.RATIO, Type.DECIMAL)
    return fact if numeric and kind is not None and kind.formula is None else None


def says_nothing(node: Node) -> bool:
    """Is it `null` or a plain zero: what is left for figures in no band?"""
    return isinstance(node, Constant) and (node.value is None or node.value == 0)
