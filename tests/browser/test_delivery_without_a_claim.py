"""A thousand firms are granted a reward without claiming it, on the screens of officer, head and firm."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from huiqi.casework.models import Case
from huiqi.grants.models import GrantList
from huiqi.ledger.models import PaymentOrder
from huiqi.procedures.grants_after_run import go_on_with_lists
from huiqi.procedures.payment_runs import post_receipts
from tests.browser.acting import DESKTOP, arrive, go
from tests.browser.conftest import Open, opening
from tests.site.conftest import NOW
from tests.site.granting import LATER, Rewards, bank_says_paid, budget, send_to_bank
from tests.site.granting import rewards as rewards
from tests.site.granting import rewards_once as rewards_once
from tests.site.test_grants_desk import SignIn
from tests.site.test_grants_desk import enter as enter


@pytest.fixture
def opened_here(live_server: LiveServer, rewards: Rewards, enter: SignIn, browser: Browser) -> Iterator[Open]:
    """Browsers before the site under the synthetic rewards."""
    yield from opening(live_server.url, browser, DESKTOP)


def test_a_thousand_firms_are_granted_a_reward_without_a_claim(opened_here: Open, settings: Any) -> None:
    budget(10_000_000)
    officer, head, firm = opened_here("officer"), opened_here("head"), opened_here("firm")
    go(officer, "/desk/grants/", "免申即享")
    row = officer.locator("tr", has_text="试验奖励small-reward").first
    row.get_by_role("link", name="拟定").click()
    officer.get_by_role("button", name=re.compile("拟定")).first.click()
    officer.get_by_role("button", name="提交负责人确认").wait_for()
    made = GrantList.objects.get()
    assert made.firms > 1_000
    left_out = officer.locator("details", has=officer.locator("summary", has_text="剔除")).first
    left_out.locator("summary").click()
    left_out.get_by_label("原因").fill("正在核查")
    left_out.get_by_role("button").click()
    expect(officer.get_by_text("正在核查").first).to_be_visible()
    officer.get_by_role("button", name="提交负责人确认").click()
    officer.wait_for_load_state()
    go(head, f"/desk/grants/{made.pk}/", "试验奖励")
    expect(head.get_by_text(f"为{made.firms - 1:,}家企业各立一件").first).to_be_visible()
    head.get_by_label("没有利害关系").first.check()
    head.locator("section.card", has=head.get_by_role("heading", name="确认")).get_by_role(
        "button"
    ).first.click()
    head.wait_for_load_state()
    assert Case.objects.filter(lane="automatic", state="reviewed").count() == made.firms - 1
    go(firm, "/my/cases/", "我的办件")
    expect(firm.locator("main").get_by_text("试验").first).to_be_visible()
    settings.HUIQI_DAY = LATER.isoformat()
    go_on_with_lists(at=NOW, on=LATER)
    payer = opened_here("payer")
    go(payer, f"/desk/grants/{made.pk}/", "试验奖励")
    order = payer.locator("form", has_text="下达拨付").first
    for tick in order.get_by_role("checkbox").all():
        tick.check()
    order.get_by_role("button").click()
    payer.wait_for_load_state()
    assert PaymentOrder.objects.count() == made.firms - 1
    bank_says_paid(send_to_bank())
    assert post_receipts(at=NOW, on=LATER).paid == made.firms - 1
    head.reload()
    arrive(head, "试验奖励")
    expect(head.locator("main")).to_contain_text(f"{(made.firms - 1) * 2000:,}")
    go(firm, "/my/cases/", "我的办件")
    expect(firm.get_by_text("已拨付").first).to_be_visible()
