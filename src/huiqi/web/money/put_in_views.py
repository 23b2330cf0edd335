"""Money is put into a fund: a budget the document declares, or an amount from a source."""

from fractions import Fraction
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from huiqi.access.actor import Actor
from huiqi.access.guard import actor_of
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.funds.ledger import MOVEMENT_NAMES
from huiqi.funds.types import Fund, Movement
from huiqi.ledger.actions import put_in
from huiqi.ledger.queries import proposed_budgets
from huiqi.ledger.types import Refused
from huiqi.matching.answers import read_reply
from huiqi.measures.expressions import Type
from huiqi.measures.types import FactKind
from huiqi.procedures.see_funds import has_part
from huiqi.web.money.asked import of_a_fund
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.desk import fen
from huiqi.web.shared.templatetags.say import here, say

AMOUNT: Final = FactKind("amount", Type.MONEY, Bilingual("金额", "amount"), unit="CNY")
BY_HAND: Final = (Movement.BUDGET, Movement.CONTRIBUTE)


def must_keep(actor: Actor, fund: Fund) -> None:
    """A fund that one only looks at is not there to be changed (404)."""
    if not has_part(actor, fund):
        raise Http404


@require_POST
@of_a_fund(Permission.FUND_KEEP)
def put_money_in(request: HttpRequest, found: Fund) -> HttpResponse:
    actor = actor_of(request)
    must_keep(actor, found)
    movement, year = request.POST.get("movement", ""), request.POST.get("year", "")
    amount, problem = read_reply(request.POST.get("amount", "")[:40], AMOUNT)
    source = request.POST.get("source", "").strip()[:100]
    reason = request.POST.get("reason", "").strip()[:500]
    problems = [problem] if problem is not None else []
    if movement not in BY_HAND:
        raise Http404
    if not (year.isascii() and year.isdigit() and abs(int(year) - today().year) <= 1):
        problems.append(Bilingual("年度只能是上年、本年或下年", "the year is this one, the last or the next"))
    if not source:
        problems.append(Bilingual("请写明资金来源", "say who puts it in"))
    if problems or not isinstance(amount, Fraction):
        return refused(request, found, problems)
    try:
        given = put_in(
            found, Movement(movement), amount=amount, year=int(year), source=source, reason=reason,
            by=actor.name, at=now(), on=today(),
        )  # fmt: skip
    except Refused as error:
        return refused(request, found, list(error.problems))
    what = here(MOVEMENT_NAMES[Movement(movement)])
    messages.success(request, say("{w}：{n} 元已记入", "{w}: {n} yuan are in", w=what, n=fen(given)))
    return redirect("fund", found.pack, found.id)


@require_POST
@of_a_fund(Permission.FUND_KEEP)
def put_budget_in(request: HttpRequest, found: Fund) -> HttpResponse:
    """A declared budget, once: whoever is second is told that it is in."""
    actor, key = actor_of(request), request.POST.get("key", "")
    must_keep(actor, found)
    proposal = next((p for p in proposed_budgets(found, on=today()) if p.key == key), None)
    if proposal is None:
        messages.info(request, say("该预算已经记入", "This budget is in already"))
        return redirect("fund", found.pack, found.id)
    try:
        given = put_in(
            found, Movement.BUDGET, amount=Fraction(proposal.amount), year=proposal.year,
            source=proposal.source, key=proposal.key, by=actor.name, at=now(), on=today(),
        )  # fmt: skip
    except Refused as error:
        return refused(request, found, list(error.problems))
    messages.success(request, say("预算 {n} 元已记入", "A budget of {n} yuan is in", n=fen(given)))
    return redirect("fund", found.pack, found.id)


def refused(request: HttpRequest, found: Fund, problems: list[Bilingual]) -> HttpResponse:
    for problem in problems:
        messages.error(request, here(problem))
    return redirect("fund", found.pack, found.id)
