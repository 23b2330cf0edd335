"""A firm claims the leasing subsidy: drafted, checked, sent, returned field by field, mended, followed."""

from collections.abc import Callable
from fractions import Fraction
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import text as text_of
from pypdf import PdfReader

from huiqi.funds.types import Movement
from huiqi.holdings.current import library
from huiqi.ledger.actions import put_in
from tests.site.cases import (
    HEAD,
    LEASE,
    OFFICER,
    PAPERS,
    REVIEWER,
    begun,
    claimed,
    complaints_in,
    form_in,
    hidden,
    row,
    saved,
    sent,
    step,
    text,
    uploaded,
)
from tests.site.conftest import DAY, NOW, Site

SignIn = Callable[[str], Client]
pytestmark = pytest.mark.django_db
AMOUNT = "a-lease_financed_amount"


def test_from_the_measure_to_the_receipt(site: Site, signed_in: SignIn) -> None:
    firm = signed_in("firm")
    claimed_here = library().packs["qingdao-2012-46"].cases["lease-subsidy-claim"].measures[0]
    assert f'href="{LEASE}?measure=' in text(firm, f"/measures/qingdao-2012-46/{claimed_here}/")
    assert "融资租赁合同" in text(firm, LEASE)
    case = begun(firm)
    page = text(firm, f"{case}form/")
    assert "来自一企一档" in page
    assert f"/my/facts/employees/?next={case}form/" in page  # known: corrected there, not asked here
    assert 'name="a-employees"' not in page
    assert saved(firm, case, {AMOUNT: "1,000万元"}) == f"{case}papers/"
    uploaded(firm, case, *PAPERS)
    check = text(firm, f"{case}check/")
    assert "1000万元" in check
    assert "按填报内容比对" in check
    receipt = text(firm, sent(firm, case))
    assert row(case).number in receipt
    assert "市经济信息化委" in receipt
    assert "受理" in receipt


