"""Programs of firms and authorities are told what happened to their cases: signed, in order, again until it is taken."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from http.server import HTTPServer
from typing import Any

import pytest
from django.test import Client

from huiqi.access.actions import end_role
from huiqi.access.models import Membership
from huiqi.casework.models import CaseEvent
from huiqi.notices.actions import add_channel
from huiqi.notices.models import DeskHook
from huiqi.notices.types import Way
from huiqi.procedures.alerts import deliver_due
from huiqi.procedures.tell_desks import tell_desks
from tests.site.conftest import Site
from tests.site.test_api_cases import asked, key_of, sent
from tests.site.test_case_steps import (
    AT,
    DAY,
    FIRM,
    HEAD,
    OFFICER,
    REVIEWER,
    approved,
    drafted,
    step,
    with_money,
)
from tests.site.test_notices import listener

__all__ = ["key_of", "listener"]
KeyOf = Callable[..., Client]
LATER = AT + timedelta(hours=1)


@pytest.fixture
def address(listener: HTTPServer, settings: Any) -> str:
    settings.HUIQI_WEBHOOKS_PRIVATE = True
    return f"http://127.0.0.1:{listener.server_port}/hook"


def heard(listener: HTTPServer, secret: str) -> list[Any]:
    """What the server was sent, each message with a right signature."""
    messages = []
    for headers, body in listener.heard:  # type: ignore[attr-defined]
        expected = hmac.new(secret.encode(), headers["X-Huiqi-Time"].encode() + b"." + body, hashlib.sha256)
        assert headers["X-Huiqi-Signature"] == f"sha256={expected.hexdigest()}"
        messages.append(json.loads(body))
    return messages


def test_a_firm_is_sent_the_steps_it_is_told_of(site: Site, listener: HTTPServer, address: str) -> None:
    channel = add_channel(site.firm, Way.WEBHOOK, address, english=False, by="firm", at=AT)
    assert channel is not None
    with_money()
    case = approved(site)
    listener.answer = 503  # type: ignore[attr-defined]
    assert deliver_due(at=LATER)[0] == 0
    listener.answer = 204  # type: ignore[attr-defined]
    assert deliver_due(at=LATER)[0] == 0  # it is not tried again at once
    assert deliver_due(at=LATER + timedelta(minutes=6))[0] == 2
    first, again = heard(listener, channel.secret)
    assert first == again
    steps = [(n["case"]["step"], n["case"]["to_state"], n["case"]["outcome"]) for n in again["notices"]]
    assert steps == [("accept", "accepted", None), ("approve", "published", "granted")]
    assert {n["case"]["case"] for n in again["notices"]} == {case.number}
    assert again["party"] == site.firm


def opened(key_of: KeyOf, address: str) -> tuple[DeskHook, str]:
    made = sent(key_of("head"), "POST", "hooks", {"address": address}, 201)
    DeskHook.objects.update(due_at=AT)  # it was added now, the cases are of 2013
    return DeskHook.objects.get(pk=made["id"]), made["secret"]


def test_an_authority_is_sent_every_step_of_its_desks(
    site: Site, key_of: KeyOf, listener: HTTPServer, address: str
) -> None:
    before = step(drafted(site, lease_financed_amount="200万"), "submit", FIRM)
    _, secret = opened(key_of, address)
    case = drafted(site)
    assert tell_desks(at=LATER).events == 0  # a draft is the applicant's own, and the past is past
    case = step(step(case, "submit", FIRM), "accept", OFFICER)
    assert tell_desks(at=AT + timedelta(minutes=1)).events == 0  # it may still be under way
    assert tell_desks(at=LATER).events == 3
    (message,) = heard(listener, secret)
    assert [(e["step"], e["to_state"], e["turn"]) for e in message["events"]] == [
        ("open", "draft", "applicant"), ("submit", "submitted", "office"), ("accept", "accepted", "office"),
    ]  # fmt: skip
    assert before.number not in json.dumps(message)
    assert message["events"][0]["party"] == site.firm
    assert tell_desks(at=LATER + timedelta(days=1)).events == 0


def test_what_is_not_taken_comes_again_in_order_and_nothing_is_lost(
    site: Site, key_of: KeyOf, listener: HTTPServer, address: str
) -> None:
    hook, secret = opened(key_of, address)
    listener.answer = 500  # type: ignore[attr-defined]
    case = step(drafted(site), "submit", FIRM)
    at, tried = LATER, 0
    for _ in range(12):
        tried += tell_desks(at=at).failed
        at += timedelta(hours=4)
    hook.refresh_from_db()
    assert (tried, hook.tries, hook.problem) == (12, 12, "answered 500")
    step(step(case, "accept", OFFICER), "review", REVIEWER, no_conflict=True, amount=1)
    listener.answer, listener.heard = 204, []  # type: ignore[attr-defined]
    assert tell_desks(at=at).events == 4
    (message,) = heard(listener, secret)
    assert [e["step"] for e in message["events"]] == ["open", "submit", "accept", "review"]
    assert [e["id"] for e in message["events"]] == list(
        CaseEvent.objects.order_by("pk").values_list("pk", flat=True)
    )


def test_a_hook_is_the_heads_and_ends_with_the_role(
    site: Site, key_of: KeyOf, listener: HTTPServer, address: str
) -> None:
    for name in ("officer", "supervision", "firm"):
        sent(key_of(name), "POST", "hooks", {"address": address}, 403)
    hook, secret = opened(key_of, address)
    listed = asked(key_of("head"), "hooks")
    assert [row["address"] for row in listed["items"]] == [address]
    assert secret not in json.dumps(listed)
    sent(key_of("head"), "POST", "hooks", {"address": address}, 409)
    sent(key_of("paymaster"), "DELETE", f"hooks/{hook.pk}", None, 404)  # another authority's
    end_role(Membership.objects.get(user__username="head"), on=DAY, by="admin", at=AT)
    step(drafted(site), "submit", FIRM)
    assert tell_desks(at=LATER).events == 0
    hook.refresh_from_db()
    assert hook.ended_at == LATER
    assert listener.heard == []  # type: ignore[attr-defined]


def test_nothing_is_sent_into_our_own_network(key_of: KeyOf, site: Site) -> None:
    refused = sent(key_of("head"), "POST", "hooks", {"address": "https://127.0.0.1/x"}, 422)
    assert refused["where"] == "body.address"


def test_another_authoritys_cases_are_not_told(
    site: Site, key_of: KeyOf, listener: HTTPServer, address: str
) -> None:
    made = sent(key_of("head", region="370299"), "POST", "hooks", {"address": address}, 201)
    DeskHook.objects.update(due_at=AT)
    with_money()
    case = step(step(drafted(site), "submit", FIRM), "accept", OFFICER)
    assert not case.region.startswith("370299")
    step(
        step(case, "review", REVIEWER, no_conflict=True, amount=1),
        "approve",
        HEAD,
        no_conflict=True,
        amount=1,
    )
    assert tell_desks(at=LATER).events == 0
    assert made["region"] == "370299"
