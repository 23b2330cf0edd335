"""`huiqi schema`: the pack format as JSON Schema, for editors."""

import json
from pathlib import Path
from typing import Annotated

import typer

from huiqi.cli.setting import out
from huiqi.packs.schema import SCHEMAS


def register(app: typer.Typer) -> None:
    app.command("schema")(schema)


def schema(folder: Annotated[Path, typer.Option("--out", help="Folder for the schema files.")]) -> None:
    """Write one JSON Schema file per kind of pack file."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SCHEMAS:
        (folder / f"{name}.schema.json").write_text(schema_text(name), "utf-8")
    out.print(f"{len(SCHEMAS)} schema files in {folder}")


def schema_text(name: str) -> str:
    """The schema of one kind of file, as committed under `schemas/`."""
    return json.dumps(SCHEMAS[name].model_json_schema(), ensure_ascii=False, indent=2) + "\n"
