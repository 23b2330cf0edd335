"""Where money goes: a firm states its account, money without one waits, the file of the bank carries it, nobody else sees it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from huiqi.audit.models import Deed
from huiqi.casework.models import Case
from huiqi.ledger.models import PayeeAccount, PaymentOrder, PaymentRun
from huiqi.ledger.orders import name_of
from huiqi.ledger.payee_queries import account_of, history_of
from huiqi.ledger.runs import prepare_run, release_run
from huiqi.ledger.types import Refused
from huiqi.notices.models import Notice
from huiqi.procedures.bring_accounts import TableRefused, bring_in
from huiqi.procedures.nightly import nightly
from huiqi.procedures.payee_accounts import ask_for_accounts
from huiqi.procedures.payment_runs import import_receipts, post_receipts
from tests.site.accounts import have_accounts, number_of
from tests.site.conftest import Site
from tests.site.test_case_steps import OFFICER, PAYER, approved, step, with_money
from tests.site.test_enterprise_file import visible

Enter = Callable[[str], Client]
TODAY = date(2013, 7, 20)
AT = datetime(2013, 7, 20, 1, 0, tzinfo=UTC)
PAGE, STATE = "/my/account/", "/my/account/state/"
NUMBER, OTHER = "6222020000001234", "6222020000005678"
BANK = "合成银行市北支行"


@pytest.fixture(autouse=True)
def in_july(site: Site, settings: Any) -> None:
    settings.HUIQI_DAY = TODAY.isoformat()


def ordered(site: Site) -> Case:
    """A claim of the leasing subsidy whose payment the treasury has ordered; the firm has stated no account."""
    with_money()
    case = approved(site)
    after = case.publications.get().until + timedelta(days=1)
    return step(step(case, "confirm", OFFICER, on=after), "order_payment", PAYER, on=after)


def state(client: Client, number: str = NUMBER, **changes: str) -> Any:
    form = {"holder": name_of(codes(client)), "bank": BANK, "number": number, "why": ""} | changes
    return client.post(STATE, form)


def codes(client: Client) -> str:
    """The code of whom a client acts for."""
    from_page = client.get(PAGE)
    return str(from_page.context["code"])


def told(party: str) -> list[str]:
    found = Notice.objects.filter(party=party, kind="account").order_by("pk")
    return [notice.title_zh for notice in found]


def sent_run(payer: Client, paymaster: Client) -> str:
    """The address of a run that was prepared of all that can be sent, and released."""
    answer = payer.post("/desk/funds/orders/prepare/", {"which": "all"})
    address = str(answer.headers["Location"])
    assert address.startswith("/desk/funds/runs/"), address
    assert paymaster.post(f"{address}release/").status_code == 302
    return address


def bank_returns(order: PaymentOrder, reason: str) -> None:
    lines = [
        "指令号,回单号,金额,结果,原因,日期",
        f"{order.number},B-{order.pk},{order.amount},退回,{reason},{TODAY}",
    ]
    import_receipts("\n".join(lines).encode(), by="payer", at=AT)
    post_receipts(at=AT, on=TODAY)


@pytest.mark.parametrize(
    ("name", "may_see", "may_state"),
    [
        ("firm", True, True),
        ("agent", True, False),
        ("bank", True, True),
        ("guarantor", True, True),
        ("agency", True, True),
        ("officer", False, False),
        ("head", False, False),
        ("payer", False, False),
        ("paymaster", False, False),
        ("supervision", False, False),
        ("expert", False, False),
        ("auditor", False, False),
        ("admin", False, False),
    ],
)
def test_only_the_payee_itself_states_its_account(
    signed_in: Enter, name: str, may_see: bool, may_state: bool
) -> None:
    client = signed_in(name)
    assert (client.get(PAGE).status_code == 200) is may_see
    form = {"holder": name_of(codes(client)) if may_see else "x", "bank": BANK, "number": NUMBER}
    assert client.post(STATE, form).status_code == (302 if may_state else 403)
    assert PayeeAccount.objects.count() == may_state


def test_who_is_not_logged_in_states_nothing(visitor: Client) -> None:
    for answer in (visitor.get(PAGE), visitor.post(STATE, {"number": NUMBER})):
        assert answer.headers["Location"].startswith("/account/login/")
    assert not PayeeAccount.objects.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"number": "1234567"}, "账号应为8至32位数字"),
        ({"number": "9" * 33}, "账号应为8至32位数字"),
        ({"number": "6222O20000001234"}, "账号应为8至32位数字"),
        ({"number": "²²²²²²²²²"}, "账号应为8至32位数字"),
        ({"bank": "  "}, "请填写开户银行和网点"),
        ({"holder": ""}, "请填写户名"),
        ({"holder": "另一家企业"}, "不同，请说明原因"),
        ({"holder": "长" * 500, "why": "x"}, "内容太长"),
    ],
)
def test_what_no_bank_could_pay_into_is_refused_with_its_reason(
    signed_in: Enter, changes: dict[str, str], said: str
) -> None:
    answer = state(signed_in("firm"), **changes)
    assert answer.status_code == 422
    assert said in visible(answer.content.decode())
    assert not PayeeAccount.objects.exists()


def test_the_reason_is_told_in_english(signed_in: Enter) -> None:
    firm = signed_in("firm")
    firm.cookies["django_language"] = "en"
    page = visible(state(firm, "12").content.decode())
    assert "an account number has 8 to 32 digits and nothing else" in page


def test_full_width_digits_and_blanks_are_taken(site: Site, signed_in: Enter) -> None:
    assert state(signed_in("firm"), "６２２２ 0200-0000　1234").status_code == 302
    account = account_of(site.firm)
    assert account is not None
    assert (account.number, account.holder, account.bank) == (NUMBER, name_of(site.firm), BANK)


def test_another_name_needs_a_reason_and_the_desk_is_told(site: Site, signed_in: Enter) -> None:
    ordered(site)
    firm = signed_in("firm")
    assert state(firm, holder="合成集团财务公司", why="资金由集团统一归集").status_code == 302
    page = visible(signed_in("payer").get("/desk/funds/orders/").content.decode())
    assert "户名不是登记名称：资金由集团统一归集" in page


def test_every_change_keeps_the_former_account_leaves_a_deed_and_is_told(
    site: Site, signed_in: Enter, settings: Any
) -> None:
    firm = signed_in("firm")
    state(firm)
    settings.HUIQI_DAY = "2013-07-22"
    state(firm, OTHER)
    same = state(firm, OTHER)
    assert same.status_code == 422
    assert "没有变更" in same.content.decode()
    kept = history_of(site.firm)
    assert [(a.number, a.stated_by, a.on_day) for a in kept] == [
        (OTHER, "firm", date(2013, 7, 22)),
        (NUMBER, "firm", TODAY),
    ]
    deeds = Deed.objects.filter(what="ledger.account.stated").order_by("pk")
    assert [(d.by, d.about, d.detail["ends_in"]) for d in deeds] == [
        ("firm", f"party:{site.firm}", "1234"),
        ("firm", f"party:{site.firm}", "5678"),
    ]
    assert not any(NUMBER in str(d.detail) or OTHER in str(d.detail) for d in Deed.objects.all())
    assert told(site.firm) == ["收款账户已登记（****1234）", "收款账户已变更（****5678）"]
    page = visible(firm.get(PAGE).content.decode())
    assert "以前的账户" in page
    assert "****1234" in page
    assert OTHER in page  # the one in force, in full, to its owner


def test_a_statement_that_fails_on_its_way_leaves_nothing(
    site: Site, signed_in: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm = signed_in("firm")
    firm.raise_request_exception = False

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the notice cannot be written")

    monkeypatch.setattr("huiqi.procedures.payee_accounts.give_notice", fail)
    assert state(firm).status_code == 500
    assert not PayeeAccount.objects.exists()
    assert not Deed.objects.filter(what="ledger.account.stated").exists()


def test_the_whole_number_stands_on_its_owners_page_and_in_the_banks_file_alone(
    site: Site, signed_in: Enter
) -> None:
    case = ordered(site)
    firm, payer, paymaster = signed_in("firm"), signed_in("payer"), signed_in("paymaster")
    state(firm, OTHER)
    state(firm)
    run = sent_run(payer, paymaster)
    pages = {
        "agent": [PAGE, "/my/", "/my/file.json", "/my/alerts/", f"/cases/{case.number}/", f"/cases/{case.number}/receipt/"],
        "firm": ["/my/", "/my/file.json", "/my/alerts/", f"/cases/{case.number}/", f"/cases/{case.number}/receipt/"],
        "payer": [run, "/desk/funds/orders/", f"/desk/funds/parties/{site.firm}/account/", "/desk/funds/", "/desk/funds/receipts/"],
        "officer": [run, f"/desk/cases/{case.number}/", f"/firms/{site.firm}/"],
        "supervision": [run, f"/desk/funds/parties/{site.firm}/account/"],
        "auditor": [run, "/audit/", f"/desk/funds/parties/{site.firm}/account/"],
    }  # fmt: skip
    for name, addresses in pages.items():
        client = signed_in(name)
        for address in addresses:
            answer = client.get(address, follow=True)
            text = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert answer.status_code in (200, 404), (name, address)
            assert NUMBER.encode() not in text, (name, address)
            assert OTHER.encode() not in text, (name, address)
    assert "****1234" in payer.get(run).content.decode()
    assert "****1234" in signed_in("agent").get(PAGE).content.decode()
    assert NUMBER in firm.get(PAGE).content.decode()
    assert OTHER not in firm.get(PAGE).content.decode()  # the former one has four digits even there
    file = payer.get(f"{run}file/").content.decode()
    name = name_of(site.firm)
    assert f",{name},{site.firm},{name},{BANK},{NUMBER},100000.00," in file
    for other in ("officer", "supervision", "auditor", "firm"):
        assert signed_in(other).get(f"{run}file/").status_code in (403, 404)


def test_money_without_an_account_waits_is_asked_for_once_and_goes_into_the_next_run(
    site: Site, signed_in: Enter
) -> None:
    case = ordered(site)
    firm, payer, paymaster = signed_in("firm"), signed_in("payer"), signed_in("paymaster")
    assert told(site.firm) == ["请填报收款账户：100,000 元待付"]
    nightly(day=TODAY, at=AT)
    assert ask_for_accounts(at=AT, on=TODAY) == 0
    assert len(told(site.firm)) == 1
    assert 'href="/my/account/">请填报收款账户' in firm.get("/my/alerts/").content.decode()
    desk = visible(payer.get("/desk/funds/orders/").content.decode())
    assert "1家收款人尚未填报收款账户：1笔、100,000.00 元等待" in desk
    assert "其中1笔等待收款账户" in visible(payer.get("/desk/funds/").content.decode())
    who = visible(payer.get("/desk/funds/orders/?show=no-account").content.decode())
    assert name_of(site.firm) in who
    assert "未填收款账户" in who
    order = PaymentOrder.objects.get()
    for which in ({"which": "all"}, {"which": "chosen", "order": str(order.pk)}):
        again = payer.post("/desk/funds/orders/prepare/", which, follow=True)
        assert "请选择要编批的指令" in again.content.decode()
    with pytest.raises(Refused, match="has not stated an account yet"):
        prepare_run([order.pk], payer="市财政局", by="payer", at=AT, on=TODAY)
    waiting = visible(firm.get(PAGE).content.decode())
    assert "有1笔共 100,000 元 已下达拨付，等待收款账户" in waiting
    state(firm)
    assert "尚未填报收款账户" not in visible(payer.get("/desk/funds/orders/").content.decode())
    run = sent_run(payer, paymaster)
    assert NUMBER in payer.get(f"{run}file/").content.decode()
    assert PaymentRun.objects.get().orders_count == 1
    assert Case.objects.get(pk=case.pk).state == "ordered"


def test_who_has_an_account_is_not_kept_waiting_by_who_has_none(site: Site, signed_in: Enter) -> None:
    ordered(site)
    one = PaymentOrder.objects.get()
    PaymentOrder.objects.create(
        number="P-other-1", grant=one.grant, instalment=9, amount=one.amount, payee=site.bank,
        payee_name="合成银行", state="ordered", four_eyes=False, approved_by="", ordered_by="x", at=AT, on_day=TODAY,
    )  # fmt: skip
    have_accounts([site.bank])
    payer = signed_in("payer")
    run = sent_run(payer, signed_in("paymaster"))
    file = payer.get(f"{run}file/").content.decode()
    assert number_of(site.bank) in file
    assert one.number not in file
    one.refresh_from_db()
    assert one.state == "ordered"


def test_the_claim_says_so_while_no_account_is_on_file(site: Site, signed_in: Enter) -> None:
    case = ordered(site)
    firm = signed_in("firm")
    for address in (f"/cases/{case.number}/", f"/cases/{case.number}/receipt/"):
        page = firm.get(address).content.decode()
        assert "尚未填报收款账户" in page
        assert f'href="{PAGE}"' in page
    state(firm)
    for address in (f"/cases/{case.number}/", f"/cases/{case.number}/receipt/"):
        assert "尚未填报收款账户" not in firm.get(address).content.decode()


def test_what_is_with_the_bank_keeps_its_account_and_what_is_prepared_takes_the_one_in_force_at_release(
    site: Site, signed_in: Enter
) -> None:
    ordered(site)
    firm, payer = signed_in("firm"), signed_in("payer")
    state(firm)
    address = payer.post("/desk/funds/orders/prepare/", {"which": "all"}).headers["Location"]
    assert payer.get(f"{address}file/").status_code == 404
    state(firm, OTHER)
    page = visible(signed_in("paymaster").get(address).content.decode())
    assert "放行前请核对1个收款账户" in page
    assert "2013-07-20 刚变更（7天内）" in page
    signed_in("paymaster").post(f"{address}release/")
    state(firm, "6222020000009999")
    file = payer.get(f"{address}file/").content.decode()
    assert OTHER in file
    assert NUMBER not in file
    assert "6222020000009999" not in file
    assert "****5678" in payer.get(address).content.decode()


def test_a_returned_payment_shows_its_reason_and_the_next_order_goes_to_the_new_account(
    site: Site, signed_in: Enter
) -> None:
    case = ordered(site)
    firm, payer, paymaster = signed_in("firm"), signed_in("payer"), signed_in("paymaster")
    state(firm)
    first = sent_run(payer, paymaster)
    bank_returns(PaymentOrder.objects.get(), "账号户名不符")
    assert told(site.firm)[-1] == "付款被银行退回：账号户名不符"
    page = firm.get(f"/cases/{case.number}/").content.decode()
    assert "账号户名不符" in page
    assert f'href="{PAGE}"' in page
    assert "账号户名不符" in firm.get(PAGE).content.decode()
    case.refresh_from_db()
    case = step(case, "order_payment", PAYER, on=TODAY)
    desk = visible(payer.get("/desk/funds/orders/").content.decode())
    assert "银行曾从该账户退票" in desk
    state(firm, OTHER)
    assert "银行曾从该账户退票" not in visible(payer.get("/desk/funds/orders/").content.decode())
    second = sent_run(payer, paymaster)
    assert NUMBER in payer.get(f"{first}file/").content.decode()
    file = payer.get(f"{second}file/").content.decode()
    assert OTHER in file
    assert NUMBER not in file
    assert "账号户名不符</span>（" not in firm.get(f"/cases/{case.number}/").content.decode()  # ordered anew


def test_one_number_of_two_firms_is_shown_to_the_fund_desk(site: Site, signed_in: Enter) -> None:
    ordered(site)
    state(signed_in("agency"))
    state(signed_in("firm"))
    payer = signed_in("payer")
    said = f"同一账号另有1家主体填报：{name_of(site.agency)}"
    assert said in visible(payer.get("/desk/funds/orders/").content.decode())
    run = payer.post("/desk/funds/orders/prepare/", {"which": "all"}).headers["Location"]
    assert said in visible(payer.get(run).content.decode())
    assert said in visible(payer.get(f"/desk/funds/parties/{site.firm}/account/").content.decode())
    assert "同一账号" not in visible(
        signed_in("firm").get(PAGE).content.decode()
    )  # the firm is not told whose


def test_a_first_account_and_an_old_change_are_no_warning(
    site: Site, signed_in: Enter, settings: Any
) -> None:
    ordered(site)
    firm, payer = signed_in("firm"), signed_in("payer")
    state(firm)
    assert "请核对" not in visible(payer.get("/desk/funds/orders/").content.decode())
    state(firm, OTHER)
    for day, is_warned in ((TODAY + timedelta(days=7), True), (TODAY + timedelta(days=8), False)):
        settings.HUIQI_DAY = day.isoformat()
        assert ("刚变更" in visible(payer.get("/desk/funds/orders/").content.decode())) is is_warned


def table(*rows: str) -> bytes:
    return "\n".join(["收款人代码,户名,开户银行,账号,说明", *rows]).encode("gb18030")


def test_a_delivery_brings_accounts_of_those_who_have_none_and_replaces_nobodys(
    site: Site, signed_in: Enter
) -> None:
    state(signed_in("firm"))
    content = table(
        f"{site.firm},别人,合成银行,11112222,说明",
        f"{site.bank},{name_of(site.bank)},合成银行总行,３３３３４４４４,",
    )
    assert bring_in(content, source="原国库支付系统", by="treasurer", at=AT, on=TODAY) == (1, 1)
    assert bring_in(content, source="原国库支付系统", by="treasurer", at=AT, on=TODAY) == (0, 2)
    kept = {a.party: (a.number, a.source) for a in PayeeAccount.objects.all()}
    assert kept == {site.firm: (NUMBER, ""), site.bank: ("33334444", "原国库支付系统")}
    assert told(site.bank) == ["收款账户已登记（****4444）"]
    assert "原国库支付系统" in signed_in("bank").get(PAGE).content.decode()
    deeds = Deed.objects.filter(what="ledger.accounts.brought")
    assert [d.detail for d in deeds] == [{"accounts": 1, "source": "原国库支付系统"}]


def test_a_delivery_with_mistakes_is_not_taken_at_all(site: Site) -> None:
    content = table(
        f"{site.firm},{name_of(site.firm)},合成银行,11112222,",
        f"{site.firm},{name_of(site.firm)},合成银行,11112222,",
        f"{site.bank},别人,合成银行,1,",
        ",别人,合成银行,11112222,说明",
    )
    with pytest.raises(TableRefused) as refused:
        bring_in(content, source="x", by="treasurer", at=AT, on=TODAY)
    assert [(p.row, p.words.zh[:6]) for p in refused.value.problems] == [
        (3, f"{site.firm} 重复"[:6]),
        (4, "户名与登记名"),
        (4, "账号应为8至"),
        (5, "没有收款人代"),
    ]
    with pytest.raises(TableRefused, match="columns missing: bank, number"):
        bring_in("收款人代码,户名\n1,2\n".encode(), source="x", by="treasurer", at=AT, on=TODAY)
    assert not PayeeAccount.objects.exists()


def test_a_run_prepared_before_is_not_released_while_a_payee_has_no_account(site: Site) -> None:
    """A run of an earlier edition of the program may hold such an order."""
    ordered(site)
    order = PaymentOrder.objects.get()
    run = PaymentRun.objects.create(
        number="R-20130701-001", payer="市财政局", state="prepared", orders_count=1, total=order.amount,
        prepared_by="payer", prepared_at=AT, on_day=TODAY,
    )  # fmt: skip
    PaymentOrder.objects.filter(pk=order.pk).update(state="in_run", run=run)
    with pytest.raises(Refused, match="has not stated an account yet"):
        release_run(run, by="paymaster", at=AT)
