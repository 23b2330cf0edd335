"""Keys of the programming interface: which there are, a new one, and the end of one."""

from datetime import date, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import ROLE_NAMES, Permission, Role
from huiqi.base.bilingual import Bilingual
from huiqi.base.days import day_from
from huiqi.keys.actions import LONGEST, Made, Wish, make_key, revoke_key
from huiqi.keys.models import ApiKey
from huiqi.keys.queries import actor_with, all_keys, possible_owners, working
from huiqi.keys.scopes import SCOPE_NAMES, KeyScope
from huiqi.web.shared.templatetags.say import say

ON_A_PAGE = 20
USUALLY = timedelta(days=180)


@require_http_methods(["GET", "POST"])
@may(Permission.USERS_MANAGE)
def api_keys(request: HttpRequest) -> HttpResponse:
    """The list and the form; a secret is shown in the answer to the form and never again."""
    made = made_from(request) if request.method == "POST" else Made()
    on = timezone.localdate()
    page = Paginator(all_keys(), ON_A_PAGE).get_page(request.GET.get("page"))
    open_keys = set(working(on=on).values_list("pk", flat=True))
    context = {
        "made": made,
        "problems": made.problems,
        "written": request.POST if made.problems else {},
        "chosen": request.POST.getlist("scopes") if made.problems else [],
        "page": page,
        "keys": [shown(key, is_open=key.pk in open_keys) for key in page],
        "owners": [(m, ROLE_NAMES[Role(m.role)]) for m in possible_owners(on=on)],
        "scopes": [(str(scope), SCOPE_NAMES[scope]) for scope in KeyScope],
        "until": (on + USUALLY).isoformat(),
        "last": (on + LONGEST).isoformat(),
    }
    response = render(request, "system/api_keys.html", context, status=422 if made.problems else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
@may(Permission.USERS_MANAGE)
def revoke_api_key(request: HttpRequest, key: int) -> HttpResponse:
    if revoke_key(key, by=actor_of(request).name, at=timezone.now()) is None:
        messages.error(request, say("该密钥已撤销。", "This key was revoked already."))
    else:
        messages.success(request, say("已撤销，即时生效。", "Revoked; it works no longer."))
    return redirect("api_keys")


def made_from(request: HttpRequest) -> Made:
    on = timezone.localdate()
    number = request.POST.get("membership", "")
    membership = possible_owners(on=on).filter(pk=int(number)).first() if number.isdecimal() else None
    if membership is None:
        return Made(problems={"membership": Bilingual("请选择", "Choose one")})
    wish = Wish(
        name=request.POST.get("name", "")[:200],
        scopes=request.POST.getlist("scopes"),
        region=request.POST.get("region", "").strip() or membership.region,
        expires_on=day_from(request.POST.get("expires_on")) or date.min,
    )
    return make_key(wish, membership=membership, by=actor_of(request).name, on=on, at=timezone.now())


def shown(key: ApiKey, *, is_open: bool) -> dict[str, object]:
    """A key as a row of the table."""
    actor = actor_with(key)
    return {
        "key": key,
        "role": ROLE_NAMES[actor.role],
        "whom": actor.authority or actor.party,
        "region": actor.region,
        "scopes": [SCOPE_NAMES[KeyScope(scope)] for scope in key.scopes],
        "is_open": is_open,
    }
