"""Of all measures a party is entitled to, what it may have together: 从优，不重复享受.

Measures of one `matter` concern the same tax, fee or purpose. A matter says how they combine; a document
says how it stands to earlier, lower and higher rules. Nothing is added up within a matter that forbids it,
and every measure that is not kept is shown with what beats it and by which clause.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final, Literal

from huiqi.base.bilingual import Bilingual
from huiqi.measures.evaluate import evaluate
from huiqi.measures.expressions import Constant, Value, facts_in
from huiqi.measures.interpret import interpret
from huiqi.measures.types import Measure, Rulebook, Verdict, VerdictKind

STAGES: Final = ("deduction", "exempt_income", "rate", None)


@dataclass(frozen=True, slots=True)
class Cap:
    """A ceiling over several measures, in one reading of the text."""

    id: str
    limit: Fraction  # yuan
    measures: tuple[str, ...]  # ids within the pack
    clause: str | None = None
    note: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """What several measures concern, and how they combine."""

    id: str
    title: Bilingual
    choose: Literal["best", "one", "adds_up"]
    compare: Literal["value", "amount", "least_amount"] = "value"
    because: str = ""  # the clause or outside source of the choice
    caps: tuple[Cap, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How the document of a measure stands to others: level, day, and what it says of them."""

    pack: str
    level: str  # nation, province, city
    region: str
    since: date
    precedence: tuple["Precedence", ...] = ()


@dataclass(frozen=True, slots=True)
class Precedence:
    """`replaces` an earlier rule of the same issuer on the same matter, whatever it gives."""

    over: str  # which rules: earlier-city, later-national-or-provincial, …
    rule: Literal["replaces", "better_applies_alone", "term_governs"]
    clause: str


class Why(StrEnum):
    """Why a measure is not kept."""

    REPLACED = "replaced"  # the newer document of the same level takes its place
    LESS = "less"  # another of the same matter is worth more
    ANOTHER_CHOICE = "another_choice"  # the party may pick one alone; this is not the best pick
    NOT_COMPARABLE = "not_comparable"  # an amount is missing, so the better one cannot be named


@dataclass(frozen=True, slots=True)
class Beaten:
    measure: str
    by: str
    why: Why
    because: str  # clause or source


@dataclass(frozen=True, slots=True)
class Combination:
    """The best allowed set, what it beats, and the sums under each reading of a cap."""

    kept: tuple[str, ...]
    beaten: tuple[Beaten, ...] = ()
    undecided: tuple[Beaten, ...] = ()  # kept for now: an amount is missing
    value: Fraction = Fraction(0)  # of what is kept, in yuan, where it is known
    capped: Mapping[str, Fraction] = field(default_factory=dict)  # cap id → sum under that reading


@dataclass(frozen=True, slots=True)
class Entitlement:
    """A measure a party is entitled to, with its verdict."""

    measure: Measure
    verdict: Verdict


def combine(
    entitlements: Sequence[Entitlement],
    *,
    matters: Mapping[str, Matter],
    standings: Mapping[str, Standing],
) -> Combination:
    """The best allowed combination of measures a party is entitled to.

    Args:
        entitlements: with verdict `eligible`; others are left aside.
        matters: by id; a matter declared by several packs is one matter.
        standings: by pack.
    """
    kept: list[Entitlement] = []
    beaten: list[Beaten] = []
    undecided: list[Beaten] = []
    for matter, group in by_matter(entitlements, matters):
        left, replaced = without_replaced(group, standings)
        beaten += replaced
        if matter is None or matter.choose == "adds_up" or len(left) < 2:
            kept += left
            continue
        best, lost, open_ = best_of(left, matter)
        kept += best
        beaten += lost
        undecided += open_
    return Combination(
        kept=tuple(e.measure.key for e in kept),
        beaten=tuple(beaten),
        undecided=tuple(undecided),
        value=sum((e.verdict.value for e in kept if e.verdict.value is not None), Fraction(0)),
        capped=capped_sums(kept, matters),
    )


def by_matter(
    entitlements: Iterable[Entitlement], matters: Mapping[str, Matter]
) -> list[tuple[Matter | None, list[Entitlement]]]:
    groups: dict[str, list[Entitlement]] = {}
    for entitlement in entitlements:
        if entitlement.verdict.kind is VerdictKind.ELIGIBLE:
            groups.setdefault(entitlement.measure.matter or entitlement.measure.key, []).append(entitlement)
    return [(matters.get(name), group) for name, group in groups.items()]


