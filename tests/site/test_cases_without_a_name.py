"""Complaints and calls without an account: opened, tracked by number and word, answered; guesses are counted."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from huiqi.audit.models import Deed
from huiqi.cases.types import Role
from huiqi.casework.models import Case
from huiqi.procedures.take_step import Acting
from tests.site.cases import COMPLAINT, begun, form_in, hidden, row, saved, sent, step, text
from tests.site.conftest import Site
from tests.site.test_english import chinese_in
from tests.site.test_weight import MOST_BYTES, MOST_QUERIES, unlabelled
from tests.site.walk import got

SignIn = Callable[[str], Client]
TICKET = "/services/guangdong-2012-52/hotline-hotline-ticket/"
PRICES = "市物价局"
pytestmark = pytest.mark.django_db


def word_on(page: str) -> str:
    words = re.findall(r'class="word">([^<]*)<', page)
    assert len(words) == 2
    return str(words[1])


def complained(visitor: Client) -> tuple[str, str]:
    """A complaint that was sent: its address and its word."""
    case = begun(visitor, COMPLAINT, name="none")
    word = word_on(text(visitor, f"{case}word/"))
    page = text(visitor, f"{case}form/")
    kind = re.search(r'name="a-complaint_kind" value="([^"]+)"|<option value="([^"]+)"', page)
    assert kind is not None
    told = {
        "a-complained_of": "某收费单位",
        "a-what_happened": "停征后仍收费",
        "a-complaint_kind": kind[1] or kind[2],
    }
    saved(visitor, case, told)
    sent(visitor, case)
    return case, word


def tracked(client: Client, case: str, word: str) -> int:
    number = case.strip("/").split("/")[1]
    return client.post("/track/", {"number": number, "word": word}).status_code


def test_an_anonymous_complaint_is_opened_tracked_and_answered(site: Site, visitor: Client) -> None:
    case, word = complained(visitor)
    kept = row(case)
    assert (kept.anonymous, kept.party, kept.opened_by, kept.state) == (True, "", "", "filed")
    assert word not in str(Case.objects.filter(pk=kept.pk).values())
    assert "匿名" in text(visitor, f"{case}receipt/")
    later = Client()  # another day, another machine
    assert later.get(case).headers["Location"].startswith("/track/?number=")
    assert tracked(later, case, word) == 302
    page = later.get(case)
    assert "停征后仍收费" in page.content.decode()
    assert page.headers["Cache-Control"] == "private, no-store"
    later.post("/track/leave/")
    assert later.get(case).status_code == 302
    assert tracked(later, case, word) == 302
    desk = Acting("prices", Role.OFFICER, authority=PRICES)
    step(case, "ask_more", desk, mends={"what_happened": "请写明收费日期"})
    assert "请写明收费日期" in text(later, f"{case}form/")
    saved(later, case, {"a-what_happened": "2013年5月停征后仍收费"})
    sent(later, case)
    assert row(case).state == "filed"


def test_the_word_is_shown_once(site: Site, visitor: Client) -> None:
    case = begun(visitor, COMPLAINT)
    assert word_on(text(visitor, f"{case}word/"))
    assert visitor.get(f"{case}word/").headers["Location"] == case


def test_a_wrong_word_opens_nothing_and_guesses_are_counted(site: Site, visitor: Client) -> None:
    case, word = complained(visitor)
    stranger = Client()
    assert [tracked(stranger, case, f"guess {n}") for n in range(5)] == [422] * 5
    assert tracked(stranger, case, word) == 429
    assert stranger.get(case).status_code == 302
    assert tracked(stranger, "/cases/20990101000001/", "anything") == 422  # as if it were there


def test_nothing_leads_from_an_account_to_a_complaint_without_a_name(site: Site, signed_in: SignIn) -> None:
    firm = signed_in("firm")
    assert "任何人看不到您是谁" in text(firm, COMPLAINT)
    case = begun(firm, COMPLAINT, name="none")
    assert row(case).party == ""
    number = row(case).number
    assert not Deed.objects.filter(about=f"case:{number}", by="firm").exists()
    assert number not in text(firm, "/my/cases/")
    assert signed_in("agent").get(case).status_code == 404


def test_what_needs_a_name_is_not_opened_without_one(site: Site, visitor: Client) -> None:
    lease = "/services/qingdao-2012-46/lease-subsidy-claim/"
    assert "登录后办理" in text(visitor, lease)
    answer = visitor.post(lease)
    assert answer.status_code == 422
    assert not Case.objects.exists()


def test_one_address_does_not_open_cases_without_a_name_without_end(
    site: Site, visitor: Client, signed_in: SignIn
) -> None:
    opened = [visitor.post(COMPLAINT).status_code for _ in range(21)]
    assert opened == [302] * 20 + [429]
    assert "请一小时后再试" in visitor.post(COMPLAINT).content.decode()
    assert Case.objects.count() == 20
    assert signed_in("firm").post(COMPLAINT).status_code == 302  # with a name nothing is in the way


def test_a_call_goes_straight_to_the_office_with_what_is_asked(site: Site, visitor: Client) -> None:
    page = text(visitor, TICKET)
    kind = re.search(r'name="a-ticket_kind" value="([^"]+)"', page)
    assert kind is not None
    answer = visitor.post(TICKET, {"a-ticket_kind": kind[1]})
    assert answer.status_code == 422
    assert "请填写诉求内容" in answer.content.decode()
    assert not Case.objects.exists()
    case = begun(visitor, TICKET, **{"a-ticket_kind": kind[1], "a-question": "贴息怎样申报？"})
    assert "查看回执" in text(visitor, f"{case}word/")
    assert row(case).turn == "office"
    assert "贴息怎样申报？" in text(visitor, case)
    assert visitor.get(f"{case}form/").headers["Location"] == case


def test_who_shows_the_word_of_one_case_sees_no_other(site: Site, visitor: Client) -> None:
    case, word = complained(visitor)
    other, _ = complained(Client())
    assert tracked(visitor, case, word) == 302
    for page in ("", "form/", "check/", "receipt/"):
        assert visitor.get(f"{other}{page}").status_code == 302
    form = {"edition": "x", **dict.fromkeys(form_in('name="edition" value="x"'), "y")}
    assert visitor.post(f"{other}form/", form).headers["Location"].startswith("/track/")


def test_tracking_leads_back_to_the_page_that_was_wanted_and_nowhere_else(
    site: Site, visitor: Client
) -> None:
    case, word = complained(visitor)
    number = row(case).number
    asked = Client()
    page = text(asked, asked.get(f"{case}receipt/").headers["Location"]).partition("<main")[2]
    form = {"number": number, "word": word}
    assert (
        asked.post("/track/", {**form, "next": hidden(page, "next")}).headers["Location"] == f"{case}receipt/"
    )
    elsewhere = {**form, "next": f"https://elsewhere.example/cases/{number}/"}
    assert asked.post("/track/", elsewhere).headers["Location"] == case


def test_pages_of_a_case_without_a_name_in_english_are_light_and_english(site: Site, english: Client) -> None:
    case = begun(english, COMPLAINT)
    pages = [
        got(english, "visitor", f"{case}{page}", kind="case") for page in ("word/", "form/", "check/", "")
    ]
    pages += [got(english, "visitor", path, kind=path) for path in (COMPLAINT, TICKET, "/track/")]
    assert [page.status for page in pages] == [200] * len(pages)
    assert [words for page in pages for words in chinese_in(page.tree)] == []
    assert [f.get("name") for page in pages for f in unlabelled(page.tree)] == []
    assert all(page.queries <= MOST_QUERIES and page.wire_bytes < MOST_BYTES for page in pages)
