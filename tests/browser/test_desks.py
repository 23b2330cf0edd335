"""A department at its desks: data, rules, push. One person prepares, another decides."""

import re
from pathlib import Path

from django.test import Client
from playwright.sync_api import expect

from huiqi.notices.models import Notice
from tests.browser.acting import arrive, follow, go
from tests.browser.conftest import Open
from tests.site.conftest import Site
from tests.site.lived_in import MEASURE, NEW_FIRM, register_file


def test_a_register_file_is_handed_in_and_published_by_a_head(opened: Open, site: Site, tmp_path: Path):
    table = tmp_path / "企业.csv"
    table.write_bytes(register_file(site))
    officer = opened("officer")
    go(officer, "/desk/data/", "数据台")
    follow(officer, "报送名录文件")
    arrive(officer, "报送名录文件")
    officer.get_by_label("文件", exact=True).set_input_files(table)
    officer.get_by_label("数据来源").fill("市统计局企业名录")
    officer.get_by_label("数据日期").fill("2013-06-30")
    officer.get_by_label("这是合成数据，不是真实企业").check()
    follow(officer, "上传")
    arrive(officer, "列对应与预览")
    follow(officer, "保存并预览")
    expect(officer.get_by_text("其中1行有错，将列入退回文件")).to_be_visible()
    arrive(officer, "列对应与预览")
    follow(officer, "保存并读取全部")
    arrive(officer, "市统计局企业名录")
    expect(officer.get_by_text("不是数字")).to_be_visible()
    follow(officer, "提交负责人")
    delivery = officer.url

    head = opened("head")
    head.goto(delivery)
    arrive(head, "市统计局企业名录")
    follow(head, "发布为新版本")
    expect(head.get_by_text("已发布为版本")).to_be_visible(timeout=60_000)
    go(head, f"/firms/{NEW_FIRM}/", "合成新厂")


def test_a_rule_is_drafted_checked_and_approved_by_a_head(opened: Open):
    officer = opened("officer")
    officer.goto(f"/desk/rules/{MEASURE}/")
    follow(officer, "起草修订")
    text = officer.get_by_label(re.compile("^规则"))
    written = text.input_value()
    text.fill(written.replace("30万", "三十万"))
    expect(officer.locator("#checked .error, #checked [data-line]").first).to_be_visible()
    text.fill(f"{written.rstrip()}\n# 已校对\n")
    officer.get_by_label("修订理由").fill("校对文字")
    officer.get_by_label("拟自何日起施行").fill("2013-07-01")
    follow(officer, "保存并检查")
    expect(officer.locator("#checked")).to_contain_text("全部通过")
    arrive(officer, "")
    follow(officer, "提交审批")
    expect(officer.get_by_text("您是起草人，须由另一人审批。")).to_be_visible()
    revision = officer.url
    assert not officer.get_by_role("button", name="批准发布").count()

    head = opened("head")
    head.goto(revision)
    arrive(head, "")
    follow(head, "批准发布")
    expect(head.get_by_text(re.compile("已发布，自2013-07-01起施行"))).to_be_visible()


def test_a_list_is_drawn_up_and_sent_by_a_head(opened: Open):
    officer = opened("officer")
    go(officer, "/desk/push/", "推送台")
    officer.goto(f"/desk/push/{MEASURE}/")
    arrive(officer, "20%")
    expect(officer.get_by_text(re.compile("应享未享"))).to_be_visible()
    follow(officer, "拟定名单")
    arrive(officer, "20%")
    follow(officer, "提交负责人确认")
    expect(officer.get_by_text("由您本人拟定或提交，须由另一位负责人确认")).to_be_visible()
    address = officer.url
    assert not Notice.objects.exists()

    head = opened("head")
    head.goto(address)
    arrive(head, "20%")
    head.get_by_role("button", name=re.compile("确认并发送给")).click()
    expect(head.get_by_role("heading", name="推送结果")).to_be_visible()
    arrive(head, "20%")
    firms = int(re.sub(r"\D", "", head.locator("dt:has-text('已告知') + dd").first.inner_text()))
    assert firms == Notice.objects.values("party").distinct().count() > 20


def test_the_desks_are_closed_to_a_firm(opened: Open, client: Client):
    page = opened("firm")
    for path in ("/desk/data/", "/desk/rules/", "/desk/push/", "/audit/", "/users/"):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 403
        assert page.locator(f"nav a[href='{path}']").count() == 0
