"""A party of a register with everything that is said of it: verdicts, combination, words, questions."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import typer

from huiqi.base.problem import Problem
from huiqi.cli.explain_view import View
from huiqi.cli.setting import err, library
from huiqi.matching.ask import Question, begin, first_questions, interview
from huiqi.matching.party import Party, Rules, UnfitFact, assess, explainers_for, in_scope, party_from
from huiqi.measures.words import Language
from huiqi.packs.findings import places_of
from huiqi.registry.codes import read_code
from huiqi.registry.manifest import UnreadableManifest
from huiqi.registry.snapshot import NoSnapshot, Snapshot, open_snapshot

MOST_QUESTIONS = 6


@dataclass(frozen=True, slots=True)
class Dossier:
    """A party with everything that is said about it."""

    party: Party
    as_of: date
    is_synthetic: bool
    view: View
    questions: tuple[Question, ...]


def dossier_of(
    registry: Path, code: str, *, as_of: date | None, packs: tuple[str, ...], language: Language
) -> Dossier:
    """Find a party in a register and say everything of it; exits where one of them is not there."""
    snapshot = snapshot_or_exit(registry)
    loaded = library(only=packs)
    rules = Rules.of(loaded.measures(), loaded.rulebooks())
    party = party_or_exit(snapshot, code, rules, registry)
    day = as_of or date.fromisoformat(str(snapshot.manifest.as_of))
    assessment = assess(party, rules, as_of=day, matters=loaded.matters(), standings=loaded.standings())
    explainers = explainers_for(party.stated, rules, as_of=day, places=places_of(loaded))
    return Dossier(
        party,
        day,
        snapshot.manifest.synthetic,
        View(loaded, assessment, explainers, language),
        tuple(
            first_questions(
                begin(interview(rules_in_scope(rules, party), as_of=day), party.stated), MOST_QUESTIONS
            )
        ),
    )


def rules_in_scope(rules: Rules, party: Party) -> Rules:
    inside = [m for m in rules.measures if in_scope(m, roles=party.roles, region=party.region)]
    return rules.only(inside)


def snapshot_or_exit(registry: Path) -> Snapshot:
    try:
        return open_snapshot(registry)
    except (NoSnapshot, UnreadableManifest) as error:
        err.print(str(error), markup=False)
        raise typer.Exit(1) from None


def party_or_exit(snapshot: Snapshot, code: str, rules: Rules, registry: Path) -> Party:
    read = read_code(code, where="code")
    if isinstance(read, Problem):
        err.print(str(read), markup=False)
        raise typer.Exit(2)
    row = snapshot.find(read.text)
    if row is None:
        err.print(f"The register {registry} holds no party with the code {read.text}.", markup=False)
        raise typer.Exit(1)
    try:
        return party_from(row, rules.kinds)
    except UnfitFact as error:
        err.print(f"{read.text}: {error}", markup=False)
        raise typer.Exit(1) from None
