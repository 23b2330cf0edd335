"""The short answer says what the full explanation says, in one language."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from huiqi.matching.party import Party, Rules, is_for, party_from, verdicts_for
from huiqi.matching.short_answers import ShortAnswers
from huiqi.measures.explain import Explainer
from huiqi.measures.types import VerdictKind
from huiqi.measures.words import LANGUAGES, Language
from huiqi.packs.load import load_library
from huiqi.registry.sample import sample

DAY = date(2013, 6, 30)


@pytest.fixture(scope="module")
def rules() -> Rules:
    library, problems = load_library(Path(__file__).parents[2] / "packs")
    assert problems == []
    return Rules.of(library.measures(), library.rulebooks())


@pytest.fixture(scope="module")
def parties(rules: Rules) -> list[Party]:
    rows = pa.Table.from_batches(sample(12, seed=5, region="370200", as_of=DAY)).to_pylist()
    return [party_from(row, rules.kinds) for row in rows]


def test_verdicts_are_those_of_all_measures_together(rules: Rules, parties: list[Party]):
    answers = ShortAnswers(rules, language="zh", as_of=DAY)
    for party in parties:
        together = {e.measure.key: e.verdict for e in verdicts_for(party, rules, as_of=DAY)}
        assert {m.key: answers.of(party, m).verdict for m in rules.measures} == together


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_those_of_the_explanation(rules: Rules, parties: list[Party], language: Language):
    answers = ShortAnswers(rules, language=language, as_of=DAY)
    party = parties[0]
    measures = [m for m in rules.measures if is_for(party, m, DAY)]
    assert measures
    for measure in measures:
        facts = rules.facts_for(measure.pack, party.stated)
        explained = Explainer(facts, rulebook=rules.rulebooks[measure.pack], as_of=DAY).explain(measure)
        short = answers.of(party, measure)
        assert short.headline == explained.headline.in_language(language)
        assert [(r.condition, r.clause, r.outcome, r.sentence) for r in short.reasons] == [
            (c.condition, c.clause, c.outcome, c.sentence.in_language(language)) for c in explained.conditions
        ]


def test_out_of_scope_has_no_reasons(rules: Rules, parties: list[Party]):
    measure = next(m for m in rules.measures if not is_for(parties[0], m, DAY))
    answer = ShortAnswers(rules, language="zh", as_of=DAY).of(parties[0], measure)
    assert (answer.verdict.kind, list(answer.reasons)) == (VerdictKind.OUT_OF_SCOPE, [])
