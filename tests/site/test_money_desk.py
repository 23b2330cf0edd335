"""The fund desk: money put in, ordered payments collected, released by another, sent, answered by the bank; year end."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiqi.audit.models import Deed
from huiqi.casework.models import Case
from huiqi.ledger.models import PaymentOrder, PaymentRun, Posting
from huiqi.ledger.verify import verify_balances
from tests.site.accounts import have_accounts
from tests.site.conftest import Site
from tests.site.test_case_steps import OFFICER, PAYER, approved, step, with_money
from tests.site.test_enterprise_file import chinese_left, visible

Enter = Callable[[str], Client]
FUND = "/desk/funds/qingdao-2012-46/sme-special-fund/"
POOL = "/desk/funds/qingdao-2012-46/loan-risk-compensation/"


@pytest.fixture(autouse=True)
def in_july(site: Site, settings: Any) -> None:
    settings.HUIQI_DAY = "2013-07-20"


def page_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def ordered(site: Site, amount: int = 100_000) -> Case:
    """A claim of the leasing subsidy whose payment the treasury has ordered."""
    have_accounts([site.firm], holder="合成一厂")
    case = approved(site, amount)
    after = case.publications.get().until + timedelta(days=1)
    return step(step(case, "confirm", OFFICER, on=after), "order_payment", PAYER, on=after)


def receipt_file(*lines: tuple[str, str, str, str, str]) -> SimpleUploadedFile:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["指令号", "回单号", "金额", "结果", "原因", "日期"])
    for order, reference, amount, result, reason in lines:
        writer.writerow([order, reference, amount, result, reason, "2013-07-19"])
    return SimpleUploadedFile("回单.csv", out.getvalue().encode("gb18030"), content_type="text/csv")


def prepared(payer: Client, **changes: str) -> str:
    """The address of a run with all that waits."""
    answer = payer.post("/desk/funds/orders/prepare/", {"which": "all", **changes})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def sent(payer: Client, paymaster: Client) -> PaymentRun:
    run = prepared(payer)
    assert paymaster.post(f"{run}release/").status_code == 302
    return PaymentRun.objects.get()


def test_a_claim_is_paid_from_budget_to_receipt(site: Site, signed_in: Enter) -> None:
    payer, paymaster = signed_in("payer"), signed_in("paymaster")
    said = {"movement": "budget", "amount": "8000万", "year": "2013", "source": "市财政局", "reason": "预算"}
    page = payer.post(f"{FUND}put-in/", said, follow=True).content.decode()
    assert "下达预算：80,000,000.00 元已记入" in page
    case = ordered(site)
    waiting = visible(page_of(payer, "/desk/funds/orders/"))
    assert "待付1笔，100,000.00 元" in waiting
    assert case.party_name in waiting
    run = prepared(payer)
    assert "由您编批，须由他人放行" in page_of(payer, run)
    assert "放行 100,000.00 元" in page_of(paymaster, run)
    assert payer.post(f"{run}release/").status_code == 403  # an officer releases nothing
    assert paymaster.get(f"{run}file/").status_code == 404  # not before it is released
    paymaster.post(f"{run}release/")
    rows = list(csv.DictReader(io.StringIO(payer.get(f"{run}file/").content.decode("utf-8-sig"))))
    assert [(row["收款人"], row["金额"]) for row in rows] == [(case.party_name, "100000.00")]
    file = receipt_file((rows[0]["指令号"], "ICBC-1", "100000.00", "已付", ""))
    page = visible(payer.post("/desk/funds/receipts/", {"file": file}).content.decode())
    assert "新回单1笔" in page
    assert re.search(r"到账 *1", page)
    case.refresh_from_db()
    assert (case.state, case.turn) == ("paid", "settled")
    assert "到账1 · 退票0 · 未回0" in visible(page_of(payer, "/desk/funds/runs/"))
    fund = visible(page_of(payer, FUND))
    assert "79,900,000.00" in fund
    assert "已支付 100,000.00" in re.sub(r"\s+", " ", fund)
    assert list(verify_balances()) == []
    assert {d.what for d in Deed.objects.filter(what__startswith="ledger.run")} == {
        "ledger.run.prepared", "ledger.run.released",
    }  # fmt: skip


def test_who_prepared_a_run_does_not_release_it(site: Site, signed_in: Enter) -> None:
    with_money()
    ordered(site)
    paymaster = signed_in("paymaster")
    run = prepared(paymaster)
    page = paymaster.post(f"{run}release/", follow=True).content.decode()
    assert "编批的人不能放行" in page
    assert PaymentRun.objects.get().state == "prepared"
    paymaster.post(f"{run}drop/")
    assert PaymentOrder.objects.get().state == "ordered"
    assert "待付1笔" in visible(page_of(paymaster, "/desk/funds/orders/"))


def test_only_ticked_payments_go_into_a_run(site: Site, signed_in: Enter) -> None:
    with_money()
    ordered(site)
    payer = signed_in("payer")
    page = payer.post("/desk/funds/orders/prepare/", {"which": "chosen"}, follow=True).content.decode()
    assert "请选择要编批的指令" in page
    order = PaymentOrder.objects.get()
    payer.post("/desk/funds/orders/prepare/", {"which": "chosen", "order": str(order.pk)})
    again = payer.post("/desk/funds/orders/prepare/", {"order": str(order.pk)}, follow=True)
    assert "请选择要编批的指令" in again.content.decode()  # it does not wait any more
    assert PaymentRun.objects.count() == 1


def test_a_file_with_mistakes_is_taken_in_not_at_all(site: Site, signed_in: Enter) -> None:
    with_money()
    case = ordered(site)
    payer, paymaster = signed_in("payer"), signed_in("paymaster")
    sent(payer, paymaster)
    number = PaymentOrder.objects.get().number
    file = receipt_file(
        (number, "A-1", "100000.00", "已付", ""),
        ("P-nobody-1", "A-2", "5.00", "已付", ""),
        (number, "A-3", "十万", "已付", ""),
        (number, "A-4", "100000.00", "也许", ""),
    )
    answer = payer.post("/desk/funds/receipts/", {"file": file})
    page = visible(answer.content.decode())
    assert answer.status_code == 422
    assert "“十万”不是金额" in page
    assert "row 5" in page
    case.refresh_from_db()
    assert case.state == "ordered"
    assert not Posting.objects.filter(movement="pay").exists()
    wrong = SimpleUploadedFile("x.csv", b"a,b\n1,2\n")
    assert "缺少列" in payer.post("/desk/funds/receipts/", {"file": wrong}).content.decode()
    assert payer.post("/desk/funds/receipts/").status_code == 422


def test_a_returned_payment_waits_to_be_paid_again(site: Site, signed_in: Enter) -> None:
    with_money()
    case = ordered(site)
    payer = signed_in("payer")
    sent(payer, signed_in("paymaster"))
    number = PaymentOrder.objects.get().number
    file = receipt_file((number, "B-1", "100000.00", "退回", "账号不符"))
    page = visible(payer.post("/desk/funds/receipts/", {"file": file}).content.decode())
    assert re.search(r"退票，退回待拨付 *1", page)
    assert "账号不符" in page
    case.refresh_from_db()
    assert case.state == "approved"
    same = receipt_file((number, "B-1", "100000.00", "退回", "账号不符"))
    assert "新回单0笔，已有1笔" in visible(
        payer.post("/desk/funds/receipts/", {"file": same}).content.decode()
    )


def test_another_authority_answers_for_none_of_these_payments(site: Site, signed_in: Enter) -> None:
    with_money()
    ordered(site)
    sent(signed_in("payer"), signed_in("paymaster"))
    number = PaymentOrder.objects.get().number
    file = receipt_file((number, "C-1", "100000.00", "已付", ""))
    answer = signed_in("officer").post("/desk/funds/receipts/", {"file": file})  # manages, does not pay
    assert answer.status_code == 422
    assert "不是本部门拨付的" in answer.content.decode()
    assert PaymentOrder.objects.get().state == "sent"
    run = f"/desk/funds/runs/{PaymentRun.objects.get().number}/"
    assert "下载银行文件" not in page_of(signed_in("officer"), run)
    assert signed_in("officer").get(f"{run}file/").status_code == 404


def test_a_declared_budget_is_put_in_once(site: Site, signed_in: Enter) -> None:
    payer = signed_in("payer")
    page = page_of(payer, POOL)
    assert "文件规定2012年安排 300,000,000.00 元，尚未记入" in visible(page)
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    for _ in range(2):
        payer.post(f"{POOL}budget/", {"key": key[1]})
    assert [p.amount for p in Posting.objects.all()] == [Decimal("300000000.00")]
    assert "尚未记入" not in page_of(payer, POOL)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"amount": "很多"}, "不是数额"),
        ({"amount": "0"}, "金额要大于零"),
        ({"amount": "-5"}, "金额要大于零"),
        ({"year": "2050"}, "年度只能是"),
        ({"source": " "}, "请写明资金来源"),
    ],
)
def test_money_that_makes_no_sense_is_not_put_in(
    site: Site, signed_in: Enter, changes: dict[str, str], said: str
) -> None:
    form = {"movement": "budget", "amount": "100", "year": "2013", "source": "市财政局"} | changes
    page = signed_in("payer").post(f"{FUND}put-in/", form, follow=True).content.decode()
    assert said in page
    assert not Posting.objects.exists()


def test_the_year_is_previewed_then_closed(site: Site, signed_in: Enter, settings: Any) -> None:
    with_money(500_000)
    approved(site)
    payer = signed_in("payer")
    early = visible(page_of(payer, "/desk/funds/year-end/?year=2013"))
    assert "2013年还没有结束，只能预览" in early
    payer.post("/desk/funds/year-end/", {"year": "2013"})
    assert not Posting.objects.filter(movement="lapse").exists()
    settings.HUIQI_DAY = "2014-01-06"
    unnamed = payer.post("/desk/funds/year-end/", follow=True).content.decode()
    assert "请选择年度" in unnamed
    assert not Posting.objects.filter(movement="lapse").exists()
    preview = visible(page_of(payer, "/desk/funds/year-end/"))
    assert "400,000.00" in preview
    assert "100,000.00" in preview
    done = payer.post("/desk/funds/year-end/", {"year": "2013"}, follow=True).content.decode()
    assert "2013年已结转：1项资金，400,000.00 元" in visible(done)
    payer.post("/desk/funds/year-end/", {"year": "2013"})
    moved = Posting.objects.filter(movement__in=["lapse", "budget"], on_day=date(2014, 1, 6))
    assert [(p.movement, p.year, p.amount) for p in moved.order_by("pk")] == [
        ("lapse", 2013, Decimal("400000.00")), ("budget", 2014, Decimal("400000.00")),
    ]  # fmt: skip
    assert list(verify_balances()) == []


def test_one_party_one_account(site: Site, signed_in: Enter) -> None:
    with_money()
    case = ordered(site)
    payer = signed_in("payer")
    assert case.party_name in page_of(payer, f"/desk/funds/parties/?q={case.number}")
    account = f"/desk/funds/parties/{case.party}/"
    page = visible(page_of(payer, f"{account}account/"))
    assert "现有金额 100,000.00 元" in page
    lines = list(csv.DictReader(io.StringIO(payer.get(f"{account}export/").content.decode("utf-8-sig"))))
    assert [(row["业务"], row["金额（元）"]) for row in lines] == [
        ("下达拨付", "100000.00"), ("承诺", "100000.00"),
    ]  # fmt: skip
    assert Deed.objects.get(what="ledger.list.exported").about == f"party:{case.party}"
    page_of(payer, "/desk/funds/parties/91370200MA3C0D1EXF/account/", 404)


def test_postings_are_filtered_and_taken_away(site: Site, signed_in: Enter) -> None:
    with_money()
    case = ordered(site)
    officer = signed_in("officer")
    page = visible(page_of(officer, f"{FUND}postings/?movement=commit"))
    assert "共1笔" in page
    assert "可用 → 已承诺" in page
    assert "共0笔" in visible(page_of(officer, f"{FUND}postings/?year=2012"))
    file = officer.get(f"{FUND}postings/export/?case={case.number}").content.decode("utf-8-sig")
    assert len(file.strip().splitlines()) == 3
    for dimension, name in (("region", "市南区"), ("party", case.party_name), ("year", "2013")):
        assert name in page_of(officer, f"{FUND}by/{dimension}/") or dimension == "region"
    page_of(officer, f"{FUND}by/nonsense/", 404)


def test_the_button_adds_everything_up_again(site: Site, signed_in: Enter) -> None:
    with_money()
    ordered(site)
    auditor = signed_in("auditor")
    page = visible(auditor.post("/desk/funds/check/").content.decode())
    assert "账目相符：3笔流水" in page
    exported = b"".join(auditor.get("/desk/funds/beancount/").streaming_content)  # type: ignore[attr-defined]
    assert b"option" in exported
    assert signed_in("payer").get("/desk/funds/beancount/").status_code == 404


def test_auditors_look_at_all_funds_and_change_none(site: Site, signed_in: Enter) -> None:
    with_money()
    for name in ("auditor", "supervision"):
        client = signed_in(name)
        assert "全部资金；只读" in visible(page_of(client, "/desk/funds/"))
        page_of(client, "/desk/funds/qinghai-2012/special-fund/")
        assert "记入资金" not in page_of(client, FUND)
        assert client.post(f"{FUND}put-in/", {}).status_code == 403
        assert client.get("/desk/funds/receipts/").status_code == 403
        assert client.get("/desk/funds/year-end/").status_code == 403


def test_an_authority_sees_its_own_funds(site: Site, signed_in: Enter) -> None:
    payer = signed_in("payer")
    listed = page_of(payer, "/desk/funds/?pack=qingdao-2012-46")
    assert "sme-special-fund" in listed
    page_of(payer, "/desk/funds/qinghai-2012/special-fund/", 404)
    page_of(payer, "/desk/funds/guangdong-2012-52/provincial-sme-fund/", 404)
    page_of(payer, "/desk/funds/qingdao-2012-46/no-such-fund/", 404)
    foreign = "/desk/funds/qinghai-2012/special-fund/put-in/"
    said = {"movement": "budget", "amount": "1", "year": "2013", "source": "x"}
    assert payer.post(foreign, said).status_code == 404
    exported = payer.get("/desk/funds/export/").content.decode("utf-8-sig")
    assert "qingdao-2012-46/sme-special-fund" in exported
    assert "qinghai" not in exported


PAGES = (
    "/desk/funds/", "/desk/funds/orders/", "/desk/funds/runs/", "/desk/funds/receipts/",
    "/desk/funds/year-end/", "/desk/funds/parties/", "/desk/funds/check/", FUND, POOL,
    f"{FUND}postings/", f"{FUND}by/region/", f"{FUND}by/party/",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("who", ["firm", "agent", "bank", "agency", "expert", "admin"])
def test_nobody_else_sees_money(site: Site, signed_in: Enter, who: str, path: str) -> None:
    assert signed_in(who).get(path).status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_light_and_read_in_english(site: Site, signed_in: Enter, path: str) -> None:
    with_money()
    ordered(site)
    payer = signed_in("payer")
    payer.cookies["django_language"] = "en"
    with CaptureQueriesContext(connection) as queries:
        answer = payer.get(path, HTTP_ACCEPT_ENCODING="gzip")
    assert answer.status_code == 200
    assert len(queries) <= 30
    assert len(answer.content) <= 100_000
    assert chinese_left(page_of(payer, path)) == ""
