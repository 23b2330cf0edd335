"""The payer takes in the bank's answer to its own payments, and every case it concerns moves on."""

from dataclasses import dataclass
from datetime import datetime

from huiqi.access.actor import Actor
from huiqi.base.bilingual import Bilingual
from huiqi.ledger.bank_files import digest_of, read_receipts
from huiqi.ledger.models import PaymentOrder
from huiqi.ledger.runs import LineProblem, ReceiptsRefused, Taken, take_receipts
from huiqi.procedures.see_funds import keys_paid_by


@dataclass(frozen=True, slots=True)
class BankAnswer:
    """A file that was taken in."""

    taken: Taken
    lines: int


def take_bank_answer(content: bytes, *, actor: Actor, at: datetime) -> BankAnswer:
    """Take in the whole file or nothing of it.

    Raises ReceiptsRefused with every line that cannot be read, does not fit, or is another authority's payment.
    """
    lines, problems = read_receipts(content)
    own = set(keys_paid_by(actor))
    orders = PaymentOrder.objects.filter(number__in=[line.order for line in lines])
    funds = dict(orders.values_list("number", "grant__fund"))
    problems += [
        LineProblem(line.where, not_yours(line.order))
        for line in lines
        if line.order in funds and funds[line.order] not in own
    ]
    if problems or not lines:
        raise ReceiptsRefused(problems or [LineProblem("file", EMPTY)])
    return BankAnswer(take_receipts(lines, digest=digest_of(content), by=actor.name, at=at), len(lines))


EMPTY = Bilingual("文件里没有回单", "there is no receipt in the file")


def not_yours(order: str) -> Bilingual:
    return Bilingual(f"{order} 不是本部门拨付的", f"{order} is not a payment of your authority")
