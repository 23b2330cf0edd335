"""Documents: which there are, what one is, and its clauses with what each is bound to."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Path, Query, Router
from pydantic import Field

from huiqi.api.days import today
from huiqi.api.problems import not_found
from huiqi.api.sending import as_json, unchanged_while_rules_are
from huiqi.api.shapes import KEPT, AskedOn, AskedPage, Page, Period, Region, Shape, Words, page_of
from huiqi.base.bilingual import Bilingual
from huiqi.forms.declare import nearest
from huiqi.holdings.current import library, measures_on
from huiqi.holdings.texts import text_of
from huiqi.measures.types import Period as Days
from huiqi.packs.reading import Bound, ReadClause, counts_of, read_clauses
from huiqi.packs.types import Pack
from huiqi.packs.verdict_json import text

router = Router(tags=["documents"])
Level = Literal["nation", "province", "city", "standard"]


class DocumentBrief(Shape):
    """A policy document or a standard."""

    slug: str
    number: str | None
    title: Words
    issuer: str
    level: Level
    jurisdiction: Words
    region: str
    signed: date | None
    in_force: Period
    holds: bool  # on the day that was asked about
    version: str
    clauses: int
    measures: int  # that hold on the day


class DocumentList(Page):
    items: list[DocumentBrief]


class Precedence(Shape):
    """How a document stands to others."""

    over: str
    rule: str
    clause: str


class Count(Shape):
    noun: Words
    count: int


class DocumentAnswer(DocumentBrief):
    """With what it stands on and what it is bound to."""

    day: date
    requires: list[str]
    precedence: list[Precedence]
    bound_to: list[Count]
    official_text: bool  # whether its words were imported here


class BoundTo(Shape):
    """Something that a clause is bound to; `id` names it within its document."""

    noun: str
    id: str
    title: Words
    detail: Words


class Clause(Shape):
    """A clause in our own words, with the official ones where they were imported."""

    id: str
    label: str | None
    section: str | None
    title: str | None
    parent: str | None
    depth: int
    kinds: list[str]
    summary: Words
    official: str | None
    bound_to: list[BoundTo]


class ClauseList(Shape):
    document: str
    version: str
    clauses: list[Clause]


class DocumentsAsked(AskedPage):
    region: Region | None = Field(
        None, description="区划代码：适用于该地的文件 · A place: documents that hold in it"
    )
    level: Level | None = Field(None, description="层级 · Level")
    holds: bool | None = Field(
        None, description="true：当日有效的；false：当日无效的 · In force on the day, or not"
    )


@router.get("documents", response={200: DocumentList, **KEPT}, summary="政策文件 · Documents")
@unchanged_while_rules_are
def documents(request: HttpRequest, asked: Query[DocumentsAsked]) -> HttpResponseBase:
    """全部政策文件和标准。

    All documents and standards that are here.
    """
    day = asked.on or today()
    found = [p for p in library().packs.values() if wanted(p, asked, day)]
    shown, about = page_of(found, asked, day=day)
    return as_json({**about, "items": [brief(pack, day) for pack in shown]})


@router.get("documents/{slug}", response={200: DocumentAnswer, **KEPT}, summary="一份文件 · One document")
@unchanged_while_rules_are
def document(request: HttpRequest, slug: Path[str], asked: Query[AskedOn]) -> HttpResponseBase:
    """元数据、当日是否有效、所依据和取代的规定。

    Its particulars, whether it holds on the day, how it stands to others.
    """
    pack, day = pack_named(slug), asked.on or today()
    return as_json(
        {
            **brief(pack, day),
            "day": day.isoformat(),
            "requires": list(pack.requires),
            "precedence": [
                {"over": p.over, "rule": str(p.rule), "clause": p.clause} for p in pack.standing.precedence
            ],
            "bound_to": [{"noun": text(n), "count": count} for n, count in counts_of(read_clauses(pack))],
            "official_text": text_of(slug) is not None,
        }
    )


@router.get("documents/{slug}/clauses", response={200: ClauseList, **KEPT}, summary="条款 · Clauses")
@unchanged_while_rules_are
def clauses(request: HttpRequest, slug: Path[str], asked: Query[AskedOn]) -> HttpResponseBase:
    """每条的摘要及其落实：措施、任务、目标、系统。

    Each clause in short, and what carries it out.
    """
    pack = pack_named(slug)
    words = text_of(slug)
    official = words.clauses if words is not None else {}
    said = [clause_as_json(read, official) for read in read_clauses(pack)]
    return as_json({"document": slug, "version": pack.version, "clauses": said})


def pack_named(slug: str, *, where: str = "path.slug") -> Pack:
    """Raises Refused (404); `where` says what named it."""
    packs = library().packs
    if slug not in packs:
        hint = nearest(slug, packs).removeprefix("; ")
        remedy = Bilingual(f"见 /api/v1/documents {hint}", f"See /api/v1/documents {hint}")
        raise not_found(slug, where=where, remedy=remedy)
    return packs[slug]


def wanted(pack: Pack, asked: DocumentsAsked, day: date) -> bool:
    return (
        (asked.level is None or pack.level == asked.level)
        and (asked.region is None or asked.region.startswith(pack.region))
        and (asked.holds is None or pack.in_force.holds_on(day) == asked.holds)
    )


def brief(pack: Pack, day: date) -> dict[str, Any]:
    return {
        "slug": pack.id,
        "number": pack.number,
        "title": text(pack.title),
        "issuer": pack.issuer,
        "level": pack.level,
        "jurisdiction": text(pack.jurisdiction),
        "region": pack.region,
        "signed": pack.signed.isoformat() if pack.signed else None,
        "in_force": days_as_json(pack.in_force),
        "holds": pack.in_force.holds_on(day),
        "version": pack.version,
        "clauses": len(pack.clauses),
        "measures": sum(measure.pack == pack.id for measure in measures_on(day)),
    }


def days_as_json(days: Days) -> dict[str, str | None]:
    return {
        "from": days.first.isoformat() if days.first else None,
        "until": days.last.isoformat() if days.last else None,
    }


def clause_as_json(read: ReadClause, official: Mapping[str, str]) -> dict[str, Any]:
    clause = read.clause
    return {
        "id": clause.id,
        "label": clause.label,
        "section": clause.section,
        "title": clause.title,
        "parent": clause.parent,
        "depth": read.depth,
        "kinds": list(clause.kinds),
        "summary": text(clause.summary),
        "official": official.get(clause.id),
        "bound_to": [bound_as_json(bound) for group in read.groups for bound in group.items],
    }


def bound_as_json(bound: Bound) -> dict[str, Any]:
    return {
        "noun": bound.noun,
        "id": bound.id,
        "title": text(bound.title),
        "detail": text(bound.detail),
    }
