"""A measure as a guide to getting it (办事指南): everything that the pack says about it, gathered and in words."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.cases.types import CaseType, Material, Outcome, Role, Step, Turn
from huiqi.measures.combine import Matter
from huiqi.measures.explain import facts_of
from huiqi.measures.expressions import facts_in
from huiqi.measures.measure_words import AWARDS, amount_words, award_words, who_words
from huiqi.measures.sentences import Speaker
from huiqi.measures.types import FactKind, Measure
from huiqi.measures.words import LANGUAGES, value_words
from huiqi.packs.types import Example, Library, Pack
from huiqi.packs.wording import ROLES, WAYS, duration_words

GOOD: Final = (
    Outcome.GRANTED, Outcome.PARTLY_GRANTED, Outcome.DELIVERED, Outcome.RECORDED, Outcome.UPHELD,
)  # fmt: skip
NOT_TAKEN: Final = (Role.SYSTEM,)


@dataclass(frozen=True, slots=True)
class Asked:
    """One condition in plain words, with its clause."""

    id: str
    sentence: Bilingual
    clause: str
    label: str  # of the clause, as printed
    judged: tuple[Bilingual, ...]  # what in it only a person can say


@dataclass(frozen=True, slots=True)
class WorkedExample:
    """A test of the pack as an example: made up, worked out by the rule."""

    name: str
    given: tuple[tuple[Bilingual, Bilingual], ...]  # fact, value
    amount: Bilingual  # empty: the measure names none
    why: str | None


@dataclass(frozen=True, slots=True)
class Handed:
    """A material of a case."""

    title: Bilingual
    ways: tuple[Bilingual, ...]
    required: bool
    shared_by: tuple[str, ...]
    when: Bilingual | None


@dataclass(frozen=True, slots=True)
class Taken:
    """A step on the way to a good end."""

    title: Bilingual
    by: Bilingual
    desk: tuple[str, ...]
    leads_to: Bilingual


@dataclass(frozen=True, slots=True)
class Time:
    """How long something may take: by law, as promised."""

    matter: Bilingual
    legal: Bilingual | None
    promised: Bilingual | None
    by: tuple[str, ...]
    starts: Bilingual | None
    note: Bilingual | None
    clause: str | None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Procedure:
    """A case type through which the measure is claimed."""

    case: CaseType
    fields: tuple[tuple[Bilingual, bool], ...]  # label, required
    materials: tuple[Handed, ...]
    steps: tuple[Taken, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """What a guide shows. Texts are made from the rule, so that they cannot differ from it."""

    measure: Measure
    pack: Pack
    who: Bilingual
    conditions: tuple[Asked, ...]
    award: Bilingual
    example: WorkedExample | None
    procedures: tuple[Procedure, ...]
    times: tuple[Time, ...]
    matter: Matter | None
    same_matter: tuple[Measure, ...] = ()  # the others, of all documents
    kinds: tuple[FactKind, ...] = field(default=())  # what the rule stands on, underived or not

    @property
    def award_kind(self) -> Bilingual:
        return AWARDS.get(self.measure.award.kind, AWARDS["other"])


def guide_to(measure: Measure, library: Library, *, day: date) -> Guide:
    """Gather everything about a measure; parameters have the value of `day`."""
    pack = library.packs[measure.pack]
    zh, en = (Speaker.of(pack.rulebook, language, day) for language in LANGUAGES)
    cases = [case for case in pack.cases.values() if measure.id in case.measures]
    matter = library.matters().get(measure.matter) if measure.matter else None
    return Guide(
        measure=measure,
        pack=pack,
        who=who_words(measure, pack.jurisdiction),
        conditions=tuple(conditions_of(measure, pack, zh, en)),
        award=Bilingual(award_words(measure, zh), award_words(measure, en)),
        example=example_of(measure, pack),
        procedures=tuple(procedure(case, pack, zh, en) for case in cases),
        times=tuple(times_of(measure, pack, cases)),
        matter=matter,
        same_matter=tuple(
            m for m in library.measures() if matter and m.matter == matter.id and may_meet(m, measure)
        ),
        kinds=tuple(pack.rulebook.kinds[n] for n in facts_of(measure) if n in pack.rulebook.kinds),
    )


def may_meet(other: Measure, measure: Measure) -> bool:
    """Can one party have both, as far as places go?"""
    somewhere = other.region.startswith(measure.region) or measure.region.startswith(other.region)
    return somewhere and other.key != measure.key


def conditions_of(measure: Measure, pack: Pack, zh: Speaker, en: Speaker) -> Iterator[Asked]:
    for condition in measure.conditions:
        named = facts_in(condition.when)
        kinds = [pack.rulebook.kinds[name] for name in named if name in pack.rulebook.kinds]
        yield Asked(
            condition.id,
            Bilingual(zh.statement(condition.when), en.statement(condition.when)),
            condition.clause,
            label_of(condition.clause, pack),
            tuple(kind.label for kind in kinds if kind.judged),
        )


def label_of(clause: str, pack: Pack) -> str:
    """How a clause is printed: its label, else its heading, else its id."""
    found = pack.clauses.get(clause)
    return (found.label or found.title or clause) if found else clause


def example_of(measure: Measure, pack: Pack) -> WorkedExample | None:
    """Of the pack's own tests the first that comes out entitled, with an amount if any does."""
    fit = [e for e in pack.examples if e.measure == measure.id and e.expect.verdict == "eligible"]
    with_amount = [e for e in fit if e.expect.amount]
    chosen = next(iter([*with_amount, *fit]), None)
    return in_words(chosen, measure, pack) if chosen is not None else None


