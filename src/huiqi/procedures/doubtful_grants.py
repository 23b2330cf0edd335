"""Grants that would not be made again on the same day's facts as they are known now: a reason to look, and to recover."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from huiqi.base.bilingual import Bilingual
from huiqi.cases.types import Turn
from huiqi.casework.models import ENDED_WITHOUT, Case
from huiqi.dossiers.many import with_overlays
from huiqi.grants.models import GrantList
from huiqi.matching.stored import StoredRun
from huiqi.measures.types import VerdictKind
from huiqi.procedures.automatic_lane import Offer, offer_named
from huiqi.procedures.entitled_firms import found_by
from huiqi.procedures.match_firm import VERDICTS
from huiqi.pushes.tables import candidates_of

MOST_LOOKED_AT: Final = 2_000


@dataclass(frozen=True, slots=True)
class Doubt:
    """A case whose verdict would be another by now, and the facts that are known otherwise."""

    case: Case
    verdict: VerdictKind
    changed: tuple[tuple[Bilingual, str, str], ...]  # what, then, now

    @property
    def verdict_name(self) -> Bilingual:
        return VERDICTS[self.verdict]


def doubtful(made: GrantList, later: StoredRun) -> list[Doubt]:
    """Cases of a list whose firm would not be entitled on the day of the list by what is known of that day now.

    A firm that has merely outgrown the measure since is none: the facts are taken as of the day of the verdict.
    """
    offer = offer_named(made.case_type, made.measure, on=made.day)
    if offer is None:
        return []
    parties = suspects(made, offer, later)[:MOST_LOOKED_AT]
    found = found_by(offer, parties, later, day=made.day)
    numbers = made.listed.exclude(case="").filter(party__in=parties).values("case")
    cases = (
        Case.objects.filter(number__in=numbers).exclude(outcome__in=ENDED_WITHOUT).exclude(turn=Turn.CLOSED)
    )
    doubts = []
    for case in cases.order_by("pk"):
        one = found.get(case.party)
        if one is not None and not one.entitled:
            changed = changes(offer, case.frozen or {}, one.frozen)
            doubts.append(Doubt(case, VerdictKind(one.frozen["verdict"]), changed))
    return doubts


def suspects(made: GrantList, offer: Offer, later: StoredRun) -> list[str]:
    """Firms that a later run did not find entitled, or of whom something was recorded since."""
    parties = list(made.listed.exclude(case="").order_by("party").values_list("party", flat=True))
    lost: Sequence[str] = []
    if later.folder.name != made.run:
        frame = pl.DataFrame({"code": parties}, schema={"code": pl.String})
        still = pl.read_parquet(
            candidates_of(later, offer.measure.key, VerdictKind.ELIGIBLE), columns=["code"]
        )
        lost = frame.join(still, on="code", how="anti")["code"].to_list()
    return sorted({*lost, *with_overlays(parties)})


def changes(
    offer: Offer, then: Mapping[str, Any], now: Mapping[str, Any]
) -> tuple[tuple[Bilingual, str, str], ...]:
    before, after = then.get("facts", {}), now.get("facts", {})
    kinds = offer.rules.kinds
    return tuple(
        (kinds[name].label, said_of(before.get(name)), said_of(after.get(name)))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name) and name in kinds
    )


def said_of(value: object) -> str:
    """
    >>> said_of(True), said_of("12.5"), said_of(None)
    ('是', '12.5', '—')
    """
    if value is None:
        return "—"
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else str(value)
