"""Which facts a case still waits for: those that can change the answer of a measure claimed, its amount, or a rule.

What no answer could change is not asked. Of a derived fact the underived ones are asked that would settle it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from huiqi.cases.types import CaseType
from huiqi.forms.types import Rule
from huiqi.measures.basis import Basis
from huiqi.measures.derive import Facts
from huiqi.measures.evaluate import in_order
from huiqi.measures.expressions import Domain, Node, Value, facts_in
from huiqi.measures.settle import settle, settle_all
from huiqi.measures.types import AS_OF, FactKind, Measure, Rulebook


@dataclass(frozen=True, slots=True)
class Known:
    """A fact the firm's file has, with where it comes from."""

    value: Value
    source: str
    as_of: date


@dataclass(frozen=True, slots=True)
class Claimed:
    """A measure a case claims, with what its pack's rules stand on."""

    measure: Measure
    rulebook: Rulebook


FileOf = Callable[[str, str], Known | None]
"""What the file has of a fact, by pack and name: two packs may declare one name differently."""


def key_of(name: str, rulebook: Rulebook, home: Rulebook) -> str:
    """The name of a fact in the case; `name@pack` where another pack means something else by the same name."""
    there, here = rulebook.kinds.get(name), home.kinds.get(name)
    if here is None or there is None or (here.type, here.domain) == (there.type, there.domain):
        return name
    return f"{name}@{rulebook.pack}"


@dataclass(frozen=True, slots=True)
class Want:
    """A fact to ask for, and the derived facts (by name in the pack) it is asked for."""

    key: str
    kind: FactKind
    towards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything known so far as the rules of one pack see it: file, answers, and what the case itself knows."""

    rulebook: Rulebook
    home: Rulebook
    facts: Facts
    basis: Basis
    file: Mapping[str, Known]  # by name in the case
    worked_out: frozenset[str] = frozenset()  # stated derived facts whose formula gives a value by now

    def key(self, name: str) -> str:
        return key_of(name, self.rulebook, self.home)

    def outcome(self, rule: Rule | None) -> bool | None:
        """Does a rule hold under what is known? No rule holds always; None while it is open."""
        return True if rule is None else settle(self.facts.put_into(rule.node)).outcome

    def value(self, name: str) -> Value | None:
        """A fact by its name in the pack, worked out where it has a formula; None while it is not known."""
        found = self.facts.of(name)
        return None if isinstance(found, Domain) else found

    def settling(self, names: Iterable[str]) -> Iterator[Want]:
        """What to ask so that facts are settled; parameters and the day are never asked."""
        kinds = self.rulebook.kinds
        for name in names:
            if name == AS_OF or name not in kinds:
                continue
            for base in self.basis.of(name) or (name,):
                if base in kinds:
                    yield Want(self.key(base), kinds[base], (name,) if base != name else ())

    def relied_on(self, nodes: Iterable[Node]) -> Iterator[tuple[str, FactKind]]:
        """The facts of the file that expressions use, through the formulas of those the file does not have."""
        waiting = [name for node in nodes for name in facts_in(node)]
        seen: set[str] = set()
        while waiting:
            name = waiting.pop(0)
            kind = self.rulebook.kinds.get(name)
            if name in seen or kind is None:
                continue
            seen.add(name)
            if self.key(name) in self.file:
                yield self.key(name), kind
            elif kind.formula is not None:
                waiting[:0] = facts_in(kind.formula)


def ground_of(
    rulebook: Rulebook, *, home: Rulebook, file: FileOf, said: Mapping[str, Value], on: date
) -> Ground:
    """`said`: answers and what the case itself knows, by name in the case; they win over the file.

    A derived fact is stated where its formula gives no value; once it does, the statement is out of date.
    """
    known = {name: found for name in rulebook.kinds if (found := file(rulebook.pack, name)) is not None}
    names = {key_of(name, rulebook, home): name for name in rulebook.kinds}
    answers = {names.get(key, key): value for key, value in said.items()}
    stated = {name: found.value for name, found in known.items()} | answers
    formulas = {n for n in answers if n in rulebook.kinds and rulebook.kinds[n].formula is not None}
    without = Facts({n: v for n, v in stated.items() if n not in formulas}, rulebook, on, [])
    late = {name for name in formulas if isinstance(without.of(name), Value)}
    facts = Facts({n: v for n, v in stated.items() if n not in late}, rulebook, on, [])
    return Ground(
        rulebook,
        home,
        facts,
        Basis(facts),
        {key_of(name, rulebook, home): found for name, found in known.items()},
        frozenset(key_of(name, rulebook, home) for name in late),
    )


def nodes_of(measure: Measure) -> list[Node]:
    """What decides a measure and its amount."""
    amount = [measure.award.amount] if measure.award.amount is not None and not measure.award.if_known else []
    return [*(condition.when for condition in measure.conditions), *amount]


def open_in_measure(measure: Measure, ground: Ground) -> tuple[str, ...]:
    """The facts that can still change whether a measure holds or what it comes to; none once it does not hold."""
    statements = [ground.facts.put_into(condition.when) for condition in measure.conditions]
    settled = settle_all(statements)
    if settled.outcome is False:
        return ()
    found = list(in_order(settled.open_on, statements))
    if measure.award.amount is not None and not measure.award.if_known:
        found += facts_in(ground.facts.put_into(measure.award.amount))
    return tuple(dict.fromkeys(found))


def open_in_rules(rules: Iterable[Rule], ground: Ground) -> tuple[str, ...]:
    """The facts on which rules are still open."""
    found: dict[str, None] = {}
    for rule in rules:
        statement = ground.facts.put_into(rule.node)
        found |= dict.fromkeys(in_order(settle(statement).open_on, [statement]))
    return tuple(found)


def other_rules(case_type: CaseType) -> list[Rule]:
    """Rules besides `requires` that decide about a case: materials, clocks and guards of steps."""
    whens = (
        *(m.when for m in case_type.materials),
        *(c.when for c in case_type.clocks),
        *(s.when for s in case_type.steps.values()),
    )
    return [rule for rule in whens if rule is not None]
