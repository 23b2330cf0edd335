"""A firm lets its people in, is told what it asked for, and asks why it was not told."""

import re

from django.core import mail
from playwright.sync_api import expect

from tests.browser.acting import arrive, follow, go, log_in
from tests.browser.conftest import Open
from tests.site.conftest import Site
from tests.site.lived_in import MEASURE

CHOSEN = "Ying-zhou 2013"


def test_an_agent_is_authorised_comes_in_by_link_and_is_shut_out_again(opened: Open, site: Site):
    name = str((site.snapshot.find(site.firm) or {})["name"])
    firm = opened("firm")
    go(firm, "/my/agents/", name)
    firm.get_by_label("用户名").fill("xiao_li")
    firm.locator("main form").get_by_role("button", name="授权").click()
    expect(firm.get_by_text("请把这个链接交给xiao_li")).to_be_visible()
    link = firm.locator(".one-time").inner_text()
    arrive(firm, name)

    agent = opened()
    agent.goto(link)
    arrive(agent, "设置密码")
    agent.get_by_label("新密码").fill(CHOSEN)
    agent.get_by_label("再写一次").fill(CHOSEN)
    follow(agent, "保存")
    log_in(agent, "xiao_li", CHOSEN)
    go(agent, "/my/", name)
    go(agent, "/my/consents/", name)
    expect(agent.get_by_text("只有法定代表人可以授权或撤回。")).to_be_visible()
    assert agent.get_by_role("link", name="经办人").count() == 0

    go(firm, "/my/agents/", name)
    firm.locator("main tr", has_text="xiao_li").get_by_role("button", name="终止").click()
    expect(firm.locator("main tr", has_text="xiao_li")).to_contain_text("已终止")
    answer = agent.goto("/my/")
    assert answer is not None
    assert answer.status == 403
    again = opened()
    again.goto(link)
    arrive(again, "链接已失效")


def test_a_search_is_saved_and_mail_is_confirmed(opened: Open):
    firm = opened("firm")
    go(firm, "/my/matches/?q=贴息", "合成企业")
    follow(firm, "保存查找，出现新政策时提醒我")
    expect(firm.get_by_text(re.compile(r"已保存。现有[1-9]\d*项"))).to_be_visible()
    arrive(firm, "合成企业")
    firm.get_by_label("地址").fill("finance@firm.example")
    follow(firm, "添加")
    expect(firm.get_by_text("确认邮件已发出")).to_be_visible()
    expect(firm.get_by_text("待确认")).to_be_visible()
    link = re.search(r"/alerts/confirm/\S+", str(mail.outbox[-1].body))
    assert link is not None
    reader = opened()
    reader.goto(link[0])
    reader.locator("main").get_by_role("button").click()
    firm.reload()
    expect(firm.get_by_role("button", name="停用 finance@firm.example")).to_be_visible()
    expect(firm.get_by_text("待确认")).to_have_count(0)
    firm.get_by_role("button", name="取消").click()
    expect(firm.get_by_text("还没有。")).to_be_visible()


def test_a_missing_fact_is_told_and_why_nobody_was_told_before_it(opened: Open):
    firm = opened("firm")
    go(firm, f"/my/matches/{MEASURE}/", "20%")
    expect(firm.locator("main .badge").first).to_have_text("待补充")
    follow(firm, "填报 年度应纳税所得额")
    arrive(firm, "年度应纳税所得额")
    firm.get_by_label("数值").fill("20万")
    firm.get_by_label("依据").fill("2012年度汇算清缴")
    follow(firm, "提交")
    arrive(firm, "20%")
    expect(firm.locator("main .badge").first).to_have_text("符合")
    expect(firm.locator("main")).to_contain_text("4万元")
    follow(firm, "某一天为什么（没）通知我？")
    arrive(firm, "合成企业")
    expect(firm.get_by_text("没有通知，因为当时的结果是“待补充”。")).to_be_visible()
    expect(firm.get_by_text("当时还缺：年度应纳税所得额")).to_be_visible()
    expect(firm.get_by_text("年度应纳税所得额：未知 → 20万元")).to_be_visible()
    expect(firm.locator("li.card", has_text="今天的结果：").locator(".badge.eligible")).to_be_visible()
