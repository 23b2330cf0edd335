"""How the site is guarded: settings of production, headers, log-in, passwords, uploads, logs."""

import io
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huiqi.audit.models import Deed
from huiqi.base.masks import masked_name
from huiqi.config.logs import Json, Plain
from huiqi.dossiers.evidence import MOST_BYTES as MOST_EVIDENCE
from huiqi.web.shared import bodies
from tests.site.conftest import PASSWORD, Site

SignIn = Callable[[str], Client]
LOGIN = "/account/login/"
SECRET = "only for tests, of no use to anybody anywhere else, 0123456789"
WRONG = {"login": "firm", "password": "not this one"}


def huiqi(tmp_path: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`huiqi …` under the settings of production, with nothing set but what is given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUIQI_")}
    given = {"DJANGO_SETTINGS_MODULE": "huiqi.config.prod", "HUIQI_DATA": str(tmp_path), **environment}
    return subprocess.run(
        [sys.executable, "-c", "from huiqi.cli.app import main; main()", *words],
        env={**kept, **given}, capture_output=True, text=True, check=False,
    )  # fmt: skip


# --- production ---


def test_a_deployed_site_leaves_nothing_to_warn_of(tmp_path: Path):
    found = huiqi(
        tmp_path, "manage", "check", "--deploy", "--fail-level", "INFO",
        HUIQI_SECRET_KEY=SECRET, HUIQI_HOSTS="hq.example.cn",
        HUIQI_OIDC_ISSUER="https://id.example.cn", HUIQI_OIDC_CLIENT="huiqi",
    )  # fmt: skip
    assert "no issues" in found.stdout + found.stderr
    assert found.returncode == 0


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "HUIQI_SECRET_KEY"),
        ({"HUIQI_SECRET_KEY": "short", "HUIQI_HOSTS": "hq.example.cn"}, "50 characters"),
        ({"HUIQI_SECRET_KEY": SECRET}, "HUIQI_HOSTS"),
    ],
)
def test_production_does_not_start_without_its_secrets(
    tmp_path: Path, environment: dict[str, str], said: str
):
    found = huiqi(tmp_path, "manage", "migrate", **environment)
    assert found.returncode != 0
    assert said in found.stderr
    assert "Traceback" not in found.stderr


def test_cookies_and_transport_of_production(tmp_path: Path):
    asked = (
        "from django.conf import settings as s; import json;"
        "print(json.dumps({n: getattr(s, n) for n in dir(s) if n.startswith(('SESSION_', 'CSRF_', 'SECURE_'))},"
        " default=str))"
    )
    found = huiqi(
        tmp_path, "manage", "shell", "--verbosity", "0", "--command", asked,
        HUIQI_SECRET_KEY=SECRET, HUIQI_HOSTS="hq.example.cn",
    )  # fmt: skip
    said = json.loads(found.stdout.splitlines()[-1])
    for cookie in ("SESSION", "CSRF"):
        assert said[f"{cookie}_COOKIE_SECURE"] is True
        assert said[f"{cookie}_COOKIE_HTTPONLY"] is True
        assert said[f"{cookie}_COOKIE_SAMESITE"] == "Lax"
    assert said["SECURE_HSTS_SECONDS"] >= 365 * 86400
    assert said["SECURE_SSL_REDIRECT"] is True
    assert said["CSRF_TRUSTED_ORIGINS"] == ["https://hq.example.cn"]


