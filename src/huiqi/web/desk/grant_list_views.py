"""One list of grants without a claim: leave firms out, hand over, confirm, follow its cases to payment."""

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from huiqi.access.actor import Actor
from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.base.masks import masked_code, masked_name
from huiqi.base.problem import NotNow
from huiqi.base.spreadsheet import plain_cell
from huiqi.cases.types import Role
from huiqi.grants import actions
from huiqi.grants.models import GrantList, ListedFirm
from huiqi.grants.queries import firms_of, lists_at
from huiqi.grants.types import CAN_COME_BACK, OPEN, WHY_NAMES, State, Why
from huiqi.holdings.current import measure_on, run
from huiqi.procedures.act_in_case import types_at
from huiqi.procedures.automatic_lane import offer_named
from huiqi.procedures.case_clocks import Refused
from huiqi.procedures.doubtful_grants import doubtful
from huiqi.procedures.grant_without_claim import confirm_list, cost_of, roles_at, run_of, steps_for_all
from huiqi.procedures.look_at_grants import came_of, case_states
from huiqi.pushes.tables import snapshot_of
from huiqi.pushes.words import cell_name
from huiqi.registry.snapshot import NoSnapshot
from huiqi.web.desk.grant_tasks import go_on_in_background, step_in_background
from huiqi.web.desk.grant_views import AT_GRANTS
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.say import here, say

PER_PAGE: Final = 25
NOT_NOW = Bilingual(
    "现在不能这样操作：状态已变，或应由他人决定", "Not possible now: it has moved on, or another decides"
)
SHOWS: Final = {
    "": Bilingual("全部", "All"),
    "in": Bilingual("在名单内", "On it"),
    "out": Bilingual("不在内", "Left out"),
    "opened": Bilingual("已立案", "Case opened"),
}


def list_of(request: HttpRequest, key: int) -> GrantList:
    """One of the actor's desks and region; 404 for any other."""
    actor = actor_of(request)
    return get_object_or_404(lists_at(types_at(actor.authority), region=actor.region), pk=key)


def as_role(made: GrantList, actor: Actor, role: Role) -> None:
    """Raises PermissionDenied where the actor's desk has no such role in these cases."""
    if role not in roles_at(made, actor):
        raise PermissionDenied


@require_GET
@may(*AT_GRANTS)
def grant_list(request: HttpRequest, key: int) -> HttpResponse:
    made, actor = list_of(request, key), actor_of(request)
    which, district, size = (request.GET.get(name, "") for name in ("which", "district", "size"))
    found = firms_of(made, which=which, region=district, size=size)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    detail = {"page": page.number, "rows": len(page.object_list), "district": district, "size": size}
    actions.record_look("viewed", actions.about(made), detail, by=actor.name, at=now())
    came = came_of(made)
    roles = roles_at(made, actor)
    is_own = actor.name in (made.prepared_by, made.drawn_up_by)
    is_prepared = made.state == State.PREPARED
    running = made.steps.filter(ended_at=None).exists()
    context = {
        "made": made,
        "measure": measure_on(made.measure, made.day),
        "offer": offer_named(made.case_type, made.measure, on=today()),
        "came": came,
        "cost": cost_of(made, at=now(), on=today()) if not came.is_confirmed else None,
        "left_out": [(WHY_NAMES[Why(why)], n) for why, n in came.figures.left_out],
        "rows": rows_of(made, list(page)),
        "page": page,
        "which": which,
        "district": district,
        "size": size,
        "districts": cells_of(made, "region"),
        "sizes": cells_of(made, "size"),
        "shows": SHOWS.items(),
        "is_open": made.state in OPEN,
        "is_opening": made.state == State.OPENING,
        "is_busy": made.state == State.OPENING or running,
        "may_draw": Role.OFFICER in roles,
        "may_confirm": is_prepared and Role.DECIDER in roles and not is_own,
        "is_own": is_prepared and is_own,
        "offered": list(steps_for_all(made, actor, came.by_state)) if came.is_confirmed else [],
        "steps": [(asked, step_title(made, asked.step)) for asked in made.steps.order_by("-pk")[:10]],
        "today": today(),
    }
    return render(request, "desk/grant_list.html", context)


