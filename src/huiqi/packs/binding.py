"""What each clause of a pack is bound to: the measures, duties, targets, systems … that cite it."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from huiqi.packs.types import Pack

PROMISES: Final[Mapping[str, tuple[str, ...]]] = {
    "fund": ("funds", "systems"),
    "register": ("registers", "systems"),
    "platform": ("registers", "exchanges", "cases", "systems"),
    "exchange": ("exchanges", "systems"),
    "event": ("events", "systems"),
}
"""Kinds of clause that promise a system, and what keeps the promise."""

PARTS: Final = ("registers", "cases", "funds", "exchanges", "events", "indicators")


class Binding(NamedTuple):
    """One thing that cites a clause: what it is, in the words of a pack's files, and its id."""

    noun: str
    id: str


def bindings(pack: Pack) -> dict[str, list[Binding]]:
    """Clause → everything that cites it, each once; a clause that nothing cites has an empty list.

    A heading is bound through the clauses under it, once all of them are.
    """
    found: dict[str, list[Binding]] = {clause: [] for clause in pack.clauses}
    for clause, binding in citations(pack):
        if clause in found and binding not in found[clause]:
            found[clause].append(binding)
    under: dict[str, list[str]] = {}
    for summary in pack.clauses.values():
        if summary.parent is not None:
            under.setdefault(summary.parent, []).append(summary.id)
    for heading in reversed(list(pack.clauses)):  # the innermost headings first
        below = under.get(heading, [])
        if below and not found[heading] and all(found[name] for name in below):
            found[heading] = [Binding("clauses", name) for name in below]
    return found


def citations(pack: Pack) -> Iterator[tuple[str, Binding]]:
    """Every use of a clause, in the order of the nouns."""
    for measure in pack.measures.values():
        for clause in (measure.clause, *(condition.clause for condition in measure.conditions)):
            yield clause, Binding("measures", measure.id)
    for name, fact in pack.written_facts.items():
        for cited in (fact.clause, *fact.clauses):
            if cited is not None and fact.formula is not None:
                yield cited, Binding("facts", name)
    for name, table in pack.written_scores.items():
        for cited in (table.clause, *(r.clause for r in table.rows), *(v.clause for v in table.vetoes)):
            if cited is not None:
                yield cited, Binding("scores", name)
    for matter in pack.matters.values():
        for cited in (matter.because.removeprefix(f"{pack.id}/"), *(cap.clause for cap in matter.caps)):
            if cited:
                yield cited, Binding("matters", matter.id)
    for summary in pack.clauses.values():
        if summary.orders_nothing is not None:
            yield summary.id, Binding("orders_nothing", summary.orders_nothing.en)
    for precedence in pack.standing.precedence:
        yield precedence.clause, Binding("precedence", precedence.over)
    for duty in pack.duties.values():
        yield duty.clause, Binding("duties", duty.id)
    for target in pack.targets.values():
        yield target.clause, Binding("targets", target.id)
    for limit in pack.time_limits.values():
        yield limit.clause, Binding("time_limits", limit.id)
    for fund in pack.funds.values():
        for ceiling in fund.caps:
            if ceiling.clause:
                yield ceiling.clause, Binding("funds", fund.id)
    for noun in (*PARTS, "systems"):
        for part in getattr(pack, noun).values():
            for clause in part.clauses:
                yield clause, Binding(noun, part.id)


def undeclared(pack: Pack) -> list[str]:
    """Systems that say neither what they are made of nor why they are only organisational, and promises of
    clauses (``c5: fund``) that nothing keeps."""
    empty = [system.name.zh for system in pack.systems.values() if not system.is_declared]
    bound = bindings(pack)
    for clause in pack.clauses.values():
        nouns = {binding.noun for binding in bound[clause.id]}
        empty += [
            f"{clause.id}: {kind}"
            for kind in clause.kinds
            if kind in PROMISES and not nouns.intersection(PROMISES[kind])
        ]
    return empty
