"""Payment runs: one person prepares, another releases, the file goes to the bank."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from huiqi.access.actor import Actor
from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.ledger import runs
from huiqi.ledger.bank_files import bank_file
from huiqi.ledger.looks import note_export
from huiqi.ledger.models import PaymentRun
from huiqi.ledger.payee_queries import accounts_paid_in, warned_of
from huiqi.ledger.queries import orders
from huiqi.ledger.types import ORDER_STATES, RUN_STATES, OrderState, Refused, RunState
from huiqi.procedures.see_funds import may_send, runs_seen_by
from huiqi.web.money.fund_views import csv_response
from huiqi.web.money.order_views import fund_title, with_destinations
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.say import here, say

ON_A_PAGE: Final = 50
MOST_WARNED: Final = 20
"""Accounts named above a run that waits for its release."""


def the_run(actor: Actor, number: str) -> PaymentRun:
    """Raises Http404 where it is not there, or not the actor's to see."""
    found = runs_seen_by(actor).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def own_run(request: HttpRequest, number: str) -> PaymentRun:
    """One that the authority sends. Raises Http404."""
    found = the_run(actor_of(request), number)
    if not may_send(actor_of(request), found):
        raise Http404
    return found


@require_GET
@may(Permission.FUND_SEE)
def payment_runs(request: HttpRequest) -> HttpResponse:
    page = Paginator(runs_seen_by(actor_of(request)), ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [(run, RUN_STATES[RunState(run.state)]) for run in page]
    return render(request, "money/runs.html", {"page": page, "rows": rows})


@require_GET
@may(Permission.FUND_SEE)
def payment_run(request: HttpRequest, number: str) -> HttpResponse:
    actor = actor_of(request)
    run = the_run(actor, number)
    page = Paginator(orders(run=run), ON_A_PAGE).get_page(request.GET.get("page"))
    sends = may_send(actor, run)
    to_check = accounts_paid_in(orders(run=run))
    waits = run.state == RunState.PREPARED
    warned, warned_count = warned_of(to_check, on=today(), most=MOST_WARNED) if waits else ([], 0)
    is_own = run.prepared_by == actor.name
    context: dict[str, Any] = {
        "run": run,
        "state": RUN_STATES[RunState(run.state)],
        "page": page,
        "rows": [
            (o, ORDER_STATES[OrderState(o.state)], fund_title(o.grant.fund), to)
            for o, to in with_destinations(page)
        ],
        "warned": warned,
        "warned_count": warned_count,
        "may_release": sends and waits and not is_own and actor.may(Permission.FUND_RELEASE),
        "is_own": waits and is_own,
        "may_drop": sends and waits and actor.may(Permission.FUND_KEEP),
        "may_fetch": sends and run.state == RunState.RELEASED and actor.may(Permission.FUND_KEEP),
    }
    return render(request, "money/run.html", context)


@require_POST
@may(Permission.FUND_RELEASE)
def release(request: HttpRequest, number: str) -> HttpResponse:
    run, actor = own_run(request, number), actor_of(request)
    if done(request, lambda: runs.release_run(run, by=actor.name, at=now())):
        messages.success(
            request, say("已放行，可下载银行文件", "Released: the file for the bank can be fetched")
        )
    return redirect("payment_run", number)


@require_POST
@may(Permission.FUND_KEEP)
def drop(request: HttpRequest, number: str) -> HttpResponse:
    """Its payments wait again."""
    run, actor = own_run(request, number), actor_of(request)
    if done(request, lambda: runs.drop_run(run, by=actor.name, at=now())):
        messages.success(request, say("已撤销，指令退回待付", "Dropped: its payments wait again"))
    return redirect("payment_orders")


def done(request: HttpRequest, act: Callable[[], object]) -> bool:
    """Do it, or say everything that stands against it."""
    try:
        act()
    except Refused as refused:
        for problem in refused.problems[:20]:
            messages.error(request, here(problem))
        return False
    return True


@require_GET
@may(Permission.FUND_KEEP)
def file_for_bank(request: HttpRequest, number: str) -> HttpResponse:
    """The file of a released run; every download leaves a deed."""
    run = own_run(request, number)
    if run.state != RunState.RELEASED:
        raise Http404
    response = csv_response(f"{run.number}.csv")
    response.write(bank_file(orders(run=run).iterator(chunk_size=2_000)))
    note_export(f"run:{run.number}", run.orders_count, {}, by=actor_of(request).name, at=now())
    return response
