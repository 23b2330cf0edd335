"""From packs, and the official texts at hand, to what can be found."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.measures.measure_words import AWARDS, award_words, who_words
from huiqi.measures.sentences import Speaker
from huiqi.measures.types import Measure
from huiqi.measures.words import LANGUAGES, Language
from huiqi.packs.types import ClauseSummary, Library, Pack

FORM: Final = "1"
"""Changes whenever this module makes other entries of the same packs."""
SEPARATOR: Final = {"zh": "；", "en": "; "}


@dataclass(frozen=True, slots=True)
class Findable:
    """A document, clause or measure as it is found."""

    kind: str
    pack: str
    name: str
    title: Bilingual
    body: Bilingual
    level: str
    region: str
    first: date | None
    last: date | None
    audience: str = ""
    award: str = ""
    matter: str = ""
    clause: str = ""
    departments: tuple[str, ...] = ()


def mark_of(library: Library, texts: Mapping[str, str]) -> str:
    """A hash that differs once anything differs that entries are made from.

    Args:
        texts: of each imported text, a mark of its own.
    """
    said = hashlib.sha256(FORM.encode())
    for pack in library.packs.values():
        for part in (
            pack.id,
            pack.version,
            pack.title,
            pack.in_force,
            pack.clauses,
            pack.measures,
            pack.duties,
        ):
            said.update(repr(part).encode())
    said.update(repr(sorted(texts.items())).encode())
    return said.hexdigest()


def findables(library: Library, official: Mapping[str, Mapping[str, str]]) -> Iterator[Findable]:
    """Everything that can be found, measures first within each document.

    Args:
        official: the words of clauses by document and clause, where they were imported.
    """
    for pack in library.packs.values():
        if not pack.clauses and not pack.measures:
            continue
        yield from (of_measure(measure, pack) for measure in pack.measures.values())
        yield of_policy(pack)
        words = official.get(pack.id, {})
        yield from (of_clause(clause, pack, words.get(clause.id, "")) for clause in pack.clauses.values())


def of_measure(measure: Measure, pack: Pack) -> Findable:
    body = {
        language: SEPARATOR[language].join(measure_words(measure, pack, language)) for language in LANGUAGES
    }
    return Findable(
        kind="measure",
        pack=pack.id,
        name=measure.id,
        title=measure.title,
        body=Bilingual(body["zh"], body["en"]),
        level=pack.level,
        region=measure.region,
        first=measure.period.first,
        last=measure.period.last,
        audience=measure.audience,
        award=measure.award.kind,
        matter=measure.matter or "",
        clause=measure.clause,
        departments=measure.decided_by,
    )


def measure_words(measure: Measure, pack: Pack, language: Language) -> Iterator[str]:
    """What a measure gives, asks, leaves open; where it stands."""
    speaker = Speaker.of(pack.rulebook, language)
    yield award_words(measure, speaker)
    yield from (speaker.statement(condition.when) for condition in measure.conditions)
    yield who_words(measure, pack.jurisdiction).in_language(language)
    yield AWARDS.get(measure.award.kind, AWARDS["other"]).in_language(language)
    clause = pack.clauses.get(measure.clause)
    for text in (clause.summary if clause else None, *measure.open, measure.note):
        if text is not None:
            yield text.in_language(language).rstrip("。.")
    yield pack.title.in_language(language)
    if language == "zh":
        yield from measure.decided_by


def of_policy(pack: Pack) -> Findable:
    sections = dict.fromkeys(clause.section for clause in pack.clauses.values() if clause.section)
    zh = [pack.number or "", pack.issuer, pack.jurisdiction.zh, *sections]
    zh += [measure.title.zh for measure in pack.measures.values()]
    en = [pack.jurisdiction.en, *(measure.title.en for measure in pack.measures.values())]
    return Findable(
        kind="policy",
        pack=pack.id,
        name="",
        title=pack.title,
        body=Bilingual(SEPARATOR["zh"].join(filter(None, zh)), SEPARATOR["en"].join(en)),
        level=pack.level,
        region=pack.region,
        first=pack.in_force.first,
        last=pack.in_force.last,
        departments=(pack.issuer,),
    )


def of_clause(clause: ClauseSummary, pack: Pack, official: str) -> Findable:
    """Titled by its heading, or by its label; found by our words and the official ones."""
    heading = clause.title or clause.section or ""
    title = " ".join(filter(None, (clause.label, heading))) or clause.id
    owners = [owner for duty in pack.duties.values() if duty.clause == clause.id for owner in duty.owners]
    owners += [by for m in pack.measures.values() if m.clause == clause.id for by in m.decided_by]
    return Findable(
        kind="clause",
        pack=pack.id,
        name=clause.id,
        title=Bilingual(title, title),
        body=Bilingual("　".join(filter(None, (clause.summary.zh, official))), clause.summary.en),
        level=pack.level,
        region=pack.region,
        first=pack.in_force.first,
        last=pack.in_force.last,
        clause=clause.id,
        departments=tuple(dict.fromkeys(owners)),
    )
