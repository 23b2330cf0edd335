"""Money is given: committed, lent, invested, issued as a voucher or paid for a loss. Every reason against it at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.db.models import Q, Sum

from huiqi.base.bilingual import Bilingual
from huiqi.base.money import yuan
from huiqi.funds.caps import Ceiling, Drawing, caps_for, ceiling, counted_measures, reach
from huiqi.funds.figures import Ground, Open
from huiqi.funds.ledger import exclusive_groups, faults_of, programme_of
from huiqi.funds.losses import SharedLoss, judge_loss
from huiqi.funds.stakes import faults_of_stake
from huiqi.funds.types import Account, Cap, CapPer, Fund, Movement, YearEnd
from huiqi.holdings.current import pack_named
from huiqi.ledger.instruments import keep_instrument
from huiqi.ledger.models import Balance, Grant, Hold
from huiqi.ledger.postings import balance_of, post, post_outside
from huiqi.ledger.types import CARRIED_OVER, SYSTEM, Claim, Refused, fund_key, to_yuan


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be given, and out of which year's money."""

    amount: Decimal
    year: int
    approved_by: str
    approved_at: datetime
    loss: SharedLoss | None = None


def give(
    fund: Fund,
    movement: Movement,
    *,
    claim: Claim,
    amount: Fraction | None,
    reason: str,
    by: str,
    at: datetime,
    on: date,
) -> Grant:
    """Keep a grant and move its money. Raises Refused."""
    ground = ground_of(fund, claim, on)
    asked, against = what_is_asked(
        fund, movement, claim=claim, amount=amount, ground=ground, by=by, at=at, on=on
    )
    if asked is None:
        raise Refused(*faults_of(fund, movement, claim.measure), *against)
    carry_forward(fund, asked, by=by, at=at, on=on)
    problems = [
        *faults_of(fund, movement, claim.measure),
        *against,
        *given_already(fund, movement, claim),
        *kept_from(fund, claim),
        *(c.in_words() for c in ceilings(fund, claim, asked, ground) if c.is_in_the_way),
        *too_little(fund, asked),
    ]
    if problems:
        raise Refused(*problems)
    grant = new_grant(fund, movement, claim, asked, on=on)
    hold_for(fund, grant)
    keep_instrument(fund, movement, grant, claim=claim, loss=asked.loss, by=by, on=on)
    post(grant, movement, asked.amount, by=by, at=at, on=on, reason=reason)
    return grant


def ground_of(fund: Fund, claim: Claim, on: date) -> Ground:
    pack = pack_named(fund.pack)
    return Ground(claim.facts, pack.rulebook if pack else None, on)


def what_is_asked(
    fund: Fund,
    movement: Movement,
    *,
    claim: Claim,
    amount: Fraction | None,
    ground: Ground,
    by: str,
    at: datetime,
    on: date,
) -> tuple[Asked | None, list[Bilingual]]:
    """The amount, worked out by the rules of the fund where none is given, and what stands against it."""
    against: list[Bilingual] = []
    year, approved_by, approved_at, loss = on.year, by, at, None
    match movement:
        case Movement.COMMIT if amount is None or by == SYSTEM:
            former = came_back(fund, claim)
            if former is not None:
                amount, year = Fraction(former.amount), former.year
                approved_by, approved_at = former.approved_by, former.at
        case Movement.COMPENSATE:
            loss, against = judge_loss(fund, ground=ground, amount=amount)
            amount, too_much = within(amount, loss.pool_pays if loss else None, "资金池应付", "the pool pays")
            against += too_much
        case Movement.ISSUE_VOUCHER if fund.vouchers and fund.vouchers.face:
            face = ground.amount(fund.vouchers.face)
            if isinstance(face, Open):
                against.append(face.in_words(fund.vouchers.face))
            else:
                amount, against = within(amount, face, "面额", "the face value is")
        case Movement.INJECT if amount is None and fund.stakes and fund.stakes.amount:
            wanted = ground.amount(fund.stakes.amount)
            amount = None if isinstance(wanted, Open) else wanted
    if movement is Movement.INJECT and amount is not None:
        against += faults_of_stake(fund.stakes, ground=ground, amount=amount, share=claim.share)
    if fund.four_eyes and claim.approved_by and claim.approved_by == by and movement is not Movement.COMMIT:
        against.append(same_person(by))
    if amount is None:
        return None, against or [Bilingual("没有金额", "the amount is missing")]
    if (given := to_yuan(amount)) <= 0:
        return None, [*against, Bilingual("金额要大于零", "the amount must be more than nothing")]
    return Asked(given, year, approved_by, approved_at, loss), against


