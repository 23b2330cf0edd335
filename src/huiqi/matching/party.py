"""One party against all measures: its facts as the rules see them, its verdicts, and the best it may have.

A fact that two packs declare differently is kept apart under ``fact@pack``, as in a match run: columns of a
register and answers of an interview carry these names, and each pack sees its own.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date

from huiqi.base.bilingual import Bilingual
from huiqi.matching.plan import AUDIENCE_ROLES, own_names
from huiqi.measures.basis import reached, with_derived
from huiqi.measures.combine import (
    Combination,
    Entitlement,
    Matter,
    Standing,
    combine,
    evaluate_in_stages,
)
from huiqi.measures.derive import Facts
from huiqi.measures.evaluate import evaluate
from huiqi.measures.explain import Explainer
from huiqi.measures.expressions import Node, Value
from huiqi.measures.interpret import as_value
from huiqi.measures.types import AS_OF, FactKind, Measure, Rulebook, Verdict, VerdictKind


class UnfitFact(ValueError):
    """A register holds a value that its fact kind cannot take."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The measures of some packs with what they stand on."""

    measures: tuple[Measure, ...]
    rulebooks: Mapping[str, Rulebook]
    columns: Mapping[str, Mapping[str, str]]  # pack → fact → column, where the two differ
    kinds: Mapping[str, FactKind]  # by column
    derived: Mapping[str, tuple[str, ...]]  # pack → derived facts that its measures can stand on
    behind: Mapping[str, frozenset[str]]  # measure → every fact it can stand on

    @classmethod
    def of(cls, measures: Iterable[Measure], rulebooks: Mapping[str, Rulebook]) -> "Rules":
        columns = {pack: own_names(rulebooks, pack) for pack in rulebooks}
        kinds: dict[str, FactKind] = {}
        for pack, rulebook in rulebooks.items():
            for name, kind in rulebook.kinds.items():
                kinds.setdefault(columns[pack].get(name, name), kind)
        measures = tuple(measures)
        behind = {m.key: frozenset(facts_behind(m, rulebooks[m.pack])) for m in measures}
        derived = {pack: tuple(derived_in(rulebook)) for pack, rulebook in rulebooks.items()}
        return cls(measures, rulebooks, columns, kinds, derived, behind).only(measures)

    def only(self, measures: Iterable[Measure]) -> "Rules":
        """The same rules for some of the measures."""
        measures = tuple(measures)
        reached: dict[str, set[str]] = {measure.pack: set() for measure in measures}
        for measure in measures:
            reached[measure.pack] |= self.behind_of(measure)
        derived = {
            pack: tuple(name for name in self.derived[pack] if name in names)
            for pack, names in reached.items()
        }
        return replace(self, measures=measures, derived=derived)

    def behind_of(self, measure: Measure) -> Set[str]:
        found = self.behind.get(measure.key)
        return facts_behind(measure, self.rulebooks[measure.pack]) if found is None else found

    def column(self, pack: str, fact: str) -> str:
        """The column that a fact of a pack is read from."""
        return self.columns[pack].get(fact, fact)

    def facts_for(self, pack: str, stated: Mapping[str, Value]) -> dict[str, Value]:
        """What one pack sees of the facts stated by column."""
        kinds = self.rulebooks[pack].kinds
        own = self.columns[pack]
        seen = {name: value for name, value in stated.items() if name in kinds and name not in own}
        return seen | {name: stated[column] for name, column in own.items() if column in stated}


def facts_behind(measure: Measure, rulebook: Rulebook) -> set[str]:
    """Every fact a measure can stand on, derived ones and what they are derived from."""
    award = measure.award
    nodes: list[Node] = [condition.when for condition in measure.conditions]
    nodes += [node for node in (award.amount, award.value, *award.also.values()) if node is not None]
    return reached(nodes, rulebook)


def derived_in(rulebook: Rulebook) -> list[str]:
    """The facts of a pack that have a formula, as they are declared."""
    return [name for name, kind in rulebook.kinds.items() if kind.formula is not None]


@dataclass(frozen=True, slots=True)
class Party:
    """A party as a register knows it; facts by column."""

    code: str
    name: str | None
    region: str  # six digits of GB/T 2260
    roles: frozenset[str]
    stated: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Assessment:
    """All verdicts of a party, each measure taken alone, and the best combination of what it is entitled to.

    In a combination deductions come before rates: `staged` holds the verdicts that come out otherwise then.
    """

    entitlements: tuple[Entitlement, ...]
    staged: Mapping[str, Verdict]
    combination: Combination

    def counts(self) -> Counter[VerdictKind]:
        return Counter(e.verdict.kind for e in self.entitlements)


def party_from(row: Mapping[str, object], kinds: Mapping[str, FactKind]) -> Party:
    """A row of a register as a party. `kinds` by column; raises UnfitFact."""
    return Party(
        code=str(row["code"]),
        name=str(row["name"]) if row.get("name") else None,
        region=str(row["region"]),
        roles=frozenset(str(row["roles"]).split(",")),
        stated=stated_facts(row, kinds),
    )


