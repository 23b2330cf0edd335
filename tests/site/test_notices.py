"""Firms are told what came to fit: once, by the ways they chose; and can ask later why they were or were not."""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pyarrow as pa
import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiqi.access.models import Membership
from huiqi.holdings import current
from huiqi.matching.run import match_register
from huiqi.matching.stored import StoredRun, open_run
from huiqi.notices import webhook
from huiqi.notices.actions import MOST_TRIES, News, add_channel, give_notice
from huiqi.notices.models import Channel, Delivery, Notice, SavedSearch
from huiqi.notices.types import Kind, Way
from huiqi.procedures.alerts import deliver_due, send_alerts
from huiqi.registry.publish import write_snapshot
from huiqi.search.current import keys_found
from tests.site.conftest import DAY, NOW, Site
from tests.site.test_enterprise_file import chinese_left, page_of, visible

Enter = Callable[[str], Client]
LATER = date(2013, 7, 31)
MEASURE = "qingdao-2012-46/business-tax-threshold"


@pytest.fixture(autouse=True)
def own_data(site: Site, tmp_path: Path, settings: object) -> Path:
    """A data folder of the test's own, with the register and the run of the site."""
    for name in ("register", "runs"):
        (tmp_path / name).mkdir()
        for entry in (site.data / name).iterdir():
            (tmp_path / name / entry.name).symlink_to(entry)
    settings.HUIQI_DATA = tmp_path  # type: ignore[attr-defined]
    return tmp_path


@pytest.fixture
def first(own_data: Path) -> StoredRun:
    return open_run(own_data / "runs" / DAY.isoformat())


@pytest.fixture
def second(site: Site, own_data: Path, settings: object) -> StoredRun:
    """A month later the register knows of a lower turnover, and a second run counts."""
    row = dict(site.snapshot.find(site.firm) or {}) | {"monthly_turnover": Decimal("15000.00")}
    batch = pa.RecordBatch.from_pylist([row], schema=site.snapshot.schema)
    for path in (own_data / "register" / "CURRENT", own_data / "runs" / "CURRENT"):
        path.unlink()
    columns = site.snapshot.columns
    write_snapshot(
        own_data / "register", [batch], columns=columns, source="合成数据 July", as_of=LATER, synthetic=True
    )
    library = current.library()
    snapshot = current.register()
    assert snapshot is not None
    match_register(
        snapshot,
        list(library.measures()),
        rulebooks=library.rulebooks(),
        versions={slug: pack.version for slug, pack in library.packs.items()},
        as_of=LATER,
        folder=own_data / "runs" / LATER.isoformat(),
    )
    (own_data / "runs" / "CURRENT").write_text(LATER.isoformat(), "utf-8")
    settings.HUIQI_DAY = LATER.isoformat()  # type: ignore[attr-defined]
    return open_run(own_data / "runs" / LATER.isoformat())


def test_a_first_run_tells_what_fits_and_a_second_time_nothing(
    site: Site, first: StoredRun, signed_in: Enter
):
    found = first.of_party(site.firm)
    assert found is not None
    fits = {r["measure"] for r in found.to_pylist() if r["verdict"] in ("eligible", "claimable")}
    assert send_alerts(first, at=NOW).notices == len(fits) > 0
    assert set(Notice.objects.filter(party=site.firm).values_list("about", flat=True)) == fits
    assert set(Notice.objects.values_list("party", flat=True)) == {site.firm}  # others have no account
    assert send_alerts(first, at=NOW).notices == 0
    assert f"{len(fits)}条未读" in visible(page_of(signed_in("firm"), "/my/alerts/"))


def test_a_later_run_tells_what_came_to_fit_alone(site: Site, first: StoredRun, second: StoredRun):
    assert send_alerts(second, at=NOW).notices == 1
    notice = Notice.objects.get()
    assert (notice.about, notice.kind, notice.day) == (MEASURE, "fits", LATER)
    assert notice.origin == f"run:{LATER.isoformat()}"


def test_read_one_or_all(site: Site, first: StoredRun, signed_in: Enter):
    send_alerts(first, at=NOW)
    firm, count = signed_in("agent"), Notice.objects.count()
    firm.post("/my/alerts/read/", {"notice": str(Notice.objects.latest("pk").pk)})
    assert f"{count - 1}条未读" in visible(page_of(firm, "/my/alerts/"))
    assert Notice.objects.latest("pk").read_by == "agent"
    firm.post("/my/alerts/read/")
    assert "条未读" not in visible(page_of(firm, "/my/alerts/"))
    assert "没有消息" in page_of(firm, "/my/alerts/?show=unread")


