"""The explanation of a party's verdicts as JSON, every text in both languages."""

from typing import Any

from huiqi.base.money import plain
from huiqi.cli.dossier import Dossier
from huiqi.cli.score_json import score_as_json
from huiqi.measures.combine import Entitlement
from huiqi.measures.explain import Comparison, Derivation, Explanation, Missing, Seen
from huiqi.packs.verdict_json import (
    brief_as_json,
    combination_as_json,
    counts_as_json,
    text,
    verdict_as_json,
)


def dossier_as_json(dossier: Dossier) -> dict[str, Any]:
    """Everything of a party, one brief entry a measure."""
    view = dossier.view
    return {
        **party_as_json(dossier),
        "counts": counts_as_json(view.assessment),
        "measures": [brief_as_json(view.explained(e), e) for e in view.assessment.entitlements],
        "combination": combination_as_json(view.assessment),
        "tell_first": [
            {
                "fact": q.fact,
                "label": text(q.kind.label),
                "bears_on": list(q.bears_on),
                "towards": list(q.towards),
            }
            for q in dossier.questions
        ],
    }


def party_as_json(dossier: Dossier) -> dict[str, Any]:
    party = dossier.party
    return {
        "party": {
            "code": party.code, "name": party.name, "region": party.region, "roles": sorted(party.roles),
        },
        "as_of": dossier.as_of.isoformat(),
        "synthetic": dossier.is_synthetic,
    }  # fmt: skip


def measure_as_json(dossier: Dossier, entitlement: Entitlement) -> dict[str, Any]:
    x = dossier.view.explained(entitlement)
    staged = dossier.view.assessment.staged.get(x.measure.key)
    return {
        **party_as_json(dossier),
        **brief_as_json(x, entitlement),
        "who": text(x.who),
        "award": text(x.award),
        "with_deductions_first": verdict_as_json(x.measure, staged) if staged is not None else None,
        "conditions": [condition_as_json(c) for c in x.conditions],
        "scores": [score_as_json(score) for score in x.scores],
        "missing_facts": [missing_as_json(m) for m in x.missing],
        "derivations": [derivation_as_json(d) for d in x.derivations],
        "note": text(x.measure.note) if x.measure.note else None,
    }


def condition_as_json(c: Explanation) -> dict[str, Any]:
    return {
        "condition": c.condition,
        "outcome": str(c.outcome),
        "clause": c.clause,
        "sentence": text(c.sentence),
        "seen": [seen_as_json(s) for s in c.seen],
        "comparisons": [comparison_as_json(k) for k in c.comparisons],
        "nearest": [comparison_as_json(k) for k in c.nearest],
    }


def seen_as_json(s: Seen) -> dict[str, Any]:
    return {"fact": s.fact, "label": text(s.label), "words": text(s.words)}


def comparison_as_json(k: Comparison) -> dict[str, Any]:
    distance = plain(k.distance) if k.distance is not None else None
    return {"outcome": str(k.outcome), "distance": distance, "words": text(k.words)}


def missing_as_json(m: Missing) -> dict[str, Any]:
    basis = [s.fact for s in m.basis]
    return {"fact": m.fact, "label": text(m.label), "from_whom": text(m.from_whom), "basis": basis}


def derivation_as_json(d: Derivation) -> dict[str, Any]:
    return {
        "fact": d.fact,
        "label": text(d.label),
        "words": text(d.words),
        "because": text(d.because),
        "basis": [seen_as_json(s) for s in d.basis],
        "source": d.source,
        "unverified": d.unverified,
    }
