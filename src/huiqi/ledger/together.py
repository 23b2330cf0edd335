"""The same movement for many claims at once: decided as `actions.move` decides each, written by a few statements.

Only what is plain is moved here. A claim against which something stands, or that needs more than one row to be
looked up for it alone, is left to `actions.move`, which says why or does it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from django.db import transaction
from django.db.models import Count, Q, Sum

from huiqi.audit.actions import record_deed
from huiqi.funds.caps import Ceiling, Drawing, caps_for, ceiling, counted_measures, reach
from huiqi.funds.figures import Ground
from huiqi.funds.ledger import exclusive_groups, faults_of
from huiqi.funds.types import POSTINGS, Account, Cap, Fund, Movement, YearEnd
from huiqi.ledger.actions import warn_when_low
from huiqi.ledger.giving import (
    Asked,
    carry_forward,
    drawing_of,
    exclusive_key,
    funds_with_document_caps,
    grant_row,
    ground_of,
    has_document_cap,
    holds_of,
)
from huiqi.ledger.models import Balance, Grant, Hold, Lock, PaymentOrder, Posting
from huiqi.ledger.postings import balance_of, key_of, posting_row
from huiqi.ledger.types import SYSTEM, Claim, OrderState, fund_key, to_yuan
from huiqi.measures.expressions import Constant

TOGETHER: Final = frozenset({Movement.COMMIT, Movement.ORDER_PAYMENT, Movement.PAY})
"""Movements that can be made for many claims at once."""
NOTHING: Final = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One claim and what is to move for it; None: all that stands."""

    claim: Claim
    amount: Fraction | None = None
    reason: str = ""


@transaction.atomic
def move_together(
    fund: Fund, movement: Movement, wanted: Sequence[Wanted], *, by: str, at: datetime, on: date
) -> dict[str, Decimal]:
    """What moved, by number of the case. A case that is not named was left alone: move it by itself.

    One deed stands for all. Locks as `actions.move` does, payees first.
    """
    if movement not in TOGETHER or not wanted:
        return {}
    lock_for(fund, wanted)
    plain = [w for w in wanted if not list(faults_of(fund, movement, w.claim.measure))]
    match movement:
        case Movement.COMMIT:
            moved = commit(fund, plain, by=by, at=at, on=on)
        case Movement.ORDER_PAYMENT:
            moved = order(fund, plain, by=by, at=at, on=on)
        case _:
            moved = pay(fund, plain, by=by, at=at, on=on)
    if moved:
        cases = sorted(moved)
        total = sum(moved.values(), NOTHING)
        detail = {"cases": len(cases), "first": cases[0], "last": cases[-1], "amount": str(total)}
        record_deed(f"ledger.{movement}.posted", f"fund:{fund_key(fund)}", by=by, at=at, detail=detail)
        warn_when_low(fund, on.year, movement, by=by, at=at)
    return moved


def lock_for(fund: Fund, wanted: Sequence[Wanted]) -> None:
    """All payees, then persons, then the document, then the fund; within each in their order."""
    parties = sorted({f"party:{w.claim.party}" for w in wanted})
    persons = sorted({f"person:{w.claim.person}" for w in wanted if w.claim.person})
    document = has_document_cap(fund) or funds_with_document_caps(fund)
    for keys in (parties, persons, [f"document:{fund.pack}"] if document else [], [f"fund:{fund_key(fund)}"]):
        lock_all(keys)


def lock_all(keys: Sequence[str]) -> None:
    if not keys:
        return
    held = set(
        Lock.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk", flat=True)
    )
    missing = [key for key in keys if key not in held]
    if missing:
        Lock.objects.bulk_create([Lock(pk=key) for key in missing], ignore_conflicts=True)
        list(Lock.objects.select_for_update().filter(pk__in=missing).order_by("pk"))


