"""Registers of one's authority: which, who stands in each, what ends and what must be reviewed."""

import csv
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.base.spreadsheet import plain_cell
from huiqi.holdings.current import pack_named
from huiqi.procedures.keep_roll import keeps, registers_kept_by
from huiqi.procedures.show_roll import counted, row_of, shown_fields
from huiqi.registers.entries import key_of
from huiqi.registers.types import Register
from huiqi.rolls.actions import note_export
from huiqi.rolls.models import Entry
from huiqi.rolls.proposing import proposals_in
from huiqi.rolls.queries import all_entries_in, entries_ending, entries_in, reviews_overdue, standing_on
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.say import here, say

ON_A_PAGE: Final = 30
MOST_EXPORTED: Final = 20_000
SOON: Final = timedelta(days=60)
LONGEST_WORDS: Final = 60


def ending(register: Register) -> QuerySet[Entry]:
    return entries_ending(register=key_of(register), first=today(), last=today() + SOON)


SHOWS: Final[dict[str, tuple[Bilingual, Callable[[Register], QuerySet[Entry]]]]] = {
    "standing": (Bilingual("在册", "In the register"), lambda r: entries_in(r, on=today())),
    "ending": (Bilingual("60天内到期", "Ending within 60 days"), ending),
    "review": (Bilingual("逾期未复核", "Review overdue"), lambda r: reviews_overdue(r, on=today())),
    "left": (Bilingual("已移出", "Left"), lambda r: all_entries_in(r).exclude(left_on=None)),
}


def kept_register_here(request: HttpRequest, pack: str, name: str) -> Register:
    """A register that is the actor's to keep; 404 for any other, as if there were none."""
    found = pack_named(pack)
    register = found.registers.get(name) if found is not None else None
    if register is None or not keeps(actor_of(request), register):
        raise Http404
    return register


@require_GET
@may(Permission.ROLL_KEEP)
def kept_registers(request: HttpRequest) -> HttpResponse:
    """The registers one's authority keeps, with what there is to do in each."""
    day = today()
    found = registers_kept_by(actor_of(request))
    keys = [key_of(register) for register in found]
    standing = counted(standing_on(day), keys)
    soon = counted(Q(left_on=None, ends_on__gte=day, ends_on__lte=day + SOON), keys)
    overdue = counted(standing_on(day) & Q(review_due__lt=day), keys)
    rows = [
        (r, standing.get(k, 0), soon.get(k, 0), overdue.get(k, 0)) for r, k in zip(found, keys, strict=True)
    ]
    rows.sort(key=lambda row: (-row[3], -row[2], -row[1]))
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/roll_list.html", {"page": page, "rows": page})


def asked(request: HttpRequest, register: Register) -> tuple[str, str, QuerySet[Entry]]:
    """Which entries are asked for, the words of the name, and the entries."""
    show = request.GET.get("show", "")
    show = show if show in SHOWS else "standing"
    words = request.GET.get("q", "").strip()[:LONGEST_WORDS]
    found = SHOWS[show][1](register)
    if words:
        found = found.filter(Q(name__icontains=words) | Q(party=words))
    return show, words, found


@require_GET
@may(Permission.ROLL_KEEP)
def kept_register(request: HttpRequest, pack: str, name: str) -> HttpResponse:
    register = kept_register_here(request, pack, name)
    show, words, found = asked(request, register)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    fields = shown_fields(register, to_all=True)[:3]
    context = {
        "register": register,
        "shows": [(key, title) for key, (title, _) in SHOWS.items()],
        "show": show,
        "words": words,
        "page": page,
        "rows": [row_of(entry, register, fields, to_all=False) for entry in page],
        "proposed": proposals_in(register).count() if register.enters_by_itself else None,
        "today": today(),
    }
    return render(request, "desk/roll_register.html", context)


@require_GET
@may(Permission.ROLL_KEEP)
def proposed_entries(request: HttpRequest, pack: str, name: str) -> HttpResponse:
    """Who may enter by the rule of the register, found by night; the keeper decides on each."""
    register = kept_register_here(request, pack, name)
    page = Paginator(proposals_in(register), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/roll_proposed.html", {"register": register, "page": page})


@require_GET
@may(Permission.ROLL_KEEP)
def kept_register_export(request: HttpRequest, pack: str, name: str) -> HttpResponse:
    """All fields of the entries asked for, as a file; the export leaves a deed."""
    register = kept_register_here(request, pack, name)
    show, _, found = asked(request, register)
    entries = list(found[:MOST_EXPORTED])
    note_export(register, len(entries), show, by=actor_of(request).name, at=now())
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{register.id}.csv"'
    response.write("\ufeff")
    write_entries(csv.writer(response), register, entries)
    return response


def write_entries(writer: Any, register: Register, entries: list[Entry]) -> None:
    fields = shown_fields(register, to_all=False)
    writer.writerow(
        [
            say("编号", "number"), say("名称", "name"), say("信用代码", "credit code"), say("等级", "grade"),
            *(here(field.kind.label) for field in fields),
            say("列入日期", "entered"), say("有效期至", "valid until"), say("最近复核", "reviewed"),
            say("移出日期", "left"), say("移出原因", "why"),
        ]
    )  # fmt: skip
    for entry in entries:
        row = row_of(entry, register, fields, to_all=False)
        days = (entry.entered_on, entry.ends_on, entry.reviewed_on, entry.left_on)
        said = [day.isoformat() if day is not None else "" for day in days]
        words = [here(words) for _, words in row.cells]
        cells = [str(entry.pk), row.name, entry.party, here(row.grade), *words, *said, here(row.exit)]
        writer.writerow([plain_cell(cell) for cell in cells])
