"""What the last match run found for one firm. With a key whose owner may see that firm."""

from datetime import date
from fractions import Fraction
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.timezone import now
from ninja import Path, Query, Router
from pydantic import Field

from huiqi.api.callers import WITH_KEY, Caller, caller_of, needs
from huiqi.api.days import today
from huiqi.api.problems import not_found
from huiqi.api.sending import as_json
from huiqi.api.shapes import PROBLEMS, Asked, Exact, Problem, Shape, Verdict, Words
from huiqi.base.bilingual import Bilingual
from huiqi.keys.scopes import KeyScope
from huiqi.packs.verdict_json import figure, text
from huiqi.procedures.look_at_matches import Found, look_at_matches

router = Router(tags=["matches"], auth=[WITH_KEY])


class Match(Shape):
    """One measure that came to more than a plain no. `value` in yuan."""

    measure: str
    title: Words
    verdict: Verdict
    amount: Exact | None
    value: Exact | None
    missing: list[str]


class MatchesAnswer(Shape):
    """The verdicts of a firm in the run that counts now; what is not listed is a plain no, or not for it."""

    party: str
    region: str
    run: str
    as_of: date
    register_as_of: date
    synthetic: bool
    matches: list[Match]
    withheld: int = Field(description="未经企业同意展示的项数 · Not shown without the firm's consent")


@router.get(
    "matches/{code}",
    response={200: MatchesAnswer, 403: Problem, **PROBLEMS},
    summary="企业匹配结果 · Matches of a firm",
)
@needs(KeyScope.MATCHES_READ)
def matches(request: HttpRequest, code: Path[str], asked: Query[Asked]) -> HttpResponseBase:
    """最近一次匹配的结果。每次查阅企业都能看到。

    What the last run found. Needs a key with `matches:read`: a firm's own, an office's for its region, a bank's or
    agency's for firms that agreed. The firm is shown each look.
    """
    caller = caller_of(request)
    look = look_at_matches(code, by=caller.actor, behalf=behalf_of(caller), on=today(), at=now())
    if look is None:
        remedy = Bilingual(
            "请核对统一社会信用代码；只能查阅本企业、本辖区或已授权的企业",
            "Check the credit code; only one's own firm, firms of one's region or firms that agreed are shown",
        )
        raise not_found(code, where="path.code", remedy=remedy)
    manifest = look.run.manifest
    return as_json(
        {
            "party": look.code,
            "region": look.region,
            "run": look.run.folder.name,
            "as_of": manifest["as_of"],
            "register_as_of": manifest["register_as_of"],
            "synthetic": manifest["synthetic"],
            "matches": [match_as_json(found) for found in look.found],
            "withheld": look.withheld,
        },
        headers={"Cache-Control": "private, no-store"},
    )


def behalf_of(caller: Caller) -> str:
    """For whom, and through which key, as the firm reads it."""
    whom = caller.actor.authority or caller.actor.party
    return f"{whom} · hq_{caller.key.prefix}" if caller.key is not None else whom


def match_as_json(found: Found) -> dict[str, Any]:
    row, award = found.row, found.measure.award
    amount, value = (Fraction(row[name]) if row[name] is not None else None for name in ("amount", "value"))
    return {
        "measure": found.measure.key,
        "title": text(found.measure.title),
        "verdict": row["verdict"],
        "amount": figure(amount, is_money=award.unit == "CNY"),
        "value": figure(value, is_money=True),
        "missing": [name for name in (row["missing"] or "").split(",") if name],
    }
