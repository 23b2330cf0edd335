"""What the fund desk reads of pools, vouchers, loans and stakes."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from django.db.models import Count, QuerySet, Sum

from huiqi.base.money import to_decimal
from huiqi.funds.loans import days_overdue, days_used
from huiqi.funds.types import Account, CapPer, Fund, Movement
from huiqi.ledger.models import Balance, Grant, Loan, Loss, Posting, Stake, Voucher
from huiqi.ledger.queries import Standing, caps_used, standing_of
from huiqi.ledger.types import CARRIED_OVER, VoucherState, fund_key

NOTHING: Final = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one source put in, and which share of it was agreed."""

    source: str
    amount: Decimal
    share: Fraction | None  # agreed
    agreed: Decimal | None  # an amount in yuan

    def part_of(self, total: Decimal) -> Fraction | None:
        return Fraction(self.amount) / Fraction(total) if total else None


@dataclass(frozen=True, slots=True)
class BearerLosses:
    """What one bearer bears of all losses, net of what was recovered."""

    bearer: str
    losses: Decimal
    recovered: Decimal
    from_pool: bool


@dataclass(frozen=True, slots=True)
class Pool:
    """A risk pool or guarantee fund as it stands."""

    fund: Fund
    standing: Standing
    contributions: tuple[Contribution, ...]
    bearers: tuple[BearerLosses, ...]
    losses: int
    lost: Decimal  # of borrowers, before the ceiling
    paid: Decimal  # out of the pool
    recovered: Decimal  # back into the pool
    ceiling: Decimal | None  # of the pool as a whole, where the document sets one
    left_under_ceiling: Decimal | None

    @property
    def recovery_rate(self) -> Fraction | None:
        return Fraction(self.recovered) / Fraction(self.paid) if self.paid else None


def pool_of(fund: Fund) -> Pool:
    """Contributions, losses by bearer, recoveries, what is left under the ceiling."""
    key = fund_key(fund)
    found = Loss.objects.filter(grant__fund=key)
    sums = found.aggregate(n=Count("pk"), lost=Sum("loss"), paid=Sum("pool_pays"))
    recovered = moved(key, Movement.RECOVER_LOSS)
    whole = next((use for use in caps_used(fund) if use.cap.per is CapPer.FUND and not use.cap.reading), None)
    return Pool(
        fund=fund,
        standing=standing_of(key),
        contributions=contributions_of(fund),
        bearers=losses_by_bearer(fund, recovered),
        losses=sums["n"],
        lost=sums["lost"] or NOTHING,
        paid=sums["paid"] or NOTHING,
        recovered=recovered,
        ceiling=whole.limit if whole else None,
        left_under_ceiling=whole.left if whole else None,
    )


def moved(fund: str, movement: Movement) -> Decimal:
    total = Posting.objects.filter(fund=fund, movement=movement.value).aggregate(total=Sum("amount"))["total"]
    return total or NOTHING


def contributions_of(fund: Fund) -> tuple[Contribution, ...]:
    """By source, those declared first; what was carried over from year to year is not counted again."""
    rows = Posting.objects.filter(
        fund=fund_key(fund), movement__in=[Movement.BUDGET.value, Movement.CONTRIBUTE.value]
    ).exclude(source=CARRIED_OVER)
    put_in = dict(rows.order_by().values_list("source").annotate(total=Sum("amount")))
    declared = [
        Contribution(
            source.by,
            put_in.pop(source.by, NOTHING),
            source.share,
            None if source.amount is None else to_decimal(source.amount, 2),
        )
        for source in fund.sources
    ]
    return (*declared, *(Contribution(name, total, None, None) for name, total in sorted(put_in.items())))


def losses_by_bearer(fund: Fund, recovered: Decimal) -> tuple[BearerLosses, ...]:
    """Recoveries reduce what those bear who bear out of the pool, in the ratio of their parts."""
    losses: dict[tuple[str, bool], Decimal] = defaultdict(lambda: NOTHING)
    for shares in Loss.objects.filter(grant__fund=fund_key(fund)).values_list("shares", flat=True).iterator():
        for part in shares:
            losses[part["bearer"], part["from_pool"]] += Decimal(part["amount"])
    of_pool = sum((amount for (_, from_pool), amount in losses.items() if from_pool), NOTHING)
    return tuple(
        BearerLosses(bearer, amount, part_of_recovery(recovered, amount, of_pool, from_pool), from_pool)
        for (bearer, from_pool), amount in sorted(losses.items())
    )


def part_of_recovery(recovered: Decimal, amount: Decimal, of_pool: Decimal, from_pool: bool) -> Decimal:
    if not from_pool or not of_pool:
        return NOTHING
    return to_decimal(Fraction(recovered) * Fraction(amount) / Fraction(of_pool), 2)


def losses_of(fund: str) -> QuerySet[Loss]:
    """Each loss with its grant, newest first."""
    return Loss.objects.filter(grant__fund=fund).select_related("grant").order_by("-pk")


def vouchers(fund: str, *, state: VoucherState | None = None) -> QuerySet[Voucher]:
    found = Voucher.objects.filter(grant__fund=fund).select_related("grant").order_by("-pk")
    return found if state is None else found.filter(state=state.value)


def voucher_counts(fund: str) -> dict[VoucherState, tuple[int, Decimal]]:
    """How many vouchers stand in each state, and their face value."""
    rows = Voucher.objects.filter(grant__fund=fund).order_by().values_list("state")
    return {VoucherState(s): (n, face) for s, n, face in rows.annotate(n=Count("pk"), face=Sum("face"))}


@dataclass(frozen=True, slots=True)
class LoanOut:
    """A loan as it stands on a day."""

    loan: Loan
    grant: Grant
    out: Decimal  # not repaid and not written off
    days: int
    overdue: int


def loans_out(fund: str, *, on: date) -> list[LoanOut]:
    """Loans that are out, the longest overdue first."""
    found = Loan.objects.filter(grant__fund=fund, ended_on=None, lent_on__lte=on).select_related("grant")
    still = dict(
        Balance.objects.filter(fund=fund, account=Account.LENT.value, amount__gt=0).values_list(
            "holder", "amount"
        )
    )
    rows = [
        LoanOut(
            loan,
            loan.grant,
            still.get(loan.grant.number, NOTHING),
            days_used(loan.lent_on, on),
            days_overdue(loan.due_on, on),
        )
        for loan in found
    ]
    return sorted(rows, key=lambda row: (-row.overdue, -row.days, row.loan.pk))


def loans_ended(fund: str) -> QuerySet[Loan]:
    """Repaid or written off, with days used, fee and subsidy; newest first."""
    return (
        Loan.objects.filter(grant__fund=fund).exclude(ended_on=None).select_related("grant").order_by("-pk")
    )


def stakes_of(fund: str) -> QuerySet[Stake]:
    """Stakes, those held first."""
    found = Stake.objects.filter(grant__fund=fund).select_related("grant")
    return found.order_by("sold_on", "-pk")
