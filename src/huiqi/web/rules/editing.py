"""Writing a revision: the author's page, live checking, saving without losing anything."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.base.days import day_from
from huiqi.holdings.current import repository_library
from huiqi.packs.say import in_both
from huiqi.packs.types import Pack
from huiqi.revisions.actions import (
    Edited,
    EditedMeanwhile,
    NotInThisState,
    NotYours,
    begin_again,
    is_outdated,
    save_draft,
    start_revision,
    submit,
    take_newer_base,
    withdraw,
)
from huiqi.revisions.check import Checked, check
from huiqi.revisions.in_force import texts_now
from huiqi.revisions.models import Revision, State
from huiqi.revisions.texts import as_written
from huiqi.web.rules.compare import rows_of
from huiqi.web.rules.scope import pack_for, revision_for
from huiqi.web.rules.sheet import sheet_of
from huiqi.web.shared.templatetags.say import say


def now() -> datetime:
    return timezone.now()


@require_POST
@may(Permission.RULE_DRAFT)
def start(request: HttpRequest, pack: str, measure: str) -> HttpResponse:
    found = pack_for(request, pack, measure)
    draft = start_revision(found, measure, by=actor_of(request).name, at=now())
    return redirect("rule_revision", number=draft.pk)


@require_GET
@may(Permission.RULE_DRAFT)
def revision(request: HttpRequest, number: int) -> HttpResponse:
    """The editor for the author of a draft; the sheet to decide on for everybody else."""
    found = revision_for(request, number)
    if found.state != State.DRAFT:
        return render(request, "rules/sheet.html", sheet_of(request, found))
    return render(request, "rules/editor.html", editor_context(found, typed_of(found)))


@require_POST
@may(Permission.RULE_DRAFT)
def check_typed(request: HttpRequest, number: int) -> HttpResponse:
    """What is typed, checked; nothing is stored. A piece of the editor."""
    found = revision_for(request, number)
    typed = typed_in(request, found)
    context = {
        "revision": found,
        "checked": checked_of(found, typed),
        "changes": rows_of(found.base_text, typed.text),
        "is_live": True,
    }
    return render(request, "rules/checked.html", context)


@require_POST
@may(Permission.RULE_DRAFT)
def save(request: HttpRequest, number: int) -> HttpResponse:
    """Store the draft; then check it, simulate it or submit it, by the button."""
    found = revision_for(request, number)
    typed = typed_in(request, found)
    by, edition = actor_of(request).name, edition_in(request)
    is_quiet = request.headers.get("HX-Request") == "true"
    try:
        found = save_draft(number, typed, edition=edition, by=by, at=now())
        if is_quiet:
            return render(request, "rules/saved.html", {"revision": found})
        if request.POST.get("then") == "submit":
            return submitted(request, found, by=by)
    except EditedMeanwhile as conflict:
        if is_quiet:
            return render(request, "rules/saved.html", {"revision": conflict.stored, "is_conflict": True})
        context = editor_context(conflict.stored, typed)
        context["conflict"] = rows_of(conflict.stored.new_text, typed.text)
        context["conflict_tests"] = rows_of(conflict.stored.new_tests, typed.tests)
        return render(request, "rules/editor.html", context, status=409)
    except (NotInThisState, NotYours) as error:
        raise PermissionDenied from error
    if request.POST.get("then") == "impact":
        return redirect("rule_impact", number=number)
    return redirect("rule_revision", number=number)


def submitted(request: HttpRequest, draft: Revision, *, by: str) -> HttpResponse:
    problems = submit(draft.pk, edition=draft.edition, by=by, at=now())
    if problems:
        context = {**editor_context(draft, typed_of(draft)), "obstacles": [in_both(str(p)) for p in problems]}
        return render(request, "rules/editor.html", context, status=422)
    messages.success(
        request, say("已提交，待另一位有权限的人员审批。", "Submitted; a second person decides.")
    )
    return redirect("rule_revision", number=draft.pk)


@require_POST
@may(Permission.RULE_DRAFT)
def newer_base(request: HttpRequest, number: int) -> HttpResponse:
    revision_for(request, number)
    try:
        take_newer_base(number, by=actor_of(request).name, at=now())
    except (NotInThisState, NotYours) as error:
        raise PermissionDenied from error
    return redirect("rule_revision", number=number)


@require_POST
@may(Permission.RULE_DRAFT)
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    revision_for(request, number)
    try:
        withdraw(number, by=actor_of(request).name, at=now())
    except (NotInThisState, NotYours) as error:
        raise PermissionDenied from error
    return redirect("rule_revision", number=number)


@require_POST
@may(Permission.RULE_DRAFT)
def again(request: HttpRequest, number: int) -> HttpResponse:
    revision_for(request, number)
    try:
        draft = begin_again(number, by=actor_of(request).name, at=now())
    except EditedMeanwhile as conflict:  # the author has another draft of this measure open
        return redirect("rule_revision", number=conflict.stored.pk)
    except (NotInThisState, NotYours) as error:
        raise PermissionDenied from error
    return redirect("rule_revision", number=draft.pk)


def edition_in(request: HttpRequest) -> int:
    text = request.POST.get("edition", "")
    return int(text) if text.isascii() and text.isdigit() else 0


def typed_in(request: HttpRequest, revision: Revision) -> Edited:
    """What the form has; a part that is not sent stays as it is stored."""
    post = request.POST
    return Edited(
        text=as_written(post.get("text", revision.new_text), like=revision.base_text),
        tests=as_written(post.get("tests", revision.new_tests), like=revision.base_tests),
        reason=post.get("reason", revision.reason).strip(),
        effective_from=day_from(post.get("effective_from")),
    )


def typed_of(revision: Revision) -> Edited:
    return Edited(revision.new_text, revision.new_tests, revision.reason, revision.effective_from)


def pack_of(revision: Revision) -> Pack:
    return repository_library().packs[revision.pack]


def checked_of(revision: Revision, typed: Edited) -> Checked:
    return check(
        repository_library(),
        pack_of(revision),
        revision.measure,
        text=typed.text,
        tests=typed.tests,
        test_file=revision.test_file,
    )


def editor_context(revision: Revision, typed: Edited) -> dict[str, Any]:
    pack = pack_of(revision)
    texts = texts_now(revision.pack, revision.measure)
    return {
        "revision": revision,
        "pack": pack,
        "measure": pack.measures[revision.measure],
        "typed": typed,
        "checked": checked_of(revision, typed),
        "changes": rows_of(revision.base_text, typed.text),
        "is_outdated": is_outdated(revision),
        "newer_base": rows_of(revision.base_text, texts.text),
        "newer_tests": rows_of(revision.base_tests, texts.tests),
    }
