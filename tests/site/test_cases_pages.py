"""Services, one's own list, cases one serves or answers, and what everybody may see of cases."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huiqi.casework.actions import note_clocks
from huiqi.casework.models import Case, Rating
from huiqi.holdings.current import library
from huiqi.procedures.take_step import Given, take_step
from tests.site.cases import (
    OFFICER,
    ORDER,
    PDF,
    begun,
    claimed,
    hidden,
    ordered,
    published,
    row,
    saved,
    sent,
    text,
)
from tests.site.conftest import DAY, NOW, Site

SignIn = Callable[[str], Client]
pytestmark = pytest.mark.django_db


# --- services ---


def test_a_visitor_finds_services_by_words_and_purpose(visitor: Client) -> None:
    assert "融资租赁补助申报" in text(visitor, "/services/?q=融资租赁")
    assert "没有找到" in text(visitor, "/services/?q=没有这样的词")
    complaints = text(visitor, "/services/?purpose=complaint")
    assert "可匿名" in complaints
    assert "资金申报 " in complaints  # the other purposes stay in reach


def test_a_firm_sees_its_own_regions_services_with_those_of_its_measures_first(
    site: Site, visitor: Client, signed_in: SignIn
) -> None:
    page = text(signed_in("firm"), "/services/")
    assert "青政发〔2012〕46号" in page
    assert "粤府" not in page
    assert 'class="badge eligible"' in page
    assert 'class="badge eligible"' not in text(signed_in("firm"), "/services/?page=3")
    assert "粤府〔2012〕52号" in text(visitor, "/services/")


def test_what_departments_begin_themselves_cannot_be_begun_here(site: Site, signed_in: SignIn) -> None:
    firm = signed_in("firm")
    by_office = next(
        f"/services/{slug}/{name}/"
        for slug, pack in library().packs.items()
        for name, case_type in pack.cases.items()
        if case_type.template == "inspection"
    )
    assert "由部门发起" in text(firm, by_office)
    assert firm.post(by_office).status_code == 404
    assert firm.get("/services/qingdao-2012-46/no-such-service/").status_code == 404


def test_several_measures_are_chosen_from(site: Site, signed_in: SignIn) -> None:
    firm = signed_in("firm")
    relief = "/services/qingdao-2012-46/tax-relief/"
    measure = "qingdao-2012-46/cit-small-low-profit-20"
    assert f'value="{measure}" checked' in text(firm, f"{relief}?measure={measure}")
    answer = firm.post(relief)
    assert answer.status_code == 422
    assert "请选择要申报的政策措施" in answer.content.decode()
    assert row(begun(firm, relief, measure=measure)).measure == measure


def test_who_clicks_twice_begins_once(site: Site, signed_in: SignIn) -> None:
    firm = signed_in("firm")
    first = begun(firm)
    assert begun(firm) == first
    saved(firm, first, {"a-lease_financed_amount": "1000万"})
    assert begun(firm) != first


def test_a_kind_of_party_that_may_not_is_told_so(site: Site, signed_in: SignIn) -> None:
    for_banks = next(
        f"/services/qingdao-2012-46/{name}/"
        for name, case_type in library().packs["qingdao-2012-46"].cases.items()
        if case_type.opened_by == ("bank",) and case_type.states[case_type.first_state].turn == "applicant"
    )
    firm = signed_in("firm")
    assert "本事项不面向您的主体类型" in text(firm, for_banks)
    assert firm.post(for_banks).status_code == 422


# --- one's own list ---


def test_the_list_says_whose_turn_it_is_and_can_be_narrowed(site: Site, signed_in: SignIn) -> None:
    firm = signed_in("firm")
    case, draft = row(claimed(firm, "800万")).number, row(begun(firm)).number
    page = text(firm, "/my/cases/")
    assert page.index(draft) < page.index(case)  # what waits for oneself comes first
    assert "待您办理" in page
    mine, going = text(firm, "/my/cases/?show=mine"), text(firm, "/my/cases/?show=going")
    assert (draft in mine, case in mine) == (True, False)
    assert (draft in going, case in going) == (False, True)
    assert "没有这样的办件" in text(firm, "/my/cases/?show=ended")
    assert case in text(firm, f"/my/cases/?q={case}")
    assert draft not in text(firm, f"/my/cases/?q={case}")


def test_lists_of_cases_are_for_firms_banks_and_agencies(
    site: Site, visitor: Client, signed_in: SignIn
) -> None:
    assert visitor.get("/my/cases/").headers["Location"].startswith("/account/login/")
    for name in ("firm", "agent", "bank", "agency"):
        assert signed_in(name).get("/my/cases/").status_code == 200
    for name in ("officer", "head", "supervision", "auditor", "admin"):
        assert signed_in(name).get("/my/cases/").status_code == 403


def test_a_case_that_runs_late_is_seen_in_the_list(site: Site, signed_in: SignIn) -> None:
    firm = signed_in("firm")
    case = claimed(firm)
    note_clocks(
        row(case), next_due=DAY - timedelta(days=1), warns_on=None, colour="green", on=DAY - timedelta(days=3)
    )
    assert "已超期" in text(firm, "/my/cases/")


# --- who serves, and the other side ---


def test_an_agency_is_chosen_agrees_and_delivers(site: Site, signed_in: SignIn) -> None:
    firm, agency = signed_in("firm"), signed_in("agency")
    case = ordered(firm, site.agency)
    assert "由您服务" in text(agency, "/my/cases/")
    assert signed_in("bank").get(case).status_code == 404
    page = text(agency, case)
    assert agency.post(f"{case}steps/agree/", {"version": hidden(page, "version")}).status_code == 302
    page = text(agency, case)
    seen = {"version": hidden(page, "version")}
    answer = agency.post(f"{case}steps/deliver/", seen)
    assert answer.status_code == 422
    assert "请附证明材料" in answer.content.decode()
    proof = SimpleUploadedFile("交付单.pdf", PDF, content_type="application/pdf")
    assert "请填写" in answer.content.decode()  # what was done and what it cost
    found = {"a-price": "8000", "a-result": "已完成并交付报告"}
    assert agency.post(f"{case}steps/deliver/", {**seen, **found, "proof": proof}).status_code == 302
    page = text(firm, case)
    assert "交付单.pdf" in page
    assert "确认" in page
    assert agency.get(f"{case}form/").status_code == 404
    assert agency.post(f"{case}steps/confirm/", seen).status_code == 404  # the firm's step


def test_somebody_who_is_no_provider_is_not_chosen(site: Site, signed_in: SignIn) -> None:
    firm = signed_in("firm")
    case = begun(firm, ORDER)
    saved(firm, case, {"a-need": "仪器使用培训"})
    sent(firm, case)
    version = hidden(text(firm, case), "version")
    answer = firm.post(f"{case}steps/choose/", {"version": version, "provider": "91370200MA3C0D1EXF"})
    assert answer.status_code == 422
    assert row(case).provider == ""


def test_the_other_side_sees_its_case_without_the_papers(site: Site, signed_in: SignIn) -> None:
    firm = signed_in("firm")
    case = claimed(firm)
    Case.objects.filter(pk=row(case).pk).update(other_side=site.bank)
    bank = signed_in("bank")
    page = text(bank, case)
    assert "lease_contract.pdf" not in page
    paper = row(case).papers.get(material="lease_contract").pk
    assert bank.get(f"{case}papers/{paper}/").status_code == 404
    assert bank.get(f"{case}receipt/").status_code == 404
    assert "您是相对方" in text(bank, "/my/cases/")


def test_a_question_to_another_party_names_it_and_that_party_answers(site: Site, signed_in: SignIn) -> None:
    bank, firm = signed_in("bank"), signed_in("firm")
    query = next(
        f"/services/{slug}/{name}/"
        for slug, pack in library().packs.items()
        for name, case_type in pack.cases.items()
        if case_type.template == "consented-query"
        and slug == "qingdao-2012-46"
        and "bank" in case_type.opened_by
        and not case_type.measures
    )
    case = begun(bank, query)
    told = {"a-about_party": "合成企业", "a-query_purpose": "授信", "a-consent_until": "2013-12-31"}
    saved(bank, case, told)
    page = text(bank, f"{case}check/")
    form = {name: hidden(page, name) for name in ("edition", "version")} | {"true": "yes"}
    for wrong, said in (("", "请写明被投诉方或相对方"), ("9137", "统一社会信用代码不正确")):
        answer = bank.post(f"{case}check/", {**form, "other_side": wrong})
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert bank.post(f"{case}check/", {**form, "other_side": site.firm.lower()}).status_code == 302
    assert "您是相对方" in text(firm, "/my/cases/?show=mine")
    version = hidden(text(firm, case), "version")
    assert firm.post(f"{case}steps/consent/", {"version": version}).status_code == 302
    assert row(case).outcome == "granted"


# --- rating ---


def test_a_case_is_rated_once_and_a_bad_rating_says_why(site: Site, signed_in: SignIn) -> None:
    firm = signed_in("firm")
    case = claimed(firm)
    assert firm.post(f"{case}rating/", {"stars": "5"}).status_code == 422  # nobody asked yet
    Rating.objects.create(case=row(case), asked_on=DAY)
    assert "这次办理怎么样" in text(firm, case)
    answer = firm.post(f"{case}rating/", {"stars": "1"})
    assert "差评请写明原因" in answer.content.decode()
    assert firm.post(f"{case}rating/", {"stars": "1", "words": "跑了三趟"}).status_code == 302
    page = text(firm, case)
    assert "您的评价：1星" in page
    assert "跑了三趟" in page
    assert firm.post(f"{case}rating/", {"stars": "5"}).status_code == 422
    assert signed_in("bank").post(f"{case}rating/", {"stars": "5"}).status_code == 404


# --- what everybody may see ---


def test_what_is_published_is_open_to_objections_of_anybody(
    site: Site, visitor: Client, signed_in: SignIn
) -> None:
    case = published(signed_in("firm"))
    listed = text(visitor, "/published/")
    assert row(case).party_name in listed
    assert row(case).party not in listed  # the name is public, not the code
    key = row(case).publications.get().pk
    assert "有异议" in text(visitor, f"/published/{key}/")
    answer = visitor.post(f"/published/{key}/object/")
    objection = answer.headers["Location"].removesuffix("word/")
    assert row(objection).parent == row(case)
    assert row(case).number in text(visitor, f"{objection}form/")  # whom it concerns is filled in
    saved(visitor, objection, {"a-objection": "合同不实"})
    sent(visitor, objection)
    assert row(objection).turn == "office"


def test_nothing_can_be_objected_to_once_the_days_are_over(
    site: Site, visitor: Client, signed_in: SignIn, settings: object
) -> None:
    case = published(signed_in("firm"))
    publication = row(case).publications.get()
    settings.HUIQI_DAY = (publication.until + timedelta(days=1)).isoformat()  # type: ignore[attr-defined]
    assert "今天没有公示" in text(visitor, "/published/")
    assert visitor.get(f"/published/{publication.pk}/").status_code == 404
    assert visitor.post(f"/published/{publication.pk}/object/").status_code == 404


def test_individuals_are_masked_in_public(site: Site, visitor: Client, signed_in: SignIn) -> None:
    case = published(signed_in("firm"))
    Case.objects.filter(pk=row(case).pk).update(party="", party_name="王合成", anonymous=False)
    page = text(visitor, "/published/")
    assert "王合成" not in page
    assert "王**" in page


def test_everybody_sees_how_many_cases_lie_with_whom_and_how_many_are_late(
    site: Site, visitor: Client, signed_in: SignIn
) -> None:
    firm = signed_in("firm")
    late, in_time = claimed(firm), claimed(firm, "700万")
    begun(firm)  # a draft lies with nobody
    note_clocks(
        row(late), next_due=DAY - timedelta(days=1), warns_on=None, colour="green", on=DAY - timedelta(days=3)
    )
    note_clocks(row(in_time), next_due=DAY + timedelta(days=9), warns_on=None, colour="green", on=DAY)
    page = text(visitor, "/handling/")
    assert "市经济信息化委" in page
    table = visitor.get("/handling/?format=csv").content.decode("utf-8-sig").splitlines()
    assert table == ["部门,在办,即将到期,已超期", "市经济信息化委,2,0,1"]


def test_results_are_public_once_the_publication_is_over(
    site: Site, visitor: Client, signed_in: SignIn
) -> None:
    case = published(signed_in("firm"))
    name = row(case).party_name
    assert name not in text(visitor, "/results/")
    after = row(case).publications.get().until + timedelta(days=1)
    take_step(row(case), "confirm", Given(), acting=OFFICER, at=NOW, on=after)
    assert name in text(visitor, "/results/")
    assert name in visitor.get("/results/?format=csv").content.decode()
