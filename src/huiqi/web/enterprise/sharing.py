"""Who may see a firm's file: consents, the log of who looked, agents; and those who look."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import ROLE_NAMES, Permission, Role
from huiqi.base.bilingual import Bilingual
from huiqi.base.days import day_from
from huiqi.dossiers import queries
from huiqi.dossiers.groups import NAMES, Group
from huiqi.dossiers.models import Consent
from huiqi.procedures.consents_held import consents_held, looks_had, with_looks
from huiqi.procedures.look_at_file import (
    MOST_FOUND,
    SHORTEST,
    find_firms,
    look_as_audience,
    look_as_office,
)
from huiqi.procedures.share_file import audiences_on, end_consent, share_file
from huiqi.web.shared.day import day_of, today
from huiqi.web.shared.templatetags.say import say

ON_A_PAGE = 20
USUALLY = timedelta(days=180)


@require_GET
@may(Permission.OWN_FILE_SEE)
def my_consents(request: HttpRequest) -> HttpResponse:
    return consents_page(request)


def consents_page(request: HttpRequest, problems: object = None, status: int = 200) -> HttpResponse:
    code = actor_of(request).party
    context = {
        "file": queries.file_of(code, on=today()),
        "consents": [
            (c, [NAMES[g] for g in Group if g in c.groups]) for c in queries.consents_of(code)[:ON_A_PAGE]
        ],
        "audiences": [a for a in audiences_on(timezone.localdate()) if a.code != code],
        "groups": [(g, NAMES[g]) for g in Group],
        "until": request.POST.get("until") or (today() + USUALLY).isoformat(),
        "chosen": request.POST.getlist("groups"),
        "audience": request.POST.get("audience", ""),
        "now": today(),
        "problems": problems or {},
    }
    return render(request, "enterprise/my_consents.html", context, status=status)


@require_POST
@may(Permission.OWN_FILE_CONSENT)
def give_consent(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    shared = share_file(
        actor.party,
        audience=request.POST.get("audience", ""),
        groups=request.POST.getlist("groups"),
        until=day_from(request.POST.get("until")),
        by=actor.name,
        on=today(),
        accounts_on=timezone.localdate(),
        at=timezone.now(),
    )
    if shared.problems:
        return consents_page(request, shared.problems, status=422)
    messages.success(request, say("已授权。随时可以撤回。", "Agreed. You can withdraw it at any time."))
    return redirect("my_consents")


@require_POST
@may(Permission.OWN_FILE_CONSENT)
def withdraw_consent(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if not end_consent(
        actor.party, request.POST.get("audience", ""), by=actor.name, on=today(), at=timezone.now()
    ):
        raise Http404
    messages.success(
        request, say("已撤回，对方即刻不能再查阅。", "Withdrawn. From now on they cannot look any more.")
    )
    return redirect("my_consents")


@require_GET
@may(Permission.OWN_FILE_SEE)
def my_viewings(request: HttpRequest) -> HttpResponse:
    code = actor_of(request).party
    page = Paginator(queries.viewings_of(code), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "file": queries.file_of(code, on=today()),
        "page": page,
        "viewings": [(v, ROLE_NAMES[Role(v.role)], [NAMES[g] for g in Group if g in v.groups]) for v in page],
        "all_groups": len(Group),
    }
    return render(request, "enterprise/my_viewings.html", context)


@require_GET
@may(Permission.CONSENTED_FILE_SEE)
def consented_files(request: HttpRequest) -> HttpResponse:
    """The register of consents of a bank or agency: in force, ended, and its own looks at them."""
    own, words = actor_of(request).party, request.GET.get("q", "").strip()[:60]
    show = request.GET.get("show", "")
    if show == "looks":
        return looks_page(request, own)
    found = consents_held(own, on=today(), ended=show == "ended", words=words)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [(held, names_in(held.consent.groups)) for held in with_looks(list(page), own)]
    context = {
        "page": page, "rows": rows, "words": words, "show": show if show == "ended" else "", "now": today(),
    }  # fmt: skip
    return render(request, "enterprise/consented_files.html", context)


def looks_page(request: HttpRequest, own: str) -> HttpResponse:
    page = Paginator(looks_had(own), ON_A_PAGE).get_page(request.GET.get("page"))
    firms = dict(Consent.objects.filter(audience=own).order_by("pk").values_list("party", "firm_name"))
    looks = [(look, firms.get(look.party) or "", names_in(look.groups)) for look in page]
    context = {"page": page, "looks": looks, "show": "looks"}
    return render(request, "enterprise/consented_files.html", context)


def names_in(groups: list[str]) -> list[Bilingual]:
    return [NAMES[group] for group in Group if group in groups]


@require_GET
@may(Permission.CONSENTED_FILE_SEE)
def consented_file(request: HttpRequest, code: str) -> HttpResponse:
    actor = actor_of(request)
    look = look_as_audience(code, by=actor, on=day_of(request), today=today(), at=timezone.now())
    if look is None:
        raise Http404
    return render(request, "enterprise/others_file.html", {"look": look, "file": look.dossier})


@require_GET
@may(Permission.FIRM_FILE_SEE)
def firms(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:60]
    found = find_firms(words, by=actor_of(request))
    context = {
        "words": words,
        "found": found,
        "most": MOST_FOUND,
        "too_short": 0 < len(words) < SHORTEST,
    }
    return render(request, "enterprise/firms.html", context)


@require_GET
@may(Permission.FIRM_FILE_SEE)
def firm(request: HttpRequest, code: str) -> HttpResponse:
    look = look_as_office(code, by=actor_of(request), on=day_of(request), at=timezone.now())
    if look is None:
        raise Http404
    return render(request, "enterprise/others_file.html", {"look": look, "file": look.dossier})
