"""A verdict in plain words: per condition the outcome, the values seen, the distance, the clause.

Everything is said in Chinese and in English, generated from the trees of the rules, so that the words cannot
differ from what is computed. `Explainer` is made once for a party and a pack and then explains any measure.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.measures.basis import Basis, with_derived
from huiqi.measures.derive import Facts
from huiqi.measures.distance import Step, Way, Ways, leaves, sides_of
from huiqi.measures.evaluate import OUTCOMES, evaluate
from huiqi.measures.expressions import And, Choice, Compare, Domain, Node, Or, Type, Value, facts_in
from huiqi.measures.gap_words import step_words
from huiqi.measures.measure_words import award_words, headline, who_words
from huiqi.measures.score_words import Score, Scorer
from huiqi.measures.sentences import Speaker
from huiqi.measures.settle import settle
from huiqi.measures.types import Condition, FactKind, Measure, Outcome, Rulebook, ScoreTable, Verdict
from huiqi.measures.words import LANGUAGES, UNKNOWN, value_words

DERIVED_DEPTH: Final = 8


@dataclass(frozen=True, slots=True)
class Seen:
    """A fact as the rules saw it."""

    fact: str
    label: Bilingual
    value: Value | None  # None: not known, or only narrowed down
    words: Bilingual


@dataclass(frozen=True, slots=True)
class Comparison:
    """One undivided statement of a condition and how far the party is from its threshold."""

    outcome: Outcome  # met: it came out as the condition wants it
    distance: Fraction | None  # in the unit compared, days for dates; None for what is not a quantity
    words: Bilingual


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a derived fact was worked out, or what would settle it."""

    fact: str
    label: Bilingual
    words: Bilingual  # the value
    because: Bilingual  # the branch of the formula that held; empty while there is none
    basis: tuple[Seen, ...]  # the facts the formula stands on; while it is open, those that would settle it
    source: str  # clause or outside source
    unverified: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """One condition: what it asks, how it came out, on what, and by how much."""

    condition: str
    clause: str
    outcome: Outcome
    sentence: Bilingual
    seen: tuple[Seen, ...]
    comparisons: tuple[Comparison, ...]
    nearest: tuple[Comparison, ...]  # not met: what is short, together; met: the figures it hangs on
    way: Way | None  # to the other side
    gap: Bilingual  # the nearest in one line


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that can still change the answer, and who could say it."""

    fact: str
    label: Bilingual
    from_whom: Bilingual
    basis: tuple[Seen, ...]  # of a derived fact: what would settle it


@dataclass(frozen=True, slots=True)
class MeasureExplanation:
    """A whole measure for one party, in words."""

    measure: Measure
    verdict: Verdict
    headline: Bilingual
    who: Bilingual
    conditions: tuple[Explanation, ...]
    award: Bilingual
    missing: tuple[Missing, ...]
    derivations: tuple[Derivation, ...]
    scores: tuple[Score, ...] = ()  # of the tables it names, row by row

    @property
    def nearness(self) -> "Nearness":
        """How little would have to change for all failing conditions; smaller is nearer."""
        ways = [c.way for c in self.conditions if c.outcome is Outcome.NOT_MET]
        return nearness_of(ways, len(self.conditions))


Nearness = tuple[int, int, Fraction, int]


def nearness_of(ways: Iterable[Way | None], conditions: int) -> Nearness:
    """What the ways to the other side cost together; farther than any where one of them is barred."""
    together = Way()
    for way in ways:
        if way is None:
            return (conditions + 100, 0, Fraction(0), 0)
        together = together.and_then(way)
    return together.cost


class Explainer:
    """Explains measures of one pack to one party.

    Args:
        stated: fact name → value, as for `evaluate`.
        rulebook: of the pack.
        as_of: the day; without it the period is not tested.
        place: what the jurisdiction of the pack is called.
    """

    def __init__(
        self,
        stated: Mapping[str, Value],
        *,
        rulebook: Rulebook,
        as_of: date | None = None,
        place: Bilingual | None = None,
    ) -> None:
        self.stated = stated
        self.rulebook = rulebook
        self.as_of = as_of
        self.place = place
        self.facts = Facts(stated, rulebook, as_of, [])
        self.basis = Basis(self.facts)
        self.ways = Ways(self.facts, stated.keys())
        self.derived: dict[str, Derivation] = {}
        self.speakers = {lang: Speaker.of(rulebook, lang, self.facts.day) for lang in LANGUAGES}
        self.scorer = Scorer(self.facts, self.basis, self.speakers["zh"], self.speakers["en"])
        self.scored = {name for table in rulebook.scores.values() for name in table.facts}

    def explain(self, measure: Measure, verdict: Verdict | None = None) -> MeasureExplanation:
        """Say a measure and its verdict; without one the measure is evaluated."""
        if verdict is None:
            known, rulebook = with_derived(self.facts, self.stated, only=facts_of(measure))
            verdict = evaluate(measure, known, rulebook=rulebook, as_of=self.as_of)
        missing = tuple(self.missing(name, measure) for name in verdict.missing)
        zh, en = self.speakers["zh"], self.speakers["en"]
        return MeasureExplanation(
            measure=measure,
            verdict=verdict,
            headline=headline(measure, verdict, [m.label for m in missing]),
            who=who_words(measure, self.place),
            conditions=tuple(self.condition(condition) for condition in measure.conditions),
            award=Bilingual(award_words(measure, zh), award_words(measure, en)),
            missing=missing,
            derivations=tuple(self.derivations(facts_of(measure))),
            scores=tuple(self.scorer.score(table) for table in self.tables(facts_of(measure))),
        )

    def nearness(self, measure: Measure, verdict: Verdict) -> Nearness:
        """`MeasureExplanation.nearness` without the words: to put many refused measures in order."""
        failing = {r.condition for r in verdict.reasons if r.outcome is Outcome.NOT_MET}
        ways = (self.ways.to(c.when, True) for c in measure.conditions if c.id in failing)
        return nearness_of(ways, len(measure.conditions))

    def condition(self, condition: Condition) -> Explanation:
        outcome = OUTCOMES[settle(self.facts.put_into(condition.when)).outcome]
        way = self.ways.to(condition.when, outcome is not Outcome.MET)
        near = self.margin(way) if outcome is Outcome.MET else self.shortfall(way)
        return Explanation(
            condition=condition.id,
            clause=condition.clause,
            outcome=outcome,
            sentence=self.said(condition.when),
            seen=tuple(self.seen(name) for name in facts_in(condition.when) if name in self.rulebook.kinds),
            comparisons=tuple(self.comparison(step) for step in leaves(condition.when)),
            nearest=near,
            way=way,
            gap=Bilingual("；".join(c.words.zh for c in near), "; ".join(c.words.en for c in near)),
        )

    def shortfall(self, way: Way | None) -> tuple[Comparison, ...]:
        """What would have to come out otherwise for a condition to be met."""
        return tuple(self.comparison(step) for step in way.steps) if way is not None else ()

    def margin(self, way: Way | None) -> tuple[Comparison, ...]:
        """Of a condition that is met: the figures that would have to change, and by how much, for it to fail.

        Said on the side that holds; nothing where more than figures would have to change. Of several
        thresholds for one figure the farthest counts.
        """
        found: dict[Node, Comparison] = {}
        for step in way.steps if way is not None else ():
            comparison = self.comparison(Step(step.statement, not step.wanted))
            if comparison.distance is None or not isinstance(step.statement, Compare):
                return ()
            before = found.get(step.statement.left)
            if before is None or before.distance is None or before.distance < comparison.distance:
                found[step.statement.left] = comparison
        return tuple(found.values())

    def said(self, node: Node) -> Bilingual:
        return Bilingual(self.speakers["zh"].statement(node), self.speakers["en"].statement(node))

    def comparison(self, step: Step) -> Comparison:
        holds = self.ways.outcome(step.statement)
        sides = sides_of(step.statement, self.facts)
        zh, en = (
            step_words(step, holds, sides, self.facts, self.speakers[language]) for language in LANGUAGES
        )
        outcome = OUTCOMES[None if holds is None else holds is step.wanted]
        return Comparison(outcome, sides.distance if sides else None, Bilingual(zh, en))

    def seen(self, name: str) -> Seen:
        kind = self.rulebook.kinds[name]
        value = self.facts.of(name)
        if value is None:
            return Seen(name, kind.label, None, UNKNOWN)
        if isinstance(value, Domain):
            return Seen(name, kind.label, None, narrowed_words(value, kind))
        return Seen(name, kind.label, value, said_value(value, kind))

    def missing(self, name: str, measure: Measure) -> Missing:
        kind = self.rulebook.kinds.get(name)
        if kind is None:
            return Missing(name, Bilingual(name, name), Bilingual("", ""), ())
        basis = self.basis.of(name) if kind.formula is not None else ()
        return Missing(name, kind.label, from_whom(kind, measure), tuple(self.seen(b) for b in basis))

    def tables(self, names: Iterable[str]) -> Iterator[ScoreTable]:
        """The scoring tables that a rule stands on, itself or through derived facts."""
        behind = set(names)
        waiting = list(behind)
        while waiting:
            kind = self.rulebook.kinds.get(waiting.pop())
            more = facts_in(kind.formula).keys() - behind if kind is not None and kind.formula else set()
            behind |= more
            waiting += more
        return (table for table in self.rulebook.scores.values() if behind & set(table.facts))

    def derivations(self, names: Iterable[str]) -> Iterator[Derivation]:
        """Of each derived fact a rule stands on, those it is derived from first; points stand in their table."""
        done: set[str] = set()

        def of(name: str, depth: int) -> Iterator[Derivation]:
            kind = self.rulebook.kinds.get(name)
            if kind is None or kind.formula is None or name in done or name in self.stated or not depth:
                return
            done.add(name)
            for other in facts_in(kind.formula):
                yield from of(other, depth - 1)
            if name in self.scored:
                return
            if name not in self.derived:
                self.derived[name] = self.derivation(kind, kind.formula)
            yield self.derived[name]

        for name in names:
            yield from of(name, DERIVED_DEPTH)

    def derivation(self, kind: FactKind, formula: Node) -> Derivation:
        seen = self.seen(kind.name)
        if seen.value is None:
            names = self.basis.of(kind.name)
            because = Bilingual("", "")
        else:
            holding = self.holding(formula)
            because = Bilingual(
                "，".join(self.speakers["zh"].statement(s.statement, holds=s.wanted) for s in holding),
                ", ".join(self.speakers["en"].statement(s.statement, holds=s.wanted) for s in holding),
            )
            names = tuple(
                dict.fromkeys(n for s in holding for n in facts_in(s.statement) if n in self.rulebook.kinds)
            )
        return Derivation(
            kind.name,
            kind.label,
            seen.words,
            because,
            tuple(self.seen(name) for name in names),
            kind.source or (f"{kind.pack}/{kind.clause}" if kind.clause else ""),
            kind.unverified,
        )

    def holding(self, formula: Node) -> list[Step]:
        """The conditions of the branch that gave the value; of a last branch, the one just missed."""
        if not isinstance(formula, Choice):
            return self.decisive(formula) if formula.type is Type.BOOL else []
        missed: Node | None = None
        for condition, value in formula.branches:
            if self.ways.outcome(condition) is True:
                return [Step(condition, True), *self.holding(value)]
            missed = condition
        return [Step(missed, False)] if missed is not None else []

    def decisive(self, statement: Node) -> list[Step]:
        """The parts of a settled statement that settle it: one that holds of an `or`, all of an `and`."""
        holds = self.ways.outcome(statement)
        match statement:
            case _ if holds is None:
                return []
            case Or(operands) if holds:
                return [Step(next(o for o in operands if self.ways.outcome(o) is True), True)]
            case And(operands) if not holds:
                return [Step(next(o for o in operands if self.ways.outcome(o) is False), False)]
            case _:
                return [Step(statement, holds)]


def facts_of(measure: Measure) -> list[str]:
    nodes = [condition.when for condition in measure.conditions]
    nodes += [node for node in (measure.award.amount,) if node is not None]
    return list(dict.fromkeys(name for node in nodes for name in facts_in(node)))


def said_value(value: Value, kind: FactKind) -> Bilingual:
    return Bilingual(value_words(value, kind, "zh"), value_words(value, kind, "en"))


def narrowed_words(domain: Domain, kind: FactKind) -> Bilingual:
    """What an enum can still be, where that is a few of its values; between what a number lies."""
    if isinstance(domain.low, Fraction) and isinstance(domain.high, Fraction):
        low, high = said_value(domain.low, kind), said_value(domain.high, kind)
        return Bilingual(f"{low.zh}至{high.zh}之间", f"between {low.en} and {high.en}")
    left = domain.candidates
    if not left or len(left) >= len(kind.domain.values):
        return UNKNOWN
    said = [said_value(value, kind) for value in left]
    return Bilingual("或".join(s.zh for s in said), " or ".join(s.en for s in said))


def from_whom(kind: FactKind, measure: Measure) -> Bilingual:
    """Who could say a missing fact."""
    if kind.judged:
        who = "、".join(measure.decided_by)
        return Bilingual(f"由{who or '主管部门'}评判", f"for {who or 'the authority'} to judge")
    if kind.about == "claim":
        return Bilingual("申报时由申请人说明", "stated by the applicant with the claim")
    return Bilingual(
        "由主体填报，或取自登记、税务等数据", "stated by the party, or known to registers and the tax office"
    )


def explain(
    measure: Measure, stated: Mapping[str, Value], *, rulebook: Rulebook, as_of: date | None = None
) -> MeasureExplanation:
    """Explain one measure to a party with these facts; see `Explainer`."""
    return Explainer(stated, rulebook=rulebook, as_of=as_of).explain(measure)
