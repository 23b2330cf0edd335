"""Begin a case (办事): what can be opened, one kind of case before it is begun, and its first form."""

from typing import Final
from urllib.parse import urlencode

from allauth.core import ratelimit
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from huiqi.access.actor import Actor
from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.cases.names import PURPOSE_NAMES
from huiqi.cases.replies import read_replies
from huiqi.cases.types import Purpose, Role, Turn
from huiqi.cases.workflow import Hindrance
from huiqi.casework.models import Case
from huiqi.dossiers.queries import file_of
from huiqi.forms.kept import plain
from huiqi.matching.answers import read_reply
from huiqi.packs.wording import WAYS, duration_words
from huiqi.procedures.case_clocks import Refused
from huiqi.procedures.case_rules import CaseFacts, CaseRules, NoSuchType, case_type_named, measure_keys
from huiqi.procedures.fill_in_case import open_filled
from huiqi.procedures.open_case import NOT_ANONYMOUS, Opened, Wish, open_case, who_may_open, why_not_now
from huiqi.web.cases.entering import remember
from huiqi.web.cases.fields import NOTHING_TYPED, Typed, kinds_in, replies_in, sections_of, summary
from huiqi.web.cases.offered import (
    Offer,
    begins_with_applicant,
    found_by,
    is_openable,
    is_ticket,
    offer_of,
    offers_for,
    purposes_in,
)
from huiqi.web.shared.day import day_of, today
from huiqi.web.shared.typed import words_in

ON_A_PAGE: Final = 25
WORD: Final = "word_of_case"
COUNTED_AS: Final = "case_without_name"
TOO_OFTEN: Final = Bilingual(
    "从这个网络地址匿名提交得太多，请一小时后再试或登录办理",
    "too many cases without a name came from this address: try again in an hour, or log in",
)


@require_GET
@may(Permission.PUBLIC)
def case_types(request: HttpRequest) -> HttpResponse:
    actor, words = actor_of(request), words_in(request.GET, "q", 60)
    purpose = request.GET.get("purpose", "")
    purpose = purpose if purpose in set(Purpose) else ""
    offers = offers_for(actor, on=today(), law=day_of(request))
    with_words = found_by(offers, words, "")
    page = Paginator(found_by(offers, words, purpose), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "purposes": [(p, PURPOSE_NAMES[p], n) for p, n in purposes_in(with_words)],
        "purpose": purpose,
        "words": words,
        "all": len(with_words),
        "names": PURPOSE_NAMES,
    }
    return render(request, "cases/case_types.html", context)


@require_http_methods(["GET", "POST"])
@may(Permission.PUBLIC)
def start_case(request: HttpRequest, pack: str, name: str) -> HttpResponse:
    try:
        found, case_type = case_type_named(f"{pack}/{name}")
    except NoSuchType:
        raise Http404 from None
    offer = offer_of(found, case_type, {}, on=today())
    if request.method == "GET":
        return start_page(request, offer)
    if not is_openable(case_type):
        raise Http404
    return begin(request, offer)


def own_party(actor: Actor) -> str:
    return actor.party if actor.may(Permission.OWN_CASES) else ""


def wish_in(request: HttpRequest, offer: Offer) -> Wish:
    """With one's name where one has an account and does not choose otherwise."""
    party = own_party(actor_of(request))
    if request.POST.get("name") == "none":
        party = ""
    return Wish(offer.key, measure=words_in(request.POST, "measure", 200), party=party)


def begin(request: HttpRequest, offer: Offer) -> HttpResponse:
    wish = wish_in(request, offer)
    if not wish.party and is_too_often(request):
        return start_page(request, offer, [Hindrance("party", TOO_OFTEN)], status=429)
    by = actor_of(request).name if wish.party else ""
    begun = untouched(wish, offer)
    if begun is not None:
        return redirect("case_form", number=begun.number)
    try:
        if is_ticket(offer.case_type):
            return begin_filled(request, offer, wish, by)
        opened = open_case(wish, by=by, on=today(), at=timezone.now())
    except Refused as refused:
        return start_page(request, offer, list(refused.problems), status=422)
    return after_opening(request, opened)


def untouched(wish: Wish, offer: Offer) -> Case | None:
    """A draft of the same in which nothing was done yet: whoever clicks twice goes on with it."""
    keys = measure_keys(offer.case_type)
    measure = wish.measure or (keys[0] if len(keys) == 1 else "")
    found = Case.objects.filter(type=offer.key, measure=measure, party=wish.party, version=1).exclude(
        party=""
    )
    return found.filter(turn=Turn.APPLICANT, answers=None, papers=None).order_by("pk").last()


