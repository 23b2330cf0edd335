"""The legal representative's agents, and the page on which a new one chooses a password."""

from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlsafe_base64_decode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.audit.actions import record_deed
from huiqi.base.days import day_from
from huiqi.dossiers.queries import file_of
from huiqi.procedures.authorise_agent import Authorised, agents_of, authorise_agent, end_agent, invite_again
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.say import say


@require_GET
@may(Permission.OWN_AGENTS_AUTHORISE)
def my_agents(request: HttpRequest) -> HttpResponse:
    return agents_page(request, Authorised())


def agents_page(request: HttpRequest, done: Authorised, status: int = 200) -> HttpResponse:
    code, on = actor_of(request).party, timezone.localdate()
    link = ""
    if done.invitation is not None:
        path = reverse("join", kwargs={"user": done.invitation.user, "token": done.invitation.token})
        link = request.build_absolute_uri(path)
    context = {
        "file": file_of(code, on=today()),
        "agents": [(m, m.ended_on is None or m.ended_on > on) for m in agents_of(code)],
        "written": request.POST if done.problems else {},
        "problems": done.problems,
        "done": done,
        "link": link,
    }
    return render(request, "enterprise/my_agents.html", context, status=status)


@never_cache
@require_POST
@may(Permission.OWN_AGENTS_AUTHORISE)
def authorise(request: HttpRequest) -> HttpResponse:
    """The link for a new account stands on the answer to this request and nowhere else."""
    actor = actor_of(request)
    done = authorise_agent(
        request.POST.get("name", "").strip(),
        request.POST.get("email", "").strip()[:254],
        party=actor.party,
        last_day=day_from(request.POST.get("until")),
        by=actor.name,
        on=timezone.localdate(),
        at=timezone.now(),
    )
    return agents_page(request, done, status=422 if done.problems else 200)


@never_cache
@require_POST
@may(Permission.OWN_AGENTS_AUTHORISE)
def invite(request: HttpRequest, key: int) -> HttpResponse:
    """Another link, where the first one was lost."""
    done = invite_again(key, party=actor_of(request).party, on=timezone.localdate())
    if done.invitation is None:
        raise Http404
    return agents_page(request, done)


@require_POST
@may(Permission.OWN_AGENTS_AUTHORISE)
def end(request: HttpRequest, key: int) -> HttpResponse:
    actor = actor_of(request)
    if not end_agent(key, party=actor.party, by=actor.name, on=timezone.localdate(), at=timezone.now()):
        raise Http404
    messages.success(request, say("授权已终止，即刻生效。", "The authorisation has ended, at once."))
    return redirect("my_agents")


@never_cache
@require_http_methods(["GET", "POST"])
@may(Permission.PUBLIC)
def join(request: HttpRequest, user: str, token: str) -> HttpResponse:
    """Choose the first password with a link that works once."""
    invited = invited_by(user, token)
    if invited is None:
        return render(request, "enterprise/join.html", {"form": None}, status=410)
    form = SetPasswordForm(invited, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            about = f"user:{invited.username}"
            record_deed("access.password.chosen", about, by=invited.username, at=timezone.now())
        messages.success(request, say("密码已设置，请登录。", "The password is set. Please log in."))
        return redirect("account_login")
    status = 422 if request.method == "POST" else 200
    return render(request, "enterprise/join.html", {"form": form, "invited": invited}, status=status)


def invited_by(key: str, token: str) -> User | None:
    try:
        found = User.objects.filter(pk=int(urlsafe_base64_decode(key))).first()
    except ValueError:
        return None
    if found is None or found.has_usable_password():
        return None
    return found if default_token_generator.check_token(found, token) else None
