"""Which kinds of case somebody may open, sorted by what they are for; those of one's own measures first."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from huiqi.access.actor import Actor
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.cases.types import CaseType, Purpose, Role, Turn
from huiqi.cases.workflow import steps_from
from huiqi.dossiers.queries import file_of
from huiqi.dossiers.types import Dossier
from huiqi.forms.types import PARTIES
from huiqi.holdings.current import library, measure_on
from huiqi.measures.types import Measure, VerdictKind
from huiqi.packs.types import Pack
from huiqi.procedures.case_rules import measure_keys
from huiqi.procedures.match_firm import VERDICTS, match_firm
from huiqi.procedures.object_to_case import ANY_OBJECTION
from huiqi.procedures.open_case import Wish, who_may_open

SHOWN_FIRST: Final = (VerdictKind.ELIGIBLE, VerdictKind.CLAIMABLE, VerdictKind.REVIEW, VerdictKind.UNKNOWN)
ASKING: Final = frozenset({Purpose.COMPLAINT, Purpose.ENQUIRY, Purpose.OBJECTION, Purpose.DIFFICULTY})
"""What may be opened whatever the firm is entitled to."""
NOT_FROM_OUTSIDE: Final = frozenset({"department", "district", "supervision_office"})


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind of case that may be opened."""

    pack: Pack
    case_type: CaseType
    measures: tuple[Measure, ...]  # that can be claimed today
    verdict: VerdictKind | None  # the best one of the firm for these

    @property
    def key(self) -> str:
        return f"{self.pack.id}/{self.case_type.id}"

    @property
    def verdict_name(self) -> Bilingual | None:
        return VERDICTS[self.verdict] if self.verdict is not None else None

    @property
    def who(self) -> Bilingual:
        names = [PARTIES.get(kind, kind) for kind in self.case_type.opened_by]
        return Bilingual("、".join(names), ", ".join(k.replace("_", " ") for k in self.case_type.opened_by))

    @property
    def desk(self) -> tuple[str, ...]:
        return next(iter(self.case_type.desks.values()), ())


def is_openable(case_type: CaseType) -> bool:
    """Does it begin with the applicant, or with what anybody may call in about?"""
    if NOT_FROM_OUTSIDE.issuperset(case_type.opened_by):
        return False
    return begins_with_applicant(case_type) or is_ticket(case_type)


def begins_with_applicant(case_type: CaseType) -> bool:
    is_theirs = case_type.states[case_type.first_state].turn is Turn.APPLICANT
    return is_theirs and any(s.by is Role.APPLICANT for s in steps_from(case_type, case_type.first_state))


def is_ticket(case_type: CaseType) -> bool:
    """It is in an office's hands from the start: what is asked goes in at once."""
    at_desk = case_type.states[case_type.first_state].turn is Turn.OFFICE
    return at_desk and case_type.anonymous and bool(case_type.form)


def offers_for(actor: Actor, *, on: date, law: date) -> list[Offer]:
    """Everything that somebody may open, in the order of the packs; for a visitor everything there is.

    Args:
        on: today, when it would be opened.
        law: the day whose documents are shown.
    """
    party = actor.party if actor.may(Permission.OWN_CASES) else ""
    dossier = file_of(party, on=on) if party else None
    verdicts = verdicts_of(party, on=on)
    from_lists = objection_types()
    return [
        offer
        for pack in library().packs.values()
        if pack.in_force.holds_on(law) and fits_region(pack, dossier)
        for case_type in pack.cases.values()
        if is_openable(case_type) and fits(case_type, party, dossier)
        if f"{pack.id}/{case_type.id}" not in from_lists
        for offer in [offer_of(pack, case_type, verdicts, on=on)]
        if offer.measures or not case_type.measures
    ]


def objection_types() -> frozenset[str]:
    """Kinds of case that are begun from what is published, not from a list of services."""
    declared = (
        (pack.id, case_type.publication.objection)
        for pack in library().packs.values()
        for case_type in pack.cases.values()
        if case_type.publication is not None and case_type.publication.objection
    )
    return frozenset({ANY_OBJECTION, *(name if "/" in name else f"{slug}/{name}" for slug, name in declared)})


def fits_region(pack: Pack, dossier: Dossier | None) -> bool:
    return dossier is None or dossier.party.region.startswith(pack.region)


def fits(case_type: CaseType, party: str, dossier: Dossier | None) -> bool:
    if not party:
        return True
    wish = Wish(f"{case_type.pack}/{case_type.id}", party=party)
    return not who_may_open(case_type, wish, dossier, Role.APPLICANT)


def verdicts_of(party: str, *, on: date) -> Mapping[str, VerdictKind]:
    matches = match_firm(party, on=on) if party else None
    if matches is None:
        return {}
    return {e.measure.key: e.verdict.kind for e in matches.assessment.entitlements}


def offer_of(pack: Pack, case_type: CaseType, verdicts: Mapping[str, VerdictKind], *, on: date) -> Offer:
    found = (measure_on(key, on) for key in measure_keys(case_type))
    measures = tuple(m for m in found if m is not None and m.period.holds_on(on))
    kinds = {verdicts[m.key] for m in measures if m.key in verdicts}
    best = next((kind for kind in SHOWN_FIRST if kind in kinds), None)
    return Offer(pack, case_type, measures, best if case_type.purpose not in ASKING else None)


def found_by(offers: list[Offer], words: str, purpose: str) -> list[Offer]:
    """Offers whose title, document, authority or measure holds every word; those of one's measures first."""
    asked = [word.lower() for word in words.split()]
    found = [o for o in offers if (not purpose or o.case_type.purpose == purpose) and holds_all(o, asked)]
    order = {kind: place for place, kind in enumerate(SHOWN_FIRST)}
    return sorted(found, key=lambda o: order[o.verdict] if o.verdict is not None else len(order))


def holds_all(offer: Offer, words: list[str]) -> bool:
    if not words:
        return True
    title = offer.case_type.title
    texts = [title.zh, title.en, offer.pack.title.zh, offer.pack.number or "", *offer.desk]
    texts += [text for m in offer.measures for text in (m.title.zh, m.title.en)]
    whole = "\n".join(texts).lower()
    return all(word in whole for word in words)


def purposes_in(offers: list[Offer]) -> list[tuple[Purpose, int]]:
    counts = Counter(offer.case_type.purpose for offer in offers)
    return [(purpose, counts[purpose]) for purpose in Purpose if counts[purpose]]
