"""What keeps the site running: accounts, the audit trail, health, the night's work, backup and restore."""

import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from huiqi.access.models import Membership
from huiqi.audit.actions import record_deed
from huiqi.audit.models import Deed
from huiqi.holdings.backup import UnfitBackup, make_backup, restore_backup
from huiqi.holdings.current import register, run
from tests.site.conftest import NOW, Site


def said(command: str, *words: str) -> str:
    out = StringIO()
    call_command(command, *words, stdout=out, stderr=out)
    return out.getvalue()


def test_an_administrator_opens_an_account_that_can_log_in(signed_in: Any, visitor: Client):
    admin = signed_in("admin")
    page = admin.post("/users/add/", {"name": "li", "email": ""}).content.decode()
    password = re.search(r"<code>([\w-]{16})</code>", page)
    assert password is not None
    admin.post(
        "/users/li/change/",
        {"do": "give", "role": "officer", "authority": "市科技局", "region": "3702", "party": ""},
    )
    assert visitor.login(username="li", password=password[1])
    assert "市科技局" in admin.get("/users/li/").content.decode()
    assert password[1] not in admin.get("/users/li/").content.decode()
    assert Deed.objects.filter(about="user:li").count() == 2

    membership = Membership.objects.get(user__username="li")
    admin.post("/users/li/change/", {"do": "end", "membership": membership.pk})
    assert visitor.get("/audit/").status_code == 403
    admin.post("/users/li/change/", {"do": "close"})
    assert not Client().login(username="li", password=password[1])


def test_what_is_wrong_with_an_account_or_role_is_said_at_once(signed_in: Any):
    admin = signed_in("admin")
    page = admin.post("/users/add/", {"name": "9 li", "email": "nowhere"}, follow=True).content.decode()
    assert "用户名只能用字母" in page
    assert "邮箱地址有误" in page
    assert not User.objects.filter(username="9 li").exists()
    page = admin.post(
        "/users/officer/change/",
        {"do": "give", "role": "firm_agent", "party": "91370200MA3C0D1EX0"},
        follow=True,
    ).content.decode()
    assert "统一社会信用代码" in page
    admin.post("/users/admin/change/", {"do": "close"})
    assert User.objects.get(username="admin").is_active


@pytest.mark.parametrize("path", ["/users/", "/users/firm/", "/system/"])
@pytest.mark.parametrize("name", ["firm", "officer", "auditor"])
def test_accounts_are_for_administrators_only(signed_in: Any, name: str, path: str):
    assert signed_in(name).get(path).status_code == 403


@pytest.mark.parametrize("path", ["/audit/", "/audit/export/"])
def test_the_trail_is_for_auditors(signed_in: Any, path: str):
    assert signed_in("head").get(path).status_code == 403
    assert signed_in("auditor").get(path).status_code == 200


def test_the_trail_is_searched_exported_and_verified(signed_in: Any, site: Site):
    record_deed("test.thing.done", "party:=cmd", by="officer", at=NOW)
    auditor = signed_in("auditor")
    page = auditor.get("/audit/?by=officer").content.decode()
    assert "test.thing.done" in page
    assert "access.user.added" not in page
    lines = (
        b"".join(auditor.get("/audit/export/?by=officer").streaming_content).decode("utf-8-sig").splitlines()
    )
    assert len(lines) == 2
    assert "party:=cmd" in lines[1]
    assert Deed.objects.filter(what="audit.trail.exported", by="auditor").exists()

    assert "全部一致" in auditor.post("/audit/verify/").content.decode()
    assert "all seals as written" in said("verify_audit")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_deed SET by = 'nobody' WHERE what = 'test.thing.done'")
    assert "改动过" in auditor.post("/audit/verify/").content.decode()
    with pytest.raises(CommandError, match="1 places"):
        said("verify_audit")


def test_a_probe_learns_that_the_site_is_well_and_no_more(visitor: Client):
    answer = visitor.get("/health/")
    assert (answer.status_code, answer.json()) == (200, {"well": True})