@dataclass
class Book:
    """What stands for the claimants of a batch, counted on as the batch is decided one claim after the other."""

    fund: Fund
    live: Mapping[str, list[Grant]]  # by party
    of_case: Mapping[str, int]  # grants a case ever had
    used: dict[tuple[object, ...], Fraction] = field(default_factory=dict)
    given: set[tuple[str, str, str]] = field(default_factory=set)  # measure, party, occasion of this batch
    held: dict[str, str] = field(default_factory=dict)  # what is exclusive → the measure that holds it
    others: tuple[Fund, ...] = ()

    def stands_alone(self, claim: Claim, movement: Movement) -> bool:
        """Has the party nothing that this could clash with?"""
        if not claim.measure or (claim.measure, claim.party, claim.occasion) in self.given:
            return False
        if self.of_case.get(claim.case) or self.is_excluded(claim):
            return False
        key = fund_key(self.fund)
        for grant in self.live.get(claim.party, ()):
            same = grant.measure == claim.measure
            if same and grant.given_by == movement and grant.occasion == claim.occasion:
                return False
            if same and self.fund.once and grant.fund == key:
                return False
        return not self.fund.once or not any(g[:2] == (claim.measure, claim.party) for g in self.given)

    def is_excluded(self, claim: Claim) -> bool:
        """Has the party one of several measures of which it may have one?"""
        groups = exclusive_groups(self.fund, claim.measure)
        keys = (f"{exclusive_key(self.fund, group)}:{claim.party}" for group in groups)
        return any(self.held.get(key, claim.measure) != claim.measure for key in keys)

    def ceilings(self, claim: Claim, asked: Asked, on: date) -> Iterator[tuple[tuple[object, ...], Ceiling]]:
        """As `giving.ceilings`, with what this batch gave so far; and by which key it is counted on."""
        drawing = drawing_of(self.fund, claim, asked)
        for owner in (self.fund, *self.others):
            for cap in caps_for(owner, drawing):
                key = (tuple(sorted(reach(cap, drawing).items())), counted_measures(cap, drawing.pack))
                if key not in self.used:
                    self.used[key] = self.used_before(cap, drawing)
                ground = Ground({}, None, on)
                if not isinstance(cap.limit.node, Constant):
                    ground = ground_of(self.fund, claim, on)
                    principal = ground.facts.get("principal", Fraction(asked.amount))
                    ground = ground.with_facts(principal=principal)
                yield key, ceiling(cap, ground=ground, used=self.used[key], asked=Fraction(asked.amount))

    def used_before(self, cap: Cap, drawing: Drawing) -> Fraction:
        """What stood for all grants that count towards a cap when the batch began."""
        wanted, measures = reach(cap, drawing), counted_measures(cap, drawing.pack)
        if "party" in wanted:
            found = self.live.get(drawing.party, ())
            return sum(
                (
                    Fraction(grant.taken)
                    for grant in found
                    if all(getattr(grant, name) == value for name, value in wanted.items())
                    and (not cap.measures or grant.measure in measures)
                ),
                Fraction(0),
            )
        grants = Grant.objects.filter(**wanted)
        if cap.measures:
            grants = grants.filter(measure__in=measures)
        return Fraction(grants.aggregate(total=Sum("taken"))["total"] or 0)

    def count_on(self, claim: Claim, amount: Fraction, keys: Iterable[tuple[object, ...]]) -> None:
        self.given.add((claim.measure, claim.party, claim.occasion))
        for group in exclusive_groups(self.fund, claim.measure):
            self.held[f"{exclusive_key(self.fund, group)}:{claim.party}"] = claim.measure
        for key in keys:
            self.used[key] += amount


def book_for(fund: Fund, claims: Sequence[Claim]) -> Book:
    live: dict[str, list[Grant]] = {}
    for grant in Grant.objects.filter(party__in={claim.party for claim in claims}, is_live=True):
        live.setdefault(grant.party, []).append(grant)
    cases = Grant.objects.filter(case__in={claim.case for claim in claims})
    of_case = dict(cases.values_list("case").annotate(n=Count("pk")))
    groups = range(len(fund.exclusive))
    keys = [f"{exclusive_key(fund, g)}:{claim.party}" for claim in claims for g in groups]
    holds = Hold.objects.filter(key__in=keys, grant__is_live=True) if keys else Hold.objects.none()
    held = dict(holds.values_list("key", "tag"))
    return Book(fund, live, of_case, held=held, others=funds_with_document_caps(fund))


