"""Verdicts, their reasons and their combination as JSON: exact figures as decimal text, words in both languages."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from huiqi.base.bilingual import Bilingual
from huiqi.base.money import plain, to_decimal
from huiqi.matching.ask import Question
from huiqi.matching.party import Assessment
from huiqi.measures.combine import Beaten, Entitlement
from huiqi.measures.explain import MeasureExplanation
from huiqi.measures.expressions import Type, Value
from huiqi.measures.types import Measure, Verdict, VerdictKind
from huiqi.packs.findings import KINDS


def verdict_as_json(measure: Measure, verdict: Verdict) -> dict[str, Any]:
    """A verdict in the form of the contract: figures as exact decimal text."""
    found: dict[str, Any] = {
        "measure": verdict.measure,
        "verdict": str(verdict.kind),
        "amount": figure(verdict.amount, is_money=measure.award.unit == "CNY"),
        "missing": list(verdict.missing),
        "also": also_as_json(measure, verdict.also),
        "reasons": [
            {"condition": r.condition, "outcome": str(r.outcome), "clause": r.clause} for r in verdict.reasons
        ],
    }
    if verdict.faults:
        found["faults"] = list(verdict.faults)
    return found


def brief_as_json(x: MeasureExplanation, entitlement: Entitlement) -> dict[str, Any]:
    """A verdict with title, clause, value, what it means, and by how much the party misses it."""
    measure, verdict = x.measure, entitlement.verdict
    gaps = [text(c.gap) | {"condition": c.condition} for c in x.conditions if c.outcome == "not_met"]
    return {
        **verdict_as_json(measure, verdict),
        "title": text(measure.title),
        "clause": f"{measure.pack}/{measure.clause}",
        "value": money(verdict.value) if verdict.value is not None else None,
        "headline": text(x.headline),
        "gaps": gaps if verdict.kind is VerdictKind.INELIGIBLE else [],
    }


def counts_as_json(assessment: Assessment) -> dict[str, int]:
    return {str(kind): assessment.counts().get(kind, 0) for kind in KINDS}


def combination_as_json(assessment: Assessment) -> dict[str, Any]:
    """The best allowed combination, what it beats and why, and the sums under each reading of a cap."""
    combination = assessment.combination
    return {
        "kept": list(combination.kept),
        "beaten": [beaten_as_json(b) for b in combination.beaten],
        "undecided": [beaten_as_json(b) for b in combination.undecided],
        "value": money(combination.value),
        "capped": {name: money(value) for name, value in combination.capped.items()},
    }


def beaten_as_json(b: Beaten) -> dict[str, str]:
    return {"measure": b.measure, "by": b.by, "why": str(b.why), "because": b.because}


def question_as_json(question: Question) -> dict[str, Any]:
    kind = question.kind
    return {
        "fact": question.fact,
        "label": text(kind.label),
        "type": str(kind.type),
        "unit": kind.unit,
        "values": {value: text(label) for value, label in kind.values.items()},
        "bears_on": list(question.bears_on),
        "towards": list(question.towards),
    }


def plain_value(value: Value) -> bool | str:
    if isinstance(value, bool | str):
        return value
    return plain(value) if isinstance(value, Fraction) else value.isoformat()


def figure(number: Fraction | None, *, is_money: bool) -> str | None:
    if number is None:
        return None
    return f"{to_decimal(number, 2):f}" if is_money else plain(number)


def also_as_json(measure: Measure, also: Mapping[str, Value]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in also.items():
        if isinstance(value, Fraction):
            found[name] = figure(value, is_money=measure.award.also[name].type is Type.MONEY)
        else:
            found[name] = plain_value(value)
    return found


def text(words: Bilingual) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def money(amount: Fraction) -> str:
    return f"{to_decimal(amount, 2):f}"
