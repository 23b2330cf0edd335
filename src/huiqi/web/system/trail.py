"""The audit trail, for auditors: looked through, exported, and verified."""

import csv
from collections.abc import Iterator

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.audit.actions import record_deed
from huiqi.audit.models import Deed
from huiqi.audit.queries import broken_seals
from huiqi.base.days import day_from
from huiqi.base.spreadsheet import plain_cell

MOST_EXPORTED = 100_000


class Line:
    """Takes what a CSV writer writes and gives it on."""

    def write(self, text: str) -> str:
        return text


def asked_for(request: HttpRequest) -> QuerySet[Deed]:
    found = Deed.objects.order_by("-pk")
    for name, field in (("by", "by"), ("what", "what__startswith"), ("about", "about__contains")):
        if wanted := request.GET.get(name, "").strip():
            found = found.filter(**{field: wanted})
    if first := day_from(request.GET.get("from")):
        found = found.filter(at__date__gte=first)
    if last := day_from(request.GET.get("to")):
        found = found.filter(at__date__lte=last)
    return found


@require_GET
@may(Permission.AUDIT_READ)
def audit_trail(request: HttpRequest) -> HttpResponse:
    page = Paginator(asked_for(request), 50).get_page(request.GET.get("page"))
    return render(request, "system/trail.html", {"page": page, "asked": request.GET})


@require_POST
@may(Permission.AUDIT_READ)
def verify_trail(request: HttpRequest) -> HttpResponse:
    problems = list(broken_seals())
    number = Deed.objects.count()
    return render(request, "system/verified.html", {"problems": problems[:200], "number": number})


@require_GET
@may(Permission.AUDIT_READ)
def export_trail(request: HttpRequest) -> StreamingHttpResponse:
    """CSV of what the page shows, all pages; that it was taken is a deed itself."""
    found = asked_for(request)[:MOST_EXPORTED]
    with transaction.atomic():
        record_deed(
            "audit.trail.exported", "audit:trail", by=actor_of(request).name, at=timezone.now(),
            detail={"asked": request.GET.dict()},
        )  # fmt: skip

    def lines() -> Iterator[str]:
        writer = csv.writer(Line())
        yield "\ufeff"
        yield writer.writerow(["number", "at", "by", "what", "about", "seal"])
        for deed in found.iterator():
            yield writer.writerow(
                [deed.pk, deed.at.isoformat(), deed.by, deed.what, plain_cell(deed.about), deed.seal]
            )

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="audit-trail.csv"'
    return response
