"""`huiqi match`: every party of a register against every measure, as of a day."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from huiqi.cli.setting import err, library, out
from huiqi.matching.results import MeasureSummary
from huiqi.matching.run import match_register
from huiqi.packs.types import Library
from huiqi.registry.snapshot import NoSnapshot, open_snapshot


def register(app: typer.Typer) -> None:
    app.command("match")(match)


def match(
    registry: Annotated[Path, typer.Option(help="Folder of the register.")],
    out_folder: Annotated[Path, typer.Option("--out", help="Folder for the results.")],
    as_of: Annotated[str, typer.Option(metavar="DATE", help="The day: periods and parameters of that day.")],
    packs: Annotated[list[str] | None, typer.Option("--pack", help="Packs to match; all by default.")] = None,
    engine: Annotated[str, typer.Option(help="local")] = "local",
    quiet: Annotated[bool, typer.Option("--quiet", help="No table, no progress bar.")] = False,
) -> None:
    """Match a register against the packs; writes results and a summary, prints the summary."""
    day = day_from(as_of)
    if engine != "local":
        err.print(f"There is no engine {engine!r}; there is: local")
        raise typer.Exit(2)
    loaded = library(only=tuple(packs or ()))
    try:
        snapshot = open_snapshot(registry)
    except NoSnapshot as error:
        err.print(str(error), markup=False)
        raise typer.Exit(1) from None
    with progress_bar(quiet) as bar:
        task = bar.add_task("matching", total=snapshot.manifest.rows)
        run = match_register(
            snapshot,
            list(loaded.measures()),
            rulebooks=loaded.rulebooks(),
            versions={slug: pack.version for slug, pack in loaded.packs.items()},
            as_of=day,
            folder=out_folder,
            progress=lambda rows: bar.advance(task, rows),
        )
    if not quiet:
        out.print(summary_table(run.summary, loaded))
    synthetic = "synthetic " if snapshot.manifest.synthetic else ""
    out.print(
        f"{run.parties:,} {synthetic}parties × {len(run.summary)} measures as of {day}: "
        f"{run.findings:,} findings in {out_folder}"
    )


def day_from(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        err.print(f"{text!r} is not a day; write 2013-06-30")
        raise typer.Exit(2) from None


def progress_bar(quiet: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=err,
        disable=quiet or not err.is_terminal,
    )


HEADINGS = (
    "符合\neligible", "待申报\nclaimable", "待评审\nreview", "待补充\nunknown", "不符合\nineligible", "价值（元）\nvalue",
)  # fmt: skip


def summary_table(summary: Iterable[MeasureSummary], packs: Library) -> Table:
    """The summary as people read it: most entitled first."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("政策措施\nmeasure", ratio=1, overflow="fold")
    table.add_column("条款\nclause", no_wrap=True)
    for heading in HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    for line in sorted(summary, key=lambda s: (-s.eligible, -s.claimable, s.measure)):
        measure = packs.measure(line.measure)
        table.add_row(
            measure.title.zh if measure else line.measure,
            line.clause,
            *(f"{n:,}" for n in (line.eligible, line.claimable, line.review, line.unknown, line.ineligible)),
            worth(line),
        )
    return table


def worth(line: MeasureSummary) -> str:
    """What the entitled get, in yuan, where the measure says what it is worth."""
    return f"{line.value:,.0f}" if line.value else ""
