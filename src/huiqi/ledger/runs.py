"""Payment runs (拨付批次) and the bank's receipts (银行回单): every write of them.

Ordered payments are collected, released by a second person, sent to the bank as a file; its answer is taken in
whole or not at all. What a receipt says is posted later by the step of its case (`procedures.payment_runs`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

from django.db import transaction

from huiqi.audit.actions import record_deed
from huiqi.base.bilingual import Bilingual
from huiqi.ledger.models import BankReceipt, PaymentOrder, PaymentRun
from huiqi.ledger.payee_queries import LAST_OF_THE_PAYEE, without_account
from huiqi.ledger.payees import LOCKED
from huiqi.ledger.postings import lock
from huiqi.ledger.types import ORDER_STATES, OrderState, Refused, RunState

T = TypeVar("T")
IN_ONE_STATEMENT: Final = 900


@transaction.atomic
def prepare_run(orders: Sequence[int], *, payer: str, by: str, at: datetime, on: date) -> PaymentRun:
    """Collect orders that wait. Raises Refused where one of them does not, has nowhere to go, or there is none."""
    lock("runs")
    found = [
        order
        for piece in pieces(sorted(set(orders)))
        for order in PaymentOrder.objects.select_for_update().filter(pk__in=piece).order_by("pk")
    ]
    problems = [
        Bilingual(
            f"{order.number} {ORDER_STATES[OrderState(order.state)].zh}，不能再编批",
            f"{order.number} is {ORDER_STATES[OrderState(order.state)].en} and cannot go into a run",
        )
        for order in found
        if order.state != OrderState.ORDERED
    ]
    for piece in pieces([order.pk for order in found]):
        waiting = PaymentOrder.objects.filter(pk__in=piece, state=OrderState.ORDERED)
        problems += [no_account(order) for order in without_account(waiting).order_by("pk")]
    if not found or len(found) != len(set(orders)):
        problems.append(Bilingual("没有可编批的拨付指令", "there are no such payment orders"))
    if problems:
        raise Refused(*problems)
    today = PaymentRun.objects.filter(on_day=on).count()
    total = sum((order.amount for order in found), Decimal("0.00"))
    run = PaymentRun.objects.create(
        number=f"R-{on:%Y%m%d}-{today + 1:03d}",
        payer=payer,
        state=RunState.PREPARED,
        orders_count=len(found),
        total=total,
        prepared_by=by,
        prepared_at=at,
        on_day=on,
    )
    for piece in pieces([order.pk for order in found]):
        PaymentOrder.objects.filter(pk__in=piece).update(state=OrderState.IN_RUN, run=run)
    detail = {
        "orders": len(found), "total": str(total), "first": found[0].number, "last": found[-1].number
    }  # fmt: skip
    record_deed("ledger.run.prepared", f"run:{run.number}", by=by, at=at, detail=detail)
    return run


def no_account(order: PaymentOrder) -> Bilingual:
    return Bilingual(
        f"{order.number} 的收款人尚未填报收款账户",
        f"the payee of {order.number} has not stated an account yet",
    )


@transaction.atomic
def release_run(run: PaymentRun, *, by: str, at: datetime) -> PaymentRun:
    """A second person lets it go to the bank, each order to the account that is in force now. Raises Refused.

    Never who prepared it; nor who approved and ordered one of its payments in a single step.
    """
    lock(LOCKED)  # nobody states another account while the run goes out
    held = held_run(run)
    problems = [no_account(order) for order in without_account(held.orders.all())]
    if held.prepared_by == by:
        problems.append(Bilingual("编批的人不能放行", "who prepared a run does not release it"))
    alone = held.orders.filter(four_eyes=True, approved_by="", ordered_by=by)
    problems += [
        Bilingual(
            f"{order.number} 由您一人审批并下达，须由他人放行",
            f"{order.number} was approved and ordered by you alone: another person releases it",
        )
        for order in alone
    ]
    if problems:
        raise Refused(*problems)
    held.state, held.released_by, held.released_at = RunState.RELEASED, by, at
    held.save()
    held.orders.update(state=OrderState.SENT, account=LAST_OF_THE_PAYEE)
    detail = {"orders": held.orders_count, "total": str(held.total)}
    record_deed("ledger.run.released", f"run:{held.number}", by=by, at=at, detail=detail)
    return held


@transaction.atomic
def drop_run(run: PaymentRun, *, by: str, at: datetime) -> None:
    """Its orders wait again. Raises Refused where it was released."""
    held = held_run(run)
    held.state = RunState.DROPPED
    held.save()
    held.orders.update(state=OrderState.ORDERED, run=None)
    detail = {"orders": held.orders_count}
    record_deed("ledger.run.dropped", f"run:{held.number}", by=by, at=at, detail=detail)


def held_run(run: PaymentRun) -> PaymentRun:
    """The run as it is now, locked. Raises Refused where it no longer waits."""
    held = PaymentRun.objects.select_for_update().get(pk=run.pk)
    if held.state != RunState.PREPARED:
        raise Refused(Bilingual(f"批次 {held.number} 已不在待复核", f"run {held.number} no longer waits"))
    return held


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the bank's answer."""

    where: str  # "row 3"
    order: str
    reference: str
    amount: Decimal
    is_paid: bool
    reason: str
    on_day: date


