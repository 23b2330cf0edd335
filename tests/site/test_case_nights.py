"""What time does to cases: clocks turn red and are escalated once, extended once, unused vouchers run out."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from huiqi.base.periods import Duration, Unit
from huiqi.cases.types import Role
from huiqi.casework.models import Case, Escalation, Extension
from huiqi.funds.types import Movement
from huiqi.holdings.current import library
from huiqi.ledger.actions import put_in
from huiqi.ledger.models import Balance, Voucher
from huiqi.procedures.case_clocks import Refused, extend, read_all_clocks
from huiqi.procedures.open_case import Wish, open_case
from huiqi.procedures.system_steps import take_due_steps
from huiqi.procedures.take_step import Acting, Given, take_step
from tests.site.conftest import Site
from tests.site.filling import fill_in

AT = datetime(2013, 7, 1, 9, 0, tzinfo=UTC)
DAY = date(2013, 7, 1)
ARREARS = "cn-payment-complaints-2021/payment-complaints-complaint"
FILED = date(2022, 3, 1)  # a Tuesday; the measures hold since the end of 2021
VOUCHER = "qingdao-2016-2/innovation-voucher-voucher"


def arrears(site: Site) -> Case:
    """A complaint of money that was not paid, filed on 1 March 2022."""
    case = open_case(Wish(ARREARS, party=site.firm), by="firm", on=FILED, at=AT).case
    fill_in(case, on=FILED, complaint_kind="late", payer_kind="large_enterprise")
    return take_step(case, "file", Given(), acting=Acting("firm", Role.APPLICANT), at=AT, on=FILED)


def colour(case: Case, on: date) -> str:
    read_all_clocks(on=on, at=AT)
    case.refresh_from_db()
    return case.colour


def test_an_arrears_complaint_over_its_limit_is_escalated_once(site: Site) -> None:
    case = arrears(site)
    assert colour(case, date(2022, 3, 2)) == "green"
    assert case.next_due == date(2022, 3, 15)  # the tenth working day
    assert colour(case, date(2022, 3, 15)) == "yellow"
    assert not Escalation.objects.filter(case=case).exists()
    assert colour(case, date(2022, 3, 16)) == "red"
    assert colour(case, date(2022, 3, 17)) == "red"
    told = Escalation.objects.filter(case=case)
    assert {e.role for e in told} == {"decider", "supervisor"}
    assert {e.due_on for e in told} == {date(2022, 3, 15)}
    assert told.count() == 2


def test_a_due_day_edited_in_the_table_comes_back_from_the_log(site: Site) -> None:
    case = arrears(site)
    Case.objects.filter(pk=case.pk).update(next_due=date(2030, 1, 1), colour="green")
    assert colour(case, date(2022, 3, 16)) == "red"
    assert case.next_due == date(2022, 3, 15)


def test_a_clock_without_an_extension_is_not_lengthened(site: Site) -> None:
    case = arrears(site)
    with pytest.raises(Refused):
        extend(
            case,
            "limit",
            Duration(5, Unit.WORKING_DAYS),
            "情况复杂",
            by="head",
            role=Role.DECIDER,
            on=FILED,
            at=AT,
        )
    assert not Extension.objects.exists()


def test_an_unused_voucher_runs_out_and_its_money_is_free_again(site: Site) -> None:
    fund = library().packs["qingdao-2016-2"].funds["innovation-voucher-voucher-fund"]
    day = date(2016, 10, 10)
    put_in(
        fund,
        Movement.BUDGET,
        amount=Fraction(100_000),
        year=2016,
        source="市财政局",
        by="payer",
        at=AT,
        on=day,
    )
    case = open_case(Wish(VOUCHER, party=site.firm), by="firm", on=day, at=AT).case
    fill_in(case, on=day, enterprise_size="small", voucher_amount="5000")
    case = take_step(case, "submit", Given(), acting=Acting("firm", Role.APPLICANT), at=AT, on=day)
    given = Given(amount=Fraction(5000), no_conflict=True)
    case = take_step(case, "issue", given, acting=Acting("officer", Role.OFFICER), at=AT, on=day)
    issued = Balance.objects.get(account="issued", holder=case.number)
    assert issued.amount == 5000
    assert take_due_steps(on=day, at=AT).taken == 0
    Voucher.objects.filter(grant__case=case.number).update(valid_until=day)  # no document names a validity
    assert take_due_steps(on=day, at=AT).taken == 0
    assert take_due_steps(on=day + timedelta(days=1), at=AT).taken == 1
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("expired", "lapsed")
    assert not Balance.objects.filter(account="issued", holder=case.number).exclude(amount=0).exists()
