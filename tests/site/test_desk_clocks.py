"""Clocks on the desk: extended once by a head, told of above when over, looked at and taken up again."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huiqi.access.permissions import Role as AccessRole
from huiqi.casework.models import Case, Escalation, Extension
from huiqi.procedures.case_clocks import read_all_clocks
from tests.site.conftest import Site
from tests.site.desk_cases import AT, FIRM, LEASE, drafted, lease_claim, step, with_clock, worker
from tests.site.test_desk_case import desk, own_files, post  # noqa: F401
from tests.site.test_enterprise_file import page_of, visible

Enter = Callable[[str], Client]
ARREARS = "cn-payment-complaints-2021/payment-complaints-complaint"
FILED, OVER = date(2022, 3, 1), date(2022, 4, 1)


@pytest.fixture
def timed() -> Iterator[None]:
    """The leasing claim with a promised time that a head may extend, which no pack of the repository has."""
    with with_clock(LEASE):
        yield


def accepted(site: Site, officer: Client) -> Case:
    case = lease_claim(site)
    post(officer, case, "accept")
    case.refresh_from_db()
    return case


def test_a_head_extends_a_clock_once_with_a_reason(site: Site, signed_in: Enter, timed: None) -> None:
    officer, head = signed_in("officer"), signed_in("head")
    case = accepted(site, officer)
    path = f"/desk/cases/{case.number}/extend/"
    form = {"clock": "handling", "n": "5", "reason": "须等待审计报告"}
    assert officer.post(path, form).status_code == 404
    assert "延长一次" not in desk(officer, case)
    assert "延长一次（最多5个工作日）" in desk(head, case)
    for refused in ({**form, "reason": ""}, {**form, "n": "6"}, {**form, "n": "0"}):
        head.post(path, refused)
    assert not Extension.objects.exists()
    before = case.next_due
    head.post(path, form)
    case.refresh_from_db()
    assert before is not None
    assert case.next_due is not None
    assert case.next_due > before
    shown = desk(head, case)
    assert "须等待审计报告" in shown
    assert "延长一次" not in shown
    head.post(path, form)
    assert Extension.objects.count() == 1
    assert head.post(path, {**form, "clock": "no_such"}).status_code == 404


def test_legal_and_promised_times_stand_side_by_side(site: Site, signed_in: Enter, timed: None) -> None:
    officer = signed_in("officer")
    case = accepted(site, officer)
    shown = desk(officer, case)
    assert "法定到期 — 承诺到期 2013年7月12日" in shown
    assert "已用 0个工作日，还剩10个工作日" in shown
    post(officer, case, "return_to_mend", **{"mend.lease_contract": "缺盖章页"})
    assert "暂停 2013年6月30日 → 至今" in desk(officer, case)


def test_an_arrears_complaint_over_its_limit_is_told_of_above_and_taken_up_again(
    site: Site, signed_in: Enter, settings: object
) -> None:
    """Ten working days to examine it went by; head and supervision are told, the supervision office reopens it."""
    settings.HUIQI_DAY = FILED.isoformat()  # type: ignore[attr-defined]
    officer = worker("taker", AccessRole.OFFICER, authority="受理投诉部门")
    head = worker("decider", AccessRole.HEAD, authority="处理投诉部门")
    supervision = signed_in("supervision")
    case = step(drafted(site, ARREARS, on=FILED), "file", FIRM, on=FILED)
    assert "2022年3月15日" in desk(officer, case)
    assert read_all_clocks(on=date(2022, 3, 15), at=AT).late == 0
    settings.HUIQI_DAY = OVER.isoformat()  # type: ignore[attr-defined]
    assert read_all_clocks(on=OVER, at=AT).told == 2
    assert read_all_clocks(on=OVER, at=AT).told == 0
    for client in (head, supervision):
        inbox = visible(page_of(client, "/desk/inbox/"))
        assert "督办提醒" in inbox
        assert case.number in inbox
        assert "应于2022年3月15日办结" in inbox
    assert "督办提醒" not in visible(page_of(officer, "/desk/inbox/"))
    assert case.number in visible(page_of(officer, "/desk/inbox/?colour=red"))
    assert "已超期上报（2022年4月1日）" in desk(supervision, case)
    supervision.post(f"/desk/cases/{case.number}/seen/")
    seen = Escalation.objects.get(role="supervisor")
    assert (seen.seen_by, Escalation.objects.get(role="decider").seen_by) == ("supervision", "")
    assert "督办提醒" not in visible(page_of(supervision, "/desk/inbox/"))
    post(officer, case, "accept")
    post(officer, case, "investigate", no_conflict="yes", proof=pdf(), review_finding="尚欠货款")
    dismissed = post(head, case, "dismiss", reason="双方另有约定")
    assert dismissed.status_code == 302  # type: ignore[attr-defined]
    assert "投诉不成立" in desk(supervision, case)
    assert post(officer, case, "reopen", reason="x").status_code == 404  # type: ignore[attr-defined]
    post(supervision, case, "reopen", reason="证据未核实，请复查")
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("accepted", "")
    assert "证据未核实，请复查" in desk(officer, case)


def pdf() -> object:
    return SimpleUploadedFile("笔录.pdf", b"%PDF-1.7 synthetic", content_type="application/pdf")