@dataclass(frozen=True, slots=True)
class LineProblem:
    where: str
    text: Bilingual


class ReceiptsRefused(Exception):
    """The bank's answer cannot be taken; nothing of it was. `problems` names every line that is in the way."""

    def __init__(self, problems: Sequence[LineProblem]) -> None:
        super().__init__("; ".join(f"{problem.where}: {problem.text.en}" for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Taken:
    """How many receipts are new, and how many were there already."""

    new: int
    known: int


@transaction.atomic
def take_receipts(lines: Sequence[Line], *, digest: str, by: str, at: datetime) -> Taken:
    """Keep what the bank says, all lines or none. The same file once more changes nothing.

    Raises ReceiptsRefused: unknown order, wrong amount, an order or a reference twice, an order that was not sent.
    """
    lock("runs")
    orders = {
        order.number: order
        for piece in pieces([line.order for line in lines])
        for order in PaymentOrder.objects.select_for_update().filter(number__in=piece)
    }
    before = {r.reference: r for r in receipts_with("reference", [line.reference for line in lines])}
    by_order = {r.order_id: r for r in receipts_with("order", [order.pk for order in orders.values()])}
    problems: list[LineProblem] = []
    fresh: list[Line] = []
    seen: set[str] = set()
    for line in lines:
        order = orders.get(line.order)
        if said_before(line, order, before):
            continue
        fault = fault_of(line, order, before, by_order, seen)
        seen |= {f"order {line.order}", f"reference {line.reference}"}
        if fault is not None:
            problems.append(LineProblem(line.where, fault))
        fresh.append(line)
    if problems:
        raise ReceiptsRefused(problems)
    BankReceipt.objects.bulk_create(receipts_of(fresh, orders, digest=digest, by=by, at=at))
    if fresh:
        detail = {"receipts": len(fresh), "first": fresh[0].reference, "last": fresh[-1].reference}
        record_deed("ledger.receipts.taken", f"file:{digest[:16]}", by=by, at=at, detail=detail)
    return Taken(len(fresh), len(lines) - len(fresh))


def receipts_with(column: str, values: Sequence[Any]) -> Iterator[BankReceipt]:
    for piece in pieces(values):
        yield from BankReceipt.objects.filter(**{f"{column}__in": piece})


def pieces(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """As many as any SQLite takes in one statement."""
    for start in range(0, len(values), IN_ONE_STATEMENT):
        yield values[start : start + IN_ONE_STATEMENT]


def said_before(line: Line, order: PaymentOrder | None, before: dict[str, BankReceipt]) -> bool:
    known = before.get(line.reference)
    return (
        known is not None
        and order is not None
        and (known.order_id, known.amount, known.is_paid) == (order.pk, line.amount, line.is_paid)
    )


def fault_of(
    line: Line,
    order: PaymentOrder | None,
    before: dict[str, BankReceipt],
    by_order: dict[int, BankReceipt],
    seen: set[str],
) -> Bilingual | None:
    """What is wrong with a line."""
    if order is None:
        return Bilingual(f"没有拨付指令 {line.order}", f"there is no payment order {line.order}")
    if f"order {line.order}" in seen or f"reference {line.reference}" in seen:
        return Bilingual(
            f"{line.order} 或 {line.reference} 重复", f"{line.order} or {line.reference} stands twice"
        )
    if line.reference in before:
        return Bilingual(
            f"回单号 {line.reference} 已用于其他内容", f"receipt {line.reference} said something else before"
        )
    if order.pk in by_order:
        return Bilingual(
            f"{line.order} 已有回单 {by_order[order.pk].reference}",
            f"{line.order} has receipt {by_order[order.pk].reference} already",
        )
    if line.amount != order.amount:
        return Bilingual(
            f"金额 {line.amount} 不是 {order.amount}", f"the amount is {line.amount}, not {order.amount}"
        )
    if order.state != OrderState.SENT:
        return Bilingual(f"{line.order} 没有送银行", f"{line.order} was not sent to the bank")
    if not line.is_paid and not line.reason:
        return Bilingual("退票没有写原因", "a returned payment gives no reason")
    return None


def receipts_of(
    lines: Sequence[Line], orders: dict[str, PaymentOrder], *, digest: str, by: str, at: datetime
) -> list[BankReceipt]:
    return [
        BankReceipt(
            reference=line.reference,
            order=orders[line.order],
            is_paid=line.is_paid,
            reason=line.reason,
            amount=line.amount,
            on_day=line.on_day,
            file_digest=digest,
            taken_by=by,
            taken_at=at,
        )
        for line in lines
    ]