def test_a_push_of_a_department_is_told_once_for_each_push(site: Site):
    measure = current.library().measure(MEASURE)
    assert measure is not None
    news = [News(MEASURE, Kind.PUSH, measure.title, DAY, origin) for origin in ("push:1", "push:1", "push:2")]
    told = [give_notice(site.firm, one, by="head", at=NOW) is not None for one in news]
    assert told == [True, False, True]


# --- e-mail ---


def link_in(text: str, what: str) -> str:
    return re.findall(rf"http://[^/\s]+(/alerts/{what}/\S+/)", text)[0]


def confirmed(client: Client, address: str = "office@example.org") -> str:
    """Add an e-mail address and agree to it; the link to leave it."""
    client.post("/my/alerts/channels/", {"way": "email", "address": address})
    body = str(mail.outbox[-1].body)
    visitor = Client()
    assert "同意接收" in visitor.get(link_in(body, "confirm")).content.decode()
    visitor.post(link_in(body, "confirm"))
    return link_in(body, "leave")


def test_mail_begins_only_when_its_owner_agreed(first: StoredRun, signed_in: Enter):
    firm = signed_in("firm")
    firm.post("/my/alerts/channels/", {"way": "email", "address": "office@example.org"})
    assert "待确认" in page_of(firm, "/my/alerts/")
    Client().get(link_in(str(mail.outbox[0].body), "confirm"))  # mail programs look at links by themselves
    send_alerts(first, at=NOW)
    assert len(mail.outbox) == 1


def test_one_letter_for_all_that_is_new_and_a_link_to_leave(first: StoredRun, signed_in: Enter):
    leave = confirmed(signed_in("firm"))
    done = send_alerts(first, at=NOW)
    assert done.delivered == done.notices == Notice.objects.count()
    assert len(mail.outbox) == 2
    letter = mail.outbox[1]
    assert letter.to == ["office@example.org"]
    assert letter.subject == f"惠企：有{done.notices}条新消息"
    assert str(Notice.objects.all()[0].title_zh) in str(letter.body)
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert leave in letter.extra_headers["List-Unsubscribe"]
    assert deliver_due(at=NOW + timedelta(days=1)) == (0, 0)


def test_leaving_takes_one_click_and_no_login(site: Site, first: StoredRun, signed_in: Enter):
    leave = confirmed(signed_in("firm"))
    stranger = Client(enforce_csrf_checks=True)
    assert "停止" in stranger.get(leave).content.decode()
    assert Channel.objects.get().ended_at is None
    assert stranger.post(leave, {"List-Unsubscribe": "One-Click"}).status_code == 200
    send_alerts(first, at=NOW)
    assert len(mail.outbox) == 1
    page_of(stranger, leave[:-5] + "wrong/", 404)


def test_who_no_longer_acts_for_the_firm_is_told_nothing_more(first: StoredRun, signed_in: Enter):
    confirmed(signed_in("agent"), "agent@example.org")
    key = Membership.objects.get(user__username="agent").pk
    with time_machine.travel(NOW, tick=False):
        assert signed_in("firm").post(f"/my/agents/{key}/end/").status_code == 302
    assert send_alerts(first, at=NOW).delivered == 0
    assert len(mail.outbox) == 1  # the letter of confirmation
    assert Channel.objects.get().ended_at == NOW


def test_a_notice_says_what_it_brings(site: Site, second: StoredRun):
    send_alerts(second, at=NOW)
    notice = Notice.objects.get(about=MEASURE)
    assert "1.5万元" in notice.body_zh
    assert "15,000 yuan" in notice.body_en


def test_a_notice_says_what_the_claim_must_bring(first: StoredRun):
    send_alerts(first, at=NOW)
    notice = Notice.objects.get(about="cn-procurement-2012/consortium-price-deduction")
    assert re.search("届时需要：.+联合体", notice.body_zh)


def test_english_letters_for_who_reads_english(first: StoredRun, signed_in: Enter):
    firm = signed_in("firm")
    firm.cookies["django_language"] = "en"
    confirmed_link = firm.post("/my/alerts/channels/", {"way": "email", "address": "a@example.org"})
    assert confirmed_link.status_code == 302
    assert mail.outbox[0].subject == "huiqi: please confirm the policy alerts"
    Client().post(link_in(str(mail.outbox[0].body), "confirm"))
    send_alerts(first, at=NOW)
    letter = mail.outbox[1]
    assert letter.subject == f"huiqi: {Notice.objects.count()} new notices"
    assert "Log in for the details" in str(letter.body)
    for notice in Notice.objects.all():
        assert notice.title_en in str(letter.body)
        assert notice.title_zh not in str(letter.body)


