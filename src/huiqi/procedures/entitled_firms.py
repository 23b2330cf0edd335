"""Who of those a match run found entitled is granted a measure without a claim, and who is left out, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.db.models import Q

from huiqi.base.bilingual import Bilingual
from huiqi.base.money import to_decimal
from huiqi.cases.types import Lane, Outcome
from huiqi.casework.models import ENDED_WITHOUT, Case
from huiqi.dossiers.many import files_of, with_overlays
from huiqi.dossiers.queries import rules_on
from huiqi.dossiers.types import Dossier, Standing
from huiqi.grants.actions import Candidate, LeftOut
from huiqi.grants.types import Why
from huiqi.ledger.together import Wanted, foresee
from huiqi.ledger.types import Claim
from huiqi.matching.party import facts_behind
from huiqi.matching.stored import StoredRun
from huiqi.measures.basis import reached
from huiqi.measures.types import VerdictKind
from huiqi.procedures.automatic_lane import Offer
from huiqi.procedures.case_rules import CaseFacts, occasion_of
from huiqi.procedures.frozen_verdict import frozen_from
from huiqi.pushes.select import Firm
from huiqi.pushes.tables import snapshot_of

TOGETHER: Final = 2_000
CLASHES: Final = Bilingual(
    "资金账上已有本项，或有与它互斥的享受", "the ledger has it already, or something that excludes it"
)


def expected_occasion(offer: Offer, *, on: date) -> str:
    """What makes the grant another than the party's last, where nothing is answered: the year, or once for all."""
    return occasion_of(CaseFacts(Case(), offer.rules, on, None, {}))


@dataclass(frozen=True)
class Found:
    """What a measure comes to for one firm on the data of a run."""

    dossier: Dossier
    frozen: Mapping[str, Any]
    amount: Decimal | None
    fits: bool  # entitled, and what the case type asks beyond the measure holds
    entitled: bool

    @property
    def has_statements(self) -> bool:
        """Is anything that was looked at only what the firm itself said?"""
        return any(entry.standing is Standing.DECLARED for entry in self.dossier.entries)


def found_by(
    offer: Offer,
    codes: Sequence[str],
    run: StoredRun,
    *,
    day: date | None = None,
    with_statements: bool = True,
) -> dict[str, Found]:
    """The verdict of each firm with its reasons, worked out again on the register the run stood on.

    Args:
        day: the day it is worked out for; that of the run, where none is given.
        with_statements: what firms stated themselves counts too.
    """
    day = day or date.fromisoformat(str(run.manifest["as_of"]))
    snapshot = snapshot_of(run)
    columns = columns_behind(offer, day)
    files = files_of(codes, columns, on=day, snapshot=snapshot, with_statements=with_statements)
    results = {}
    for code, dossier in files.items():
        facts = CaseFacts(Case(party=code), offer.rules, day, dossier, {})
        verdict = facts.verdict()
        if verdict is None:
            continue
        frozen = {
            **frozen_from(facts, verdict, as_of=day, register=snapshot.manifest.as_of),
            "run": run.folder.name,
        }
        entitled = verdict.kind is VerdictKind.ELIGIBLE
        fits = entitled and all(facts.holds(rule) is True for rule in offer.case_type.requires)
        amount = to_decimal(verdict.amount, 2) if verdict.amount is not None else None
        results[code] = Found(dossier, frozen, amount, fits, entitled)
    return results


def columns_behind(offer: Offer, day: date) -> set[str]:
    """Columns of the register that the measure and the case type stand on."""
    rules = rules_on(day)
    home = offer.pack.rulebook
    names = {(offer.measure.pack, name) for name in facts_behind(offer.measure, offer.rulebook)}
    asked = reached([rule.node for rule in offer.case_type.requires], home)
    names |= {(offer.pack.id, name) for name in asked}
    return {rules.column(pack, name) for pack, name in names}


def judged(
    offer: Offer, firms: Sequence[Firm], run: StoredRun, *, at: datetime, on: date
) -> Iterator[Candidate]:
    """Every firm that was found entitled, with the reason why it is left out, if there is one."""
    occasion = expected_occasion(offer, on=on)
    reasons: dict[str, LeftOut] = {}
    for start in range(0, len(firms), TOGETHER):
        batch = firms[start : start + TOGETHER]
        reasons |= standing_against(offer, batch, run, occasion=occasion)
    if offer.fund is not None:
        left = [firm for firm in firms if firm.code not in reasons]
        reasons |= over_caps(offer, left, occasion=occasion, at=at, on=on)
    for firm in firms:
        yield Candidate(
            firm.code, firm.region, firm.industry, firm.size, in_fen(firm.amount), reasons.get(firm.code)
        )


def in_fen(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else to_decimal(Fraction(amount), 2)


def standing_against(
    offer: Offer, firms: Sequence[Firm], run: StoredRun, *, occasion: str
) -> dict[str, LeftOut]:
    """Party → why it is left out: it has it, refused it, its file was corrected, nobody checked, it gets nothing."""
    codes = [firm.code for firm in firms]
    amounts = {firm.code: in_fen(firm.amount) for firm in firms}
    reasons: dict[str, LeftOut] = {}
    looked_at = codes if offer.case_type.requires else sorted(with_overlays(codes))
    files = found_by(offer, looked_at, run)
    for code, found in files.items():
        if not found.entitled or found.amount != amounts[code]:
            reasons[code] = LeftOut(Why.CHANGED)
        elif not found.fits:
            reasons[code] = LeftOut(Why.NOT_MET)
    stated = [code for code, found in files.items() if code not in reasons and found.has_statements]
    for code, found in found_by(offer, stated, run, with_statements=False).items():
        if not found.fits or found.amount != amounts[code]:
            reasons[code] = LeftOut(Why.STATED)
    if offer.fund is not None:
        reasons |= {code: LeftOut(Why.NO_AMOUNT) for code, amount in amounts.items() if not amount}
    return reasons | has_already(offer, codes, occasion=occasion)


def has_already(offer: Offer, codes: Sequence[str], *, occasion: str) -> dict[str, LeftOut]:
    """Party → the case in which it claims or has the measure, or refused it, for the same occasion."""
    cases = Case.objects.filter(measure=offer.measure.key, party__in=codes, occasion=occasion)
    stands = Q(submitted_on__isnull=False) & ~Q(outcome__in=ENDED_WITHOUT)
    refused = Q(lane=Lane.AUTOMATIC, outcome=Outcome.WITHDRAWN)
    reasons = {}
    for party, number in cases.filter(refused).values_list("party", "number"):
        reasons[party] = LeftOut(Why.HAS_REFUSED, named(number))
    for party, number in cases.filter(stands).values_list("party", "number"):
        reasons[party] = LeftOut(Why.HAS_IT, named(number))
    return reasons


def named(number: str) -> Bilingual:
    return Bilingual(f"办件{number}", f"case {number}")


def over_caps(
    offer: Offer, firms: Sequence[Firm], *, occasion: str, at: datetime, on: date
) -> dict[str, LeftOut]:
    """Party → the cap it would exceed, were all granted in this order; or that it has got something in the way."""
    fund = offer.fund
    if fund is None:
        return {}
    claims = [
        Wanted(
            Claim(firm.code, firm.code, "", firm.region, offer.measure.key, occasion),
            Fraction(firm.amount or 0),
        )
        for firm in firms
    ]
    against = foresee(fund, claims, at=at, on=on).against
    return {
        party: LeftOut(Why.OVER_CAP, ceiling.in_words() if ceiling is not None else CLASHES)
        for party, ceiling in against.items()
    }
