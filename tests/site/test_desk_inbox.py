"""The inbox of a desk: whose cases it shows, in which order, and who may not look into it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiqi.access.permissions import Role as AccessRole
from huiqi.audit.models import Deed
from huiqi.cases.types import Role
from huiqi.casework.models import Case, Draw
from huiqi.procedures.case_clocks import read_all_clocks
from tests.site.conftest import DAY, Site
from tests.site.desk_cases import AT, LEASE, drafted, lease_claim, with_clock, worker
from tests.site.test_enterprise_file import page_of, visible

Enter = Callable[[str], Client]


@pytest.fixture
def timed() -> Iterator[None]:
    """The leasing claim with a promised time of ten working days, which no pack promises."""
    with with_clock(LEASE):
        yield


PAGES = (
    "/desk/inbox/", "/desk/inbox/cases.csv", "/desk/complaints/", "/desk/calls/", "/desk/publications/",
    "/desk/follow-ups/", "/desk/ratings/", "/desk/overview/",
)  # fmt: skip


@pytest.mark.parametrize("who", ["firm", "agent", "bank", "agency", "auditor", "admin"])
def test_who_does_not_work_on_cases_is_kept_out(signed_in: Enter, who: str) -> None:
    client = signed_in(who)
    assert {path: client.get(path).status_code for path in PAGES} == dict.fromkeys(PAGES, 403)


def test_a_visitor_is_asked_to_log_in(visitor: Client) -> None:
    for path in PAGES:
        assert visitor.get(path).headers["Location"].startswith("/account/login/")


@pytest.mark.parametrize(
    ("who", "closed"),
    [
        ("officer", {"/desk/overview/"}),
        ("head", set()),
        ("supervision", {"/desk/calls/"}),
        ("expert", set(PAGES) - {"/desk/inbox/", "/desk/inbox/cases.csv"}),
    ],
)
def test_each_desk_has_its_pages(signed_in: Enter, who: str, closed: set[str]) -> None:
    client = signed_in(who)
    assert {path for path in PAGES if client.get(path).status_code == 403} == closed


def test_a_desk_sees_what_was_handed_in_and_no_draft(site: Site, signed_in: Enter) -> None:
    handed_in = lease_claim(site)
    draft = drafted(replace(site, firm=site.bank), lease_financed_amount="500万")
    page = visible(page_of(signed_in("officer"), "/desk/inbox/?show=all"))
    assert handed_in.number in page
    assert draft.number not in page
    assert "待受理" in page


def test_another_authority_and_another_city_see_nothing_of_it(site: Site, signed_in: Enter) -> None:
    case = lease_claim(site)
    path = f"/desk/cases/{case.number}/"
    assert signed_in("officer").get(path).status_code == 200
    strangers = [
        worker("tech", AccessRole.OFFICER, authority="市科技局"),
        worker("jinan", AccessRole.HEAD, authority="市经济信息化委", region="3701"),
        signed_in("expert"),
        signed_in("firm"),
    ]
    for stranger in strangers[:3]:
        assert stranger.get(path).status_code == 404
        assert case.number not in visible(page_of(stranger, "/desk/inbox/?show=all"))
    assert strangers[3].get(path).status_code == 403
    for stranger in strangers:
        answer = stranger.post(f"{path}steps/accept/", {"version": case.version})
        assert answer.status_code in (403, 404)
    case.refresh_from_db()
    assert case.state == "submitted"


def test_a_department_is_known_by_whatever_name_a_document_gives_it(site: Site) -> None:
    case = lease_claim(site)
    client = worker("short_name", AccessRole.OFFICER, authority="市经信委")
    assert case.number in visible(page_of(client, "/desk/inbox/"))


def test_late_cases_come_first_and_are_counted(site: Site, signed_in: Enter, timed: None) -> None:
    firms = [site.firm, site.bank, site.agency]
    late, soon, fresh = (lease_claim(replace(site, firm=firm)) for firm in firms)
    officer = signed_in("officer")
    for case in (fresh, soon, late):
        officer.post(f"/desk/cases/{case.number}/steps/accept/", {"version": case.version})
    Case.objects.filter(pk=late.pk).update(next_due=DAY - timedelta(days=3))
    Case.objects.filter(pk=soon.pk).update(colour="yellow", next_due=DAY + timedelta(days=1))
    page = visible(page_of(officer, "/desk/inbox/"))
    assert page.index(late.number) < page.index(soon.number) < page.index(fresh.number)
    assert "超期3天" in page
    assert "1 已超期" in page
    assert "1 即将到期" in page
    only_late = visible(page_of(officer, "/desk/inbox/?colour=red"))
    assert late.number in only_late
    assert fresh.number not in only_late


def test_filters_narrow_the_list(site: Site, signed_in: Enter) -> None:
    mine, other = lease_claim(site), lease_claim(replace(site, firm=site.bank))
    officer = signed_in("officer")
    officer.post(f"/desk/cases/{mine.number}/take/")
    for query, shown, hidden in (
        ("mine=1", mine, other),
        (f"q={other.number}", other, mine),
        (f"q={mine.party}", mine, other),
    ):
        page = visible(page_of(officer, f"/desk/inbox/?{query}"))
        assert shown.number in page, query
        assert hidden.number not in page.replace(f"q={hidden.number}", ""), query
    assert "没有符合条件的办件" in visible(page_of(officer, "/desk/inbox/?state=accepted"))
    both = visible(page_of(officer, f"/desk/inbox/?type={LEASE}&state=submitted"))
    assert mine.number in both
    assert other.number in both


def test_waiting_is_what_ones_own_steps_lead_on_from(site: Site, signed_in: Enter) -> None:
    case = lease_claim(site)
    assert case.number in visible(page_of(signed_in("officer"), "/desk/inbox/"))
    payer = signed_in("payer")
    assert case.number not in visible(page_of(payer, "/desk/inbox/"))
    assert case.number in visible(page_of(payer, "/desk/inbox/?show=open"))


def test_the_export_is_masked_and_recorded(site: Site, signed_in: Enter) -> None:
    case = lease_claim(site)
    answer = signed_in("officer").get("/desk/inbox/cases.csv?show=all")
    text = answer.content.decode()
    assert case.number in text
    assert case.party not in text
    assert case.party_name not in text
    assert f"{case.party[:4]}*" in text
    deed = Deed.objects.get(what="casework.list.exported")
    assert (deed.by, deed.detail["rows"]) == ("officer", 1)


def test_an_expert_sees_what_they_were_drawn_for(site: Site, signed_in: Enter) -> None:
    drawn, other = lease_claim(site), lease_claim(replace(site, firm=site.bank))
    Draw.objects.create(case=drawn, expert="expert", drawn_on=DAY)
    page = visible(page_of(signed_in("expert"), "/desk/inbox/"))
    assert drawn.number in page
    assert other.number not in page


def test_supervision_sees_the_region_and_where_it_is_late(site: Site, signed_in: Enter, timed: None) -> None:
    case = lease_claim(site)
    officer, supervision = signed_in("officer"), signed_in("supervision")
    officer.post(f"/desk/cases/{case.number}/steps/accept/", {"version": case.version})
    read_all_clocks(on=date(2013, 8, 1), at=AT)
    overview = visible(page_of(supervision, "/desk/overview/"))
    assert "市经济信息化委 1 1" in overview
    assert case.number in visible(page_of(supervision, "/desk/inbox/?show=late"))
    assert case.escalations.filter(role=Role.SUPERVISOR).exists()
    outside = worker("jinan_inspector", AccessRole.SUPERVISION, region="3701")
    assert case.number not in visible(page_of(outside, "/desk/inbox/?show=all"))


def test_a_long_list_asks_the_database_no_more_often(site: Site, signed_in: Enter) -> None:
    lease_claim(site)
    officer = signed_in("officer")
    officer.get("/desk/inbox/")
    few = count_queries(officer, "/desk/inbox/")
    first = Case.objects.get()
    for n in range(40):
        first.pk, first.number, first.occasion = None, f"2013063000{n:04d}9", str(n)
        first.save(force_insert=True)
    assert count_queries(officer, "/desk/inbox/") <= few
    assert few <= 30


def count_queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)
