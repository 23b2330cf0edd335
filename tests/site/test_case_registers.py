"""A firm is recognised, stands in the register, is known as such to every measure, and is taken out."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest

from huiqi.cases.types import MONEY_EFFECTS, Effect, Role
from huiqi.holdings.current import library
from huiqi.procedures.case_clocks import Refused
from huiqi.procedures.case_effects import EFFECTS
from huiqi.procedures.case_form import save_answers
from huiqi.procedures.case_rules import facts_of, rules_of
from huiqi.procedures.open_case import Wish, open_case
from huiqi.procedures.take_step import Acting, Given, take_step
from huiqi.rolls.queries import entries_of
from tests.site.conftest import Site
from tests.site.filling import with_findings

DAY = date(2013, 7, 1)
AT = datetime(2013, 7, 1, 9, 0, tzinfo=UTC)
GROWTH: Final = "qingdao-2012-46/growth-plan-recognition"


def test_every_effect_that_packs_may_name_is_carried_out() -> None:
    assert set(EFFECTS) | MONEY_EFFECTS == set(Effect)


def test_a_recognised_firm_enters_the_register_and_leaves_it(site: Site) -> None:
    case = open_case(Wish(GROWTH, party=site.firm), by="firm", on=DAY, at=AT).case
    asked = facts_of(case, rules_of(case, on=DAY), on=DAY).form.missing()
    assert save_answers(case, dict.fromkeys(asked, "100"), by="firm", on=DAY, at=AT) == {}
    day = DAY
    for name, role, by in (
        ("submit", Role.APPLICANT, "firm"),
        ("accept", Role.OFFICER, "officer"),
        ("review", Role.REVIEWER, "officer"),
        ("approve", Role.DECIDER, "head"),
    ):
        given = with_findings(case, name, {"no_conflict": True}, on=day)
        case = take_step(case, name, Given(**given), acting=Acting(by, role), at=AT, on=day)  # type: ignore[arg-type]
    assert not entries_of(site.firm, on=day).exists()
    day = case.publications.get().until + timedelta(days=1)
    case = take_step(case, "enter", Given(), acting=Acting("head", Role.DECIDER), at=AT, on=day)
    entry = entries_of(site.firm, on=day).get()
    assert (entry.case, case.state, case.outcome) == (case.number, "listed", "granted")
    with pytest.raises(Refused, match="choose why it leaves"):
        take_step(case, "remove", Given(reason="停业"), acting=Acting("head", Role.DECIDER), at=AT, on=day)
    exits = library().packs["qingdao-2012-46"].registers[entry.register.key.rpartition("/")[2]].exits
    given = Given(reason="停业", exit=exits[0].id)
    case = take_step(case, "remove", given, acting=Acting("head", Role.DECIDER), at=AT, on=day)
    assert not entries_of(site.firm, on=day).exists()
    assert case.state == "removed"
