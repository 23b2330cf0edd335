"""The verdict as it was frozen when a case was submitted: per condition the outcome, in words, with its clause."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from huiqi.base.bilingual import Bilingual
from huiqi.casework.models import Case
from huiqi.holdings.current import library, measure_on
from huiqi.measures.explain import Explainer, Explanation
from huiqi.measures.types import Measure, Rulebook, VerdictKind
from huiqi.packs.types import Pack
from huiqi.procedures.case_rules import CaseRules, read_answers
from huiqi.procedures.match_firm import VERDICTS


@dataclass(frozen=True, slots=True)
class ReasonShown:
    """One condition as it came out then."""

    condition: str
    outcome: str
    clause: str
    clause_label: str
    explanation: Explanation | None  # None: the rule has no such condition any more


@dataclass(frozen=True, slots=True)
class VerdictShown:
    """What the case stands on, whatever changed since."""

    kind: str
    name: Bilingual
    measure: Measure | None
    reasons: tuple[ReasonShown, ...]
    missing: tuple[Bilingual, ...]
    as_of: str
    register: str | None
    pack: str
    version: str
    is_newer: bool  # the rules have another version by now


def verdict_of(case: Case, rules: CaseRules) -> VerdictShown | None:
    """None where nothing was frozen: a draft, or a case that claims no measure."""
    frozen = case.frozen
    if not frozen or rules.measure is None or frozen.get("verdict") not in set(VerdictKind):
        return None
    day = date.fromisoformat(frozen["as_of"])
    measure = measure_on(case.measure, day) or rules.measure
    book, pack = rules.measure_rulebook, library().packs[rules.measure.pack]
    explained = explanations(measure, frozen.get("facts", {}), book, day)
    kind = VerdictKind(frozen["verdict"])
    return VerdictShown(
        kind=kind,
        name=VERDICTS[kind],
        measure=measure,
        reasons=tuple(
            ReasonShown(condition, outcome, clause, label_of(pack, clause), explained.get(condition))
            for condition, outcome, clause in frozen.get("reasons", ())
        ),
        missing=tuple(
            book.kinds[n].label if n in book.kinds else Bilingual(n, n) for n in frozen.get("missing", ())
        ),
        as_of=frozen["as_of"],
        register=frozen.get("register"),
        pack=frozen["pack"],
        version=frozen["version"],
        is_newer=frozen["version"] != pack.version,
    )


def explanations(
    measure: Measure, facts: Mapping[str, Any], book: Rulebook, day: date
) -> dict[str, Explanation]:
    """Each condition in words, with the values of then."""
    explainer = Explainer(read_answers(facts, book.kinds), rulebook=book, as_of=day)
    return {condition.id: explainer.condition(condition) for condition in measure.conditions}


def label_of(pack: Pack, clause: str) -> str:
    found = pack.clauses.get(clause)
    return (found.label or clause) if found is not None else clause
