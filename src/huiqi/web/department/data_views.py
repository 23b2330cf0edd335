"""The data desk: hand in a register file, look through it, publish it, or go back to an earlier version."""

from collections.abc import Callable
from typing import Any, cast

import pyarrow.parquet as pq
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.base.days import day_from
from huiqi.holdings.current import library, register, run
from huiqi.intakes.actions import (
    Handed,
    begin_publishing,
    begin_reading,
    receive,
    record_download,
    send_back,
    submit,
    withdraw,
)
from huiqi.intakes.models import Intake
from huiqi.intakes.places import place_of
from huiqi.intakes.queries import changes, intakes_of, sources_of, versions, waiting_for
from huiqi.intakes.types import WAY_NAMES, State, Way
from huiqi.procedures.publish_intake import roll_back
from huiqi.web.department.trying import tried
from huiqi.web.department.work import match_in_background, publish_in_background, read_in_background
from huiqi.web.shared.day import day_of, today
from huiqi.web.shared.templatetags.say import here

PER_PAGE = 20
MEGABYTE = 1 << 20
WORKING = (State.READING, State.PUBLISHING)


@require_GET
@may(Permission.REGISTER_UPLOAD)
def data_desk(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "register": register(),
        "page": Paginator(intakes_of(actor), PER_PAGE).get_page(request.GET.get("page")),
        "waiting": waiting_for(actor).count() if actor.may(Permission.REGISTER_PUBLISH) else 0,
        "last_change": changes().first(),
    }
    return render(request, "department/data_desk.html", context)


@require_http_methods(["GET", "POST"])
@may(Permission.REGISTER_UPLOAD)
def data_upload(request: HttpRequest) -> HttpResponse:
    most = settings.HUIQI_UPLOAD_BYTES
    problems: list[Bilingual] = []
    if request.method == "POST":
        received = _received(request, most)
        if isinstance(received, Intake):
            return redirect("data_columns", received.pk)
        problems = received
    context = {
        "problems": problems,
        "most": most // MEGABYTE,
        "sources": sources_of(actor_of(request)),
        "ways": [(way.value, WAY_NAMES[way]) for way in Way],
        "given": request.POST,
        "default_day": (day_from(request.POST.get("as_of")) or day_of(request)).isoformat(),
    }
    return render(request, "department/data_upload.html", context, status=400 if problems else 200)


def _received(request: HttpRequest, most: int) -> Intake | list[Bilingual]:
    actor, file = actor_of(request), request.FILES.get("file")
    source, as_of = request.POST.get("source", "").strip(), day_from(request.POST.get("as_of"))
    problems = []
    if file is None:
        problems.append(Bilingual("请选择文件", "Choose a file"))
    elif (file.size or 0) > most:
        size = most // MEGABYTE
        problems.append(Bilingual(f"文件超过 {size} MB", f"The file is larger than {size} MB"))
    if not source or len(source) > 120:
        problems.append(
            Bilingual("请填写数据来源（120字以内）", "Say whose data it is (at most 120 characters)")
        )
    if as_of is None or as_of > today():
        problems.append(
            Bilingual("请填写数据日期，不晚于今天", "Give the day the data hold for, not after today")
        )
    if request.POST.get("way") not in set(Way):
        problems.append(Bilingual("请选择更新方式", "Choose how the register is updated"))
    if problems or file is None or as_of is None:
        return problems
    said = Handed(
        file_name=file.name or "",
        source=source,
        as_of=as_of,
        way=Way(request.POST["way"]),
        authority=actor.authority,
        region=actor.region,
        synthetic="synthetic" in request.POST,
    )
    received = receive(file.chunks(), said, by=actor.name, at=now())
    return received if isinstance(received, Intake) else [received]


def intake_of(request: HttpRequest, key: int) -> Intake:
    """One of the actor's department and region; 404 for any other."""
    return get_object_or_404(intakes_of(actor_of(request)), pk=key)


@require_GET
@may(Permission.REGISTER_UPLOAD)
def data_intake(request: HttpRequest, key: int) -> HttpResponse:
    intake, actor = intake_of(request, key), actor_of(request)
    may_decide = actor.may(Permission.REGISTER_PUBLISH) and intake.state == State.SUBMITTED
    context = {
        "intake": intake,
        "report": intake.report,
        "columns": sorted(intake.report.get("columns", ()), key=lambda c: c["share"]),
        "checks": sorted(
            (c for c in intake.report.get("checks", ()) if c["parties"]),
            key=lambda c: (not c["is_impossible"], -c["parties"]),
        ),
        "unchecked": sum(bool(c["missing"]) for c in intake.report.get("checks", ())),
        "is_working": intake.state in WORKING,
        "may_decide": may_decide and intake.submitted_by != actor.name,
        "is_own": may_decide and intake.submitted_by == actor.name,
        "size": f"{intake.size / MEGABYTE:,.1f} MB" if intake.size > MEGABYTE else f"{intake.size:,} B",
    }
    return render(request, "department/data_intake.html", context)


