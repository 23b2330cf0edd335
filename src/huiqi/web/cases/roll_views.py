"""Public registers (名录): which there are, who stands in one on the chosen day; and a firm's own entries."""

import csv
from typing import Final

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.base.spreadsheet import plain_cell
from huiqi.holdings.current import library, pack_named
from huiqi.procedures.keep_roll import register_of
from huiqi.procedures.show_roll import (
    counts_on,
    lists_people,
    public_registers,
    row_of,
    shown_fields,
)
from huiqi.registers.entries import key_of, made_known
from huiqi.registers.types import Access, Register
from huiqi.rolls.queries import entries_of, public_entries, with_grade_then
from huiqi.web.shared.day import day_of
from huiqi.web.shared.templatetags.say import here, say

ON_A_PAGE: Final = 30
MOST_EXPORTED: Final = 20_000
LONGEST_WORDS: Final = 60


def register_here(pack: str, name: str) -> Register:
    """A public register; 404 for any other, as if there were none."""
    found = pack_named(pack)
    register = found.registers.get(name) if found is not None else None
    if register is None or register.access is not Access.PUBLIC:
        raise Http404
    return register


@require_GET
@may(Permission.PUBLIC)
def registers(request: HttpRequest) -> HttpResponse:
    """Every public register with how many stand in it; those with entries first."""
    day = day_of(request)
    words, pack = request.GET.get("q", "").strip()[:LONGEST_WORDS], request.GET.get("document", "")
    found = public_registers(words, pack)
    counts = counts_on(day, found)
    rows = [(register, counts.get(key_of(register), 0)) for register in found]
    rows.sort(key=lambda row: -row[1])
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "words": words,
        "document": pack,
        "documents": [(slug, p) for slug, p in library().packs.items() if public_registers("", slug)],
        "page": page,
        "rows": [(register, count, pack_named(register.pack)) for register, count in page],
    }
    return render(request, "cases/roll_list.html", context)


@require_GET
@may(Permission.PUBLIC)
def register(request: HttpRequest, pack: str, name: str) -> HttpResponse:
    """Who or what stands in a register on the chosen day."""
    shown, day = register_here(pack, name), day_of(request)
    words, grade = asked(request, shown)
    found = with_grade_then(public_entries(shown, on=day, words=words), day)
    if grade:
        found = found.filter(grade_then=grade)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    fields = shown_fields(shown, to_all=True)
    context = {
        "register": shown,
        "pack": pack_named(pack),
        "fields": fields,
        "page": page,
        "rows": [row_of(entry, shown, fields, to_all=True) for entry in page],
        "words": words,
        "grade": grade,
        "is_of_people": lists_people(shown),
        "synthetic": any(entry.synthetic for entry in page),
    }
    return render(request, "cases/roll_register.html", context)


def asked(request: HttpRequest, shown: Register) -> tuple[str, str]:
    """Words of the name and the grade; people are not looked for by name, which would unmask them."""
    words = "" if lists_people(shown) else request.GET.get("q", "").strip()[:LONGEST_WORDS]
    grade = request.GET.get("grade", "")
    return words, grade if grade in {g.id for g in shown.grades} else ""


@require_GET
@may(Permission.PUBLIC)
def register_export(request: HttpRequest, pack: str, name: str) -> HttpResponse:
    """The same as a file, as many entries as one file takes."""
    shown, day = register_here(pack, name), day_of(request)
    words, grade = asked(request, shown)
    found = with_grade_then(public_entries(shown, on=day, words=words), day)
    if grade:
        found = found.filter(grade_then=grade)
    fields = shown_fields(shown, to_all=True)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{shown.id}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    head = [say("名称", "name"), say("等级", "grade"), *(here(f.kind.label) for f in fields)]
    writer.writerow([*head, say("列入日期", "entered"), say("有效期至", "valid until")])
    for entry in found[:MOST_EXPORTED]:
        row = row_of(entry, shown, fields, to_all=True)
        cells = [row.name, here(row.grade), *(here(words) for _, words in row.cells)]
        days = [entry.entered_on.isoformat(), entry.ends_on.isoformat() if entry.ends_on else ""]
        writer.writerow([plain_cell(text) for text in (*cells, *days)])
    return response


@require_GET
@may(Permission.OWN_CASES)
def my_entries(request: HttpRequest) -> HttpResponse:
    """The registers one's own party stands or stood in, public or not."""
    party, day = actor_of(request).party, day_of(request)
    standing = set(entries_of(party, on=day).values_list("pk", flat=True))
    page = Paginator(entries_of(party), ON_A_PAGE).get_page(request.GET.get("page"))
    rows = []
    for entry in page:
        found = register_of(entry)
        if found is not None:
            memberships = made_known(found, entry.grade) if entry.pk in standing else ()
            known = [fact_name(found, m.fact) for m in memberships]
            rows.append((found, row_of(entry, found, (), to_all=False), entry.pk in standing, known))
    return render(request, "cases/roll_mine.html", {"rows": rows, "page": page})


def fact_name(register: Register, fact: str) -> object:
    return library().packs[register.pack].rulebook.kinds[fact].label
