"""Measures against facts, one or many lines in a request, in the form of `huiqi evaluate`."""

import json
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query, Router
from pydantic import ConfigDict, Field

from huiqi.api.callers import caller_of
from huiqi.api.parsing import read_json
from huiqi.api.problems import Refused
from huiqi.api.sending import as_json
from huiqi.api.shapes import PROBLEMS, Asked, Exact, Outcome, Problem, Shape, Verdict, Words
from huiqi.base.bilingual import Bilingual
from huiqi.holdings.current import library, measure_on
from huiqi.packs.evaluate_line import answer, answer_line

router = Router(tags=["evaluate"])
MOST_LINES: Final = 100
MOST_LINES_WITH_KEY: Final = 2_000
LINES: Final = "application/x-ndjson"
READ: Final = ("application/json", LINES)


class Reason(Shape):
    condition: str
    outcome: Outcome
    clause: str


def faults_are_rare(schema: dict[str, Any]) -> None:
    """`faults` is there only where an operation had no result."""
    schema["required"] = [name for name in schema["required"] if name != "faults"]


class VerdictAnswer(Shape):
    """The verdict of one line. `missing` names exactly the facts that can still change it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=faults_are_rare)

    measure: str
    verdict: Verdict
    amount: Exact | None
    missing: list[str]
    also: dict[str, bool | str | None]
    reasons: list[Reason]
    faults: list[str] = Field(default_factory=list)


class LineError(Shape):
    """Why a line has no answer; it stands in its place. `error` is `said` in English."""

    error: str
    said: Words


Answered = VerdictAnswer | LineError
LINE: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["measure"],
    "properties": {
        "measure": {"type": "string", "examples": ["qingdao-2012-46/cit-small-low-profit-20"]},
        "facts": {"type": "object", "description": "要素名到值 · From fact name to value"},
        "as_of": {
            "type": "string",
            "format": "date",
            "description": "不给则不看执行期 · Without it the period is not tested",
        },
    },
    "examples": [
        {
            "measure": "qingdao-2012-46/cit-small-low-profit-20",
            "facts": {
                "taxable_income": "30万",
                "employees": 80,
                "total_assets": 10_000_000,
                "is_restricted_or_prohibited_industry": False,
            },
            "as_of": "2013-12-31",
        }
    ],
}
BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "anyOf": [
                        LINE,
                        {"type": "array", "minItems": 1, "maxItems": MOST_LINES, "items": LINE},
                    ]
                }
            },
            LINES: {
                "schema": {"type": "string", "pattern": r"[{\[]", "description": "每行一个 · One line each"}
            },
        },
    },
    "responses": {200: {"content": {LINES: {"schema": {"type": "string"}}}}},
}


@router.post(
    "evaluate",
    response={200: Answered | list[Answered], frozenset({400, 413, 415}): Problem, **PROBLEMS},
    summary="认定 · Evaluate",
    openapi_extra=BODY,
)
def evaluate(request: HttpRequest, asked: Query[Asked]) -> HttpResponseBase:
    """一项或多项措施的认定。一行有误时在原处给出 error，其余照常。

    One object gives one verdict, a list gives a list in the same order, JSON lines give JSON lines. A bad line
    gives {"error", "said": {"zh", "en"}} in its place and the rest goes on. At most 100 lines in a request, 2,000 with a key.
    """
    most = MOST_LINES if caller_of(request).key is None else MOST_LINES_WITH_KEY
    kind = (request.content_type or "").lower()
    if kind not in READ:
        said = Bilingual(f"内容应为 {' 或 '.join(READ)}", f"The body is {' or '.join(READ)}")
        raise Refused(415, said, where="header.Content-Type")
    if kind == LINES:
        return answer_lines(request.body, most)
    said_in = read_json(request.body)
    if not isinstance(said_in, list):
        return as_json(answer(said_in, library(), measure_on=measure_on))
    if not 0 < len(said_in) <= most:
        raise too_many(most)
    return as_json([answer(line, library(), measure_on=measure_on) for line in said_in])


def answer_lines(body: bytes, most: int) -> HttpResponse:
    lines = [line for line in body.decode("utf-8", "replace").splitlines() if line.strip()]
    if not 0 < len(lines) <= most:
        raise too_many(most)
    said = (
        json.dumps(answer_line(line, library(), measure_on=measure_on), ensure_ascii=False) for line in lines
    )
    return HttpResponse("\n".join(said) + "\n", content_type=f"{LINES}; charset=utf-8")


def too_many(most: int) -> Refused:
    said = Bilingual(f"一次须有1至{most}行", f"A request has 1 to {most} lines")
    remedy = Bilingual("请分批发送；有密钥时可更多", "Send them in parts; with a key there may be more")
    return Refused(422, said, where="body", remedy=remedy)
