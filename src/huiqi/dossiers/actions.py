"""Writes on firms' files: facts, decisions, consents, viewings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from huiqi.access.actor import Actor
from huiqi.audit.actions import record_deed
from huiqi.dossiers.groups import Group
from huiqi.dossiers.models import Consent, RecordedFact, Viewing
from huiqi.dossiers.types import Standing
from huiqi.forms.kept import plain
from huiqi.matching.party import Party
from huiqi.measures.expressions import Value


class NotOpen(ValueError):
    """It was decided or withdrawn already."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that shows what is stated, as it is stored."""

    name: str  # as it was called
    type: str
    seal: str  # SHA-256


@dataclass(frozen=True, slots=True)
class Statement:
    """What is stated of a firm."""

    fact: str
    value: Value
    as_of: date
    source: str
    remark: str = ""
    evidence: Evidence | None = None


@transaction.atomic
def record_fact(
    statement: Statement, *, about: Party, register_says: Value | None, by: str, on: date, at: datetime
) -> RecordedFact:
    """A statement of the firm. Where the register says otherwise it is a correction that waits for a decision.

    Raises IntegrityError where a correction of the same fact waits already, or the day is to come.
    """
    evidence = statement.evidence
    fact = RecordedFact.objects.create(
        party=about.code,
        region=about.region,
        firm_name=about.name or "",
        fact=statement.fact,
        value=plain(statement.value),
        said_by_register=None if register_says is None else plain(register_says),
        as_of=statement.as_of,
        source=statement.source,
        remark=statement.remark,
        standing=Standing.DECLARED if register_says is None else Standing.PROPOSED,
        evidence_name=evidence.name if evidence else "",
        evidence_type=evidence.type if evidence else "",
        evidence_seal=evidence.seal if evidence else "",
        recorded_by=by,
        recorded_on=on,
        recorded_at=at,
    )
    leave_deed("recorded", fact, by=by, at=at)
    return fact


@transaction.atomic
def decide_fact(key: int, *, accepted: bool, reason: str, by: str, on: date, at: datetime) -> RecordedFact:
    """Raises NotOpen; IntegrityError where a refusal has no reason or somebody decides on their own."""
    fact = RecordedFact.objects.select_for_update().get(pk=key)
    if fact.standing != Standing.PROPOSED or fact.withdrawn_at is not None:
        raise NotOpen
    fact.standing = Standing.ACCEPTED if accepted else Standing.REFUSED
    fact.decided_by, fact.decided_on, fact.decided_at, fact.decision = by, on, at, reason
    fact.save(update_fields=["standing", "decided_by", "decided_on", "decided_at", "decision"])
    leave_deed("accepted" if accepted else "refused", fact, by=by, at=at)
    return fact


@transaction.atomic
def withdraw_fact(key: int, *, reason: str, by: str, at: datetime) -> RecordedFact:
    """Raises NotOpen where it was withdrawn already; IntegrityError without a reason."""
    fact = RecordedFact.objects.select_for_update().get(pk=key)
    if fact.withdrawn_at is not None or fact.standing == Standing.REFUSED:
        raise NotOpen
    fact.withdrawn_by, fact.withdrawn_at, fact.withdrawal = by, at, reason
    fact.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawal"])
    leave_deed("withdrawn", fact, by=by, at=at)
    return fact


def leave_deed(what: str, fact: RecordedFact, *, by: str, at: datetime) -> None:
    detail = {"fact": fact.fact, "record": fact.pk, "standing": str(fact.standing)}
    record_deed(f"dossiers.fact.{what}", f"party:{fact.party}", by=by, at=at, detail=detail)


@dataclass(frozen=True, slots=True)
class Audience:
    """A bank or agency that may be let in."""

    code: str
    name: str


@transaction.atomic
def give_consent(
    audience: Audience,
    groups: Iterable[Group],
    *,
    about: Party,
    until: date,
    by: str,
    on: date,
    at: datetime,
) -> Consent:
    """Let an audience see some groups until a day; an earlier consent for the same audience ends with it."""
    withdraw_open(about.code, audience.code, by=by, on=on, at=at)
    consent = Consent.objects.create(
        party=about.code,
        firm_name=about.name or "",
        audience=audience.code,
        audience_name=audience.name,
        groups=[str(group) for group in groups],
        began_on=on,
        until=until,
        given_by=by,
        given_at=at,
    )
    detail = {"audience": audience.code, "groups": consent.groups, "until": until.isoformat()}
    record_deed("dossiers.consent.given", f"party:{about.code}", by=by, at=at, detail=detail)
    return consent


@transaction.atomic
def withdraw_open(code: str, audience: str, *, by: str, on: date, at: datetime) -> int:
    """End what an audience was allowed; how many consents there were (none or one)."""
    found = Consent.objects.select_for_update().filter(party=code, audience=audience, withdrawn_at=None)
    for consent in found:
        consent.withdrawn_on, consent.withdrawn_by, consent.withdrawn_at = on, by, at
        consent.save()
        detail = {"audience": audience, "consent": consent.pk}
        record_deed("dossiers.consent.withdrawn", f"party:{code}", by=by, at=at, detail=detail)
    return len(found)


@transaction.atomic
def record_viewing(code: str, groups: Iterable[Group], *, by: Actor, behalf: str, at: datetime) -> Viewing:
    """Somebody else looked: the firm is shown it, and the audit trail has it."""
    seen = [str(group) for group in groups]
    viewing = Viewing.objects.create(
        party=code, by=by.name, role=by.role, on_behalf_of=behalf, groups=seen, at=at
    )
    detail = {"role": str(by.role), "for": behalf, "groups": seen}
    record_deed("dossiers.file.viewed", f"party:{code}", by=by.name, at=at, detail=detail)
    return viewing
