"""Somebody with a key reads what the last run found for a firm; the firm is shown who looked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from huiqi.access.actor import Actor
from huiqi.access.permissions import Scope
from huiqi.dossiers.actions import record_viewing
from huiqi.dossiers.groups import Group, group_of
from huiqi.dossiers.queries import consent_for, groups_in
from huiqi.holdings.current import library, register, run
from huiqi.matching.party import facts_behind
from huiqi.matching.stored import StoredRun
from huiqi.measures.types import Measure


@dataclass(frozen=True, slots=True)
class Found:
    """What one measure came to in the run."""

    measure: Measure
    row: Mapping[str, Any]  # as `matching.stored.ROWS` has it


@dataclass(frozen=True, slots=True)
class MatchesLook:
    """What somebody was shown."""

    code: str
    region: str
    run: StoredRun
    found: tuple[Found, ...]
    withheld: int  # stand on parts of the file that the firm did not agree to show


def look_at_matches(code: str, *, by: Actor, behalf: str, on: date, at: datetime) -> MatchesLook | None:
    """The stored verdicts of a firm; None where the run or the register has no such firm, or it is out of reach.

    To a bank or agency a verdict is shown if all the rule can stand on lies in the groups that the firm agreed
    to: the verdict would tell of the others.
    """
    snapshot, current = register(), run()
    row = snapshot.find(code) if snapshot is not None else None
    table = current.of_party(code) if current is not None else None
    if row is None or table is None or current is None:
        return None
    region = str(row["region"])
    groups = groups_open_to(by, code, region=region, on=on)
    if groups is None:
        return None
    if by.scope is not Scope.OWN_PARTY:
        record_viewing(code, sorted(groups), by=by, behalf=behalf, at=at)
    known = ((library().measure(found["measure"]), found) for found in table.to_pylist())
    whole = [Found(measure, found) for measure, found in known if measure is not None]
    shown = tuple(f for f in whole if len(groups) == len(Group) or groups_of(f.measure) <= groups)
    return MatchesLook(code, region, current, shown, len(whole) - len(shown))


def groups_open_to(by: Actor, code: str, *, region: str, on: date) -> frozenset[Group] | None:
    """The parts of a file that an actor may see; None where the firm is not the actor's to see at all."""
    consent = consent_for(by.party, code, on=on) if by.scope is Scope.CONSENTED else None
    if not region.startswith(by.region):
        return None
    if not by.reaches(party=code, region=region, consented=consent is not None):
        return None
    return groups_in(consent) if consent is not None else frozenset(Group)


def groups_of(measure: Measure) -> frozenset[Group]:
    """The parts of a file that a measure can stand on."""
    rulebook = library().packs[measure.pack].rulebook
    return frozenset(group_of(fact) for fact in facts_behind(measure, rulebook))
