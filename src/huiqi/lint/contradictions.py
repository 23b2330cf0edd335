"""Documents that contradict each other, as far as their declarations let that be said.

- A parameter with two values in force on the same day.
- A derived fact, such as a size class, that two documents in force for the same place work out differently.
- A matter that two documents declare with different choices.
- Two answers to one question: measures of two documents that set a rate, a limit or a term for the same
  party, with different figures, and no matter says whether one of them counts or both.

A document that builds on another may say otherwise on purpose; that is not reported.
"""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import partial
from itertools import combinations

from huiqi.base.bilingual import Bilingual
from huiqi.lint.asking import Found
from huiqi.lint.encode import Encoder, compared
from huiqi.lint.parties import entitled, find_party, value_for
from huiqi.lint.place import Setting, nested
from huiqi.lint.say import in_both, named, party, sum_of
from huiqi.lint.solver import Question, both, opposite, same
from huiqi.lint.types import Document, Finding, Kind
from huiqi.measures.expressions import Node, Type, Value
from huiqi.measures.types import FactKind, Measure, Parameter
from huiqi.measures.words import LANGUAGES, quantity, value_words

ONE_ANSWER = ("tax_rate", "price_deduction", "deferral")
"""Kinds of award of which a party can have one alone, whatever a matter says."""

Pair = tuple[Document, Document]


def document_pairs(setting: Setting, wanted: set[str]) -> Iterator[Pair]:
    """Documents that hold for the same place on the same day."""
    for one, other in combinations(setting.documents, 2):
        days = setting.days([one.in_force, other.in_force], [])
        if {one.id, other.id} & wanted and days is not None and nested(one.region, other.region):
            yield one, other


def builds_on(one: Document, other: Document) -> bool:
    return other.id in one.requires or one.id in other.requires


def check_parameters(pair: Pair, setting: Setting, found: Found) -> None:
    """Figures from outside with two values on one day."""
    one, other = pair
    names = [name for name in one.own_parameters if name in other.own_parameters]
    days = setting.days([one.in_force, other.in_force], [])
    if days is None:
        return
    for name in names:
        first, second = one.rulebook.parameters[name], other.rulebook.parameters[name]
        starts = sorted(
            {days[0], *(d for p in (first, second) for d, _ in p.values if days[0] < d <= days[1])}
        )
        day = next((d for d in starts if differs(first.on(d), second.on(d))), None)
        if day is None:
            continue
        text = in_both(
            "参数“{label}”（{name}）在{day}有两个值：{one}为{first}，{other}为{second}。",
            "The parameter {label} ({name}) has two values on {day}: {first} in {one}, {second} in {other}.",
            label=first.label,
            name=name,
            day=day_words(day),
            one=one.id,
            other=other.id,
            first=figure_on(first, day),
            second=figure_on(second, day),
        )
        places = (f"{one.id}/{name}", f"{other.id}/{name}")
        found.keep(Finding(Kind.CONTRADICTION, places, (), text), confirmed=True)


def differs(first: Fraction | None, second: Fraction | None) -> bool:
    return first is not None and second is not None and first != second


def day_words(day: date) -> Bilingual:
    return Bilingual(quantity(day, Type.DATE, None, "zh"), quantity(day, Type.DATE, None, "en"))


def figure_on(parameter: Parameter, day: date) -> Bilingual:
    value = parameter.on(day)
    assert value is not None
    zh, en = (quantity(value, parameter.type, None, language) for language in LANGUAGES)
    return Bilingual(zh, en)


def check_matters(pair: Pair, found: Found) -> None:
    """Matters that two documents declare with different choices."""
    one, other = pair
    for name in (n for n in one.matters if n in other.matters):
        first, second = one.matters[name], other.matters[name]
        if (first.choose, first.compare) == (second.choose, second.compare):
            continue
        text = in_both(
            "事项“{title}”（{name}）的选择规则不一：{one}为{first}，{other}为{second}。",
            "The matter {title} ({name}) is settled in two ways: {first} in {one}, {second} in {other}.",
            title=first.title,
            name=name,
            one=one.id,
            other=other.id,
            first=f"{first.choose} / {first.compare}",
            second=f"{second.choose} / {second.compare}",
        )
        places = (f"{one.id}/{name}", f"{other.id}/{name}")
        clauses = tuple(m.because for m in (first, second) if m.because)
        found.keep(Finding(Kind.CONTRADICTION, places, clauses, text), confirmed=True)


def check_formulas(pair: Pair, setting: Setting, found: Found) -> None:
    """Derived facts that two documents work out differently for the same party."""
    one, other = pair
    if builds_on(one, other):
        return
    own = [own_formulas(document) for document in pair]
    for name in (n for n in own[0] if n in own[1]):
        place = f"{one.id}/{name}"
        found.ask(
            Kind.CONTRADICTION,
            place,
            partial(differing_formula, pair, name, setting, found),
        )


def own_formulas(document: Document) -> dict[str, FactKind]:
    kinds = document.rulebook.kinds
    return {n: k for n, k in kinds.items() if k.pack == document.id and k.formula is not None}


