"""Commands about registers: make a synthetic one, import a table, verify what was published."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import Progress

from huiqi.base.problem import Problem
from huiqi.cli.setting import party_columns
from huiqi.registry.import_table import ImportReport, import_table
from huiqi.registry.mapping import read_mapping
from huiqi.registry.publish import SnapshotWriter
from huiqi.registry.sample import SAMPLE_COLUMNS, SAMPLE_SOURCE, columns_without_recipe, sample
from huiqi.registry.snapshot import NoSnapshot, discard_others, open_snapshot, verify_snapshot
from huiqi.registry.types import Columns

DeclaredColumns = Callable[[], Columns]

out = Console()
err = Console(stderr=True)
registry = typer.Typer(help="Look after published registers.", no_args_is_help=True)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a day such as 2013-06-30") from error


Day = Annotated[
    date, typer.Option("--as-of", parser=_day, metavar="DATE", help="The day the facts hold for.")
]
OptionalDay = Annotated[
    date | None, typer.Option("--as-of", parser=_day, metavar="DATE", help="Wins over the mapping's day.")
]


def register(app: typer.Typer, *, declared_columns: DeclaredColumns = party_columns) -> None:
    """Add the commands `sample`, `import` and `registry …`; `declared_columns` gives the facts of the packs."""

    @app.command("sample")
    def sample_command(
        rows: Annotated[int, typer.Option(min=1, help="How many parties to make up.")],
        folder: Annotated[Path, typer.Option("--out", help="Folder of the register.")],
        as_of: Day,
        seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same register.")] = 1,
        region: Annotated[str, typer.Option(help="Province, city or district, six digits.")] = "370200",
    ) -> None:
        """Make a synthetic register (合成名录): no party in it exists."""
        make_sample(rows, folder, as_of=as_of, seed=seed, region=region, columns=SAMPLE_COLUMNS)

    @app.command("import")
    def import_command(
        file: Annotated[Path, typer.Argument(help="A .csv, .xlsx or .parquet file.")],
        mapping: Annotated[Path, typer.Option(help="What its columns mean, in YAML.")],
        folder: Annotated[Path, typer.Option("--out", help="Folder of the register.")],
        rejects: Annotated[Path, typer.Option(help="File for rows that cannot be taken.")],
        as_of: OptionalDay = None,
    ) -> None:
        """Bring a table into a register; bad rows go to a file with the reason."""
        bring_in(file, mapping, folder, rejects, as_of=as_of, columns=declared_columns())

    app.add_typer(registry, name="registry")


def make_sample(rows: int, folder: Path, *, as_of: date, seed: int, region: str, columns: Columns) -> None:
    """Write a synthetic register with a progress bar; exits with 2 if the region is unknown."""
    source = SAMPLE_SOURCE.format(seed=seed)
    left_out = columns_without_recipe(columns)
    columns = {name: column for name, column in columns.items() if name not in left_out}
    try:
        with (
            SnapshotWriter(folder, columns=columns, source=source, as_of=as_of, synthetic=True) as writer,
            Progress(console=err, transient=True) as progress,
        ):
            task = progress.add_task("合成 making up", total=rows)
            for batch in sample(rows, seed=seed, region=region, as_of=as_of, columns=columns):
                writer.add(batch)
                progress.advance(task, batch.num_rows)
            progress.update(task, description="写入 writing", total=None)
            manifest = writer.publish()
    except ValueError as error:
        _fail([Problem("--region", str(error))])
    out.print(f"{manifest.rows:,} synthetic parties as of {as_of} in {folder}")
    if left_out:
        out.print(f"left unknown, for want of an assumption: {', '.join(left_out)}", markup=False)


def bring_in(
    file: Path, mapping_file: Path, folder: Path, rejects: Path, *, as_of: date | None, columns: Columns
) -> None:
    """Import a table and print what became of its rows; exits with 2 if nothing could be published."""
    mapping, problems = read_mapping(mapping_file, columns=columns)
    if mapping is None:
        _fail(problems)
    with Progress(console=err, transient=True) as progress:
        task = progress.add_task("导入 reading", total=None)
        report, problems = import_table(
            file,
            mapping=mapping,
            columns=columns,
            folder=folder,
            rejects=rejects,
            as_of=as_of,
            progress=lambda rows: progress.advance(task, rows),
        )
    if report is None:
        _fail(problems)
    _print_report(report, folder, rejects)


@registry.command("verify")
def verify_command(folder: Annotated[Path, typer.Argument(help="Folder of the register.")]) -> None:
    """Recompute the checksums of the current version; exits with 1 if anything differs."""
    problems = verify_snapshot(folder)
    if problems:
        _fail(problems, code=1)
    manifest = open_snapshot(folder).manifest
    kind = "synthetic parties" if manifest.synthetic else "parties"
    out.print(f"{manifest.rows:,} {kind} as of {manifest.as_of}, {len(manifest.files)} files: as published")


@registry.command("discard-others")
def discard_command(folder: Annotated[Path, typer.Argument(help="Folder of the register.")]) -> None:
    """Delete every version but the current one and what killed runs left. Not while others write or read."""
    try:
        for name in discard_others(folder):
            out.print(f"deleted {name}", markup=False)
    except NoSnapshot as error:
        _fail([Problem(str(folder), str(error))])


def _print_report(report: ImportReport, folder: Path, rejects: Path) -> None:
    counts = {"read": report.read, "taken": report.taken}
    counts |= {"rejected": report.rejected, "repeated": report.repeated}
    out.print("  ".join(f"{word} {number:,}" for word, number in counts.items()))
    dialect = report.dialect
    signs = {"encoding": dialect.encoding, "delimiter": dialect.delimiter, "sheet": dialect.sheet}
    found = [f"{word} {sign!r}" for word, sign in signs.items() if sign]
    if found:
        out.print(f"read as {', '.join(found)}", markup=False)
    if report.ignored_headers:
        out.print(f"columns not mapped: {', '.join(report.ignored_headers)}", markup=False)
    for header, rows in sorted(report.reasons.items(), key=lambda item: -item[1]):
        out.print(f"  {header or 'row as a whole'}: {rows:,} rows", markup=False)
    out.print(f"register {folder}, as of {report.manifest.as_of}; rows not taken: {rejects}", markup=False)


def _fail(problems: list[Problem], *, code: int = 2) -> NoReturn:
    for problem in problems:
        err.print(str(problem), markup=False, highlight=False)
    raise typer.Exit(code)
