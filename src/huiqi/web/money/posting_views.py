"""The postings of a fund: page by page, filtered, and as a file."""

import csv
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from huiqi.access.guard import actor_of
from huiqi.base.bilingual import Bilingual
from huiqi.base.spreadsheet import plain_cell
from huiqi.funds.ledger import ACCOUNT_NAMES, MOVEMENT_NAMES
from huiqi.funds.types import MOVEMENTS, Account, Fund, Movement
from huiqi.ledger.looks import note_export
from huiqi.ledger.models import Posting
from huiqi.ledger.queries import postings_of, years_of
from huiqi.ledger.types import fund_key
from huiqi.web.money.asked import of_a_fund, year_in
from huiqi.web.money.fund_views import csv_response
from huiqi.web.shared.templatetags.say import here, say

ON_A_PAGE: Final = 50
MOST_EXPORTED: Final = 50_000
FILTERS: Final = ("year", "movement", "party", "case")


def filtered(request: HttpRequest, found: Fund) -> QuerySet[Posting]:
    """Newest first; a movement the kind of fund does not know filters nothing."""
    party, case = (request.GET.get(name, "").strip()[:64] for name in ("party", "case"))
    rows = postings_of(fund=fund_key(found), party=party.upper(), case=case, year=year_in(request))
    movement = request.GET.get("movement", "")
    return rows.filter(movement=movement) if movement in MOVEMENTS[found.kind] else rows


def movement_name(posting: Posting) -> Bilingual:
    return MOVEMENT_NAMES[Movement(posting.movement)]


@require_GET
@of_a_fund()
def postings(request: HttpRequest, found: Fund) -> HttpResponse:
    page = Paginator(filtered(request, found), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "fund": found,
        "page": page,
        "movements": [(m.value, MOVEMENT_NAMES[m]) for m in Movement if m in MOVEMENTS[found.kind]],
        "years": years_of(fund_key(found)),
        "asked": {name: request.GET.get(name, "")[:64] for name in FILTERS},
        "year": year_in(request),
    }
    return render(request, "money/postings.html", context)


@require_GET
@of_a_fund()
def postings_export(request: HttpRequest, found: Fund) -> HttpResponse:
    """The same as a file; the export leaves a deed."""
    rows = filtered(request, found)[:MOST_EXPORTED]
    filters = {name: request.GET[name][:64] for name in FILTERS if request.GET.get(name)}
    response = csv_response(f"postings-{found.id}.csv")
    written = write_postings(response, rows)
    note_export(f"fund:{fund_key(found)}", written, filters, by=actor_of(request).name, at=now())
    return response


def write_postings(response: HttpResponse, rows: QuerySet[Posting]) -> int:
    """How many lines were written below the heading."""
    writer = csv.writer(response)
    writer.writerow(
        [
            say("流水号", "posting"), say("日期", "day"), say("年度", "year"), say("业务", "movement"),
            say("转出", "from"), say("转入", "to"), say("金额（元）", "amount (yuan)"), say("办件", "case"),
            say("主体", "party"), say("名称", "name"), say("指令", "order"), say("来源", "source"),
            say("说明", "reason"), say("经办", "by"), say("资金", "fund"),
        ]
    )  # fmt: skip
    count = 0
    for row in rows.iterator(chunk_size=2_000):
        writer.writerow(map(plain_cell, cells_of(row)))
        count += 1
    return count


def cells_of(row: Posting) -> list[Any]:
    accounts = [here(ACCOUNT_NAMES[Account(name)]) for name in (row.from_account, row.to_account)]
    return [
        str(row.pk), row.on_day.isoformat(), str(row.year), here(movement_name(row)), *accounts,
        f"{row.amount:.2f}", row.case, row.party, row.grant.party_name if row.grant else "",
        row.order.number if row.order else "", row.source, row.reason, row.by, row.fund,
    ]  # fmt: skip
