"""The complaint desk: calls taken for somebody, complaints without a name, the other side asked, objections checked."""

import re
from collections.abc import Callable
from dataclasses import replace

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huiqi.access.permissions import Role as AccessRole
from huiqi.casework.models import Case
from huiqi.procedures.act_in_case import as_anonymous
from huiqi.procedures.case_form import save_answers
from huiqi.procedures.case_rules import case_type_named
from huiqi.procedures.object_to_case import open_objection
from tests.site.conftest import DAY, Site
from tests.site.desk_cases import AT, FIRM, PDF, drafted, step, with_money, worker
from tests.site.test_desk_case import desk, own_files, post, reviewed  # noqa: F401
from tests.site.test_enterprise_file import page_of, visible

Enter = Callable[[str], Client]
CHARGES = "qingdao-2012-46/charges-defence-complaint"
SAID = {
    "a-complained_of": "某检测站",
    "a-what_happened": "年检时被要求购买培训教材，共1200元。",
    "a-happened_on": "2013-06-20",
}


def price_office(role: AccessRole = AccessRole.OFFICER, name: str = "pricer") -> Client:
    return worker(name, role, authority="市物价局")


def first_kind(client: Client, path: str) -> str:
    """The first of the kinds that the form offers."""
    page = client.get(path).content.decode()
    found = re.search(r'name="a-complaint_kind" value="([^"]+)"|<option value="(\w+)"', page)
    assert found is not None
    return found[1] or found[2]


def called(client: Client, **more: str) -> object:
    path = f"/desk/calls/{CHARGES}/"
    return client.post(path, {**SAID, "a-complaint_kind": first_kind(client, path), **more})


def test_a_call_becomes_a_complaint_that_was_handed_in(site: Site) -> None:
    office = price_office()
    assert "涉企收费投诉" in visible(page_of(office, "/desk/calls/"))
    answer = called(office, party=site.firm)
    case = Case.objects.get()
    assert case.number in visible(answer.content.decode())  # type: ignore[attr-defined]
    assert (case.state, case.party, case.opened_by) == ("filed", site.firm, "pricer")
    assert [(e.step, e.role, e.by) for e in case.events.order_by("seq")] == [
        ("open", "officer", "pricer"),
        ("file", "applicant", "pricer"),
    ]
    shown = desk(office, case)
    assert "年检时被要求购买培训教材，共1200元。" in shown
    assert "2013年6月20日" in shown


def test_who_calls_without_a_name_is_given_a_word_to_come_back_with(site: Site) -> None:
    office = price_office()
    page = called(office).content.decode()  # type: ignore[attr-defined]
    case = Case.objects.get()
    assert (case.anonymous, case.party, case.party_name) == (True, "", "")
    token = re.search(r'class="codeword">([^<]+)<', page)
    assert token is not None
    assert as_anonymous(case, token[1]) is not None
    assert token[1] not in desk(office, case)
    listed = visible(page_of(office, "/desk/complaints/"))
    assert "匿名" in listed
    assert case.number in visible(page_of(office, "/desk/complaints/?anonymous=1"))


def test_what_is_missing_is_said_at_once_and_nothing_is_kept(site: Site) -> None:
    office = price_office()
    answer = office.post(f"/desk/calls/{CHARGES}/", {"party": "123", "a-what_happened": "说了一半"})
    shown = visible(answer.content.decode())
    assert answer.status_code == 422
    assert "统一社会信用代码有误" in shown
    assert "请填写投诉类别" in shown
    assert "说了一半" in shown
    assert not Case.objects.exists()


def test_a_call_is_taken_by_the_desk_of_the_matter_alone(site: Site, signed_in: Enter) -> None:
    path = f"/desk/calls/{CHARGES}/"
    assert signed_in("officer").get(path).status_code == 404
    assert signed_in("officer").post(path, SAID).status_code == 404
    assert signed_in("supervision").get(path).status_code == 403
    lease = "/desk/calls/qingdao-2012-46/lease-subsidy-claim/"
    assert signed_in("officer").get(lease).status_code == 404