def commit(fund: Fund, wanted: Sequence[Wanted], *, by: str, at: datetime, on: date) -> dict[str, Decimal]:
    """Money is set aside for each, as long as nothing stands against it and the year's money lasts."""
    if by == SYSTEM:
        return {}
    book = book_for(fund, [w.claim for w in wanted])
    carry_forward(fund, Asked(NOTHING, on.year, by, at), by=by, at=at, on=on)
    available = balance_of(fund_key(fund), on.year, Account.AVAILABLE)
    grants: list[Grant] = []
    for w in wanted:
        if w.amount is None or (amount := to_yuan(w.amount)) <= 0 or amount > available:
            continue
        asked = Asked(amount, on.year, by, at)
        if not book.stands_alone(w.claim, Movement.COMMIT):
            continue
        caps = list(book.ceilings(w.claim, asked, on))
        if any(c.is_in_the_way for _, c in caps):
            continue
        book.count_on(w.claim, Fraction(amount), (key for key, _ in caps))
        available -= amount
        grants.append(grant_row(fund, Movement.COMMIT, w.claim, asked, before=0, on=on))
    made = Grant.objects.bulk_create(grants)
    reasons = {w.claim.case: w.reason for w in wanted}
    Hold.objects.bulk_create(hold for grant in made for hold in holds_of(fund, grant))
    post_all(
        [(grant, grant.amount, None, reasons[grant.case]) for grant in made],
        Movement.COMMIT, by=by, at=at, on=on,
    )  # fmt: skip
    return {grant.case: grant.amount for grant in made}


def grants_of(fund: Fund, wanted: Sequence[Wanted]) -> dict[str, Grant]:
    """What stands for each case, where it is the only one of its case."""
    found: dict[str, list[Grant]] = {}
    cases = [w.claim.case for w in wanted]
    for grant in Grant.objects.filter(fund=fund_key(fund), case__in=cases, is_live=True):
        found.setdefault(grant.case, []).append(grant)
    return {case: grants[0] for case, grants in found.items() if len(grants) == 1}


def order(fund: Fund, wanted: Sequence[Wanted], *, by: str, at: datetime, on: date) -> dict[str, Decimal]:
    """Everything committed is ordered, or a part; never by who approved it where the fund wants four eyes."""
    grants = grants_of(fund, wanted)
    source = POSTINGS[Movement.ORDER_PAYMENT][0].value
    stands = balances(fund, source, [grant.number for grant in grants.values()])
    counted = PaymentOrder.objects.filter(grant__in=grants.values()).values_list("grant")
    before = dict(counted.annotate(n=Count("pk")))
    orders, lines = [], []
    for w in wanted:
        grant = grants.get(w.claim.case)
        there = stands.get((grant.year, grant.number), NOTHING) if grant else NOTHING
        amount = there if w.amount is None else to_yuan(w.amount)
        if grant is None or not 0 < amount <= there or (fund.four_eyes and grant.approved_by == by):
            continue
        instalment = before.get(grant.pk, 0) + 1
        made = PaymentOrder(
            number=f"P-{grant.number}-{instalment}",
            grant=grant,
            instalment=instalment,
            amount=amount,
            payee=grant.party,
            payee_name=grant.party_name,
            state=OrderState.ORDERED,
            four_eyes=fund.four_eyes,
            approved_by=grant.approved_by,
            ordered_by=by,
            at=at,
            on_day=on,
        )
        orders.append(made)
        lines.append((grant, amount, made, ""))
    PaymentOrder.objects.bulk_create(orders)
    post_all(lines, Movement.ORDER_PAYMENT, by=by, at=at, on=on)
    return {grant.case: amount for grant, amount, _, _ in lines}


