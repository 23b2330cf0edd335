"""What a simulation asks the batch engine: both versions of each touched measure, what tells them apart, what
stands beside them, and how near the draft is missed. One plan for both sides wherever they stand on the same facts.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from huiqi.base.bilingual import Bilingual
from huiqi.matching.plan import AUDIENCE_ROLES, Plan, make_plan
from huiqi.matching.simulate.near import distance_in_units
from huiqi.matching.simulate.types import Ruleset
from huiqi.measures.combine import Matter
from huiqi.measures.expressions import FALSE, And, Node, Not, Value, facts_in
from huiqi.measures.interpret import interpret
from huiqi.measures.sentences import Speaker
from huiqi.measures.types import AS_OF, Award, Condition, Measure, Period, Rulebook
from huiqi.measures.words import LANGUAGES

NO_AWARD = Award("other", None)
Asked = tuple[str, str]
"""What is asked of the engine: the purpose (before, after, gain, lose, near…) and the measure's key."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A simulated measure on both sides, facts of the day put in; None where a side does not have it that day."""

    key: str
    before: Measure | None
    after: Measure | None
    is_touched: bool
    gives_the_same: bool  # amount and value are written alike and their facts mean the same

    @property
    def either(self) -> Measure:
        found = self.after or self.before
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class Questions:
    """The plans of a simulation (one, or one a side) and where each question stands in them."""

    pairs: tuple[Pair, ...]  # touched ones first
    plans: tuple[Plan, ...]
    places: Mapping[Asked, tuple[int, int]]  # → plan, index in it
    near: tuple[
        tuple[str, Condition, Bilingual], ...
    ]  # measure, condition, its words: of each question `near <n>`
    distances: Plan  # the same questions with distances, in their order: for the few whom they fit

    @property
    def touched(self) -> tuple[Pair, ...]:
        return tuple(pair for pair in self.pairs if pair.is_touched)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(sorted({name for plan in (*self.plans, self.distances) for name in plan.columns}))


def pairs_of(baseline: Ruleset, draft: Ruleset, *, as_of: date) -> tuple[Pair, ...]:
    """The measures the draft touches, then those that share a matter with one and hold on the day."""
    before, after = by_key(baseline, as_of), by_key(draft, as_of)
    pairs = [
        pair_of(key, before.get(key), after.get(key), baseline, draft, as_of)
        for key in dict.fromkeys((*before, *after))
    ]
    touched = [pair for pair in pairs if pair.is_touched]
    matters = {m.matter for pair in touched for m in (pair.before, pair.after) if m is not None and m.matter}
    changed = {
        name
        for name in (*baseline.matters, *draft.matters)
        if rule(baseline.matters.get(name)) != rule(draft.matters.get(name))
    }
    beside = [
        pair for pair in pairs if not pair.is_touched and pair.either.matter in (matters | changed) - {None}
    ]
    return (*touched, *beside)


def rule(matter: Matter | None) -> tuple[str, ...]:
    """What of a matter decides a combination."""
    return () if matter is None else (matter.choose, matter.compare)


def by_key(rules: Ruleset, as_of: date) -> dict[str, Measure]:
    return {
        measure.key: on_the_day(measure, rules.rulebooks[measure.pack], as_of)
        for measure in rules.measures
        if measure.period.holds_on(as_of)
    }


def known_on(rulebook: Rulebook, as_of: date) -> dict[str, Value]:
    known: dict[str, Value] = {AS_OF: as_of}
    for name, parameter in rulebook.parameters.items():
        value = parameter.on(as_of)
        if value is not None:
            known[name] = value
    return known


def on_the_day(measure: Measure, rulebook: Rulebook, as_of: date) -> Measure:
    """The measure with day and parameters put in, so that versions can be compared and run together."""
    known = known_on(rulebook, as_of)
    award = measure.award
    return replace(
        measure,
        conditions=tuple(replace(c, when=interpret(c.when, known)) for c in measure.conditions),
        award=replace(
            award,
            amount=interpret(award.amount, known) if award.amount is not None else None,
            value=interpret(award.value, known) if award.value is not None else None,
            also={},
        ),
        period=Period(),
    )


def pair_of(
    key: str, old: Measure | None, new: Measure | None, baseline: Ruleset, draft: Ruleset, as_of: date
) -> Pair:
    """Both versions beside each other. Touched: a verdict, an amount or a combination may come out otherwise."""
    if old is None or new is None:
        return Pair(key, old, new, is_touched=True, gives_the_same=False)
    same_ground = ground([old], baseline, as_of) == ground([new], draft, as_of)
    same_award = (old.award.amount, old.award.value) == (new.award.amount, new.award.value)
    return Pair(
        key,
        old,
        new,
        is_touched=essence(old) != essence(new) or not same_ground,
        gives_the_same=same_award and (same_ground or stands_alike(old, new, baseline, draft, as_of)),
    )


def stands_alike(old: Measure, new: Measure, baseline: Ruleset, draft: Ruleset, as_of: date) -> bool:
    """Do the facts of the award mean the same on both sides, whatever those of the conditions do?"""
    bare = [replace(measure, conditions=()) for measure in (old, new)]
    return ground(bare[:1], baseline, as_of) == ground(bare[1:], draft, as_of)


