"""A thousand firms are granted a reward without claiming: from the match run to the bank's receipt, on the pages of the desks."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client

from huiqi.access.actions import grant_role
from huiqi.access.permissions import Role as Seat
from huiqi.audit.models import Deed
from huiqi.audit.queries import broken_seals
from huiqi.casework.models import Case
from huiqi.grants.models import GrantList, ListedFirm
from huiqi.ledger.models import Balance, PaymentOrder
from huiqi.notices.models import Notice
from huiqi.procedures.cast import bring_in_the_cast
from huiqi.procedures.grants_after_run import after_run, go_on_with_lists
from huiqi.procedures.payment_runs import post_receipts
from tests.site.conftest import DAY, NOW, PASSWORD
from tests.site.granting import LATER, Rewards, bank_says_paid, budget, match_rewards, send_to_bank
from tests.site.granting import rewards as rewards
from tests.site.granting import rewards_once as rewards_once
from tests.site.trial_rewards import FUND, RELIEF, REWARD, SMALL

SignIn = Callable[[str], Client]


@pytest.fixture
def enter(rewards: Rewards) -> SignIn:
    """Log in as one of the cast; the firm is the first one entitled."""
    codes = [
        code for batch in rewards.snapshot.batches(columns=["code"]) for code in batch["code"].to_pylist()
    ]
    found = rewards.run.rows().to_pylist()
    entitled = [row["party"] for row in found if (row["measure"], row["verdict"]) == (SMALL, "eligible")]
    bring_in_the_cast(
        firm=entitled[-1],
        bank=codes[-1],
        agency=codes[-2],
        guarantor=codes[-3],
        password=PASSWORD,
        from_day=DAY,
        at=NOW,
    )

    def signed_in(name: str) -> Client:
        client = Client()
        assert client.login(username=name, password=PASSWORD)
        return client

    return signed_in


def drawn_by(client: Client, case_type: str = REWARD, measure: str = SMALL, **wanted: str) -> int:
    answer = client.post("/desk/grants/draw-up/", {"case_type": case_type, "measure": measure, **wanted})
    assert answer.status_code == 302, answer.status_code
    return int(re.findall(r"/desk/grants/(\d+)/", answer.headers["Location"])[0])


def page_of(client: Client, key: int, query: str = "") -> str:
    return client.get(f"/desk/grants/{key}/{query}").content.decode()


def member(name: str, seat: Seat, *, authority: str, region: str = "3702") -> Client:
    user = User.objects.create_user(name, password=PASSWORD)
    grant_role(user, seat, authority=authority, region=region, from_day=DAY, by="system", at=NOW)
    client = Client()
    assert client.login(username=name, password=PASSWORD)
    return client


def on_day(settings: object, day: object) -> None:
    settings.HUIQI_DAY = str(day)  # type: ignore[attr-defined]


def test_a_thousand_firms_are_paid_without_a_claim(rewards: Rewards, enter: SignIn, settings: object):
    budget(10_000_000)
    officer, head, payer = enter("officer"), enter("head"), enter("payer")
    assert "试验奖励small-reward" in officer.get("/desk/grants/").content.decode()
    key = drawn_by(officer)
    made = GrantList.objects.get(pk=key)
    assert made.firms > 1_000
    out = ListedFirm.objects.filter(list=made).order_by("place")[:1].get()
    officer.post(f"/desk/grants/{key}/out/{out.pk}/", {"reason": "正在核查"})
    assert "正在核查" in page_of(officer, key)
    officer.post(f"/desk/grants/{key}/prepare/")
    page = page_of(head, key)
    assert f"为{made.firms - 1:,}家企业各立一件" in page
    assert "可用资金" in page
    head.post(f"/desk/grants/{key}/confirm/", {"no_conflict": "1"})
    assert Case.objects.filter(lane="automatic", state="reviewed").count() == made.firms - 1
    assert Notice.objects.filter(kind="case").count() == made.firms - 1
    assert not Case.objects.filter(party=out.party).exists()
    firm = enter("firm")
    mine = Case.objects.get(party=User.objects.get(username="firm").memberships.get().party)  # type: ignore[attr-defined]
    assert mine.number in firm.get("/my/cases/").content.decode()
    told = Notice.objects.get(about=f"case:{mine.number}").body_zh
    assert "不用申报。金额2,000.00元。如不享受，请在2013年7月5日前" in told
    firm.post(f"/cases/{mine.number}/steps/withdraw/", {"version": mine.version})
    on_day(settings, LATER)
    go_on_with_lists(at=NOW, on=LATER)
    assert Case.objects.filter(state="approved").count() == made.firms - 2
    mine.refresh_from_db()
    assert (mine.state, mine.amount_granted) == ("withdrawn", None)
    assert "下达拨付" not in page_of(officer, key)
    assert "下达拨付" in page_of(payer, key)
    payer.post(f"/desk/grants/{key}/steps/order_payment/", {"no_conflict": "1"})
    assert PaymentOrder.objects.count() == made.firms - 2
    bank_says_paid(send_to_bank())
    posted = post_receipts(at=NOW, on=LATER)
    assert (posted.paid, posted.stuck) == (made.firms - 2, ())
    assert sum(Balance.objects.filter(account="paid").values_list("amount", flat=True)) == 2000 * (
        made.firms - 2
    )
    page = page_of(head, key)
    assert f"{(made.firms - 2) * 2000:,}" in page
    assert "100% → 0.2%" in page or "100% → 0.1%" in page
    assert list(broken_seals()) == []


def test_nobody_confirms_what_he_drew_up(rewards: Rewards, enter: SignIn):
    budget(10_000_000)
    head = enter("head")
    key = drawn_by(head)
    head.post(f"/desk/grants/{key}/prepare/")
    page = head.post(f"/desk/grants/{key}/confirm/", {"no_conflict": "1"}, follow=True).content.decode()
    assert "须由另一位负责人确认" in page
    assert not Case.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        GrantList.objects.filter(pk=key).update(confirmed_by="head")
    with pytest.raises(IntegrityError), transaction.atomic():
        GrantList.objects.filter(pk=key).update(state="opened")


def test_who_confirms_declares_to_have_no_interest_and_money_must_last(rewards: Rewards, enter: SignIn):
    key = drawn_by(enter("officer"))
    enter("officer").post(f"/desk/grants/{key}/prepare/")
    head = enter("head")
    page = head.post(f"/desk/grants/{key}/confirm/", {}, follow=True).content.decode()
    assert "请确认没有利害关系" in page
    assert "可用资金只有 0.00 元" in page
    assert "可用资金不足，不能确认" in page
    assert GrantList.objects.get(pk=key).state == "prepared"


def test_a_head_sends_a_list_back(rewards: Rewards, enter: SignIn):
    key = drawn_by(enter("officer"))
    enter("officer").post(f"/desk/grants/{key}/prepare/")
    head = enter("head")
    head.post(f"/desk/grants/{key}/return/", {"reason": "口径要再核"})
    assert "口径要再核" in page_of(enter("officer"), key)
    enter("officer").post(f"/desk/grants/{key}/drop/")
    assert enter("officer").get(f"/desk/grants/{key}/").status_code == 404


@pytest.mark.parametrize(
    "name", ["firm", "agent", "bank", "agency", "auditor", "admin", "expert", "supervision"]
)
def test_lists_are_for_desks_alone(rewards: Rewards, enter: SignIn, name: str):
    key = drawn_by(enter("officer"))
    other = enter(name)
    for path in ("", f"{key}/", f"{key}/export/", f"{key}/doubts/"):
        assert other.get(f"/desk/grants/{path}").status_code == 403
    for path in ("draw-up/", f"{key}/prepare/", f"{key}/confirm/", f"{key}/steps/approve/"):
        assert other.post(f"/desk/grants/{path}").status_code == 403


def test_desks_of_others_see_no_list_and_officers_do_not_confirm(rewards: Rewards, enter: SignIn):
    officer = enter("officer")
    key = drawn_by(officer)
    officer.post(f"/desk/grants/{key}/prepare/")
    assert officer.post(f"/desk/grants/{key}/confirm/", {"no_conflict": "1"}).status_code == 403
    stranger = member("stranger", Seat.HEAD, authority="市科技局")
    elsewhere = member("elsewhere", Seat.HEAD, authority="市经济和信息化委", region="3701")
    district = member("district", Seat.HEAD, authority="市经济和信息化委", region="370202")
    for other in (stranger, elsewhere, district):
        assert other.get(f"/desk/grants/{key}/").status_code == 404
        assert other.post(f"/desk/grants/{key}/confirm/", {"no_conflict": "1"}).status_code == 404
    treasurer = enter("paymaster")  # pays, and does not decide
    assert treasurer.get(f"/desk/grants/{key}/").status_code == 200
    assert treasurer.post(f"/desk/grants/{key}/confirm/", {"no_conflict": "1"}).status_code == 403
    assert treasurer.post(f"/desk/grants/{key}/prepare/").status_code == 403
    assert not Case.objects.exists()


def test_the_file_is_masked_and_every_look_is_recorded(rewards: Rewards, enter: SignIn):
    officer = enter("officer")
    key = drawn_by(officer, district="370202")
    page_of(officer, key, "?page=2")
    answer = officer.get(f"/desk/grants/{key}/export/")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(text)))
    made = GrantList.objects.get(pk=key)
    assert len(rows) == made.firms + 1
    assert {row[1][4:14] for row in rows[1:]} == {"*" * 10}
    assert not [p for p in made.listed.values_list("party", flat=True) if p in text]
    deeds = Deed.objects.filter(about=f"grants:{key}", what__startswith="grants.list").order_by("pk")
    assert [deed.what for deed in deeds] == [
        "grants.list.drawn_up", "grants.list.viewed", "grants.list.exported"
    ]  # fmt: skip


def test_lists_are_there_after_a_run_and_are_drawn_up_once(rewards: Rewards, enter: SignIn):
    assert after_run(rewards.run, at=NOW, on=DAY).lists == 3  # reward, published reward, relief
    assert after_run(rewards.run, at=NOW, on=DAY).lists == 0
    match_rewards(rewards.data, "2013-06-30-again")
    assert after_run(rewards.run, at=NOW, on=DAY).lists == 0  # the same firms: the drafts stay
    made = GrantList.objects.get(case_type=RELIEF)
    assert made.drawn_up_by == "system"
    ListedFirm.objects.filter(list__case_type=REWARD, place=1).update(amount=1)  # as if the run had said so
    assert after_run(rewards.run, at=NOW, on=DAY).lists == 1
    assert GrantList.objects.filter(case_type=REWARD).exclude(state="dropped").count() == 1
    page = enter("officer").get("/desk/grants/").content.decode()
    assert "比对后自动" in page
    enter("officer").post(f"/desk/grants/{made.pk}/prepare/")
    enter("head").post(f"/desk/grants/{made.pk}/confirm/", {"no_conflict": "1"})
    assert Case.objects.filter(measure=made.measure, state="accepted").count() == made.firms
    go_on_with_lists(at=NOW, on=LATER)
    assert Case.objects.filter(measure=made.measure, state="granted").count() == made.firms
    assert not Balance.objects.filter(fund=FUND).exists()


def test_an_english_reader_finds_the_same(rewards: Rewards, enter: SignIn):
    officer = enter("officer")
    key = drawn_by(officer)
    officer.cookies["django_language"] = "en"
    assert "Granted without a claim" in officer.get("/desk/grants/").content.decode()
    page = page_of(officer, key)
    assert "Submit to a head" in page
    assert "Leave out" in page


def test_a_list_of_thousands_is_a_light_page(
    rewards: Rewards, enter: SignIn, django_assert_max_num_queries: Callable[..., Any]
):
    budget(10_000_000)
    officer, head = enter("officer"), enter("head")
    key = drawn_by(officer)
    officer.post(f"/desk/grants/{key}/prepare/")
    with django_assert_max_num_queries(30):
        draft = head.get(f"/desk/grants/{key}/")
    head.post(f"/desk/grants/{key}/confirm/", {"no_conflict": "1"})
    with django_assert_max_num_queries(30):
        opened = head.get(f"/desk/grants/{key}/?which=opened&district=370202")
    assert max(len(draft.content), len(opened.content)) < 100_000
    with django_assert_max_num_queries(30):
        officer.get("/desk/grants/")
