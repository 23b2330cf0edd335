"""What the bank says becomes the step of the case it concerns: paid or returned, one receipt at a time.

A receipt is taken in first (`ledger.runs.take_receipts`, the whole file or nothing) and posted here, each in a
transaction of its own. Whenever this ends in the middle, it is run again: what is posted stays posted, the rest
follows. Nothing is lost and nothing is posted twice, since an order is paid or returned once in the database itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Final, TypeVar

from django.db import transaction

from huiqi.base.bilingual import Bilingual
from huiqi.cases.types import Effect, Role, Step
from huiqi.casework.models import Case
from huiqi.funds.types import Fund, Movement
from huiqi.holdings.current import library
from huiqi.ledger.actions import move
from huiqi.ledger.bank_files import digest_of, read_receipts
from huiqi.ledger.models import PaymentOrder
from huiqi.ledger.queries import orders_to_post
from huiqi.ledger.runs import ReceiptsRefused, Taken, take_receipts
from huiqi.ledger.types import SYSTEM, Claim, OrderState, Refused
from huiqi.procedures.case_clocks import Refused as StepRefused
from huiqi.procedures.case_rules import NoSuchType, case_type_named
from huiqi.procedures.payee_accounts import tell_of_return
from huiqi.procedures.take_step import NOTHING, THE_PLATFORM, take_step
from huiqi.procedures.take_steps_together import take_steps_together

T = TypeVar("T")
MANY: Final = 20
"""From so many cases on, one step is taken of all of them together."""


def import_receipts(content: bytes, *, by: str, at: datetime) -> Taken:
    """Take in the bank's file. The same file once more changes nothing.

    Raises ReceiptsRefused with every line that cannot be read or does not fit; then nothing was taken.
    """
    lines, problems = read_receipts(content)
    if problems:
        raise ReceiptsRefused(problems)
    return take_receipts(lines, digest=digest_of(content), by=by, at=at)


@dataclass(frozen=True, slots=True)
class Stuck:
    """A receipt whose case cannot take its step now."""

    order: str
    case: str
    reasons: tuple[Bilingual, ...]


@dataclass(frozen=True, slots=True)
class Posted:
    """How many receipts were posted, and which were not and why."""

    paid: int
    returned: int
    stuck: tuple[Stuck, ...]


def post_receipts(*, at: datetime, on: date) -> Posted:
    """Post every receipt that waits. May be run at any time, also by two at once."""
    done = {True: post_paid_together(at=at, on=on), False: 0}
    stuck: list[Stuck] = []
    for order in orders_to_post():
        try:
            if post_receipt(order, at=at, on=on):
                done[order.receipt.is_paid] += 1
        except (Refused, StepRefused, NoSuchType) as refused:
            if not is_settled(order):  # else somebody else just posted it
                stuck.append(Stuck(order.number, order.grant.case, reasons_of(refused)))
    return Posted(done[True], done[False], tuple(stuck))


def post_paid_together(*, at: datetime, on: date) -> int:
    """Where many cases of one kind were paid, their steps are taken together; how many orders that posted."""
    paid = {order.grant.case: order.pk for order in orders_to_post() if order.receipt.is_paid}
    groups: dict[tuple[str, str], list[str]] = {}
    kinds: dict[str, list[Step]] = {}
    for case in cases_numbered(list(paid)):
        try:
            steps = kinds.setdefault(case.type, list(steps_with(case, Effect.PAY)))
        except NoSuchType:
            continue
        step = next((step for step in steps if case.state in step.from_states), None)
        if step is not None:
            groups.setdefault((case.type, step.id), []).append(case.number)
    posted = 0
    for (_, step_id), numbers in groups.items():
        if len(numbers) >= MANY:
            take_steps_together(numbers, step_id, lambda case: NOTHING, acting=THE_PLATFORM, at=at, on=on)
            keys = [paid[number] for number in numbers]
            settled = (
                PaymentOrder.objects.filter(pk__in=some, state=OrderState.PAID.value) for some in pages(keys)
            )
            posted += sum(found.count() for found in settled)
    return posted


def cases_numbered(numbers: Sequence[str]) -> Iterator[Case]:
    for some in pages(numbers):
        yield from Case.objects.filter(number__in=some).order_by("pk")


def pages(keys: Sequence[T]) -> Iterator[Sequence[T]]:
    """A thousand at a time: no database takes any number of them in one question."""
    return (keys[start : start + 1_000] for start in range(0, len(keys), 1_000))


@transaction.atomic
def post_receipt(order: PaymentOrder, *, at: datetime, on: date) -> bool:
    """False where it is posted already. Raises Refused of the ledger or of the case, and NoSuchType."""
    if is_settled(order):
        return False
    if not order.receipt.is_paid:
        tell_of_return(order, at=at, on=on)
    effect = Effect.PAY if order.receipt.is_paid else Effect.RETURN
    case = Case.objects.filter(number=order.grant.case).first()
    steps = list(steps_with(case, effect)) if case is not None else []
    if case is None or not steps:
        post_without_step(order, at=at, on=on)
        return True
    step = next((step for step in steps if case.state in step.from_states), steps[0])
    take_step(case, step.id, NOTHING, acting=THE_PLATFORM, at=at, on=on)
    return True


def is_settled(order: PaymentOrder) -> bool:
    settled = [OrderState.PAID.value, OrderState.RETURNED.value]
    return PaymentOrder.objects.filter(pk=order.pk, state__in=settled).exists()


def steps_with(case: Case, effect: Effect) -> Iterator[Step]:
    """Steps of the platform that bring this about. Raises NoSuchType."""
    _, case_type = case_type_named(case.type)
    for step in case_type.steps.values():
        if step.by is Role.SYSTEM and effect in step.effects:
            yield step


def post_without_step(order: PaymentOrder, *, at: datetime, on: date) -> None:
    """Some case types order payments (by milestone, for a service) and have no step for their arrival.

    What comes back of one is committed again, so that it can be ordered again.
    """
    grant, fund = order.grant, fund_of(order)
    claim = Claim(
        grant.case, grant.party, grant.party_name, grant.region, grant.measure, grant.occasion,
        programme=grant.programme, person=grant.person,
    )  # fmt: skip
    if order.receipt.is_paid:
        move(fund, Movement.PAY, claim=claim, amount=None, by=SYSTEM, at=at, on=on)
        return
    back = move(fund, Movement.RETURN, claim=claim, amount=None, by=SYSTEM, at=at, on=on)
    move(fund, Movement.COMMIT, claim=claim, amount=Fraction(back), by=SYSTEM, at=at, on=on)


def fund_of(order: PaymentOrder) -> Fund:
    """Raises Refused where no pack declares it any more."""
    slug, _, name = order.grant.fund.rpartition("/")
    pack = library().packs.get(slug)
    fund = pack.funds.get(name) if pack else None
    if fund is None:
        raise Refused(
            Bilingual(f"没有资金 {order.grant.fund}", f"no pack declares the fund {order.grant.fund}")
        )
    return fund


def reasons_of(refused: Exception) -> tuple[Bilingual, ...]:
    problems = getattr(refused, "problems", ())
    words = tuple(getattr(problem, "words", problem) for problem in problems)
    return words or (Bilingual(str(refused), str(refused)),)
