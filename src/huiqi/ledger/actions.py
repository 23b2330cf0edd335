"""Every write of money: put into a fund, and moved for a claim. Each is one transaction with its caller's.

Two functions are all that others call. Both raise `Refused` with every reason at once; then nothing was written.
"""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.db import transaction

from huiqi.audit.actions import record_deed
from huiqi.base.bilingual import Bilingual
from huiqi.base.money import yuan
from huiqi.funds.ledger import ACCOUNT_NAMES, DRAWING, MOVEMENT_NAMES, PUTTING_IN, faults_of
from huiqi.funds.losses import payer_of
from huiqi.funds.stakes import sell
from huiqi.funds.types import POSTINGS, Account, Fund, Movement, YearEnd
from huiqi.ledger.giving import (
    carry_over,
    funds_with_document_caps,
    give,
    ground_of,
    has_document_cap,
    same_person,
)
from huiqi.ledger.instruments import loan_after, voucher_after, voucher_before
from huiqi.ledger.models import Grant, Posting
from huiqi.ledger.orders import order_payment, settle_orders
from huiqi.ledger.postings import balance_of, lock, post, post_outside
from huiqi.ledger.types import SYSTEM, Claim, Refused, fund_key, to_yuan

LEAVES_NOTHING = frozenset({Movement.RELEASE, Movement.FREE_VOUCHER})
"""Movements of "what is left" that may find nothing left."""

NOT_BY_WHO_GAVE = frozenset({Movement.SETTLE_VOUCHER, Movement.WRITE_OFF})
"""Who issued a voucher does not settle it; who lent does not write off."""

OF_A_VOUCHER = frozenset(
    {
        Movement.RESERVE_VOUCHER, Movement.FREE_VOUCHER, Movement.REDEEM_VOUCHER,
        Movement.SETTLE_VOUCHER, Movement.EXPIRE_VOUCHER,
    }
)  # fmt: skip


@transaction.atomic
def put_in(
    fund: Fund,
    movement: Movement,
    *,
    amount: Fraction,
    year: int,
    source: str,
    by: str,
    at: datetime,
    on: date,
    reason: str = "",
    key: str = "",
) -> Decimal:
    """Money comes into a fund for a year (BUDGET, CONTRIBUTE) or unused money leaves it (LAPSE).

    Args:
        source: who puts it in or gets it back, as the fund declares its sources: an authority or a kind of party.
        key: what may happen once, as "budget:<fund>:2013"; the second time nothing is put in and 0.00 returned.

    Returns the amount in yuan. Raises Refused.
    """
    name, given = fund_key(fund), to_yuan(amount)
    lock(f"fund:{name}")
    if key and Posting.objects.filter(key=key).exists():
        return Decimal("0.00")
    problems = list(faults_of(fund, movement, ""))
    if movement not in PUTTING_IN:
        what = MOVEMENT_NAMES[movement]
        problems.append(Bilingual(f"“{what.zh}”要有办件", f"a {what.en} is made for a case"))
    if given <= 0:
        problems.append(Bilingual("金额要大于零", "the amount must be more than nothing"))
    available = balance_of(name, year, Account.AVAILABLE)
    if movement is Movement.LAPSE and given > available:
        problems.append(
            Bilingual(f"可用只有 {available} 元", f"only {available} yuan are available for {year}")
        )
    if problems:
        raise Refused(*problems)
    posting = post_outside(
        name, movement, given, key=key, year=year, source=source, reason=reason, by=by, at=at, on=on
    )
    detail = {"amount": str(given), "year": year, "source": source, "posting": posting.pk}
    record_deed(f"ledger.{movement}.posted", f"fund:{name}", by=by, at=at, detail=detail)
    return given


