"""Who may take which step of a case: every account of the cast against every step, cell by cell."""

from collections.abc import Mapping
from typing import Final

import pytest

from huiqi.access.actor import VISITOR, Actor
from huiqi.access.permissions import Role
from huiqi.cases.types import Role as CaseRole
from huiqi.casework.actions import declare_interest
from huiqi.casework.models import Case
from huiqi.procedures.act_in_case import acting_in, may_see
from huiqi.procedures.case_clocks import Refused
from huiqi.procedures.case_rules import case_type_named
from huiqi.procedures.cast import CAST
from tests.site.cases import OFFICE
from tests.site.conftest import DAY, NOW, Site
from tests.site.test_case_steps import FIRM, OFFICER, drafted, step

LEASE: Final[Mapping[str, set[str]]] = {
    "submit": {"firm", "agent"},
    "resubmit": {"firm", "agent"},
    "withdraw": {"firm", "agent"},
    "open_by_match": set(),
    "accept": {"officer", "head"},
    "return_to_mend": {"officer", "head"},
    "decline": {"officer", "head"},
    "review": {"officer", "head"},
    "approve": {"head"},
    "confirm": {"officer", "head"},
    "revoke": {"head"},
    "refuse": {"head"},
    "order_payment": {"payer", "paymaster"},
    "record_payment": set(),
    "payment_returned": set(),
    "recover": {"payer", "paymaster"},
}
"""Step of the leasing subsidy → accounts of the cast that may take it, were it its turn. Written by hand."""


def actor_named(name: str, site: Site) -> Actor:
    part = next(p for p in CAST if p.name == name)
    codes = {Role.BANK: site.bank, Role.AGENCY: site.agency}
    party = site.firm if part.is_firm else codes.get(part.role, "")
    return Actor(part.name, part.role, party, part.authority, part.region)


def steps_of(actor: Actor, case: Case) -> set[str]:
    roles = {acting.role for acting in acting_in(case, actor)}
    _, case_type = case_type_named(case.type)
    return {name for name, declared in case_type.steps.items() if declared.by in roles}


@pytest.mark.parametrize("name", [part.name for part in CAST])
def test_each_account_may_take_its_steps_and_no_other(site: Site, name: str) -> None:
    case = step(drafted(site), "submit", FIRM)
    assert steps_of(actor_named(name, site), case) == {s for s, names in LEASE.items() if name in names}


def test_the_table_has_every_step(site: Site) -> None:
    _, case_type = case_type_named("qingdao-2012-46/lease-subsidy-claim")
    assert set(LEASE) == set(case_type.steps)


def test_a_visitor_another_firm_and_another_place_see_nothing(site: Site) -> None:
    case = step(drafted(site), "submit", FIRM)
    strangers = [
        VISITOR,
        Actor("other", Role.FIRM_LEGAL, party=site.bank),
        Actor("officer", Role.OFFICER, authority="市科技局", region="3702"),
        Actor("officer", Role.OFFICER, authority="市经济和信息化委", region="63"),
        actor_named("auditor", site),
        actor_named("admin", site),
        actor_named("expert", site),
    ]
    assert [acting_in(case, actor) for actor in strangers] == [()] * len(strangers)
    assert [may_see(case, actor) for actor in strangers] == [False] * len(strangers)


def test_a_draft_is_seen_by_its_firm_alone(site: Site) -> None:
    case = drafted(site)
    seen = {part.name for part in CAST if may_see(case, actor_named(part.name, site))}
    assert seen == {"firm", "agent"}


def test_the_supervision_office_sees_what_was_handed_in_and_decides_nothing(site: Site) -> None:
    case = step(drafted(site), "submit", FIRM)
    actor = actor_named("supervision", site)
    assert may_see(case, actor)
    assert {acting.role for acting in acting_in(case, actor)} == {CaseRole.SUPERVISOR}


def test_who_declares_an_interest_acts_no_more(site: Site) -> None:
    case = step(drafted(site), "submit", FIRM)
    declare_interest(
        case, "近亲属在该企业任职", role=CaseRole.OFFICER, by="officer", authority=OFFICE, on=DAY, at=NOW
    )
    with pytest.raises(Refused, match="an interest of your own"):
        step(case, "accept", OFFICER)
