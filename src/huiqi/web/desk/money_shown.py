"""Where the money of a case stands, as the ledger has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.casework.models import Case
from huiqi.funds.ledger import MOVEMENT_NAMES
from huiqi.funds.types import Account, Movement
from huiqi.holdings.current import library
from huiqi.ledger.models import Posting
from huiqi.ledger.queries import grants_of, postings_of, standing_of
from huiqi.procedures.case_rules import CaseRules, fund_key

MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Moved:
    """One posting of the case."""

    posting: Posting
    name: Bilingual


@dataclass(frozen=True, slots=True)
class MoneyShown:
    """The fund of the case, what it still has, and what stands for the case."""

    fund: Bilingual
    key: str
    available: Decimal
    year: int
    taken: Decimal
    moved: Sequence[Moved]


def money_of(case: Case, rules: CaseRules, year: int) -> MoneyShown | None:
    """None for a case that no fund pays for."""
    if rules.case_type.fund is None:
        return None
    slug, name = fund_key(rules.case_type)
    pack = library().packs.get(slug)
    fund = pack.funds.get(name) if pack is not None else None
    if fund is None:
        return None
    key = f"{slug}/{name}"
    moved = [Moved(p, MOVEMENT_NAMES[Movement(p.movement)]) for p in postings_of(case=case.number)[:MOST]]
    return MoneyShown(
        fund.title,
        key,
        standing_of(key, year=year).on(Account.AVAILABLE),
        year,
        sum((grant.taken for grant in grants_of(case=case.number)), Decimal(0)),
        moved,
    )
