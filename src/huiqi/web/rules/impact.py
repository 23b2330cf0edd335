"""The impact of a revision over the whole register: asked for with a button, kept with the revision."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.holdings.current import register, repository_library
from huiqi.lint.solver import is_installed
from huiqi.matching.simulate.types import FATES
from huiqi.revisions.actions import note_impact
from huiqi.revisions.models import ImpactState, Revision, State
from huiqi.revisions.queries import checked
from huiqi.web.rules.figures import shown, tables_of
from huiqi.web.rules.scope import revision_for
from huiqi.web.rules.tasks import work_out_impact
from huiqi.web.shared.day import today

AT_ONCE: Final = 250_000
"""Parties that are simulated while the page waits (some seconds); more of them as background work."""

Json = Mapping[str, Any]


@require_GET
@may(Permission.RULE_DRAFT)
def impact(request: HttpRequest, number: int) -> HttpResponse:
    """The figures, or how far the simulation is; the page asks again by itself while it runs."""
    revision = revision_for(request, number)
    snapshot = register()
    context: dict[str, Any] = {
        "revision": revision,
        "pack": repository_library().packs[revision.pack],
        "measure": repository_library().packs[revision.pack].measures[revision.measure],
        "is_running": revision.impact_state == ImpactState.RUNNING,
        "has_failed": revision.impact_state == ImpactState.FAILED,
        "register": snapshot.manifest if snapshot else None,
        "has_solver": is_installed(),
    }
    if revision.impact:
        context |= shown(revision, revision.impact["figures"])
        context["figures_least"] = revision.impact["published"]["least_cell"]
        context["near"] = with_words(context["near"], revision)
        context["cliffs"] = revision.impact["cliffs"]
    return render(request, "rules/impact.html", context)


@require_POST
@may(Permission.RULE_DRAFT)
def run(request: HttpRequest, number: int) -> HttpResponse:
    """Start the simulation of the text as it is stored."""
    revision = revision_for(request, number)
    if revision.state not in (State.DRAFT, State.SUBMITTED):
        raise PermissionDenied
    snapshot = register()
    if snapshot is not None:
        by, day = actor_of(request).name, (revision.effective_from or today()).isoformat()
        note_impact(number, ImpactState.RUNNING, of=revision.new_sha256, by=by, at=timezone.now())
        if snapshot.manifest.rows <= AT_ONCE:
            work_out_impact.call(number, by, day)
        else:
            work_out_impact.enqueue(number, by, day)
    return redirect("rule_impact", number=number)


@require_GET
@may(Permission.RULE_DRAFT)
def figures(request: HttpRequest, number: int) -> HttpResponse:
    """The figures to pass on, small groups suppressed."""
    found = published(revision_for(request, number))
    text = json.dumps(found, ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="impact-{number}.json"'
    return response


@require_GET
@may(Permission.RULE_DRAFT)
def table(request: HttpRequest, number: int) -> HttpResponse:
    """The distributions as a table to pass on, small groups suppressed (empty cells)."""
    revision = revision_for(request, number)
    tables = tables_of(revision, published(revision))
    held = io.StringIO()
    writer = csv.writer(held)
    fates = [fate.name.lower() for fate in FATES]
    writer.writerow(["dimension", "group", *fates, "cost_before", "cost_after", "cost_difference"])
    for one in tables:
        for row in one.rows:
            cost = row.cost or {}
            counts = [row.fates.get(fate) for fate in fates]
            money = [cost.get(end) for end in ("before", "after", "difference")]
            writer.writerow([one.dimension, row.label.zh, *counts, *money])
    response = HttpResponse("\ufeff" + held.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="impact-{number}.csv"'
    return response


def with_words(near: Iterable[Json], revision: Revision) -> list[Json]:
    """Near misses with their condition in plain words, where the text still has it."""
    found = checked(revision, repository_library())
    conditions = found.words.conditions if found and found.words else ()
    words = {c.condition: c.sentence for c in conditions}
    return [{**one, "words": words.get(one["condition"], "")} for one in near]


def published(revision: Revision) -> Json:
    if not revision.impact:
        raise Http404
    found: Json = revision.impact["published"]
    return found
