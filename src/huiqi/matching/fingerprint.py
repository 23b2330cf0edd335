"""What the answers of a measure stand on, as one short text: equal texts, equal answers for equal parties.

Two of them. `answer_fingerprints` is of a plan: day, parameters and columns are in it, so it tells whether stored
answers still hold. `rule_fingerprints` is of the rules as they are written, whatever the day: it tells whether
someone changed them. Both change rather once too often than once too seldom.
"""

import hashlib
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Final

from huiqi.matching.plan import Plan, PlannedMeasure
from huiqi.measures.basis import reached
from huiqi.measures.types import AS_OF, FactKind, Measure, Rulebook

EDITION: Final = f"1 {version('huiqi')}"
"""Goes into every fingerprint: what another version of the program worked out is worked out again."""
DIGITS: Final = 32


def answer_fingerprints(plan: Plan, types: Mapping[str, str]) -> dict[str, str]:
    """By measure of the plan; `types` are those of the register's columns, by name."""
    facts: dict[str, str] = {}
    return {planned.measure.key: of_planned(planned, plan, types, facts) for planned in plan.measures}


def of_planned(planned: PlannedMeasure, plan: Plan, types: Mapping[str, str], facts: dict[str, str]) -> str:
    for name in planned.facts:
        if name not in facts:
            facts[name] = of_fact(name, plan, types)
    grounds = [facts[name] for name in sorted(planned.facts)]
    return digest(essence(planned.measure), planned.roles, planned.facts, grounds)


def of_fact(name: str, plan: Plan, types: Mapping[str, str]) -> str:
    """What is known of a fact: how it is declared and derived, its column, and what holds for everyone."""
    column = types.get(name, "a column") if name in plan.columns else None
    return digest(name, declared(plan.kinds.get(name)), column, plan.uniform.get(name))


def essence(measure: Measure) -> tuple[object, ...]:
    award = measure.award
    return (
        measure.key, measure.audience, measure.region, measure.computable,
        tuple((c.id, c.when) for c in measure.conditions), award.kind, award.unit, award.amount, award.value,
        award.ceiling, award.if_known, award.zero_if_not,
    )  # fmt: skip


def declared(kind: FactKind | None) -> tuple[object, ...] | None:
    if kind is None:
        return None
    return (kind.type, kind.about, kind.judged, kind.unit, kind.domain, kind.formula)


def rule_fingerprints(measures: Iterable[Measure], rulebooks: Mapping[str, Rulebook]) -> dict[str, str]:
    """By measure: its conditions, award and period as written, and every fact and figure they reach."""
    known: dict[tuple[str, str], str] = {}
    return {measure.key: as_written(measure, rulebooks[measure.pack], known) for measure in measures}


def as_written(measure: Measure, rulebook: Rulebook, known: dict[tuple[str, str], str]) -> str:
    award = measure.award
    nodes = [
        *(c.when for c in measure.conditions),
        *(n for n in (award.amount, award.value) if n is not None),
    ]
    names = sorted(reached(nodes, rulebook) - {AS_OF})
    for name in names:
        if (rulebook.pack, name) not in known:
            known[rulebook.pack, name] = ground_of(name, rulebook)
    grounds = [known[rulebook.pack, name] for name in names]
    period = (measure.period.first, measure.period.last)
    return digest(essence(measure), period, grounds)


def ground_of(name: str, rulebook: Rulebook) -> str:
    parameter = rulebook.parameters.get(name)
    return digest(name, declared(rulebook.kinds.get(name)), parameter.values if parameter else None)


def digest(*parts: object) -> str:
    """Of frozen values, whose `repr` spells them out whole.

    >>> digest(1, "a") == digest(1, "a"), digest(1, "a") == digest("1", "a")
    (True, False)
    """
    return hashlib.sha256(repr((EDITION, parts)).encode()).hexdigest()[:DIGITS]
