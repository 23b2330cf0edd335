"""Whoever a register's rule lets in is proposed to its keeper by night: from the register of enterprises and from lists."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.db.models import Q
from django.test import Client

from huiqi.access.actions import grant_role
from huiqi.access.permissions import Role
from huiqi.dossiers.many import files_of
from huiqi.dossiers.queries import rules_on
from huiqi.holdings import current
from huiqi.holdings.current import library
from huiqi.matching.party import verdict_for
from huiqi.packs.types import Library
from huiqi.procedures.propose_entries import propose_entries, searches
from huiqi.registers.types import Register
from huiqi.rolls.actions import enter
from huiqi.rolls.models import Entry, Proposal
from huiqi.rolls.proposing import proposals_in
from tests.site.beside import everybody, record_at_random
from tests.site.conftest import NOW, PASSWORD, Site

DAY = date(2013, 6, 30)
FILES = "qinghai-2022/tax-files"


def register_of(key: str) -> Register:
    pack, _, name = key.partition("/")
    return library().packs[pack].registers[name]


@pytest.fixture
def everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The packs of Qinghai for the firms of the synthetic register, which lie in Qingdao."""
    packs = dict(library().packs)
    for slug in ("qinghai-2012", "qinghai-2022"):
        packs[slug] = replace(packs[slug], region="")
    monkeypatch.setattr(current._KEPT, "library", Library(packs))


def put_in(key: str, party: str, grade: str = "") -> Entry:
    return enter(
        register_of(key), party=party, name="合成企业", region="370202", fields={}, grade=grade, by="officer",
        at=NOW, on=date(2013, 5, 1),
    )  # fmt: skip


def test_who_stands_in_one_list_is_proposed_for_another_until_it_does_not_fit(site: Site, everywhere: None):
    ladder = put_in("qinghai-2022/ladder-pool", site.firm, "specialised")
    propose_entries(on=DAY, at=NOW)
    files = register_of(FILES)
    assert site.firm in proposals_in(files).values_list("party", flat=True)
    before = Proposal.objects.count()
    assert propose_entries(on=DAY, at=NOW) == 0
    assert Proposal.objects.count() == before
    put_in(FILES, site.firm)
    assert site.firm not in proposals_in(files).values_list("party", flat=True)
    Entry.objects.filter(pk=ladder.pk).update(ends_on=date(2013, 6, 1))
    Entry.objects.filter(register__key=FILES).update(left_on=DAY, exit="lapsed")
    propose_entries(on=DAY, at=NOW)
    assert site.firm not in proposals_in(files).values_list("party", flat=True)


def test_the_register_of_enterprises_is_matched_with_the_rule(site: Site, everywhere: None):
    """As many are proposed as the files of all firms, looked at one by one, let in."""
    register = register_of("qinghai-2012/size-class-recognised")
    codes = everybody(site.snapshot)
    record_at_random(codes[::50], random.Random("proposed"))
    propose_entries(on=DAY, at=NOW)
    proposed = set(proposals_in(register).values_list("party", flat=True))
    search = next(s for s in searches() if s.register.id == register.id)
    rules = rules_on(DAY)
    files = files_of(codes, set(rules.kinds), on=DAY, snapshot=site.snapshot)
    verdicts = {code: verdict_for(file.party, search.rule, rules, as_of=DAY) for code, file in files.items()}
    assert proposed == {code for code, verdict in verdicts.items() if verdict.kind == "eligible"}
    assert len(proposed) > 100
    standing = sorted(proposed)[:3]
    for party in standing:
        put_in("qinghai-2012/size-class-recognised", party)
    propose_entries(on=DAY, at=NOW)
    assert (
        Proposal.objects.filter(Q(register__key="qinghai-2012/size-class-recognised")).count()
        == len(proposed) - 3
    )


def test_a_keeper_sees_who_is_proposed_and_enters_from_there(
    site: Site, everywhere: None, signed_in: Callable[[str], Client]
):
    user = User.objects.create_user("keeper", password=PASSWORD)
    grant_role(
        user,
        Role.OFFICER,
        party="",
        authority="国家税务总局青海省税务局",
        region="",
        from_day=DAY,
        by="system",
        at=NOW,
    )
    put_in("qinghai-2022/ladder-pool", site.firm, "specialised")
    propose_entries(on=DAY, at=NOW)
    keeper = signed_in("keeper")
    page = keeper.get(f"/desk/registers/{FILES}/").content.decode()
    assert "查看建议列入的企业" in page
    page = keeper.get(f"/desk/registers/{FILES}/proposed/").content.decode()
    assert f"/desk/registers/{FILES}/enter/?party={site.firm}" in page
    assert signed_in("officer").get(f"/desk/registers/{FILES}/proposed/").status_code == 404
