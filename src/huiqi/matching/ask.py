"""An interview over many measures that asks first what settles most money and stops being wrong at no point.

A value in, a value out: `next_question` names a fact, `answered` and `passed_over` give the state after the
reply. At every step the verdicts of a state are those of evaluating its facts from scratch, so that the
interview may end at any time.

**What is asked.** Of an open measure, the facts that can still change its answer or amount
(`Verdict.missing`): party facts first, then judged ones, then those of the claim. For a derived fact the
underived ones that would settle it, first the one its formula names first; the derived fact itself once one
of them has been passed over, or if nothing else can settle it. What no measure waits for is never asked.

**What is asked first.** Each open measure counts with what it may be worth (`worth`), less where only a claim
or a person's judgement is left (`CHANCE`: it may never come to that), spread evenly over the facts it waits
for: who answers the last open fact of a measure settles all of it. A fact scores the sum over all measures,
so both large sums and many measures speak for it. Equal scores keep the order of the measures.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Final

from huiqi.matching.party import Rules, facts_behind
from huiqi.matching.worth import typical_worth
from huiqi.measures.basis import Basis, with_derived
from huiqi.measures.combine import Entitlement
from huiqi.measures.derive import Facts
from huiqi.measures.evaluate import evaluate
from huiqi.measures.expressions import Value
from huiqi.measures.types import AS_OF, FactKind, Measure, Verdict, VerdictKind

LATER: Final = Fraction(1, 10)
"""How much a later fact of a formula counts beside the first one, which may make it needless."""

CHANCE: Final = {"party": Fraction(1), "judged": Fraction(1, 4), "claim": Fraction(1, 10)}
"""How much a measure counts while it waits for facts of this kind."""


@dataclass(frozen=True, slots=True)
class Interview:
    """What an interview is about: the measures in scope on a day, and which facts bear on which of them."""

    rules: Rules
    as_of: date
    bearing: Mapping[str, tuple[int, ...]]  # column → places of the measures it can change


@dataclass(frozen=True, slots=True)
class Wanted:
    """A fact an open measure waits for, by column; of a derived one what would settle it."""

    fact: str
    basis: tuple[str, ...]  # empty: only the fact itself can be stated
    is_derived: bool


@dataclass(frozen=True, slots=True)
class Need:
    """Facts of one kind (party, judged, claim) an open measure waits for, and what hangs on them."""

    wanted: tuple[Wanted, ...]
    worth: Fraction  # yuan, a guess of what the answer is likely to bring


@dataclass(frozen=True, slots=True)
class State:
    """An interview so far. Facts are named by column."""

    interview: Interview
    stated: Mapping[str, Value]
    skipped: frozenset[str]  # 不知道: never asked again
    verdicts: tuple[Verdict, ...]  # in the order of the measures
    needs: tuple[
        tuple[Need, ...], ...
    ]  # of each measure, in the order in which they are asked; none: settled

    def entitlements(self) -> list[Entitlement]:
        """The answer so far: every measure with its verdict."""
        return [Entitlement(m, v) for m, v in zip(self.interview.rules.measures, self.verdicts, strict=True)]


@dataclass(frozen=True, slots=True)
class Question:
    """The next fact to ask for."""

    fact: str  # column
    kind: FactKind
    bears_on: tuple[str, ...]  # keys of the measures that wait for it, those worth most first
    towards: tuple[str, ...]  # derived facts it helps to work out; they may be stated instead
    score: Fraction


def interview(rules: Rules, *, as_of: date) -> Interview:
    """Prepare an interview over the measures of `rules` (those in scope of who is asked)."""
    bearing: dict[str, list[int]] = {}
    for place, measure in enumerate(rules.measures):
        if measure.period.holds_on(as_of):
            for fact in facts_behind(measure, rules.rulebooks[measure.pack]):
                bearing.setdefault(rules.column(measure.pack, fact), []).append(place)
    return Interview(rules, as_of, {column: tuple(places) for column, places in bearing.items()})


def begin(about: Interview, stated: Mapping[str, Value], *, skipped: Iterable[str] = ()) -> State:
    """The state in which only these facts are known."""
    count = len(about.rules.measures)
    blank = tuple(Verdict(measure.key, VerdictKind.OUT_OF_SCOPE) for measure in about.rules.measures)
    state = State(about, dict(stated), frozenset(skipped), blank, ((),) * count)
    return evaluated(state, range(count))


def answered(state: State, fact: str, value: Value) -> State:
    """The state after a fact has been stated; a later statement of the same fact replaces it."""
    known = replace(state, stated={**state.stated, fact: value}, skipped=state.skipped - {fact})
    return evaluated(known, state.interview.bearing.get(fact, ()))


def passed_over(state: State, fact: str) -> State:
    """The state after 不知道: the fact stays unknown and is not asked again."""
    return replace(state, skipped=state.skipped | {fact})


def evaluated(state: State, places: Iterable[int]) -> State:
    """The state with the measures at these places evaluated anew."""
    verdicts, needs = list(state.verdicts), list(state.needs)
    rules = state.interview.rules
    views: dict[str, PackView] = {}
    for place in places:
        measure = rules.measures[place]
        if measure.pack not in views:
            views[measure.pack] = PackView(state, measure.pack)
        verdicts[place], needs[place] = views[measure.pack].look_at(measure)
    return replace(state, verdicts=tuple(verdicts), needs=tuple(needs))


class PackView:
    """The facts of a state as one pack sees them; what is derived is worked out once for all its measures."""

    def __init__(self, state: State, pack: str) -> None:
        self.rules = state.interview.rules
        self.as_of = state.interview.as_of
        self.rulebook = self.rules.rulebooks[pack]
        stated = self.rules.facts_for(pack, state.stated)
        self.facts = Facts(stated, self.rulebook, self.as_of, [])
        self.basis = Basis(self.facts)
        self.stated, self.ready = with_derived(self.facts, stated)

    def look_at(self, measure: Measure) -> tuple[Verdict, tuple[Need, ...]]:
        verdict = evaluate(measure, self.stated, rulebook=self.ready, as_of=self.as_of)
        kinds = self.rulebook.kinds
        missing = [name for name in verdict.missing if name in kinds and name != AS_OF]
        if not missing:
            return verdict, ()
        judged = [name for name in missing if kinds[name].judged]
        claim = [name for name in missing if kinds[name].about == "claim" and name not in judged]
        party = [name for name in missing if name not in judged and name not in claim]
        worth = typical_worth(measure, self.facts)
        return verdict, tuple(
            Need(tuple(self.wanted(name) for name in names), worth * CHANCE[of])
            for of, names in (("party", party), ("judged", judged), ("claim", claim))
            if names
        )

    def wanted(self, name: str) -> Wanted:
        def column(fact: str) -> str:
            return self.rules.column(self.rulebook.pack, fact)

        kind = self.rulebook.kinds[name]
        if kind.formula is None:
            return Wanted(column(name), (), is_derived=False)
        return Wanted(column(name), tuple(column(b) for b in self.basis.of(name)), is_derived=True)


def next_question(state: State) -> Question | None:
    """The fact to ask for now, or None when nothing that may still be asked can change an answer."""
    scores: dict[str, Fraction] = {}
    bears_on: dict[str, list[tuple[Fraction, str]]] = {}
    towards: dict[str, dict[str, None]] = {}
    for measure, needs in zip(state.interview.rules.measures, state.needs, strict=True):
        need = next(
            (n for n in needs if any(True for w in n.wanted for _ in candidates(w, state.skipped))), None
        )
        if need is None:
            continue
        share = need.worth / len(need.wanted)
        for wanted in need.wanted:
            for fact, weight in candidates(wanted, state.skipped):
                scores[fact] = scores.get(fact, Fraction(0)) + share * weight
                bears_on.setdefault(fact, []).append((need.worth, measure.key))
                if wanted.fact != fact:
                    towards.setdefault(fact, {})[wanted.fact] = None
    if not scores:
        return None
    best = max(scores, key=scores.__getitem__)  # the first of equals
    return Question(
        fact=best,
        kind=state.interview.rules.kinds[best],
        bears_on=most_first(bears_on[best]),
        towards=tuple(towards.get(best, {})),
        score=scores[best],
    )


def first_questions(state: State, most: int, *, of: VerdictKind = VerdictKind.UNKNOWN) -> list[Question]:
    """What to tell first to settle measures of one kind of verdict, with nothing answered in between."""
    kept = (needs if v.kind is of else () for needs, v in zip(state.needs, state.verdicts, strict=True))
    state = replace(state, needs=tuple(kept))
    found: list[Question] = []
    while len(found) < most and (question := next_question(state)) is not None:
        found.append(question)
        state = passed_over(state, question.fact)
    return found


def most_first(measures: Sequence[tuple[Fraction, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for _, key in sorted(measures, key=lambda entry: -entry[0])))


def candidates(wanted: Wanted, skipped: frozenset[str]) -> Iterator[tuple[str, Fraction]]:
    """The facts that may be asked for the sake of one, with their weight."""
    whole = Fraction(1)
    if not wanted.is_derived:
        if wanted.fact not in skipped:
            yield wanted.fact, whole
        return
    left = [fact for fact in wanted.basis if fact not in skipped]
    if wanted.fact not in skipped and len(left) < max(len(wanted.basis), 1):
        yield wanted.fact, whole
        return
    for place, fact in enumerate(left):
        yield fact, LATER if place else whole
