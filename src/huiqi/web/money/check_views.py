"""Is the ledger whole? It is added up again; auditors take it away and add it up with a program that is not ours."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.ledger.beancount import beancount_lines
from huiqi.ledger.looks import note_export
from huiqi.ledger.models import Balance, PaymentOrder, Posting
from huiqi.ledger.verify import verify_balances
from huiqi.procedures.see_funds import sees_all

MOST_SHOWN: Final = 200


@require_http_methods(["GET", "POST"])
@may(Permission.FUND_SEE)
def check_ledger(request: HttpRequest) -> HttpResponse:
    """The button; pressed, every balance is compared with what its postings come to."""
    context: dict[str, Any] = {
        "postings": Posting.objects.count(),
        "balances": Balance.objects.count(),
        "orders": PaymentOrder.objects.count(),
        "sees_all": sees_all(actor_of(request)),
    }
    if request.method == "POST":
        problems = list(verify_balances())
        context |= {
            "was_checked": True,
            "problems": problems[:MOST_SHOWN],
            "count": len(problems),
            "at": now(),
        }
    return render(request, "money/check.html", context)


@require_GET
@may(Permission.FUND_SEE)
def beancount(request: HttpRequest) -> StreamingHttpResponse | HttpResponse:
    """The whole ledger: for audit and supervision; for who keeps some of it there is no such file (404)."""
    actor = actor_of(request)
    if not sees_all(actor):
        raise Http404
    note_export("funds", Posting.objects.count(), {"form": "beancount"}, by=actor.name, at=now())
    response = StreamingHttpResponse(
        (f"{line}\n" for line in beancount_lines()), content_type="text/plain; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="huiqi.beancount"'
    return response
