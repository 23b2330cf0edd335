"""Payments that were ordered and wait for a run; a run is prepared from them."""

from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from huiqi.access.actor import Actor
from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.holdings.current import library
from huiqi.ledger.models import PaymentOrder
from huiqi.ledger.queries import orders
from huiqi.ledger.runs import prepare_run
from huiqi.ledger.types import OrderState, Refused
from huiqi.procedures.see_funds import keys_paid_by, keys_seen_by
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.say import here

ON_A_PAGE: Final = 50
MOST_IN_A_RUN: Final = 20_000
NOTHING_CHOSEN: Final = Bilingual("请选择要编批的指令", "choose the payments that go into the run")
TOO_MANY: Final = Bilingual(
    f"一批最多 {MOST_IN_A_RUN} 笔，请按资金分批", f"{MOST_IN_A_RUN} payments a run at most: take fund by fund"
)


def waiting(actor: Actor, fund: str) -> QuerySet[PaymentOrder]:
    """Of one's own funds, oldest first; of one fund where it is named."""
    keys = keys_seen_by(actor)
    return orders(funds=[key for key in keys if fund in ("", key)], state=OrderState.ORDERED)


@require_GET
@may(Permission.FUND_SEE)
def payment_orders(request: HttpRequest) -> HttpResponse:
    actor, fund = actor_of(request), request.GET.get("fund", "")
    found = waiting(actor, fund)
    sums = found.aggregate(n=Count("pk"), total=Sum("amount"))
    paid = set(keys_paid_by(actor)) if actor.may(Permission.FUND_KEEP) else set()
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(order, fund_title(order.grant.fund), order.grant.fund in paid) for order in page],
        "sums": sums,
        "funds": funds_in(waiting(actor, "")),
        "fund": fund,
        "may_prepare": bool(paid) and any(order.grant.fund in paid for order in page),
    }
    return render(request, "money/orders.html", context)


def funds_in(found: QuerySet[PaymentOrder]) -> list[tuple[str, Bilingual, int, Any]]:
    """Fund, title, payments that wait, and of how much."""
    counted = found.order_by().values_list("grant__fund").annotate(n=Count("pk"), total=Sum("amount"))
    return [(key, fund_title(key), n, total) for key, n, total in sorted(counted)]


def fund_title(key: str) -> Bilingual:
    """What people call a fund; its name where no pack declares it any more."""
    slug, _, name = key.rpartition("/")
    pack = library().packs.get(slug)
    found = pack.funds.get(name) if pack is not None else None
    return found.title if found is not None else Bilingual(key, key)


@require_POST
@may(Permission.FUND_KEEP)
def prepare_payment_run(request: HttpRequest) -> HttpResponse:
    """Of the payments that were chosen, or of all that wait (in one fund). Only those of funds one pays are taken."""
    actor, fund = actor_of(request), request.POST.get("fund", "")
    own = waiting(actor, fund).filter(grant__fund__in=keys_paid_by(actor))
    if request.POST.get("which") != "all":
        own = own.filter(
            pk__in=[int(key) for key in request.POST.getlist("order") if key.isdecimal()][:ON_A_PAGE]
        )
    keys = list(own.values_list("pk", flat=True)[: MOST_IN_A_RUN + 1])
    if not keys or len(keys) > MOST_IN_A_RUN:
        messages.error(request, here(TOO_MANY if keys else NOTHING_CHOSEN))
        return redirect("payment_orders")
    try:
        run = prepare_run(keys, payer=actor.authority, by=actor.name, at=now(), on=today())
    except Refused as refused:
        for problem in refused.problems[:20]:
            messages.error(request, here(problem))
        return redirect("payment_orders")
    return redirect("payment_run", run.number)