def essence(measure: Measure) -> tuple[object, ...]:
    award = measure.award
    return (
        tuple(c.when for c in measure.conditions), award.amount, award.value, award.unit, award.kind,
        measure.audience, measure.region, measure.matter,
    )  # fmt: skip


def ground(measures: Iterable[Measure], rules: Ruleset, as_of: date) -> dict[tuple[str, str], object]:
    """What the facts of measures are on a side: by pack and fact, its type, bounds and formula of the day."""
    found: dict[tuple[str, str], object] = {}
    for measure in measures:
        rulebook = rules.rulebooks[measure.pack]
        known = known_on(rulebook, as_of)
        waiting = list(facts_of(measure))
        while waiting:
            name = waiting.pop()
            kind = rulebook.kinds.get(name)
            if kind is None or (measure.pack, name) in found:
                continue
            formula = None if kind.formula is None else interpret(kind.formula, known)
            found[measure.pack, name] = (kind.type, kind.domain, kind.about, kind.judged, formula)
            waiting += facts_in(formula) if formula is not None else ()
    return found


def facts_of(measure: Measure) -> Iterator[str]:
    award = measure.award
    for node in (*(c.when for c in measure.conditions), award.amount, award.value):
        if node is not None:
            yield from facts_in(node)


def ask(
    pairs: Sequence[Pair],
    baseline: Ruleset,
    draft: Ruleset,
    *,
    columns: Collection[str],
    as_of: date,
) -> Questions:
    """Plan everything a simulation needs to know of each party, over a register with these columns."""
    together = stand_on_the_same(pairs, baseline, draft, as_of)
    asked_before = {("before", p.key): p.before for p in pairs if p.before is not None}
    asked_after = {
        ("after", p.key): p.after for p in pairs if p.after is not None and (p.is_touched or p.before is None)
    }
    near = [
        (p.after, place)
        for p in pairs
        if p.is_touched and p.after is not None
        for place in range(len(p.after.conditions))
    ]
    asked_after |= {
        ("near", str(number)): missing_only(measure, place) for number, (measure, place) in enumerate(near)
    }
    far = [with_distance(missing_only(measure, place), measure.conditions[place]) for measure, place in near]
    if together:
        asked_before |= {
            (purpose, p.key): measure
            for p in pairs
            if p.is_touched
            for purpose, measure in (
                ("gain", only_in(p.after, p.before)),
                ("lose", only_in(p.before, p.after)),
            )
            if measure is not None
        }
        batches = [(baseline, {**asked_before, **asked_after})]
    else:
        batches = [(baseline, asked_before), (draft, asked_after)]
    plans: list[Plan] = []
    places: dict[Asked, tuple[int, int]] = {}
    for number, (rules, asked) in enumerate(batches):
        named = [replace(measure, id=" ".join(question)) for question, measure in asked.items()]
        plans.append(make_plan(named, rulebooks=rules.rulebooks, columns=columns, as_of=as_of))
        places |= {question: (number, index) for index, question in enumerate(asked)}
    conditions = tuple(
        (measure.key, c, said(c, draft.rulebooks[measure.pack], as_of))
        for measure, c in ((measure, measure.conditions[place]) for measure, place in near)
    )
    distances = make_plan(far, rulebooks=draft.rulebooks, columns=columns, as_of=as_of)
    return Questions(tuple(pairs), tuple(plans), places, conditions, distances)


def said(condition: Condition, book: Rulebook, day: date) -> Bilingual:
    """A condition in plain words, with the parameters of the day."""
    zh, en = (Speaker.of(book, language, day).statement(condition.when) for language in LANGUAGES)
    return Bilingual(zh, en)


def stand_on_the_same(pairs: Sequence[Pair], baseline: Ruleset, draft: Ruleset, as_of: date) -> bool:
    """Do all facts, those of either version, mean the same on both sides?"""
    measures = [m for p in pairs for m in (p.before, p.after) if m is not None]
    packs = {measure.pack for measure in measures}
    if not packs <= baseline.rulebooks.keys() & draft.rulebooks.keys():
        return False
    return ground(measures, baseline, as_of) == ground(measures, draft, as_of)


def only_in(one: Measure | None, other: Measure | None) -> Measure | None:
    """Whom one version fits and the other does not, as a measure; None where it cannot be put so.

    What both versions ask for stands once, so that its missing facts do not make the difference unknown.
    """
    if one is None or other is None or roles_of(one) != roles_of(other) or one.region != other.region:
        return None
    ours, theirs = [c.when for c in one.conditions], [c.when for c in other.conditions]
    more = tuple(node for node in theirs if node not in ours)
    fails: Node = FALSE if not more else Not(more[0] if len(more) == 1 else And(more))
    return replace(one, conditions=(*one.conditions, Condition("difference", fails, "")), award=NO_AWARD)


def roles_of(measure: Measure) -> tuple[str, ...]:
    return AUDIENCE_ROLES.get(measure.audience, (measure.audience,))


def missing_only(measure: Measure, place: int) -> Measure:
    """Whom only the condition at this place keeps out."""
    conditions = tuple(
        replace(c, when=Not(c.when)) if number == place else c for number, c in enumerate(measure.conditions)
    )
    return replace(measure, conditions=conditions, award=NO_AWARD)


def with_distance(question: Measure, condition: Condition) -> Measure:
    """The same question with the distance as the value of the award, which is never asked for."""
    return replace(question, award=replace(NO_AWARD, value=distance_in_units(condition.when)))
