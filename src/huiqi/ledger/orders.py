"""Payment orders (拨付指令): made by somebody who did not approve, paid or returned by the bank's receipt."""

from datetime import date, datetime
from decimal import Decimal

from huiqi.base.bilingual import Bilingual
from huiqi.funds.types import Fund, Movement
from huiqi.holdings.current import register
from huiqi.ledger.giving import same_person
from huiqi.ledger.models import Grant, PaymentOrder
from huiqi.ledger.postings import post
from huiqi.ledger.types import Claim, OrderState, Refused


def order_payment(
    fund: Fund, grant: Grant, amount: Decimal, *, claim: Claim, by: str, at: datetime, on: date
) -> PaymentOrder:
    """Order a part or all of what is committed. Raises Refused where the same person approved it.

    Where a provider delivered for the party (政府购买服务), the provider is paid. A step that approves and orders
    at once is of one person by its declaration: then the payment run must be released by another (see
    `runs.release_run`).
    """
    in_one_step = fund.four_eyes and grant.approved_by == by and grant.at == at and claim.approved_by != by
    if fund.four_eyes and grant.approved_by == by and not in_one_step:
        raise Refused(same_person(by))
    instalment = grant.orders.count() + 1
    order = PaymentOrder.objects.create(
        number=f"P-{grant.number}-{instalment}",
        grant=grant,
        instalment=instalment,
        amount=amount,
        payee=claim.provider or grant.party,
        payee_name=name_of(claim.provider) if claim.provider else grant.party_name,
        state=OrderState.ORDERED,
        four_eyes=fund.four_eyes,
        approved_by="" if in_one_step else grant.approved_by,
        ordered_by=by,
        at=at,
        on_day=on,
    )
    post(grant, Movement.ORDER_PAYMENT, amount, by=by, at=at, on=on, order=order)
    return order


def name_of(code: str) -> str:
    """As the register has it; empty for somebody it does not know."""
    snapshot = register()
    row = snapshot.find(code) if snapshot is not None else None
    return str(row["name"]) if row is not None and row.get("name") else ""


def settle_orders(
    grant: Grant, movement: Movement, *, by: str, at: datetime, on: date, reason: str = ""
) -> Decimal:
    """Post what the bank's receipts say of a grant's orders: PAY or RETURN. Raises Refused where none does."""
    is_paid = movement is Movement.PAY
    found = grant.orders.filter(state=OrderState.SENT.value, receipt__is_paid=is_paid).select_related(
        "receipt"
    )
    orders = list(found.order_by("instalment"))
    if not orders:
        raise Refused(
            Bilingual("银行回单尚未导入", "the bank's receipt has not been taken in")
            if is_paid
            else Bilingual("没有退票的银行回单", "the bank returned nothing of it")
        )
    for order in orders:
        post(
            grant,
            movement,
            order.amount,
            by=by,
            at=at,
            on=on,
            order=order,
            reason=reason or order.receipt.reason,
        )
        order.state = OrderState.PAID if is_paid else OrderState.RETURNED
        order.save(update_fields=["state"])
    return sum((order.amount for order in orders), Decimal("0.00"))
