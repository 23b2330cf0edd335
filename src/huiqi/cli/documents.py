"""`huiqi parse`, `draft`, `diff` and `timeline`: official documents from files."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
import yaml
from rich.console import Console
from rich.table import Table

from huiqi.base.problem import Problem
from huiqi.cli.setting import library, packs_folder
from huiqi.documents.akn import as_akn
from huiqi.documents.as_json import as_json, as_yaml
from huiqi.documents.diff import compare
from huiqi.documents.diff_json import comparison_as_mapping
from huiqi.documents.draft import draft_pack, todos
from huiqi.documents.extract.limits import MAX_FILE_BYTES
from huiqi.documents.extract.read import extract, extract_file
from huiqi.documents.parse import parse
from huiqi.documents.timeline import DocumentDates, Holding, declared_dates, holds_on
from huiqi.documents.types import Document
from huiqi.documents.view_html import as_html
from huiqi.documents.view_terminal import ComparisonView, DocumentView
from huiqi.packs.timeline_page import timeline_page

STANDARD_INPUT = "-"
PACK_FILE = "pack.yaml"
DECLARED = (".yaml", ".yml")


class ParseFormat(StrEnum):
    """What `huiqi parse` can print."""

    TEXT = "text"
    JSON = "json"
    YAML = "yaml"
    AKN = "akn"
    HTML = "html"


class DiffFormat(StrEnum):
    """What `huiqi diff` and `huiqi timeline` can print."""

    TEXT = "text"
    JSON = "json"


WRITERS: dict[ParseFormat, Callable[[Document], str]] = {
    ParseFormat.JSON: as_json,
    ParseFormat.YAML: as_yaml,
    ParseFormat.AKN: as_akn,
    ParseFormat.HTML: as_html,
}
DocumentFile = Annotated[
    str, typer.Argument(metavar="FILE", help="txt, md, html, docx or pdf; - reads standard input.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("parse")(parse_command)
    app.command("draft")(draft_command)
    app.command("diff")(diff_command)
    app.command("timeline")(timeline_command)


def parse_command(
    file: DocumentFile,
    format: Annotated[
        ParseFormat | None,
        typer.Option("--format", "-f", help="text on a terminal, json elsewhere, unless said."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write to this file.")] = None,
) -> None:
    """Read an official document: clauses with owners, citations, figures and dates."""
    document = read_document(file)
    chosen = format or (ParseFormat.TEXT if out is None and sys.stdout.isatty() else ParseFormat.JSON)
    if chosen is ParseFormat.TEXT:
        show(DocumentView(document), out)
    else:
        write(WRITERS[chosen](document), out)


def draft_command(
    file: DocumentFile,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The folder of the new pack; its name becomes the id.")
    ],
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
) -> None:
    """Write the skeleton of a pack from a document; `todo` stands where a person must decide."""
    document = read_document(file)
    files = draft_pack(document, pack_id=out.name)
    present = [out / name for name in files if (out / name).exists()]
    if present and not force:
        fail(*(Problem(str(path), "is there already; --force writes over it") for path in present))
    for name, content in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(content, encoding="utf-8")
    measures = sum(name.startswith("measures/") for name in files)
    typer.echo(f"{out}: {len(document.clauses)} clauses, {measures} candidate measures, {todos(files)} todo")


def diff_command(
    old: Annotated[str, typer.Argument(metavar="OLD")],
    new: Annotated[str, typer.Argument(metavar="NEW")],
    format: Annotated[DiffFormat, typer.Option("--format", "-f")] = DiffFormat.TEXT,
    all: Annotated[bool, typer.Option("--all", help="Show clauses that stayed as they were, too.")] = False,
) -> None:
    """Compare two documents clause by clause: what changed, in which figures, what is new, what is gone."""
    comparison = compare(read_document(old), read_document(new))
    if format is DiffFormat.JSON:
        write(json.dumps(comparison_as_mapping(comparison), ensure_ascii=False, indent=2), None)
    else:
        show(ComparisonView(comparison, show_same=all), None)


def timeline_command(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE...", help="Packs, lists of documents, or documents; all packs by default."
        ),
    ] = None,
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day; today if not given.")
    ] = None,
    format: Annotated[DiffFormat, typer.Option("--format", "-f")] = DiffFormat.TEXT,
    page: Annotated[
        Path | None, typer.Option("--page", help="Write the packs' timeline to this HTML file.")
    ] = None,
) -> None:
    """Show which documents hold on a day, with supersession as far as it is declared."""
    day = (on or datetime.now().astimezone()).date()
    if page is not None:
        page.write_text(timeline_page(library(), day=day), encoding="utf-8")
        typer.echo(f"The timeline is {page}")
        return
    files = files or [path.parent for path in sorted(packs_folder().glob("*/pack.yaml"))]
    holdings = holds_on([document for file in files for document in dates_of(file)], day)
    if format is DiffFormat.JSON:
        write(
            json.dumps([holding_as_mapping(each, day) for each in holdings], ensure_ascii=False, indent=2),
            None,
        )
    else:
        show(holdings_table(holdings, day), None)


def read_document(file: str) -> Document:
    """A parsed document, what extraction noted included; exits with 1 if there is none to be had."""
    if file == STANDARD_INPUT:
        extraction = extract(sys.stdin.buffer.read(MAX_FILE_BYTES + 1), name=STANDARD_INPUT)
    else:
        extraction = extract_file(Path(file))
    if extraction.extracted is None:
        fail(*extraction.problems)
    document = parse(extraction.extracted.text)
    return replace(document, notes=(*extraction.extracted.notes, *document.notes))


def dates_of(path: Path) -> list[DocumentDates]:
    """What a pack, a YAML list or a document says of its time in force."""
    if path.is_dir():
        path = path / PACK_FILE
    if path.suffix.lower() not in DECLARED:
        document = read_document(str(path))
        slug = document.number or path.stem
        first = document.effective_from or document.signed
        return [DocumentDates(slug, document.number, document.title, first, document.effective_to)]
    declared = load_yaml(path)
    entries = declared if isinstance(declared, list) else [declared]
    found: list[DocumentDates] = []
    problems: list[Problem] = []
    for position, entry in enumerate(entries, start=1):
        where = f"{path}:{position}" if len(entries) > 1 else str(path)
        if not isinstance(entry, dict):
            problems.append(Problem(where, "a mapping with the dates of a document is expected"))
            continue
        dates, wrong = declared_dates(entry, where=where)
        found += [dates] if dates else []
        problems += wrong
    if problems:
        fail(*problems)
    return found


def load_yaml(path: Path) -> Any:
    """The content of a YAML file; exits with 1 if it cannot be read."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        fail(Problem(str(path), f"the file cannot be read: {error.strerror}"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        fail(Problem(str(path), f"this is not YAML: {str(error).splitlines()[0]}"))


