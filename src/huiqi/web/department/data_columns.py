"""Say which column of a file is which fact, and see the first rows as they would be read."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.base.problem import Problem
from huiqi.holdings.current import library
from huiqi.intakes.actions import begin_reading, name_columns
from huiqi.intakes.models import Intake
from huiqi.intakes.naming import SYSTEM_NAMES, Chosen, Manner, guess, known_names, mapping_of, units_of
from huiqi.intakes.places import place_of
from huiqi.intakes.preview import Preview, open_head, preview, sheets_of
from huiqi.intakes.queries import intakes_of
from huiqi.intakes.types import OPEN_TO_MAPPING
from huiqi.measures.types import FactKind
from huiqi.packs.register_columns import column_of, kinds_of_parties
from huiqi.registry.types import ROLES
from huiqi.web.department.work import read_in_background

DUPLICATES = (
    ("reject", Bilingual("都不采用，列入退回", "take none, return them")),
    ("last", Bilingual("采用最后一行", "the last row counts")),
    ("first", Bilingual("采用第一行", "the first row counts")),
)


@require_http_methods(["GET", "POST"])
@may(Permission.REGISTER_UPLOAD)
def data_columns(request: HttpRequest, key: int) -> HttpResponse:
    intake, actor = get_object_or_404(intakes_of(actor_of(request)), pk=key), actor_of(request)
    if intake.state not in OPEN_TO_MAPPING:
        return redirect("data_intake", key)
    kinds = kinds_of_parties(library())
    manner = _manner(request, intake)
    headers, unreadable = _headers(intake, manner, kinds)
    chosen = _posted(request, headers, kinds) or guess(headers, kinds, intake.mapping)
    mapping, problems = mapping_of(chosen, manner, kinds, source=intake.source) if headers else ({}, [])
    seen: Preview | None = None
    if headers and not problems:
        columns = {name: column_of(kind) for name, kind in kinds.items()}
        seen = preview(place_of(intake), mapping, columns, as_of=intake.as_of)
    if request.method == "POST" and seen is not None and not seen.problems:
        name_columns(intake, mapping, by=actor.name, at=now())
        if request.POST.get("then") == "read":
            begin_reading(intake, by=actor.name, at=now())
            read_in_background.enqueue(key, actor.name)
            return redirect("data_intake", key)
    context = {
        "intake": intake,
        "rows": [_row(place, one, kinds) for place, one in enumerate(chosen)],
        "facts": [(name, kind.label) for name, kind in sorted(kinds.items(), key=lambda i: i[1].label.zh)],
        "system": SYSTEM_NAMES.items(),
        "manner": manner,
        "duplicates": DUPLICATES,
        "roles": ROLES,
        "sheets": sheets_of(place_of(intake)),
        "problems": problems,
        "unreadable": unreadable,
        "preview": seen,
        "labels": [_label(name, kinds) for _, name in seen.columns] if seen else [],
        "was_kept": request.method == "POST" and seen is not None and not seen.problems,
    }
    return render(request, "department/data_columns.html", context)


def _manner(request: HttpRequest, intake: Intake) -> Manner:
    if request.method == "POST":
        fixed = request.POST.get("region_value", "").strip()
        way = request.POST.get("region", "code")
        row = request.POST.get("header_row", "1")
        return Manner(
            duplicates=request.POST.get("duplicates", "reject"),
            region=fixed if way == "value" else way,
            role=request.POST.get("role", "enterprise"),
            sheet=request.POST.get("sheet", ""),
            header_row=int(row) if row.isascii() and row.isdigit() and 1 <= int(row) <= 100 else 1,
        )
    kept = intake.mapping
    region = kept.get("region", {})
    sheets = sheets_of(place_of(intake))
    return Manner(
        duplicates=kept.get("duplicates", "reject"),
        region="column" if region.get("headers") else region.get("value") or "code",
        role=kept.get("roles", {}).get("value") or "enterprise",
        sheet=kept.get("sheet", "") or (sheets[0] if len(sheets) > 1 else ""),
        header_row=kept.get("header_row", 1),
    )


def _headers(
    intake: Intake, manner: Manner, kinds: dict[str, FactKind]
) -> tuple[tuple[str, ...], list[Problem]]:
    known = known_names(kinds)
    table, problems = open_head(
        place_of(intake), sheet=manner.sheet, header_row=manner.header_row, known=known
    )
    return (table.headers if table else ()), problems


def _posted(request: HttpRequest, headers: tuple[str, ...], kinds: dict[str, FactKind]) -> list[Chosen]:
    """What was chosen for each header; nothing where the page was of another sheet or header row."""
    if request.method != "POST" or request.POST.getlist("header") != list(headers):
        return []
    known = known_names(kinds)
    return [
        Chosen(
            header,
            to=_target(request.POST.get(f"to-{place}", ""), known),
            unit=request.POST.get(f"unit-{place}", "").strip(),
            words=request.POST.get(f"words-{place}", "").strip(),
        )
        for place, header in enumerate(headers)
    ]


def _target(text: str, known: dict[str, str]) -> str:
    """A fact may be named by its own name or by its label."""
    return known.get("".join(text.split()).lower(), text.strip())


def _row(place: int, one: Chosen, kinds: dict[str, FactKind]) -> dict[str, Any]:
    kind = kinds.get(one.to)
    return {
        "place": place,
        "one": one,
        "label": _label(one.to, kinds) if one.to else None,
        "units": [u for u in units_of(kind) if not u.isascii() or not u.isalpha()] if kind else [],
        "needs_unit": kind is not None and kind.type.value in ("money", "ratio"),
        "has_words": kind is not None and kind.type.value in ("enum", "bool") or one.to == "roles",
        "values": [(value, kind.values[value]) for value in kind.domain.values if value in kind.values]
        if kind
        else [],
    }


def _label(name: str, kinds: dict[str, FactKind]) -> Bilingual:
    return (
        SYSTEM_NAMES[name]
        if name in SYSTEM_NAMES
        else kinds[name].label
        if name in kinds
        else Bilingual(name, name)
    )
