"""What each kind of fund keeps is seen at the desk: loans with their days, vouchers, stakes, losses by bearer."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from huiqi.ledger.verify import verify_balances
from tests.site.conftest import Site
from tests.site.fund_money import funds_have_money
from tests.site.test_enterprise_file import chinese_left, visible

Enter = Callable[[str], Client]
QINGDAO = "/desk/funds/qingdao-2012-46"
LOANS = f"{QINGDAO}/bridging-fund-loan-fund/"
POOL = f"{QINGDAO}/loan-risk-compensation/"
STAKES = f"{QINGDAO}/venture-investment/"
GRANTS = f"{QINGDAO}/sme-special-fund/"
VOUCHERS = "/desk/funds/qingdao-2016-2/innovation-voucher-voucher-fund/"


@pytest.fixture
def payer(site: Site, signed_in: Enter) -> Client:
    funds_have_money(site)
    assert list(verify_balances()) == []
    return signed_in("payer")


def words_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return re.sub(r"\s+", " ", visible(answer.content.decode()))


def test_a_loan_is_counted_by_the_day(payer: Client) -> None:
    page = words_of(payer, LOANS)
    assert "逾期29天" in page
    assert "3,000,000.00 本金 3,000,000.00" in page
    assert re.search(r"2013年6月1日 逾期29天 59 3,000,000.00", page)
    assert re.search(r"2013年5月20日 18 ", page)  # repaid after eighteen days
    assert "逾期29天" in words_of(payer, f"{LOANS}kept/")


def test_a_pool_says_who_bears_what_and_what_is_left_under_its_ceiling(payer: Client) -> None:
    page = words_of(payer, POOL)
    assert "损失总额 1,000,000.00" in page
    assert "追回 50,000.00" in page
    paid = re.search(r"资金池支付 ([\d,.]+)", page)
    assert paid is not None
    assert (
        f"总上限 300,000,000.00 还可用 {300_000_000 - float(paid[1].replace(',', '')) + 50_000:,.2f}" in page
    )


def test_vouchers_stand_by_their_state(payer: Client) -> None:
    page = words_of(payer, VOUCHERS)
    assert "已发券 1 20,000.00" in page
    assert "V-20130501900003" in page


def test_a_stake_names_its_share(payer: Client) -> None:
    page = words_of(payer, STAKES)
    assert "占 1/10" in page
    assert "2,000,000.00" in page


def test_runs_and_orders_by_what_became_of_them(payer: Client, signed_in: Enter) -> None:
    assert "到账1 · 退票1 · 未回0" in words_of(payer, "/desk/funds/runs/")
    assert "待付1笔，100,003.00 元" in words_of(payer, "/desk/funds/orders/")
    fund = words_of(payer, GRANTS)
    for said in ("待付 1", "已编批 1", "已到账 1", "已退票 1"):
        assert said in fund
    assert "账号不符" in words_of(payer, "/desk/funds/receipts/")
    waiting = signed_in("paymaster").get("/desk/funds/runs/").content.decode()
    run = re.findall(r"/desk/funds/runs/[\w-]+/", waiting)[0]
    assert "放行 100,002.00 元" in words_of(signed_in("paymaster"), run)


def test_the_account_of_a_party_adds_up_over_funds(payer: Client, site: Site) -> None:
    page = words_of(payer, f"/desk/funds/parties/{site.firm}/account/")
    assert "小微企业低收费贷款周转金 2 3,000,000.00" in page


@pytest.mark.parametrize(
    "path", [LOANS, POOL, STAKES, VOUCHERS, GRANTS, f"{POOL}kept/", f"{GRANTS}by/measure/"]
)
def test_in_english(payer: Client, path: str) -> None:
    payer.cookies["django_language"] = "en"
    assert chinese_left(payer.get(path).content.decode()) == ""