def test_a_ticket_of_the_hotline_is_with_the_office_from_the_start(site: Site) -> None:
    hotline = "省、州（地、市）和县有关部门"
    client = worker("operator", AccessRole.OFFICER, authority=hotline, region="63")
    path = "/desk/calls/qinghai-2012/complaint-lines-hotline-ticket/"
    client.post(path, {"a-question": "咨询贴息的申报时间", "a-ticket_kind": "question"})
    case = Case.objects.get()
    assert (case.state, case.turn) == ("taken", "office")
    assert case.number in visible(page_of(client, "/desk/inbox/"))
    answer = post(client, case, "answer", review_reply="每年七月申报")
    assert answer.status_code == 302  # type: ignore[attr-defined]
    assert "每年七月申报" in desk(client, case)
    case.refresh_from_db()
    assert case.outcome == "delivered"


def test_kinds_and_states_are_listed(site: Site) -> None:
    office = price_office()
    called(office, party=site.firm)
    case = Case.objects.get()
    page = visible(page_of(office, "/desk/complaints/"))
    fields = case_type_named(case.type)[1].form
    kinds = next(f.kind for f in fields if f.name == "complaint_kind").values
    kept = case.answers.get(field="complaint_kind").value
    assert kinds[kept].zh in page
    assert "待受理" in page
    exported = office.get("/desk/complaints/cases.csv").content.decode()
    assert kinds[kept].zh in exported
    assert case.number in exported
    assert case.party not in exported


def test_the_other_side_is_named_asked_and_answers(site: Site) -> None:
    office = price_office()
    case = step(drafted(site, CHARGES), "file", FIRM)
    post(office, case, "accept")
    refused = post(office, case, "ask_other_side", no_conflict="yes")
    assert "请写明被投诉方或相对方" in visible(refused.content.decode())  # type: ignore[attr-defined]
    asked = post(office, case, "ask_other_side", no_conflict="yes", other_side="市质监局")
    assert asked.status_code == 302  # type: ignore[attr-defined]
    other = worker("quality", AccessRole.OFFICER, authority="市质监局")
    assert case.number in visible(page_of(other, "/desk/inbox/?show=open"))
    assert "说明情况" in desk(other, case)
    proof = SimpleUploadedFile("说明.pdf", PDF, content_type="application/pdf")
    answered = post(other, case, "answer", proof=proof)
    assert answered.status_code == 302  # type: ignore[attr-defined]
    case.refresh_from_db()
    assert case.state == "accepted"
    assert "说明.pdf" in desk(office, case)


def test_supervision_sees_complaints_of_its_region(site: Site, signed_in: Enter) -> None:
    case = step(drafted(site, CHARGES), "file", FIRM)
    assert case.number in visible(page_of(signed_in("supervision"), "/desk/complaints/"))
    assert case.number not in visible(page_of(signed_in("officer"), "/desk/complaints/?show=all"))


def test_an_objection_holds_up_what_is_published_until_it_is_checked(
    site: Site, signed_in: Enter, settings: object
) -> None:
    with_money()
    officer, head = signed_in("officer"), signed_in("head")
    case = reviewed(site, officer)
    post(head, case, "approve", amount="50000", no_conflict="yes")
    raised = open_objection(case, party="", by="", on=DAY, at=AT).case
    save_answers(raised, {"entry_concerned": "合成企业", "objection": "未实际到账"}, by="", on=DAY, at=AT)
    step(raised, "raise", replace(FIRM, by=""))
    listed = visible(page_of(officer, "/desk/publications/"))
    assert case.number in listed
    assert "1件待核查" in listed
    settings.HUIQI_DAY = "2013-07-08"  # type: ignore[attr-defined]
    assert "规定的条件尚未满足" in desk(officer, case)
    assert "期满，待确认" in visible(page_of(officer, "/desk/publications/"))
    done = post(officer, raised, "dismiss", no_conflict="yes", reason="凭证属实", review_reply="凭证属实")
    assert done.status_code == 302  # type: ignore[attr-defined]
    assert "1件，均已答复" in visible(page_of(officer, "/desk/publications/"))
    assert post(officer, case, "confirm").status_code == 302  # type: ignore[attr-defined]
    assert case.number not in visible(page_of(officer, "/desk/publications/"))
    assert case.number in visible(page_of(officer, "/desk/publications/?show=ended"))
