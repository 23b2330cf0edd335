"""Somebody else looks at a firm's file: an office of its region, or a bank or agency it let in. Each look is kept."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import polars as pl

from huiqi.access.actor import Actor
from huiqi.base.problem import Problem
from huiqi.dossiers.actions import record_viewing
from huiqi.dossiers.groups import Group
from huiqi.dossiers.models import Consent
from huiqi.dossiers.queries import consent_for, file_of, groups_in
from huiqi.dossiers.types import Dossier, Section
from huiqi.holdings.current import register
from huiqi.registry.codes import read_code

MOST_FOUND: Final = 50
SHORTEST: Final = 2


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody was shown."""

    dossier: Dossier
    groups: frozenset[Group]
    consent: Consent | None = None

    @property
    def sections(self) -> tuple[Section, ...]:
        return self.dossier.sections(self.groups)


def look_as_office(code: str, *, by: Actor, on: date, at: datetime) -> Look | None:
    """The whole file, for an office whose region the firm is in; None for any other."""
    dossier = file_of(code, on=on)
    if dossier is None or not by.reaches(party=code, region=dossier.party.region):
        return None
    record_viewing(code, Group, by=by, behalf=by.authority, at=at)
    return Look(dossier, frozenset(Group))


def look_as_audience(code: str, *, by: Actor, on: date, today: date, at: datetime) -> Look | None:
    """The groups that the firm agreed to, while its consent lasts; None without one."""
    consent = consent_for(by.party, code, on=today)
    dossier = file_of(code, on=on) if consent is not None else None
    if consent is None or dossier is None:
        return None
    if not by.reaches(party=code, region=dossier.party.region, consented=True):
        return None
    groups = groups_in(consent)
    record_viewing(code, groups, by=by, behalf=consent.audience_name or by.party, at=at)
    return Look(dossier, groups, consent)


@dataclass(frozen=True, slots=True)
class Found:
    code: str
    name: str
    region: str


def find_firms(words: str, *, by: Actor) -> list[Found]:
    """Firms of the actor's region by credit code, or by a part of the name; at most `MOST_FOUND`, in order of code."""
    snapshot, words = register(), words.strip()
    if snapshot is None or len(words) < SHORTEST:
        return []
    code = read_code(words, where="code")
    if not isinstance(code, Problem):
        row = snapshot.find(code.text)
        found = [Found(code.text, str(row["name"] or ""), str(row["region"]))] if row is not None else []
        return [f for f in found if by.reaches(party=f.code, region=f.region)]
    paths = snapshot.files(by.region or None)
    if not paths:
        return []
    wanted = pl.col("name").str.contains(words, literal=True)
    here = pl.col("region").cast(pl.String).str.starts_with(by.region)
    table = (
        pl.scan_parquet(paths, hive_partitioning=False)
        .select("code", "name", "region")
        .filter(wanted & here)
        .head(MOST_FOUND)
        .collect()
    )
    found = [Found(row["code"], row["name"], str(row["region"])) for row in table.iter_rows(named=True)]
    return [f for f in found if by.reaches(party=f.code, region=f.region)]
