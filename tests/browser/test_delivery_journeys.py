"""What money, registers and clocks do to cases, as people see it: a cap, a pool, a voucher, a title, a late complaint."""

import re
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from huiqi.access.actions import grant_role
from huiqi.access.permissions import Role as AccessRole
from huiqi.cases.types import Role
from huiqi.casework.models import Case
from huiqi.funds.types import Movement
from huiqi.holdings.current import library
from huiqi.ledger.actions import put_in
from huiqi.procedures.act_out import HEAD, OFFICER, REVIEWER, YES, Scene, fill_in, walk
from huiqi.procedures.case_clocks import read_all_clocks
from huiqi.procedures.lapse_entries import lapse_entries
from huiqi.procedures.open_case import Wish, open_case
from huiqi.procedures.take_step import Acting, Given
from tests.browser.acting import arrive, go, too_wide
from tests.browser.conftest import Open
from tests.site.conftest import DAY, NOW, PASSWORD, Site
from tests.site.test_case_nights import arrears

PDF = b"%PDF-1.7\n% synthetic\n"
EXPERT = Acting("expert", Role.EXPERT)


def money(pack: str, fund: str, amount: int, on: date) -> None:
    found = library().packs[pack].funds[fund]
    put_in(
        found, Movement.BUDGET, amount=Fraction(amount), year=on.year, source="市财政局", by="payer", at=NOW, on=on
    )  # fmt: skip


def begun(scene: Scene, key: str, measure: str, party: str, by: str, on: date, **own: str) -> Case:
    case = open_case(Wish(key, measure, party=party), by=by, on=on, at=NOW).case
    fill_in(case, own, by=by, on=on, at=NOW)
    return walk(scene, case, ("submit", Acting(by, Role.APPLICANT), Given()), on=on)


def take(page: Page, title: str, **fields: str) -> None:
    """Open a step of the case page and take it with what is named."""
    step = page.locator("details.step", has=page.locator("summary", has_text=title)).first
    if step.get_attribute("open") is None:
        step.locator("summary").click()
    for label, text in fields.items():
        step.get_by_label(label).first.fill(text)
    for tick in step.get_by_label("没有利害关系").all():
        tick.check()
    step.get_by_role("button", name=title, exact=True).click()
    page.wait_for_load_state()


def test_a_guarantor_hits_its_yearly_cap(opened_on_a_desk: Open, site: Site) -> None:
    money("qingdao-2012-46", "guarantee-system", 50_000_000, DAY)
    scene, cases = Scene(site.firm, site.bank, DAY, NOW), []
    for year in ("180000000", "170000000"):
        case = begun(
            scene, "qingdao-2012-46/guarantee-system-claim", "qingdao-2012-46/guarantor-fee-subsidy",
            site.guarantor, "guarantor", DAY, fee_subsidy_base=year, guaranteed_amount=year,
        )  # fmt: skip
        Case.objects.filter(pk=case.pk).update(occasion=year)
        case.refresh_from_db()
        amount = Given(amount=Fraction(2_500_000), no_conflict=True)
        cases.append(walk(scene, case, ("accept", OFFICER, Given()), ("review", REVIEWER, amount), on=DAY))
    head = opened_on_a_desk("head")
    for case, fits in zip(cases, (True, False), strict=True):
        go(head, f"/desk/cases/{case.number}/", "担保")
        take(head, "同意并公示", 金额="250万")
        refused = head.locator(".error-text")
        assert (refused.count() == 0) is fits
    said = head.locator(".error-text").first.inner_text()
    assert [word in said for word in ("3,000,000", "2,500,000", "500,000")] == [True] * 3, said
    assert [Case.objects.get(pk=c.pk).state for c in cases] == ["published", "reviewed"]
    payer = opened_on_a_desk("payer")
    go(payer, "/desk/funds/qingdao-2012-46/guarantee-system/", "担保")
    expect(payer.get_by_text("2,500,000.00").first).to_be_visible()
    assert too_wide(payer) == []


def test_a_pool_shares_a_loss(opened_on_a_desk: Open, site: Site) -> None:
    money("qingdao-2012-46", "risk-mitigation", 20_000_000, DAY)
    scene = Scene(site.firm, site.bank, DAY, NOW)
    case = begun(
        scene, "qingdao-2012-46/risk-mitigation-loss-claim", "", site.bank, "bank", DAY,
        principal_amount="2000万", loss_amount="400万", bond_total_issue_amount="1亿", default_loss="400万",
    )  # fmt: skip
    found = Given(amount=Fraction(4_000_000), no_conflict=True, review={"loss_confirmed": "400万"})
    paymaster = Acting("paymaster", Role.DECIDER, authority="市财政局")
    walk(scene, case, ("check", OFFICER, found), ("approve", paymaster, found), on=DAY)
    payer = opened_on_a_desk("payer")
    go(payer, f"/desk/cases/{case.number}/", "补偿")
    take(payer, "支付补偿")
    assert Case.objects.get(pk=case.pk).state == "compensated"
    go(payer, "/desk/funds/qingdao-2012-46/risk-mitigation/", "风险")
    said = payer.locator("main").inner_text()
    assert "市担保中心" in said
    assert "2,000,000.00" in said  # half of the loss each
    bank = opened_on_a_desk("bank")
    go(bank, f"/cases/{case.number}/", "补偿")
    expect(bank.get_by_text("已补偿").first).to_be_visible()


