"""What everybody may see of cases: those that are open to objections, and how many are overdue at which authority."""

from datetime import date
from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Query, Router
from pydantic import Field

from huiqi.api.case_json import publication_as_json
from huiqi.api.case_shapes import PublishedCase
from huiqi.api.days import today
from huiqi.api.sending import as_json
from huiqi.api.shapes import PROBLEMS, AskedOn, AskedPage, Page, Region, Shape, Words
from huiqi.cases.types import CaseType, Role, Turn
from huiqi.casework.desk_queries import open_and_late_by_type, shown_on
from huiqi.casework.models import Case
from huiqi.casework.queries import published_on
from huiqi.documents.authorities import kept_form
from huiqi.packs.verdict_json import text
from huiqi.procedures.case_rules import NoSuchType, case_type_named

router = Router(tags=["public lists"])
IN_HANDS: Final = (Turn.OFFICE, Turn.PROVIDER, Turn.OTHER_SIDE)


class PublicationList(Page):
    items: list[PublishedCase]


class OverdueType(Shape):
    type: str
    title: Words
    in_hand: int
    overdue: int


class OverdueAuthority(Shape):
    """An authority, and how many of the cases in its hands are overdue."""

    authority: str
    in_hand: int
    overdue: int
    types: list[OverdueType]


class OverdueAnswer(Shape):
    day: date
    region: str | None
    in_hand: int
    overdue: int
    authorities: list[OverdueAuthority]


class PublicationsAsked(AskedPage):
    region: Region | None = Field(None, description="区划代码 · A place")


class OverdueAsked(AskedOn):
    region: Region | None = Field(None, description="区划代码 · A place")


@router.get("publications", response={200: PublicationList, **PROBLEMS}, summary="公示 · Publications")
def publications(request: HttpRequest, asked: Query[PublicationsAsked]) -> HttpResponseBase:
    """当日公示中、可提异议的办件。

    Cases that are open to objections on the day; names of people are masked.
    """
    day = asked.on or today()
    found = published_on(day)
    if asked.region is not None:
        found = found.filter(case__region__startswith=asked.region)
    total, start = found.count(), (asked.page - 1) * asked.size
    pages = max(1, -(-total // asked.size))
    about = {"day": day.isoformat(), "total": total, "page": asked.page, "pages": pages}
    items = [publication_as_json(one) for one in found[start : start + asked.size]]
    return as_json({**about, "items": items})


@router.get("overdue", response={200: OverdueAnswer, **PROBLEMS}, summary="超期统计 · Overdue counts")
def overdue(request: HttpRequest, asked: Query[OverdueAsked]) -> HttpResponseBase:
    """各部门在办件数和超期件数。

    How many cases are in the hands of each authority, and how many of them are overdue.
    """
    day, region = asked.on or today(), asked.region or ""
    in_hands = Case.objects.filter(turn__in=IN_HANDS, region__startswith=region)
    by_authority: dict[str, dict[str, Any]] = {}
    for key, in_hand, late in open_and_late_by_type(shown_on(in_hands, day)):
        try:
            _, case_type = case_type_named(key)
        except NoSuchType:
            continue
        authority = in_charge(case_type)
        row = by_authority.setdefault(
            kept_form(authority), {"authority": authority, "in_hand": 0, "overdue": 0, "types": []}
        )
        row["in_hand"] += in_hand
        row["overdue"] += late
        said = {"type": key, "title": text(case_type.title), "in_hand": in_hand, "overdue": late}
        row["types"].append(said)
    rows = sorted(by_authority.values(), key=lambda row: (-row["overdue"], row["authority"]))
    return as_json(
        {
            "day": day.isoformat(),
            "region": asked.region,
            "in_hand": sum(row["in_hand"] for row in rows),
            "overdue": sum(row["overdue"] for row in rows),
            "authorities": rows,
        }
    )


def in_charge(case_type: CaseType) -> str:
    """The first authority of the first desk that handles it."""
    for role in (Role.OFFICER, Role.REVIEWER, Role.DECIDER):
        if names := case_type.desks.get(role):
            return names[0]
    return next((names[0] for names in case_type.desks.values() if names), "")
