"""A firm with an account: its file, a correction with evidence, its matches and why."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.acting import arrive, follow, go
from tests.browser.conftest import Open
from tests.site.conftest import Site
from tests.site.lived_in import EVIDENCE


def test_a_fact_is_corrected_and_an_office_accepts_it(opened: Open, site: Site, tmp_path: Path):
    name = str((site.snapshot.find(site.firm) or {})["name"])
    evidence = tmp_path / "工资表.pdf"
    evidence.write_bytes(EVIDENCE)
    firm = opened("firm")
    go(firm, "/my/", name)
    staff = firm.locator("section.card", has=firm.get_by_role("heading", name="人员"))
    expect(staff.get_by_text("14人").first).to_be_visible()
    go(firm, "/my/facts/employees/", "从业人数")
    firm.get_by_label("应为").fill("9")
    firm.get_by_label("依据").fill("社保缴费单")
    firm.get_by_label("证明材料").set_input_files(evidence)
    follow(firm, "提交")
    arrive(firm, name)
    expect(firm.get_by_text("更正已提交，核实后即时生效。")).to_be_visible()

    officer = opened("officer")
    go(officer, "/corrections/", "更正核实")
    expect(officer.get_by_role("link", name="工资表.pdf")).to_be_visible()
    officer.get_by_label("核实意见").fill("与缴费单一致")
    follow(officer, "采纳")
    expect(officer.get_by_text("已采纳，即时生效。")).to_be_visible()

    go(firm, "/my/", name)
    row = firm.locator("tr", has=firm.get_by_role("rowheader", name="从业人数", exact=True))
    expect(row).to_contain_text("9人")
    expect(row).to_contain_text("已核实更正")
    expect(row).to_contain_text("登记库原为：14人")


def test_matches_say_why_clause_by_clause(opened: Open):
    page = opened("firm")
    page.goto("/my/matches/")
    page.locator(".verdict-card.eligible").click()
    page.wait_for_url("**verdict=eligible**")
    page.locator("main .match-head a").first.click()
    page.wait_for_url(re.compile(r"/my/matches/[\w-]+/[\w-]+/"))
    arrive(page, "")
    expect(page.get_by_role("heading", name="逐条认定")).to_be_visible()
    conditions = page.locator("ol.conditions > li")
    expect(conditions.first).to_contain_text("满足")
    assert conditions.locator(".badge.no").count() == 0
    expect(page.locator(".clause").first).to_contain_text(re.compile("条|〔|号|（"))


def test_a_bank_sees_what_a_firm_agreed_to_and_the_firm_sees_who_looked(opened: Open, site: Site):
    firm, bank = opened("firm"), opened("bank")
    go(bank, "/consented/", "授权企业")
    expect(bank.get_by_text("目前没有企业授权")).to_be_visible()
    firm.goto("/my/consents/")
    firm.locator("main select").first.select_option(site.bank)
    for box in firm.locator("main form input[name=groups]").all():
        box.check()
    firm.locator("main form[action$='/give/'] button").click()
    expect(firm.get_by_text("已授权。随时可以撤回。")).to_be_visible()
    bank.reload()
    bank.locator("main a[href^='/consented/9']").first.click()
    arrive(bank, "")
    expect(bank.get_by_text("14人").first).to_be_visible()
    firm.goto("/my/viewings/")
    expect(firm.locator("main table tbody tr")).to_have_count(1)
    expect(firm.locator("main table")).to_contain_text("银行")
