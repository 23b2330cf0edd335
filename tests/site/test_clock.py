"""What happens by itself: nights, deliveries, and what follows from a new rule or a new text."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django_tasks_db.models import DBTaskResult

from huiqi.base.bilingual import Bilingual
from huiqi.holdings.current import library, measure_on, run
from huiqi.matching.stored import open_run
from huiqi.notices.actions import News, add_channel, confirm_channel, give_notice
from huiqi.notices.models import Notice
from huiqi.notices.types import Kind, Way
from huiqi.procedures.nightly import tidy
from huiqi.procedures.told import was_told
from huiqi.revisions.in_force import forget
from huiqi.search.current import mark_now
from huiqi.search.queries import current_mark
from huiqi.web.department.work import match_in_background
from huiqi.web.system import clock
from huiqi.web.system.clock import strike
from tests.site.conftest import DAY, NOW, Site
from tests.site.test_rule_desk import MEASURE, PACK, published_by, submitted

SignIn = Callable[[str], Client]
NIGHT = datetime(2013, 7, 1, 18, 30, tzinfo=UTC)  # half past two in the morning of 2 July in China
EVERY = timedelta(minutes=5)


@pytest.fixture(autouse=True)
def own_data(site: Site, tmp_path: Path, settings: Any) -> Iterator[Path]:
    for name in ("register", "runs"):
        (tmp_path / name).mkdir()
        for entry in (site.data / name).iterdir():
            (tmp_path / name / entry.name).symlink_to(entry)
    settings.HUIQI_DATA = tmp_path
    yield tmp_path
    forget()


@pytest.fixture
def queued(settings: Any) -> None:
    """Background work waits in the database, as on a running site."""
    settings.HUIQI_DAY = ""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def nights() -> list[str]:
    return [str(r.args_kwargs["args"][0]) for r in DBTaskResult.objects.order_by("enqueued_at")]


# --- the clock ---


def test_the_night_is_begun_once_a_day_by_however_many_clocks(queued: None):
    assert strike(at=NIGHT - timedelta(hours=1)) == ["deliver"]
    assert "nightly" in strike(at=NIGHT)
    for minutes in (0, 1, 300, 1200):
        assert "nightly" not in strike(at=NIGHT + timedelta(minutes=minutes))
    assert "nightly" in strike(at=NIGHT + timedelta(days=1))
    assert nights() == ["2013-07-02", "2013-07-03"]


def test_a_night_missed_is_made_up_for_in_the_morning(queued: None):
    assert "nightly" in strike(at=NIGHT + timedelta(hours=9))


def test_a_night_that_could_not_be_queued_is_begun_again(queued: None, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patched:
        patched.setattr(clock.nightly_in_background.__class__, "enqueue", fail)
        with pytest.raises(OSError, match="no space"):
            strike(at=NIGHT)
    assert "nightly" in strike(at=NIGHT)
    assert nights() == ["2013-07-02"]


def test_a_site_whose_day_stands_still_has_no_nights(queued: None, settings: Any):
    settings.HUIQI_DAY = DAY.isoformat()
    assert "nightly" not in strike(at=NIGHT)


def told_by_mail(site: Site) -> None:
    channel = add_channel(site.firm, Way.EMAIL, "boss@example.cn", english=False, by="firm", at=NIGHT)
    assert channel is not None
    confirm_channel(channel, by="firm", at=NIGHT)
    news = News("a/b", Kind.FITS, Bilingual("某项政策", "a measure"), DAY, "run:x")
    assert give_notice(site.firm, news, by="system", at=NIGHT) is not None


def test_what_is_due_goes_out_within_five_minutes_and_once(site: Site, queued: None):
    told_by_mail(site)
    strike(at=NIGHT)
    assert [message.to for message in mail.outbox] == [["boss@example.cn"]]
    strike(at=NIGHT + EVERY)
    assert len(mail.outbox) == 1


def test_nothing_is_sent_twice_by_two_clocks_at_once(site: Site, queued: None):
    cache.add("clock:delivering", True, 60)  # another clock is at it
    told_by_mail(site)
    assert "deliver" not in strike(at=NIGHT)
    assert mail.outbox == []
    cache.delete("clock:delivering")
    assert strike(at=NIGHT) == []  # this turn was taken
    assert strike(at=NIGHT + EVERY) == ["deliver"]


def test_the_clock_looks_once_for_a_cron(queued: None):
    out = StringIO()
    call_command("clock", "--once", stdout=out)
    assert "deliver" in out.getvalue()


def test_the_clock_ends_when_it_is_told_to(tmp_path: Path):
    words = ("from huiqi.cli.app import main; main()", "manage", "clock")
    process = subprocess.Popen(
        [sys.executable, "-c", *words],
        env={"PATH": "/usr/bin:/bin", "HUIQI_DATA": str(tmp_path / "clock"),
             "DJANGO_SETTINGS_MODULE": "huiqi.config.dev"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "the clock runs\n"
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")


def test_the_night_tidies_up(site: Site, signed_in: SignIn):
    signed_in("firm")
    Session.objects.update(expire_date=NOW)
    officer = signed_in("officer")
    tidy(at=NOW + timedelta(seconds=1))
    assert [s.pk for s in Session.objects.all()] == [officer.cookies["sessionid"].value]


# --- what follows ---


def test_a_rule_that_holds_at_once_is_matched_and_found_at_once(signed_in: SignIn, own_data: Path):
    before = run()
    call_command("build_search", stdout=StringIO())
    published_by(signed_in("head"), submitted(signed_in), DAY)
    after = run()
    assert before is not None
    assert after is not None
    assert after.folder != before.folder
    assert "+r" in after.manifest["packs"][PACK]
    assert current_mark() == mark_now()


def test_a_rule_of_a_later_day_waits_for_its_night(signed_in: SignIn, own_data: Path):
    before = run()
    published_by(signed_in("head"), submitted(signed_in))
    after = run()
    assert before is not None
    assert after is not None
    assert after.folder == before.folder


def test_a_worker_that_started_earlier_matches_by_the_new_rule(signed_in: SignIn, own_data: Path):
    published_by(signed_in("head"), submitted(signed_in))
    forget()  # as a process that has not looked since
    call_command("nightly", "--day", (DAY + timedelta(days=1)).isoformat(), stdout=StringIO())
    found = run()
    assert found is not None
    assert "+r" in found.manifest["packs"][PACK]


def test_what_a_new_register_brings_is_told_with_its_match(site: Site, own_data: Path):
    assert not Notice.objects.exists()
    (own_data / "runs" / DAY.isoformat()).unlink()  # the firms were never told
    (own_data / "runs" / "CURRENT").unlink()
    match_in_background.enqueue(0, DAY.isoformat(), "head")
    assert run() is not None
    assert Notice.objects.exists()


def test_an_imported_text_is_found_at_once(site: Site, tmp_path: Path):
    file = tmp_path / "text.txt"
    file.write_text("关于支持小微企业的通知\n\n一、对独角兽牧场给予补助。\n", "utf-8")
    out = StringIO()
    call_command("import_text", str(file), "--pack", PACK, stdout=out)
    assert current_mark() == mark_now()
    assert "独角兽牧场" in Client().get("/measures/?q=独角兽牧场").content.decode()


def test_the_past_is_told_in_the_words_of_the_rule_of_then(signed_in: SignIn, site: Site, own_data: Path):
    """A rule that changed meanwhile: what was stored then is shown with the rule as it was then."""
    key = f"{PACK}/{MEASURE}"
    published_by(signed_in("head"), submitted(signed_in))
    later = DAY + timedelta(days=1)
    old, new = measure_on(key, DAY), measure_on(key, later)
    assert old is not None
    assert new is not None
    assert old != new
    call_command("nightly", "--day", later.isoformat(), stdout=StringIO())
    assert library().measure(key) == new
    found = was_told(site.firm, on=DAY, today=later, measure=key)
    assert found is not None
    assert found.run.folder == open_run(own_data / "runs" / DAY.isoformat()).folder
    assert found.answers[0].measure == old
