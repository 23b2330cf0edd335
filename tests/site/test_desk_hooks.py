"""The head of an authority says where the steps of its cases are sent, and sees whether they are taken."""

import re
from collections.abc import Callable
from datetime import timedelta
from http.server import HTTPServer
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from huiqi.audit.models import Deed
from huiqi.notices.models import DeskHook
from huiqi.procedures.tell_desks import tell_desks
from tests.site.conftest import Site
from tests.site.desk_cases import lease_claim
from tests.site.test_enterprise_file import page_of, visible
from tests.site.test_notices import listener

__all__ = ["listener"]
Enter = Callable[[str], Client]
HOOKS = "/desk/hooks/"


@pytest.fixture
def address(listener: HTTPServer, settings: Any) -> str:
    settings.HUIQI_WEBHOOKS_PRIVATE = True
    return f"http://127.0.0.1:{listener.server_port}/hook"


def test_a_secret_is_shown_once(site: Site, signed_in: Enter, address: str) -> None:
    head = signed_in("head")
    assert "还没有回调地址" in page_of(head, HOOKS)
    answer = head.post(HOOKS, {"address": address})
    secret = DeskHook.objects.get().secret
    assert secret in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    later = page_of(head, HOOKS)
    assert address in later
    assert secret not in later
    assert Deed.objects.filter(what="notices.hook.added", by="head").exists()


def test_a_head_sees_what_was_not_taken(
    site: Site, signed_in: Enter, listener: HTTPServer, address: str
) -> None:
    head = signed_in("head")
    head.post(HOOKS, {"address": address})
    lease_claim(site)
    listener.answer = 503  # type: ignore[attr-defined]
    tell_desks(at=now() + timedelta(hours=1))
    page = visible(page_of(head, HOOKS))
    assert "未收下 answered 503 已试1次" in page
    listener.answer = 204  # type: ignore[attr-defined]
    tell_desks(at=now() + timedelta(hours=5))
    page = visible(page_of(head, HOOKS))
    assert "没有积压" in page
    assert "未收下" not in page


def test_an_address_is_switched_off(site: Site, signed_in: Enter, address: str) -> None:
    head, other = signed_in("head"), signed_in("paymaster")
    head.post(HOOKS, {"address": address})
    end = re.findall(r'action="(/desk/hooks/\d+/end/)"', page_of(head, HOOKS))[0]
    assert address not in page_of(other, HOOKS)
    assert other.post(end).status_code == 404
    assert head.post(end).status_code == 302
    assert address not in page_of(head, HOOKS)
    assert DeskHook.objects.get().ended_at is not None


def test_an_address_of_our_own_network_is_refused(site: Site, signed_in: Enter) -> None:
    answer = signed_in("head").post(HOOKS, {"address": "https://127.0.0.1/hook"})
    assert answer.status_code == 422
    assert "不能使用该地址" in answer.content.decode()
    assert not DeskHook.objects.exists()


@pytest.mark.parametrize("name", ["officer", "firm", "auditor"])
def test_others_may_not(signed_in: Enter, name: str) -> None:
    assert signed_in(name).get(HOOKS).status_code == 403
