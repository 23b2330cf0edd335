"""Every address says who may enter, and the audit chain notices every change."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.transaction import TransactionManagementError
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from huiqi.access.permissions import ROLES, SCOPES, Permission, Role
from huiqi.audit.actions import record_deed
from huiqi.audit.models import Deed
from huiqi.audit.queries import broken_seals
from tests.site.conftest import NOW

OTHERS_GUARD = ("account/", "api/")
"""allauth's pages are about the person alone; the programming interface has keys and tests of its own."""


def addresses(resolver: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, path)
        elif isinstance(entry, URLPattern):
            yield path, entry.callback


def test_every_view_has_a_permission():
    ours = [(path, view) for path, view in addresses(get_resolver()) if not path.startswith(OTHERS_GUARD)]
    assert len(ours) > 4
    assert [
        path
        for path, view in ours
        if not all(isinstance(p, Permission) for p in getattr(view, "permissions", [None]))
    ] == []


def test_every_role_stands_in_both_tables():
    assert set(ROLES) == set(SCOPES) == set(Role)


@pytest.mark.django_db
def test_a_deed_needs_the_transaction_of_what_was_done(transactional_db: None):
    with pytest.raises(TransactionManagementError):
        record_deed("test.thing.done", "thing:1", by="system", at=NOW)
    assert not Deed.objects.exists()


@pytest.mark.django_db
def test_a_deed_cannot_be_changed_or_taken_away_unnoticed():
    for number in range(5):
        record_deed("test.thing.done", f"thing:{number}", by="system", at=NOW, detail={"n": number})
    assert list(broken_seals()) == []
    deed = Deed.objects.order_by("pk")[2]
    with pytest.raises(TypeError):
        deed.save()
    with pytest.raises(TypeError):
        deed.delete()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_deed SET about = 'thing:9' WHERE id = %s", [deed.pk])
    assert [p.where for p in broken_seals()] == [f"deed {deed.pk}"]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_deed WHERE id = %s", [deed.pk])
    assert [p.where for p in broken_seals()] == [f"deed {deed.pk + 1}"]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_deed WHERE id > %s", [deed.pk])
    assert [p.where for p in broken_seals()] == ["the end of the trail"]


def test_the_front_page_in_both_languages(visitor: Client, english: Client):
    assert "政策找企业" in visitor.get("/").content.decode()
    page = english.get("/").content.decode()
    assert "Policy finds the enterprise" in page
    assert "政策找企业" not in page


def test_another_day_is_shown_and_kept(visitor: Client):
    assert "2013年6月30日" in visitor.get("/").content.decode()
    assert "2022年12月1日" in visitor.get("/?on=2022-12-01").content.decode()
    visitor.post("/day/", {"day": "2016-10-01", "next": "/"})
    assert "2016年10月1日" in visitor.get("/").content.decode()
    answer = visitor.post("/day/", {"day": "", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"
    assert "2013年6月30日" in visitor.get("/").content.decode()


def test_who_may_not_enter_is_told_so(visitor: Client, signed_in: Any):
    assert visitor.post("/role/").headers["Location"].startswith("/account/login/")
    assert signed_in("firm").post("/role/").headers["Location"] == "/"


def test_scripts_and_frames_of_others_are_refused(visitor: Client):
    headers = visitor.get("/").headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
