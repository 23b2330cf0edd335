"""How the fund desk lays out what it reads: one row for a fund, an account, a ceiling."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.funds.caps import PER_NAMES, PROGRAMME_LIMIT
from huiqi.funds.ledger import ACCOUNT_NAMES, KIND_NAMES
from huiqi.funds.types import Account, Cap, Fund, Programme
from huiqi.ledger.queries import CapUse, Standing
from huiqi.ledger.types import fund_key, to_yuan
from huiqi.packs.types import Pack

NOTHING: Final = Decimal("0.00")
PLAIN: Final = (Account.AVAILABLE, Account.COMMITTED, Account.ORDERED, Account.PAID)
SHOWN: Final = tuple(account for account in Account if account is not Account.SOURCE)


@dataclass(frozen=True, slots=True)
class FundRow:
    """A fund in the list: its money of the year, and that of all years."""

    fund: Fund
    year: Standing
    in_all: Standing

    @property
    def kind(self) -> Bilingual:
        return KIND_NAMES[self.fund.kind]

    @property
    def this_year(self) -> "Figures":
        return figures_of(self.year)

    @property
    def all_years(self) -> "Figures":
        return figures_of(self.in_all)


@dataclass(frozen=True, slots=True)
class Figures:
    """What came in and where it stands now, in yuan."""

    put_in: Decimal = NOTHING
    available: Decimal = NOTHING
    committed: Decimal = NOTHING
    ordered: Decimal = NOTHING
    paid: Decimal = NOTHING
    other: Decimal = NOTHING  # lent, issued, invested, lost

    def __add__(self, more: "Figures") -> "Figures":
        return Figures(
            self.put_in + more.put_in,
            self.available + more.available,
            self.committed + more.committed,
            self.ordered + more.ordered,
            self.paid + more.paid,
            self.other + more.other,
        )


def figures_of(standing: Standing) -> Figures:
    available, committed, ordered, paid = (standing.on(account) for account in PLAIN)
    other = standing.put_in - available - committed - ordered - paid
    return Figures(standing.put_in, available, committed, ordered, paid, other)


def summed(figures: Iterable[Figures]) -> Figures:
    return sum(figures, Figures())


def rows_of(
    funds: Iterable[Fund], year: Mapping[str, Standing], in_all: Mapping[str, Standing]
) -> list[FundRow]:
    return [FundRow(fund, year[fund_key(fund)], in_all[fund_key(fund)]) for fund in funds]


def in_order(rows: Iterable[FundRow]) -> list[FundRow]:
    """Document by document in the order they come; in each those with money first."""
    kept = list(rows)
    place = {slug: n for n, slug in enumerate(dict.fromkeys(row.fund.pack for row in kept))}
    return sorted(kept, key=lambda row: (place[row.fund.pack], not row.in_all.by_account))


def by_pack(rows: Iterable[FundRow], packs: Mapping[str, Pack]) -> list[tuple[Pack, list[FundRow]]]:
    """The rows under their documents, in the order they come."""
    found: dict[str, list[FundRow]] = {}
    for row in rows:
        found.setdefault(row.fund.pack, []).append(row)
    return [(packs[slug], of_pack) for slug, of_pack in found.items()]


@dataclass(frozen=True, slots=True)
class AccountRow:
    """What stands in an account: of the year, of the years before, in all."""

    name: Bilingual
    year: Decimal
    before: Decimal
    in_all: Decimal
    is_sum: bool = False


def account_rows(year: Standing, in_all: Standing) -> list[AccountRow]:
    """Accounts with money, those every fund has always; what came in stands last as their sum."""
    rows = [
        AccountRow(ACCOUNT_NAMES[a], year.on(a), in_all.on(a) - year.on(a), in_all.on(a))
        for a in SHOWN
        if a in PLAIN or in_all.on(a)
    ]
    put_in = Bilingual("合计（净投入）", "In all (net put in)")
    total = AccountRow(put_in, year.put_in, in_all.put_in - year.put_in, in_all.put_in, is_sum=True)
    return [*rows, total]


@dataclass(frozen=True, slots=True)
class CapRow:
    """A ceiling and, where something counts towards it, how full it is for one of those it adds up over."""

    cap: Cap
    use: CapUse | None

    @property
    def per(self) -> Bilingual:
        return PER_NAMES[self.cap.per]

    @property
    def share(self) -> int | None:
        """Percent used, rounded down so that a hundred means full."""
        if self.use is None or not self.use.limit:
            return None
        return int(self.use.used * 100 / self.use.limit)


def cap_rows(fund: Fund, used: Iterable[CapUse]) -> list[CapRow]:
    """Every ceiling of the fund; those nothing counts towards yet as well."""
    uses = [use for use in used if not use.cap.id.startswith(PROGRAMME_LIMIT)]
    touched = {use.cap.id for use in uses}
    rows = [CapRow(use.cap, use) for use in uses]
    return rows + [CapRow(cap, None) for cap in fund.caps if cap.id not in touched]


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """A line of the budget with what was taken for it in the year and in all."""

    programme: Programme
    limit: Decimal | None
    year: Decimal
    in_all: Decimal

    @property
    def left(self) -> Decimal | None:
        return None if self.limit is None else max(self.limit - self.year, NOTHING)


def programme_rows(fund: Fund, year: Iterable[Standing], in_all: Iterable[Standing]) -> list[ProgrammeRow]:
    of_year, of_all = ({row.of: row.taken for row in rows} for rows in (year, in_all))
    return [
        ProgrammeRow(
            p,
            to_yuan(p.limit) if p.limit is not None else None,
            of_year.get(p.id, NOTHING),
            of_all.get(p.id, NOTHING),
        )
        for p in fund.programmes
    ]
