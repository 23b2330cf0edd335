"""Cases for the tests of desks, as firms hand them in: by the procedures, on the day of the site."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Protocol

from django.contrib.auth.models import User
from django.test import Client

from huiqi.access.actions import grant_role
from huiqi.access.permissions import Role as AccessRole
from huiqi.base.bilingual import Bilingual
from huiqi.base.periods import Duration, Unit
from huiqi.cases.types import Clock, Extension, FollowUpKind, Role
from huiqi.casework.models import Case, Escalation, FollowUpTask, Rating
from huiqi.funds.types import Movement
from huiqi.holdings import current
from huiqi.holdings.current import library
from huiqi.ledger.actions import put_in
from huiqi.procedures.case_form import hand_in_file, save_answers
from huiqi.procedures.case_rules import facts_of, rules_of
from huiqi.procedures.open_case import Wish, open_case
from huiqi.procedures.take_step import Acting, Given, take_step
from tests.site.filling import with_findings

DAY = date(2013, 6, 30)
NOW = datetime(2013, 6, 30, 9, 0, tzinfo=UTC)
PASSWORD = "for the tests only"


class Firm(Protocol):
    """Whom cases are handed in for, by credit code."""

    @property
    def firm(self) -> str: ...


AT = datetime(2013, 6, 30, 9, 30, tzinfo=UTC)
PDF = b"%PDF-1.7 synthetic"
RECOGNITION = "qingdao-2012-46/zjtx-recognition-recognition"
OFFICER = Acting("officer", Role.OFFICER, authority="市经济和信息化委")
LEASE = "qingdao-2012-46/lease-subsidy-claim"
FIRM = Acting("firm", Role.APPLICANT)


def drafted(site: Firm, case_type: str = LEASE, on: date = DAY, **replies: str) -> Case:
    """A case that the firm filled in, with a file for every material."""
    case = open_case(Wish(case_type, party=site.firm), by="firm", on=on, at=AT).case
    rules = rules_of(case, on=on)
    asked = facts_of(case, rules, on=on).form.missing()
    usual = {name: usual_reply(rules.kinds[name]) for name in asked}
    problems = save_answers(case, usual | replies, by="firm", on=on, at=AT)
    assert problems == {}, problems
    for material in rules.case_type.materials:
        hand_in_file(case, material.id, f"{material.id}.pdf", PDF, by="firm", at=AT)
    return case


def usual_reply(kind: object) -> str:
    name = kind.type.value  # type: ignore[attr-defined]
    if name == "enum":
        return str(kind.domain.values[0])  # type: ignore[attr-defined]
    return {"bool": "是", "date": "2013-05-20", "text": "合成内容", "ratio": "30%"}.get(name, "10")


def lease_claim(site: Firm, **replies: str) -> Case:
    """A claim of the leasing subsidy, handed in."""
    usual = {"lease_financed_amount": "1000万"}
    return step(drafted(site, **usual | replies), "submit", FIRM)


def step(case: Case, name: str, acting: Acting, on: date = DAY, **given: object) -> Case:
    full = with_findings(case, name, given, on=on)
    return take_step(case, name, Given(**full), acting=acting, at=AT, on=on)  # type: ignore[arg-type]


def with_money(fund: str = "sme-special-fund", pack: str = "qingdao-2012-46") -> None:
    put_in(
        library().packs[pack].funds[fund],
        Movement.BUDGET,
        amount=Fraction(100_000_000),
        year=2013,
        source="市财政局",
        by="payer",
        at=AT,
        on=DAY,
    )


def desks_have_work(site: Firm) -> None:
    """A claim under review that is late, a recognition that experts score, a question, an evaluation, a bad rating."""
    claim = step(lease_claim(site, lease_financed_amount="800万"), "accept", OFFICER)
    Escalation.objects.create(
        case=claim, clock="handling", started_on=DAY, due_on=DAY, role=Role.SUPERVISOR, told_on=DAY, at=AT
    )
    Rating.objects.create(case=claim, asked_on=DAY, stars=1, words="窗口让跑了三趟", rated_at=AT)
    step(step(drafted(site, RECOGNITION), "submit", FIRM), "accept", OFFICER)
    step(drafted(site, "qingdao-2012-46/interpretation-enquiry"), "ask", FIRM)
    FollowUpTask.objects.create(
        case=claim, place=0, kind=FollowUpKind.EVALUATION, role=Role.OFFICER, due_on=DAY
    )


def worker(
    name: str, role: AccessRole, *, authority: str = "", region: str = "3702", party: str = ""
) -> Client:
    """Somebody besides the cast."""
    user = User.objects.create_user(name, password=PASSWORD)
    grant_role(user, role, authority=authority, party=party, region=region, from_day=DAY, by="system", at=NOW)
    client = Client()
    assert client.login(username=name, password=PASSWORD)
    return client


@contextmanager
def with_clock(key: str, working_days: int = 10, more: int = 5) -> Iterator[None]:
    """A case type with a promised time, told of above when late and extended once by a head: synthetic.

    Packs may declare it so; none of those in the repository promises a time that can be extended.
    """
    kept = current.library()
    slug, _, name = key.rpartition("/")
    clock = Clock(
        "handling",
        Bilingual("审批时间", "time to decide"),
        starts=frozenset({"accept"}),
        stops=frozenset({"approve", "refuse", "withdraw"}),
        promised=Duration(working_days, Unit.WORKING_DAYS),
        pauses_in=frozenset({"returned"}),
        extension=Extension(Role.DECIDER, Duration(more, Unit.WORKING_DAYS)),
        escalates_to=(Role.DECIDER, Role.SUPERVISOR),
    )
    pack = kept.packs[slug]
    case_type = replace(pack.cases[name], clocks=(clock,))
    changed = replace(pack, cases={**pack.cases, name: case_type})
    current.renew_library(replace(kept, packs={**kept.packs, slug: changed}))
    try:
        yield
    finally:
        current.renew_library(kept)
