"""Run as a process of its own, with a database that others can see: many at once, and killed in the middle.

python -m tests.site.ledger_process compete | die   prints what it found as JSON. HUIQI_DATABASE names the database.
"""

import json
import os
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from fractions import Fraction
from threading import Barrier
from typing import Any

import django

django.setup()

from django.db import connection, connections  # noqa: E402

from huiqi.funds.types import CapPer, Movement  # noqa: E402
from huiqi.holdings.current import library  # noqa: E402
from huiqi.ledger import actions, runs  # noqa: E402
from huiqi.ledger.models import PaymentOrder, PaymentRun, Posting  # noqa: E402
from huiqi.ledger.queries import orders_to_post, standing_of  # noqa: E402
from huiqi.ledger.types import OrderState, Refused, RunState  # noqa: E402
from huiqi.ledger.verify import verify_balances  # noqa: E402
from huiqi.procedures.payment_runs import import_receipts, post_receipts  # noqa: E402
from tests.site.accounts import have_accounts  # noqa: E402
from tests.site.money import NOW, M, approve, cap, claim, fund, move, put, receive, send  # noqa: E402

SUBMISSIONS, AT_ONCE = 200, 20
DAY = date(2013, 6, 30)


def compete() -> dict[str, Any]:
    """Two hundred submissions of one entitlement, in as many cases, each approved and ordered by somebody else."""
    grants = fund(caps=(cap(CapPer.FUND, 1_000),))
    put(grants, 1_000_000)
    start = Barrier(AT_ONCE)

    def submit(number: int) -> str:
        if number < AT_ONCE:
            start.wait(120)
        what = claim(f"C-{number // 2}")  # every case is submitted twice
        try:
            approve(grants, what, 400)
            move(grants, M.ORDER_PAYMENT, what, by="officer")
        except Refused:
            return "refused"
        finally:
            connections.close_all()
        return "ordered"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = Counter(pool.map(submit, range(SUBMISSIONS)))
    order = PaymentOrder.objects.get()
    send(order)
    receive(order)

    def pay(_: int) -> str:
        try:
            actions.move(
                grants, M.PAY, claim=claim(order.grant.case), amount=None, by="system", at=NOW, on=DAY
            )
        except Refused:
            return "refused"
        finally:
            connections.close_all()
        return "paid"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes += Counter(f"payment {said}" for said in pool.map(pay, range(AT_ONCE)))
    return {"outcomes": outcomes, **found("trial/test-grants")}


def found(key: str) -> dict[str, Any]:
    standing = standing_of(key)
    return {
        "standing": {account: str(amount) for account, amount in standing.by_account.items()},
        "movements": Counter(Posting.objects.filter(fund=key).values_list("movement", flat=True)),
        "problems": [str(problem) for problem in verify_balances()],
    }


KEY = "qingdao-2012-46/sme-special-fund"
CASES = 9


def die() -> dict[str, Any]:
    """A payment run of nine orders, two of them returned; a child does it and is killed, the next one goes on.

    The first child is killed before its first statement, the next before its fourth, and so on, until one lives to
    the end. After each the ledger must be whole.
    """
    special = library().packs["qingdao-2012-46"].funds["sme-special-fund"]
    actions.put_in(
        special,
        Movement.BUDGET,
        amount=Fraction(10_000),
        year=2013,
        source="市财政局",
        by="t",
        at=NOW,
        on=DAY,
    )
    for number in range(CASES):
        what = claim(f"C-{number}", measure="", occasion=str(number))
        approve(special, what, 100 + number)
        move(special, M.ORDER_PAYMENT, what)
    killed, last = 0, 1
    broken: list[str] = []
    while (ended := in_a_child(go_on, die_before=last)) == -signal.SIGKILL:
        killed, last = killed + 1, last + 3
        broken += [str(problem) for problem in verify_balances()]
        connections.close_all()
    go_on()  # once more changes nothing
    return {"ended": ended, "killed": killed, "broken": broken, "left": len(orders_to_post()), **found(KEY)}


def in_a_child(work: Callable[[], None], *, die_before: int) -> int:
    """Do it in a process that is killed before its n-th statement; minus the signal, or the exit code."""
    connections.close_all()
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    left = die_before

    def count(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*args)

    try:
        with connection.execute_wrapper(count):
            work()
    except BaseException:
        traceback.print_exc()
        os._exit(1)  # never on into what the parent does next
    os._exit(0)


def go_on() -> None:
    """Whatever of the run is still to be done."""
    waiting = list(PaymentOrder.objects.filter(state=OrderState.ORDERED).values_list("pk", flat=True))
    have_accounts(PaymentOrder.objects.filter(pk__in=waiting).values_list("payee", flat=True))
    if waiting and not PaymentRun.objects.filter(state=RunState.PREPARED).exists() and first_time():
        runs.prepare_run(waiting, payer="市财政局", by="officer", at=NOW, on=DAY)
    for run in PaymentRun.objects.filter(state=RunState.PREPARED):
        runs.release_run(run, by="head", at=NOW)
    import_receipts(answer_of_the_bank(), by="officer", at=NOW)
    post_receipts(at=NOW, on=DAY)


def first_time() -> bool:
    return not PaymentRun.objects.exists()


def answer_of_the_bank() -> bytes:
    """The same file each time: two of the payments come back."""
    rows = ["指令号,回单号,金额,结果,原因,日期"]
    for number in range(CASES):
        came_back = number in (2, 5)
        result = "退回,账号不符" if came_back else "已付,"
        rows.append(f"P-C-{number}-1,B-{number},{Decimal(100 + number)},{result},2013-07-01")
    return "\n".join(rows).encode("utf-8")


def be_patient() -> None:
    """A busy machine may keep a writer of SQLite waiting for longer than people are let wait."""
    if connection.vendor == "sqlite":
        connections.databases["default"]["OPTIONS"]["timeout"] = 200


if __name__ == "__main__":
    be_patient()
    print(json.dumps({"compete": compete, "die": die}[sys.argv[1]]()))
