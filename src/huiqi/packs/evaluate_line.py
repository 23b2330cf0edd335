"""One line of JSON asks for a verdict, one answers: the contract of `huiqi evaluate` and of the interface."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from huiqi.measures.evaluate import evaluate
from huiqi.measures.types import Measure
from huiqi.packs.examples import given_values
from huiqi.packs.types import Library
from huiqi.packs.verdict_json import verdict_as_json

MOST_LINE: Final = 1_000_000
MeasureOn = Callable[[str, date], Measure | None]
"""The version of a measure that holds on a day."""


def answer_line(line: str, packs: Library, *, measure_on: MeasureOn | None = None) -> dict[str, Any]:
    """The answer to one line, or its error."""
    if len(line) > MOST_LINE:
        return {"error": f"a line has at most {MOST_LINE} signs"}
    try:
        asked = json.loads(line, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        return {"error": f"not JSON: {error}"}
    return answer(asked, packs, measure_on=measure_on)


def answer(asked: object, packs: Library, *, measure_on: MeasureOn | None = None) -> dict[str, Any]:
    """The answer to {"measure", "facts", "as_of"?}, or {"error"}; floats of the JSON are Decimals."""
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
    if as_of is not None and measure_on is not None:
        measure = measure_on(asked["measure"], as_of) or measure
    return verdict_as_json(measure, evaluate(measure, values, rulebook=rulebook, as_of=as_of))