def holding_as_mapping(holding: Holding, day: date) -> dict[str, Any]:
    """One document of a timeline in plain values."""
    document = holding.document
    return {
        "on": day.isoformat(),
        "slug": document.slug,
        "number": document.number,
        "title": document.title,
        "effective_from": document.effective_from.isoformat() if document.effective_from else None,
        "effective_to": document.effective_to.isoformat() if document.effective_to else None,
        "holds": holding.holds,
        "why": holding.why,
        "by": holding.by,
    }


def holdings_table(holdings: tuple[Holding, ...], day: date) -> Table:
    """Documents with their time in force and how they stand on the day."""
    table = Table("文件 document", "施行 from", "至 until", day.isoformat(), "标题 title")
    for holding in holdings:
        document = holding.document
        why = f"{holding.why} {holding.by}" if holding.by else holding.why
        table.add_row(
            document.slug,
            str(document.effective_from or "—"),
            str(document.effective_to or "—"),
            f"[green]{why}[/]" if holding.holds else f"[dim]{why}[/]",
            document.title or "",
        )
    return table


def show(view: object, out: Path | None) -> None:
    """Print what rich can draw, to the terminal or as plain text to a file."""
    if out is None:
        Console(highlight=False).print(view, end="")
        return
    with out.open("w", encoding="utf-8") as file:
        Console(file=file, highlight=False, width=100).print(view, end="")


def write(text: str, out: Path | None) -> None:
    """Write UTF-8 text with a final line end, whatever the terminal's own encoding."""
    data = (text.rstrip("\n") + "\n").encode("utf-8", errors="replace")
    if out is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        out.write_bytes(data)


def fail(*problems: Problem) -> NoReturn:
    """Show the problems on standard error and exit with 1."""
    for problem in problems:
        typer.echo(str(problem), err=True)
    raise typer.Exit(1)
