"""One line of JSON asks for a verdict, one answers: the contract of `huiqi evaluate` and of the interface."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from huiqi.base.bilingual import Bilingual
from huiqi.measures.evaluate import evaluate
from huiqi.measures.types import Measure
from huiqi.packs.examples import given_values
from huiqi.packs.say import in_both
from huiqi.packs.types import Library
from huiqi.packs.verdict_json import text, verdict_as_json

MOST_LINE: Final = 1_000_000
FORM: Final = '{"measure": "pack/id", "facts": {…}, "as_of": "2013-06-30"?}'
MeasureOn = Callable[[str, date], Measure | None]
"""The version of a measure that holds on a day."""


def answer_line(line: str, packs: Library, *, measure_on: MeasureOn | None = None) -> dict[str, Any]:
    """The answer to one line, or its error."""
    if len(line) > MOST_LINE:
        return wrong(f"一行最多{MOST_LINE}个字符", f"a line has at most {MOST_LINE} signs")
    try:
        asked = json.loads(line, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        return wrong(f"不是 JSON：{error}", f"not JSON: {error}")
    return answer(asked, packs, measure_on=measure_on)


def answer(asked: object, packs: Library, *, measure_on: MeasureOn | None = None) -> dict[str, Any]:
    """The answer to {"measure", "facts", "as_of"?}, or {"error", "said"}; floats of the JSON are Decimals."""
    if not isinstance(asked, dict) or not isinstance(asked.get("measure"), str):
        return wrong(f"一行应为 {FORM}", f"a line is {FORM}")
    measure = packs.measure(asked["measure"])
    if measure is None:
        return wrong(f"没有措施 {asked['measure']!r}", f"there is no measure {asked['measure']!r}")
    facts = asked.get("facts") or {}
    if not isinstance(facts, dict):
        return wrong('"facts" 应为从要素名到值的对应', '"facts" is a mapping from fact name to value')
    rulebook = packs.packs[measure.pack].rulebook
    values, problems = given_values(facts, rulebook=rulebook, where="facts")
    try:
        as_of = date.fromisoformat(asked["as_of"]) if asked.get("as_of") else None
    except (TypeError, ValueError):
        day = repr(asked["as_of"])
        return wrong(
            f"as_of：{day}不是日期，请写成 2013-06-30", f"as_of: {day} is not a day; write 2013-06-30"
        )
    if problems:
        found = [in_both(problem.message) for problem in problems]
        return wrong("；".join(words.zh for words in found), "; ".join(words.en for words in found))
    if as_of is not None and measure_on is not None:
        measure = measure_on(asked["measure"], as_of) or measure
    return verdict_as_json(measure, evaluate(measure, values, rulebook=rulebook, as_of=as_of))


def wrong(zh: str, en: str) -> dict[str, Any]:
    """Why a line has no answer: one text for programs of old, and in both languages for people."""
    return {"error": en, "said": text(Bilingual(zh, en))}
