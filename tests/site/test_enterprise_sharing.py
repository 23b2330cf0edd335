"""Who may see a firm's file: consents, offices of its region, agents; and that each look is kept."""

import re
from collections.abc import Callable

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from huiqi.access.models import Membership
from huiqi.audit.models import Deed
from huiqi.dossiers.models import Consent, Viewing
from tests.site.conftest import Site
from tests.site.test_enterprise_corrections import other_officer
from tests.site.test_enterprise_file import page_of, visible

Enter = Callable[[str], Client]


def agree(client: Client, site: Site, **change: object) -> object:
    form = {"audience": site.bank, "groups": ["finance", "staff"], "until": "2013-12-31", **change}
    return client.post("/my/consents/give/", form)


def test_a_bank_sees_the_groups_the_firm_agreed_to(site: Site, signed_in: Enter):
    firm, bank = signed_in("firm"), signed_in("bank")
    page_of(bank, f"/consented/{site.firm}/", 404)
    assert "目前没有企业授权" in page_of(bank, "/consented/")
    agree(firm, site)
    name = str((site.snapshot.find(site.firm) or {})["name"])
    assert name in page_of(bank, "/consented/")
    page = visible(page_of(bank, f"/consented/{site.firm}/"))
    assert "14人" in page
    assert "营业收入" in page
    assert "成立日期" not in page  # registration was not agreed to
    assert "更正" not in page
    page_of(signed_in("agency"), f"/consented/{site.firm}/", 404)
    assert "财务与税收" in visible(page_of(firm, "/my/consents/"))


def test_withdrawn_or_expired_the_bank_sees_nothing(site: Site, signed_in: Enter, settings: object):
    firm, bank = signed_in("firm"), signed_in("bank")
    agree(firm, site)
    firm.post("/my/consents/withdraw/", {"audience": site.bank})
    page_of(bank, f"/consented/{site.firm}/", 404)
    assert firm.post("/my/consents/withdraw/", {"audience": site.bank}).status_code == 404
    agree(firm, site)
    page_of(bank, f"/consented/{site.firm}/")
    settings.HUIQI_DAY = "2013-12-31"  # type: ignore[attr-defined]
    page_of(bank, f"/consented/{site.firm}/")  # the last day
    settings.HUIQI_DAY = "2014-01-01"  # type: ignore[attr-defined]
    page_of(bank, f"/consented/{site.firm}/", 404)


def test_choosing_another_day_does_not_revive_a_consent(site: Site, signed_in: Enter, settings: object):
    agree(signed_in("firm"), site)
    settings.HUIQI_DAY = "2014-01-01"  # type: ignore[attr-defined]
    page_of(signed_in("bank"), f"/consented/{site.firm}/?on=2013-07-01", 404)


def test_agreeing_again_replaces_what_was_agreed(site: Site, signed_in: Enter):
    firm = signed_in("firm")
    agree(firm, site)
    agree(firm, site, groups=["registration"])
    page = visible(page_of(signed_in("bank"), f"/consented/{site.firm}/"))
    assert "成立日期" in page
    assert "14人" not in page
    assert Consent.objects.filter(withdrawn_at=None).count() == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"audience": "91370200MA3C0D1EXF"}, "请选择一家机构"),
        ({"groups": []}, "请至少选一类"),
        ({"groups": ["everything"]}, "请至少选一类"),
        ({"until": "2013-06-29"}, "三年内"),
        ({"until": "2033-06-29"}, "三年内"),
    ],
)
def test_a_consent_is_complete(site: Site, signed_in: Enter, change: dict[str, object], said: str):
    response = agree(signed_in("firm"), site, **change)
    assert response.status_code == 422  # type: ignore[attr-defined]
    assert said in response.content.decode()  # type: ignore[attr-defined]
    assert not Consent.objects.exists()


