"""`huiqi check`: are the packs sound, and do their tests hold?"""

from typing import Annotated

import typer

from huiqi.cli.setting import out, packs_folder, show_problems
from huiqi.packs.examples import run_examples
from huiqi.packs.examples_in_batch import run_examples_in_batch
from huiqi.packs.load import load_library


def register(app: typer.Typer) -> None:
    app.command("check")(check)


def check(
    packs: Annotated[list[str] | None, typer.Argument(help="Packs to check; all by default.")] = None,
) -> None:
    """Check packs: format, rules, references, and the packs' own tests on every engine."""
    library, problems = load_library(packs_folder(), only=tuple(packs or ()))
    for pack in library.packs.values():
        failed = run_examples(pack) + run_examples_in_batch(pack)
        problems += failed
        out.print(
            f"{pack.id:<22} {len(pack.clauses):>4} clauses {len(pack.measures):>4} measures "
            f"{len(pack.examples):>5} tests {len(failed):>4} failed"
        )
    if problems:
        show_problems(problems)
        out.print(f"{len(problems)} problems")
        raise typer.Exit(1)
    out.print("no problems")
