"""`huiqi evaluate`: measures against facts, one JSON line in, one JSON line out."""

import json
import sys
from datetime import date
from decimal import Decimal
from typing import Any

import typer

from huiqi.cli.setting import library
from huiqi.measures.evaluate import evaluate as evaluate_measure
from huiqi.packs.examples import given_values
from huiqi.packs.types import Library
from huiqi.packs.verdict_json import verdict_as_json

MOST_LINE = 1_000_000


def register(app: typer.Typer) -> None:
    app.command("evaluate")(evaluate)


def evaluate() -> None:
    """Read lines of JSON {"measure", "facts", "as_of"?} on standard input; print a verdict for each, in order.

    A line that cannot be answered gives {"error": …} in its place, and the rest goes on.
    """
    packs = library()
    for line in sys.stdin:
        if line.strip():
            print(json.dumps(answer(line, packs), ensure_ascii=False), flush=False)


def answer(line: str, packs: Library) -> dict[str, Any]:
    """The answer to one line, or its error."""
    if len(line) > MOST_LINE:
        return {"error": f"a line has at most {MOST_LINE} signs"}
    try:
        asked = json.loads(line, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        return {"error": f"not JSON: {error}"}
    if not isinstance(asked, dict) or not isinstance(asked.get("measure"), str):
        return {"error": 'a line is {"measure": "pack/id", "facts": {…}, "as_of": "2013-06-30"?}'}
    measure = packs.measure(asked["measure"])
    if measure is None:
        return {"error": f"there is no measure {asked['measure']!r}"}
    facts = asked.get("facts") or {}
    if not isinstance(facts, dict):
        return {"error": '"facts" is a mapping from fact name to value'}
    rulebook = packs.packs[measure.pack].rulebook
    values, problems = given_values(facts, rulebook=rulebook, where="facts")
    try:
        as_of = date.fromisoformat(asked["as_of"]) if asked.get("as_of") else None
    except (TypeError, ValueError):
        return {"error": f"as_of: {asked['as_of']!r} is not a day; write 2013-06-30"}
    if problems:
        return {"error": "; ".join(problem.message for problem in problems)}
    return verdict_as_json(measure, evaluate_measure(measure, values, rulebook=rulebook, as_of=as_of))
