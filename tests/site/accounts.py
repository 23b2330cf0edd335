"""Synthetic accounts of payees for tests that pay: brought in as a delivery brings them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from hashlib import sha256

from huiqi.ledger.payees import Delivered, Statement, bring_accounts

NOW = datetime(2013, 6, 20, 9, 0, tzinfo=UTC)
DAY = date(2013, 6, 20)
BANK = "合成银行青岛分行"
HOLDER = "合成企业"


def number_of(party: str) -> str:
    """Sixteen digits that follow from the payee; no two payees of the tests have the same."""
    return f"{int(sha256(party.encode()).hexdigest(), 16) % 10**16:016d}"


def have_accounts(parties: Iterable[str], *, holder: str = HOLDER) -> None:
    """Payees that have none state an account."""
    found = [Delivered(party, holder, Statement(holder, BANK, number_of(party))) for party in set(parties)]
    bring_accounts(found, source="合成数据", by="treasurer", at=NOW, on=DAY)
