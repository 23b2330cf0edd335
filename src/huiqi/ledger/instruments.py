"""What a grant is besides money: a voucher, a loan, a shared loss, a stake; and how each moves on."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from huiqi.base.bilingual import Bilingual
from huiqi.base.money import yuan
from huiqi.funds.figures import Ground
from huiqi.funds.loans import cost_of_use, days_used, due_day
from huiqi.funds.losses import SharedLoss
from huiqi.funds.stakes import exit_day
from huiqi.funds.types import Account, Fund, Movement
from huiqi.funds.vouchers import is_expired, most_of_price, valid_until
from huiqi.ledger.models import Grant, Loan, Loss, Stake, Voucher
from huiqi.ledger.postings import balance_of
from huiqi.ledger.types import Claim, Refused, VoucherState, to_yuan

NOTHING = Decimal("0.00")


def keep_instrument(
    fund: Fund,
    movement: Movement,
    grant: Grant,
    *,
    claim: Claim,
    loss: SharedLoss | None,
    by: str,
    on: date,
) -> None:
    """The row that goes with a new grant."""
    match movement:
        case Movement.ISSUE_VOUCHER:
            covers = fund.vouchers.covers if fund.vouchers else None
            Voucher.objects.create(
                number=f"V-{grant.number}",
                grant=grant,
                face=grant.amount,
                covers=str(covers) if covers is not None else "",
                issued_on=on,
                valid_until=valid_until(fund, on),
                state=VoucherState.ISSUED,
            )
        case Movement.LEND:
            due_on = due_day(fund.lending, on, claim.due_on)
            Loan.objects.create(grant=grant, principal=grant.amount, lent_on=on, lent_by=by, due_on=due_on)
        case Movement.COMPENSATE if loss is not None:
            keep_loss(grant, loss, on)
        case Movement.INJECT:
            share = str(claim.share) if claim.share is not None else ""
            exit_after = exit_day(fund.stakes, on)
            Stake.objects.create(
                grant=grant, amount=grant.amount, share=share, held_since=on, exit_after=exit_after
            )


def keep_loss(grant: Grant, loss: SharedLoss, on: date) -> None:
    Loss.objects.create(
        grant=grant,
        loss=to_yuan(loss.loss),
        ceiling=None if loss.ceiling is None else to_yuan(loss.ceiling),
        counted=to_yuan(loss.counted),
        pool_pays=to_yuan(loss.pool_pays),
        shares=[
            {"bearer": part.bearer, "amount": str(to_yuan(part.amount)), "from_pool": part.from_pool}
            for part in loss.borne
        ],
        on_day=on,
    )


def voucher_before(grant: Grant, movement: Movement, amount: Decimal, *, claim: Claim, on: date) -> None:
    """May this voucher be used, or must it still stand? Raises Refused."""
    voucher = grant.voucher
    problems: list[Bilingual] = []
    if movement in (Movement.RESERVE_VOUCHER, Movement.REDEEM_VOUCHER):
        if is_expired(voucher.valid_until, on=on):
            problems.append(
                Bilingual(
                    f"券已于 {voucher.valid_until} 过期", f"the voucher expired on {voucher.valid_until}"
                )
            )
        if movement is Movement.REDEEM_VOUCHER:
            problems += use_faults(voucher, amount, claim)
    elif movement is Movement.EXPIRE_VOUCHER and not is_expired(voucher.valid_until, on=on):
        until = voucher.valid_until
        problems.append(
            Bilingual(f"券有效期至 {until}，尚未过期", f"the voucher is good until {until}")
            if until
            else Bilingual("此券没有有效期，不会过期", "the voucher has no last day")
        )
    if problems:
        raise Refused(*problems)


def use_faults(voucher: Voucher, amount: Decimal, claim: Claim) -> list[Bilingual]:
    problems = []
    if not (claim.provider or voucher.provider):
        problems.append(Bilingual("没有登记服务机构", "no provider is named"))
    price = claim.facts.get("expense")
    covers = Fraction(voucher.covers) if voucher.covers else None
    if covers is not None and not isinstance(price, Fraction):
        problems.append(
            Bilingual("没有服务价格，无法按比例抵用", "without the price its part cannot be worked out")
        )
    most = most_of_price(covers, price if isinstance(price, Fraction) else None)
    if most is not None and amount > to_yuan(most):
        problems.append(
            Bilingual(
                f"可抵用 {yuan(most)} 元，不是 {amount} 元", f"it covers {yuan(most)} yuan, not {amount}"
            )
        )
    return problems


def voucher_after(grant: Grant, movement: Movement, *, claim: Claim) -> None:
    voucher = grant.voucher
    voucher.provider = claim.provider or voucher.provider
    if movement is Movement.FREE_VOUCHER:
        voucher.state, voucher.provider = VoucherState.ISSUED, ""
    else:
        voucher.state = {
            Movement.RESERVE_VOUCHER: VoucherState.RESERVED,
            Movement.REDEEM_VOUCHER: VoucherState.REDEEMED,
            Movement.SETTLE_VOUCHER: VoucherState.SETTLED,
            Movement.EXPIRE_VOUCHER: VoucherState.EXPIRED,
        }[movement]
    voucher.save()


def loan_after(
    fund: Fund, grant: Grant, movement: Movement, amount: Decimal, *, ground: Ground, on: date
) -> None:
    """Count what came back; when nothing is out any more, count the days and what they cost."""
    loan = grant.loan
    if movement is Movement.REPAY:
        loan.repaid += amount
    still_out = balance_of(grant.fund, grant.year, Account.LENT, grant.number)
    if not still_out:
        cost = cost_of_use(
            fund.lending,
            ground=ground,
            principal=Fraction(loan.principal),
            balance=Fraction(still_out),
            lent_on=loan.lent_on,
            due_on=loan.due_on,
            until=on,
        )
        loan.ended_on, loan.days_used = on, days_used(loan.lent_on, on)
        loan.fee = None if cost.fee is None else to_yuan(cost.fee)
        loan.subsidy = None if cost.subsidy is None else to_yuan(cost.subsidy)
    loan.save()
