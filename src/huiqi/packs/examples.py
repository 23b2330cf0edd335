"""The tests of a pack: declared, run, and reported in the words of the pack's author."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from huiqi.base.money import plain
from huiqi.base.problem import Problem
from huiqi.measures.derive import Facts
from huiqi.measures.evaluate import evaluate
from huiqi.measures.expressions import Domain, Value
from huiqi.measures.facts import value_from
from huiqi.measures.read import suggestion
from huiqi.measures.types import Measure, Rulebook, Verdict
from huiqi.packs.schema import ExampleModel
from huiqi.packs.types import Example, Expectation, Pack
from huiqi.packs.yaml_file import YamlFile


def declare_examples(
    files: Iterable[tuple[YamlFile, Sequence[ExampleModel]]],
    *,
    measures: Mapping[str, Measure],
    rulebook: Rulebook,
) -> tuple[list[Example], list[Problem]]:
    examples: list[Example] = []
    problems: list[Problem] = []
    for file, models in files:
        for index, model in enumerate(models):
            where = file.at((index,))
            if model.measure is not None and model.measure not in measures:
                problems.append(Problem(where, f"there is no measure {model.measure!r}"))
                continue
            if model.fact is not None and model.fact not in rulebook.kinds:
                problems.append(Problem(where, f"unknown fact {model.fact!r}"))
                continue
            given, found = given_values(model.given, rulebook=rulebook, where=where)
            problems += found
            examples.append(
                Example(
                    name=model.name,
                    where=where,
                    measure=model.measure,
                    fact=model.fact,
                    as_of=model.as_of,
                    given=given,
                    expect=expectation(model),
                    why=model.why,
                )
            )
    return examples, problems


def given_values(
    raw: Mapping[str, object], *, rulebook: Rulebook, where: str
) -> tuple[dict[str, Value], list[Problem]]:
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    for name, given in raw.items():
        kind = rulebook.kinds.get(name)
        if kind is None:
            problems.append(Problem(where, f"unknown fact {name!r}{suggestion(name, rulebook.kinds)}"))
            continue
        value, problem = value_from(given, kind)
        if problem is not None:
            problems.append(Problem(where, f"{name}: {problem}"))
        elif value is not None:
            values[name] = value
    return values, problems


def expectation(model: ExampleModel) -> Expectation:
    expect = model.expect
    return Expectation(
        verdict=expect.verdict,
        amount=Fraction(expect.amount) if expect.amount is not None else None,
        has_amount="amount" in expect.model_fields_set,
        missing=tuple(expect.missing) if expect.missing is not None else None,
        also=expect.also,
        value=expect.value,
    )


def run_examples(pack: Pack) -> list[Problem]:
    """Run every test of a pack; each that fails is a problem that says what came out instead."""
    return [problem for example in pack.examples for problem in run_example(pack, example)]


def run_example(pack: Pack, example: Example) -> list[Problem]:
    if example.measure is not None:
        measure = pack.measures[example.measure]
        verdict = evaluate(measure, example.given, rulebook=pack.rulebook, as_of=example.as_of)
        differences = list(compared(example.expect, verdict))
    else:
        differences = list(compared_fact(example, pack.rulebook))
    about = example.measure or example.fact
    return [Problem(example.where, f"{about}: {example.name}: {d}") for d in differences]


def compared_fact(example: Example, rulebook: Rulebook) -> Iterable[str]:
    name = example.fact or ""
    facts = Facts(example.given, rulebook, example.as_of, [])
    known = facts.of(name)
    found = None if isinstance(known, Domain) else known
    if not same(example.expect.value, found):
        yield f"the value is {shown(found)}, not {example.expect.value}"
    missing = facts.basis(name) if found is None else ()
    if example.expect.missing is not None and set(missing) != set(example.expect.missing):
        yield f"missing are {list(missing)}, not {list(example.expect.missing)}"


def compared(expect: Expectation, verdict: Verdict) -> Iterable[str]:
    if expect.verdict is not None and verdict.kind != expect.verdict:
        missing = f" (missing {', '.join(verdict.missing)})" if verdict.missing else ""
        yield f"the verdict is {verdict.kind}{missing}, not {expect.verdict}"
    if expect.has_amount and verdict.amount != expect.amount:
        yield f"the amount is {shown(verdict.amount)}, not {shown(expect.amount)}"
    if expect.missing is not None and set(verdict.missing) != set(expect.missing):
        yield f"missing are {list(verdict.missing)}, not {list(expect.missing)}"
    for name, wanted in expect.also.items():
        if not same(wanted, verdict.also.get(name)):
            yield f"{name} is {shown(verdict.also.get(name))}, not {wanted}"


def same(wanted: object, found: Value | None) -> bool:
    if isinstance(found, bool) or isinstance(wanted, bool) or found is None or wanted is None:
        return wanted is found if isinstance(wanted, bool | None) else wanted == found
    if isinstance(found, Fraction):
        try:
            return Decimal(str(wanted)) == Decimal(plain(found))
        except InvalidOperation:
            return False
    return str(wanted) == str(found)


def shown(value: object) -> str:
    if value is None:
        return "none"
    return plain(value) if isinstance(value, Fraction) else str(value)
