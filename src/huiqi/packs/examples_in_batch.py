"""The tests of a pack once more, on the batch engine: both engines must say the same."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from huiqi.base.problem import Problem
from huiqi.matching.engine import NO_AMOUNT, PLACES, Engine, Finding
from huiqi.matching.plan import make_plan
from huiqi.matching.table import block_of
from huiqi.measures.types import Measure, VerdictKind
from huiqi.packs.examples import shown
from huiqi.packs.types import Example, Pack

SCALE = 10**PLACES


def run_examples_in_batch(pack: Pack) -> list[Problem]:
    """Run the tests of measures on the batch engine; each that differs from what it expects is a problem."""
    problems: list[Problem] = []
    about_measures = [e for e in pack.examples if e.measure is not None]
    for day in dict.fromkeys(example.as_of for example in about_measures):
        problems += run_day(pack, [e for e in about_measures if e.as_of == day], day)
    return problems


def run_day(pack: Pack, examples: Sequence[Example], day: date | None) -> list[Problem]:
    """All tests of one day as one block: a party per test."""
    names = dict.fromkeys(example.measure for example in examples)
    measures = [for_everyone(pack.measures[name]) for name in names if name is not None]
    columns = {name for example in examples for name in example.given}
    plan = make_plan(measures, rulebooks={pack.id: pack.rulebook}, columns=columns, as_of=day)
    block = block_of([e.given for e in examples], pack.rulebook.kinds, roles="any", region="")
    result = Engine(plan).run_block(block)
    index = {planned.measure.id: number for number, planned in enumerate(plan.measures)}
    problems = []
    for row, example in enumerate(examples):
        measure = pack.measures[str(example.measure)]
        found = answer_for(row, index.get(measure.id), result.findings, measure)
        problems += [
            Problem(example.where, f"{measure.id}: {example.name}: batch engine: {text}")
            for text in differences(example, *found)
        ]
    return problems


def for_everyone(measure: Measure) -> Measure:
    """The measure for any audience and place: a test gives facts, not roles."""
    return replace(measure, audience="any", region="")


Found = tuple[VerdictKind, tuple[str, ...], Fraction | None]


def answer_for(row: int, measure_index: int | None, findings: Sequence[Finding], measure: Measure) -> Found:
    if measure_index is None:
        return VerdictKind.OUT_OF_SCOPE, (), None
    for finding in findings:
        if finding.measure == measure_index and row in finding.rows:
            place = list(finding.rows).index(row)
            amount = NO_AMOUNT if finding.amounts is None else int(finding.amounts[place])
            return finding.kind, finding.missing, None if amount == NO_AMOUNT else Fraction(amount, SCALE)
    return VerdictKind.INELIGIBLE, (), Fraction(0) if measure.award.zero_if_not else None


def differences(
    example: Example, kind: VerdictKind, missing: tuple[str, ...], amount: Fraction | None
) -> list[str]:
    expect = example.expect
    found = []
    if expect.verdict is not None and kind != expect.verdict:
        found.append(f"the verdict is {kind}, not {expect.verdict}")
    if expect.has_amount and amount != expect.amount:
        found.append(f"the amount is {shown(amount)}, not {shown(expect.amount)}")
    if expect.missing is not None and set(missing) != set(expect.missing):
        found.append(f"missing are {list(missing)}, not {list(expect.missing)}")
    return found
