"""`huiqi match`: every party of a register against every measure, as of a day."""

from collections.abc import Iterable
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from huiqi.cli.setting import err, library, measures_table, out
from huiqi.matching.incremental.before import CannotContinue
from huiqi.matching.incremental.run import Continued, continue_run
from huiqi.matching.overlay import UnfitOverlay, facts_in, read_overlay
from huiqi.matching.plan import own_names
from huiqi.matching.run import Run, match_register
from huiqi.matching.totals import MeasureSummary
from huiqi.packs.types import Library
from huiqi.registry.snapshot import NoSnapshot, Snapshot, open_snapshot

ENGINES = ("local", "spark")


def register(app: typer.Typer) -> None:
    app.command("match")(match)


def match(
    registry: Annotated[Path, typer.Option(help="Folder of the register.")],
    out_folder: Annotated[Path, typer.Option("--out", help="Folder for the results.")],
    as_of: Annotated[str, typer.Option(metavar="DATE", help="The day: periods and parameters of that day.")],
    packs: Annotated[list[str] | None, typer.Option("--pack", help="Packs to match; all by default.")] = None,
    engine: Annotated[str, typer.Option(help=" or ".join(ENGINES))] = "local",
    region: Annotated[
        str, typer.Option(help="With spark: only parties of this region, two to six digits (GB/T 2260).")
    ] = "",
    master: Annotated[
        str | None, typer.Option(help="With spark: local[2], spark://host:7077; all cores by default.")
    ] = None,
    memory: Annotated[str, typer.Option(help="With spark: memory of the Java machine started here.")] = "4g",
    since: Annotated[
        Path | None,
        typer.Option(help="An older run over this register: only what can have changed is evaluated again."),
    ] = None,
    overlay: Annotated[
        Path | None,
        typer.Option(
            help="A Parquet file of what is known of some parties beside the register: code, fact, value."
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No table, no progress bar.")] = False,
) -> None:
    """Match a register against the packs; writes results and a summary, prints the summary."""
    day = day_from(as_of)
    check_options(engine, region=region, master=master, since=since, overlay=overlay)
    check_folder(out_folder)
    beside = overlay_from(overlay)
    loaded = library(only=tuple(packs or ()))
    snapshot = opened(registry)
    wanted: dict[str, Any] = {
        "rulebooks": loaded.rulebooks(),
        "versions": {slug: pack.version for slug, pack in loaded.packs.items()},
        "as_of": day,
        "folder": out_folder,
    }
    continued: Continued | None = None
    if engine == "spark":
        run = match_there(loaded, snapshot, wanted, region=region, master=master, memory=memory)
    elif since is not None:
        continued = continued_here(loaded, snapshot, {**wanted, "overlay": beside}, since=since, quiet=quiet)
        run = continued.run
    else:
        run = match_here(loaded, snapshot, {**wanted, "overlay": beside}, quiet=quiet)
    if not quiet:
        out.print(summary_table(run.summary, loaded))
        if said := left_out(run.summary):
            out.print(said)
    synthetic = "synthetic " if snapshot.manifest.synthetic else ""
    out.print(
        f"{run.parties:,} {synthetic}parties × {len(run.summary)} measures as of {day}: "
        f"{run.findings:,} findings in {out_folder}"
    )
    if continued is not None:
        out.print(evaluated_again(continued))
    if beside is not None:
        out.print(known_beside(beside, loaded), markup=False)


def known_beside(overlay: pa.Table, loaded: Library) -> str:
    """How much was known beside the register, and which facts no pack asks for: perhaps misspelt."""
    rulebooks = loaded.rulebooks()
    asked = {
        own.get(n, n)
        for slug, book in rulebooks.items()
        for own in [own_names(rulebooks, slug)]
        for n in book.kinds
    }
    facts = facts_in(overlay)
    said = f"叠加数据 beside the register: {overlay.num_rows:,} values of {len(facts)} facts"
    unasked = [name for name in facts if name not in asked]
    return f"{said}; no pack knows {', '.join(unasked)}" if unasked else said


def overlay_from(path: Path | None) -> pa.Table | None:
    try:
        return read_overlay(path) if path is not None else None
    except UnfitOverlay as error:
        err.print(str(error), markup=False)
        raise typer.Exit(1) from None


def evaluated_again(continued: Continued) -> str:
    """How much of a continued run was worked out anew."""
    share = f" ({continued.evaluated / continued.of:.2%})" if continued.of else ""
    return (
        f"重新评估 evaluated again: {continued.evaluated:,} of {continued.of:,} parties × measures{share}; "
        "the rest as in the older run"
    )


def opened(registry: Path) -> Snapshot:
    try:
        return open_snapshot(registry)
    except NoSnapshot as error:
        err.print(str(error), markup=False)
        raise typer.Exit(1) from None


def check_options(
    engine: str, *, region: str, master: str | None, since: Path | None, overlay: Path | None
) -> None:
    """Leaves with 2 where options do not go together."""
    if engine not in ENGINES:
        err.print(f"There is no engine {engine!r}; there is: {', '.join(ENGINES)}")
    elif engine == "local" and (region or master):
        err.print("--region and --master go with --engine spark")
    elif engine == "spark" and since:
        err.print("--since goes with --engine local")
    elif engine == "spark" and overlay:
        err.print("--overlay goes with --engine local: Spark matches what was published alone")
    elif region and not (region.isascii() and region.isdigit() and 2 <= len(region) <= 6):
        err.print(f"{region!r} is not a region; write two to six digits of GB/T 2260, such as 3702")
    else:
        return
    raise typer.Exit(2)


def check_folder(folder: Path) -> None:
    """The folder is replaced whole: leaves with 2 where it holds anything but a run."""
    if (
        not folder.exists()
        or (folder / "manifest.json").is_file()
        or (folder.is_dir() and not any(folder.iterdir()))
    ):
        return
    err.print(f"--out {folder}: holds something else than a match run; name another folder", markup=False)
    raise typer.Exit(2)


def match_here(loaded: Library, snapshot: Snapshot, wanted: dict[str, Any], *, quiet: bool) -> Run:
    try:
        with progress_bar(quiet) as bar:
            task = bar.add_task("matching", total=snapshot.manifest.rows)
            return match_register(
                snapshot, list(loaded.measures()), progress=lambda rows: bar.advance(task, rows), **wanted
            )
    except UnfitOverlay as error:
        err.print(str(error), markup=False)
        raise typer.Exit(1) from None


def continued_here(
    loaded: Library, snapshot: Snapshot, wanted: dict[str, Any], *, since: Path, quiet: bool
) -> Continued:
    try:
        with progress_bar(quiet) as bar:
            task = bar.add_task("matching", total=snapshot.manifest.rows)
            return continue_run(
                snapshot,
                list(loaded.measures()),
                since=since,
                progress=lambda rows: bar.advance(task, rows),
                **wanted,
            )
    except (CannotContinue, UnfitOverlay) as error:
        err.print(str(error), markup=False)
        raise typer.Exit(1) from None


def match_there(
    loaded: Library,
    snapshot: Snapshot,
    wanted: dict[str, Any],
    *,
    region: str,
    master: str | None,
    memory: str,
) -> Run:
    """On Spark, which is an extra: it is imported when asked for."""
    try:
        spark = import_module("huiqi.matching.spark")
        sessions = import_module("huiqi.matching.spark_session")
    except ModuleNotFoundError as error:
        err.print(f"The engine spark needs {error.name}: pip install 'huiqi\\[spark]'")
        raise typer.Exit(1) from None
    try:
        with sessions.spark_session(master=master, memory=memory) as session:
            run: Run = spark.match_on_spark(
                session, snapshot, list(loaded.measures()), region=region, **wanted
            )
            return run
    except (sessions.NoJava, spark.IncompleteRun) as error:
        err.print(str(error), markup=False)
        raise typer.Exit(1) from None


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
    """The summary as people read it: most entitled first, without the measures that concern nobody."""
    table = measures_table(HEADINGS, clause=True)
    for line in sorted(summary, key=lambda s: (-s.eligible, -s.claimable, s.measure)):
        measure = packs.measure(line.measure)
        if any(counts := counts_of(line)):
            title = measure.title.zh if measure else line.measure
            table.add_row(title, line.clause, *(f"{n:,}" for n in counts), worth(line))
    return table


def counts_of(line: MeasureSummary) -> tuple[int, ...]:
    return line.eligible, line.claimable, line.review, line.unknown, line.ineligible


def left_out(summary: Iterable[MeasureSummary]) -> str:
    """How many measures concern nobody of the register, such as another city's."""
    count = sum(not any(counts_of(line)) for line in summary)
    return (
        f"另有 {count:,} 项措施与名录中的主体无关 {count:,} measures more concern nobody here"
        if count
        else ""
    )


def worth(line: MeasureSummary) -> str:
    """What the entitled get, in yuan, where the measure says what it is worth."""
    return f"{line.value:,.0f}" if line.value else ""
