"""The `huiqi` command."""

import typer

from huiqi.cli import (
    ask,
    changes,
    check,
    coverage,
    demo,
    documents,
    evaluate,
    explain,
    ledger,
    lint,
    match,
    registry,
    report,
    results,
    schema,
    show,
    simulate,
    site,
)

app = typer.Typer(
    name="huiqi",
    help="惠企: policy documents made executable, every enterprise matched against every measure.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for module in (
    demo,
    check,
    coverage,
    show,
    evaluate,
    match,
    simulate,
    site,
    ledger,
    lint,
    explain,
    ask,
    report,
    results,
    changes,
    registry,
    documents,
    schema,
):
    module.register(app)


def main() -> None:
    """The entry point of the installed command."""
    app()
