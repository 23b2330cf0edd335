"""By keyboard alone, and without scripts."""

import re

from playwright.sync_api import Page, expect

from tests.browser.acting import arrive, follow, go, log_in
from tests.browser.conftest import Open
from tests.site.conftest import PASSWORD
from tests.site.lived_in import MEASURE


def test_searching_by_keyboard_alone(opened_on_a_desk: Open):
    page = opened_on_a_desk()
    go(page, "/", "政策找企业")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    assert is_seen_to_be_focused(page)
    page.keyboard.press("Enter")
    tab_to(page, "#front-q", most=3)  # the link led past header and navigation
    page.keyboard.type("担保")
    page.keyboard.press("Enter")
    page.wait_for_url("**/measures/?q=*")
    arrive(page, "找政策")
    tab_to(page, "main h2 a, main h3 a", most=60)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/(measures/[\w-]+|policies)/[\w-]+/"))


def test_logging_in_and_out_by_keyboard_alone(opened_on_a_desk: Open):
    page = opened_on_a_desk()
    go(page, "/account/login/", "登录")
    tab_to(page, "#id_login", most=20)
    page.keyboard.type("firm")
    tab_to(page, "#id_password", most=1)
    page.keyboard.type(PASSWORD)
    tab_to(page, "main button", most=1)
    page.keyboard.press("Enter")
    page.locator(".who summary").wait_for()
    tab_to(page, ".who summary", most=20)
    page.keyboard.press("Enter")
    tab_to(page, ".who button", most=4)
    page.keyboard.press("Enter")
    page.locator("header").get_by_role("link", name="登录").wait_for()


def test_logging_in_without_scripts(opened_on_a_desk: Open):
    page = opened_on_a_desk(java_script_enabled=False)
    log_in(page, "firm")
    page.goto("/my/matches/")
    page.locator("main .match-head a").first.click()
    expect(page.get_by_role("heading", name="逐条认定")).to_be_visible()


def test_a_rule_is_checked_and_a_fact_corrected_without_scripts(opened_on_a_desk: Open):
    officer = opened_on_a_desk("officer", java_script_enabled=False)
    officer.goto(f"/desk/rules/{MEASURE}/")
    follow(officer, "起草修订")
    text = officer.get_by_label(re.compile("^规则"))
    text.fill(text.input_value().replace("30万", "三十万"))
    follow(officer, "保存并检查")
    expect(officer.locator("#checked .problem").first).to_contain_text("三十万")
    firm = opened_on_a_desk("firm", java_script_enabled=False)
    firm.goto("/my/facts/taxable_income/")
    firm.get_by_label("数值").fill("约二十")
    follow(firm, "提交")
    expect(firm.locator(".error-text").first).to_be_visible()
    firm.get_by_label("数值").fill("20万")
    follow(firm, "提交")
    expect(firm.get_by_role("heading", name="年度应纳税所得额：20万元")).to_be_visible()


def test_wrong_passwords_are_told_and_counted(opened_on_a_desk: Open):
    page = opened_on_a_desk()
    for said in ["用户名或密码不正确"] * 5 + ["登录失败次数过多，请五分钟后再试"]:
        go(page, "/account/login/", "登录")
        page.get_by_label("用户名或邮箱").fill("officer")
        page.get_by_label("密码").fill("a wrong one")
        page.locator("main").get_by_role("button", name="登录").click()
        expect(page.get_by_text(said)).to_be_visible()


def tab_to(page: Page, selector: str, *, most: int) -> None:
    """Press Tab until the element has the focus, which must be visible; fail if it takes more than `most`."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert is_seen_to_be_focused(page)
            return
    raise AssertionError(f"{selector} was not reached by {most} tabs")


def is_seen_to_be_focused(page: Page) -> bool:
    """An outline of 2 px or more, in view, on the element that has the focus or on what holds it."""
    seen: bool = page.evaluate(
        """() => { const e = document.activeElement, box = e.getBoundingClientRect();
        const marked = [e, e.closest("form")].some(x => x && getComputedStyle(x).outlineStyle !== "none"
          && parseFloat(getComputedStyle(x).outlineWidth) >= 2);
        return marked && box.left >= 0 && box.width > 0 && box.top >= 0 && box.bottom <= window.innerHeight; }"""
    )
    return seen
