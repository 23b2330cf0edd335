"""What a firm is told: notices, saved searches, ways out, and the page on what was told on an earlier day."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.core.validators import validate_email
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.base.days import day_from
from huiqi.dossiers.queries import file_of
from huiqi.notices import actions, queries
from huiqi.notices.models import Channel
from huiqi.notices.types import Way
from huiqi.procedures.alerts import ask_to_confirm, channel_from, webhook_problem
from huiqi.procedures.match_firm import VERDICTS
from huiqi.procedures.told import day_of_run, runs, was_told
from huiqi.search.current import keys_found
from huiqi.web.shared.day import day_of, today
from huiqi.web.shared.templatetags.say import say

ON_A_PAGE = 20


@require_GET
@may(Permission.OWN_ALERTS)
def my_alerts(request: HttpRequest) -> HttpResponse:
    code = actor_of(request).party
    unread = request.GET.get("show") == "unread"
    page = Paginator(queries.notices_of(code, unread=unread), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "file": file_of(code, on=today()),
        "page": page,
        "unread": unread,
        "unread_count": queries.unread_count(code),
        "searches": queries.searches_of(code),
        "channels": queries.channels_of(code),
    }
    return render(request, "enterprise/my_alerts.html", context)


@require_POST
@may(Permission.OWN_ALERTS)
def mark_read(request: HttpRequest) -> HttpResponse:
    """One notice, or all of them."""
    actor, key = actor_of(request), request.POST.get("notice", "")
    keys = [int(key)] if key.isdecimal() else None
    actions.mark_read(actor.party, keys, by=actor.name, at=timezone.now())
    return redirect("my_alerts")


@require_POST
@may(Permission.OWN_ALERTS)
def save_search(request: HttpRequest) -> HttpResponse:
    actor, words = actor_of(request), " ".join(request.POST.get("words", "").split())[:60]
    if not words:
        messages.error(request, say("请写要查找的词。", "Write what to look for."))
        return redirect("my_alerts")
    known = keys_found(words, on=today())
    actions.save_search(actor.party, words, known=known, by=actor.name, at=timezone.now())
    messages.success(
        request,
        say(
            "已保存。现有{n}项，出现新的即提醒您。",
            "Saved. It finds {n} now; you are told when there is more.",
            n=len(known),
        ),
    )
    return redirect("my_alerts")


@require_POST
@may(Permission.OWN_ALERTS)
def end_search(request: HttpRequest, key: int) -> HttpResponse:
    actor = actor_of(request)
    if not actions.end_search(actor.party, key, by=actor.name, at=timezone.now()):
        raise Http404
    return redirect("my_alerts")


@require_POST
@may(Permission.OWN_ALERTS)
def add_channel(request: HttpRequest) -> HttpResponse:
    actor, address = actor_of(request), request.POST.get("address", "").strip()
    way = Way.WEBHOOK if request.POST.get("way") == Way.WEBHOOK else Way.EMAIL
    wrong = wrong_with(way, address)
    if wrong:
        messages.error(request, wrong)
        return redirect("my_alerts")
    english = get_language() == "en"
    channel = actions.add_channel(
        actor.party, way, address, english=english, by=actor.name, at=timezone.now()
    )
    if channel is None:
        messages.error(
            request, say("已有此地址，或已达上限。", "This is there already, or there are too many.")
        )
    elif way is Way.WEBHOOK:
        return render(
            request,
            "enterprise/webhook_secret.html",
            {"channel": channel, "file": file_of(actor.party, on=today())},
        )
    else:
        problem = ask_to_confirm(channel)
        if problem:
            messages.error(
                request, say("确认邮件未能发出。", "The letter of confirmation could not be sent.")
            )
        else:
            messages.success(
                request,
                say(
                    "确认邮件已发出，点开其中链接后生效。",
                    "Follow the link in the mail we sent: it begins then.",
                ),
            )
    return redirect("my_alerts")


def wrong_with(way: Way, address: str) -> str:
    if way is Way.WEBHOOK:
        problem = webhook_problem(address)
        return say("不能使用该地址：{p}", "This address cannot be used: {p}", p=problem) if problem else ""
    try:
        validate_email(address)
    except ValidationError:
        return say("不是邮箱地址。", "This is not an e-mail address.")
    return ""


@require_POST
@may(Permission.OWN_ALERTS)
def end_channel(request: HttpRequest, key: int) -> HttpResponse:
    actor = actor_of(request)
    channel = Channel.objects.filter(pk=key, party=actor.party, ended_at=None).first()
    if channel is None:
        raise Http404
    actions.end_channel(channel, by=actor.name, at=timezone.now())
    return redirect("my_alerts")


@require_http_methods(["GET", "POST"])
@may(Permission.PUBLIC)
def confirm_channel(request: HttpRequest, token: str) -> HttpResponse:
    """From a mail: a page with a button, since mail programs follow links by themselves."""
    channel = channel_from(token)
    if channel is None:
        raise Http404
    if request.method == "POST":
        actions.confirm_channel(channel, by="link", at=timezone.now())
        channel.refresh_from_db()
    return render(request, "enterprise/channel.html", {"channel": channel, "leaving": False})


@csrf_exempt
@require_http_methods(["GET", "POST"])
@may(Permission.PUBLIC)
def leave_channel(request: HttpRequest, token: str) -> HttpResponse:
    """From a mail, also by the one click of mail programs (RFC 8058): the signed link is all it takes."""
    channel = channel_from(token)
    if channel is None:
        raise Http404
    if request.method == "POST":
        actions.end_channel(channel, by="link", at=timezone.now())
        channel.refresh_from_db()
    return render(request, "enterprise/channel.html", {"channel": channel, "leaving": True})


@require_GET
@may(Permission.OWN_FILE_SEE)
def my_told(request: HttpRequest) -> HttpResponse:
    code, day = actor_of(request).party, day_from(request.GET.get("on")) or day_of(request)
    measure = request.GET.get("measure", "")[:200]
    told = was_told(code, on=day, today=today(), measure=measure)
    answers = Paginator(told.answers if told else [], ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "file": file_of(code, on=today()),
        "asked": day,
        "told": told,
        "measure": measure,
        "page": answers,
        "answers": [(a, VERDICTS[a.then.verdict], VERDICTS[a.now]) for a in answers],
        "days": sorted({day_of_run(run) for run in runs()}, reverse=True)[:12],
    }
    return render(request, "enterprise/my_told.html", context)