def test_a_voucher_is_issued_used_and_settled(
    opened_on_a_desk: Open, site: Site, settings: Any, tmp_path: Path
) -> None:
    day = date(2016, 10, 10)
    settings.HUIQI_DAY = day.isoformat()
    proof = tmp_path / "检测报告.pdf"
    proof.write_bytes(PDF)
    clerk = User.objects.create_user("clerk", password=PASSWORD)
    grant_role(
        clerk, AccessRole.OFFICER, party="", authority="市科技局", region="3702", from_day=DAY, by="system", at=NOW
    )  # fmt: skip
    money("qingdao-2016-2", "innovation-voucher-voucher-fund", 1_000_000, day)
    case = begun(
        Scene(site.firm, site.bank, day, NOW), "qingdao-2016-2/innovation-voucher-voucher", "", site.firm, "firm",
        day, enterprise_size="small", voucher_amount="5000", intended_use="产品检测",
    )  # fmt: skip
    officer, firm, agency = opened_on_a_desk("clerk"), opened_on_a_desk("firm"), opened_on_a_desk("agency")
    go(officer, f"/desk/cases/{case.number}/", "券")
    take(officer, "发券", 金额="5000")
    go(firm, f"/cases/{case.number}/", "券")
    expect(firm.get_by_text("已发券").first).to_be_visible()
    firm.goto(f"/cases/{case.number}/steps/reserve/")
    firm.get_by_label(re.compile("金额")).first.fill("5000")
    firm.get_by_label(re.compile("服务机构")).first.select_option(site.agency)
    firm.locator("main form").get_by_role("button").last.click()
    arrive(firm, "券")
    agency.goto(f"/cases/{case.number}/steps/use/")
    agency.get_by_label(re.compile("金额")).first.fill("5000")
    agency.locator("input[type=file]").first.set_input_files(proof)
    agency.locator("main form").get_by_role("button").last.click()
    arrive(agency, "券")
    payer = opened_on_a_desk("payer")
    go(payer, f"/desk/cases/{case.number}/", "券")
    take(payer, "兑付")
    go(firm, f"/cases/{case.number}/", "券")
    expect(firm.get_by_text("已兑付").first).to_be_visible()
    go(payer, "/desk/funds/qingdao-2016-2/innovation-voucher-voucher-fund/", "券")
    assert "5,000.00" in payer.locator("main").inner_text()


def test_a_recognised_firm_stands_in_the_register_and_lapses(opened: Open, site: Site, settings: Any) -> None:
    scene = Scene(site.firm, site.bank, DAY, NOW)
    case = begun(scene, "qingdao-2012-46/zjtx-recognition-recognition", "", site.firm, "firm", DAY)
    scored = Given(no_conflict=True, score=Fraction(90))
    walk(
        scene, case, ("accept", OFFICER, Given()), ("review", EXPERT, scored), ("approve", HEAD, YES), on=DAY
    )
    later = date(2013, 7, 15)
    settings.HUIQI_DAY = later.isoformat()
    head, visitor = opened("head"), opened()
    go(head, f"/desk/cases/{case.number}/", "专精特新")
    take(head, "认定入库")
    roll = "/registers/qingdao-2012-46/zjtx-recognition-recognised/"
    name = str((site.snapshot.find(site.firm) or {})["name"])
    go(visitor, roll, "专精特新")
    expect(visitor.get_by_text(name).first).to_be_visible()
    over = date(2014, 7, 16)
    lapse_entries(on=over, at=NOW)
    settings.HUIQI_DAY = over.isoformat()
    visitor.goto(roll)
    arrive(visitor, "专精特新")
    assert visitor.get_by_text(name).count() == 0
    firm = opened("firm")
    firm.goto("/my/alerts/")
    expect(firm.get_by_text("专精特新").first).to_be_visible()


def test_an_arrears_complaint_over_its_limit_is_escalated(opened: Open, site: Site, settings: Any) -> None:
    case = arrears(site)
    late = date(2022, 3, 16)
    read_all_clocks(on=late, at=NOW)
    settings.HUIQI_DAY = late.isoformat()
    supervision, firm, visitor = opened("supervision"), opened("firm"), opened()
    go(supervision, "/desk/inbox/", "办件")
    expect(supervision.get_by_text(case.number).first).to_be_visible()
    go(supervision, f"/desk/cases/{case.number}/", "投诉")
    expect(supervision.get_by_text(re.compile("超期|逾期")).first).to_be_visible()
    go(firm, f"/cases/{case.number}/", "投诉")
    expect(firm.get_by_text("3月15日").first).to_be_visible()
    go(visitor, "/handling/", "办理时限")
    row = visitor.locator("tr", has_text="受理投诉部门")
    expect(row.first).to_contain_text("1")
