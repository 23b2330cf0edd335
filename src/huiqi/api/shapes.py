"""What answers and questions are made of, as the OpenAPI description tells it.

Answers are built as plain JSON; these shapes are what the tests hold them against.
"""

import re
from datetime import date
from typing import Annotated, Any, Final, Literal

from ninja import Schema
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field
from typing_extensions import TypedDict

from huiqi.measures.measure_words import AUDIENCES

MOST_ON_A_PAGE: Final = 200
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def only_a_day(raw: Any) -> Any:
    """Nothing but 2013-06-30: neither moments nor numbers."""
    if isinstance(raw, date):
        return raw
    if not isinstance(raw, str) or not DAY.fullmatch(raw):
        raise ValueError("a day is written 2013-06-30")
    try:
        return date.fromisoformat(raw)
    except ValueError as error:
        raise ValueError(f"{raw} is not a day") from error


def known_audience(raw: str) -> str:
    if raw not in AUDIENCES:
        raise ValueError(f"one of {', '.join(AUDIENCES)}")
    return raw


Day = Annotated[date, BeforeValidator(only_a_day)]
Exact = Annotated[str, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$")]
"""A figure as exact decimal text; money in yuan with two places."""
Region = Annotated[str, Field(pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6})$")]
Audience = Annotated[str, AfterValidator(known_audience), Field(json_schema_extra={"enum": list(AUDIENCES)})]
Verdict = Literal["eligible", "claimable", "review", "unknown", "ineligible", "out_of_scope"]
Outcome = Literal["met", "not_met", "unknown"]
Period = TypedDict("Period", {"from": date | None, "until": date | None})
Period.__pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[attr-defined]


class Shape(Schema):
    """An answer, or a part of one, without anything that is not named."""

    model_config = ConfigDict(extra="forbid")


class Words(Shape):
    """A text in both languages."""

    zh: str
    en: str


class Problem(Shape):
    """Why something is refused."""

    title: str
    detail: str
    where: str
    remedy: str


class OneProblem(Shape):
    """One of several things that stand against a request, and its place."""

    where: str
    detail: str


class Refusal(Problem):
    """Why something is refused, each reason with its place: `body.amount`, `form.employees`, `path.step`."""

    problems: list[OneProblem] = Field(default_factory=list)


PROBLEMS: Final[dict[Any, Any]] = {frozenset({401, 404, 422, 429}): Problem}
"""What every operation may answer besides."""


KEPT: Final[dict[Any, Any]] = {304: None, **PROBLEMS}
"""The same for what has an ETag."""


WITH_KEY_ALONE: Final[dict[Any, Any]] = {frozenset({401, 403, 404, 422, 429}): Problem}
"""The same for what needs a key."""


WRITING: Final[dict[Any, Any]] = {frozenset({400, 401, 403, 404, 409, 413, 429}): Problem, 422: Refusal}
"""What may be answered to something that is written."""


class Asked(Schema):
    """What every operation takes."""

    lang: Literal["zh", "en"] | None = Field(
        None, description="语言：拒绝时的说明用 zh 或 en · Language in which a refusal is told"
    )


class AskedOn(Asked):
    on: Day | None = Field(
        None, description="适用日期，默认今天 · The day whose law is shown; today by default"
    )


class AskedPage(AskedOn):
    page: int = Field(1, ge=1, le=100_000, description="第几页 · Which page")
    size: int = Field(50, ge=1, le=MOST_ON_A_PAGE, description="每页几项 · How many on a page")


class Page(Shape):
    """One page of a list."""

    day: date
    total: int
    page: int
    pages: int


def page_of(items: list[Any], asked: AskedPage, *, day: date) -> tuple[list[Any], dict[str, Any]]:
    """The items of a page, and what is said of the list."""
    start = (asked.page - 1) * asked.size
    about = {
        "day": day.isoformat(),
        "total": len(items),
        "page": asked.page,
        "pages": max(1, -(-len(items) // asked.size)),
    }
    return items[start : start + asked.size], about