@transaction.atomic
def move(
    fund: Fund,
    movement: Movement,
    *,
    claim: Claim,
    amount: Fraction | None,
    reason: str = "",
    by: str,
    at: datetime,
    on: date,
) -> Decimal:
    """Any movement of money that is for a claim; the effect of a step has the movement's name.

    Args:
        amount: in yuan. None: all that stands for this case; of a first movement what the fund's own rules give,
            or what the bank returned of it.
        on: the day it counts for; its year is the year whose money is taken.

    Returns what moved, in yuan; 0.00 where what is left was to be released and nothing was left. Raises Refused.
    Locks the payee, the person, the document and the fund, in this order: call it before other rows of the same
    transaction are locked, and record deeds of your own after it.
    """
    name = fund_key(fund)
    lock(*locks_for(fund, claim))
    problems = list(faults_of(fund, movement, claim.measure))
    if movement in PUTTING_IN:
        what = MOVEMENT_NAMES[movement]
        problems.append(Bilingual(f"“{what.zh}”不属于办件", f"a {what.en} is not made for a case"))
    if problems and movement not in DRAWING:
        raise Refused(*problems)
    again = returned_to_commit(name, claim, movement, amount, by)
    if again is not None and amount is not None:
        grant: Grant | None = again
        moved = to_yuan(amount)
        post(again, movement, moved, by=by, at=at, on=on, reason=reason)
    elif movement in DRAWING:
        grant = give(fund, movement, claim=claim, amount=amount, reason=reason, by=by, at=at, on=on)
        moved = grant.amount if grant else Decimal("0.00")
    else:
        grant = grant_of(name, claim)
        if grant is None and amount is None and movement in LEAVES_NOTHING:
            return Decimal("0.00")
        if grant is None:
            raise Refused(nothing_stands(movement))
        moved = follow(fund, grant, movement, claim=claim, amount=amount, reason=reason, by=by, at=at, on=on)
    if moved and grant is not None:
        detail = {
            "amount": str(moved),
            "fund": name,
            "grant": grant.number,
            "party": claim.party,
            "reason": reason,
        }
        record_deed(f"ledger.{movement}.posted", f"case:{claim.case}", by=by, at=at, detail=detail)
        warn_when_low(fund, grant.year, movement, by=by, at=at)
    return moved


def locks_for(fund: Fund, claim: Claim) -> list[str]:
    keys = [f"party:{claim.party}"]
    if claim.person:
        keys.append(f"person:{claim.person}")
    if has_document_cap(fund) or funds_with_document_caps(fund):
        keys.append(f"document:{fund.pack}")
    return [*keys, f"fund:{fund_key(fund)}"]


def grant_of(fund: str, claim: Claim) -> Grant | None:
    """What stands for a claim: that of its measure and occasion, else the only one of its case."""
    live = Grant.objects.filter(fund=fund, case=claim.case, is_live=True)
    exact = live.filter(measure=claim.measure, occasion=claim.occasion).first()
    if exact is not None:
        return exact
    only = list(live[:2])
    return only[0] if len(only) == 1 else None


def returned_to_commit(
    fund: str, claim: Claim, movement: Movement, amount: Fraction | None, by: str
) -> Grant | None:
    """The grant of which the bank returned an instalment: the platform commits that part again, no more."""
    if movement is not Movement.COMMIT or by != SYSTEM or amount is None:
        return None
    grant = grant_of(fund, claim)
    came_back = grant is not None and 0 < to_yuan(amount) <= grant.amount - grant.taken
    return grant if came_back else None


def nothing_stands(movement: Movement) -> Bilingual:
    what, account = MOVEMENT_NAMES[movement], ACCOUNT_NAMES[POSTINGS[movement][0]]
    return Bilingual(
        f"本件“{account.zh}”没有余额，不能“{what.zh}”", f"nothing is {account.en} for this case: no {what.en}"
    )


def follow(
    fund: Fund,
    grant: Grant,
    movement: Movement,
    *,
    claim: Claim,
    amount: Fraction | None,
    reason: str,
    by: str,
    at: datetime,
    on: date,
) -> Decimal:
    """Move on what was given. Raises Refused."""
    if on < grant.on_day:
        raise Refused(
            Bilingual(f"不能早于 {grant.on_day}", f"it was given on {grant.on_day}: not before that")
        )
    if movement in (Movement.PAY, Movement.RETURN):
        return settle_orders(grant, movement, by=by, at=at, on=on, reason=reason)
    stands = balance_of(grant.fund, grant.year, POSTINGS[movement][0], grant.number)
    if amount is None and not stands and movement in LEAVES_NOTHING:
        return stands
    moved = stands if amount is None else to_yuan(amount)
    if movement is Movement.EXIT:
        return take_out(fund, grant, moved, stands, by=by, at=at, on=on, reason=reason)
    if not stands or moved <= 0:
        raise Refused(nothing_stands(movement))
    if moved > stands:
        raise Refused(too_much(movement, moved, stands))
    if movement is Movement.ORDER_PAYMENT:
        order_payment(fund, grant, moved, claim=claim, by=by, at=at, on=on)
        return moved
    if fund.four_eyes and movement in NOT_BY_WHO_GAVE and grant.approved_by == by:
        raise Refused(same_person(by))
    if movement in OF_A_VOUCHER:
        voucher_before(grant, movement, moved, claim=claim, on=on)
    post(grant, movement, moved, by=by, at=at, on=on, reason=reason)
    if movement in OF_A_VOUCHER:
        free_the_rest(grant, movement, by=by, at=at, on=on)
        voucher_after(grant, movement, claim=claim)
    if movement in (Movement.REPAY, Movement.WRITE_OFF):
        loan_after(fund, grant, movement, moved, ground=ground_of(fund, claim, on), on=on)
    return moved


