"""Payments that were ordered and wait for a run, or for their payee to state an account; a run is prepared from them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
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
from huiqi.ledger.models import PayeeAccount, PaymentOrder
from huiqi.ledger.payee_queries import (
    accounts_of,
    accounts_paid_in,
    warned_of,
    with_account,
    without_account,
)
from huiqi.ledger.queries import orders
from huiqi.ledger.runs import prepare_run
from huiqi.ledger.types import OrderState, Refused
from huiqi.procedures.see_funds import keys_paid_by, keys_seen_by
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.say import here

ON_A_PAGE: Final = 50
NO_ACCOUNT: Final = "no-account"
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
    in_all, shows_others = waiting(actor, fund), request.GET.get("show") == NO_ACCOUNT
    ready, others = with_account(in_all), without_account(in_all)
    found = others if shows_others else ready
    sums = found.aggregate(n=Count("pk"), total=Sum("amount"))
    paid = set(keys_paid_by(actor)) if actor.may(Permission.FUND_KEEP) else set()
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [
            (order, fund_title(order.grant.fund), order.grant.fund in paid, to)
            for order, to in with_destinations(page)
        ],
        "sums": sums,
        "others": others.aggregate(n=Count("pk"), payees=Count("payee", distinct=True), total=Sum("amount")),
        "shows_others": shows_others,
        "funds": funds_in(waiting(actor, "")),
        "fund": fund,
        "may_prepare": not shows_others and bool(paid) and any(order.grant.fund in paid for order in page),
    }
    return render(request, "money/orders.html", context)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an order goes or went, and what is to be looked at before."""

    account: PayeeAccount | None
    reasons: tuple[Bilingual, ...] = ()


def with_destinations(page: Iterable[PaymentOrder]) -> Iterator[tuple[PaymentOrder, Destination]]:
    """The account an order was sent to; of one that is not sent yet the one in force, with its signs of error."""
    shown = list(page)
    to_be_sent = [order for order in shown if order.state in (OrderState.ORDERED, OrderState.IN_RUN)]
    accounts = accounts_of(order.payee for order in to_be_sent)
    keys = PaymentOrder.objects.filter(pk__in=[order.pk for order in to_be_sent])
    found = warned_of(accounts_paid_in(keys), on=today(), most=ON_A_PAGE)[0] if to_be_sent else []
    warned = {one.account.party: one.reasons for one in found}
    for order in shown:
        to = accounts.get(order.payee) if order in to_be_sent else order.account
        yield order, Destination(to, warned.get(order.payee, ()) if order in to_be_sent else ())


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
    """Of the payments that were chosen, or of all that wait (in one fund) and have somewhere to go.

    Only those of funds one pays are taken.
    """
    actor, fund = actor_of(request), request.POST.get("fund", "")
    own = with_account(waiting(actor, fund)).filter(grant__fund__in=keys_paid_by(actor))
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
