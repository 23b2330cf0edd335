"""Synthetic money in declared funds, one of each kind, so that every part of the fund desk has something to show."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from huiqi.funds.types import Fund, Movement
from huiqi.holdings.current import library
from huiqi.ledger.actions import move, put_in
from huiqi.ledger.models import PaymentOrder
from huiqi.ledger.runs import Line, prepare_run, release_run, take_receipts
from huiqi.ledger.types import Claim
from huiqi.procedures.payment_runs import post_receipts
from tests.site.accounts import have_accounts

M = Movement
DAY = date(2013, 6, 20)
AT = datetime(2013, 6, 20, 9, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
TREASURY = "市财政局"


class WithFirm(Protocol):
    @property
    def firm(self) -> str: ...


def fund(pack: str, name: str) -> Fund:
    return library().packs[pack].funds[name]


def claim(case: str, party: str, **more: object) -> Claim:
    said = {"party_name": "合成一厂", "region": "370202", "measure": "", "occasion": case} | more
    return Claim(case=case, party=party, **said)  # type: ignore[arg-type]


def filled(into: Fund, amount: int, movement: Movement = M.BUDGET) -> Fund:
    put_in(into, movement, amount=Fraction(amount), year=2013, source=TREASURY, by="payer", at=AT, on=DAY)
    return into


def funds_have_money(site: WithFirm) -> None:
    """Grants that were paid, returned and wait; a loan, a voucher, a stake, a shared loss."""
    grants_are_paid(site.firm)
    loan = filled(fund("qingdao-2012-46", "bridging-fund-loan-fund"), 50_000_000)
    lent = claim("20130501900001", site.firm, due_on=date(2013, 6, 1))
    move(loan, M.LEND, claim=lent, amount=Fraction(3_000_000), by="head", at=AT, on=date(2013, 5, 2))
    ended = claim("20130501900002", site.firm, due_on=date(2013, 6, 1))
    move(loan, M.LEND, claim=ended, amount=Fraction(1_000_000), by="head", at=AT, on=date(2013, 5, 2))
    move(loan, M.REPAY, claim=ended, amount=None, by="payer", at=LATER, on=date(2013, 5, 20))
    vouchers = filled(fund("qingdao-2016-2", "innovation-voucher-voucher-fund"), 1_000_000)
    issued = claim("20130501900003", site.firm)
    move(vouchers, M.ISSUE_VOUCHER, claim=issued, amount=Fraction(20_000), by="head", at=AT, on=DAY)
    stakes = filled(fund("qingdao-2012-46", "venture-investment"), 80_000_000)
    held = claim("20130501900004", site.firm, share=Fraction(1, 10))
    move(stakes, M.INJECT, claim=held, amount=Fraction(2_000_000), by="head", at=AT, on=DAY)
    pool = filled(fund("qingdao-2012-46", "loan-risk-compensation"), 10_000_000, M.CONTRIBUTE)
    lost = claim("20130501900005", site.firm, facts=loss_facts(1_000_000))
    move(pool, M.COMPENSATE, claim=lost, amount=None, by="head", at=AT, on=DAY)
    move(pool, M.RECOVER_LOSS, claim=lost, amount=Fraction(50_000), by="payer", at=LATER, on=DAY)


def loss_facts(amount: int) -> dict[str, object]:
    """A loss of an amount; the ceiling follows from forty times as much of new loans."""
    lent = {"principal": Fraction(5 * amount), "new_credit_loan_amount": Fraction(40 * amount)}
    return {"loss": Fraction(amount), "loan_is_new": True, **lent}


def grants_are_paid(firm: str) -> None:
    """Four grants: paid, returned, in a run that waits for its release, and waiting for a run."""
    special = filled(fund("qingdao-2012-46", "sme-special-fund"), 10_000_000)
    measure = f"qingdao-2012-46/{special.measures[0]}"
    orders = []
    for number in range(4):
        asked = claim(f"2013062090000{number}", firm, measure=measure)
        move(special, M.COMMIT, claim=asked, amount=Fraction(100_000 + number), by="head", at=AT, on=DAY)
        move(special, M.ORDER_PAYMENT, claim=asked, amount=None, by="payer", at=LATER, on=DAY)
        orders.append(PaymentOrder.objects.get(grant__case=asked.case))
    have_accounts([firm], holder="合成一厂")
    run = prepare_run([o.pk for o in orders[:2]], payer=TREASURY, by="payer", at=LATER, on=DAY)
    release_run(run, by="paymaster", at=LATER)
    lines = [receipt(orders[0], paid=True), receipt(orders[1], paid=False)]
    take_receipts(lines, digest="0" * 64, by="payer", at=LATER)
    post_receipts(at=LATER, on=DAY)
    prepare_run([orders[2].pk], payer=TREASURY, by="payer", at=LATER, on=DAY)


def receipt(order: PaymentOrder, *, paid: bool) -> Line:
    amount: Decimal = order.amount
    return Line("row 2", order.number, f"合成-{order.number}", amount, paid, "" if paid else "账号不符", DAY)
