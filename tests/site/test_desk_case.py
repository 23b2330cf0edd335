"""Working on a case: from acceptance to the payment order, back to be mended, and what nobody may do."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huiqi.access.permissions import Role as AccessRole
from huiqi.audit.models import Deed
from huiqi.casework.models import Case, Interest
from huiqi.ledger.models import PaymentOrder
from huiqi.procedures.case_form import save_answers
from tests.site.conftest import DAY, Site
from tests.site.desk_cases import AT, FIRM, PDF, drafted, lease_claim, step, with_money, worker
from tests.site.test_enterprise_file import page_of, visible

Enter = Callable[[str], Client]


@pytest.fixture(autouse=True)
def own_files(site: Site, tmp_path: Path, settings: object) -> None:
    """The files of a test go away with it; register and runs are those of the site."""
    for name in ("register", "runs"):
        (tmp_path / name).symlink_to(site.data / name)
    settings.HUIQI_DATA = tmp_path  # type: ignore[attr-defined]


def post(client: Client, case: Case, name: str, **fields: object) -> object:
    """Take a step on the page as it is shown: with the version that stands in its form, if it has one."""
    page = client.get(f"/desk/cases/{case.number}/").content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)
    form = {f"{name}.{field}": v for field, v in fields.items() if not field.startswith("review_")}
    form |= {f.replace("review_", "review-", 1): v for f, v in fields.items() if f.startswith("review_")}
    seen = version[1] if version else Case.objects.get(pk=case.pk).version
    return client.post(f"/desk/cases/{case.number}/steps/{name}/", {"version": seen, **form})


def desk(client: Client, case: Case) -> str:
    return visible(page_of(client, f"/desk/cases/{case.number}/"))


def reviewed(site: Site, officer: Client, amount: str = "5万") -> Case:
    case = lease_claim(site)
    post(officer, case, "accept")
    post(officer, case, "review", amount=amount, no_conflict="yes", review_lease_review_passed="yes")
    case.refresh_from_db()
    assert case.state == "reviewed"
    return case


def test_a_claim_goes_from_officer_to_head_to_payer(site: Site, signed_in: Enter, settings: object) -> None:
    with_money()
    officer, head, payer = signed_in("officer"), signed_in("head"), signed_in("payer")
    case = reviewed(site, officer)
    assert "50,000 元" in desk(head, case)
    post(head, case, "approve", amount="50000", no_conflict="yes")
    shown = desk(officer, case)
    assert "公示中" in shown
    assert "公示期未满，截止2013-07-05" in shown
    assert "本件占用 50,000 元" in shown
    settings.HUIQI_DAY = "2013-07-08"  # type: ignore[attr-defined]
    assert post(officer, case, "confirm").status_code == 302  # type: ignore[attr-defined]
    assert post(payer, case, "order_payment").status_code == 302  # type: ignore[attr-defined]
    assert PaymentOrder.objects.get().amount == 50_000
    shown = desk(payer, case)
    assert "拨付中" in shown
    assert "下达拨付 50,000 元" in shown


def test_the_page_says_what_the_case_stands_on(site: Site, signed_in: Enter) -> None:
    case = lease_claim(site)
    page = page_of(signed_in("officer"), f"/desk/cases/{case.number}/")
    shown = visible(page)
    assert "认定日期 2013-06-30" in shown
    assert "qingdao-2012-46 1.0.0" in shown
    assert "名录截至 2013-06-30" in shown
    assert 'href="/policies/qingdao-2012-46/#c30"' in page
    assert 'href="/measures/qingdao-2012-46/lease-financing-subsidy/"' in page
    assert "融资租赁实际融资额 1000万元 申请人填写" in shown
    assert "lease_contract.pdf" in shown
    assert "合成数据" in shown


def test_whoever_reviewed_cannot_approve_and_reads_why(site: Site, signed_in: Enter) -> None:
    with_money()
    head = signed_in("head")
    case = reviewed(site, head)
    shown = desk(head, case)
    assert "前一环节由您办理，这一步须由他人办理" in shown
    answer = post(head, case, "approve", amount="50000", no_conflict="yes")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    case.refresh_from_db()
    assert case.state == "reviewed"
    second = worker("second_head", AccessRole.HEAD, authority="市经济信息化委")
    assert post(second, case, "approve", amount="50000", no_conflict="yes").status_code == 302  # type: ignore[attr-defined]


def test_the_amount_of_the_rule_stands_in_the_field(site: Site, signed_in: Enter) -> None:
    officer = signed_in("officer")
    case = lease_claim(site)
    post(officer, case, "accept")
    officer.post(f"/desk/cases/{case.number}/findings/", {"version": 3, "review-lease_review_passed": "yes"})
    page = page_of(officer, f"/desk/cases/{case.number}/")
    field = re.search(r'name="review\.amount" value="(\d+)"', page)
    assert field is not None
    assert f"现按规则 {int(field[1]):,} 元 符合" in visible(page)


def test_what_a_step_needs_is_asked_for_and_what_was_typed_stays(site: Site, signed_in: Enter) -> None:
    officer = signed_in("officer")
    case = lease_claim(site)
    post(officer, case, "accept")
    answer = post(officer, case, "review", amount="很多", review_lease_review_passed="yes")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    page = answer.content.decode()  # type: ignore[attr-defined]
    assert 'value="很多"' in page
    assert "“很多”不是数额" in visible(page)
    answer = post(officer, case, "review", amount="5万")
    assert "请确认没有利害关系" in visible(answer.content.decode())  # type: ignore[attr-defined]
    case.refresh_from_db()
    assert case.state == "accepted"


def test_a_case_goes_back_field_by_field_and_comes_again(site: Site, signed_in: Enter) -> None:
    officer = signed_in("officer")
    case = lease_claim(site)
    empty = post(officer, case, "return_to_mend")
    assert "请逐项写明需要补正的内容" in visible(empty.content.decode())  # type: ignore[attr-defined]
    mends = {"mend.lease_financed_amount": "与合同不一致", "mend.lease_contract": "缺盖章页"}
    post(officer, case, "return_to_mend", **mends)
    case.refresh_from_db()
    assert case.state == "returned"
    shown = desk(officer, case)
    assert "融资租赁实际融资额： 与合同不一致" in shown
    assert "融资租赁合同： 缺盖章页" in shown
    assert "现在由他人办理：申请人" in shown
    save_answers(case, {"lease_financed_amount": "900万"}, by="firm", on=DAY, at=AT)
    assert case.mends.filter(mended_at=None).count() == 1


def test_two_officers_do_not_lose_each_others_work(site: Site, signed_in: Enter) -> None:
    officer, other = signed_in("officer"), worker("other", AccessRole.OFFICER, authority="市经济信息化委")
    case = lease_claim(site)
    seen = case.version
    other.post(f"/desk/cases/{case.number}/steps/accept/", {"version": seen})
    typed = {
        "version": seen,
        "decline.reason": "材料不齐，且不在受理范围",
        "accept.reason": "",
        "return_to_mend.mend.lease_contract": "看不清",
    }
    answer = officer.post(f"/desk/cases/{case.number}/steps/decline/", typed)
    assert answer.status_code == 409
    page = answer.content.decode()
    shown = visible(page)
    assert "该件已由他人办理" in shown
    assert "材料不齐，且不在受理范围" in shown
    assert 'value="看不清"' in page
    case.refresh_from_db()
    assert (case.state, case.version) == ("accepted", seen + 1)


def test_findings_are_kept_without_a_step_and_not_over_those_of_another(site: Site, signed_in: Enter) -> None:
    officer = signed_in("officer")
    case = lease_claim(site)
    path = f"/desk/cases/{case.number}/findings/"
    assert (
        officer.post(path, {"version": case.version, "review-lease_review_passed": "yes"}).status_code == 302
    )
    answer = case.answers.get(field="lease_review_passed")
    assert (answer.value, answer.is_review, answer.by) == (True, True, "officer")
    stale = officer.post(path, {"version": case.version - 1, "review-lease_review_passed": "no"})
    assert stale.status_code == 409
    assert case.answers.get(field="lease_review_passed").value is True
    case.refresh_from_db()
    forged = officer.post(path, {"version": case.version, "review-lease_financed_amount": "1"})
    assert forged.status_code == 302
    assert case.answers.get(field="lease_financed_amount").value == "10000000"


def test_who_has_an_interest_acts_no_more(site: Site, signed_in: Enter) -> None:
    officer = signed_in("officer")
    case = lease_claim(site)
    officer.post(f"/desk/cases/{case.number}/take/")
    officer.post(f"/desk/cases/{case.number}/interest/", {"note": ""})
    assert not Interest.objects.exists()
    officer.post(f"/desk/cases/{case.number}/interest/", {"note": "亲属在该企业任职"})
    shown = desk(officer, case)
    assert "您已声明与本件有利害关系" in shown
    assert "亲属在该企业任职" in shown
    assert post(officer, case, "accept").status_code == 422  # type: ignore[attr-defined]
    officer.post(f"/desk/cases/{case.number}/take/")
    case.refresh_from_db()
    assert (case.state, case.officer) == ("submitted", "")


def test_a_case_is_taken_in_hand_and_handed_on_by_a_head(site: Site, signed_in: Enter) -> None:
    officer, head = signed_in("officer"), signed_in("head")
    worker("colleague", AccessRole.OFFICER, authority="市经信委")
    worker("stranger", AccessRole.OFFICER, authority="市科技局")
    case = lease_claim(site)
    officer.post(f"/desk/cases/{case.number}/take/")
    assert "承办人 officer" in desk(head, case)
    assert officer.post(f"/desk/cases/{case.number}/reassign/", {"officer": "colleague"}).status_code == 403
    head.post(f"/desk/cases/{case.number}/reassign/", {"officer": "stranger"})
    case.refresh_from_db()
    assert case.officer == "officer"
    head.post(f"/desk/cases/{case.number}/reassign/", {"officer": "colleague"})
    case.refresh_from_db()
    assert case.officer == "colleague"
    deed = Deed.objects.get(what="casework.case.handed_on")
    assert (deed.by, deed.detail) == ("head", {"from": "officer", "to": "colleague"})


def test_a_material_is_fetched_by_data_share(site: Site, signed_in: Enter) -> None:
    officer, payer = signed_in("officer"), signed_in("payer")
    case = drafted(site, "qingdao-2012-46/sme-special-fund-claim")
    case.papers.all().delete()
    case = step(case, "submit", FIRM)
    assert "专精特新认定文件" in desk(officer, case)
    assert "缺" in desk(officer, case)
    path = f"/desk/cases/{case.number}/materials/recognition_proof/verify/"
    signed_in("supervision").post(path)
    assert not case.papers.exists()
    officer.post(path)
    officer.post(path)
    paper = case.papers.get(by="officer")
    assert (paper.way, paper.name) == ("data_share", "市经济信息化委")
    assert "已通过数据共享核验 市经济信息化委" in desk(payer, case)


def test_a_paper_is_had_by_the_desk_alone(site: Site, signed_in: Enter) -> None:
    case = lease_claim(site)
    key = case.papers.get(material="lease_contract").pk
    path = f"/desk/cases/{case.number}/papers/{key}/"
    answer = signed_in("officer").get(path)
    assert answer.content == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    stranger = worker("tech", AccessRole.OFFICER, authority="市科技局")
    assert stranger.get(path).status_code == 404
    other = lease_claim(replace(site, firm=site.bank))
    assert signed_in("officer").get(f"/desk/cases/{other.number}/papers/{key}/").status_code == 404


def test_other_cases_of_the_firm_are_shown_where_one_may_see_them(site: Site, signed_in: Enter) -> None:
    case = lease_claim(site)
    fund = drafted(site, "qingdao-2012-46/sme-special-fund-claim")
    fund = step(fund, "submit", FIRM)
    hidden = drafted(site, "qingdao-2012-46/charges-defence-complaint")
    hidden = step(hidden, "file", FIRM)
    shown = desk(signed_in("officer"), case)
    assert fund.number in shown
    assert hidden.number not in shown
    assert hidden.number in desk(signed_in("supervision"), case)


def test_a_step_of_another_role_or_none_is_not_there(site: Site, signed_in: Enter) -> None:
    case = lease_claim(site)
    officer = signed_in("officer")
    for name in ("submit", "approve", "order_payment", "no_such_step"):
        answer = officer.post(f"/desk/cases/{case.number}/steps/{name}/", {"version": case.version})
        assert answer.status_code == 404, name
    assert officer.post("/desk/cases/20130630999999/steps/accept/").status_code == 404


def test_proof_comes_with_a_step_and_is_not_asked_for_twice(site: Site) -> None:
    officer = worker("pricer", AccessRole.OFFICER, authority="市物价局")
    case = step(drafted(site, "qingdao-2012-46/charges-defence-complaint"), "file", FIRM)
    post(officer, case, "accept")
    answer = post(officer, case, "investigate", no_conflict="yes")
    assert "请附证明材料" in visible(answer.content.decode())  # type: ignore[attr-defined]
    wrong = SimpleUploadedFile("笔录.pdf", b"not a pdf", content_type="application/pdf")
    answer = post(officer, case, "investigate", no_conflict="yes", proof=wrong)
    assert "只收PDF、PNG、JPG文件" in visible(answer.content.decode())  # type: ignore[attr-defined]
    record = SimpleUploadedFile("笔录.pdf", PDF, content_type="application/pdf")
    answer = post(officer, case, "investigate", proof=record)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "已收到： 笔录.pdf" in visible(answer.content.decode())  # type: ignore[attr-defined]
    answer = post(officer, case, "investigate", no_conflict="yes", review_finding="收费属实，应退还")
    assert answer.status_code == 302  # type: ignore[attr-defined]
    case.refresh_from_db()
    assert case.state == "investigated"
    assert case.answers.get(field="finding").value == "收费属实，应退还"


def test_days_of_publication_are_waited_for_whatever_is_sent(site: Site, signed_in: Enter) -> None:
    with_money()
    officer, head = signed_in("officer"), signed_in("head")
    case = reviewed(site, officer)
    post(head, case, "approve", amount="50000", no_conflict="yes")
    answer = post(officer, case, "confirm")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    case.refresh_from_db()
    assert case.state == "published"
    assert case.publications.get().until > DAY + timedelta(days=4)


def test_in_english_nothing_is_left_untranslated(site: Site, signed_in: Enter) -> None:
    case = lease_claim(site)
    officer = signed_in("officer")
    officer.cookies["django_language"] = "en"
    shown = desk(officer, case)
    for words in (
        "What to do now",
        "Verdict when it was submitted",
        "awaiting acceptance",
        "uploaded",
        "Materials",
    ):
        assert words in shown
