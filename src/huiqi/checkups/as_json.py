"""A check-up with its result as JSON, every text in both languages."""

from typing import Any

from huiqi.checkups.models import Checkup
from huiqi.checkups.outcome import Outcome
from huiqi.measures.expressions import Value
from huiqi.measures.words import LANGUAGES, value_words
from huiqi.packs.verdict_json import (
    brief_as_json,
    combination_as_json,
    counts_as_json,
    plain_value,
    question_as_json,
    text,
)


def checkup_as_json(checkup: Checkup, outcome: Outcome) -> dict[str, Any]:
    """What was asked, told and found: the facts, the day, every verdict with reasons, amount and clause.

    Figures are exact decimal text. `packs` names the versions of the rules, so that the result can be worked
    out again.
    """
    findings, state = outcome.findings, outcome.state
    rules = state.interview.rules
    packs = {m.pack: findings.library.packs[m.pack].version for m in rules.measures}
    return {
        "day": checkup.day.isoformat(),
        "region": checkup.region or None,
        "roles": list(checkup.role_names),
        "code": checkup.code or None,
        "packs": packs,
        "facts": [fact_as_json(outcome, name, value) for name, value in state.stated.items()],
        "passed_over": sorted(state.skipped),
        "next": question_as_json(outcome.question) if outcome.question is not None else None,
        "counts": counts_as_json(findings.assessment),
        "measures": [brief_as_json(findings.explained(e), e) for e in findings.assessment.entitlements],
        "combination": combination_as_json(findings.assessment),
    }


def fact_as_json(outcome: Outcome, name: str, value: Value) -> dict[str, Any]:
    kind = outcome.state.interview.rules.kinds[name]
    zh, en = (value_words(value, kind, language) for language in LANGUAGES)
    return {
        "fact": name,
        "label": text(kind.label),
        "value": plain_value(value),
        "words": {"zh": zh, "en": en},
        "from_role": name in outcome.given,
    }
