"""What everybody may see of cases: those that are open to objections, and how many are overdue at which authority."""

from datetime import date

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Query, Router
from pydantic import Field

from huiqi.api.case_json import publication_as_json
from huiqi.api.case_shapes import PublishedCase
from huiqi.api.days import today
from huiqi.api.sending import as_json
from huiqi.api.shapes import PROBLEMS, AskedOn, AskedPage, Page, Region, Shape
from huiqi.casework.queries import published_on
from huiqi.procedures.public_cases import offices_on

router = Router(tags=["public lists"])


class PublicationList(Page):
    items: list[PublishedCase]


class OverdueAuthority(Shape):
    """Who has the next step, and how many of the cases in their hands are due soon and overdue."""

    authorities: list[str]
    in_hand: int
    due_soon: int
    overdue: int


class OverdueAnswer(Shape):
    day: date
    in_hand: int
    overdue: int
    items: list[OverdueAuthority]


class PublicationsAsked(AskedPage):
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
def overdue(request: HttpRequest, asked: Query[AskedOn]) -> HttpResponseBase:
    """各部门在办、即将到期和超期的件数。

    How many cases are in the hands of each authority, how many are due soon, and how many overdue.
    """
    day = asked.on or today()
    rows = offices_on(day)
    return as_json(
        {
            "day": day.isoformat(),
            "in_hand": sum(row.in_hand for row in rows),
            "overdue": sum(row.late for row in rows),
            "items": [
                {
                    "authorities": list(row.names),
                    "in_hand": row.in_hand,
                    "due_soon": row.soon,
                    "overdue": row.late,
                }
                for row in rows
            ],
        }
    )
