"""A verdict with its reasons, in the words of the one who asks: the short answer about one party and one measure.

What a condition asks does not depend on the party: its sentence is made once for all of them. Figures seen and
distances are `measures.explain`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from huiqi.matching.party import Party, Rules, verdict_for
from huiqi.measures.measure_words import said
from huiqi.measures.sentences import Speaker
from huiqi.measures.types import Measure, Outcome, Verdict
from huiqi.measures.words import Language


@dataclass(frozen=True, slots=True)
class ReasonInWords:
    """A condition, how it came out, and the clause it stands on."""

    condition: str
    clause: str
    outcome: Outcome
    sentence: str


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    verdict: Verdict
    headline: str
    reasons: Sequence[ReasonInWords]


class ShortAnswers:
    """Answers about the measures of some rules on a day, in one language."""

    def __init__(self, rules: Rules, *, language: Language, as_of: date | None) -> None:
        self.rules = rules
        self.language = language
        self.as_of = as_of
        self.speakers = {
            pack: Speaker.of(rulebook, language, as_of) for pack, rulebook in rules.rulebooks.items()
        }
        self.sentences: dict[str, tuple[str, ...]] = {}

    def prepare(self) -> None:
        """Make the sentences of all measures beforehand, for a program that answers many."""
        for measure in self.rules.measures:
            self.sentences_of(measure)

    def sentences_of(self, measure: Measure) -> tuple[str, ...]:
        found = self.sentences.get(measure.key)
        if found is None:
            speaker = self.speakers[measure.pack]
            found = tuple(speaker.statement(condition.when) for condition in measure.conditions)
            self.sentences[measure.key] = found
        return found

    def of(self, party: Party, measure: Measure) -> ShortAnswer:
        """The verdict of a measure for a party; out of scope it has no reasons."""
        verdict = verdict_for(party, measure, self.rules, as_of=self.as_of)
        kinds = self.rules.rulebooks[measure.pack].kinds
        missing = [kinds[name].label for name in verdict.missing if name in kinds]
        return ShortAnswer(
            verdict,
            said(measure, verdict, missing, self.language),
            [
                ReasonInWords(reason.condition, reason.clause, reason.outcome, sentence)
                for reason, sentence in zip(verdict.reasons, self.sentences_of(measure), strict=False)
            ],
        )