def cells_of(made: GrantList, dimension: str) -> list[tuple[str, Bilingual]]:
    """The districts or size classes of a list, with what they are called; "-" where it is not known."""
    found = made.listed.order_by(dimension).values_list(dimension, flat=True).distinct()
    return [(cell or "-", cell_name(dimension, cell)) for cell in found]


def step_title(made: GrantList, step: str) -> Bilingual:
    offer = offer_named(made.case_type, made.measure, on=made.day)
    found = offer.case_type.steps.get(step) if offer is not None else None
    return found.title if found is not None else Bilingual(step, step)


def rows_of(made: GrantList, firms: list[ListedFirm]) -> list[dict[str, Any]]:
    """Firms of one page with their names, masked, and where their cases stand."""
    states = case_states(made, [firm.case for firm in firms if firm.case])
    names = names_of(made, [firm.party for firm in firms])
    return [
        {
            "firm": firm,
            "name": masked_name(names.get(firm.party, "")),
            "state": states.get(firm.case),
            "may_return": bool(firm.why) and Why(firm.why) in CAN_COME_BACK,
        }
        for firm in firms
    ]


def names_of(made: GrantList, codes: list[str]) -> dict[str, str]:
    try:
        snapshot = snapshot_of(run_of(made))
    except (Refused, NoSnapshot):
        return {}
    found = {code: snapshot.find(code) for code in codes}
    return {code: str(row.get("name") or "") for code, row in found.items() if row is not None}


def done(request: HttpRequest, act: Callable[[], object]) -> bool:
    """Do it; say why where it cannot be done. Whether it was."""
    try:
        act()
    except NotNow:
        messages.error(request, here(NOT_NOW))
        return False
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, here(problem.words))
        return False
    return True


def reason_in(request: HttpRequest, most: int) -> str:
    reason = request.POST.get("reason", "").strip()[:most]
    if not reason:
        messages.error(request, here(Bilingual("请写明原因", "Say why")))
    return reason


@require_POST
@may(Permission.CASE_HANDLE)
def grant_leave_out(request: HttpRequest, key: int, firm: int) -> HttpResponse:
    made, actor = list_of(request, key), actor_of(request)
    as_role(made, actor, Role.OFFICER)
    reason = reason_in(request, 300)
    if reason:
        done(request, lambda: actions.leave_out(made, firm, reason, by=actor.name, at=now()))
    return redirect("grant_list", key)


@require_POST
@may(Permission.CASE_HANDLE)
def grant_take_back_in(request: HttpRequest, key: int, firm: int) -> HttpResponse:
    made, actor = list_of(request, key), actor_of(request)
    as_role(made, actor, Role.OFFICER)
    done(request, lambda: actions.take_back_in(made, firm, by=actor.name, at=now()))
    return redirect("grant_list", key)


@require_POST
@may(Permission.CASE_HANDLE)
def grant_prepare(request: HttpRequest, key: int) -> HttpResponse:
    made, actor = list_of(request, key), actor_of(request)
    as_role(made, actor, Role.OFFICER)
    done(request, lambda: actions.prepare(made, by=actor.name, at=now()))
    return redirect("grant_list", key)


@require_POST
@may(Permission.CASE_HANDLE)
def grant_drop(request: HttpRequest, key: int) -> HttpResponse:
    made, actor = list_of(request, key), actor_of(request)
    as_role(made, actor, Role.OFFICER)
    if done(request, lambda: actions.drop(made, by=actor.name, at=now())):
        return redirect("grant_desk")
    return redirect("grant_list", key)


@require_POST
@may(Permission.CASE_DECIDE)
def grant_confirm(request: HttpRequest, key: int) -> HttpResponse:
    """A head confirms; the cases are opened in the background."""
    made, actor = list_of(request, key), actor_of(request)
    as_role(made, actor, Role.DECIDER)

    def confirm() -> None:
        confirm_list(
            made, no_conflict="no_conflict" in request.POST, by=actor.name, authority=actor.authority,
            at=now(), on=today(),
        )  # fmt: skip

    if done(request, confirm):
        go_on_in_background.enqueue(key, today().isoformat())
    return redirect("grant_list", key)


