"""The policy check-up (政策体检): facts in, every verdict in scope, what to ask next, the best combination."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Final, Literal

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Body, Query, Router, Schema
from pydantic import AfterValidator, ConfigDict, Field

from huiqi.api.days import today
from huiqi.api.evaluate import VerdictAnswer
from huiqi.api.problems import Refused
from huiqi.api.sending import as_json
from huiqi.api.shapes import PROBLEMS, Asked, Day, Exact, Problem, Region, Shape, Words
from huiqi.base.bilingual import Bilingual
from huiqi.checkups.as_json import checkup_as_json
from huiqi.checkups.models import Checkup
from huiqi.checkups.outcome import outcome_of, rules_of
from huiqi.checkups.replies import Reply, kept
from huiqi.forms.declare import nearest
from huiqi.holdings.current import library
from huiqi.measures.facts import value_from
from huiqi.measures.measure_words import AUDIENCES

router = Router(tags=["check-up"])
NAMES: Final = Bilingual(
    "要素名称和取值见各项措施的 facts", "Names and values of facts stand in `facts` of each measure"
)
KINDS: Final = tuple(name for name in AUDIENCES if name not in ("bidder", "department"))
"""Whom a check-up may be for, by the role of a register; an enterprise bids."""


def known_kind(raw: str) -> str:
    if raw not in KINDS:
        raise ValueError(f"one of {', '.join(KINDS)}")
    return raw


Kind = Annotated[str, AfterValidator(known_kind), Field(json_schema_extra={"enum": list(KINDS)})]
Text = Annotated[str, Field(max_length=200)]
FactName = Annotated[str, Field(max_length=120)]


class CheckupAsked(Schema):
    """Who asks, where, on which day, and what is known."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "roles": ["enterprise"],
                    "region": "370203",
                    "on": "2013-06-30",
                    "facts": {"employees": 80, "total_assets": "1000万", "taxable_income": "30万"},
                    "passed_over": [],
                }
            ]
        },
    )

    roles: list[Kind] = Field(default=["enterprise"], min_length=1, max_length=len(KINDS))
    region: Region | None = Field(None, description="不给则不限地区 · Every place without it")
    on: Day | None = None
    facts: dict[FactName, bool | int | Decimal | Text | None] = Field(default_factory=dict, max_length=500)
    passed_over: list[FactName] = Field(
        default_factory=list, max_length=500, description="不知道的要素，不再问 · Not known: not asked again"
    )


class StatedFact(Shape):
    fact: str
    label: Words
    value: bool | str
    words: Words
    from_role: bool


class NextQuestion(Shape):
    """The fact that settles most; `bears_on` names the measures that wait for it."""

    fact: str
    label: Words
    type: Literal["bool", "int", "decimal", "money", "ratio", "date", "text", "enum"]
    unit: str | None
    values: dict[str, Words]
    bears_on: list[str]
    towards: list[str]


class Gap(Words):
    """By how much a condition is missed."""

    condition: str


class BriefVerdict(VerdictAnswer):
    title: Words
    clause: str
    value: Exact | None
    headline: Words
    gaps: list[Gap]


class Counts(Shape):
    eligible: int
    claimable: int
    review: int
    unknown: int
    ineligible: int
    out_of_scope: int


class Beaten(Shape):
    """One that does not count beside another, and the clause that says so."""

    measure: str
    by: str
    why: str
    because: str


class Combination(Shape):
    """The best allowed combination of what is due."""

    kept: list[str]
    beaten: list[Beaten]
    undecided: list[Beaten]
    value: Exact
    capped: dict[str, Exact]


class CheckupAnswer(Shape):
    day: date
    region: str | None
    roles: list[str]
    code: str | None
    packs: dict[str, str]
    facts: list[StatedFact]
    passed_over: list[str]
    next: NextQuestion | None
    counts: Counts
    measures: list[BriefVerdict]
    combination: Combination


@router.post(
    "checkup",
    response={200: CheckupAnswer, frozenset({400, 413}): Problem, **PROBLEMS},
    summary="政策体检 · Check-up",
)
def checkup(request: HttpRequest, body: Body[CheckupAsked], asked: Query[Asked]) -> HttpResponseBase:
    """由要素得出全部适用措施的认定、下一个最有用的问题、从优组合。不保存任何内容。

    Facts in; out come the verdicts of all measures in scope, the next question, and the best combination. Nothing is
    kept. A value that fits no fact is refused, an unknown fact too.
    """
    row = Checkup(
        day=body.on or today(),
        region=body.region or "",
        roles=",".join(sorted(set(body.roles))),
        replies=replies_in(body),
    )
    return as_json(checkup_as_json(row, outcome_of(row, library())))


def replies_in(body: CheckupAsked) -> list[Reply]:
    """Raises Refused (422) with everything that does not fit."""
    kinds = rules_of(library()).kinds
    replies: list[Reply] = []
    problems: list[tuple[str, str]] = []
    for name, raw in body.facts.items():
        if name not in kinds:
            problems.append((f"body.facts.{name}", f"unknown fact {name!r}{nearest(name, kinds)}"))
            continue
        value, problem = value_from(raw, kinds[name])
        if problem is not None:
            problems.append((f"body.facts.{name}", f"{name}: {problem}"))
        elif value is not None:
            replies.append((name, kept(value)))
    for name in body.passed_over:
        if name not in kinds:
            problems.append((f"body.passed_over.{name}", f"unknown fact {name!r}{nearest(name, kinds)}"))
        elif name not in body.facts:
            replies.append((name, None))
    if problems:
        said = "; ".join(message for _, message in problems)
        raise Refused(422, Bilingual(f"要素有误：{said}", said), where=problems[0][0], remedy=NAMES)
    return replies
