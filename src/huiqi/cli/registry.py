"""Commands about registers: make a synthetic one, import a table, verify what was published."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.progress import Progress

from huiqi.base.problem import Problem
from huiqi.cli.setting import err, library, out
from huiqi.matching.register_quality import quality_of, write_quality
from huiqi.measures.types import FactKind
from huiqi.packs.register_columns import column_of, kinds_of_parties
from huiqi.registry.import_table import ImportReport, Outcome, TableFile, import_tables
from huiqi.registry.mapping import read_mapping
from huiqi.registry.preference import NEWEST
from huiqi.registry.publish import POINTER, SnapshotWriter
from huiqi.registry.rejections import paths_of
from huiqi.registry.sample import SAMPLE_COLUMNS, SAMPLE_SOURCE, columns_without_recipe, sample
from huiqi.registry.snapshot import NoSnapshot, discard_others, open_snapshot, verify_snapshot
from huiqi.registry.types import Columns

MOST_KINDS = 12
QUALITY_TABLES = (
    "columns", "checks", "mistakes", "rejected-cells", "conflict-counts", "conflicts",
)  # fmt: skip
"""What a report on quality leaves beside its page; see docs/registry.md."""

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


def register(app: typer.Typer) -> None:
    """Add the commands `sample`, `import` and `registry …`."""

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
        files: Annotated[list[Path], typer.Argument(help="One or several .csv, .xlsx or .parquet files.")],
        mapping: Annotated[
            list[Path], typer.Option(help="What their columns mean, in YAML: one for all, or one for each.")
        ],
        folder: Annotated[Path, typer.Option("--out", help="Folder of the register.")],
        rejects: Annotated[Path, typer.Option(help="File for rows that cannot be taken.")],
        as_of: OptionalDay = None,
        quality: Annotated[
            Path | None, typer.Option(help="Folder for a report on the quality of the data, with its tables.")
        ] = None,
        prefer: Annotated[
            str,
            typer.Option(help="Which file is believed: newest, first, or the sources' names with commas."),
        ] = NEWEST,
    ) -> None:
        """Bring tables into a register; bad rows go to a file with the reason."""
        given = Given(tuple(files), tuple(mapping), as_of, prefer)
        bring_in(given, folder, rejects, kinds=party_kinds(), quality=quality)

    app.add_typer(registry, name="registry")


def make_sample(rows: int, folder: Path, *, as_of: date, seed: int, region: str, columns: Columns) -> None:
    """Write a synthetic register with a progress bar; exits with 2 if the region is unknown."""
    source = SAMPLE_SOURCE.format(seed=seed)
    left_out = columns_without_recipe(columns)
    columns = {name: column for name, column in columns.items() if name not in left_out}
    try:
        with (
            SnapshotWriter(folder, columns=columns, source=source, as_of=as_of, synthetic=True) as writer,
            Progress(console=err, transient=True, disable=not err.is_terminal) as progress,
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


@dataclass(frozen=True, slots=True)
class Given:
    """Tables to import: one mapping for all of them or one for each; `prefer` says which is believed."""

    files: tuple[Path, ...]
    mappings: tuple[Path, ...]
    as_of: date | None
    prefer: str


def bring_in(
    given: Given,
    folder: Path,
    rejects: Path,
    *,
    kinds: Mapping[str, FactKind],
    quality: Path | None,
) -> None:
    """Import tables and print what became of their rows; exits with 2 if nothing could be published.

    `kinds` are the facts a register may hold; `quality` is the folder of a report, None for none.
    """
    columns = {name: column_of(kind) for name, kind in kinds.items()}
    files = _read_mappings(given, columns)
    if strange := [*foreign(folder), *(foreign_to_quality(quality) if quality else ())]:
        _fail(strange)
    outcome = Outcome(
        folder,
        rejects,
        mistakes=quality / "rejected-cells.parquet" if quality else None,
        conflicts=quality / "conflicts.parquet" if quality else None,
    )
    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("导入 reading", total=None)
        report, problems = import_tables(
            files,
            columns=columns,
            outcome=outcome,
            as_of=given.as_of,
            preference=given.prefer,
            progress=lambda rows: progress.advance(task, rows),
        )
        if report is None:
            _fail(problems)
        if quality is not None:
            progress.update(task, description="质量 looking through", total=None)
            found, problems = quality_of(open_snapshot(folder), report, kinds)
            write_quality(quality, found)
    _print_report(report, folder, rejects)
    if quality is not None:
        out.print(f"quality of the data: {quality / 'report.html'}", markup=False)
    for problem in problems:
        err.print(str(problem), markup=False, highlight=False)


def foreign(folder: Path) -> list[Problem]:
    """A register goes into a folder of its own: new, empty, or with a register (or what a killed run left)."""
    if not folder.is_dir() or (folder / POINTER).is_file():
        return []
    strange = sorted(p.name for p in folder.iterdir() if not p.name.startswith((".", "v-")))
    return holds_else(f"--out {folder}", strange, "a register")


def foreign_to_quality(folder: Path) -> list[Problem]:
    """Nothing but an earlier report is written over."""
    if not folder.is_dir():
        return []
    own = {"report.html", *(f"{name}.parquet" for name in QUALITY_TABLES)}
    strange = sorted(p.name for p in folder.iterdir() if not p.name.startswith(".") and p.name not in own)
    return holds_else(f"--quality {folder}", strange, "a report on quality")


def holds_else(option: str, strange: list[str], wanted: str) -> list[Problem]:
    if not strange:
        return []
    return [Problem(option, f"holds {strange[0]}, which is not of {wanted}; name another folder")]


def _read_mappings(given: Given, columns: Columns) -> list[TableFile]:
    if len(given.mappings) not in (1, len(given.files)):
        message = f"{len(given.mappings)} mappings for {len(given.files)} files: give one, or one for each"
        _fail([Problem("--mapping", message)])
    read = [read_mapping(path, columns=columns) for path in given.mappings]
    problems = [problem for _, found in read for problem in found]
    mappings = [mapping for mapping, _ in read if mapping is not None]
    if problems:
        _fail(problems)
    if len(mappings) == 1 and len(given.files) > 1:  # one mapping: each file is a source by its own name
        mappings = [
            mappings[0].model_copy(update={"source": f"{mappings[0].source} {file.name}"})
            for file in given.files
        ]
    return [TableFile(file, mapping) for file, mapping in zip(given.files, mappings, strict=True)]


def party_kinds() -> dict[str, FactKind]:
    """The facts that a register may hold, by the packs at hand."""
    return kinds_of_parties(library())


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
        _fail([Problem("registry", str(error))])


def _print_report(report: ImportReport, folder: Path, rejects: Path) -> None:
    counts = {"read": report.read, "taken": report.taken}
    counts |= {"rejected": report.rejected, "repeated": report.repeated}
    if len(report.sources) > 1:
        counts |= {"joined": report.joined, "conflicts": sum(c.values for c in report.conflicts)}
    out.print("  ".join(f"{word} {number:,}" for word, number in counts.items()))
    dialect = report.dialect
    signs = {"encoding": dialect.encoding, "delimiter": dialect.delimiter, "sheet": dialect.sheet}
    found = [f"{word} {sign!r}" for word, sign in signs.items() if sign]
    if found:
        out.print(f"read as {', '.join(found)}", markup=False)
    if report.ignored_headers:
        out.print(f"columns not mapped: {', '.join(report.ignored_headers)}", markup=False)
    for header, rows in sorted(report.reasons.items(), key=lambda item: -item[1]):
        out.print(f"  {header or 'row as a whole'}: {rows:,} {'row' if rows == 1 else 'rows'}", markup=False)
    _print_mistakes(report)
    written = "、".join(str(path) for path in paths_of(rejects, len(report.sources)))
    out.print(f"register {folder}, as of {report.manifest.as_of}; rows not taken: {written}", markup=False)


def _print_mistakes(report: ImportReport) -> None:
    """Every kind of mistake with the first row it was met in and what mends it."""
    for mistake in report.mistakes[:MOST_KINDS]:
        first = mistake.examples[0]
        where = f"{mistake.column or '整行'} · {mistake.kind.name.zh} {mistake.kind.name.en}"
        of = f" of {first.source}" if len(report.sources) > 1 else ""
        out.print(
            f"    {where}: {mistake.cells:,}, first in row {first.row}{of}: {first.reason}", markup=False
        )
        out.print(f"      {mistake.kind.remedy.zh} {mistake.kind.remedy.en}", markup=False)
    if len(report.mistakes) > MOST_KINDS:
        out.print(f"    … and {len(report.mistakes) - MOST_KINDS} more kinds of mistakes")


def _fail(problems: list[Problem], *, code: int = 2) -> NoReturn:
    for problem in problems:
        err.print(str(problem), markup=False, highlight=False)
    raise typer.Exit(code)
