"""A check-up as a file: JSON for machines, the report (体检报告) as PDF."""

import json

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from huiqi.access.guard import may
from huiqi.access.permissions import Permission
from huiqi.checkups.as_json import checkup_as_json
from huiqi.checkups.models import KEPT_FOR, Checkup
from huiqi.checkups.outcome import outcome_of
from huiqi.holdings.current import library
from huiqi.web.checkup.asking import said
from huiqi.web.checkup.frame import link_to, of_link, party_names
from huiqi.web.checkup.report import Report, report_pdf
from huiqi.web.checkup.rows import groups_of, together
from huiqi.web.checkup.start import place_name
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.say import is_english


@require_GET
@may(Permission.PUBLIC)
@of_link
def as_json(request: HttpRequest, token: str, checkup: Checkup) -> HttpResponse:
    found = checkup_as_json(checkup, outcome_of(checkup, library()))
    text = json.dumps(found, ensure_ascii=False, indent=2)
    return as_file(text.encode("utf-8"), f"checkup-{checkup.day}.json", "application/json")


@require_GET
@may(Permission.PUBLIC)
@of_link
def as_pdf(request: HttpRequest, token: str, checkup: Checkup) -> HttpResponse:
    outcome = outcome_of(checkup, library())
    kinds = outcome.state.interview.rules.kinds
    report = Report(
        day=checkup.day,
        made_on=today(),
        place=place_name(library(), checkup.region),
        parties=party_names(checkup),
        code=checkup.code,
        link=link_to(request, token),
        kept_days=KEPT_FOR.days,
        is_open=outcome.question is not None,
        groups=groups_of(outcome, most=len(outcome.findings.assessment.entitlements)),
        together=together(outcome),
        told=[said(kinds[f], v) for f, v in outcome.state.stated.items() if f in kinds],
    )
    pdf = report_pdf(report, language="en" if is_english() else "zh")
    return as_file(pdf, f"checkup-{checkup.day}.pdf", "application/pdf")


def as_file(content: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