def in_words(example: Example, measure: Measure, pack: Pack) -> WorkedExample:
    kinds = pack.rulebook.kinds
    given = tuple(
        (kinds[n].label, Bilingual(value_words(v, kinds[n], "zh"), value_words(v, kinds[n], "en")))
        for n, v in example.given.items()
        if n in kinds
    )
    amount = Bilingual(*(amount_words(measure, example.expect.amount, language) for language in LANGUAGES))
    return WorkedExample(example.name, given, amount, example.why)


def procedure(case: CaseType, pack: Pack, zh: Speaker, en: Speaker) -> Procedure:
    return Procedure(
        case,
        tuple((item.kind.label, item.required) for item in case.form),
        tuple(handed(material, zh, en) for material in case.materials),
        tuple(
            Taken(step.title, ROLES[step.by], case.desks.get(step.by, ()), case.states[step.to_state].title)
            for step in good_way(case)
        ),
    )


def handed(material: Material, zh: Speaker, en: Speaker) -> Handed:
    when = material.when
    return Handed(
        material.title,
        tuple(words for way, words in WAYS.items() if way in material.ways),
        material.required,
        material.shared_by,
        Bilingual(zh.statement(when.node), en.statement(when.node)) if when else None,
    )


def good_way(case: CaseType) -> list[Step]:
    """The shortest way to a good end, each step taken by a person where one can take it."""
    ways: list[tuple[str, list[Step]]] = [(case.first_state, [])]
    seen = {case.first_state}
    while ways:
        state, so_far = ways.pop(0)
        if is_good(case, state):
            return so_far
        onward = [s for s in case.steps.values() if state in s.from_states and s.to_state not in seen]
        for step in sorted(onward, key=lambda s: s.by in NOT_TAKEN and s.from_states == {case.first_state}):
            if step.to_state in seen or (step.by in NOT_TAKEN and state == case.first_state):
                continue
            seen.add(step.to_state)
            ways.append((step.to_state, [*so_far, step]))
    return []


def is_good(case: CaseType, state: str) -> bool:
    found = case.states[state]
    if found.turn not in (Turn.SETTLED, Turn.CLOSED):
        return False
    outcomes = {found.outcome, *(s.outcome for s in case.steps.values() if s.to_state == state)}
    return bool(outcomes & set(GOOD)) or (found.outcome is None and found.turn is Turn.SETTLED)


def times_of(measure: Measure, pack: Pack, cases: list[CaseType]) -> Iterator[Time]:
    """The clocks of its cases, and the time limits of the document that name it."""
    shown: set[str] = set()
    for case in cases:
        for clock in case.clocks:
            limit = pack.time_limits.get(clock.limit or "")
            if limit is not None:
                shown.add(limit.id)
            elif clock.legal or clock.promised:
                yield Time(
                    Bilingual(f"{case.title.zh}：{clock.title.zh}", f"{case.title.en}: {clock.title.en}"),
                    duration_words(clock.legal) if clock.legal else None,
                    duration_words(clock.promised) if clock.promised else None,
                    (), None, None, None,
                )  # fmt: skip
    for limit in pack.time_limits.values():
        if limit.id in shown or measure.id in limit.measures:
            within = duration_words(limit.within) if limit.within else None
            yield Time(
                limit.matter,
                None,
                within,
                limit.promised_by,
                limit.starts,
                limit.note or limit.condition,
                limit.clause,
                label_of(limit.clause, pack),
            )