@require_POST
@may(Permission.REGISTER_UPLOAD)
def data_read(request: HttpRequest, key: int) -> HttpResponse:
    intake, actor = intake_of(request, key), actor_of(request)
    if not intake.mapping:
        return redirect("data_columns", key)
    return _tried(
        request, key, lambda: begin_reading(intake, by=actor.name, at=now()), _read(key, actor.name)
    )


def _read(key: int, by: str) -> Any:
    return lambda: read_in_background.enqueue(key, by)


@require_POST
@may(Permission.REGISTER_UPLOAD)
def data_submit(request: HttpRequest, key: int) -> HttpResponse:
    intake, actor = intake_of(request, key), actor_of(request)
    return _tried(request, key, lambda: submit(intake, by=actor.name, at=now()))


@require_POST
@may(Permission.REGISTER_UPLOAD)
def data_withdraw(request: HttpRequest, key: int) -> HttpResponse:
    intake, actor = intake_of(request, key), actor_of(request)
    return _tried(request, key, lambda: withdraw(intake, by=actor.name, at=now()))


@require_POST
@may(Permission.REGISTER_PUBLISH)
def data_publish(request: HttpRequest, key: int) -> HttpResponse:
    intake, actor, day = intake_of(request, key), actor_of(request), today().isoformat()
    return _tried(
        request,
        key,
        lambda: begin_publishing(intake, by=actor.name, at=now()),
        lambda: publish_in_background.enqueue(key, day, actor.name),
    )


@require_POST
@may(Permission.REGISTER_PUBLISH)
def data_return(request: HttpRequest, key: int) -> HttpResponse:
    intake, actor = intake_of(request, key), actor_of(request)
    reason = request.POST.get("reason", "").strip()[:500]
    if not reason:
        messages.error(request, here(Bilingual("请写明退回原因", "Say why it is returned")))
        return redirect("data_intake", key)
    return _tried(request, key, lambda: send_back(intake, reason, by=actor.name, at=now()))


def _tried(request: HttpRequest, key: int, act: Callable[[], object], then: Any = None) -> HttpResponse:
    """`then` runs after what was done is on record."""
    if tried(request, act) and then is not None:
        then()
    return redirect("data_intake", key)


@require_GET
@may(Permission.REGISTER_UPLOAD)
def data_file(request: HttpRequest, key: int, what: str) -> HttpResponse:
    """Rejected rows, or the whole report, to take along."""
    intake, actor = intake_of(request, key), actor_of(request)
    place = place_of(intake)
    names = {
        "rejects": (place.rejects, f"rejects-{key}.csv", "text/csv"),
        "report": (place.quality / "report.html", f"quality-{key}.html", "text/html"),
    }
    if what not in names or not names[what][0].is_file():
        raise Http404
    path, name, kind = names[what]
    record_download(intake, what, by=actor.name, at=now())
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=kind)
    return cast(HttpResponse, answer)


@require_GET
@may(Permission.REGISTER_UPLOAD)
def data_versions(request: HttpRequest) -> HttpResponse:
    context = {
        "versions": versions(),
        "page": Paginator(changes(), PER_PAGE).get_page(request.GET.get("page")),
        "run": _run_figures(),
    }
    return render(request, "department/data_versions.html", context)


def _run_figures() -> dict[str, Any] | None:
    found = run()
    return None if found is None else {"name": found.folder.name, **found.manifest}


@require_POST
@may(Permission.REGISTER_PUBLISH)
def data_roll_back(request: HttpRequest, version: str) -> HttpResponse:
    actor, reason = actor_of(request), request.POST.get("reason", "").strip()[:500]
    if not reason:
        messages.error(request, here(Bilingual("请写明回退原因", "Say why you roll back")))
        return redirect("data_versions")
    wrong = roll_back(
        version, reason, authority=actor.authority, region=actor.region, by=actor.name, at=now()
    )
    if wrong is None:
        said = Bilingual("已回退，正在重新匹配", "Rolled back; matching anew")
        messages.success(request, here(said))
        match_in_background.enqueue(0, today().isoformat(), actor.name)
    else:
        messages.error(request, here(wrong))
    return redirect("data_versions")


@require_GET
@may(Permission.REGISTER_UPLOAD)
def data_run(request: HttpRequest) -> HttpResponse:
    """Figures of the run that counts: what most are entitled to first."""
    found, lines = run(), []
    if found is not None:
        for line in pq.read_table(found.folder / "summary.parquet").to_pylist():
            measure = library().measure(line["measure"])
            lines.append({**line, "known": measure, "title": measure.title if measure else line["title"]})
    lines.sort(key=lambda line: (-line["eligible"], -line["claimable"], line["measure"]))
    page = Paginator(lines, 50).get_page(request.GET.get("page"))
    return render(request, "department/data_run.html", {"run": _run_figures(), "page": page})
