"""Rows of the ledger: locked where sums are taken, read as the database keeps them, added and never changed."""

from datetime import date, datetime
from decimal import Decimal

from huiqi.funds.ledger import entry_of
from huiqi.funds.types import Account, Movement
from huiqi.ledger.models import Balance, Grant, Lock, PaymentOrder, Posting


def lock(*keys: str) -> None:
    """Wait until nobody else adds up what these keys stand for; they are held until the transaction ends.

    Always in the same order: payee, person, document, fund. SQLite lets one transaction write at a time anyway.
    """
    for key in keys:
        if not Lock.objects.select_for_update().filter(pk=key).exists():
            Lock.objects.bulk_create([Lock(pk=key)], ignore_conflicts=True)
            Lock.objects.select_for_update().get(pk=key)


def balance_of(fund: str, year: int, account: Account, holder: str = "") -> Decimal:
    """What stands in an account; 0.00 where nothing ever did."""
    found = Balance.objects.filter(fund=fund, year=year, account=account.value, holder=holder)
    return found.values_list("amount", flat=True).first() or Decimal("0.00")


def post(
    grant: Grant,
    movement: Movement,
    amount: Decimal,
    *,
    by: str,
    at: datetime,
    on: date,
    order: PaymentOrder | None = None,
    reason: str = "",
) -> Posting:
    """Move money of a grant. Raises IntegrityError where the database refuses it."""
    key = key_of(grant, movement, order)
    posting = posting_row(grant, movement, amount, key=key, by=by, at=at, on=on, order=order, reason=reason)
    posting.save()
    return posting


def posting_row(
    grant: Grant,
    movement: Movement,
    amount: Decimal,
    *,
    key: str,
    by: str,
    at: datetime,
    on: date,
    order: PaymentOrder | None = None,
    reason: str = "",
) -> Posting:
    """A posting that is not saved yet."""
    entry = entry_of(movement, grant.number)
    return Posting(
        key=key,
        fund=grant.fund,
        year=grant.year,
        movement=movement.value,
        from_account=entry.from_account.value,
        to_account=entry.to_account.value,
        from_holder=entry.from_holder,
        to_holder=entry.to_holder,
        amount=amount,
        grant=grant,
        order=order,
        party=grant.party,
        region=grant.region,
        programme=grant.programme,
        measure=grant.measure,
        case=grant.case,
        person=grant.person,
        reason=reason,
        by=by,
        at=at,
        on_day=on,
    )


def key_of(grant: Grant, movement: Movement, order: PaymentOrder | None) -> str:
    """What a posting may be made once for: the order; else the grant and how often it moved like this before."""
    if order is not None:
        return f"{movement}:{order.number}"
    before = Posting.objects.filter(grant=grant, movement=movement.value).count()
    return f"{movement}:{grant.number}:{before + 1}"


def post_outside(
    fund: str,
    movement: Movement,
    amount: Decimal,
    *,
    key: str,
    year: int,
    source: str,
    reason: str,
    by: str,
    at: datetime,
    on: date,
) -> Posting:
    """Money that comes from the world or goes back to it."""
    entry = entry_of(movement, "")
    return Posting.objects.create(
        key=key or f"{movement}:{fund}:{year}:{Posting.objects.filter(fund=fund, year=year).count() + 1}",
        fund=fund,
        year=year,
        movement=movement.value,
        from_account=entry.from_account.value,
        to_account=entry.to_account.value,
        amount=amount,
        source=source,
        reason=reason,
        by=by,
        at=at,
        on_day=on,
    )