def without_replaced(
    group: Sequence[Entitlement], standings: Mapping[str, Standing]
) -> tuple[list[Entitlement], list[Beaten]]:
    """Leave out what a newer document of the same level and place replaces, even if it gave more."""
    left, beaten = [], []
    for entitlement in group:
        newer = next((n for n in group if replaces(n, entitlement, standings)), None)
        if newer is None:
            left.append(entitlement)
            continue
        clause = next(p.clause for p in standings[newer.measure.pack].precedence if p.rule == "replaces")
        because = f"{newer.measure.pack}/{clause}"
        beaten.append(Beaten(entitlement.measure.key, newer.measure.key, Why.REPLACED, because))
    return left, beaten


def replaces(newer: Entitlement, older: Entitlement, standings: Mapping[str, Standing]) -> bool:
    new, old = standings.get(newer.measure.pack), standings.get(older.measure.pack)
    if new is None or old is None or new.pack == old.pack:
        return False
    same_level = new.level == old.level and new.region == old.region
    return same_level and new.since > old.since and any(p.rule == "replaces" for p in new.precedence)


def best_of(
    group: Sequence[Entitlement], matter: Matter
) -> tuple[list[Entitlement], list[Beaten], list[Beaten]]:
    """The one that applies alone. Where an amount is missing it is kept beside the best, undecided."""
    worth = {e.measure.key: worth_of(e.verdict, matter) for e in group}
    comparable = [e for e in group if worth[e.measure.key] is not None]
    if not comparable:
        first = group[0]
        return (
            list(group),
            [],
            [Beaten(e.measure.key, first.measure.key, Why.NOT_COMPARABLE, matter.because) for e in group[1:]],
        )
    best = max(comparable, key=lambda e: (worth[e.measure.key], e.measure.key))
    why = Why.ANOTHER_CHOICE if matter.choose == "one" else Why.LESS
    beaten = [
        Beaten(e.measure.key, best.measure.key, why, matter.because) for e in comparable if e is not best
    ]
    open_ = [e for e in group if worth[e.measure.key] is None]
    undecided = [Beaten(e.measure.key, best.measure.key, Why.NOT_COMPARABLE, matter.because) for e in open_]
    return [best, *open_], beaten, undecided


def worth_of(verdict: Verdict, matter: Matter) -> Fraction | None:
    """What the matter compares; larger is better."""
    if matter.compare == "value":
        return verdict.value if verdict.value is not None else verdict.amount
    if verdict.amount is None:
        return None
    return -verdict.amount if matter.compare == "least_amount" else verdict.amount


def capped_sums(kept: Iterable[Entitlement], matters: Mapping[str, Matter]) -> dict[str, Fraction]:
    """For each declared reading of a cap: what the measures of its matter come to together."""
    sums: dict[str, Fraction] = {}
    kept = list(kept)
    for matter in matters.values():
        members = [e for e in kept if e.measure.matter == matter.id]
        amounts = {e.measure.id: e.verdict.amount for e in members if e.verdict.amount is not None}
        for cap in matter.caps if amounts else ():
            under = sum((amounts.get(name, Fraction(0)) for name in cap.measures), Fraction(0))
            beside = sum((v for name, v in amounts.items() if name not in cap.measures), Fraction(0))
            sums[cap.id] = min(under, cap.limit) + beside
    return sums


def evaluate_in_stages(
    measures: Iterable[Measure],
    stated: Mapping[str, Value],
    *,
    rulebooks: Mapping[str, Rulebook],
    as_of: date | None,
) -> list[Entitlement]:
    """Evaluate measures in the order deductions, exempt income, rates.

    A measure that is entitled and `adjusts` a fact changes it for the measures after it; within a stage those
    that do not read an adjusted fact go first (the extra deduction before the one limited by what is left).
    """
    measures = list(measures)
    adjusted = {fact for measure in measures for fact in measure.adjusts}
    facts: dict[str, Value] = dict(stated)
    done: list[Entitlement] = []
    for stage in STAGES:
        ordered = sorted(
            (m for m in measures if m.stage == stage), key=lambda m: bool(adjusted & amount_facts(m))
        )
        for measure in ordered:
            rulebook = rulebooks[measure.pack]
            verdict = evaluate(measure, facts, rulebook=rulebook, as_of=as_of)
            done.append(Entitlement(measure, verdict))
            facts |= adjustments(measure, verdict, facts)
    return done


def amount_facts(measure: Measure) -> set[str]:
    return set(facts_in(measure.award.amount)) if measure.award.amount is not None else set()


def adjustments(measure: Measure, verdict: Verdict, facts: Mapping[str, Value]) -> dict[str, Value]:
    """The new values of the facts a measure adjusts, where its amount and their values are known."""
    if verdict.kind is not VerdictKind.ELIGIBLE or verdict.amount is None:
        return {}
    changed: dict[str, Value] = {}
    for fact, formula in measure.adjusts.items():
        result = interpret(formula, {**facts, "amount": verdict.amount})
        if isinstance(result, Constant) and result.value is not None:
            changed[fact] = result.value
    return changed
