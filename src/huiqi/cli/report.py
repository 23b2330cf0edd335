"""`huiqi report`: a match run as one HTML page."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from huiqi.cli.explain import explained_lines
from huiqi.cli.setting import err, library, out
from huiqi.matching.report import read_run, report_page


def register(app: typer.Typer) -> None:
    app.command("report")(report)


def report(
    run: Annotated[Path, typer.Option(help="Folder of a match run.")],
    page: Annotated[Path, typer.Option("--out", help="The HTML file to write.")],
    registry: Annotated[
        Path | None, typer.Option(help="The register, to explain one party in the report.")
    ] = None,
    code: Annotated[str | None, typer.Option(help="The party to explain.")] = None,
) -> None:
    """Write a match run as a self-contained HTML page, with one party explained if you name it."""
    if not (run / "manifest.json").exists():
        err.print(f"{run} holds no match run; make one with: huiqi match")
        raise typer.Exit(1)
    manifest = json.loads((run / "manifest.json").read_text("utf-8"))
    slugs = tuple(manifest["packs"])
    loaded = library(only=slugs)
    example: list[str] = []
    if registry is not None and code is not None:
        example = explained_lines(registry, code, as_of=date.fromisoformat(manifest["as_of"]), packs=slugs)
    html = report_page(
        read_run(run),
        measures={measure.key: measure for measure in loaded.measures()},
        kinds={name: kind for book in loaded.rulebooks().values() for name, kind in book.kinds.items()},
        example=example,
    )
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(html, "utf-8")
    out.print(f"The report is {page}", markup=False)
