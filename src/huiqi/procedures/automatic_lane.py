"""Which measures are granted without a claim (免申即享), and the steps their cases go: read from declarations alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from huiqi.base.bilingual import Bilingual
from huiqi.cases.types import CaseType, Effect, Lane, Material, Outcome, Role, Step, Way
from huiqi.forms.types import Field
from huiqi.funds.types import Fund
from huiqi.holdings.current import library, measure_on
from huiqi.matching.party import facts_behind
from huiqi.measures.types import Measure, Rulebook
from huiqi.packs.types import Pack
from huiqi.procedures.case_rules import CaseRules, fund_key, measure_keys


@dataclass(frozen=True)
class Offer:
    """A case type and one of the measures that can be claimed by it."""

    pack: Pack
    case_type: CaseType
    measure: Measure

    @property
    def key(self) -> str:
        return f"{self.pack.id}/{self.case_type.id}"

    @property
    def rulebook(self) -> Rulebook:
        """What the rules of the measure stand on."""
        return library().packs[self.measure.pack].rulebook

    @property
    def rules(self) -> CaseRules:
        return CaseRules(self.pack, self.case_type, self.measure)

    @cached_property
    def fund(self) -> Fund | None:
        """Where the money comes from; None where no money is paid."""
        if self.case_type.fund is None:
            return None
        pack, name = fund_key(self.case_type)
        return library().packs[pack].funds[name]

    @property
    def opening(self) -> Step | None:
        """The step by which the platform takes a case out of its first state."""
        first = self.case_type.first_state
        steps = self.case_type.steps.values()
        return next((s for s in steps if s.by is Role.SYSTEM and first in s.from_states), None)

    @property
    def granting(self) -> Step | None:
        """The step by which a head grants what the opening step put before him."""
        if self.opening is None:
            return None
        return next((s for s in steps_after(self.case_type, self.opening) if grants(s)), None)

    @property
    def authority(self) -> str:
        """The first desk of the officers."""
        return next(iter(self.case_type.desks.get(Role.OFFICER, ())), "")


def grants(step: Step) -> bool:
    decided = step.outcome in (Outcome.GRANTED, Outcome.PARTLY_GRANTED) or Effect.COMMIT in step.effects
    return step.by is Role.DECIDER and decided


def steps_after(case_type: CaseType, step: Step) -> Iterator[Step]:
    return (s for s in case_type.steps.values() if step.to_state in s.from_states)


def offers(lane: Lane, *, on: date) -> Iterator[Offer]:
    """Every measure in force on a day that a case type offers in a lane."""
    for pack in library().packs.values():
        for case_type in pack.cases.values():
            if lane not in case_type.lanes:
                continue
            for key in measure_keys(case_type):
                measure = measure_on(key, on)
                if measure is not None and measure.period.holds_on(on):
                    yield Offer(pack, case_type, measure)


def automatic_offers(*, on: date) -> list[Offer]:
    """Those that can be granted without a claim: nothing stands against it."""
    return [offer for offer in offers(Lane.AUTOMATIC, on=on) if not any(against(offer))]


def offer_named(case_type: str, measure: str, *, on: date) -> Offer | None:
    """An offer of the automatic lane by its keys (pack/id)."""
    found = offers(Lane.AUTOMATIC, on=on)
    return next((o for o in found if o.key == case_type and o.measure.key == measure), None)


def against(offer: Offer) -> Iterator[Bilingual]:
    """Why a measure cannot be granted without a claim: what is not complete in its scope, standard or data."""
    measure, case_type = offer.measure, offer.case_type
    if measure.computable != "full":
        yield Bilingual("条件或标准不能全部计算", "its conditions or its amount cannot be worked out in full")
    kinds = offer.rulebook.kinds
    for name in sorted(facts_behind(measure, offer.rulebook)):
        kind = kinds.get(name)
        if kind is not None and (kind.about == "claim" or kind.judged):
            what = Bilingual("要由人评判", "a person judges it")
            what = what if kind.judged else Bilingual("只有申报时才知道", "known with a claim alone")
            yield Bilingual(f"“{kind.label.zh}”{what.zh}", f"{kind.label.en}: {what.en}")
    for field in case_type.form:
        if asks_applicant(field):
            label = field.kind.label
            yield Bilingual(f"要填报“{label.zh}”", f"the form asks for {label.en}")
    for material in case_type.materials:
        if asks_paper(material):
            title = material.title
            yield Bilingual(f"要提交“{title.zh}”", f"a paper is asked for: {title.en}")
    if offer.opening is None or offer.granting is None:
        yield Bilingual("没有比对直达的环节", "no step leads from a match run to a decision")
    if offer.fund is not None and (measure.award.unit != "CNY" or measure.award.ceiling):
        yield Bilingual("金额由部门核定", "an authority sets the amount")


def asks_applicant(field: Field) -> bool:
    """Must the applicant fill this in? What is a fact about the party may stand in the file."""
    return field.required and not (field.is_fact and field.kind.about == "party")


def asks_paper(material: Material) -> bool:
    return material.required and material.when is None and Way.DATA_SHARE not in material.ways
