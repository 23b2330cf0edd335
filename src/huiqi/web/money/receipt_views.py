"""The bank's receipts: a file is taken in whole or not at all, then every case it concerns moves on."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST

from huiqi.access.actor import Actor
from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.ledger.models import BankReceipt
from huiqi.ledger.queries import orders
from huiqi.ledger.runs import LineProblem, ReceiptsRefused
from huiqi.ledger.types import OrderState
from huiqi.procedures.payment_runs import Posted, post_receipts
from huiqi.procedures.see_funds import keys_seen_by
from huiqi.procedures.take_bank_answer import BankAnswer, take_bank_answer
from huiqi.web.money.work import post_in_background
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.say import say

MOST_BYTES: Final = 12 << 20
AT_ONCE: Final = 200
"""As many receipts become steps while one waits; more are left to the background."""
MOST_SHOWN: Final = 200
LAST: Final = 15
NO_FILE: Final = LineProblem("file", Bilingual("请选择回单文件", "choose the bank's file"))
TOO_LARGE: Final = LineProblem("file", Bilingual("文件不得超过12 MB", "the file may have 12 MB at most"))


@require_http_methods(["GET", "POST"])
@may(Permission.FUND_KEEP)
def receipts(request: HttpRequest) -> HttpResponse:
    """A form; what is wrong with a file, line by line; or what came of it."""
    if request.method == "GET":
        return shown(request)
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > MOST_BYTES:
        return shown(request, problems=(TOO_LARGE if file is not None else NO_FILE,))
    try:
        answer = take_bank_answer(file.read(), actor=actor_of(request), at=now())
    except ReceiptsRefused as refused:
        return shown(request, problems=refused.problems)
    return shown(request, answer=answer, posted=posted_now(answer.taken.new))


def posted_now(count: int) -> Posted | None:
    """What came of the receipts; None where the background goes on with them."""
    if count > AT_ONCE:
        post_in_background.enqueue(today().isoformat())
        return None
    return post_receipts(at=now(), on=today())


def shown(
    request: HttpRequest,
    *,
    problems: tuple[LineProblem, ...] = (),
    answer: BankAnswer | None = None,
    posted: Posted | None = None,
) -> HttpResponse:
    actor = actor_of(request)
    context: dict[str, Any] = {
        "problems": problems[:MOST_SHOWN],
        "more_problems": max(0, len(problems) - MOST_SHOWN),
        "answer": answer,
        "posted": posted,
        "unanswered": unanswered(actor),
        "waiting": waiting_to_be_posted(actor),
        "last": last_receipts(actor),
    }
    return render(request, "money/receipts.html", context, status=422 if problems else 200)


def unanswered(actor: Actor) -> int:
    """Payments the bank has and has not answered for."""
    return orders(funds=keys_seen_by(actor), state=OrderState.SENT).filter(receipt=None).count()


def waiting_to_be_posted(actor: Actor) -> int:
    """Receipts whose case has not taken its step yet."""
    sent = orders(funds=keys_seen_by(actor), state=OrderState.SENT)
    return sent.filter(receipt__isnull=False).count()


def last_receipts(actor: Actor) -> Any:
    own = BankReceipt.objects.filter(order__grant__fund__in=keys_seen_by(actor))
    return own.select_related("order__grant").order_by("-pk")[:LAST]


@require_POST
@may(Permission.FUND_KEEP)
def post_waiting(request: HttpRequest) -> HttpResponse:
    """Try again those receipts whose case could not take its step."""
    posted = posted_now(waiting_to_be_posted(actor_of(request)))
    if posted is None:
        messages.info(request, say("已转入后台办理", "The background goes on with them"))
        return redirect("bank_receipts")
    return shown(request, posted=posted)
