"""Every kind of page for everybody: axe finds nothing, no sideways scrolling, keyboard alone, no scripts."""

import re
from typing import Final

from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, expect

from tests.browser.acting import DESKTOP, PHONE, arrive, go, log_in, too_wide
from tests.browser.conftest import Open
from tests.site.conftest import PASSWORD, Site, entered
from tests.site.lived_in import live_in
from tests.site.walk import ROLES, one_of_each

RULES: Final = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
}


def test_axe_finds_nothing_on_any_kind_of_page(opened_on_a_desk: Open, site: Site):
    starts = live_in(site, entered)
    found, seen = list[str](), set[str]()
    for role in ROLES:
        pages = list(one_of_each(entered(role), role, *starts, seen_before=seen))
        seen |= {page.kind for page in pages}
        browser = opened_on_a_desk("" if role == "visitor" else role, bypass_csp=True) if pages else None
        for page in pages:
            assert browser is not None
            browser.goto(page.path)
            found += found_wrong(browser)
    assert len(seen) > 45
    assert found == []


def found_wrong(page: Page) -> list[str]:
    """What axe objects to and what sticks out, on a desk and on a phone."""
    wrong = []
    for screen in (PHONE, DESKTOP):
        page.set_viewport_size({"width": screen.width, "height": screen.height})
        violations = Axe().run(page, options=RULES).response["violations"]
        wrong += [
            f"{page.url} {screen.name} {v['id']}: {node['html'][:160]}"
            for v in violations
            for node in v["nodes"][:3]
        ]
        wrong += [f"{screen.name} too wide: {what}" for what in too_wide(page)]
    return wrong


def test_searching_by_keyboard_alone(opened: Open):
    page = opened()
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


def test_logging_in_and_out_by_keyboard_alone(opened: Open):
    page = opened()
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


def test_logging_in_without_scripts(opened: Open):
    page = opened(java_script_enabled=False)
    log_in(page, "firm")
    page.goto("/my/matches/")
    page.locator("main .match-head a").first.click()
    expect(page.get_by_role("heading", name="逐条认定")).to_be_visible()


def test_a_wrong_password_is_told_and_counted(opened: Open, client: Client):
    page = opened()
    for _ in range(6):
        go(page, "/account/login/", "登录")
        page.get_by_label("用户名或邮箱").fill("officer")
        page.get_by_label("密码").fill("a wrong one")
        page.locator("main").get_by_role("button", name="登录").click()
        expect(page.get_by_role("alert").or_(page.locator("main h1", has_text="429"))).to_be_visible()


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
