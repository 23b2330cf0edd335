"""What the fund desk reads: where money stands, what moved, what waits, which ceilings are how full."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from django.db.models import Count, Max, Q, QuerySet, Sum

from huiqi.funds.caps import PROGRAMME_LIMIT, counted_measures, limit_of_programme
from huiqi.funds.types import Account, Budget, Cap, CapPer, Fund
from huiqi.ledger.models import Balance, Grant, PaymentOrder, PaymentRun, Posting
from huiqi.ledger.types import OrderState, fund_key, to_yuan
from huiqi.measures.expressions import Constant

NOTHING: Final = Decimal("0.00")
SHOWN: Final = tuple(account for account in Account if account is not Account.SOURCE)
DIMENSIONS: Final = ("programme", "region", "party", "measure", "year", "person")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the money of something stands, in yuan by account; accounts without money are left out."""

    of: str
    by_account: dict[Account, Decimal]

    def on(self, account: Account) -> Decimal:
        return self.by_account.get(account, NOTHING)

    @property
    def put_in(self) -> Decimal:
        """What came from outside, net of what lapsed."""
        return -self.on(Account.SOURCE)

    @property
    def taken(self) -> Decimal:
        """Everything that is neither outside nor available."""
        open_accounts = (Account.SOURCE, Account.AVAILABLE)
        return sum((n for account, n in self.by_account.items() if account not in open_accounts), NOTHING)


def standing_of(fund: str, *, year: int | None = None) -> Standing:
    """Balances of a fund ("pack/id") by account, of one year or of all."""
    found = Balance.objects.filter(fund=fund)
    if year is not None:
        found = found.filter(year=year)
    rows = found.order_by().values_list("account").annotate(total=Sum("amount"))
    return Standing(fund, {Account(name): total for name, total in rows if total})


def standings(funds: Iterable[str], *, year: int | None = None) -> dict[str, Standing]:
    """Balances of several funds at once; each is there, also one without money."""
    keys = list(funds)
    found = Balance.objects.filter(fund__in=keys)
    if year is not None:
        found = found.filter(year=year)
    kept: dict[str, dict[Account, Decimal]] = {key: {} for key in keys}
    for key, name, total in found.order_by().values_list("fund", "account").annotate(total=Sum("amount")):
        if total:
            kept[key][Account(name)] = total
    return {key: Standing(key, by_account) for key, by_account in kept.items()}


def years_of(fund: str) -> list[int]:
    """Years with money of a fund, newest first."""
    found = Balance.objects.filter(fund=fund).order_by("-year").values_list("year", flat=True)
    return list(found.distinct())


def standings_by(dimension: str, fund: str, *, year: int | None = None) -> list[Standing]:
    """What a fund gave, by programme, region, party, measure, year or person; the largest first.

    Raises ValueError for anything else. Only money that was taken for somebody is counted.
    """
    if dimension not in DIMENSIONS:
        raise ValueError(f"{dimension!r} is not one of {', '.join(DIMENSIONS)}")
    found = Posting.objects.filter(fund=fund, grant__isnull=False)
    if year is not None:
        found = found.filter(year=year)
    kept: dict[str, dict[Account, Decimal]] = {}
    for side, sign in (("from_account", -1), ("to_account", 1)):
        for of, name, total in found.order_by().values_list(dimension, side).annotate(total=Sum("amount")):
            accounts = kept.setdefault(str(of), {})
            accounts[Account(name)] = accounts.get(Account(name), NOTHING) + sign * total
    rows = [
        Standing(of, {a: n for a, n in accounts.items() if n and a is not Account.AVAILABLE})
        for of, accounts in kept.items()
    ]
    return sorted(rows, key=lambda row: (-row.taken, row.of))


def postings_of(
    *, fund: str = "", party: str = "", case: str = "", year: int | None = None
) -> QuerySet[Posting]:
    """The statement of a fund, a party or a case, newest first."""
    found = Posting.objects.select_related("grant", "order")
    wanted = {"fund": fund, "party": party, "case": case}
    found = found.filter(**{name: value for name, value in wanted.items() if value})
    return (found if year is None else found.filter(year=year)).order_by("-pk")


def grants_of(*, party: str = "", case: str = "", fund: str = "") -> QuerySet[Grant]:
    """What was given, newest first, with what stands for it (`taken`)."""
    wanted = {"fund": fund, "party": party, "case": case}
    return Grant.objects.filter(**{n: v for n, v in wanted.items() if v}).order_by("-pk")


@dataclass(frozen=True, slots=True)
class CapUse:
    """How full a cap is for one of those it adds up over. `limit` is None where it depends on the claim."""

    cap: Cap
    of: str  # the party, the programme, "2013" …; empty for the fund as a whole
    name: str
    limit: Decimal | None
    used: Decimal

    @property
    def left(self) -> Decimal | None:
        return None if self.limit is None else max(self.limit - self.used, NOTHING)


GROUPED: Final = {
    CapPer.CASE: ("case",),
    CapPer.PARTY: ("party",),
    CapPer.PARTY_YEAR: ("party", "year"),
    CapPer.PERSON: ("person",),
    CapPer.PROGRAMME: ("programme",),
    CapPer.REGION: ("region",),
    CapPer.DOCUMENT: ("pack",),
    CapPer.FUND: (),
}


