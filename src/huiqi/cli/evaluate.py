"""`huiqi evaluate`: measures against facts, one JSON line in, one JSON line out."""

import json
import sys

import typer

from huiqi.cli.setting import library
from huiqi.packs.evaluate_line import answer_line


def register(app: typer.Typer) -> None:
    app.command("evaluate")(evaluate)


def evaluate() -> None:
    """Read lines of JSON {"measure", "facts", "as_of"?} on standard input; print a verdict for each, in order.

    A line that cannot be answered gives {"error": …, "said": {"zh", "en"}} in its place, and the rest goes on.
    """
    packs = library()
    for line in sys.stdin:
        if line.strip():
            print(json.dumps(answer_line(line, packs), ensure_ascii=False), flush=False)
