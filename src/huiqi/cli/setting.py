"""What every command needs: where the packs are, and how problems are shown."""

import os
from collections.abc import Iterable
from pathlib import Path

import typer
from rich.console import Console

from huiqi.base.problem import Problem
from huiqi.packs.load import load_library
from huiqi.packs.types import Library

PACKS_VARIABLE = "HUIQI_PACKS"
out = Console(highlight=False)
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
        err.print(f"{len(problems)} problems in the packs: what they concern is left out; see huiqi check")
    if not loaded.packs:
        raise typer.Exit(1)
    return loaded


def show_problems(problems: Iterable[Problem], *, most: int = 200) -> None:
    problems = list(problems)
    for problem in problems[:most]:
        err.print(str(problem), markup=False)
    if len(problems) > most:
        err.print(f"… and {len(problems) - most} more")
