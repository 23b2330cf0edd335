"""The rule desk: measures of the own region, their versions, and what is to be decided."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.holdings.current import library, repository_library
from huiqi.measures.types import Measure
from huiqi.packs.types import Pack
from huiqi.revisions.check import check
from huiqi.revisions.export import files_to_commit, zipped
from huiqi.revisions.in_force import texts_in_repository, texts_now
from huiqi.revisions.models import Revision, State
from huiqi.revisions.queries import packs_for, revisions_for
from huiqi.web.rules.scope import pack_for
from huiqi.web.shared.day import day_of

PAGE: Final = 40


@dataclass(frozen=True, slots=True)
class Row:
    """A measure on the list."""

    measure: Measure
    pack: Pack
    is_in_force: bool
    revisions: list[Revision] = field(default_factory=list)  # drafts of one's own, submitted, published


@require_GET
@may(Permission.RULE_DRAFT)
def rule_desk(request: HttpRequest) -> HttpResponse:
    """All measures one may revise, with search by name, pack and state."""
    actor = actor_of(request)
    packs = packs_for(actor, repository_library())
    query, chosen, state = (request.GET.get(name, "").strip() for name in ("q", "pack", "state"))
    by_key: dict[str, list[Revision]] = {}
    shown = revisions_for(actor).filter(state__in=[State.DRAFT, State.SUBMITTED, State.PUBLISHED])
    for revision in shown.defer("impact", "base_text", "new_text", "base_tests", "new_tests"):
        by_key.setdefault(revision.key, []).append(revision)
    day = day_of(request)
    rows = [
        Row(measure, pack, measure.period.holds_on(day), by_key.get(measure.key, []))
        for pack in packs
        if chosen in ("", pack.id)
        for measure in pack.measures.values()
        if matches(measure, query)
    ]
    context = {
        "page": Paginator([r for r in rows if is_in(r, state)], PAGE).get_page(request.GET.get("page")),
        "packs": packs,
        "q": query,
        "chosen": chosen,
        "state": state,
        "submitted": revisions_for(actor).filter(state=State.SUBMITTED).count(),
    }
    return render(request, "rules/desk.html", context)


def matches(measure: Measure, query: str) -> bool:
    """Every word stands in the name or the id."""
    said = f"{measure.title.zh} {measure.title.en} {measure.key} {measure.clause}".lower()
    return all(word in said for word in query.lower().split())


def is_in(row: Row, state: str) -> bool:
    match state:
        case "in_force":
            return row.is_in_force
        case "not_in_force":
            return not row.is_in_force
        case "draft" | "submitted" | "published":
            return any(r.state == state for r in row.revisions)
        case _:
            return True


@require_GET
@may(Permission.RULE_DRAFT)
def revisions(request: HttpRequest) -> HttpResponse:
    """All revisions of the region, newest first."""
    found = revisions_for(actor_of(request)).defer("impact", "base_text", "new_text")
    state = request.GET.get("state", "")
    if state in State.values:
        found = found.filter(state=state)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    titles = {m.key: m.title for m in repository_library().measures()}
    context = {
        "page": page,
        "rows": [(revision, titles.get(revision.key)) for revision in page],
        "state": state,
        "states": State.values,
        "to_export": files_to_commit(on=day_of(request), packs=slugs(request)),
    }
    return render(request, "rules/revisions.html", context)


@require_GET
@may(Permission.RULE_DRAFT)
def rule(request: HttpRequest, pack: str, measure: str) -> HttpResponse:
    """One measure: the text in the repository, its versions, its tests."""
    found = pack_for(request, pack, measure)
    kept, now = texts_in_repository(pack, measure), texts_now(pack, measure)
    context = {
        "pack": found,
        "measure": found.measures[measure],
        "texts": now,
        "is_published_text": now.text != kept.text,
        "checked": check(
            repository_library(), found, measure, text=now.text, tests=now.tests, test_file=now.test_file
        ),
        "versions": versions(found.id, measure),
        "revisions": revisions_for(actor_of(request)).filter(pack=pack, measure=measure),
    }
    return render(request, "rules/rule.html", context)


def versions(pack: str, measure: str) -> list[Measure]:
    """The versions of a measure that are in force on some day, the latest first."""
    own = library().packs[pack].measures
    found: Iterable[Measure] = (m for m in own.values() if m.id == measure)
    return sorted(found, key=lambda m: str(m.period.first or ""), reverse=True)


@require_GET
@may(Permission.RULE_DRAFT)
def export(request: HttpRequest) -> HttpResponse:
    """The published texts of the region's packs as files to commit, in one archive."""
    files = files_to_commit(on=day_of(request), packs=slugs(request))
    response = HttpResponse(zipped(files), content_type="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="packs.zip"'
    return response


def slugs(request: HttpRequest) -> list[str]:
    return [pack.id for pack in packs_for(actor_of(request), repository_library())]