def test_the_receipt_as_pdf(site: Site, signed_in: SignIn) -> None:
    firm = signed_in("firm")
    case = claimed(firm)
    answer = firm.get(f"{case}receipt/?format=pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    words = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    assert row(case).number in words
    assert "1000万元" in words
    assert "lease_contract.pdf" in words
    draft = begun(firm)
    assert firm.get(f"{draft}receipt/?format=pdf").headers["Location"] == f"{draft}form/"


def test_everything_missing_is_said_at_once_beside_its_field_and_on_top(
    site: Site, signed_in: SignIn
) -> None:
    firm = signed_in("firm")
    case = begun(firm)
    form = form_in(text(firm, f"{case}form/"))
    answer = firm.post(f"{case}form/", {**form, AMOUNT: "很多", "then": "next"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert complaints_in(page) == ["“很多”不是数额，请写如 3000万"]
    assert f'href="#f-{AMOUNT}"' in page
    assert 'value="很多"' in page  # as it was typed
    check = text(firm, f"{case}check/")
    assert "请填写融资租赁实际融资额" in check
    assert check.count("请上传") == 2
    assert f'href="{case}papers/#m-lease_contract"' in check
    assert 'name="true"' not in check  # nothing to send yet


def test_it_is_not_sent_without_the_declaration_nor_after_a_change_behind_ones_back(
    site: Site, signed_in: SignIn
) -> None:
    firm = signed_in("firm")
    case = begun(firm)
    saved(firm, case, {AMOUNT: "1000万"})
    uploaded(firm, case, *PAPERS)
    page = text(firm, f"{case}check/")
    form = {name: hidden(page, name) for name in ("edition", "version")}
    assert "请确认所填内容真实" in firm.post(f"{case}check/", form).content.decode()
    saved(firm, case, {AMOUNT: "900万"})
    answer = firm.post(f"{case}check/", {**form, "true": "yes"})
    assert answer.status_code == 422
    assert "请重新核对" in answer.content.decode()
    assert row(case).submitted_on is None


def test_a_draft_is_kept_and_nobody_else_sees_it(site: Site, signed_in: SignIn) -> None:
    firm = signed_in("firm")
    case = begun(firm)
    assert saved(firm, case, {AMOUNT: "500万"}, then="save") == f"{case}form/"
    agent = signed_in("agent")  # of the same firm
    assert 'value="5000000"' in text(agent, f"{case}form/")
    assert row(case).number in text(agent, LEASE)  # "go on with the draft"
    for other in ("bank", "agency", "officer", "head", "supervision", "auditor", "admin"):
        for page in ("", "form/", "papers/", "check/", "receipt/", "steps/withdraw/"):
            assert signed_in(other).get(f"{case}{page}").status_code == 404, (other, page)


def test_two_windows_do_not_overwrite_each_other(site: Site, signed_in: SignIn) -> None:
    firm, agent = signed_in("firm"), signed_in("agent")
    case = begun(firm)
    first, second = (form_in(text(client, f"{case}form/")) for client in (firm, agent))
    assert agent.post(f"{case}form/", {**second, AMOUNT: "700万", "then": "save"}).status_code == 302
    answer = firm.post(f"{case}form/", {**first, AMOUNT: "300万", "then": "save"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "另一处已保存为：700万元" in page
    assert 'value="300万"' in page  # what was typed is not lost
    assert 'value="7000000"' in text(firm, f"{case}form/")
    again = {AMOUNT: "300万", "edition": hidden(page, "edition"), "then": "save"}
    assert firm.post(f"{case}form/", again).status_code == 302
    assert 'value="3000000"' in text(agent, f"{case}form/")


def test_a_returned_claim_shows_each_note_beside_its_field_and_goes_back_once_mended(
    site: Site, signed_in: SignIn
) -> None:
    firm = signed_in("firm")
    case = claimed(firm)
    notes = {"lease_financed_amount": "与合同金额不符", "lease_contract": "缺最后一页", "employees": "请核对"}
    step(case, "return_to_mend", OFFICER, mends=notes)
    assert "退回补正：3处" in text(firm, case)
    assert "待您办理" in text(firm, "/my/cases/?show=mine")
    page = text(firm, f"{case}form/")
    assert page.index("与合同金额不符") < page.index(f'name="{AMOUNT}"')
    assert "缺最后一页" in text(firm, f"{case}papers/")
    saved(firm, case, {})  # looking at it and saving it again mends nothing
    assert "待补正：与合同金额不符" in text(firm, f"{case}check/")
    saved(firm, case, {AMOUNT: "980万", "mended": "employees"})
    uploaded(firm, case, "lease_contract")
    sent(firm, case)
    assert row(case).state == "submitted"
    assert "980万元" in text(firm, case)


def test_what_is_right_as_it_stands_can_be_said_to_be(site: Site, signed_in: SignIn) -> None:
    firm = signed_in("firm")
    case = claimed(firm)
    step(case, "return_to_mend", OFFICER, mends={"lease_financed_amount": "是否含税"})
    saved(firm, case, {"mended": "lease_financed_amount"})
    sent(firm, case)
    assert row(case).state == "submitted"


def test_only_papers_that_can_be_read_are_taken(site: Site, signed_in: SignIn) -> None:
    firm = signed_in("firm")
    case = begun(firm)
    file = SimpleUploadedFile("合同.pdf", b"<script>", content_type="application/pdf")
    answer = firm.post(f"{case}papers/lease_contract/give/", {"file": file})
    assert answer.status_code == 422
    assert "只收PDF、PNG、JPG文件" in answer.content.decode()
    assert "请选择文件" in firm.post(f"{case}papers/lease_contract/give/").content.decode()
    pledge = {"way": "pledge", "promised": "yes"}
    answer = firm.post(f"{case}papers/lease_contract/give/", pledge)
    assert "不能以这种方式提交" in answer.content.decode()
    assert firm.post(f"{case}papers/no_such_paper/give/", pledge).status_code == 422


def test_papers_are_served_to_whom_they_concern_and_never_shown_in_the_site(
    site: Site, signed_in: SignIn
) -> None:
    firm = signed_in("firm")
    case = claimed(firm)
    paper = row(case).papers.get(material="lease_contract")
    answer = firm.get(f"{case}papers/{paper.pk}/")
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert signed_in("bank").get(f"{case}papers/{paper.pk}/").status_code == 404
    assert Client().get(f"{case}papers/{paper.pk}/").status_code == 302
    other = begun(firm)
    assert firm.get(f"{other}papers/{paper.pk}/").status_code == 404


def test_what_was_sent_is_not_changed_any_more(site: Site, signed_in: SignIn) -> None:
    firm = signed_in("firm")
    case = claimed(firm)
    form = {AMOUNT: "1万", "edition": "x", "then": "save"}
    assert firm.post(f"{case}form/", form).headers["Location"] == case
    file = SimpleUploadedFile("新.pdf", b"%PDF-1.7 other", content_type="application/pdf")
    firm.post(f"{case}papers/lease_contract/give/", {"file": file})
    key = row(case).papers.get(material="lease_contract").pk
    firm.post(f"{case}papers/{key}/back/")
    assert "1000万元" in text(firm, case)
    assert "lease_contract.pdf" in text(firm, case)


def test_withdrawing_is_confirmed_and_ends_the_case(site: Site, signed_in: SignIn) -> None:
    firm = signed_in("firm")
    case = claimed(firm)
    page = text(firm, f"{case}steps/withdraw/")
    assert "不能恢复" in page
    assert row(case).state == "submitted"  # looking is not doing
    form = {"version": hidden(page, "version"), "reason": "改为明年申报"}
    assert firm.post(f"{case}steps/withdraw/", form).headers["Location"] == case
    assert "改为明年申报" in text(firm, case)
    assert row(case).outcome == "withdrawn"
    assert firm.post(f"{case}steps/withdraw/", form).status_code == 404


def test_a_step_taken_on_an_old_page_does_nothing(site: Site, signed_in: SignIn) -> None:
    firm = signed_in("firm")
    case = claimed(firm)
    seen = {"version": hidden(text(firm, f"{case}steps/withdraw/"), "version")}
    step(case, "accept", OFFICER)
    answer = firm.post(f"{case}steps/withdraw/", seen)
    assert answer.status_code == 422
    assert "该件已由他人办理" in answer.content.decode()
    assert row(case).state == "accepted"


def test_the_same_is_not_claimed_twice(site: Site, signed_in: SignIn) -> None:
    firm = signed_in("firm")
    claimed(firm)
    case = begun(firm)
    saved(firm, case, {AMOUNT: "1000万"})
    uploaded(firm, case, *PAPERS)
    page = text(firm, f"{case}check/")
    form = {name: hidden(page, name) for name in ("edition", "version")} | {"true": "yes"}
    answer = firm.post(f"{case}check/", form)
    assert answer.status_code == 422
    assert "不能重复申报" in answer.content.decode()


def test_the_firm_follows_its_case_by_roles_and_authorities_not_by_names(
    site: Site, signed_in: SignIn
) -> None:
    fund = library().packs["qingdao-2012-46"].funds["sme-special-fund"]
    budget = Fraction(100_000_000)
    put_in(fund, Movement.BUDGET, amount=budget, year=2013, source="市财政局", by="payer", at=NOW, on=DAY)
    firm = signed_in("firm")
    case = claimed(firm)
    step(case, "accept", OFFICER)
    step(case, "review", REVIEWER, no_conflict=True, amount=Fraction(100_000))
    step(case, "approve", HEAD, no_conflict=True, amount=Fraction(100_000))
    page = text(firm, case)
    assert "经办人员" in page
    assert "市经济和信息化委" in page
    assert ">officer" not in page
    assert ">head" not in page
    assert "公示至" in page
    assert "100,000 元" in page  # granted, and committed in the ledger
    assert "承诺" in page
    told = text(firm, "/my/alerts/")
    assert f'href="{case}"' in told


def test_english_pages_of_a_case(site: Site, signed_in: SignIn) -> None:
    firm = signed_in("firm")
    case = claimed(firm)
    firm.cookies["django_language"] = "en"
    page = text(firm, case)
    assert "What happened" in page
    assert "办理进程" not in page
    assert "My cases" in text(firm, "/my/cases/")


@given(noise=text_of(alphabet="\x00\x07\ufeff'\"<{%万亿²٣9-\n@ a是", max_size=60))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_a_page_answers(site: Site, signed_in: SignIn, noise: str) -> None:
    firm = signed_in("firm")
    draft = begun(firm)
    typed = {"edition": hidden(text(firm, f"{draft}form/"), "edition"), AMOUNT: noise, "mended": noise}
    sent_forms = (
        (f"{draft}form/", {**typed, "then": noise}),
        (f"{draft}check/", {"edition": noise, "version": noise, "true": noise, "step": noise}),
        (f"{draft}papers/lease_contract/give/", {"way": noise, "promised": noise}),
        (f"{draft}steps/withdraw/", {"version": noise, "reason": noise, "amount": noise, "provider": noise}),
        (f"{draft}rating/", {"stars": noise, "words": noise}),
        ("/track/", {"number": noise, "word": noise, "next": noise}),
        (LEASE, {"measure": noise, "name": noise}),
    )
    for path, form in sent_forms:
        assert firm.post(path, form).status_code < 500, (path, form)
    for path in ("/my/cases/", "/services/", "/track/", "/published/", "/results/", "/handling/"):
        query = {"q": noise, "page": noise, "show": noise, "purpose": noise, "number": noise, "format": noise}
        assert firm.get(path, query).status_code < 500, (path, noise)
