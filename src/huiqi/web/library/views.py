"""The public library: search, documents, measures. Open to everybody."""

from datetime import date

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from huiqi.access.guard import may
from huiqi.access.permissions import Permission
from huiqi.holdings.current import library, measures_on, pack_named
from huiqi.holdings.texts import text_of
from huiqi.measures.types import Measure
from huiqi.packs.faq import faq
from huiqi.packs.guide import guide_to
from huiqi.packs.types import Pack
from huiqi.search.current import bring_up_to_date
from huiqi.search.queries import search
from huiqi.web.library.bars import bars_of, span_of_all
from huiqi.web.library.policy_page import policy_list, policy_view
from huiqi.web.library.search_page import asked_in, result_page
from huiqi.web.shared.day import day_of


@require_GET
@may(Permission.PUBLIC)
def policies(request: HttpRequest) -> HttpResponse:
    day = day_of(request)
    rows = policy_list(library(), day)
    with_past = request.GET.get("all") == "1"
    shown = [row for row in rows if with_past or row.holds]
    bars = [bar for row in shown for bar in bars_of(row.pack, span_of_all(library(), day), day)[:1]]
    context = {"rows": shown, "hidden": len(rows) - len(shown), "with_past": with_past, "bars": bars}
    return render(request, "library/policies.html", context | {"span": span_of_all(library(), day)})


@require_GET
@may(Permission.PUBLIC)
def policy(request: HttpRequest, slug: str) -> HttpResponse:
    pack, day = pack_or_404(slug), day_of(request)
    span = span_of_all(library(), day)
    context = {"view": policy_view(pack, library(), text_of(slug), day), "pack": pack}
    return render(request, "library/policy.html", context | {"bars": bars_of(pack, span, day), "span": span})


@require_GET
@may(Permission.PUBLIC)
def policy_document(request: HttpRequest, slug: str) -> HttpResponse:
    """The document alone, laid out as official documents are, for reading and printing."""
    pack, day = pack_or_404(slug), day_of(request)
    context = {"view": policy_view(pack, library(), text_of(slug), day), "pack": pack, "text": text_of(slug)}
    return render(request, "library/policy_document.html", context)


@require_GET
@may(Permission.PUBLIC)
def measures(request: HttpRequest) -> HttpResponse:
    bring_up_to_date()
    asked, day = asked_in(request.GET), day_of(request)
    page = result_page(asked, search(asked, day=day), request.GET.get("page"), library(), day)
    return render(request, "library/measures.html", {"asked": asked, "result": page})


@require_GET
@may(Permission.PUBLIC)
def measure(request: HttpRequest, pack: str, id: str) -> HttpResponse:
    day = day_of(request)
    found = version_on(f"{pack}/{id}", day)
    if found is None:
        raise Http404
    guide, text = guide_to(found, library(), day=day), text_of(pack)
    context = {
        "guide": guide,
        "measure": found,
        "pack": guide.pack,
        "clause": guide.pack.clauses.get(found.clause),
        "official": text.clauses.get(found.clause) if text else None,
        "faq": faq(guide),
        "holds": found.period.holds_on(day),
        "is_over": found.period.last is not None and found.period.last < day,
        "rivals": [m for m in guide.same_matter if m.period.holds_on(day)],
        "contact": settings.DEFAULT_FROM_EMAIL,
    }
    return render(request, "library/measure.html", context)


def version_on(key: str, day: date) -> Measure | None:
    """The measure as it holds on a day; outside its period as it was written last."""
    return next((m for m in measures_on(day) if m.key == key), None) or library().measure(key)


def pack_or_404(slug: str) -> Pack:
    pack = pack_named(slug)
    if pack is None or not (pack.clauses or pack.measures):
        raise Http404
    return pack
