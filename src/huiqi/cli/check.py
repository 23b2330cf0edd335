"""`huiqi check`: are the packs sound, and do their tests hold?"""

from pathlib import Path
from typing import Annotated

import typer

from huiqi.base.problem import Problem
from huiqi.cli.setting import out, packs_folder, show_problems
from huiqi.documents.extract.read import extract_file
from huiqi.documents.parse import parse
from huiqi.packs.complete import completeness_problems
from huiqi.packs.examples import run_examples
from huiqi.packs.examples_in_batch import run_examples_in_batch
from huiqi.packs.figures import figure_problems
from huiqi.packs.load import load_library
from huiqi.packs.types import Pack


def register(app: typer.Typer) -> None:
    app.command("check")(check)


def check(
    packs: Annotated[list[str] | None, typer.Argument(help="Packs to check; all by default.")] = None,
    documents: Annotated[
        Path | None,
        typer.Option(
            help="Folder of official texts named after their packs: every figure is looked up there."
        ),
    ] = None,
) -> None:
    """Check packs: format, rules, references, completeness, and the packs' own tests on every engine."""
    library, problems = load_library(packs_folder(), only=tuple(packs or ()))
    problems += completeness_problems(library)
    for pack in library.packs.values():
        failed = run_examples(pack) + run_examples_in_batch(pack)
        problems += failed
        out.print(
            f"{pack.id:<26} {len(pack.clauses):>4} clauses {len(pack.measures):>4} measures "
            f"{len(pack.examples):>5} tests {len(failed):>4} failed"
        )
    if documents is not None:
        problems += [p for pack in library.packs.values() for p in against_document(pack, documents)]
    if problems:
        show_problems(problems)
        out.print(f"{len(problems)} problems")
        raise typer.Exit(1)
    out.print("no problems")


def against_document(pack: Pack, folder: Path) -> list[Problem]:
    """The figures of a pack looked up in its document, where that is in the folder."""
    found = sorted(path for path in folder.glob(f"{pack.id}.*") if path.is_file())
    if not found:
        return []
    read, unreadable = extract_file(found[0])
    if read is None:
        return list(unreadable)
    problems = figure_problems(pack, parse(read.text))
    out.print(f"{pack.id:<26} figures looked up in {found[0].name}: {len(problems)} not there")
    return problems
