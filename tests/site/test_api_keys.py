"""The administrator makes keys; programs use them within what their owners may; they end."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.timezone import localdate, now

from huiqi.access.actions import end_role
from huiqi.access.models import Membership
from huiqi.audit.models import Deed
from huiqi.keys.actions import Wish, make_key
from huiqi.keys.models import ApiKey
from tests.site.conftest import Site
from tests.site.test_enterprise_file import chinese_left

Enter = Callable[[str], Client]


def of(name: str) -> Membership:
    return Membership.objects.get(user__username=name)


def form(who: str, **changes: Any) -> dict[str, Any]:
    return {
        "name": "nightly export",
        "membership": of(who).pk,
        "scopes": ["matches:read"],
        "region": "",
        "expires_on": (localdate() + timedelta(days=30)).isoformat(),
        **changes,
    }


def secret_in(page: str) -> str:
    found = re.search(r'id="secret">(hq_[^<]+)<', page)
    assert found is not None
    return found[1]


def with_key(secret: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {secret}"})


def test_the_secret_is_shown_once_and_works(signed_in: Enter, site: Site):
    admin = signed_in("admin")
    answer = admin.post("/system/keys/", form("head"))
    assert answer.headers["Cache-Control"] == "no-store"
    secret = secret_in(answer.content.decode())
    assert with_key(secret).get(f"/api/v1/matches/{site.firm}").status_code == 200
    key = ApiKey.objects.get()
    assert secret not in f"{key.seal} {key.prefix}"
    later = admin.get("/system/keys/").content.decode()
    assert secret not in later
    assert f"hq_{key.prefix}…" in later
    assert key.last_used_at is not None
    made = Deed.objects.get(what="keys.key.made")
    assert (made.by, made.about) == ("admin", f"key:{key.prefix}")


def test_a_revoked_key_opens_nothing(signed_in: Enter, site: Site):
    admin = signed_in("admin")
    secret = secret_in(admin.post("/system/keys/", form("head")).content.decode())
    number = ApiKey.objects.get().pk
    admin.post(f"/system/keys/{number}/revoke/")
    refused = with_key(secret).get("/api/v1/documents")
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert "已撤销" in admin.get("/system/keys/").content.decode()
    admin.post(f"/system/keys/{number}/revoke/")
    assert Deed.objects.filter(what="keys.key.revoked").count() == 1


def test_a_key_ends_with_the_role_of_its_owner(site: Site):
    wish = Wish("x", ["matches:read"], localdate(), region="3702")
    secret = make_key(wish, membership=of("head"), by="admin", on=localdate(), at=now()).secret
    assert with_key(secret).get("/api/v1/documents").status_code == 200
    end_role(of("head"), on=localdate(), by="admin", at=now())
    assert with_key(secret).get("/api/v1/documents").status_code == 401


def test_a_key_runs_out(site: Site):
    wish = Wish("x", [], localdate() + timedelta(days=1), region="3702")
    made = make_key(wish, membership=of("head"), by="admin", on=localdate(), at=now())
    ApiKey.objects.update(made_on=localdate() - timedelta(days=9), expires_on=localdate() - timedelta(days=1))
    assert with_key(made.secret).get("/api/v1/documents").status_code == 401


@pytest.mark.parametrize(
    ("who", "changes", "said"),
    [
        ("bank", {"scopes": ["snapshots:read"]}, "该身份不能有此范围的密钥"),
        ("auditor", {}, "该身份不能有此范围的密钥"),
        ("head", {"scopes": ["everything"]}, "没有这个范围"),
        ("head", {"region": "44"}, "管辖区域"),
        ("head", {"region": "37 02"}, "管辖区域"),
        ("head", {"name": " "}, "请写明用途"),
        ("head", {"expires_on": "2099-01-01"}, "一年以内"),
        ("head", {"expires_on": ""}, "一年以内"),
        ("head", {"membership": "0"}, "请选择"),
    ],
)
def test_what_a_key_may_not_be(signed_in: Enter, who: str, changes: dict[str, Any], said: str):
    answer = signed_in("admin").post("/system/keys/", form(who, **changes))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("who", ["firm", "officer", "head", "bank", "auditor"])
def test_only_the_administrator_sees_keys(signed_in: Enter, who: str):
    assert signed_in(who).get("/system/keys/").status_code == 403
    assert signed_in(who).post("/system/keys/1/revoke/").status_code == 403


def test_the_page_of_keys_in_english(signed_in: Enter):
    admin: Any = signed_in("admin")
    admin.cookies["django_language"] = "en"
    admin.post("/system/keys/", form("head"))
    assert chinese_left(admin.get("/system/keys/").content.decode()) == ""
    assert chinese_left(admin.post("/system/keys/", form("bank", region="x")).content.decode()) == ""


def test_a_key_from_the_command_line(site: Site):
    out = StringIO()
    call_command("make_key", "officer", "--name", "export", "--scope", "snapshots:read", stdout=out)
    secret = out.getvalue().splitlines()[-1]
    assert with_key(secret).get("/api/v1/documents").status_code == 200
    with pytest.raises(CommandError, match="may not have a key"):
        call_command("make_key", "auditor", "--name", "x", "--scope", "snapshots:read")
    with pytest.raises(CommandError, match="no such role"):
        call_command("make_key", "nobody", "--name", "x")


@pytest.mark.parametrize("said", ["Bearer hq_wrong", "Bearer", "Basic YTpi", "hq_x", "Bearer \u00e9"])
def test_a_wrong_key_is_not_taken_for_a_visitor(site: Site, said: str):
    answer = Client(headers={"Authorization": said}).get("/api/v1/documents")
    assert answer.status_code == 401
    assert set(answer.json()) == {"title", "detail", "where", "remedy"}


def test_too_many_requests_are_told_when_to_come_back(site: Site, settings: Any):
    settings.HUIQI_API_RATE_VISITOR = 3
    visitor = Client()
    assert [visitor.get("/api/v1/documents/x").status_code for _ in range(5)] == [404, 404, 404, 429, 429]
    refused = visitor.get("/api/v1/documents")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.json()["remedy"] == "请在 Retry-After 所示秒数后重试"
    assert Client(REMOTE_ADDR="10.0.0.9").get("/api/v1/documents").status_code == 200
    wish = Wish("x", [], localdate(), region="3702")
    secret = make_key(wish, membership=of("head"), by="admin", on=localdate(), at=now()).secret
    assert with_key(secret).get("/api/v1/documents").status_code == 200


def test_the_database_refuses_a_key_that_nobody_revoked(site: Site):
    wish = Wish("x", [], localdate(), region="3702")
    made = make_key(wish, membership=of("head"), by="admin", on=localdate(), at=now())
    assert made.key is not None
    with pytest.raises(IntegrityError, match="key_is_revoked_by_somebody"), transaction.atomic():
        ApiKey.objects.filter(pk=made.key.pk).update(revoked_at=now())