def caps_used(fund: Fund, *, party: str = "", most: int = 50) -> Iterator[CapUse]:
    """Every cap of a fund, the fullest of what it adds up over first, at most `most` of each."""
    own = fund_key(fund)
    limits = [limit_of_programme(p, p.limit) for p in fund.programmes if p.limit is not None]
    for cap in (*fund.caps, *limits):
        found = Grant.objects.filter(taken__gt=0)
        found = found.filter(pack=fund.pack) if cap.per is CapPer.DOCUMENT else found.filter(fund=own)
        if cap.measures:
            found = found.filter(measure__in=counted_measures(cap, fund.pack))
        if party:
            found = found.filter(party=party)
        groups = GROUPED[cap.per]
        if cap.id.startswith(PROGRAMME_LIMIT):
            found, groups = (
                found.filter(programme=cap.id.removeprefix(PROGRAMME_LIMIT)),
                ("programme", "year"),
            )
        limit = cap.limit.node.value if isinstance(cap.limit.node, Constant) else None
        known = to_yuan(limit) if isinstance(limit, Fraction) else None
        if not groups:
            total = found.aggregate(total=Sum("taken"))["total"] or NOTHING
            yield CapUse(cap, "", "", known, total)
            continue
        sums = found.order_by().values(*groups).annotate(total=Sum("taken"), name=Max("party_name"))
        for row in sums.order_by("-total")[:most]:
            of = " ".join(str(row[name]) for name in groups)
            yield CapUse(cap, of, row["name"] if "party" in groups else "", known, row["total"])


def orders(
    *, funds: Iterable[str] | None = None, state: OrderState | None = None, run: PaymentRun | None = None
) -> QuerySet[PaymentOrder]:
    """Payment orders, oldest first; with `state=OrderState.ORDERED` those that wait for a run."""
    found = PaymentOrder.objects.select_related("grant", "run", "receipt", "account")
    if funds is not None:
        found = found.filter(grant__fund__in=list(funds))
    if state is not None:
        found = found.filter(state=state.value)
    return (found if run is None else found.filter(run=run)).order_by("pk")


def orders_to_post() -> list[PaymentOrder]:
    """Orders the bank has answered for and whose case has not taken its step yet, oldest first."""
    return list(orders(state=OrderState.SENT).filter(receipt__isnull=False))


def order_counts(funds: Iterable[str] | None = None) -> dict[OrderState, tuple[int, Decimal]]:
    """How many orders stand in each state, and of how much."""
    rows = orders(funds=funds).order_by().values_list("state").annotate(n=Count("pk"), total=Sum("amount"))
    return {OrderState(state): (n, total) for state, n, total in rows}


def runs(*, payers: Iterable[str] | None = None) -> QuerySet[PaymentRun]:
    """Payment runs, newest first, each with how many of its orders are `paid`, `returned` and `unanswered`."""
    found = PaymentRun.objects.order_by("-pk")
    if payers is not None:
        found = found.filter(payer__in=list(payers))
    answered = {
        "paid": Count("orders", filter=Q(orders__state=OrderState.PAID.value)),
        "returned": Count("orders", filter=Q(orders__state=OrderState.RETURNED.value)),
        "unanswered": Count(
            "orders", filter=Q(orders__state=OrderState.SENT.value, orders__receipt__isnull=True)
        ),
    }
    return found.annotate(**answered)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A budget the document declares and nobody has put in yet. `key` makes that happen once."""

    fund: Fund
    amount: Decimal
    year: int
    source: str
    key: str


def proposed_budgets(fund: Fund, *, on: date) -> list[Proposal]:
    """What is declared for the year of a day and has not been put in: pass `key` on to `put_in`."""
    source = fund.sources[0].by if len(fund.sources) == 1 else (fund.payer or fund.manager or ("",))[0]
    proposals = []
    for index, budget in enumerate(fund.budgets):
        year = year_of_budget(budget, on)
        if year is not None:
            key = f"budget:{fund_key(fund)}:{index}:{year}"
            proposals.append(Proposal(fund, to_yuan(budget.amount), year, source, key))
    keys = [proposal.key for proposal in proposals]
    done = set(Posting.objects.filter(key__in=keys).values_list("key", flat=True))
    return [proposal for proposal in proposals if proposal.key not in done]


def year_of_budget(budget: Budget, on: date) -> int | None:
    """The year a declared budget is to be put in for, as of a day; None where it has not begun."""
    if budget.first is not None and on < budget.first:
        return None
    if budget.yearly:
        return on.year
    if budget.year is not None:
        return budget.year if on.year >= budget.year else None
    return budget.first.year if budget.first is not None else on.year


@dataclass(frozen=True, slots=True)
class Low:
    """A fund that has less than what it is to be refilled at."""

    fund: Fund
    available: Decimal
    refill_below: Decimal


def low_funds(funds: Iterable[Fund]) -> list[Low]:
    """Funds that declare when they are refilled, and have fallen below."""
    declared = [fund for fund in funds if fund.refill_below is not None]
    found = standings([fund_key(fund) for fund in declared])
    low = [
        Low(fund, found[fund_key(fund)].on(Account.AVAILABLE), to_yuan(fund.refill_below or Fraction(0)))
        for fund in declared
    ]
    return [one for one in low if one.available < one.refill_below]
