"""Where payees want to be paid, as it stands; whose money waits for it; what the fund desk is warned of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum

from huiqi.base.bilingual import Bilingual
from huiqi.ledger.models import PayeeAccount, PaymentOrder
from huiqi.ledger.types import OrderState

JUST_CHANGED: Final = timedelta(days=7)
MOST_NAMED: Final = 3


def account_of(party: str) -> PayeeAccount | None:
    """The account in force: the last one stated."""
    return history_of(party).first() if party else None


def history_of(party: str) -> QuerySet[PayeeAccount]:
    """Every account a party stated, the one in force first."""
    return PayeeAccount.objects.filter(party=party).order_by("-pk")


def returned_from(account: PayeeAccount) -> PaymentOrder | None:
    """The last payment that the bank sent back from an account."""
    back = PaymentOrder.objects.filter(account=account, state=OrderState.RETURNED.value)
    return back.select_related("receipt", "grant").order_by("-pk").first()


def in_force() -> QuerySet[PayeeAccount]:
    """The last account of every party that stated one."""
    later = PayeeAccount.objects.filter(party=OuterRef("party"), pk__gt=OuterRef("pk"))
    return PayeeAccount.objects.filter(~Exists(later))


def accounts_of(parties: Iterable[str]) -> dict[str, PayeeAccount]:
    """By party, those in force; as many parties as a page or a run shows."""
    return {account.party: account for account in in_force().filter(party__in=set(parties))}


OF_THE_PAYEE: Final = PayeeAccount.objects.filter(party=OuterRef("payee"))
LAST_OF_THE_PAYEE: Final = Subquery(OF_THE_PAYEE.order_by("-pk").values("pk")[:1])
"""For an update of orders: where each payee wants to be paid now."""


def with_account(found: QuerySet[PaymentOrder]) -> QuerySet[PaymentOrder]:
    """Those orders that can go to the bank: their payee has stated an account."""
    return found.filter(Exists(OF_THE_PAYEE))


def without_account(found: QuerySet[PaymentOrder]) -> QuerySet[PaymentOrder]:
    """Those orders that wait until their payee states an account."""
    return found.filter(~Exists(OF_THE_PAYEE))


@dataclass(frozen=True, slots=True)
class Waits:
    """Money that waits for its payee to state an account."""

    party: str
    name: str
    orders: int
    total: Decimal


def waiting_for_accounts(parties: Iterable[str] | None = None) -> list[Waits]:
    """By payee, how much is ordered and cannot be sent."""
    found = PaymentOrder.objects.filter(state=OrderState.ORDERED.value)
    if parties is not None:
        found = found.filter(payee__in=set(parties))
    rows = without_account(found).order_by().values("payee")
    summed = rows.annotate(name=Max("payee_name"), n=Count("pk"), total=Sum("amount")).order_by("payee")
    return [Waits(row["payee"], row["name"], row["n"], row["total"]) for row in summed]


def with_signs(found: QuerySet[PayeeAccount], *, on: date) -> QuerySet[PayeeAccount]:
    """Each with `is_shared` (another party stated the number), `is_changed` (within a week), `came_back`."""
    another = PayeeAccount.objects.filter(number=OuterRef("number")).exclude(party=OuterRef("party"))
    former = PayeeAccount.objects.filter(party=OuterRef("party"), pk__lt=OuterRef("pk"))
    returned = PaymentOrder.objects.filter(account=OuterRef("pk"), state=OrderState.RETURNED.value)
    return found.annotate(
        is_shared=Exists(another),
        is_changed=Q(on_day__gte=on - JUST_CHANGED) & Q(Exists(former)),
        came_back=Exists(returned),
    )


@dataclass(frozen=True, slots=True)
class Warned:
    """An account the fund desk looks at twice before money goes there."""

    account: PayeeAccount
    reasons: tuple[Bilingual, ...]


def warned_of(found: QuerySet[PayeeAccount], *, on: date, most: int) -> tuple[list[Warned], int]:
    """Accounts with a sign of error or fraud, the first ones of them, and how many there are."""
    of_another = ~Q(holder=F("registered_name"))
    signs = Q(is_shared=True) | Q(is_changed=True) | Q(came_back=True) | of_another
    signed = with_signs(found, on=on).filter(signs)
    rows = list(signed.order_by("pk")[:most])
    count = len(rows) if len(rows) < most else signed.count()
    names = names_by_number(row.number for row in rows if said(row, "is_shared"))
    return [Warned(row, tuple(reasons_of(row, names))) for row in rows], count


def said(row: PayeeAccount, sign: str) -> bool:
    """What `with_signs` found."""
    return bool(getattr(row, sign))


def names_by_number(numbers: Iterable[str]) -> dict[str, dict[str, str]]:
    """By number: party → name, of everybody who ever stated it."""
    found: dict[str, dict[str, str]] = {}
    for row in PayeeAccount.objects.filter(number__in=set(numbers)).order_by("pk"):
        found.setdefault(row.number, {})[row.party] = row.registered_name or row.holder
    return found


def reasons_of(row: PayeeAccount, names: dict[str, dict[str, str]]) -> Iterable[Bilingual]:
    if said(row, "is_shared"):
        others = [name for party, name in names[row.number].items() if party != row.party]
        more_zh, more_en = ("等", " and others") if len(others) > MOST_NAMED else ("", "")
        listed = "、".join(others[:MOST_NAMED])
        yield Bilingual(
            f"同一账号另有{len(others)}家主体填报：{listed}{more_zh}",
            f"the same number was stated by {len(others)} other{'s' if len(others) > 1 else ''}: {listed}{more_en}",
        )
    if said(row, "is_changed"):
        yield Bilingual(f"{row.on_day} 刚变更（7天内）", f"changed on {row.on_day}, within seven days")
    if said(row, "came_back"):
        yield Bilingual("银行曾从该账户退票", "the bank returned a payment to this account")
    if row.holder != row.registered_name:
        yield Bilingual(
            f"户名不是登记名称：{row.why_other_name}", f"not in the registered name: {row.why_other_name}"
        )


def accounts_paid_in(found: QuerySet[PaymentOrder]) -> QuerySet[PayeeAccount]:
    """The accounts in force of everybody whom these orders pay."""
    payees: Any = found.order_by().values("payee")
    return in_force().filter(party__in=payees)