def stated_facts(row: Mapping[str, object], kinds: Mapping[str, FactKind]) -> dict[str, Value]:
    """The known facts of a row as rules take them: every number an exact fraction, unknowns left out.

    Raises UnfitFact where a value does not fit its kind.
    """
    facts: dict[str, Value] = {}
    for name, raw in row.items():
        if raw is None or name not in kinds or name == AS_OF:
            continue
        try:
            facts[name] = as_value(raw, kinds[name].type)
        except ValueError as error:
            raise UnfitFact(f"{name}: {error}") from error
    return facts


def in_scope(measure: Measure, *, roles: Collection[str], region: str) -> bool:
    """Is a measure for parties with one of these roles in this place, as a match run sees it?"""
    wanted = AUDIENCE_ROLES.get(measure.audience, (measure.audience,))
    return any(role in roles for role in wanted) and region.startswith(measure.region)


def verdicts_for(party: Party, rules: Rules, *, as_of: date | None) -> tuple[Entitlement, ...]:
    """Every measure for a party, in their order; those for others, elsewhere or past are `out_of_scope`."""
    ready: dict[str, tuple[dict[str, Value], Rulebook]] = {}
    done = []
    for measure in rules.measures:
        verdict = Verdict(measure.key, VerdictKind.OUT_OF_SCOPE)
        if is_for(party, measure, as_of):
            if measure.pack not in ready:
                ready[measure.pack] = known_of(party, measure.pack, rules, rules.derived[measure.pack], as_of)
            known, rulebook = ready[measure.pack]
            verdict = evaluate(measure, known, rulebook=rulebook, as_of=as_of)
        done.append(Entitlement(measure, verdict))
    return tuple(done)


def verdict_for(party: Party, measure: Measure, rules: Rules, *, as_of: date | None) -> Verdict:
    """One measure for a party: of the derived facts only what it stands on is worked out."""
    if not is_for(party, measure, as_of):
        return Verdict(measure.key, VerdictKind.OUT_OF_SCOPE)
    stated = rules.facts_for(measure.pack, party.stated)
    return evaluate(measure, stated, rulebook=rules.rulebooks[measure.pack], as_of=as_of)


def is_for(party: Party, measure: Measure, as_of: date | None) -> bool:
    in_force = as_of is None or measure.period.holds_on(as_of)
    return in_force and in_scope(measure, roles=party.roles, region=party.region)


def known_of(
    party: Party, pack: str, rules: Rules, derived: Iterable[str], as_of: date | None
) -> tuple[dict[str, Value], Rulebook]:
    """What a pack sees of a party, derived facts worked out; and its rules without what they come to."""
    stated = rules.facts_for(pack, party.stated)
    return with_derived(Facts(stated, rules.rulebooks[pack], as_of, []), stated, only=derived)


def assess(
    party: Party,
    rules: Rules,
    *,
    as_of: date | None,
    matters: Mapping[str, Matter],
    standings: Mapping[str, Standing],
) -> Assessment:
    """All verdicts and the best allowed combination. Stages run within each pack."""
    alone = verdicts_for(party, rules, as_of=as_of)
    return assess_verdicts(alone, party.stated, rules, as_of=as_of, matters=matters, standings=standings)


def assess_verdicts(
    alone: Sequence[Entitlement],
    stated: Mapping[str, Value],
    rules: Rules,
    *,
    as_of: date | None,
    matters: Mapping[str, Matter],
    standings: Mapping[str, Standing],
) -> Assessment:
    """The best allowed combination of verdicts that are known already."""
    by_key = {e.measure.key: e for e in alone}
    staged: dict[str, Verdict] = {}
    for pack in dict.fromkeys(e.measure.pack for e in alone if adjusts(e)):
        inside = [
            e.measure
            for e in alone
            if e.measure.pack == pack and e.verdict.kind is not VerdictKind.OUT_OF_SCOPE
        ]
        facts = rules.facts_for(pack, stated)
        for entitlement in evaluate_in_stages(inside, facts, rulebooks=rules.rulebooks, as_of=as_of):
            key = entitlement.measure.key
            if entitlement.verdict != by_key[key].verdict:
                staged[key] = entitlement.verdict
                by_key[key] = entitlement
    return Assessment(
        tuple(alone), staged, combine(list(by_key.values()), matters=matters, standings=standings)
    )


def adjusts(entitlement: Entitlement) -> bool:
    """Does an entitled measure change a fact for others?"""
    return bool(entitlement.measure.adjusts) and entitlement.verdict.kind is VerdictKind.ELIGIBLE


def explainers_for(
    stated: Mapping[str, Value],
    rules: Rules,
    *,
    as_of: date | None,
    places: Mapping[str, Bilingual] | None = None,
) -> dict[str, Explainer]:
    """By pack: what explains its measures to this party; `places` names the jurisdictions."""
    return {
        pack: Explainer(
            rules.facts_for(pack, stated),
            rulebook=rulebook,
            as_of=as_of,
            place=(places or {}).get(pack),
        )
        for pack, rulebook in rules.rulebooks.items()
    }
