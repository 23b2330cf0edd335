"""Accounts and roles, for the administrator."""

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from huiqi.access.guard import actor_of, may
from huiqi.access.models import Membership
from huiqi.access.permissions import ROLE_NAMES, Permission, Role
from huiqi.procedures.manage_users import (
    RefusedAccount,
    give_role,
    new_password,
    open_account,
    set_active,
    take_role,
)
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.say import here, say

ROLES = [(role.value, ROLE_NAMES[role]) for role in Role if role is not Role.VISITOR]


@require_GET
@may(Permission.USERS_MANAGE)
def users(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("q", "").strip()
    found = User.objects.order_by("username")
    if asked:
        found = found.filter(
            Q(username__icontains=asked)
            | Q(memberships__party=asked)
            | Q(memberships__authority__icontains=asked)
        ).distinct()
    page = Paginator(found.prefetch_related("memberships"), 50).get_page(request.GET.get("page"))
    return render(request, "system/users.html", {"page": page, "asked": asked})


@require_GET
@may(Permission.USERS_MANAGE)
def user(request: HttpRequest, name: str) -> HttpResponse:
    return one_user(request, get_object_or_404(User, username=name))


def one_user(request: HttpRequest, found: User, *, password: str = "") -> HttpResponse:
    roles = Membership.objects.filter(user=found).order_by("pk")
    context = {"one": found, "owned": roles, "roles": ROLES, "password": password}
    return render(request, "system/user.html", context)


@require_POST
@may(Permission.USERS_MANAGE)
def add_user(request: HttpRequest) -> HttpResponse:
    name, email = request.POST.get("name", "").strip(), request.POST.get("email", "").strip()
    try:
        made, password = open_account(name, email=email, by=actor_of(request).name, at=timezone.now())
    except RefusedAccount as refused:
        for reason in refused.reasons:
            messages.error(request, here(reason))
        return redirect("users")
    return one_user(request, made, password=password)


@require_POST
@may(Permission.USERS_MANAGE)
def change_user(request: HttpRequest, name: str) -> HttpResponse:
    """One of: give a role, end a role, set a new password, close or open the account."""
    found = get_object_or_404(User, username=name)
    by, at = actor_of(request).name, timezone.now()
    match request.POST.get("do"):
        case "give":
            given = {k: request.POST.get(k, "").strip() for k in ("party", "authority", "region")}
            try:
                give_role(found, request.POST.get("role", ""), **given, from_day=today(), by=by, at=at)
            except RefusedAccount as refused:
                for reason in refused.reasons:
                    messages.error(request, here(reason))
        case "end":
            membership = get_object_or_404(
                Membership, pk=request.POST.get("membership") or 0, user=found, ended_on=None
            )
            take_role(membership, on=today(), by=by, at=at)
        case "password":
            return one_user(request, found, password=new_password(found, by=by, at=at))
        case "close" if found.username != by:
            set_active(found, active=False, by=by, at=at)
        case "open":
            set_active(found, active=True, by=by, at=at)
        case _:
            messages.error(request, say("不能这样操作", "This cannot be done"))
    return redirect("user", name=name)
