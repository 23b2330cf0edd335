"""The explanation of a party's verdicts as JSON, every text in both languages."""

from typing import Any

from huiqi.base.bilingual import Bilingual
from huiqi.base.money import plain, to_decimal
from huiqi.cli.dossier import Dossier
from huiqi.cli.evaluate import as_json
from huiqi.cli.explain_view import KINDS, View
from huiqi.cli.score_json import score_as_json
from huiqi.measures.combine import Beaten, Entitlement
from huiqi.measures.explain import Comparison, Derivation, Explanation, MeasureExplanation, Missing, Seen
from huiqi.measures.types import VerdictKind


def dossier_as_json(dossier: Dossier) -> dict[str, Any]:
    """Everything of a party, one brief entry a measure."""
    view = dossier.view
    return {
        **party_as_json(dossier),
        "counts": counts_as_json(view),
        "measures": [brief(view.explained(e), e) for e in view.assessment.entitlements],
        "combination": combination_as_json(view),
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


def counts_as_json(view: View) -> dict[str, int]:
    return {str(kind): view.assessment.counts().get(kind, 0) for kind in KINDS}


def combination_as_json(view: View) -> dict[str, Any]:
    """The best allowed combination, what it beats and why, and the sums under each reading of a cap."""
    combination = view.assessment.combination
    return {
        "kept": list(combination.kept),
        "beaten": [beaten_as_json(b) for b in combination.beaten],
        "undecided": [beaten_as_json(b) for b in combination.undecided],
        "value": money(combination.value),
        "capped": {name: money(value) for name, value in combination.capped.items()},
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
        **brief(x, entitlement),
        "who": text(x.who),
        "award": text(x.award),
        "with_deductions_first": as_json(x.measure, staged) if staged is not None else None,
        "conditions": [condition_as_json(c) for c in x.conditions],
        "scores": [score_as_json(score) for score in x.scores],
        "missing_facts": [missing_as_json(m) for m in x.missing],
        "derivations": [derivation_as_json(d) for d in x.derivations],
        "note": text(x.measure.note) if x.measure.note else None,
    }


def brief(x: MeasureExplanation, entitlement: Entitlement) -> dict[str, Any]:
    measure, verdict = x.measure, entitlement.verdict
    gaps = [text(c.gap) | {"condition": c.condition} for c in x.conditions if c.outcome == "not_met"]
    return {
        **as_json(measure, verdict),
        "title": text(measure.title),
        "clause": f"{measure.pack}/{measure.clause}",
        "value": money(verdict.value) if verdict.value is not None else None,
        "headline": text(x.headline),
        "gaps": gaps if verdict.kind is VerdictKind.INELIGIBLE else [],
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


def beaten_as_json(b: Beaten) -> dict[str, str]:
    return {"measure": b.measure, "by": b.by, "why": str(b.why), "because": b.because}


def text(words: Bilingual) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def money(amount: Any) -> str:
    return f"{to_decimal(amount, 2):f}"