def test_an_agent_can_neither_agree_nor_authorise(site: Site, signed_in: Enter):
    agree(signed_in("firm"), site)
    agent = signed_in("agent")
    assert agree(agent, site).status_code == 403  # type: ignore[attr-defined]
    assert agent.post("/my/consents/withdraw/", {"audience": site.bank}).status_code == 403
    assert agent.post("/my/agents/authorise/", {"name": "somebody"}).status_code == 403
    page_of(agent, "/my/agents/", 403)
    assert "只有法定代表人可以授权" in page_of(agent, "/my/consents/")
    assert Consent.objects.get().withdrawn_at is None


def test_every_look_is_kept_and_shown_to_the_firm(site: Site, signed_in: Enter):
    firm = signed_in("firm")
    agree(firm, site, groups=["staff"])
    page_of(signed_in("bank"), f"/consented/{site.firm}/")
    page_of(signed_in("officer"), f"/firms/{site.firm}/")
    page_of(firm, "/my/")  # its own look is nobody's business
    assert list(Viewing.objects.order_by("pk").values_list("by", "role")) == [
        ("bank", "bank"),
        ("officer", "officer"),
    ]
    deeds = Deed.objects.filter(what="dossiers.file.viewed", about=f"party:{site.firm}")
    assert [d.by for d in deeds.order_by("pk")] == ["bank", "officer"]
    page = visible(page_of(firm, "/my/viewings/"))
    assert "市经济和信息化委" in page
    assert "人员与社保" in page
    page_of(signed_in("officer"), "/my/viewings/", 403)


def test_an_office_finds_firms_of_its_region(site: Site, signed_in: Enter):
    officer = signed_in("officer")
    name = str((site.snapshot.find(site.firm) or {})["name"])
    for words in (name[-5:], site.firm, site.firm.lower()):
        page = page_of(officer, f"/firms/?q={words}")
        assert name in page
    assert "9137**********0781" in page_of(officer, f"/firms/?q={name}")
    assert "请至少写两个字" in page_of(officer, "/firms/?q=合")
    elsewhere = other_officer("6301")
    for words in (name, site.firm):
        assert "找到0家" in visible(page_of(elsewhere, f"/firms/?q={words}"))
    page_of(elsewhere, f"/firms/{site.firm}/", 404)
    assert not Viewing.objects.exists()
    for other in ("firm", "bank", "auditor", "admin"):
        page_of(signed_in(other), f"/firms/{site.firm}/", 403)


def link_on(page: str) -> str:
    return re.findall(r"http://testserver(/join/[^<\s]+)", page)[0]


def test_an_agent_is_authorised_chooses_a_password_and_is_ended(site: Site, signed_in: Enter):
    firm = signed_in("firm")
    page = firm.post("/my/agents/authorise/", {"name": "new-agent"}).content.decode()
    link = link_on(page)
    assert link not in page_of(firm, "/my/agents/")  # shown once
    agent = Client()
    assert not agent.login(username="new-agent", password="")
    assert "链接已失效" in agent.get(link[:-3] + "/").content.decode()
    words = {"new_password1": "three dry wells", "new_password2": "three dry wells"}
    weak = {"new_password1": "password", "new_password2": "password"}
    assert agent.post(link, weak).status_code == 422
    assert agent.post(link, words).status_code == 302
    assert agent.post(link, words).status_code == 410  # once
    assert agent.login(username="new-agent", password="three dry wells")
    name = str((site.snapshot.find(site.firm) or {})["name"])
    assert name in page_of(agent, "/my/")
    key = Membership.objects.get(user__username="new-agent").pk
    assert firm.post(f"/my/agents/{key}/end/").status_code == 302
    page_of(agent, "/my/", 403)
    assert firm.post(f"/my/agents/{key}/end/").status_code == 404
    assert [d.what for d in Deed.objects.filter(about="user:new-agent").order_by("pk")] == [
        "access.user.added", "access.role.granted", "access.password.chosen", "access.role.ended",
    ]  # fmt: skip


