"""Payment runs as an officer works with them: the file to the bank, its answer, the step of the case."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from huiqi.audit.models import Deed
from huiqi.casework.models import Case
from huiqi.holdings.current import library
from huiqi.ledger.bank_files import bank_file, read_receipts
from huiqi.ledger.models import BankReceipt, PaymentOrder, PaymentRun
from huiqi.ledger.queries import order_counts, orders, orders_to_post, postings_of
from huiqi.ledger.queries import runs as listed_runs
from huiqi.ledger.runs import ReceiptsRefused, drop_run, prepare_run, release_run
from huiqi.ledger.types import OrderState, Refused
from huiqi.ledger.verify import verify_balances
from huiqi.procedures.payment_runs import import_receipts, post_receipts
from tests.site.accounts import BANK, have_accounts, number_of
from tests.site.conftest import Site
from tests.site.money import DAY, FIRM, NOW, M, approve, claim, fund, move, order, put, send
from tests.site.test_case_steps import OFFICER, PAYER, approved, step, with_money

LATER = datetime(2013, 7, 20, 9, 0, tzinfo=UTC)
HEAD_LINE = "指令号,回单号,金额,结果,原因,日期\n"


def answer(*lines: str) -> bytes:
    return (HEAD_LINE + "\n".join(lines)).encode("gb18030")


@pytest.fixture
def two(db: None) -> tuple[PaymentOrder, PaymentOrder]:
    grants = fund()
    put(grants, 10_000)
    made = []
    for case, party in (("C-1", FIRM), ("C-2", "=cmd")):
        what = claim(case, party)
        approve(grants, what, 400)
        made.append(order(grants, what))
    have_accounts(o.payee for o in made)
    return made[0], made[1]


def test_orders_are_collected_released_by_another_and_written_for_the_bank(two):
    waiting = orders(state=OrderState.ORDERED)
    run = prepare_run([o.pk for o in waiting], payer="市财政局", by="officer", at=NOW, on=DAY)
    assert (run.number, run.orders_count, run.total) == ("R-20130630-001", 2, 800)
    with pytest.raises(Refused, match="who prepared a run does not release it"):
        release_run(run, by="officer", at=NOW)
    with pytest.raises(Refused, match="P-C-1-1 is in a run and cannot go into a run"):
        prepare_run([two[0].pk], payer="市财政局", by="officer", at=NOW, on=DAY)
    release_run(run, by="head", at=NOW)
    rows = bank_file(orders(run=run)).splitlines()
    assert rows[1] == f"P-C-1-1,合成企业,{FIRM},合成企业,{BANK},{number_of(FIRM)},400.00,R-20130630-001"
    assert rows[2].split(",")[2] == "'=cmd"
    with pytest.raises(Refused, match="no longer waits"):
        drop_run(run, by="officer", at=NOW)
    assert order_counts() == {OrderState.SENT: (2, Decimal(800))}


def test_a_run_that_is_dropped_gives_its_orders_back(two):
    run = prepare_run([two[0].pk, two[1].pk], payer="市财政局", by="officer", at=NOW, on=DAY)
    drop_run(run, by="officer", at=NOW)
    assert order_counts() == {OrderState.ORDERED: (2, Decimal(800))}
    send(*two)
    assert PaymentRun.objects.count() == 2


def test_everything_wrong_in_the_banks_file_is_named_and_nothing_is_taken(two):
    send(two[0])
    content = answer(
        "P-C-1-1,B-1,400.00,已付,,2013-07-01",
        "P-C-1-1,B-2,400.00,已付,,2013-07-01",
        "P-C-2-1,B-3,400.00,已付,,2013-07-01",
        "P-C-9-1,B-4,5,已付,,2013-07-01",
        "P-C-1-1,B-1,399.99,已付,,2013-07-01",
    )
    with pytest.raises(ReceiptsRefused) as refused:
        import_receipts(content, by="officer", at=NOW)
    assert [(p.where, p.text.en) for p in refused.value.problems] == [
        ("row 3", "P-C-1-1 or B-2 stands twice"),
        ("row 4", "P-C-2-1 was not sent to the bank"),
        ("row 5", "there is no payment order P-C-9-1"),
        ("row 6", "P-C-1-1 or B-1 stands twice"),
    ]
    assert not BankReceipt.objects.exists()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("P-C-1-1,B-1,399.99,已付,,2013-07-01", "the amount is 399.99, not 400.00"),
        ("P-C-1-1,B-1,400,退回,,2013-07-01", "a returned payment gives no reason"),
        ("P-C-1-1,B-1,4.0.0,已付,,2013-07-01", "'4.0.0' is not an amount"),
        ("P-C-1-1,B-1,-400,已付,,2013-07-01", "'-400' is not an amount"),
        ("P-C-1-1,B-1,400,已付,,yesterday", "'yesterday' is not a day"),
        ("P-C-1-1,B-1,400,perhaps,,2013-07-01", "'perhaps' is not paid or returned"),
        ("P-C-1-1,,400,已付,,2013-07-01", "the order or the reference is missing"),
    ],
)
def test_a_line_that_does_not_fit_says_why(two, line, problem):
    send(two[0])
    with pytest.raises(ReceiptsRefused, match="row 2: ") as refused:
        import_receipts(answer(line), by="officer", at=NOW)
    assert [p.text.en for p in refused.value.problems] == [problem]


def test_a_file_that_is_no_table_is_refused():
    for content in (b"", b"\xff\xfe\x00\x01\x81", b"a,b\n1,2\n", b"\x00" * 50):
        lines, problems = read_receipts(content)
        assert lines == []
        assert len(problems) == 1


def test_the_same_file_twice_changes_nothing_and_another_word_for_the_same_is_refused(two):
    send(*two)
    content = answer("P-C-1-1,B-1,400.00,已付,,2013-07-01", "P-C-2-1,B-2,400,退回,户名不符,2013-07-01")
    assert import_receipts(content, by="officer", at=NOW).new == 2
    deeds = Deed.objects.count()
    again = import_receipts(content, by="officer", at=NOW)
    assert (again.new, again.known, Deed.objects.count()) == (0, 2, deeds)
    with pytest.raises(ReceiptsRefused, match="receipt B-1 said something else before"):
        import_receipts(answer("P-C-1-1,B-1,400,退回,户名不符,2013-07-01"), by="officer", at=NOW)
    with pytest.raises(ReceiptsRefused, match="has receipt B-1 already"):
        import_receipts(answer("P-C-1-1,B-7,400,已付,,2013-07-01"), by="officer", at=NOW)


def case_ordered(site: Site) -> Case:
    """A claim of the leasing subsidy, approved, published and ordered."""
    with_money()
    case = approved(site)
    after = case.publications.get().until + timedelta(days=1)
    case = step(case, "confirm", OFFICER, on=after)
    return step(case, "order_payment", PAYER, on=after)


def test_what_the_bank_says_becomes_the_step_of_the_case(site: Site) -> None:
    case = case_ordered(site)
    one = PaymentOrder.objects.get()
    send(one)
    import_receipts(answer(f"{one.number},B-1,{one.amount},已付,,2013-07-19"), by="payer", at=LATER)
    assert [o.number for o in orders_to_post()] == [one.number]
    posted = post_receipts(at=LATER, on=LATER.date())
    assert (posted.paid, posted.returned, posted.stuck) == (1, 0, ())
    case.refresh_from_db()
    assert (case.state, case.events.last().by) == ("paid", "system")
    assert post_receipts(at=LATER, on=LATER.date()).paid == 0
    assert [p.movement for p in postings_of(case=case.number)] == ["pay", "order_payment", "commit"]
    run = listed_runs().get()
    assert (run.paid, run.returned, run.unanswered) == (1, 0, 0)


def test_a_returned_payment_waits_to_be_ordered_again_by_another_than_who_approved(site: Site) -> None:
    case = case_ordered(site)
    one = PaymentOrder.objects.get()
    send(one)
    import_receipts(answer(f"{one.number},B-1,{one.amount},退回,账号有误,2013-07-19"), by="payer", at=LATER)
    assert post_receipts(at=LATER, on=LATER.date()).returned == 1
    case.refresh_from_db()
    assert case.state == "approved"
    after = LATER.date()
    step(case, "order_payment", PAYER, on=after)
    two = PaymentOrder.objects.last()
    assert two is not None
    assert (two.approved_by, two.ordered_by, two.state) == ("head", "payer", "ordered")
    assert list(verify_balances()) == []


def test_an_order_whose_case_has_no_step_for_its_arrival_is_posted_by_itself(db: None) -> None:
    special = library().packs["qingdao-2012-46"].funds["sme-special-fund"]
    put(special, 1_000)
    what = claim(measure="")
    approve(special, what, 300)
    first, second = order(special, what, 100), order(special, what, 200)
    send(first, second)
    content = answer("P-C-1-1,B-1,100,已付,,2013-07-01", "P-C-1-2,B-2,200,退回,账号有误,2013-07-01")
    import_receipts(content, by="officer", at=NOW)
    posted = post_receipts(at=NOW, on=date(2013, 7, 2))
    assert (posted.paid, posted.returned, posted.stuck) == (1, 1, ())
    third = order(special, what, on=date(2013, 7, 3))
    assert (third.amount, third.instalment) == (200, 3)


def test_a_fund_that_no_pack_declares_any_more_is_named_and_the_rest_goes_on(two) -> None:
    send(*two)
    content = answer("P-C-1-1,B-1,400,已付,,2013-07-01", "P-C-2-1,B-2,400,已付,,2013-07-01")
    import_receipts(content, by="officer", at=NOW)
    posted = post_receipts(at=NOW, on=DAY)
    assert [s.reasons[0].en for s in posted.stuck] == ["no pack declares the fund trial/test-grants"] * 2
    assert len(orders_to_post()) == 2
    assert move(fund(), M.PAY, claim(), by="system") == 400


def test_a_provider_is_paid_under_the_name_the_register_has(site: Site) -> None:
    grants = fund()
    put(grants, 1_000)
    what = claim(provider=site.agency)
    move(grants, M.COMMIT, what, 100, by="payer")
    move(grants, M.ORDER_PAYMENT, what, by="payer")
    one = PaymentOrder.objects.get()
    row = site.snapshot.find(site.agency)
    assert row is not None
    assert (one.payee, one.payee_name) == (site.agency, row["name"])


class Killed(BaseException):
    """Nothing catches it: as when the process is gone, what was not committed is undone."""


def killing(before: int) -> Callable[..., Any]:
    """Counts statements and stops before the n-th."""
    left = before

    def count(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal left
        left -= 1
        if not left:
            raise Killed
        return execute(*args)

    return count


def test_a_case_and_its_money_never_part_whenever_the_posting_stops(site: Site) -> None:
    case = case_ordered(site)
    one = PaymentOrder.objects.get()
    send(one)
    import_receipts(answer(f"{one.number},B-1,{one.amount},已付,,2013-07-19"), by="payer", at=LATER)
    stopped = 0
    for statement in range(1, 400, 3):
        try:
            with connection.execute_wrapper(killing(statement)):
                post_receipts(at=LATER, on=LATER.date())
        except Killed:
            stopped += 1
        case.refresh_from_db()
        is_paid = postings_of(case=case.number).filter(movement="pay").count()
        assert (case.state, is_paid) in [("ordered", 0), ("paid", 1)]
        if is_paid:
            break
    assert stopped > 5
    assert post_receipts(at=LATER, on=LATER.date()).paid == 0
    assert (postings_of(case=case.number).count(), list(verify_balances())) == (3, [])
