"""A firm claims the leasing subsidy and is paid: from the service to the stars it gives, through every hand."""

from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from huiqi.casework.models import Case
from huiqi.funds.types import Movement
from huiqi.holdings.current import library
from huiqi.ledger.actions import put_in
from huiqi.ledger.models import PaymentOrder
from huiqi.procedures.act_out import receipts_for
from tests.browser.acting import arrive, follow, go, too_wide
from tests.browser.conftest import Open
from tests.site.conftest import DAY, NOW

LEASE = "/services/qingdao-2012-46/lease-subsidy-claim/"
ACCOUNT = "6222020000001234"
PDF = b"%PDF-1.7\n% synthetic\n"


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "融资租赁合同.pdf"
    path.write_bytes(PDF)
    return path


def put_money_in() -> None:
    fund = library().packs["qingdao-2012-46"].funds["sme-special-fund"]
    put_in(
        fund, Movement.BUDGET, amount=Fraction(50_000_000), year=2013, source="市财政局", by="payer", at=NOW, on=DAY
    )  # fmt: skip


def claim(page: Page, paper: Path) -> str:
    """Fill in the claim, hand in papers, check, send; its number."""
    go(page, LEASE, "融资租赁")
    page.get_by_role("button", name="开始填写").click()
    arrive(page, "融资租赁")
    page.get_by_role("textbox", name="融资租赁实际融资额").fill("1000万")
    page.get_by_role("button", name="保存并继续").click()
    for number in range(2):
        page.locator("input[type=file]").nth(number).set_input_files(paper)
        page.locator("main form:has(input[type=file])").nth(number).get_by_role("button", name="上传").click()
        page.locator(".badge.yes").nth(number).wait_for()
    follow(page, "继续：核对")
    page.get_by_label("以上内容真实、完整").check()
    page.get_by_role("button", name="提交", exact=True).click()
    page.get_by_text("打印").first.wait_for()
    assert too_wide(page) == []
    number = Case.objects.get().number
    assert page.get_by_text(number).first.is_visible()
    return number


def state_account(firm: Page) -> None:
    """The receipt says that no account is on file; its link leads to the page where the firm states one."""
    firm.get_by_role("link", name="填报收款账户").click()
    firm.get_by_role("heading", name="填报账户").wait_for()
    firm.get_by_label("开户银行").fill("合成银行市北支行")
    firm.get_by_label("账号", exact=True).fill("6222")
    firm.get_by_role("button", name="保存").click()
    assert firm.get_by_text("账号应为8至32位数字").is_visible()
    firm.get_by_label("账号", exact=True).fill("６２２２ 0200 0000 1234")
    firm.get_by_role("button", name="保存").click()
    firm.get_by_text("收款账户已保存").wait_for()
    assert firm.get_by_text(ACCOUNT).is_visible()
    assert too_wide(firm) == []


def desk_step(page: Page, number: str, title: str, *, found: str = "", **fields: str) -> None:
    """Open a case at the desk, open one of its steps, fill in what is named, and take it; `found` is a yes."""
    page.goto(f"/desk/cases/{number}/")
    arrive(page, "融资租赁")
    if found:
        page.locator(".findings").get_by_role("group", name=found).get_by_label("是", exact=True).check()
    step = page.locator("details.step", has=page.locator("summary", has_text=title)).first
    if step.get_attribute("open") is None:
        step.locator("summary").click()
    for label, text in fields.items():
        step.get_by_label(label).first.fill(text)
    for tick in step.get_by_label("没有利害关系").all():
        tick.check()
    step.get_by_role("button", name=title, exact=True).click()
    page.locator(".notice.good, .notice.success, .messages, .notice").first.wait_for()


def state_of(number: str) -> str:
    return Case.objects.get(number=number).state


def test_a_firm_claims_the_leasing_subsidy_and_is_paid(
    opened_on_a_desk: Open, paper: Path, tmp_path: Path, settings: Any
) -> None:
    put_money_in()
    firm, officer, head = opened_on_a_desk("firm"), opened_on_a_desk("officer"), opened_on_a_desk("head")
    number = claim(firm, paper)
    state_account(firm)
    desk_step(officer, number, "受理")
    officer.goto(f"/desk/cases/{number}/")
    desk_step(officer, number, "退回补正", 融资租赁实际融资额="与合同金额不符")
    go(firm, f"/cases/{number}/", "融资租赁")
    assert firm.get_by_text("与合同金额不符").first.is_visible()
    firm.goto(f"/cases/{number}/form/")
    firm.get_by_role("textbox", name="融资租赁实际融资额").fill("900万")
    firm.get_by_role("button", name="保存并继续").click()
    follow(firm, "继续：核对")
    firm.get_by_label("以上内容真实、完整").check()
    firm.get_by_role("button", name="补正后提交").click()
    firm.get_by_text("打印").first.wait_for()
    desk_step(officer, number, "受理")
    desk_step(officer, number, "审核", 金额="10万")
    assert officer.get_by_text("请填写融资租赁是否经审核确认").first.is_visible()
    desk_step(officer, number, "审核", found="融资租赁是否经审核确认", 金额="10万")
    desk_step(head, number, "同意并公示", 金额="10万")
    assert state_of(number) == "published"
    visitor = opened_on_a_desk()
    go(visitor, "/published/", "公示")
    assert visitor.get_by_text("融资租赁").first.is_visible()
    later: date = Case.objects.get(number=number).publications.get().until + timedelta(days=1)
    settings.HUIQI_DAY = later.isoformat()
    desk_step(officer, number, "公示无异议")
    payer, paymaster = opened_on_a_desk("payer"), opened_on_a_desk("paymaster")
    desk_step(payer, number, "下达拨付")
    pay_out(payer, paymaster, number, tmp_path, later)
    go(firm, f"/cases/{number}/", "融资租赁")
    assert firm.get_by_text("已拨付").first.is_visible()
    firm.get_by_label("5 星").check()
    firm.get_by_role("button", name="评价").click()
    firm.get_by_text("您的评价：5星").wait_for()


def pay_out(payer: Page, paymaster: Page, number: str, folder: Path, on: date) -> None:
    """A run of two persons, and the bank's answer."""
    go(payer, "/desk/funds/orders/", "待付指令")
    payer.get_by_role("button", name="编批").click()
    run = payer.url.rstrip("/").rpartition("/")[2]
    assert payer.get_by_role("button", name="放行", exact=False).count() == 0
    paymaster.goto(f"/desk/funds/runs/{run}/")
    paymaster.get_by_role("button", name="放行", exact=False).click()
    paymaster.get_by_text("已放行").first.wait_for()
    payer.reload()
    assert payer.get_by_text("****1234").first.is_visible()
    with payer.expect_download() as asked:
        payer.get_by_role("link", name="下载银行文件").click()
    line = Path(asked.value.path()).read_text("utf-8-sig").splitlines()[1]
    assert f",合成银行市北支行,{ACCOUNT},100000.00," in line
    file = folder / "receipts.csv"
    file.write_bytes(receipts_for(list(PaymentOrder.objects.filter(grant__case=number)), on))
    payer.goto("/desk/funds/receipts/")
    payer.locator("input[type=file]").set_input_files(file)
    payer.locator("main form:has(input[type=file]) button").click()
    payer.locator(".notice").first.wait_for()
    assert state_of(number) == "paid"


def test_a_claim_is_filled_in_on_a_telephone(opened: Open, paper: Path) -> None:
    number = claim(opened("firm"), paper)
    assert state_of(number) == "submitted"
