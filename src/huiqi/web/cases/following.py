"""A case as those see it whom it concerns: where it stands, what is asked of them, what happened, what was said."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.cases.names import LANE_NAMES, OUTCOME_NAMES, PURPOSE_NAMES
from huiqi.cases.types import Lane, Outcome, Purpose, Role, Turn
from huiqi.casework.models import Case, Rating
from huiqi.funds.ledger import MOVEMENT_NAMES
from huiqi.funds.types import Movement
from huiqi.holdings.current import measure_on
from huiqi.ledger.models import Posting
from huiqi.ledger.queries import postings_of
from huiqi.measures.types import VerdictKind
from huiqi.packs.wording import ROLES
from huiqi.procedures.case_clocks import Refused, running
from huiqi.procedures.match_firm import VERDICTS
from huiqi.procedures.payee_accounts import pay_of
from huiqi.procedures.rate_case import LONGEST, rate_case
from huiqi.web.cases.entering import Here, of_a_case
from huiqi.web.cases.fields import Shown, sections_of
from huiqi.web.cases.history import history_of, latest_results
from huiqi.web.cases.papers import papers_of, visible_papers
from huiqi.web.cases.sending import may_fill, open_mends
from huiqi.web.cases.standing import (
    TURN_OF,
    authorities_of,
    coming,
    name_of,
    times_of,
    turn_badge,
    turn_words,
)
from huiqi.web.cases.steps import own_steps
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.say import say
from huiqi.web.shared.typed import whole_in, words_in

MOST_POSTINGS = 40


@require_GET
@may(Permission.PUBLIC)
@of_a_case
def case(request: HttpRequest, here: Here) -> HttpResponse:
    return case_page(request, here)


def case_page(
    request: HttpRequest,
    here: Here,
    rating_problems: dict[str, Bilingual] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    row, rules = here.case, here.rules
    readings = here.readings
    form = here.form
    entries, steps = history_of(row, rules, form), own_steps(here)
    urgent = running(readings)
    context = {
        "case": row,
        "here": here,
        "title": Bilingual(row.title_zh, row.title_en),
        "state": rules.case_type.states[row.state],
        "turn": turn_words(row, here.roles),
        "badge": turn_badge(row, here.roles),
        "purpose": PURPOSE_NAMES[Purpose(row.purpose)],
        "lane": LANE_NAMES[Lane(row.lane)] if row.lane != Lane.CLAIM else None,
        "outcome": OUTCOME_NAMES[Outcome(row.outcome)] if row.outcome else None,
        "roles": [ROLES[role] for role in here.roles],
        "pack": rules.pack,
        "measure": measure_on(row.measure, today()) if row.measure else None,
        "authorities": authorities_of(row),
        "applicant": applicant_of(here),
        "provider": name_of(row.provider) if row.provider else "",
        "coming": coming(row, rules.case_type, mine=here.roles),
        "times": times_of([*urgent, *(r for r in readings if r not in urgent)], rules),
        "is_my_turn": TURN_OF.get(Turn(row.turn)) in here.roles,
        "to_fill": may_fill(here),
        "mends": open_mends(row) if here.applicant else {},
        "steps": [s for s in steps if not s.withdraws],
        "ways_out": [s for s in steps if s.withdraws and s.of.is_open],
        "entries": entries,
        "results": latest_results(entries) if row.decided_on else (),
        "sections": answers_shown(here, sections_of(here.facts, form)),
        "papers": papers_of(here) if not only_other_side(here) else [],
        "proofs": [paper for paper in visible_papers(here) if paper.material.startswith("proof:")],
        "publications": list(row.publications.order_by("pk")),
        "frozen_name": frozen_name(row),
        "money": money_of(row, here),
        "pay": pay_of(row, rules, actor_of(request).party),
        "children": list(row.children.filter(party=row.party).exclude(party="").order_by("pk")),
        "rating": Rating.objects.filter(case=row).first() if here.applicant else None,
        "rating_problems": rating_problems or {},
        "longest": LONGEST,
        "stars": range(5, 0, -1),
    }
    return render(request, "cases/case.html", context, status=status)


def frozen_name(row: Case) -> Bilingual | None:
    """The verdict of the rules as the case was sent."""
    verdict = (row.frozen or {}).get("verdict")
    return VERDICTS[VerdictKind(verdict)] if verdict in set(VerdictKind) else None


def money_of(row: Case, here: Here) -> list[tuple[Bilingual, Posting]]:
    """What moved for the case so far, oldest first; the other side does not see it."""
    if only_other_side(here):
        return []
    found = postings_of(case=row.number)[:MOST_POSTINGS]
    return [(MOVEMENT_NAMES[Movement(posting.movement)], posting) for posting in reversed(found)]


def only_other_side(here: Here) -> bool:
    return set(here.roles) == {Role.OTHER_SIDE}


def applicant_of(here: Here) -> Bilingual:
    row: Case = here.case
    if row.anonymous:
        return Bilingual("匿名", "without a name")
    return Bilingual(row.party_name or row.party, row.party_name or row.party)


def answers_shown(here: Here, sections: list[Shown]) -> list[Shown]:
    """What was filled in; the other side does not see what is to be masked."""
    if not only_other_side(here):
        return sections
    return [Shown(s.name, s.part, tuple(f for f in s.fields if not f.asked.is_masked)) for s in sections]


@require_POST
@may(Permission.PUBLIC)
@of_a_case
def rate(request: HttpRequest, here: Here) -> HttpResponse:
    if here.applicant is None:
        raise Http404
    stars = whole_in(request.POST, "stars") or 0
    words = words_in(request.POST, "words", LONGEST + 1)
    try:
        rate_case(here.case, stars, words, by=here.applicant.by, at=timezone.now())
    except Refused as refused:
        return case_page(request, here, {p.field: p.words for p in refused.problems}, status=422)
    messages.success(request, say("感谢评价。", "Thank you for rating it."))
    return redirect("case", number=here.case.number)