def test_an_authorisation_ends_after_its_last_day(signed_in: Enter):
    with time_machine.travel("2013-06-30T09:00:00+08:00", tick=False):
        firm = signed_in("firm")
        page = firm.post(
            "/my/agents/authorise/", {"name": "for-july", "until": "2013-07-31"}
        ).content.decode()
        agent = Client()
        agent.post(link_on(page), {"new_password1": "three dry wells", "new_password2": "three dry wells"})
    for day, status in (("2013-07-31", 200), ("2013-08-01", 403)):
        with time_machine.travel(f"{day}T09:00:00+08:00", tick=False):
            assert agent.login(username="for-july", password="three dry wells")
            page_of(agent, "/my/", status)


def test_nobody_elses_account_is_drawn_in_by_a_guess(signed_in: Enter):
    firm = signed_in("firm")
    User.objects.create_user("somebody", email="somebody@example.org", password="three dry wells")
    for form in ({"name": "bank"}, {"name": "Somebody"}, {"name": "somebody", "email": "wrong@example.org"}):
        page = firm.post("/my/agents/authorise/", form)
        assert page.status_code == 422
        assert "该用户名已被使用" in page.content.decode()
    known = firm.post("/my/agents/authorise/", {"name": "somebody", "email": "Somebody@example.org"})
    assert known.status_code == 200
    assert "/join/" not in known.content.decode()  # the account has a password
    again = firm.post("/my/agents/authorise/", {"name": "somebody", "email": "somebody@example.org"})
    assert "此人已获授权" in again.content.decode()


def test_a_firm_ends_its_own_agents_alone(site: Site, signed_in: Enter):
    key = Membership.objects.get(user__username="officer").pk
    assert signed_in("firm").post(f"/my/agents/{key}/end/").status_code == 404
    assert Membership.objects.get(pk=key).ended_on is None


@pytest.mark.parametrize(
    "path", ["/my/consents/", "/my/agents/", "/my/viewings/", "/my/corrections/", "/my/alerts/", "/my/told/"]
)
def test_pages_of_others_are_closed(signed_in: Enter, visitor: Client, path: str):
    for role in ("officer", "bank", "auditor", "admin", "supervision"):
        page_of(signed_in(role), path, 403)
    assert visitor.get(path).status_code == 302


def test_a_bank_sees_who_agreed_to_what_until_when_and_its_own_looks(
    site: Site, signed_in: Enter, settings: object
):
    firm, bank = signed_in("firm"), signed_in("bank")
    agree(firm, site)
    agree(firm, site, audience=site.agency)
    name = str((site.snapshot.find(site.firm) or {})["name"])
    masked = f"{site.firm[:4]}{'*' * 10}{site.firm[-4:]}"
    page_of(bank, f"/consented/{site.firm}/")
    page_of(bank, f"/consented/{site.firm}/")
    page_of(signed_in("agency"), f"/consented/{site.firm}/")
    page_of(signed_in("officer"), f"/firms/{site.firm}/")
    shown = page_of(bank, "/consented/")
    for words in (name, masked, "财务与税收", "2013年12月31日", "2次"):
        assert words in visible(shown)
    assert site.firm not in visible(shown)
    assert f'href="/consented/{site.firm}/"' in shown
    looks = visible(page_of(bank, "/consented/?show=looks"))
    assert looks.count(masked) == 2  # not the agency's, not the office's
    assert "没有已结束的授权" in visible(page_of(bank, "/consented/?show=ended"))
    firm.post("/my/consents/withdraw/", {"audience": site.bank})
    ended = page_of(bank, "/consented/?show=ended")
    assert name in visible(ended)
    assert "撤回" in visible(ended)
    assert f'href="/consented/{site.firm}/"' not in ended
    assert masked in visible(page_of(bank, "/consented/?show=looks"))  # the log stays
    assert name not in visible(page_of(signed_in("guarantor"), "/consented/?show=ended"))


def test_people_of_another_bank_do_not_show_in_the_log_of_looks(site: Site, signed_in: Enter):
    agree(signed_in("firm"), site)
    page_of(signed_in("bank"), f"/consented/{site.firm}/")
    Viewing.objects.filter(by="bank").update(by="somebody")
    assert "还没有查阅过" in visible(page_of(signed_in("bank"), "/consented/?show=looks"))