def is_too_often(request: HttpRequest) -> bool:
    """Were too many cases without a name opened from this address within the hour?"""
    return not ratelimit.consume(request, action=COUNTED_AS)


def begin_filled(request: HttpRequest, offer: Offer, wish: Wish, by: str) -> HttpResponse:
    """A ticket: the form goes in with the opening. Raises Refused."""
    facts = blank(offer, wish.party)
    replies = replies_in(request.POST, kinds_in(facts.form))
    values, problems = read_replies(facts.form, replies, read=read_reply)
    facts.answers = {name: value for name, value in values.items() if value is not None}
    problems = {**facts.form.missing(), **problems}
    if problems:
        return start_page(request, offer, typed_in=Typed(replies, problems), status=422)
    kept = {name: plain(value) for name, value in facts.answers.items()}
    return after_opening(request, open_filled(wish, kept, by=by, on=today(), at=timezone.now()), filled=True)


def blank(offer: Offer, party: str) -> CaseFacts:
    """What is known before a case is there."""
    case = Case(type=offer.key, party=party, anonymous=not party, state=offer.case_type.first_state)
    dossier = file_of(party, on=today()) if party else None
    return CaseFacts(case, CaseRules(offer.pack, offer.case_type), today(), dossier, {})


def after_opening(request: HttpRequest, opened: Opened, *, filled: bool = False) -> HttpResponse:
    number = opened.case.number
    if opened.token:
        remember(request, number)
        request.session[f"{WORD}:{number}"] = opened.token
        return redirect("case_word", number=number)
    return redirect("case_receipt" if filled else "case_form", number=number)


def start_page(
    request: HttpRequest,
    offer: Offer,
    problems: list[Hindrance] | None = None,
    *,
    typed_in: Typed = NOTHING_TYPED,
    status: int = 200,
) -> HttpResponse:
    actor = actor_of(request)
    party, case_type = own_party(actor), offer.case_type
    dossier = file_of(party, on=today()) if party else None
    hindered = list(problems or [])
    wish = Wish(offer.key, party=party)
    if party and not hindered:
        hindered = who_may_open(case_type, wish, dossier, Role.APPLICANT)
    not_now = why_not_now(offer.pack, case_type, wish, dossier, on=today())
    hindered += [h for h in not_now if h not in hindered]
    is_in_force = not any(h.field == "case_type" for h in not_now)
    may_open = bool(party) and is_in_force and not any(h.field == "party" for h in hindered)
    facts = blank(offer, party)
    form = facts.form
    drafts = Case.objects.filter(party=party, type=offer.key, submitted_on=None, outcome="") if party else []
    context = {
        "offer": offer,
        "purpose": PURPOSE_NAMES[case_type.purpose],
        "problems": [h.words for h in hindered if h.words is not NOT_ANONYMOUS],
        "is_openable": is_openable(case_type),
        "may_open": may_open,
        "may_hide": case_type.anonymous and is_in_force,
        "is_in_force": is_in_force,
        "party": party,
        "drafts": [case for case in drafts if case.turn == "applicant"],
        "chosen": request.POST.get("measure") or request.GET.get("measure", ""),
        "clocks": clock_rows(offer),
        "materials": [
            (m, [words for way, words in WAYS.items() if way in m.ways]) for m in case_type.materials
        ],
        "count": len([f for f in form.of() if f.may_be_given]),
        "sections": sections_of(facts, form, typed_in=typed_in) if is_ticket(case_type) else [],
        "wrong": summary(typed_in.problems.items(), form),
        "begins_with_applicant": begins_with_applicant(case_type),
        "log_in": f"/account/login/?{urlencode({'next': request.get_full_path()})}",
    }
    return render(request, "cases/start.html", context, status=status)


def clock_rows(offer: Offer) -> list[tuple[Bilingual, Bilingual | None, Bilingual | None]]:
    """Each clock: title, how long by law, how long as promised."""
    rows = []
    for clock in offer.case_type.clocks:
        limit = offer.pack.time_limits.get(clock.limit) if clock.limit is not None else None
        legal = clock.legal or (limit.within if limit is not None else None)
        rows.append(
            (
                clock.title,
                duration_words(legal) if legal is not None else None,
                duration_words(clock.promised) if clock.promised is not None else None,
            )
        )
    return rows
