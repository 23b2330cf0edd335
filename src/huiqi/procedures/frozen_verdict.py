"""A verdict as it is kept with a case: what is decided later is decided on it."""

from datetime import date
from typing import Any

from huiqi.base.money import to_decimal
from huiqi.forms.kept import plain
from huiqi.holdings.current import library
from huiqi.measures.types import Verdict
from huiqi.procedures.case_rules import CaseFacts


def frozen_from(facts: CaseFacts, verdict: Verdict, *, as_of: date, register: date | None) -> dict[str, Any]:
    """A verdict as it is kept with a case: with its reasons, the facts it stands on, register and rules."""
    measure = facts.rules.measure
    if measure is None:
        raise LookupError("the case claims no measure")
    stated = facts.stated(measure.pack)
    return {
        "verdict": verdict.kind,
        "amount": str(to_decimal(verdict.amount, 2)) if verdict.amount is not None else None,
        "unit": measure.award.unit,
        "missing": list(verdict.missing),
        "reasons": [[r.condition, r.outcome, r.clause] for r in verdict.reasons],
        "facts": {name: plain(stated[name]) for name in facts.rules.kinds if name in stated},
        "as_of": as_of.isoformat(),
        "register": register.isoformat() if register is not None else None,
        "pack": measure.pack,
        "version": library().packs[measure.pack].version,
    }
