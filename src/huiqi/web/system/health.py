"""Is the site well, and how much does it do? For a probe, for a collector, and for people."""

from collections.abc import Iterator
from dataclasses import dataclass
from hmac import compare_digest

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django_tasks_db.models import DBTaskResult

from huiqi.access.guard import may
from huiqi.access.permissions import Permission
from huiqi.audit.models import Deed
from huiqi.base.bilingual import Bilingual
from huiqi.holdings.current import library, register, run


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that has to be well."""

    name: str
    label: Bilingual
    is_well: bool
    said: str


def signs() -> Iterator[Sign]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        yield Sign("database", Bilingual("数据库", "Database"), True, connection.vendor)
    except DatabaseError as error:
        yield Sign("database", Bilingual("数据库", "Database"), False, type(error).__name__)
        return
    packs = library().packs
    yield Sign("packs", Bilingual("规则包", "Packs"), bool(packs), f"{len(packs)}")
    snapshot = register()
    yield Sign(
        "register", Bilingual("企业名录", "Register"), True,
        f"{snapshot.folder.name}, {snapshot.manifest.rows:,}" if snapshot else "none yet",
    )  # fmt: skip
    found = run()
    yield Sign("run", Bilingual("匹配结果", "Match run"), True, found.folder.name if found else "none yet")
    failed = DBTaskResult.objects.filter(status="FAILED").count()
    yield Sign("tasks", Bilingual("后台任务", "Background work"), not failed, f"{failed} failed")


@require_GET
@may(Permission.PUBLIC)
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """200 where all is well, 503 where the site cannot answer. Tells a stranger no more than that."""
    needed = [sign for sign in signs() if sign.name in ("database", "packs")]
    well = all(sign.is_well for sign in needed)
    return JsonResponse({"well": well}, status=200 if well else 503)


@require_GET
@may(Permission.PUBLIC)
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures in the text form of Prometheus, for whoever has the token of `HUIQI_METRICS_TOKEN`."""
    token = settings.HUIQI_METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not compare_digest(given, token):
        raise PermissionDenied
    lines = [f"huiqi_{name} {number}" for name, number in figures()]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def figures() -> Iterator[tuple[str, int]]:
    snapshot, found = register(), run()
    yield "register_parties", snapshot.manifest.rows if snapshot else 0
    yield "run_findings", int(found.manifest["findings"]) if found else 0
    yield "measures", sum(1 for _ in library().measures())
    yield "sessions", Session.objects.filter(expire_date__gt=timezone.now()).count()
    yield "deeds_total", Deed.objects.count()
    for status in ("READY", "RUNNING", "FAILED", "SUCCESSFUL"):
        yield f'tasks{{status="{status.lower()}"}}', DBTaskResult.objects.filter(status=status).count()


@require_GET
@may(Permission.SYSTEM_SEE)
def system(request: HttpRequest) -> HttpResponse:
    waiting = DBTaskResult.objects.order_by("-enqueued_at")[:30]
    context = {"signs": list(signs()), "figures": list(figures()), "tasks": waiting}
    return render(request, "system/system.html", context)
