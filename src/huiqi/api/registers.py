"""Public registers: which there are, and who or what stands in one. Open to everybody."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Path, Query, Router
from pydantic import Field

from huiqi.api.case_shapes import day_or_none, text_or_none
from huiqi.api.case_types import FieldAnswer, TimeSpan, fields_as_json, full_name, span
from huiqi.api.days import today
from huiqi.api.documents import pack_named
from huiqi.api.problems import not_found
from huiqi.api.sending import as_json
from huiqi.api.shapes import PROBLEMS, AskedOn, AskedPage, Page, Shape, Words, page_of
from huiqi.base.bilingual import Bilingual
from huiqi.forms.declare import nearest
from huiqi.packs.verdict_json import text
from huiqi.procedures.show_roll import counts_on, lists_people, public_registers, row_of, shown_fields
from huiqi.registers.entries import key_of
from huiqi.registers.types import Access, Register
from huiqi.rolls.queries import public_entries, with_grade_then

router = Router(tags=["registers"])


class RegisterBrief(Shape):
    """A register, and how many stand in it on the day."""

    name: str = Field(description="全名 · Full name, pack/id")
    document: str
    id: str
    title: Words
    of: str
    clauses: list[str]
    keeper: list[str]
    entry_case: str | None
    capacity: int | None
    entries: int


class RegisterList(Page):
    items: list[RegisterBrief]


class GradeAnswer(Shape):
    grade: str
    title: Words


class RegisterAnswer(RegisterBrief):
    day: date
    fields: list[FieldAnswer]  # those shown to everybody
    grades: list[GradeAnswer]
    term: TimeSpan | None
    note: Words | None


class EntryField(Shape):
    label: Words
    words: Words


class EntryAnswer(Shape):
    """One entry, its public fields; names of people are masked. A credit code is given of organisations."""

    name: str
    code: str | None
    region: str | None
    grade: Words | None
    entered_on: date
    ends_on: date | None
    fields: list[EntryField]
    synthetic: bool


class EntryList(Page):
    register_name: str
    items: list[EntryAnswer]


class RegistersAsked(AskedPage):
    document: str | None = Field(None, description="政策文件 · Slug of a document", max_length=100)
    q: str | None = Field(None, description="名称中的词 · Words of its title", max_length=60)


class EntriesAsked(AskedPage):
    q: str | None = Field(None, description="名称中的词 · Words of the name", max_length=60)
    grade: str | None = Field(None, description="等级 · Grade", max_length=64)


@router.get("registers", response={200: RegisterList, **PROBLEMS}, summary="名录 · Registers")
def registers(request: HttpRequest, asked: Query[RegistersAsked]) -> HttpResponseBase:
    """向社会公开的名录和当日在册数。

    Registers that everybody may look into, and how many stand in each on the day.
    """
    if asked.document is not None:
        pack_named(asked.document, where="query.document")
    day = asked.on or today()
    shown, about = page_of(public_registers(asked.q or "", asked.document or ""), asked, day=day)
    counts = counts_on(day, shown)
    items = [brief(register, counts.get(key_of(register), 0)) for register in shown]
    return as_json({**about, "items": items})


@router.get(
    "registers/{pack}/{id}", response={200: RegisterAnswer, **PROBLEMS}, summary="一个名录 · One register"
)
def register(request: HttpRequest, pack: Path[str], id: Path[str], asked: Query[AskedOn]) -> HttpResponseBase:
    """谁管、列什么、公开的字段、等级和有效期。

    Who keeps it, what it lists, its public fields, grades and term.
    """
    found, day = the_register(pack, id), asked.on or today()
    count = counts_on(day, [found]).get(key_of(found), 0)
    return as_json(
        {
            **brief(found, count),
            "day": day.isoformat(),
            "fields": fields_as_json(shown_fields(found, to_all=True)),
            "grades": [{"grade": grade.id, "title": text(grade.title)} for grade in found.grades],
            "term": span(found.term),
            "note": text(found.note) if found.note is not None else None,
        }
    )


@router.get(
    "registers/{pack}/{id}/entries", response={200: EntryList, **PROBLEMS}, summary="在册名单 · Entries"
)
def entries(
    request: HttpRequest, pack: Path[str], id: Path[str], asked: Query[EntriesAsked]
) -> HttpResponseBase:
    """当日在册的条目及公开字段。

    What stands in it on the day, with the public fields.
    """
    found, day = the_register(pack, id), asked.on or today()
    rows = with_grade_then(public_entries(found, on=day, words=asked.q or ""), day)
    if asked.grade is not None:
        rows = rows.filter(grade_then=asked.grade)
    total, start = rows.count(), (asked.page - 1) * asked.size
    about = {
        "day": day.isoformat(),
        "total": total,
        "page": asked.page,
        "pages": max(1, -(-total // asked.size)),
    }
    items = list(entries_as_json(rows[start : start + asked.size], found))
    return as_json({**about, "register_name": key_of(found), "items": items})


def the_register(pack: str, name: str) -> Register:
    """A public one. Raises Refused (404) for any other, as if there were none."""
    found = pack_named(pack, where="path.pack")
    public = {key: r for key, r in found.registers.items() if r.access is Access.PUBLIC}
    if name not in public:
        hint = nearest(name, public).removeprefix("; ")
        remedy = Bilingual(f"见 /api/v1/registers {hint}", f"See /api/v1/registers {hint}")
        raise not_found(f"{pack}/{name}", where="path.id", remedy=remedy)
    return public[name]


def brief(register: Register, count: int) -> dict[str, Any]:
    return {
        "name": key_of(register),
        "document": register.pack,
        "id": register.id,
        "title": text(register.title),
        "of": register.of,
        "clauses": list(register.clauses),
        "keeper": list(register.keeper),
        "entry_case": full_name(register.entry_case, register.pack),
        "capacity": register.capacity,
        "entries": count,
    }


def entries_as_json(rows: Iterable[Any], register: Register) -> Iterable[dict[str, Any]]:
    fields, of_people = shown_fields(register, to_all=True), lists_people(register)
    for entry in rows:
        row = row_of(entry, register, fields, to_all=True)
        yield {
            "name": row.name,
            "code": text_or_none(entry.party) if entry.is_party and not of_people else None,
            "region": text_or_none(entry.region),
            "grade": text(row.grade) if row.grade is not None else None,
            "entered_on": entry.entered_on.isoformat(),
            "ends_on": day_or_none(entry.ends_on),
            "fields": [
                {"label": text(label), "words": text(words)} for label, words in row.cells if words.zh
            ],
            "synthetic": entry.synthetic,
        }
