"""Is the ledger what its postings say? Everything is added up again and compared."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from django.db.models import F, Sum

from huiqi.base.problem import Problem
from huiqi.funds.types import Account, Movement
from huiqi.ledger.models import Balance, Grant, PaymentOrder, Posting
from huiqi.ledger.types import OrderState

Key = tuple[str, int, str, str]
NOTHING = Decimal("0.00")


def recomputed_balances() -> dict[Key, Decimal]:
    """Every balance from the postings alone: (fund, year, account, holder) → yuan."""
    sums: dict[Key, Decimal] = defaultdict(lambda: NOTHING)
    for side, sign in (("from", -1), ("to", 1)):
        rows = Posting.objects.order_by().values_list("fund", "year", f"{side}_account", f"{side}_holder")
        for fund, year, account, holder, total in rows.annotate(total=Sum("amount")):
            sums[fund, year, account, holder] += sign * total
    return dict(sums)


def verify_balances() -> Iterator[Problem]:
    """Every place where the ledger does not agree with itself; nothing where it is whole."""
    sums = recomputed_balances()
    for row in Balance.objects.order_by("pk").iterator():
        key = (row.fund, row.year, row.account, row.holder)
        should_be = sums.pop(key, NOTHING)
        if row.amount != should_be:
            yield Problem(place(key), f"stands at {row.amount}, its postings come to {should_be}")
        if row.amount < 0 and row.account != Account.SOURCE:
            yield Problem(place(key), f"is negative: {row.amount}")
    for key, amount in sums.items():
        yield Problem(place(key), f"has no balance, its postings come to {amount}")
    yield from verify_grants()
    yield from verify_orders()


def place(key: Key) -> str:
    fund, year, account, holder = key
    return f"{fund} {year} {account}{f' {holder}' if holder else ''}"


def verify_grants() -> Iterator[Problem]:
    """What stands for a grant is what was taken for it, less what came back."""
    sums: dict[int, Decimal] = defaultdict(lambda: NOTHING)
    for side, sign in (("from_account", 1), ("to_account", -1)):
        rows = Posting.objects.filter(**{side: Account.AVAILABLE.value}, grant__isnull=False)
        for grant, total in rows.order_by().values_list("grant").annotate(total=Sum("amount")):
            sums[grant] += sign * total
    for grant in Grant.objects.order_by("pk").iterator():
        if grant.taken != sums[grant.pk]:
            yield Problem(
                f"grant {grant.number}", f"stands at {grant.taken}, its postings come to {sums[grant.pk]}"
            )


def verify_orders() -> Iterator[Problem]:
    """A paid order has one payment of its amount and the bank's receipt; an unpaid one has none."""
    paid = PaymentOrder.objects.filter(state=OrderState.PAID.value)
    posted = Posting.objects.filter(movement=Movement.PAY.value)
    for order in paid.exclude(pk__in=posted.values("order")):
        yield Problem(f"order {order.number}", "counts as paid and no payment is posted")
    for posting in posted.exclude(order__state=OrderState.PAID.value).select_related("order"):
        yield Problem(f"order {posting.order}", "a payment is posted and the order does not count as paid")
    for posting in posted.exclude(order__receipt__amount=F("amount")).select_related("order"):
        yield Problem(f"order {posting.order}", "was paid without a receipt of its amount")
