"""All verdicts of one party come out as if each measure were asked alone, facts worked out anew each time."""

from datetime import date
from pathlib import Path

import pytest

from huiqi.matching.party import Rules, in_scope, party_from, verdicts_for
from huiqi.measures.evaluate import evaluate
from huiqi.measures.types import Verdict, VerdictKind
from huiqi.packs.load import load_library
from huiqi.registry.sample import sample

PACKS = Path(__file__).resolve().parents[2] / "packs"


@pytest.fixture(scope="module")
def rules():
    library, problems = load_library(PACKS)
    assert problems == []
    return Rules.of(library.measures(), library.rulebooks())


@pytest.mark.parametrize("day", [date(2013, 6, 30), date(2024, 1, 2), None])
def test_each_verdict_is_that_of_the_measure_alone(rules, day):
    (batch,) = sample(12, seed=5, region="370200", as_of=date(2013, 6, 30))
    kinds = set()
    for row in batch.to_pylist():
        party = party_from(row, rules.kinds)
        found = verdicts_for(party, rules, as_of=day)
        assert [e.measure for e in found] == list(rules.measures)
        for measure, verdict in ((e.measure, e.verdict) for e in found):
            if in_scope(measure, roles=party.roles, region=party.region):
                stated = rules.facts_for(measure.pack, party.stated)
                alone = evaluate(measure, stated, rulebook=rules.rulebooks[measure.pack], as_of=day)
                assert verdict == alone, measure.key
            else:
                assert verdict == Verdict(measure.key, VerdictKind.OUT_OF_SCOPE)
            kinds.add(verdict.kind)
    assert {VerdictKind.ELIGIBLE, VerdictKind.INELIGIBLE, VerdictKind.UNKNOWN} <= kinds
