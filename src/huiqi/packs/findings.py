"""Everything found for a party, with the names and words of the packs: verdicts, combination, clauses, reasons."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.matching.ask import State
from huiqi.matching.party import Assessment, Rules, assess_verdicts, explainers_for, in_scope
from huiqi.measures.combine import Beaten, Entitlement, Why
from huiqi.measures.explain import Explainer, MeasureExplanation, Nearness
from huiqi.measures.expressions import Value
from huiqi.measures.types import Measure, VerdictKind
from huiqi.packs.types import Library

KINDS: Final = {
    VerdictKind.ELIGIBLE: Bilingual("符合", "entitled"),
    VerdictKind.CLAIMABLE: Bilingual("主体符合、待申报", "fits, once claimed"),
    VerdictKind.REVIEW: Bilingual("待评判", "to be judged"),
    VerdictKind.UNKNOWN: Bilingual("先要知道更多", "more must be known"),
    VerdictKind.INELIGIBLE: Bilingual("不符合", "not entitled"),
    VerdictKind.OUT_OF_SCOPE: Bilingual("不在适用范围", "out of scope"),
}
WHY: Final = {
    Why.REPLACED: Bilingual("已由同级较新文件取代", "replaced by a newer document of the same level"),
    Why.LESS: Bilingual(
        "同一事项从优，另一项更优", "another of the same matter is worth more and applies alone"
    ),
    Why.ANOTHER_CHOICE: Bilingual(
        "同一事项择一，另一项较优", "one may be picked; the other is the better pick"
    ),
    Why.NOT_COMPARABLE: Bilingual(
        "数额不明，尚不能与另一项比较", "no amount yet, so the two cannot be compared"
    ),
}
EVERYONE: Final = "all"


@dataclass(frozen=True, slots=True)
class CapSum:
    """What measures under a ceiling come to together, in one reading of the text."""

    matter: Bilingual
    reading: Bilingual
    total: Fraction  # yuan


@dataclass(frozen=True, slots=True)
class Findings:
    """The verdicts of a party and what explains them; `explainers` by pack."""

    library: Library
    assessment: Assessment
    explainers: Mapping[str, Explainer]

    def of_kind(self, kind: VerdictKind) -> list[Entitlement]:
        return [e for e in self.assessment.entitlements if e.verdict.kind is kind]

    def explained(self, entitlement: Entitlement) -> MeasureExplanation:
        measure = entitlement.measure
        return self.explainers[measure.pack].explain(measure, entitlement.verdict)

    def best_first(self) -> list[Entitlement]:
        """What the party is entitled to: what counts in the combination first, each by its value."""
        beaten = {b.measure for b in self.assessment.combination.beaten}
        return sorted(
            self.of_kind(VerdictKind.ELIGIBLE),
            key=lambda e: (e.measure.key in beaten, -(e.verdict.value or 0)),
        )

    def nearest_first(self) -> list[Entitlement]:
        """What the party is not entitled to; first what it misses by least."""
        return sorted(self.of_kind(VerdictKind.INELIGIBLE), key=self.nearness)

    def nearness(self, entitlement: Entitlement) -> Nearness:
        """How little would have to change; smaller is nearer."""
        measure = entitlement.measure
        return self.explainers[measure.pack].nearness(measure, entitlement.verdict)

    def cap_sums(self) -> list[CapSum]:
        """The sums under each reading of a ceiling that the text leaves open."""
        capped = self.assessment.combination.capped
        return [
            CapSum(matter.title, cap.note or Bilingual(cap.id, cap.id), capped[cap.id])
            for matter in self.library.matters().values()
            for cap in matter.caps
            if cap.id in capped
        ]

    def clause_name(self, slug: str, clause: str) -> str:
        """Document number and clause as the document is cited: 青政发〔2012〕46号第一条."""
        pack = self.library.packs[slug]
        found = pack.clauses.get(clause)
        label = found.label if found is not None and found.label else clause
        name, label = pack.number or pack.title.zh, label.rstrip("、.．")
        return f"{name} {label}" if label[:1].isascii() else f"{name}{label}"

    def beaten_words(self, beaten: Beaten) -> Bilingual:
        """Why a measure does not count beside another, and by which clause."""
        other = self.library.measure(beaten.by)
        title = other.title if other else Bilingual(beaten.by, beaten.by)
        because = f"（{beaten.because}）" if beaten.because else ""
        return Bilingual(
            f"{WHY[beaten.why].zh}：{title.zh}{because}",
            f"{WHY[beaten.why].en}: {title.en} ({beaten.because})",
        )


def findings_of(state: State, library: Library) -> Findings:
    """What an interview has found so far."""
    about = state.interview
    assessment = assess_verdicts(
        state.entitlements(),
        state.stated,
        about.rules,
        as_of=about.as_of,
        matters=library.matters(),
        standings=library.standings(),
    )
    explainers = explainers_for(state.stated, about.rules, as_of=about.as_of, places=places_of(library))
    return Findings(library, assessment, explainers)


def places_of(library: Library) -> dict[str, Bilingual]:
    return {slug: pack.jurisdiction for slug, pack in library.packs.items()}


def concerns(measure: Measure, *, roles: Collection[str], region: str | None) -> bool:
    """Is a measure for one of these roles, in this place or, without a place, in any?"""
    place = measure.region if region is None else region
    if EVERYONE in roles:
        return place.startswith(measure.region)
    return in_scope(measure, roles=roles, region=place)


def first_facts(roles: Collection[str], rules: Rules) -> dict[str, Value]:
    """Who answers as an enterprise need not be asked whether it is one."""
    return {"is_enterprise": True} if set(roles) == {"enterprise"} and "is_enterprise" in rules.kinds else {}