def differing_formula(pair: Pair, name: str, setting: Setting, found: Found) -> None:
    kinds = [document.rulebook.kinds[name] for document in pair]
    nodes = [kind.formula for kind in kinds if kind.formula is not None]
    days = setting.days([d.in_force for d in pair], [(d.rulebook, nodes) for d in pair])
    if days is None or kinds[0].type is not kinds[1].type:
        return
    world = setting.world(days)
    first, second = (Encoder(world, d.rulebook).term(n) for d, n in zip(pair, nodes, strict=True))
    if kinds[0].type is Type.BOOL:
        differ = opposite(same(first.value, second.value))
    else:
        differ = compared("<>", first.value, second.value)
    question = Question(setting.budget, world.all_limits())
    witness = find_party(question, world, first.defined, second.defined, differ)
    if witness is None:
        return
    values = [value_for(n, witness, d.rulebook) for d, n in zip(pair, nodes, strict=True)]
    confirmed = None not in values and values[0] != values[1]
    text = in_both(
        "要素“{label}”（{name}）在两份同时有效的文件中结果不同：{one}得出{first}，{other}得出{second}。例如：{party}。",
        "{label} ({name}) comes out differently in two documents in force together: {first} in "
        "{one}, {second} in {other}. For example: {party}.",
        label=kinds[0].label,
        name=name,
        one=pair[0].id,
        other=pair[1].id,
        first=said(values[0], kinds[0]),
        second=said(values[1], kinds[1]),
        party=party(witness, pair[0].rulebook.kinds),
    )
    places = tuple(f"{document.id}/{name}" for document in pair)
    clauses = tuple(f"{k.pack}/{k.clause}" for k in kinds if k.clause)
    found.keep(Finding(Kind.CONTRADICTION, places, clauses, text, (witness,)), confirmed=confirmed)


def said(value: Value | None, kind: FactKind) -> Bilingual:
    if value is None:
        return Bilingual("无", "nothing")
    return Bilingual(value_words(value, kind, "zh"), value_words(value, kind, "en"))


def two_answers(pair: Pair) -> Iterator[tuple[Measure, Measure]]:
    """Measures of two documents that set one figure for the same party, with nothing to say which counts."""
    one, other = pair
    for first in one.measures.values():
        for second in other.measures.values():
            same_award = (first.award.kind, first.award.unit, first.award.amount_is) == (
                second.award.kind,
                second.award.unit,
                second.award.amount_is,
            )
            shared = first.matter is not None and first.matter == second.matter
            chosen = shared and all(
                d.matters[first.matter or ""].choose != "adds_up" for d in pair if first.matter in d.matters
            )
            if (
                not chosen
                and first.audience == second.audience
                and nested(first.region, second.region)
                and first.award.amount is not None
                and second.award.amount is not None
                and (shared and not first.award.zero_if_not or same_award and first.award.kind in ONE_ANSWER)
                and not replaced(one, other)
            ):
                yield first, second


def replaced(one: Document, other: Document) -> bool:
    """Does one of two documents of the same level and place say that it takes the other's place?"""
    a, b = one.standing, other.standing
    if a is None or b is None or (a.level, a.region) != (b.level, b.region):
        return False
    newer = a if a.since > b.since else b
    return any(p.rule == "replaces" for p in newer.precedence)


def check_answers(pair: Pair, first: Measure, second: Measure, setting: Setting, found: Found) -> None:
    """Is there a party to whom two documents give different figures?"""
    measures = (first, second)
    nodes = [
        [*(c.when for c in m.conditions), *([m.award.amount] if m.award.amount else [])] for m in measures
    ]
    books = [(d.rulebook, rules) for d, rules in zip(pair, nodes, strict=True)]
    days = setting.days([m.period for m in measures], books)
    if days is None:
        return
    world = setting.world(days)
    readers = [Encoder(world, document.rulebook) for document in pair]
    terms = [r.term(amount_of(m)) for r, m in zip(readers, measures, strict=True)]
    have = both(*(r.all_of(c.when for c in m.conditions) for r, m in zip(readers, measures, strict=True)))
    differ = compared("<>", terms[0].value, terms[1].value)
    question = Question(setting.budget, world.all_limits())
    witness = find_party(question, world, have, *(t.defined for t in terms), differ)
    if witness is None:
        return
    amounts = [value_for(amount_of(m), witness, d.rulebook) for d, m in zip(pair, measures, strict=True)]
    confirmed = all(entitled(m, witness, d.rulebook) for d, m in zip(pair, measures, strict=True))
    confirmed = confirmed and None not in amounts and amounts[0] != amounts[1]
    shown = [
        sum_of(a, m, m.award.unit) if isinstance(a, Fraction) else Bilingual("无", "nothing")
        for a, m in zip(amounts, measures, strict=True)
    ]
    text = in_both(
        "两份文件对同一主体给出不同结果，且没有共同事项说明是择一还是相加：{first}为{one}，{second}为{other}。例如：{party}。",
        "Two documents give one party different answers and no shared matter says whether one counts "
        "or both: {first} gives {one}, {second} gives {other}. For example: {party}.",
        first=named(first),
        second=named(second),
        one=shown[0],
        other=shown[1],
        party=party(witness, {**pair[1].rulebook.kinds, **pair[0].rulebook.kinds}),
    )
    clauses = tuple(f"{m.pack}/{m.clause}" for m in measures)
    finding = Finding(Kind.CONTRADICTION, (first.key, second.key), clauses, text, (witness,))
    found.keep(finding, confirmed=confirmed)


def amount_of(measure: Measure) -> Node:
    assert measure.award.amount is not None
    return measure.award.amount
