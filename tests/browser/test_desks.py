"""A department at its desks: data, rules, push. One person prepares, another decides."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from huiqi.notices.models import Notice
from tests.browser.acting import arrive, choose_day, follow, go
from tests.browser.conftest import Open
from tests.site.conftest import Site
from tests.site.lived_in import MEASURE, NEW_FIRM, register_file

ON_THE_LIST = "qingdao-2012-46/vat-threshold"
"""A measure that the firm of the cast is entitled to."""


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

    go(head, "/desk/data/versions/", "版本与回退")
    head.locator("main details summary", has_text="回退到此版本").click()
    head.get_by_label("原因").fill("名录有误，先退回")
    head.locator("main details button", has_text="回退").click()
    expect(head.locator("main")).to_contain_text("名录有误，先退回")
    arrive(head, "版本与回退")
    assert is_unknown(head, f"/firms/{NEW_FIRM}/")


def test_a_rule_is_drafted_checked_and_approved_by_a_head(opened: Open):
    officer = opened("officer")
    officer.goto(f"/desk/rules/{MEASURE}/")
    follow(officer, "起草修订")
    text = officer.get_by_label(re.compile("^规则"))
    written = text.input_value()
    text.fill(written.replace("30万", "三十万"))
    expect(officer.locator("#checked .error, #checked [data-line]").first).to_be_visible()
    text.fill(written.replace("30万", "38万"))
    expect(officer.locator("#checked .error, #checked [data-line].problem")).to_have_count(0)
    expect(officer.locator("#checked")).to_contain_text("38万元")
    expect(officer.locator("#checked")).to_contain_text("1项未通过")
    tests = officer.get_by_label(re.compile("^测试"))
    tests.fill(tests.input_value().replace("300000.01", "380000.01"))
    expect(officer.locator("#checked")).to_contain_text("全部通过")
    officer.get_by_label("修订理由").fill("限额试调")
    officer.get_by_label("拟自何日起施行").fill("2013-07-01")
    follow(officer, "保存并看影响")
    follow(officer, "测算影响")
    expect(officer.locator(".card.figure", has_text="户新符合").locator("strong")).to_have_text(
        re.compile(r"[1-9]\d*")
    )
    arrive(officer, "20%")
    follow(officer, "回到修订")
    follow(officer, "提交审批")
    expect(officer.get_by_text("您是起草人，须由另一人审批。")).to_be_visible()
    revision = officer.url
    assert not officer.get_by_role("button", name="批准发布").count()

    head = opened("head")
    head.goto(revision)
    arrive(head, "20%")
    expect(head.locator(".card.figure", has_text="户新符合")).to_be_visible()
    follow(head, "批准发布")
    expect(head.get_by_text("已发布，自2013-07-01起施行")).to_be_visible()

    visitor = opened()
    go(visitor, f"/measures/{MEASURE}/", "20%")
    expect(visitor.locator("#conditions")).to_contain_text("30万元")
    choose_day(visitor, "2013-07-01")
    expect(visitor.locator("#conditions")).to_contain_text("38万元")


def test_a_list_is_drawn_up_sent_by_a_head_and_read_by_a_firm(opened: Open, site: Site):
    officer = opened("officer")
    go(officer, "/desk/push/", "推送台")
    go(officer, f"/desk/push/{ON_THE_LIST}/", "起征点")
    everywhere = number_in(officer.locator(".card.figure strong").first)
    officer.get_by_label("区县").select_option("370202")
    officer.locator("main").get_by_role("button", name="筛选").click()
    officer.wait_for_url("**district=370202**")
    arrive(officer, "起征点")
    in_one_district = number_in(officer.locator(".card.figure strong").first)
    assert 1 < in_one_district < everywhere
    expect(officer.get_by_text("应享未享")).to_be_visible()
    assert site.firm not in officer.content()  # codes are masked
    follow(officer, "拟定名单")
    arrive(officer, "起征点")
    follow(officer, "提交负责人确认")
    expect(officer.get_by_text("由您本人拟定或提交，须由另一位负责人确认")).to_be_visible()
    address = officer.url
    assert not Notice.objects.exists()

    head = opened("head")
    head.goto(address)
    arrive(head, "起征点")
    head.get_by_role("button", name=f"确认并发送给{in_one_district}家").click()
    expect(head.get_by_role("heading", name="推送结果")).to_be_visible()
    arrive(head, "起征点")
    assert number_beside(head, "已告知") == in_one_district
    assert number_beside(head, "已打开") == 0

    firm = opened("firm")
    go(firm, "/my/alerts/", "合成企业")
    expect(firm.get_by_text("1条未读")).to_be_visible()
    expect(firm.locator("ol.matches li")).to_contain_text("部门推送")
    firm.get_by_role("button", name="全部标为已读").click()
    expect(firm.locator("ol.matches li.unread")).to_have_count(0)

    officer.reload()
    assert number_beside(officer, "已打开") == 1
    silent = number_beside(officer, "尚无回音")
    note = officer.locator("main tbody tr").last.locator("details")
    note.locator("summary").click()
    note.locator("select").select_option(label="表示不申报")
    note.get_by_role("button", name="登记").click()
    expect(officer.locator("main tbody .badge", has_text="不申报")).to_be_visible()
    assert number_beside(officer, "尚无回音") == silent - 1


def number_in(place: Locator) -> int:
    return int(re.sub(r"\D", "", place.inner_text()))


def number_beside(page: Page, name: str) -> int:
    """What stands beside a term in a list of figures."""
    return number_in(page.locator(f"dt:text-is('{name}') + dd").first)


def is_unknown(page: Page, path: str) -> bool:
    answer = page.goto(path)
    return answer is not None and answer.status == 404


def test_the_desks_are_closed_to_a_firm(opened_on_a_desk: Open):
    page = opened_on_a_desk("firm")
    for path in ("/desk/data/", "/desk/rules/", "/desk/push/", "/audit/", "/users/"):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 403
        assert page.locator(f"nav a[href='{path}']").count() == 0
