"""What a search finds as a table for spreadsheets, all pages of it."""

import csv

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from huiqi.access.guard import may
from huiqi.access.permissions import Permission
from huiqi.base.spreadsheet import plain_cell
from huiqi.holdings.current import library
from huiqi.search.current import bring_up_to_date
from huiqi.search.queries import search
from huiqi.web.library.search_page import Hit, asked_in, link_to, shown
from huiqi.web.shared.day import day_of
from huiqi.web.shared.templatetags.say import here, say


@require_GET
@may(Permission.PUBLIC)
def measures_table(request: HttpRequest) -> HttpResponse:
    """One row for each result in the order of the page, in the visitor's language, with the days it holds."""
    bring_up_to_date()
    day = day_of(request)
    hits = [shown(entry, (), library()) for entry in search(asked_in(request.GET), day=day).entries]
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="policies-{day}.csv"'
    writer = csv.writer(response)
    writer.writerow(
        [
            say("名称", "Title"), say("类别", "Kind"), say("支持方式", "Support"), say("地域", "Place"),
            say("文件", "Document"), say("部门", "Departments"), say("起", "From"), say("止", "Until"),
            say("网址", "Address"),
        ]
    )  # fmt: skip
    for hit in hits:
        if hit is not None:
            writer.writerow(map(plain_cell, [*cells(hit), request.build_absolute_uri(link_to(hit.entry))]))
    return response


def cells(hit: Hit) -> list[str]:
    entry = hit.entry
    return [
        "".join(piece.text for piece in hit.title),
        here(hit.kind),
        here(hit.award) if hit.award else "",
        here(hit.pack.jurisdiction),
        hit.pack.number or hit.pack.title.zh,
        "、".join(hit.departments),
        entry.first.isoformat() if entry.first else "",
        entry.last.isoformat() if entry.last else "",
    ]
