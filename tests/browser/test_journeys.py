"""What people come to do, done in a browser."""

import re
from collections.abc import Callable

import pytest

from huiqi.notices.models import Notice
from tests.browser.conftest import SIZES, Visit
from tests.site.conftest import Site

At = Callable[..., Visit]
both_sizes = pytest.mark.parametrize("size", list(SIZES))
FIRST_PAGES = {
    "": ["/", "/policies/", "/policies/qingdao-2012-46/", "/measures/?q=贴息",
         "/measures/qingdao-2012-46/cit-small-low-profit-20/", "/checkup/", "/account/login/", "/about/", "/api/v1/"],
    "firm": ["/my/", "/my/matches/", "/my/told/", "/my/alerts/", "/my/consents/", "/my/agents/", "/my/viewings/"],
    "officer": ["/desk/data/", "/desk/rules/", "/desk/push/", "/corrections/", "/firms/"],
    "bank": ["/consented/"],
    "auditor": ["/audit/"],
    "admin": ["/users/", "/users/firm/", "/system/", "/system/keys/"],
}  # fmt: skip


@both_sizes
@pytest.mark.parametrize("name", list(FIRST_PAGES))
def test_every_kind_of_page_is_accessible_and_fits(at: At, size: str, name: str):
    visit = at(size)
    if name:
        visit.log_in(name)
    for path in FIRST_PAGES[name]:
        visit.go(path)
        visit.fits()
        visit.is_accessible()


@both_sizes
def test_a_visitor_finds_a_measure_and_checks_up(at: At, size: str):
    visit = at(size)
    page = visit.go("/")
    page.fill("main input[type=search]", "贴息")
    page.press("main input[type=search]", "Enter")
    page.wait_for_url("**/measures/**")
    visit.sees("贴息", "main")
    page.click("main a[href^='/measures/']:not([href*='?'])")
    visit.sees("申报条件", "main")
    visit.fits()
    page.click("text=看我是否符合")
    page.click("main form.card button")
    page.wait_for_url(re.compile(r"/checkup/[\w-]{20,}/"))
    back_here = page.url
    for _ in range(3):
        page.click(
            "main form button[name=pass], main form button:has-text('跳过'), main form button:has-text('不清楚')"
        )
        visit.fits()
    visit.is_accessible()
    page.goto(visit.address + "/")
    page.goto(back_here)
    visit.sees("第4题", "main")


def test_a_check_up_needs_no_scripts(at: At):
    visit = at("phone", scripts=False)
    page = visit.go("/checkup/")
    page.click("main form.card button")
    visit.sees("第1题", "main")
    page.click("main form button:has-text('跳过'), main form button:has-text('不清楚')")
    visit.sees("第2题", "main")


def test_search_and_log_in_by_keyboard_alone(at: At):
    visit = at()
    page = visit.go("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "search":
            break
    outline = page.evaluate(
        "getComputedStyle(document.activeElement.closest('form')).outlineStyle + getComputedStyle(document.activeElement).outlineStyle"
    )
    assert outline != "nonenone"
    page.keyboard.type("担保")
    page.keyboard.press("Enter")
    page.wait_for_url("**/measures/**")

    visit.go("/account/login/")
    page.focus("#id_login")
    page.keyboard.type("firm")
    page.keyboard.press("Tab")
    page.keyboard.type("for the tests only")
    page.keyboard.press("Enter")
    visit.sees("firm", "header")


@both_sizes
def test_a_firm_sees_its_file_and_why(at: At, size: str, site: Site):
    visit = at(size)
    visit.log_in("firm")
    page = visit.go("/my/")
    assert site.firm in page.inner_text("main").replace(" ", "")
    visit.go("/my/matches/")
    visit.fits()
    page.click("main ol.matches a, main .match-head a")
    visit.fits()
    visit.sees("逐条认定", "main")


def test_an_administrator_opens_an_account(at: At):
    visit = at()
    visit.log_in("admin")
    page = visit.go("/users/")
    page.fill("#name", "wang")
    page.click("main section.card button")
    assert re.search(r"[\w-]{16}", page.inner_text(".notice.success code"))


def test_an_auditor_verifies_the_trail(at: At):
    visit = at()
    visit.log_in("auditor")
    page = visit.go("/audit/")
    page.click("text=校验全部记录")
    visit.sees("全部一致", "main")


def test_a_list_of_firms_is_prepared_by_one_and_sent_by_another(at: At):
    officer = at()
    officer.log_in("officer")
    page = officer.go("/desk/push/")
    page.click("main a[href*='/desk/push/'][href*='qingdao-2012-46']")
    officer.sees("应享未享")
    officer.fits()
    assert not Notice.objects.exists()


def test_the_english_pages_speak_english(at: At):
    visit = at(english=True)
    page = visit.go("/")
    visit.sees("Policy finds", "main")
    assert page.get_attribute("html", "lang") == "en"
