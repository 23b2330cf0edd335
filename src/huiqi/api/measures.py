"""Measures: which hold on a day, and one of them with conditions in words and as the rule has them."""

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Path, Query, Router
from pydantic import Field

from huiqi.api.days import today
from huiqi.api.documents import days_as_json, pack_named
from huiqi.api.problems import not_found
from huiqi.api.sending import as_json, unchanged_while_rules_are
from huiqi.api.shapes import (
    KEPT,
    AskedOn,
    AskedPage,
    Audience,
    Page,
    Period,
    Region,
    Shape,
    Words,
    page_of,
)  # fmt: skip
from huiqi.api.written import Written, written_on
from huiqi.base.bilingual import Bilingual
from huiqi.forms.declare import nearest
from huiqi.holdings.current import library, measure_on, measures_on
from huiqi.measures.measure_words import AUDIENCES, AWARDS
from huiqi.measures.types import FactKind, Measure
from huiqi.packs.guide import Guide, guide_to
from huiqi.packs.verdict_json import text
from huiqi.search.current import bring_up_to_date
from huiqi.search.models import Kind
from huiqi.search.queries import Asked as Sought
from huiqi.search.queries import search

router = Router(tags=["measures"])


class MeasureBrief(Shape):
    """A measure in short; `measure` is its full name."""

    measure: str
    document: str
    id: str
    title: Words
    clause: str
    audience: str
    award: str
    matter: str | None
    region: str
    period: Period
    computable: Literal["full", "eligibility_only", "not"]
    decided_by: list[str]


class MeasureList(Page):
    items: list[MeasureBrief]


class Condition(Shape):
    """One condition: in words, as the rule has it, and the clause it stands on."""

    id: str
    words: Words
    when: str
    clause: str
    judged: list[Words]  # what in it only a person can say


class AwardAnswer(Shape):
    """What it gives: in words, and as the rule has it."""

    kind: str
    title: Words
    words: Words
    unit: str | None
    ceiling: bool
    amount: str | None
    amount_is: Words | None
    per: Words | None
    value: str | None  # in yuan
    also: dict[str, str]


class FactNeeded(Shape):
    """A fact that the rule stands on, and how it is stated."""

    fact: str
    label: Words
    type: Literal["bool", "int", "decimal", "money", "ratio", "date", "text", "enum"]
    unit: str | None
    about: Literal["party", "claim"]
    judged: bool
    derived: bool  # worked out of others where it is not stated
    values: dict[str, Words]


class MeasureAnswer(MeasureBrief):
    day: date
    holds: bool  # on the day that was asked about
    audience_words: Words
    who: Words
    conditions: list[Condition]
    gives: AwardAnswer
    facts: list[FactNeeded]
    open: list[Words]
    note: Words | None
    same_matter: list[str]
    version: str  # of the document's rules


class MeasuresAsked(AskedPage):
    q: str = Field("", max_length=100, description="关键词，中文英文均可 · Words, Chinese or English")
    document: str | None = Field(None, max_length=80, description="文件 · Slug of a document")
    audience: Audience | None = Field(None, description="对象 · For whom")
    region: Region | None = Field(
        None, description="区划代码：在该地适用的措施 · A place: measures that hold in it"
    )


@router.get("measures", response={200: MeasureList, **KEPT}, summary="政策措施 · Measures")
@unchanged_while_rules_are
def measures(request: HttpRequest, asked: Query[MeasuresAsked]) -> HttpResponseBase:
    """当日有效的措施；有关键词时按相关程度排列。

    Measures that hold on the day; with words, best first.
    """
    day = asked.on or today()
    if asked.document is not None:
        pack_named(asked.document, where="query.document")
    found = sought(asked, day) if asked.q.strip() else [m for m in measures_on(day) if wanted(m, asked)]
    shown, about = page_of(found, asked, day=day)
    return as_json({**about, "items": [brief(measure) for measure in shown]})


