"""Somebody without an account looks for support and checks up on their firm."""

import re

from playwright.sync_api import Page, expect

from tests.browser.acting import arrive, follow, go
from tests.browser.conftest import Open


def test_from_a_word_to_a_guide_to_a_result_and_back_by_link(opened: Open):
    page = opened()
    go(page, "/", "政策找企业")
    page.get_by_role("searchbox", name="搜索政策").fill("贴息")
    page.get_by_role("button", name="搜索").click()
    page.wait_for_url("**/measures/?q=*")
    arrive(page, "找政策")
    page.locator("main h2 a, main h3 a", has_text="贴息").first.click()
    page.wait_for_url(re.compile(r"/measures/[\w-]+/[\w-]+/"))
    arrive(page, "贴息")
    for part in ("办理流程", "设定依据", "常见问题"):
        expect(page.get_by_role("heading", name=part)).to_be_visible()
    go(page, "/checkup/", "政策体检")
    follow(page, "开始体检")
    answer_some(page)
    link = page.get_by_label(re.compile("体检链接")).input_value()
    follow(page, "完整结论")
    arrive(page, "体检结论")
    told = page.locator("main .tabs a").all_inner_texts()
    assert any("符合" in tab for tab in told)

    later = opened()
    later.goto(link)
    expect(later.get_by_text(re.compile(r"我的回答（[1-9]\d*）"))).to_be_visible()
    follow(later, "完整结论")
    arrive(later, "体检结论")
    assert later.locator("main .tabs a").all_inner_texts() == told


def test_a_checkup_without_scripts(opened: Open):
    page = opened(java_script_enabled=False)
    go_without_scripts(page, "/checkup/", "政策体检")
    follow(page, "开始体检")
    answer_some(page)
    follow(page, "完整结论")
    page.locator("h1", has_text="体检结论").wait_for()


def test_another_day_and_another_language(opened: Open):
    page = opened()
    go(page, "/measures/", "找政策")
    page.get_by_label("适用日期").fill("2022-12-01")
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_text("页面显示的是当日有效的政策")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    arrive(page, "Find support")
    expect(page.get_by_text("Pages show what was in force on that day")).to_be_visible()


def go_without_scripts(page: Page, path: str, heading: str) -> None:
    page.goto(path)
    page.locator("h1", has_text=heading).wait_for()


def answer_some(page: Page) -> None:
    """Yes to what is yes or no, the first of a choice, 20 to a figure, and one question passed over."""
    for number in range(1, 6):
        page.get_by_text(f"第{number}题", exact=True).wait_for()
        question = page.locator("form.question")
        if number == 2:
            question.get_by_role("button", name="跳过").click()
        elif question.get_by_role("button", name="是", exact=True).count():
            question.get_by_role("button", name="是", exact=True).click()
        elif question.get_by_role("radio").count():
            question.get_by_role("radio").first.check()
            question.get_by_role("button", name="下一题").click()
        else:
            reply = question.get_by_role("textbox")
            reply.fill("2012-09-01" if reply.get_attribute("type") == "date" else "20")
            question.get_by_role("button", name="下一题").click()