def too_much(movement: Movement, moved: Decimal, stands: Decimal) -> Bilingual:
    what, account = MOVEMENT_NAMES[movement], ACCOUNT_NAMES[POSTINGS[movement][0]]
    there, wanted = yuan(Fraction(stands)), yuan(Fraction(moved))
    return Bilingual(
        f"本件“{account.zh}”只有 {there} 元，不能“{what.zh}”{wanted} 元",
        f"{there} yuan are {account.en} for this case: no {what.en} of {wanted}",
    )


def free_the_rest(grant: Grant, movement: Movement, *, by: str, at: datetime, on: date) -> None:
    """A voucher is used once: what a use leaves is free again, what settling leaves is available again."""
    rests = {
        Movement.REDEEM_VOUCHER: [(Account.RESERVED, Movement.FREE_VOUCHER)],
        Movement.SETTLE_VOUCHER: [(Account.ISSUED, Movement.EXPIRE_VOUCHER)],
    }.get(movement, [])
    for account, back in rests:
        rest = balance_of(grant.fund, grant.year, account, grant.number)
        if rest:
            post(grant, back, rest, by=by, at=at, on=on, reason=MOVEMENT_NAMES[movement].zh)


def take_out(
    fund: Fund,
    grant: Grant,
    proceeds: Decimal,
    invested: Decimal,
    *,
    by: str,
    at: datetime,
    on: date,
    reason: str,
) -> Decimal:
    """Sell a stake: the capital comes back, what is above it is contributed. Raises Refused."""
    if not invested or proceeds <= 0:
        raise Refused(nothing_stands(Movement.EXIT))
    sale = sell(Fraction(invested), Fraction(proceeds))
    post(grant, Movement.EXIT, to_yuan(sale.capital), by=by, at=at, on=on, reason=reason)
    if sale.gain:
        post_outside(
            grant.fund, Movement.CONTRIBUTE, to_yuan(sale.gain), key=f"gain:{grant.number}:{at.isoformat()}",
            year=grant.year, source=grant.party, reason="投资收益", by=by, at=at, on=on,
        )  # fmt: skip
    stake = grant.stake
    stake.sold_on, stake.proceeds = on, stake.proceeds + proceeds
    stake.save()
    return proceeds


@transaction.atomic
def close_fund(fund: Fund, *, year: int, by: str, at: datetime, on: date) -> Decimal:
    """What is unused of a year that is over lapses or is carried over to the year of `on`, as the fund declares.

    Committed and ordered money stays and stays payable. Again and again: what came back since is moved as well.
    Returns how much moved. Raises Refused before the year is over.
    """
    name = fund_key(fund)
    if on.year <= year:
        raise Refused(Bilingual(f"{year} 年还没有结束", f"{year} is not over"))
    lock(f"fund:{name}")
    if fund.year_end is YearEnd.CARRIES_OVER:
        moved = carry_over(name, to_year=on.year, by=by, at=at, on=on)
    else:
        moved = balance_of(name, year, Account.AVAILABLE)
        if moved:
            post_outside(
                name, Movement.LAPSE, moved, key="", year=year, source=payer_of(fund),
                reason=f"{year} 年末", by=by, at=at, on=on,
            )  # fmt: skip
    if moved:
        detail = {"year": year, "amount": str(moved), "year_end": fund.year_end.value}
        record_deed("ledger.year.closed", f"fund:{name}", by=by, at=at, detail=detail)
    return moved


def warn_when_low(fund: Fund, year: int, movement: Movement, *, by: str, at: datetime) -> None:
    """A deed where a fund has fallen below what it is to be refilled at."""
    if fund.refill_below is None or movement not in DRAWING:
        return
    available = balance_of(fund_key(fund), year, Account.AVAILABLE)
    if available < to_yuan(fund.refill_below):
        detail = {"available": str(available), "refill_below": str(to_yuan(fund.refill_below))}
        record_deed("ledger.fund.fell_low", f"fund:{fund_key(fund)}", by=by or SYSTEM, at=at, detail=detail)
