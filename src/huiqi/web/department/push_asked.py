"""What a request to the push desk asks for, within the reach of who asks."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import polars as pl
from django.http import Http404, HttpRequest, QueryDict

from huiqi.access.actor import Actor
from huiqi.access.guard import actor_of
from huiqi.base.masks import masked_name
from huiqi.holdings.current import library, run
from huiqi.matching.stored import StoredRun
from huiqi.measures.types import Measure, VerdictKind
from huiqi.pushes.queries import claimed_by, sent_files
from huiqi.pushes.select import Firm, Wanted, selected
from huiqi.pushes.tables import candidates_of, snapshot_of
from huiqi.pushes.types import VERDICTS
from huiqi.registry.snapshot import NoSnapshot, Snapshot


@dataclass(frozen=True, slots=True)
class Asked:
    """A measure, a verdict, and which of its firms."""

    run: StoredRun
    measure: Measure
    verdict: VerdictKind
    wanted: Wanted

    @property
    def path(self) -> Path:
        return candidates_of(self.run, self.measure.key, self.verdict)

    @property
    def frame(self) -> pl.LazyFrame:
        told = sent_files(self.measure.key) if self.wanted.not_told else []
        claimed = claimed_by(self.measure.key) if self.wanted.not_claimed else []
        return selected(self.path, self.wanted, told=told, claimed=claimed)


def asked_of(request: HttpRequest, pack: str, id_: str) -> Asked:
    """404 for a measure that is not there, a run that is not there, or a district beyond one's reach."""
    found, measure = run(), library().measure(f"{pack}/{id_}")
    if found is None or measure is None:
        raise Http404
    given = request.POST if request.method == "POST" else request.GET
    verdict = given.get("verdict", str(VERDICTS[0]))
    if verdict not in {str(v) for v in VERDICTS}:
        raise Http404
    return Asked(found, measure, VerdictKind(verdict), wanted_from(given, actor_of(request)))


def wanted_from(given: QueryDict, actor: Actor) -> Wanted:
    district = given.get("district", "")
    if district and not district.startswith(actor.region):
        raise Http404
    return Wanted(
        within=actor.region,
        district=district,
        industry=given.get("industry", ""),
        size=given.get("size", ""),
        least=yuan_from(given.get("least", "")),
        most=yuan_from(given.get("most", "")),
        not_told="not_told" in given,
        not_claimed="not_claimed" in given,
    )


def yuan_from(text: str) -> Decimal | None:
    """
    >>> yuan_from("1,200"), yuan_from("lots"), yuan_from("NaN")
    (Decimal('1200'), None, None)
    """
    try:
        number = Decimal(text.replace(",", "").strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def rows_of(firms: list[Firm], found: StoredRun | None) -> list[dict[str, Any]]:
    """Firms of one page with their names, masked."""
    try:
        snapshot: Snapshot | None = snapshot_of(found) if found is not None else None
    except NoSnapshot:
        snapshot = None
    rows = []
    for firm in firms:
        row = (snapshot.find(firm.code) if snapshot else None) or {}
        rows.append({"firm": firm, "name": masked_name(str(row.get("name") or ""))})
    return rows
