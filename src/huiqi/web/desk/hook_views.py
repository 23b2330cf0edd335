"""Where the steps of an authority's cases are sent, signed: which addresses, how they stand, a new one, the end of one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST

from huiqi.access.actor import Actor
from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.casework.models import CaseEvent
from huiqi.notices.desk_hooks import MOST_HOOKS, end_desk_hook, hooks_of
from huiqi.notices.models import DeskHook
from huiqi.procedures.act_in_case import types_at
from huiqi.procedures.alerts import webhook_problem
from huiqi.procedures.tell_desks import MOST_EVENTS, news_for, open_hook
from huiqi.web.shared.templatetags.say import say


@dataclass(frozen=True, slots=True)
class HookShown:
    """An address, up to when its receiver knows the steps, and how many it does not know yet."""

    hook: DeskHook
    told_up_to: datetime | None
    waiting: int

    @property
    def is_many(self) -> bool:
        return self.waiting == MOST_EVENTS


@require_http_methods(["GET", "POST"])
@may(Permission.CASE_DECIDE)
def desk_hooks(request: HttpRequest) -> HttpResponse:
    """The addresses and the form; a secret is shown in the answer to the form and never again."""
    actor = head_of(request)
    address = request.POST.get("address", "").strip()
    made, problem = added(actor, address) if request.method == "POST" else (None, None)
    context = {
        "hooks": shown(hooks_of(actor.authority, actor.region), actor.authority, at=now()),
        "made": made,
        "problem": problem,
        "address": address if problem else "",
        "most": MOST_HOOKS,
    }
    response = render(request, "desk/hooks.html", context, status=422 if problem else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
@may(Permission.CASE_DECIDE)
def end_hook(request: HttpRequest, key: int) -> HttpResponse:
    actor = head_of(request)
    found = hooks_of(actor.authority, actor.region).filter(pk=key).first()
    if found is None:
        raise Http404
    end_desk_hook(found, by=actor.name, at=now())
    messages.success(request, say("已停用，不再发送。", "Switched off; nothing more is sent there."))
    return redirect("desk_hooks")


def head_of(request: HttpRequest) -> Actor:
    """404 for who decides for no authority."""
    actor = actor_of(request)
    if not actor.authority:
        raise Http404
    return actor


def added(actor: Actor, address: str) -> tuple[DeskHook | None, Bilingual | None]:
    """The new webhook, or why there is none."""
    wrong = webhook_problem(address)
    if wrong is not None:
        return None, Bilingual(f"不能使用该地址：{wrong}", f"This address cannot be used: {wrong}")
    made = open_hook(actor.authority, actor.region, address, by=actor.name, at=now())
    if made is None:
        return None, Bilingual(
            f"已有该地址，或已满{MOST_HOOKS}个", f"It is there already, or there are {MOST_HOOKS}"
        )
    return made, None


def shown(hooks: Iterable[DeskHook], authority: str, *, at: datetime) -> list[HookShown]:
    found = list(hooks)
    events = CaseEvent.objects.in_bulk([hook.sent_up_to for hook in found])
    types = types_at(authority) if found else []
    return [
        HookShown(
            hook,
            events[hook.sent_up_to].at if hook.sent_up_to in events else None,
            len(news_for(hook, types, at=at)),
        )
        for hook in found
    ]