@router.get("measures/{pack}/{id}", response={200: MeasureAnswer, **KEPT}, summary="一项措施 · One measure")
@unchanged_while_rules_are
def measure(request: HttpRequest, pack: Path[str], id: Path[str], asked: Query[AskedOn]) -> HttpResponseBase:
    """条件（文字和规则）、给付、期限、条款、所需要素。不在执行期内时给出最近的版本，holds 为 false。

    Conditions in words and as rules, award, period, facts needed. Outside its period the version that holds now, with
    `holds` false.
    """
    day = asked.on or today()
    known = pack_named(pack, where="path.pack")
    found = measure_on(f"{pack}/{id}", day)
    if found is None or found.id != id:
        names = {m.id for m in known.measures.values()}
        hint = nearest(id, names).removeprefix("; ")
        remedy = Bilingual(
            f"见 /api/v1/measures?document={pack} {hint}", f"See /api/v1/measures?document={pack} {hint}"
        )
        raise not_found(f"{pack}/{id}", where="path.id", remedy=remedy)
    return as_json(whole(found, day))


def sought(asked: MeasuresAsked, day: date) -> list[Measure]:
    """What the search of the site finds, in its order."""
    bring_up_to_date()
    words = asked.q.replace("\x00", " ")
    narrowed = Sought(
        words, Kind.MEASURE, asked.document or "", region=asked.region or "", audience=asked.audience or ""
    )
    here = {m.key: m for m in measures_on(day)}
    keys = dict.fromkeys(f"{e.pack}/{e.name.partition('@')[0]}" for e in search(narrowed, day=day).entries)
    return [here[key] for key in keys if key in here]


def wanted(measure: Measure, asked: MeasuresAsked) -> bool:
    return (
        (asked.document is None or measure.pack == asked.document)
        and (asked.audience is None or measure.audience == asked.audience)
        and (asked.region is None or asked.region.startswith(measure.region))
    )


def brief(measure: Measure) -> dict[str, Any]:
    return {
        "measure": measure.key,
        "document": measure.pack,
        "id": measure.id,
        "title": text(measure.title),
        "clause": measure.clause,
        "audience": measure.audience,
        "award": measure.award.kind,
        "matter": measure.matter,
        "region": measure.region,
        "period": days_as_json(measure.period),
        "computable": measure.computable,
        "decided_by": list(measure.decided_by),
    }


def whole(measure: Measure, day: date) -> dict[str, Any]:
    guide = guide_to(measure, library(), day=day)
    written = written_on(guide.pack, measure, day=day)
    kinds = guide.kinds
    return {
        **brief(measure),
        "day": day.isoformat(),
        "holds": measure.period.holds_on(day),
        "audience_words": text(AUDIENCES[measure.audience]),
        "who": text(guide.who),
        "conditions": [
            {
                "id": asked.id,
                "words": text(asked.sentence),
                "when": written.conditions[asked.id],
                "clause": asked.clause,
                "judged": [text(label) for label in asked.judged],
            }
            for asked in guide.conditions
        ],
        "gives": award_as_json(guide, written),
        "facts": [fact_as_json(kind) for kind in kinds],
        "open": [text(words) for words in measure.open],
        "note": text(measure.note) if measure.note else None,
        "same_matter": list(dict.fromkeys(m.key for m in guide.same_matter if m.key != measure.key)),
        "version": guide.pack.version,
    }


def award_as_json(guide: Guide, written: Written) -> dict[str, Any]:
    award = guide.measure.award
    return {
        "kind": award.kind,
        "title": text(AWARDS[award.kind]),
        "words": text(guide.award),
        "unit": award.unit,
        "ceiling": award.ceiling,
        "amount": written.amount,
        "amount_is": text(award.amount_is) if award.amount_is else None,
        "per": text(award.per) if award.per else None,
        "value": written.value,
        "also": dict(written.also),
    }


def fact_as_json(kind: FactKind) -> dict[str, Any]:
    return {
        "fact": kind.name,
        "label": text(kind.label),
        "type": str(kind.type),
        "unit": kind.unit,
        "about": kind.about,
        "judged": kind.judged,
        "derived": kind.formula is not None,
        "values": {value: text(label) for value, label in kind.values.items()},
    }
