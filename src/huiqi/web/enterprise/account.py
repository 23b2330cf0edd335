"""Where the firm, bank or agency is paid (收款账户): it states the account itself; everybody else sees four digits."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.dossiers.queries import file_of
from huiqi.ledger.orders import name_of
from huiqi.ledger.payee_queries import history_of, returned_from, waiting_for_accounts
from huiqi.ledger.payees import LONGEST, LONGEST_WHY, Statement
from huiqi.procedures.payee_accounts import Stated, state_own_account
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.say import say
from huiqi.web.shared.typed import words_in

FORMER_SHOWN = 20
LONGEST_NUMBER = 60
"""As typed, with blanks between the digits."""


@never_cache
@require_GET
@may(Permission.OWN_CASES)
def my_account(request: HttpRequest) -> HttpResponse:
    return account_page(request, Stated())


def account_page(request: HttpRequest, stated: Stated, *, status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    accounts = list(history_of(actor.party)[: FORMER_SHOWN + 1])
    account = accounts[0] if accounts else None
    name = name_of(actor.party)
    context = {
        "file": file_of(actor.party, on=today()),
        "code": actor.party,
        "name": name,
        "account": account,
        "former": list(zip(accounts[1:], accounts, strict=False)),  # each with the one that followed
        "waits": next(iter(waiting_for_accounts([actor.party])), None),
        "returned": returned_from(account) if account is not None else None,
        "problems": stated.problems,
        "written": request.POST if stated.problems else {"holder": name},
        "longest": {"words": LONGEST, "why": LONGEST_WHY, "number": LONGEST_NUMBER},
    }
    return render(request, "enterprise/my_account.html", context, status=status)


@never_cache
@require_POST
@may(Permission.OWN_ACCOUNT_STATE)
def state_account(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    said = Statement(
        words_in(request.POST, "holder", LONGEST + 1),
        words_in(request.POST, "bank", LONGEST + 1),
        words_in(request.POST, "number", LONGEST_NUMBER),
        words_in(request.POST, "why", LONGEST_WHY + 1),
    )
    stated = state_own_account(actor.party, said, by=actor.name, at=timezone.now(), on=today())
    if stated.problems:
        return account_page(request, stated, status=422)
    messages.success(
        request,
        say("收款账户已保存，下一批次起使用。", "Your account is on file: the next run pays into it."),
    )
    return redirect("my_account")