def test_figures_are_for_who_has_the_token(visitor: Client, settings: Any):
    assert visitor.get("/metrics/").status_code == 403
    settings.HUIQI_METRICS_TOKEN = "of the collector"
    assert visitor.get("/metrics/", headers={"Authorization": "Bearer guessed"}).status_code == 403
    answer = visitor.get("/metrics/", headers={"Authorization": "Bearer of the collector"})
    assert "huiqi_register_parties 2000" in answer.content.decode()


def test_the_administrator_sees_how_the_site_runs(signed_in: Any):
    page = signed_in("admin").get("/system/").content.decode()
    assert "2,000" in page
    assert "后台任务" in page


def test_a_night_matches_anew_and_tells_nobody_twice(site: Site, tmp_path: Path, settings: Any):
    data = tmp_path / "data"
    data.mkdir()
    (data / "register").symlink_to(site.data / "register")
    settings.HUIQI_DATA = data
    assert run() is None
    first = said("nightly")
    assert re.search(r"run 20130630-\w+-\w+: \d+ notices", first), first
    found = run()
    assert found is not None
    assert found.manifest["parties"] == 2000
    assert Deed.objects.filter(what="matching.run.published").count() == 1
    assert said("nightly").strip().endswith(": 0 notices")


def test_a_night_without_a_register(site: Site, tmp_path: Path, settings: Any):
    settings.HUIQI_DATA = tmp_path
    assert "no register" in said("nightly")


@pytest.mark.django_db(transaction=True)
def test_a_backup_brings_everything_back(matched: Site, tmp_path: Path, settings: Any):
    data = tmp_path / "data"
    (data / "evidence").mkdir(parents=True)
    (data / "evidence" / "licence.pdf").write_bytes(b"%PDF-1.7 synthetic")
    (data / "secret-key").write_text("not for a backup", "utf-8")
    settings.HUIQI_DATA = data
    User.objects.create_user("kept")
    manifest = make_backup(tmp_path / "backup", at=NOW)
    assert "data/evidence/licence.pdf" in manifest["files"]
    assert not [path for path in manifest["files"] if "secret" in path or path.startswith("data/huiqi")]
    with pytest.raises(FileExistsError):
        make_backup(tmp_path / "backup", at=NOW)

    User.objects.all().delete()
    (data / "evidence" / "licence.pdf").unlink()
    (data / "evidence" / "later.pdf").write_bytes(b"%PDF-1.7")
    with pytest.raises(UnfitBackup, match="--replace"):
        restore_backup(tmp_path / "backup")
    restore_backup(tmp_path / "backup", replace=True)
    assert User.objects.filter(username="kept").exists()
    assert [p.name for p in (data / "evidence").iterdir()] == ["licence.pdf"]
    assert (data / "secret-key").exists()


@pytest.mark.django_db(transaction=True)
def test_a_damaged_backup_changes_nothing(tmp_path: Path, settings: Any):
    data = tmp_path / "data"
    data.mkdir()
    (data / "note").write_text("before", "utf-8")
    settings.HUIQI_DATA = data
    User.objects.create_user("kept")
    make_backup(tmp_path / "backup", at=NOW)
    (tmp_path / "backup" / "data" / "note").write_text("another", "utf-8")
    with pytest.raises(UnfitBackup, match="data/note was changed"):
        restore_backup(tmp_path / "backup", replace=True)
    assert User.objects.filter(username="kept").exists()
    with pytest.raises(CommandError, match="no backup"):
        said("restore", str(tmp_path / "elsewhere"))


@pytest.mark.django_db
def test_the_first_administrator_and_no_second_is_made_by_command():
    password = said("first_admin", "wang").split()[-1]
    client = Client()
    assert client.login(username="wang", password=password)
    assert client.get("/users/").status_code == 200
    with pytest.raises(CommandError, match="already"):
        said("first_admin", "li")


def test_the_register_of_the_tests_is_there(site: Site):
    found = register()
    assert found is not None
    assert found.manifest.synthetic