def test_a_mail_server_that_is_down_is_tried_again(first: StoredRun, signed_in: Enter, settings: object):
    confirmed(signed_in("firm"))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # type: ignore[attr-defined]
    assert send_alerts(first, at=NOW).failed > 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    assert deliver_due(at=NOW + timedelta(minutes=4)) == (0, 0)
    assert deliver_due(at=NOW + timedelta(minutes=6))[0] == Notice.objects.count()


# --- webhook ---


@pytest.fixture
def listener() -> Iterator[HTTPServer]:
    """A server that keeps what is posted to it and answers as it is told."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.heard.append((dict(self.headers), body))  # type: ignore[attr-defined]
            self.send_response(self.server.answer)  # type: ignore[attr-defined]
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.heard, server.answer = [], 204  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_webhook_gets_what_is_new_signed(
    site: Site, first: StoredRun, listener: HTTPServer, signed_in: Enter, settings: object
):
    settings.HUIQI_WEBHOOKS_PRIVATE = True  # type: ignore[attr-defined]
    address = f"http://127.0.0.1:{listener.server_port}/hook?a=1"
    page = signed_in("firm").post("/my/alerts/channels/", {"way": "webhook", "address": address})
    secret = Channel.objects.get().secret
    assert secret in page.content.decode()
    assert secret not in page_of(signed_in("firm"), "/my/alerts/")
    done = send_alerts(first, at=NOW)
    assert done.delivered == done.notices
    [(headers, body)] = listener.heard  # type: ignore[attr-defined]
    expected = hmac.new(secret.encode(), headers["X-Huiqi-Time"].encode() + b"." + body, hashlib.sha256)
    assert headers["X-Huiqi-Signature"] == f"sha256={expected.hexdigest()}"
    said = json.loads(body)
    assert said["party"] == site.firm
    assert {n["about"] for n in said["notices"]} == set(Notice.objects.values_list("about", flat=True))


def test_a_webhook_that_does_not_answer_well_is_tried_again_then_given_up(
    site: Site, listener: HTTPServer, settings: object
):
    settings.HUIQI_WEBHOOKS_PRIVATE = True  # type: ignore[attr-defined]
    listener.answer = 302  # type: ignore[attr-defined]
    add_channel(
        site.firm, Way.WEBHOOK, f"http://127.0.0.1:{listener.server_port}/", english=False, by="firm", at=NOW
    )
    measure = current.library().measure(MEASURE)
    assert measure is not None
    give_notice(site.firm, News(MEASURE, Kind.FITS, measure.title, DAY, "run:x"), by="system", at=NOW)
    at = NOW
    for _ in range(MOST_TRIES + 2):
        deliver_due(at=at)
        at += timedelta(days=1)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.tries, delivery.problem) == ("given_up", MOST_TRIES, "answered 302")
    assert len(listener.heard) == MOST_TRIES  # type: ignore[attr-defined]  # and the redirect was not followed


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://0.0.0.0/",
        "https://2130706433/",
        "https://user:word@8.8.8.8/",
        "https://8.8.8.8:8080/",
        "https://8.8.8.8/\r\nX: y",
        "ftp://8.8.8.8/",
        "nonsense",
    ],
)
def test_no_message_into_our_own_network(signed_in: Enter, address: str):
    page = signed_in("firm").post("/my/alerts/channels/", {"way": "webhook", "address": address}, follow=True)
    assert "不能使用该地址" in page.content.decode()
    assert not Channel.objects.exists()
    with pytest.raises(webhook.Unwelcome):
        webhook.target_of(address)


def test_a_name_that_points_inside_later_is_not_called(site: Site):
    """What is stored is looked at again when it is sent."""
    assert webhook.send("https://localhost/", b"{}", secret="x", seconds=1) == (
        "the host has an address that is not public"
    )


def test_the_connection_goes_to_the_address_that_was_looked_at(listener: HTTPServer):
    target = webhook.Target("http", "no-such-host.invalid", listener.server_port, "/", "127.0.0.1")
    connection = webhook.Pinned(target)
    connection.request("POST", "/", body=b"{}", headers={})
    assert connection.getresponse().status == 204
    connection.close()
    assert listener.heard[0][0]["Host"].startswith("no-such-host.invalid")  # type: ignore[attr-defined]


# --- saved searches ---


def test_a_saved_search_tells_of_what_it_did_not_find_before(
    site: Site, first: StoredRun, signed_in: Enter, settings: object
):
    firm = signed_in("firm")
    settings.HUIQI_DAY = "2012-01-01"  # type: ignore[attr-defined]
    firm.post("/my/alerts/searches/", {"words": " 贷款   贴息 "})
    search = SavedSearch.objects.get()
    assert search.words == "贷款 贴息"
    assert set(search.known) == keys_found("贷款 贴息", on=date(2012, 1, 1))
    new = keys_found("贷款 贴息", on=DAY) - set(search.known)
    assert new
    send_alerts(first, at=NOW)
    assert set(Notice.objects.filter(kind="search").values_list("about", flat=True)) == new
    send_alerts(first, at=NOW)
    assert Notice.objects.filter(kind="search").count() == len(new)
    assert "贷款 贴息" in page_of(firm, "/my/alerts/")


@pytest.mark.parametrize(
    "words", ["贴息", "贷款 贴息", "首贷", "interest subsidy", "青政发〔2012〕46号", "没有这样的词"]
)
def test_a_saved_search_finds_what_the_search_page_finds(site: Site, signed_in: Enter, words: str):
    firm = signed_in("firm")
    saved = firm.post("/my/alerts/searches/", {"words": words}, follow=True).content.decode()
    page = firm.get("/measures/", {"q": words}).content.decode()
    found = (
        0 if "意思相近" in page else sum(int(n) for n in re.findall(r"(?:政策措施|政策文件) (\d+)</a>", page))
    )
    assert f"现有{found}项" in saved


def test_an_ended_search_tells_nothing(first: StoredRun, signed_in: Enter, settings: object):
    settings.HUIQI_DAY = "2012-01-01"  # type: ignore[attr-defined]
    firm = signed_in("firm")
    firm.post("/my/alerts/searches/", {"words": "贴息"})
    key = SavedSearch.objects.get().pk
    firm.post(f"/my/alerts/searches/{key}/end/")
    send_alerts(first, at=NOW)
    assert not Notice.objects.filter(kind="search").exists()
    assert firm.post(f"/my/alerts/searches/{key}/end/").status_code == 404


# --- why was I (not) told on that day ---


def test_why_it_was_not_told_then_and_what_differs_today(
    first: StoredRun, second: StoredRun, signed_in: Enter
):
    send_alerts(second, at=datetime(2013, 7, 31, 20, tzinfo=UTC))
    firm = signed_in("firm")
    then = visible(page_of(firm, f"/my/told/?on=2013-07-15&measure={MEASURE}"))
    assert "没有通知，因为当时的结果是“不符合”" in then
    assert "月营业额为46,358.89元，须低于2万元" in then  # the conditions on the data of that day
    assert "月营业额：46,358.89元 → 1.5万元" in then
    assert re.search("今天的结果： *(符合|待申报)", then)
    now = visible(page_of(firm, f"/my/told/?on=2013-07-31&measure={MEASURE}"))
    assert "2013年7月31日已通知" in now
    assert "今天结果相同" in now


def test_all_answers_of_a_day(site: Site, first: StoredRun, signed_in: Enter):
    firm = signed_in("firm")
    page = visible(page_of(firm, "/my/told/?on=2013-06-30"))
    assert "当时已符合，但没有发出通知" in page
    assert site.snapshot.folder.name in page
    assert "与今天相同" in page
    early = visible(page_of(firm, "/my/told/?on=2013-06-29"))
    assert "没有留存的匹配" in early


def test_a_run_whose_register_is_gone_still_answers(
    own_data: Path, second: StoredRun, site: Site, signed_in: Enter
):
    (own_data / "register" / site.snapshot.folder.name).unlink()
    page = visible(page_of(signed_in("firm"), f"/my/told/?on=2013-06-30&measure={MEASURE}"))
    assert "因为当时的结果是“不符合”" in page
    assert "已不再留存" in page


@pytest.mark.parametrize("path", ["/my/alerts/", "/my/told/", "/my/corrections/", "/my/agents/"])
def test_few_queries_however_much_was_told(first: StoredRun, signed_in: Enter, settings: object, path: str):
    firm = signed_in("firm")
    settings.HUIQI_DAY = "2012-01-01"  # type: ignore[attr-defined]
    firm.post("/my/alerts/searches/", {"words": "贷款"})
    settings.HUIQI_DAY = DAY.isoformat()  # type: ignore[attr-defined]
    send_alerts(first, at=NOW)
    with CaptureQueriesContext(connection) as queries:
        page_of(firm, path)
    assert len(queries) <= 20


@pytest.mark.parametrize(
    "path",
    [
        "/my/alerts/",
        "/my/told/",
        f"/my/told/?measure={MEASURE}",
        "/my/corrections/",
        "/my/consents/",
        "/my/agents/",
        "/my/viewings/",
        "/my/facts/employees/",
        "/my/facts/taxable_income/",
        f"/my/matches/{MEASURE}/",
    ],
)
def test_in_english(first: StoredRun, signed_in: Enter, path: str):
    send_alerts(first, at=NOW)
    firm = signed_in("firm")
    firm.cookies["django_language"] = "en"
    assert chinese_left(page_of(firm, path)) == ""