def test_what_the_browser_is_told(visitor: Client, settings: Any):
    headers = visitor.get(LOGIN).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.endswith("form-action 'self'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    settings.SECURE_HSTS_SECONDS = 60
    assert "max-age=60" in Client().get("/", secure=True).headers["Strict-Transport-Security"]
    settings.HUIQI_SIGN_ON_ORIGIN = "https://id.example.cn"
    assert visitor.get(LOGIN).headers["Content-Security-Policy"].endswith("'self' https://id.example.cn")


# --- logging in ---


def test_the_sixth_wrong_password_is_not_looked_at(visitor: Client):
    for _ in range(5):
        assert "用户名或密码不正确" in visitor.post(LOGIN, WRONG).content.decode()
    right = {"login": "firm", "password": PASSWORD}
    page = visitor.post(LOGIN, right).content.decode()
    assert "登录失败次数过多，请五分钟后再试" in page
    elsewhere = Client(REMOTE_ADDR="192.0.2.77")
    assert "登录失败次数过多" in elsewhere.post(LOGIN, right).content.decode()
    assert visitor.post(LOGIN, {"login": "bank", "password": PASSWORD}).status_code == 302


def test_a_person_has_one_count_by_name_and_by_mail(visitor: Client):
    User.objects.filter(username="firm").update(email="firm@example.cn")
    for login in ("firm", "FIRM", "firm@example.cn", "Firm@Example.cn", "firm"):
        visitor.post(LOGIN, {"login": login, "password": "no"})
    said = visitor.post(LOGIN, {"login": "firm@example.cn", "password": PASSWORD}).content.decode()
    assert "登录失败次数过多" in said


def test_the_lock_opens_after_five_minutes(site: Site):
    began = datetime(2013, 6, 30, 9, 0, tzinfo=UTC)
    right = {"login": "firm", "password": PASSWORD}
    with time_machine.travel(began, tick=False) as clock:
        for _ in range(6):
            Client().post(LOGIN, WRONG)
        clock.move_to(began + timedelta(minutes=4))
        assert Client().post(LOGIN, right).status_code == 200
        clock.move_to(began + timedelta(minutes=5, seconds=1))
        assert Client().post(LOGIN, right).status_code == 302


def test_one_address_cannot_try_everybody(visitor: Client):
    for number in range(30):
        visitor.post(LOGIN, {"login": f"nobody{number}", "password": "no"})
    page = visitor.post(LOGIN, {"login": "firm", "password": PASSWORD})
    assert page.status_code in (200, 429)
    assert "_auth_user_id" not in visitor.session


def test_failed_log_ins_are_counted_where_every_process_sees_them(site: Site):
    assert type(caches["default"]).__name__ == "DatabaseCache"


def test_the_session_has_another_key_once_somebody_is_logged_in(visitor: Client):
    visitor.post("/day/", {"day": "2013-05-01", "next": "/"})
    before = visitor.cookies["sessionid"].value
    visitor.post(LOGIN, {"login": "firm", "password": PASSWORD})
    after = visitor.cookies["sessionid"]
    assert after.value != before
    assert (after["httponly"], after["samesite"]) == (True, "Lax")
    visitor.post("/account/logout/")
    assert visitor.get("/firm/").status_code in (302, 404)
    assert "_auth_user_id" not in visitor.session


def test_a_link_does_not_log_out(signed_in: SignIn):
    firm = signed_in("firm")
    assert "退出登录？" in firm.get("/account/logout/").content.decode()
    assert "_auth_user_id" in firm.session


@pytest.mark.parametrize("page", ["signup", "email", "password/set", "3rdparty"])
def test_nobody_opens_an_account_or_changes_its_address(visitor: Client, signed_in: SignIn, page: str):
    assert visitor.get(f"/account/{page}/").status_code == 404
    assert signed_in("firm").post(f"/account/{page}/", {"email": "a@example.cn"}).status_code == 404


# --- passwords ---


def test_who_changes_the_password_ends_the_other_sessions(signed_in: SignIn):
    here, elsewhere = signed_in("officer"), signed_in("officer")
    assert "修改密码" in here.get("/").content.decode()
    assert "当前密码" in here.get("/account/password/change/").content.decode()
    new = "a longer one 2013"
    form = {"oldpassword": "wrong", "password1": new, "password2": new}
    assert "error-text" in here.post("/account/password/change/", form).content.decode()
    here.post("/account/password/change/", {**form, "oldpassword": PASSWORD})
    assert Client().login(username="officer", password=new)
    assert here.get("/desk/rules/").status_code == 200
    assert elsewhere.get("/desk/rules/").status_code == 302
    assert Deed.objects.filter(what="access.password.changed", by="officer").count() == 1


def test_a_forgotten_password_is_set_anew_by_mail(site: Site):
    User.objects.filter(username="firm").update(email="firm@example.cn")
    visitor = Client()
    assert "忘记密码" in visitor.get(LOGIN).content.decode()
    page = visitor.post(
        "/account/password/reset/", {"email": "firm@example.cn"}, follow=True
    ).content.decode()
    assert "请查收邮件" in page
    assert mail.outbox[0].subject == "惠企：设置新密码"
    assert "example.com" not in mail.outbox[0].body
    link = re.search(r"http://testserver(\S+)", mail.outbox[0].body)
    assert link is not None
    form = visitor.get(link[1], follow=True)
    assert "设置新密码" in form.content.decode()
    address = form.redirect_chain[-1][0]
    new = "a longer one 2013"
    done = visitor.post(address, {"password1": new, "password2": new}, follow=True).content.decode()
    assert "新密码已生效" in done
    assert Client().login(username="firm", password=new)
    assert "链接已失效" in Client().get(link[1], follow=True).content.decode()


def test_strangers_get_no_mail_and_learn_nothing(site: Site):
    answer = Client().post("/account/password/reset/", {"email": "nobody@example.cn"}, follow=True)
    assert "请查收邮件" in answer.content.decode()
    assert mail.outbox == []


@pytest.mark.parametrize("page", ["login", "password/reset", "password/reset/done"])
def test_pages_of_accounts_are_in_english_too(english: Client, page: str):
    text = english.get(f"/account/{page}/").content.decode()
    main = text[text.index("<main") : text.index("</main>")]
    assert re.findall(r"[\u4e00-\u9fff]+", main) == []


def test_the_mail_is_in_the_language_of_the_page(english: Client):
    User.objects.filter(username="firm").update(email="firm@example.cn")
    english.post("/account/password/reset/", {"email": "firm@example.cn"})
    assert mail.outbox[0].subject == "huiqi: set a new password"


# --- what is sent to the site ---


def test_only_who_may_hand_in_a_register_may_send_much(
    visitor: Client, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bodies, "MOST_BYTES", 1000)
    much = {"next": "/" + "x" * 2000}
    answer = visitor.post("/language/", much)
    assert answer.status_code == 413
    assert "文件太大" in answer.content.decode()
    assert signed_in("firm").post("/language/", much).status_code == 413
    assert signed_in("officer").post("/language/", much).status_code == 302
    assert visitor.post("/language/", {"language": "en"}).status_code == 302


def test_a_register_may_be_no_larger_than_set(signed_in: SignIn, settings: Any, monkeypatch: Any):
    monkeypatch.setattr(bodies, "MOST_BYTES", 1000)
    monkeypatch.setattr(bodies, "FORM_BYTES", 1000)
    settings.HUIQI_UPLOAD_BYTES = 2000
    file = SimpleUploadedFile("register.csv", b"code,name\n" * 500, "text/csv")
    assert signed_in("officer").post("/desk/data/upload/", {"file": file}).status_code == 413


def test_a_length_that_is_no_number_is_refused(visitor: Client):
    answer = visitor.generic("POST", "/language/", b"language=en", CONTENT_LENGTH="many")
    assert answer.status_code == 413


def test_the_largest_evidence_fits_into_a_request():
    assert MOST_EVIDENCE + bodies.FORM_BYTES <= bodies.MOST_BYTES


# --- personal data ---


def test_names_of_people_are_masked_in_lists_that_are_taken_along():
    assert "王小明" not in masked_name("王小明")


def test_the_log_says_which_page_and_not_whose(site: Site, signed_in: SignIn, caplog: Any):
    officer = signed_in("officer")
    with caplog.at_level(logging.INFO, logger="huiqi.access_log"):
        officer.get(f"/firms/{site.firm}/?q={site.firm}&mail=li@example.cn")
        Client().get("/no/such/13800138000/")
    lines = [record.getMessage() for record in caplog.records if record.name == "huiqi.access_log"]
    assert len(lines) == 2
    assert lines[0].startswith("GET ")
    assert lines[0].endswith(" officer")
    assert " 404 " in lines[1]
    assert not any(known in "".join(lines) for known in (site.firm, "li@", "138001", "officer'"))


@pytest.mark.parametrize("formatter", [Plain("%(message)s"), Json()])
def test_messages_and_tracebacks_are_written_without_codes(formatter: logging.Formatter):
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    log = logging.Logger("huiqi.test")
    log.addHandler(handler)
    try:
        raise ValueError("no firm 91370200MA3C0D1EXF of li@example.cn")
    except ValueError:
        log.exception("failed at /firms/%s/", "91370200MA3C0D1EXF")
    text = out.getvalue()
    assert "[code]" in text
    assert "ValueError" in text
    assert not any(known in text for known in ("91370200", "li@example"))


def test_a_collector_reads_each_line_as_json(visitor: Client, caplog: Any):
    with caplog.at_level(logging.INFO, logger="huiqi.access_log"):
        visitor.get("/measures/")
    said = json.loads(Json().format(caplog.records[-1]))
    assert (said["route"], said["status"], said["role"]) == ("measures/", 200, "visitor")
    assert said["ms"] >= 0
