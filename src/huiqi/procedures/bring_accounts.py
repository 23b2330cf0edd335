"""Accounts that payees stated elsewhere come in as a table: for those who have none here, and each of them is told.

    收款人代码,户名,开户银行,账号,说明      (code, holder, bank, number, why)

`why` says why the holder is not the registered name. The whole table is taken or nothing of it.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction

from huiqi.base.bilingual import Bilingual
from huiqi.ledger.bank_files import decoded
from huiqi.ledger.orders import name_of
from huiqi.ledger.payee_queries import accounts_of
from huiqi.ledger.payees import Delivered, Statement, bring_accounts, read_statement
from huiqi.procedures.payee_accounts import AT_ONCE, LONGEST_PARTY, news_of_account, tell

HEADINGS: Final = {
    "收款人代码": "code", "户名": "holder", "开户银行": "bank", "账号": "number", "说明": "why",
}  # fmt: skip
NEEDED: Final = ("code", "holder", "bank", "number")
MOST_ROWS: Final = 200_000


@dataclass(frozen=True, slots=True)
class WrongRow:
    """What is wrong with a row of the table; row 1 is its heading, 0 the whole file."""

    row: int
    words: Bilingual


class TableRefused(Exception):
    """Nothing of the table was taken. `problems` names every row that is in the way."""

    def __init__(self, problems: list[WrongRow]) -> None:
        super().__init__("; ".join(f"row {p.row}: {p.words.en}" for p in problems))
        self.problems = tuple(problems)


@transaction.atomic
def bring_in(content: bytes, *, source: str, by: str, at: datetime, on: date) -> tuple[int, int]:
    """Take a table in; how many accounts are new, and how many payees had one and keep it. Raises TableRefused."""
    delivered: dict[str, Delivered] = {}
    problems: list[WrongRow] = []
    for row, cells in rows_of(content):
        party = cells.get("code", "").upper()
        found, wrong = read_row(party, cells)
        if party in delivered:
            wrong = (*wrong, Bilingual(f"{party} 重复", f"{party} stands twice"))
        problems += [WrongRow(row, words) for words in wrong]
        if found is not None:
            delivered[party] = found
    if problems:
        raise TableRefused(problems)
    fresh = bring_accounts(list(delivered.values()), source=source, by=by, at=at, on=on)
    for start in range(0, len(fresh), AT_ONCE):
        for party, account in accounts_of(fresh[start : start + AT_ONCE]).items():
            tell(party, news_of_account(account, is_change=False), by=by, at=at)
    return len(fresh), len(delivered) - len(fresh)


def read_row(party: str, cells: Mapping[str, str]) -> tuple[Delivered | None, tuple[Bilingual, ...]]:
    if not party or len(party) > LONGEST_PARTY:
        return None, (Bilingual("没有收款人代码", "the code of the payee is missing"),)
    name = name_of(party)
    said = Statement(*(cells.get(column, "") for column in ("holder", "bank", "number", "why")))
    statement, wrong = read_statement(said, registered_name=name)
    if statement is None:
        return None, tuple(wrong.values())
    return Delivered(party, name, statement), ()


def rows_of(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows with their number, by English heading. Raises TableRefused."""
    text = decoded(content)
    if text is None:
        raise TableRefused([WrongRow(0, Bilingual("文件编码无法识别", "neither UTF-8 nor GB 18030"))])
    table = csv.DictReader(io.StringIO(text))
    headings = [HEADINGS.get(name.strip(), name.strip().lower()) for name in table.fieldnames or ()]
    missing = [name for name in NEEDED if name not in headings]
    if missing:
        words = Bilingual(f"缺少列：{'、'.join(missing)}", f"columns missing: {', '.join(missing)}")
        raise TableRefused([WrongRow(1, words)])
    table.fieldnames = headings
    for row, cells in enumerate(table, 2):
        said = {key: (value or "").strip() for key, value in cells.items() if isinstance(key, str)}
        if row > MOST_ROWS:
            raise TableRefused([WrongRow(row, Bilingual("行数太多", "too many rows"))])
        if any(said.values()):
            yield row, said
