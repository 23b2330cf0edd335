"""Somebody without an account looks for support and checks up on their firm."""

import json
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.acting import arrive, choose_day, follow, go, too_wide
from tests.browser.conftest import Open

ENDED = "qingdao-2012-46/cit-small-low-profit-half"
"""A measure that ended with 2015."""


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
    assert saved(page, "体检报告（PDF）").startswith(b"%PDF-")
    kept = json.loads(saved(page, "数据（JSON）"))
    assert len([fact for fact in kept["facts"] if not fact["from_role"]]) == 4
    assert len(kept["passed_over"]) == 1

    later = opened()
    later.goto(link)
    expect(later.get_by_text(re.compile(r"我的回答（[1-9]\d*）"))).to_be_visible()
    follow(later, "完整结论")
    arrive(later, "体检结论")
    assert later.locator("main .tabs a").all_inner_texts() == told


def test_a_checkup_without_scripts(opened_on_a_desk: Open):
    page = opened_on_a_desk(java_script_enabled=False)
    go_without_scripts(page, "/checkup/", "政策体检")
    follow(page, "开始体检")
    answer_some(page)
    follow(page, "完整结论")
    page.locator("h1", has_text="体检结论").wait_for()


def test_what_held_on_another_day(opened: Open):
    page = opened()
    go(page, "/measures/?q=减半计税", "找政策")
    found = page.locator(f"main h2 a[href='/measures/{ENDED}/']")
    expect(found).to_be_visible()
    choose_day(page, "2016-01-01")
    go(page, "/measures/?q=减半计税", "找政策")
    expect(page.get_by_text("2016年1月1日有效")).to_be_visible()
    expect(found).to_have_count(0)
    go(page, f"/measures/{ENDED}/", "减半计税")
    expect(page.locator("main .badge").first).to_have_text("已失效")
    expect(page.get_by_text("仅供查阅")).to_be_visible()
    expect(page.get_by_role("link", name="看我是否符合")).to_have_count(0)
    follow(page, "按其有效期内查看")
    expect(page.locator("main .badge").first).to_have_text("有效")
    page.get_by_role("button", name="回到今天").click()
    expect(page.get_by_label("适用日期")).to_have_value("2013-06-30")


def test_the_same_in_english(opened: Open):
    page = opened()
    go(page, "/", "政策找企业")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("searchbox").first.fill("interest subsidy")
    page.get_by_role("button", name="Search").click()
    arrive(page, "Find support")
    page.locator("main h2 a", has_text=re.compile("interest subsidy", re.I)).first.click()
    page.wait_for_url(re.compile(r"/measures/[\w-]+/[\w-]+/"))
    for part in ("Conditions", "Materials", "Basis"):
        expect(page.get_by_role("heading", name=part, exact=True)).to_be_visible()
    assert too_wide(page) == []
    follow(page, "Do I qualify?")
    follow(page, "Begin")
    page.get_by_text("Question 1", exact=True).wait_for()
    follow(page, "Not sure, pass over")
    page.get_by_text("Question 2", exact=True).wait_for()
    follow(page, "Full result")
    arrive(page, "Result of the check-up")
    page.get_by_role("button", name="中文").click()
    arrive(page, "体检结论")


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


def saved(page: Page, name: str) -> bytes:
    """The file that a link hands over."""
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    return Path(download.value.path()).read_bytes()