def balances(fund: Fund, account: str, holders: Sequence[str]) -> dict[tuple[int, str], Decimal]:
    """(year, holder) → what stands in an account."""
    found = Balance.objects.filter(fund=fund_key(fund), account=account, holder__in=holders)
    return {(year, holder): amount for year, holder, amount in found.values_list("year", "holder", "amount")}


def pay(fund: Fund, wanted: Sequence[Wanted], *, by: str, at: datetime, on: date) -> dict[str, Decimal]:
    """Post what the bank's receipts say was paid."""
    grants = grants_of(fund, wanted)
    sent = PaymentOrder.objects.filter(
        grant__in=grants.values(), state=OrderState.SENT.value, receipt__is_paid=True
    )
    by_grant: dict[int, list[PaymentOrder]] = {}
    for one in sent.select_related("receipt").order_by("instalment"):
        by_grant.setdefault(one.grant_id, []).append(one)
    lines: list[tuple[Grant, Decimal, PaymentOrder | None, str]] = []
    moved: dict[str, Decimal] = {}
    for w in wanted:
        grant = grants.get(w.claim.case)
        mine = by_grant.get(grant.pk, []) if grant is not None else []
        if grant is None or not mine:
            continue
        lines += [(grant, one.amount, one, w.reason or one.receipt.reason) for one in mine]
        moved[w.claim.case] = sum((one.amount for one in mine), NOTHING)
    post_all(lines, Movement.PAY, by=by, at=at, on=on)
    paid = [one.pk for _, _, one, _ in lines if one is not None]
    PaymentOrder.objects.filter(pk__in=paid).update(state=OrderState.PAID)
    return moved


def post_all(
    lines: Sequence[tuple[Grant, Decimal, PaymentOrder | None, str]],
    movement: Movement,
    *,
    by: str,
    at: datetime,
    on: date,
) -> None:
    """One posting for each line: grant, amount, order, reason. Of a grant without an order its first of the kind."""
    Posting.objects.bulk_create(
        posting_row(
            grant, movement, amount, order=one, reason=reason, by=by, at=at, on=on,
            key=key_of(grant, movement, one) if one is not None else f"{movement}:{grant.number}:1",
        )
        for grant, amount, one, reason in lines
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would stand against giving each claim something, were they given in this order."""

    against: Mapping[str, Ceiling | None]  # by party: the cap in the way; None: it clashes with what it has
    total: Decimal  # of those against whom nothing stands
    available: Decimal


def foresee(fund: Fund, wanted: Sequence[Wanted], *, at: datetime, on: date) -> Foreseen:
    """Judge claims that are not made yet, a page of thousands at a time; nothing is written or locked."""
    against: dict[str, Ceiling | None] = {}
    total = NOTHING
    book: Book | None = None
    for start in range(0, len(wanted), 2_000):
        batch = wanted[start : start + 2_000]
        fresh = book_for(fund, [w.claim for w in batch])
        book = (
            fresh
            if book is None
            else Book(
                fund, fresh.live, fresh.of_case, book.used, book.given, book.held | fresh.held, book.others
            )
        )
        for w in batch:
            amount = to_yuan(w.amount or Fraction(0))
            asked = Asked(amount, on.year, "", at)
            if not book.stands_alone(w.claim, Movement.COMMIT):
                against[w.claim.party] = None
                continue
            caps = list(book.ceilings(w.claim, asked, on))
            blocked = next((c for _, c in caps if c.is_in_the_way), None)
            if blocked is not None:
                against[w.claim.party] = blocked
                continue
            book.count_on(w.claim, Fraction(amount), (key for key, _ in caps))
            total += amount
    carries_over = fund.year_end is YearEnd.CARRIES_OVER
    years = Q(year__lte=on.year) if carries_over else Q(year=on.year)
    left = Balance.objects.filter(years, fund=fund_key(fund), account=Account.AVAILABLE.value)
    return Foreseen(against, total, left.aggregate(total=Sum("amount"))["total"] or NOTHING)