def same_person(by: str) -> Bilingual:
    return Bilingual(
        f"{by} 已审批或发放，须由他人办理", f"{by} approved it or gave it: somebody else takes this step"
    )


def within(
    amount: Fraction | None, most: Fraction | None, zh: str, en: str
) -> tuple[Fraction | None, list[Bilingual]]:
    """The most where nothing was asked for; a problem where more was."""
    if most is None or amount is None:
        return (most if amount is None else amount), []
    if to_yuan(amount) <= to_yuan(most):
        return amount, []
    return amount, [
        Bilingual(
            f"{yuan(amount)} 元多于{zh} {yuan(most)} 元", f"{yuan(amount)} yuan asked for, {en} {yuan(most)}"
        )
    ]


def came_back(fund: Fund, claim: Claim) -> Grant | None:
    """The last commitment for this claim, if its money came back unused: it is committed again as it was."""
    past = Grant.objects.filter(
        fund=fund_key(fund),
        case=claim.case,
        measure=claim.measure,
        occasion=claim.occasion,
        given_by=Movement.COMMIT.value,
    )
    last = past.order_by("-pk").first()
    return last if last is not None and not last.is_live else None


def carry_forward(fund: Fund, asked: Asked, *, by: str, at: datetime, on: date) -> None:
    """Where money does not lapse, what is left of earlier years is there before the year is drawn on."""
    if fund.year_end is YearEnd.CARRIES_OVER and asked.year == on.year:
        carry_over(fund_key(fund), to_year=on.year, by=by, at=at, on=on)


def carry_over(key: str, *, to_year: int, by: str, at: datetime, on: date) -> Decimal:
    """Move what is available of all earlier years to a year; the fund is locked. Returns how much."""
    left = Balance.objects.filter(
        fund=key, year__lt=to_year, account=Account.AVAILABLE.value, amount__gt=0
    ).order_by("year")
    total = Decimal("0.00")
    for balance in list(left):
        for movement, year in ((Movement.LAPSE, balance.year), (Movement.BUDGET, to_year)):
            post_outside(
                key, movement, balance.amount, key="", year=year, source=CARRIED_OVER,
                reason=f"{balance.year} → {to_year}", by=by, at=at, on=on,
            )  # fmt: skip
        total += balance.amount
    return total


def given_already(fund: Fund, movement: Movement, claim: Claim) -> Iterator[Bilingual]:
    """The same entitlement stands already, for this case or for another."""
    same_case = Q(fund=fund_key(fund), case=claim.case)
    same_party = Q(given_by=movement.value, party=claim.party) if claim.measure else Q(pk=None)
    found = (
        Grant.objects.filter(same_case | same_party, is_live=True)
        .filter(measure=claim.measure, occasion=claim.occasion)
        .first()
    )
    if found is not None:
        amount = yuan(Fraction(found.taken))
        yield Bilingual(
            f"同一事项已在办件 {found.case} 支付或承诺 {amount} 元（{found.on_day}）",
            f"This was given already in case {found.case}: {amount} yuan on {found.on_day}",
        )


def kept_from(fund: Fund, claim: Claim) -> Iterator[Bilingual]:
    """What the party got that excludes this."""
    if not claim.measure:
        return
    live = Grant.objects.filter(fund=fund_key(fund), party=claim.party, is_live=True)
    if fund.once and (found := live.filter(measure=claim.measure).exclude(occasion=claim.occasion).first()):
        yield Bilingual(
            f"本项每个主体只享受一次，已在办件 {found.case} 享受",
            f"A party gets this once; it was given in case {found.case}",
        )
    keys = [f"{exclusive_key(fund, index)}:{claim.party}" for index in exclusive_groups(fund, claim.measure)]
    for hold in Hold.objects.filter(key__in=keys, grant__is_live=True).exclude(tag=claim.measure)[:1]:
        yield Bilingual(
            f"与 {hold.tag} 只能择一享受，后者已在办件 {hold.grant.case} 享受",
            f"Only one of this and {hold.tag} is given; the latter was, in case {hold.grant.case}",
        )


