"""`huiqi ledger`: is the money what its postings say, and the whole of it for another program to check."""

import sys
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from huiqi.cli.setting import out
from huiqi.cli.site import use_settings

Data = Annotated[Path | None, typer.Option(help="Folder of registers, runs and the database.")]


def register(app: typer.Typer) -> None:
    ledger = typer.Typer(
        help="Money: verify every balance, export the ledger, close a year, take in accounts of payees.",
        no_args_is_help=True,
    )
    ledger.command("verify")(verify)
    ledger.command("export")(export)
    ledger.command("close-year")(close_year)
    ledger.command("accounts")(accounts)
    app.add_typer(ledger, name="ledger")


def start(data: Path | None) -> None:
    """Everything of the site that stands on the database is imported after this."""
    use_settings(data=data)
    import_module("django").setup()


def verify(data: Data = None) -> None:
    """Add up all postings again and compare every balance, grant and order; exit code 1 where one differs."""
    start(data)
    problems = list(import_module("huiqi.ledger.verify").verify_balances())
    for problem in problems:
        out.print(str(problem), markup=False, highlight=False)
    models = import_module("huiqi.ledger.models")
    counted = f"{models.Posting.objects.count():,} postings, {models.Balance.objects.count():,} balances"
    out.print(f"{counted}: {f'{len(problems)} do not agree' if problems else 'all agree'}", highlight=False)
    if problems:
        sys.exit(1)


def export(
    beancount: Annotated[Path, typer.Option(help="The file to write; - is standard output.")],
    data: Data = None,
) -> None:
    """Write the ledger as a Beancount file, with its balances as assertions for `bean-check`."""
    start(data)
    lines = import_module("huiqi.ledger.beancount").beancount_lines()
    if str(beancount) == "-":
        for line in lines:
            print(line)
        return
    with beancount.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    out.print(f"{beancount}", highlight=False)


def close_year(
    year: Annotated[int, typer.Argument(min=1990, max=2200, help="The year that is over.")],
    by: Annotated[str, typer.Option(help="Who closes it: stands in the audit trail.")],
    day: Annotated[str, typer.Option(metavar="DATE", help="A day that stands for today.")] = "",
    data: Data = None,
) -> None:
    """Let unused money lapse or carry it over, as each fund declares; committed money stays payable."""
    start(data)
    now = datetime.now(UTC)
    on = date.fromisoformat(day) if day else now.astimezone().date()
    refused = import_module("huiqi.ledger.types").Refused
    try:
        closed = import_module("huiqi.procedures.close_year").close_year(year, by=by, at=now, on=on)
    except refused as reason:
        sys.exit(str(reason))
    for fund in closed:
        out.print(f"{fund.fund}  {fund.year_end.value}  {fund.amount}", highlight=False)
    out.print(f"{year}: {len(closed)} funds", highlight=False)


def accounts(
    table: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV: 收款人代码,户名,开户银行,账号,说明.")
    ],
    source: Annotated[str, typer.Option(help="Where the payees stated them; every payee is shown it.")],
    by: Annotated[str, typer.Option(help="Who takes them in: stands in the audit trail.")],
    day: Annotated[str, typer.Option(metavar="DATE", help="A day that stands for today.")] = "",
    data: Data = None,
) -> None:
    """Take in accounts of payees that have none on file; one that is on file is never replaced. All rows or none."""
    start(data)
    now = datetime.now(UTC)
    on = date.fromisoformat(day) if day else now.astimezone().date()
    procedure = import_module("huiqi.procedures.bring_accounts")
    try:
        new, kept = procedure.bring_in(table.read_bytes(), source=source, by=by, at=now, on=on)
    except procedure.TableRefused as refused:
        for problem in refused.problems:
            out.print(f"row {problem.row}: {problem.words.en}", markup=False, highlight=False)
        sys.exit(1)
    out.print(f"{new:,} accounts taken in, {kept:,} payees keep theirs", highlight=False)