@require_POST
@may(Permission.CASE_DECIDE)
def grant_go_on(request: HttpRequest, key: int) -> HttpResponse:
    """Begin again what was killed in the middle."""
    made, actor = list_of(request, key), actor_of(request)
    as_role(made, actor, Role.DECIDER)
    go_on_in_background.enqueue(key, today().isoformat())
    return redirect("grant_list", key)


@require_POST
@may(Permission.CASE_DECIDE)
def grant_return(request: HttpRequest, key: int) -> HttpResponse:
    made, actor = list_of(request, key), actor_of(request)
    as_role(made, actor, Role.DECIDER)
    reason = reason_in(request, 500)
    if reason:
        done(request, lambda: actions.send_back(made, reason, by=actor.name, at=now()))
    return redirect("grant_list", key)


@require_POST
@may(*AT_GRANTS)
def grant_step(request: HttpRequest, key: int, step: str) -> HttpResponse:
    """Take an ordinary step of every case of the list that stands before it."""
    made, actor = list_of(request, key), actor_of(request)
    found = {o.step.id: o for o in steps_for_all(made, actor, came_of(made).by_state)}
    if step not in found:
        raise PermissionDenied
    if "no_conflict" not in request.POST:
        messages.error(
            request, here(Bilingual("请确认没有利害关系", "Confirm that you have no interest of your own"))
        )
        return redirect("grant_list", key)
    role = found[step].acting.role
    asked: list[int] = []

    def begin() -> None:
        asked.append(
            actions.begin_step(made, step, role, by=actor.name, authority=actor.authority, at=now()).pk
        )

    if done(request, begin):
        step_in_background.enqueue(asked[0], today().isoformat())
    return redirect("grant_list", key)


@require_GET
@may(*AT_GRANTS)
def grant_doubts(request: HttpRequest, key: int) -> HttpResponse:
    """Cases whose firm would not be entitled on the same day's facts as they are known by now."""
    made, later = list_of(request, key), run()
    if later is None:
        raise Http404
    page = Paginator(doubtful(made, later), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "made": made,
        "measure": measure_on(made.measure, made.day),
        "page": page,
        "run": later.manifest,
    }
    return render(request, "desk/grant_doubts.html", context)


@require_GET
@may(*AT_GRANTS)
def grant_export(request: HttpRequest, key: int) -> HttpResponse:
    """The list as a file, codes and names masked; every export leaves a deed."""
    made, actor = list_of(request, key), actor_of(request)
    actions.record_look("exported", actions.about(made), {"firms": made.firms}, by=actor.name, at=now())
    answer = StreamingHttpResponse(lines_of(made), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="grants-{key}.csv"'
    return answer  # type: ignore[return-value]


def lines_of(made: GrantList) -> Iterator[bytes]:
    head = [
        say("序号", "number"), say("统一社会信用代码", "credit code"), say("企业名称", "name"),
        say("区县", "district"), say("行业", "industry"), say("规模", "size"), say("金额（元）", "amount (yuan)"),
        say("不予纳入的原因", "left out because"), say("说明", "note"), say("办件", "case"), say("环节", "state"),
    ]  # fmt: skip
    yield "\ufeff".encode() + as_line(head)
    firms = made.listed.order_by("place")
    for start in range(0, made.firms, 1_000):
        some = list(firms[start : start + 1_000])
        states = case_states(made, [firm.case for firm in some if firm.case])
        names = names_of(made, [firm.party for firm in some])
        for firm in some:
            state = states.get(firm.case)
            yield as_line(
                [
                    str(firm.place), masked_code(firm.party), masked_name(names.get(firm.party, "")),
                    *(here(cell_name(name, getattr(firm, name))) for name in ("region", "industry", "size")),
                    "" if firm.amount is None else f"{firm.amount:f}",
                    here(firm.why_name), here(Bilingual(firm.note, firm.note_en)), firm.case,
                    here(state[0].title) if state is not None else "",
                ]
            )  # fmt: skip


def as_line(cells: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow([plain_cell(cell) for cell in cells])
    return text.getvalue().encode()