def exclusive_key(fund: Fund, group: int) -> str:
    return f"exclusive:{fund_key(fund)}:{group}"


def hold_for(fund: Fund, grant: Grant) -> None:
    """Keep others from what this grant excludes."""
    for hold in holds_of(fund, grant):
        hold.save()


def holds_of(fund: Fund, grant: Grant) -> Iterator[Hold]:
    """What a grant keeps others from, not yet saved."""
    if not grant.measure:
        return
    if fund.once:
        yield Hold(grant=grant, key=f"once:{grant.fund}:{grant.measure}:{grant.party}", tag=grant.number)
    for group in exclusive_groups(fund, grant.measure):
        yield Hold(grant=grant, key=f"{exclusive_key(fund, group)}:{grant.party}", tag=grant.measure)


def ceilings(fund: Fund, claim: Claim, asked: Asked, ground: Ground) -> Iterator[Ceiling]:
    """Every cap that concerns the claim, as it stands now; those of the document stand in any of its funds."""
    drawing = drawing_of(fund, claim, asked)
    ground = ground.with_facts(principal=ground.facts.get("principal", Fraction(asked.amount)))
    for owner in (fund, *funds_with_document_caps(fund)):
        for cap in caps_for(owner, drawing):
            yield ceiling(cap, ground=ground, used=used_of(cap, drawing), asked=Fraction(asked.amount))


def drawing_of(fund: Fund, claim: Claim, asked: Asked) -> Drawing:
    programme = programme_of(fund, claim.measure, claim.programme)
    return Drawing(
        fund=fund_key(fund),
        pack=fund.pack,
        year=asked.year,
        case=claim.case,
        party=claim.party,
        person=claim.person,
        region=claim.region,
        measure=claim.measure,
        programme=programme.id if programme else claim.programme,
        amount=Fraction(asked.amount),
    )


def funds_with_document_caps(fund: Fund) -> tuple[Fund, ...]:
    """The other funds of the document that set a cap over all of it."""
    pack = pack_named(fund.pack)
    others = pack.funds.values() if pack else ()
    return tuple(f for f in others if f.id != fund.id and has_document_cap(f))


def has_document_cap(fund: Fund) -> bool:
    return any(cap.per is CapPer.DOCUMENT for cap in fund.caps)


def used_of(cap: Cap, drawing: Drawing) -> Fraction:
    """What stands for all grants that count towards a cap."""
    grants = Grant.objects.filter(**reach(cap, drawing))
    if cap.measures:
        grants = grants.filter(measure__in=counted_measures(cap, drawing.pack))
    return Fraction(grants.aggregate(total=Sum("taken"))["total"] or 0)


def too_little(fund: Fund, asked: Asked) -> Iterator[Bilingual]:
    available = balance_of(fund_key(fund), asked.year, Account.AVAILABLE)
    if asked.amount > available:
        needed, left = yuan(Fraction(asked.amount)), yuan(Fraction(available))
        yield Bilingual(
            f"“{fund.title.zh}”{asked.year} 年可用 {left} 元，不足 {needed} 元",
            f"{fund.title.en} has {left} yuan available for {asked.year}, not {needed}",
        )


def new_grant(fund: Fund, movement: Movement, claim: Claim, asked: Asked, *, on: date) -> Grant:
    before = Grant.objects.filter(case=claim.case).count()
    grant = grant_row(fund, movement, claim, asked, before=before, on=on)
    grant.save()
    return grant


def grant_row(fund: Fund, movement: Movement, claim: Claim, asked: Asked, *, before: int, on: date) -> Grant:
    """A grant that is not saved yet; `before` is how many its case had."""
    programme = programme_of(fund, claim.measure, claim.programme)
    return Grant(
        number=f"{claim.case}/{before + 1}" if before else claim.case,
        fund=fund_key(fund),
        pack=fund.pack,
        year=asked.year,
        given_by=movement.value,
        case=claim.case,
        party=claim.party,
        party_name=claim.party_name,
        person=claim.person,
        region=claim.region,
        measure=claim.measure,
        occasion=claim.occasion,
        programme=programme.id if programme else claim.programme,
        amount=asked.amount,
        approved_by=asked.approved_by,
        at=asked.approved_at,
        on_day=on,
    )
