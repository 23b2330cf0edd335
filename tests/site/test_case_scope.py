"""A case is opened where and while its document holds, decided on what the office found, and its log tells all of it."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client

from huiqi.cases.history import Note, rebuild
from huiqi.cases.types import Role
from huiqi.casework.desk_queries import colour_on
from huiqi.casework.models import Case
from huiqi.casework.queries import log_of
from huiqi.procedures.case_clocks import Refused
from huiqi.procedures.case_rules import rules_of
from huiqi.procedures.open_case import Wish, open_case
from huiqi.procedures.take_step import Acting, Given, take_step
from tests.site.conftest import Site
from tests.site.desk_cases import AT, DAY, LEASE, OFFICER, lease_claim, step, with_clock
from tests.site.test_desk_case import desk, own_files  # noqa: F401
from tests.site.test_enterprise_file import page_of, visible

REVIEWER = Acting("officer", Role.REVIEWER, authority="市经济和信息化委")
Enter = Callable[[str], Client]


@pytest.fixture
def timed() -> Iterator[None]:
    """The leasing claim with a promised time that a head may extend, which no pack of the repository has."""
    with with_clock(LEASE):
        yield


@pytest.mark.parametrize(
    ("case_type", "field", "why"),
    [
        ("qingdao-2016-2/tech-interest-claim", "case_type", "holds from 2016-09-29 until 2018-12-31"),
        ("guangdong-2012-52/market-support", "party", "outside it"),
    ],
)
def test_a_case_needs_a_document_in_force_that_is_for_the_firm(
    site: Site, case_type: str, field: str, why: str
) -> None:
    with pytest.raises(Refused, match=why) as refused:
        open_case(Wish(case_type, party=site.firm), by="firm", on=DAY, at=AT)
    assert field in {problem.field for problem in refused.value.problems}
    assert not Case.objects.exists()


def test_a_question_may_come_from_anywhere(site: Site) -> None:
    wish = Wish("guangdong-2012-52/interaction-platform-enquiry", party=site.firm)
    assert open_case(wish, by="firm", on=DAY, at=AT).case.region.startswith("44")


def test_an_office_that_has_found_nothing_does_not_go_on(site: Site) -> None:
    case = step(lease_claim(site), "accept", OFFICER)
    empty = Given(no_conflict=True, amount=None)
    with pytest.raises(Refused) as refused:
        take_step(case, "review", empty, acting=REVIEWER, at=AT, on=DAY)
    assert {"amount", "lease_review_passed"} <= {problem.field for problem in refused.value.problems}
    found = Given(no_conflict=True, amount=case.amount_asked or 1, review={"lease_review_passed": "是"})
    case = take_step(case, "review", found, acting=REVIEWER, at=AT, on=DAY)
    assert case.events.get(step="review").detail["found"] == {"lease_review_passed": True}


def test_what_happens_beside_the_steps_stands_in_the_log(site: Site, signed_in: Enter, timed: None) -> None:
    officer, head, firm = signed_in("officer"), signed_in("head"), signed_in("firm")
    case = step(lease_claim(site), "accept", OFFICER)
    head.post(
        f"/desk/cases/{case.number}/extend/", {"clock": "handling", "n": "5", "reason": "须等待审计报告"}
    )
    officer.post(f"/desk/cases/{case.number}/interest/", {"note": "亲属在该企业任职"})
    case.refresh_from_db()
    assert [event.step for event in case.events.order_by("-seq")[:2]] == [Note.STOOD_ASIDE, Note.EXTENDED]
    standing = rebuild(rules_of(case, on=DAY).case_type, log_of(case))
    assert (standing.state, standing.version) == (case.state, case.version)
    told = visible(page_of(firm, f"/cases/{case.number}/"))
    assert "时限延长" in told
    assert "须等待审计报告" in told
    assert "亲属" not in told  # who stood aside is the office's affair
    assert "亲属在该企业任职" in desk(head, case)


def test_a_colour_is_that_of_the_day_it_is_shown_on(site: Site, timed: None) -> None:
    case = step(lease_claim(site), "accept", OFFICER)
    assert case.next_due is not None
    assert case.warns_on is not None
    days = (DAY, case.warns_on, case.next_due, case.next_due + timedelta(days=1))
    assert [colour_on(case, day) for day in days] == ["green", "yellow", "yellow", "red"]
