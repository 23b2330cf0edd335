"""Those who look after the site: the auditor, the administrator, and a new colleague's first day."""

import re

from playwright.sync_api import expect

from huiqi.procedures.cast import CAST
from tests.browser.acting import arrive, follow, go, log_in
from tests.browser.conftest import Open


def test_an_auditor_verifies_the_trail(opened: Open):
    page = opened("auditor")
    go(page, "/audit/", "审计记录")
    page.get_by_label("何事").fill("access.user.added")
    follow(page, "查找")
    expect(page.locator("main tbody tr")).to_have_count(len(CAST))
    arrive(page, "审计记录")
    follow(page, "校验全部记录")
    arrive(page, "校验结果")
    expect(page.get_by_text(re.compile(r"共\d+条，校验值全部一致。"))).to_be_visible()


def test_an_administrator_opens_an_account_that_works(opened: Open):
    admin = opened("admin")
    go(admin, "/users/", "用户与授权")
    admin.get_by_label("用户名").fill("wang_jing")
    follow(admin, "开通")
    arrive(admin, "wang_jing")
    password = admin.locator(".notice.success code").inner_text()
    admin.get_by_label("身份").select_option("officer")
    admin.get_by_label("部门").fill("市财政局")
    admin.get_by_label("地区代码").fill("3702")
    follow(admin, "授予")
    expect(admin.locator("main tbody")).to_contain_text("市财政局")
    arrive(admin, "wang_jing")

    page = opened()
    log_in(page, "wang_jing", password)
    expect(page.locator(".who summary")).to_contain_text("部门经办")
    go(page, "/desk/data/", "数据台")
