"""Who stands before a case: its applicant, who serves it, its other side, or somebody who came with the word of one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from huiqi.access.guard import actor_of
from huiqi.base.bilingual import Bilingual
from huiqi.cases.clocks import Reading
from huiqi.cases.form import CaseForm
from huiqi.cases.history import Taken
from huiqi.cases.types import Role, Turn
from huiqi.casework.models import Case
from huiqi.casework.queries import case_numbered, log_of
from huiqi.procedures.act_in_case import acting_in
from huiqi.procedures.case_clocks import readings_of
from huiqi.procedures.case_rules import CaseFacts, CaseRules, NoSuchType, facts_of, rules_of
from huiqi.procedures.take_step import Acting
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.say import without_chinese

PROVEN: Final = "proven_cases"
"""Numbers of cases without a name that this session showed the word of."""
MOST_PROVEN: Final = 20
SIDES: Final = (Role.APPLICANT, Role.PROVIDER, Role.OTHER_SIDE)
"""Roles that meet a case on these pages; offices have their desk."""


@dataclass
class Here:
    """A case and in which roles somebody stands before it."""

    case: Case
    acting: tuple[Acting, ...]

    def as_role(self, role: Role) -> Acting | None:
        return next((one for one in self.acting if one.role is role), None)

    @property
    def applicant(self) -> Acting | None:
        return self.as_role(Role.APPLICANT)

    @property
    def by(self) -> str:
        """Under what name they act; empty without an account."""
        return self.acting[0].by if self.acting else ""

    @property
    def roles(self) -> list[Role]:
        return [one.role for one in self.acting]

    def again(self) -> "Here":
        """The same after something was written."""
        return Here(Case.objects.select_related("parent").get(pk=self.case.pk), self.acting)

    @cached_property
    def rules(self) -> CaseRules:
        return rules_of(self.case, on=today())

    @cached_property
    def facts(self) -> CaseFacts:
        return facts_of(self.case, self.rules, on=today())

    @cached_property
    def log(self) -> list[Taken]:
        return log_of(self.case)

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """Its clocks today; from now on its facts know them as well."""
        found = readings_of(self.facts, self.log)
        self.facts.take_in(found)
        return found

    @cached_property
    def form(self) -> CaseForm:
        return self.facts.form

    @property
    def name(self) -> Bilingual:
        """Its title for the head of the browser, where no word can be marked as Chinese."""
        return without_chinese(Bilingual(self.case.title_zh, self.case.title_en))

    @property
    def is_handed_in(self) -> bool:
        """Has it ever been in other hands than the applicant's?"""
        return self.case.submitted_on is not None or self.case.turn != Turn.APPLICANT


CaseView = Callable[..., HttpResponse]


def of_a_case(view: CaseView) -> CaseView:
    """Give the view the case it is asked for, if it is theirs: anybody else does not learn that it is there."""

    @wraps(view)
    def entered(request: HttpRequest, number: str, *args: Any, **kwargs: Any) -> HttpResponse:
        here = here_in(request, number)
        if here is None and not actor_of(request).name:
            asked = urlencode({"number": number, "next": request.get_full_path()})
            return HttpResponseRedirect(f"{reverse('track_case')}?{asked}")
        if here is None:
            raise Http404
        response = view(request, here, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return entered


def here_in(request: HttpRequest, number: str) -> Here | None:
    case = case_numbered(number)
    if case is None:
        return None
    acting = tuple(one for one in acting_in(case, actor_of(request)) if one.role in SIDES)
    if number in request.session.get(PROVEN, ()) and case.token_seal:
        acting += (Acting("", Role.APPLICANT),)
    here = Here(case, acting)
    if not acting or (not here.applicant and case.submitted_on is None):
        return None  # a draft is the applicant's alone
    try:
        here.rules  # noqa: B018
    except NoSuchType:
        return None
    return here


def forget_cases(request: HttpRequest) -> None:
    """This session has shown nothing any more."""
    request.session.pop(PROVEN, None)


def remember(request: HttpRequest, number: str) -> None:
    """This session has shown the word of a case."""
    known = [n for n in request.session.get(PROVEN, []) if n != number]
    request.session[PROVEN] = [*known, number][-MOST_PROVEN:]
