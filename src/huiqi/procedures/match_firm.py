"""A firm looks at what it may have: every measure of a day with its verdict, in words, nearest first."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.dossiers.queries import file_of, rules_on
from huiqi.dossiers.types import Dossier
from huiqi.holdings.current import library, measure_on
from huiqi.matching.ask import Question, begin, first_questions, interview
from huiqi.matching.party import Assessment, Party, Rules, assess, explainers_for, in_scope
from huiqi.measures.combine import Beaten, Entitlement
from huiqi.measures.explain import MeasureExplanation
from huiqi.measures.measure_words import amount_words
from huiqi.measures.types import Outcome, VerdictKind
from huiqi.packs.findings import Findings, places_of

VERDICTS: Final[Mapping[VerdictKind, Bilingual]] = {
    VerdictKind.ELIGIBLE: Bilingual("符合", "Entitled"),
    VerdictKind.CLAIMABLE: Bilingual("待申报", "Fits, once claimed"),
    VerdictKind.REVIEW: Bilingual("待评审", "To be judged"),
    VerdictKind.UNKNOWN: Bilingual("待补充", "Tell us more"),
    VerdictKind.INELIGIBLE: Bilingual("不符合", "Not entitled"),
    VerdictKind.OUT_OF_SCOPE: Bilingual("不在范围", "Out of scope"),
}
SHOWN: Final = tuple(kind for kind in VERDICTS if kind is not VerdictKind.OUT_OF_SCOPE)
MOST_QUESTIONS: Final = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """A missing fact that the firm itself can state."""

    column: str
    label: Bilingual


@dataclass(frozen=True, slots=True)
class Match:
    """One measure for the firm, in words."""

    explanation: MeasureExplanation
    beaten: Bilingual | None  # why it does not count beside another
    source: str  # number of the document and label of the clause
    asks: tuple[Asked, ...]

    @property
    def measure_pack(self) -> str:
        return self.explanation.measure.pack

    @property
    def kind(self) -> VerdictKind:
        return self.explanation.verdict.kind

    @property
    def verdict_name(self) -> Bilingual:
        return VERDICTS[self.kind]

    @property
    def missed(self) -> list[Bilingual]:
        """Of each condition that is not met: how far the firm is from it."""
        failed = [c for c in self.explanation.conditions if c.outcome is Outcome.NOT_MET]
        return [c.gap if c.gap.zh else c.sentence for c in failed]


@dataclass(frozen=True)
class Matches:
    """All that the measures of a day come to for one firm."""

    dossier: Dossier
    day: date
    rules: Rules
    assessment: Assessment

    @property
    def party(self) -> Party:
        return self.dossier.party

    @property
    def counts(self) -> Counter[VerdictKind]:
        return self.assessment.counts()

    @property
    def value(self) -> Fraction:
        """What the best allowed combination is worth, in yuan, as far as it is known."""
        return self.assessment.combination.value

    @cached_property
    def findings(self) -> Findings:
        packs = library()
        explainers = explainers_for(self.party.stated, self.rules, as_of=self.day, places=places_of(packs))
        return Findings(packs, self.assessment, explainers)

    @cached_property
    def beaten(self) -> dict[str, Beaten]:
        return {b.measure: b for b in self.assessment.combination.beaten}

    def found(self, kind: VerdictKind | None = None, words: str = "") -> list[Entitlement]:
        """Measures in scope, of one kind of verdict if it is named: worth most first, missed by least first.

        `words` are looked for in the titles, in either language.
        """
        if kind is VerdictKind.INELIGIBLE:
            return [e for e in self.findings.nearest_first() if says(e.measure.title, words)]
        order: dict[VerdictKind, int] = {k: place for place, k in enumerate(SHOWN)}
        inside = [
            e
            for e in self.assessment.entitlements
            if e.verdict.kind in order and kind in (None, e.verdict.kind) and says(e.measure.title, words)
        ]
        return sorted(
            inside,
            key=lambda e: (order[e.verdict.kind], e.measure.key in self.beaten, -(e.verdict.value or 0)),
        )

    def one(self, key: str) -> Entitlement | None:
        return next((e for e in self.assessment.entitlements if e.measure.key == key), None)

    def explain(self, one: Entitlement) -> Match:
        explanation = self.findings.explained(one)
        beaten = self.beaten.get(one.measure.key)
        return Match(
            explanation=explanation,
            beaten=self.findings.beaten_words(beaten) if beaten else None,
            source=self.findings.clause_name(one.measure.pack, one.measure.clause),
            asks=tuple(self.asks(explanation)),
        )

    def staged(self) -> list[tuple[Bilingual, Bilingual]]:
        """Measures that come out otherwise once deductions are taken first, and what they come to then."""
        found = [(measure_on(key, self.day), verdict) for key, verdict in self.assessment.staged.items()]
        return [
            (
                measure.title,
                Bilingual(
                    amount_words(measure, verdict.amount, "zh") or VERDICTS[verdict.kind].zh,
                    amount_words(measure, verdict.amount, "en") or VERDICTS[verdict.kind].en,
                ),
            )
            for measure, verdict in found
            if measure is not None
        ]

    def asks(self, explanation: MeasureExplanation) -> list[Asked]:
        """What the firm can state to settle a measure: facts about it, of derived ones what they stand on."""
        pack = explanation.measure.pack
        kinds = self.rules.rulebooks[pack].kinds
        names = [n for m in explanation.missing for n in ([s.fact for s in m.basis] or [m.fact])]
        return [
            Asked(self.rules.column(pack, name), kinds[name].label)
            for name in dict.fromkeys(names)
            if name in kinds and kinds[name].about == "party" and not kinds[name].judged
        ]

    def questions(self) -> Sequence[Question]:
        """What to state first: the facts that settle most of what is still open."""
        inside = [
            m for m in self.rules.measures if in_scope(m, roles=self.party.roles, region=self.party.region)
        ]
        state = begin(interview(self.rules.only(inside), as_of=self.day), self.party.stated)
        return [q for q in first_questions(state, MOST_QUESTIONS) if q.kind.about == "party"]


def says(title: Bilingual, words: str) -> bool:
    """Are all words in a title, in either language?"""
    text = f"{title.zh} {title.en}".lower()
    return all(word in text for word in words.lower().split())


def match_firm(code: str, *, on: date) -> Matches | None:
    """Every measure in force on a day for a firm as its file stands; None where it is not in the register."""
    dossier = file_of(code, on=on)
    return matches_for(dossier, on=on) if dossier is not None else None


def matches_for(dossier: Dossier, *, on: date) -> Matches:
    rules, packs = rules_on(on), library()
    assessment = assess(dossier.party, rules, as_of=on, matters=packs.matters(), standings=packs.standings())
    return Matches(dossier, on, rules, assessment)
