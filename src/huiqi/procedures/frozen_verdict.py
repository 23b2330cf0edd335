"""A verdict as it is kept with a case: what is decided later is decided on it."""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from huiqi.base.bilingual import Bilingual
from huiqi.base.money import to_decimal
from huiqi.casework.models import Case
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


FIRST_STEP: Final = 2
"""The version of a case after its first step: the log has two lines."""


def words_of_opening(case: Case) -> Bilingual | None:
    """What a firm is told of a case a match run opened for it: what it gets, and until when it may decline."""
    kept = case.frozen or {}
    if case.version != FIRST_STEP or not kept.get("refuse_until"):
        return None
    zh, en = (
        ["根据比对结果直接为您办理，不用申报。"],
        ["It was opened for you by a match run: you need not claim."],
    )
    if kept.get("amount") and kept.get("unit") == "CNY":
        amount = f"{Decimal(kept['amount']):,.2f}"
        zh.append(f"金额{amount}元。")
        en.append(f"It is about {amount} yuan.")
    day = date.fromisoformat(kept["refuse_until"])
    zh.append(f"如不享受，请在{day.year}年{day.month}月{day.day}日前到办件页选择“撤回或不享受”。")
    en.append(f"If you do not want it, decline on the page of the case by {day}.")
    return Bilingual("".join(zh), " ".join(en))
