"""One party, one account (一企一账): what it was given out of the funds one may see, and every posting of it."""

from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.holdings.current import library
from huiqi.ledger.looks import note_export
from huiqi.ledger.models import Grant, Posting
from huiqi.ledger.payee_queries import account_of, in_force, warned_of
from huiqi.ledger.queries import grants_of, orders, postings_of
from huiqi.ledger.types import ORDER_STATES, OrderState
from huiqi.procedures.see_funds import keys_seen_by
from huiqi.web.money.fund_views import csv_response
from huiqi.web.money.order_views import fund_title
from huiqi.web.money.posting_views import write_postings
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.say import here

ON_A_PAGE: Final = 40
LONGEST_WORDS: Final = 60


@require_GET
@may(Permission.FUND_SEE)
def parties(request: HttpRequest) -> HttpResponse:
    """Who got the most, or who has these words in the name or this code."""
    words = request.GET.get("q", "").strip()[:LONGEST_WORDS]
    found = Grant.objects.filter(fund__in=keys_seen_by(actor_of(request)))
    for word in words.split():
        found = found.filter(Q(party_name__icontains=word) | Q(party=word.upper()) | Q(case=word))
    summed = found.order_by().values("party", "party_name").annotate(grants=Count("pk"), taken=Sum("taken"))
    page = Paginator(summed.order_by("-taken", "party"), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "money/parties.html", {"page": page, "words": words})


def own_grants(request: HttpRequest, code: str) -> QuerySet[Grant]:
    """Raises Http404 where it was given nothing out of these funds."""
    found = grants_of(party=code).filter(fund__in=keys_seen_by(actor_of(request)))
    if not code or not found.exists():
        raise Http404
    return found


def own_postings(request: HttpRequest, code: str) -> QuerySet[Posting]:
    return postings_of(party=code).filter(fund__in=keys_seen_by(actor_of(request)))


@require_GET
@may(Permission.FUND_SEE)
def party_account(request: HttpRequest, code: str) -> HttpResponse:
    grants = own_grants(request, code)
    page = Paginator(own_postings(request, code), ON_A_PAGE).get_page(request.GET.get("page"))
    sent = orders(funds=keys_seen_by(actor_of(request))).filter(payee=code).order_by("-pk")
    by_fund = grants.order_by().values("fund").annotate(n=Count("pk"), taken=Sum("taken")).order_by("-taken")
    latest = grants[0]
    context: dict[str, Any] = {
        "code": code,
        "name": latest.party_name,
        "grants": [(grant, fund_title(grant.fund), measure_title(grant)) for grant in grants[:ON_A_PAGE]],
        "by_fund": [(fund_title(row["fund"]), row["fund"], row["n"], row["taken"]) for row in by_fund],
        "orders": [(order, ORDER_STATES[OrderState(order.state)]) for order in sent[:ON_A_PAGE]],
        "page": page,
        "account": account_of(code),
        "warned": warned_of(in_force().filter(party=code), on=today(), most=1)[0],
        "taken": grants.aggregate(total=Sum("taken"))["total"],
    }
    return render(request, "money/party.html", context)


def measure_title(grant: Grant) -> str:
    measure = library().measure(grant.measure) if grant.measure else None
    return here(measure.title) if measure is not None else grant.measure


@require_GET
@may(Permission.FUND_SEE)
def party_export(request: HttpRequest, code: str) -> HttpResponse:
    """The statement as a file; the export leaves a deed."""
    own_grants(request, code)
    response = csv_response(f"statement-{code}.csv")
    written = write_postings(response, own_postings(request, code))
    note_export(f"party:{code}", written, {}, by=actor_of(request).name, at=now())
    return response
