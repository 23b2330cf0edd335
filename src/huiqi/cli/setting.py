"""What every command needs: where the packs are, and how problems are shown."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from huiqi.base.problem import Problem
from huiqi.packs.load import load_library
from huiqi.packs.types import Library

PACKS_VARIABLE = "HUIQI_PACKS"


class Paper(Console):
    """Plain lines stay whole, so that a path or figure is never broken; tables and the like fit the width."""

    def print(self, *objects: Any, **options: Any) -> None:
        options.setdefault("soft_wrap", all(isinstance(text, str) for text in objects))
        super().print(*objects, **options)


out = Paper(highlight=False)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def packs_folder() -> Path:
    """The folder of packs: $HUIQI_PACKS, or `packs` here or above, or beside the installed source."""
    named = os.environ.get(PACKS_VARIABLE)
    if named:
        return Path(named)
    here = Path.cwd()
    for folder in (here, *here.parents, Path(__file__).resolve().parents[3]):
        if any((folder / "packs").glob("*/pack.yaml")):
            return folder / "packs"
    err.print(f"There is no folder of packs here or above; set {PACKS_VARIABLE} to one.")
    raise typer.Exit(2)


def library(*, only: tuple[str, ...] = ()) -> Library:
    """What is sound of the packs; everything else is told on standard error and left out.

    A broken measure or part is left out alone, so that one pack's mistake does not stop the others. Exits
    when nothing is left.
    """
    loaded, problems = load_library(packs_folder(), only=only)
    if problems:
        show_problems(problems, most=20)
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        err.print(f"{count} in the packs: what is concerned is left out; see huiqi check")
    if not loaded.packs:
        raise typer.Exit(1)
    return loaded


def measures_table(headings: Iterable[str], *, clause: bool = False) -> Table:
    """A table with a line for each measure and these columns of figures; titles stay legible on 80 columns."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=0)
    table.add_column("政策措施\nmeasure", min_width=14, overflow="fold")
    if clause:
        table.add_column("条款\nclause", no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def show_problems(problems: Iterable[Problem], *, most: int = 200) -> None:
    problems = list(problems)
    for problem in problems[:most]:
        err.print(str(problem), markup=False)
    if len(problems) > most:
        err.print(f"… and {len(problems) - most} more")
