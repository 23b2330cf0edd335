"""What the database itself refuses, whoever writes: by plain SQL, past all of our Python."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from huiqi.funds.types import POSTINGS, FundKind, Movement
from huiqi.ledger.models import Balance, Grant, PayeeAccount, PaymentOrder, Posting
from huiqi.ledger.runs import prepare_run
from tests.site.accounts import have_accounts
from tests.site.money import DAY, NOW, M, approve, claim, fund, move, order, put, receive, send

pytestmark = pytest.mark.django_db
KEY = "trial/test-grants"


def sql(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def refused(name: str, statement: str, *values: Any) -> None:
    """The database says no, and by this name (of several, whichever guard it asks first)."""
    with pytest.raises(IntegrityError) as error:
        sql(statement, *values)
    assert any(one in str(error.value) for one in name.split(" | ")), str(error.value)


@pytest.fixture
def paid() -> PaymentOrder:
    """1,000 yuan put in, 400 committed and paid, 100 committed for another case."""
    grants = fund()
    put(grants, 1_000)
    approve(grants, claim(), 400)
    one = order(grants, claim())
    send(one)
    receive(one)
    move(grants, M.PAY, claim(), by="system")
    approve(grants, claim("C-2", occasion="2012"), 100)
    one.refresh_from_db()
    return one


COLUMNS = (
    "key", "fund", "year", "movement", "from_account", "to_account", "from_holder", "to_holder", "amount",
    "grant_id", "order_id", "party", "region", "programme", "measure", "case", "person", "source", "reason", "by",
    "at", "on_day",
)  # fmt: skip
INSERT = f"""INSERT INTO ledger_posting ({", ".join(f'"{name}"' for name in COLUMNS)})
    VALUES ({", ".join(["%s"] * len(COLUMNS))})"""


def posting(movement: Movement, amount: int, **changes: Any) -> list[Any]:
    """Values of a posting in the order of the columns; `amount` in fen."""
    start, end = POSTINGS[movement]
    values: dict[str, Any] = dict.fromkeys(COLUMNS, "") | {
        "key": "by hand", "fund": KEY, "year": 2013, "movement": movement.value, "from_account": start.value,
        "to_account": end.value, "amount": amount, "grant_id": None, "order_id": None, "by": "somebody",
        "at": "2013-06-30 09:00:00+00:00", "on_day": "2013-06-30",
    }  # fmt: skip
    return list((values | changes).values())


def of_grant(movement: Movement, amount: int, grant: Grant, **changes: Any) -> list[Any]:
    start, end = POSTINGS[movement]
    sides = {
        "from_holder": "" if start.value == "available" else grant.number,
        "to_holder": "" if end.value == "available" else grant.number,
        "grant_id": grant.pk,
    }
    return posting(movement, amount, **(sides | changes))


def test_a_posting_by_hand_moves_both_balances():
    sql(INSERT, *posting(M.BUDGET, 50_000))
    stands = dict(Balance.objects.values_list("account", "amount"))
    assert stands == {"source": -500, "available": 500}


def test_a_negative_balance_cannot_be_stored(paid):
    second = Grant.objects.get(number="C-2")
    refused("only_the_source_may_be_negative", INSERT, *posting(M.LAPSE, 50_001))
    refused("only_the_source_may_be_negative", INSERT, *of_grant(M.RECOVER, 1, second))
    refused("only_the_source_may_be_negative", INSERT, *of_grant(M.RELEASE, 10_001, second))


def test_money_cannot_come_from_nowhere(paid):
    refused("posting_is_a_declared_movement", INSERT, *posting(M.BUDGET, 5, from_account="paid"))
    refused("posting_is_a_declared_movement", INSERT, *posting(M.BUDGET, 5, to_account="paid"))
    refused("posting_moves_something", INSERT, *posting(M.BUDGET, 0))
    refused("posting_moves_something", INSERT, *posting(M.BUDGET, -5))
    refused("posting_is_of_a_year", INSERT, *posting(M.BUDGET, 5, year=13))
    refused("posting_is_for_a_grant_or_the_world", INSERT, *posting(M.COMMIT, 5))
    refused("posting_without_a_grant_holds_for_nobody", INSERT, *posting(M.BUDGET, 5, to_holder="C-2"))


def test_money_of_one_grant_cannot_pay_another(paid):
    second = Grant.objects.get(number="C-2")
    refused("posting_is_of_a_live_grant", INSERT, *of_grant(M.RELEASE, 5, second, from_holder="C-1"))
    refused("posting_is_of_a_live_grant", INSERT, *of_grant(M.RELEASE, 5, second, fund="trial/test-loans"))
    refused("posting_is_of_a_live_grant", INSERT, *of_grant(M.RELEASE, 5, second, year=2014))


def test_a_grant_cannot_be_exceeded_or_taken_up_again(paid):
    second = Grant.objects.get(number="C-2")
    refused("grant_is_not_exceeded", INSERT, *of_grant(M.COMMIT, 1, second))
    sql(INSERT, *of_grant(M.RELEASE, 10_000, second, key="all of it"))
    refused("posting_is_of_a_live_grant", INSERT, *of_grant(M.COMMIT, 5, second))
    refused("grant_that_ended_stays_ended", "UPDATE ledger_grant SET is_live = TRUE WHERE number = 'C-2'")


def test_an_order_cannot_be_paid_twice(paid):
    grant = Grant.objects.get(number="C-1")
    again = of_grant(M.PAY, 40_000, grant, order_id=paid.pk)
    refused("order_is_paid_or_returned_once | ledger_posting.order_id", INSERT, *again)
    both = of_grant(M.RETURN, 40_000, grant, order_id=paid.pk)
    refused("payment_needs_a_receipt", INSERT, *both)
    ordered = of_grant(M.ORDER_PAYMENT, 40_000, grant, order_id=paid.pk)
    with pytest.raises(IntegrityError):
        sql(INSERT, *ordered)
    assert Posting.objects.filter(movement="pay").count() == 1


def test_an_order_is_not_paid_without_a_receipt_of_its_amount(paid):
    grants = fund()
    waiting = order(grants, claim("C-2", occasion="2012"))
    second = Grant.objects.get(number="C-2")
    refused("payment_needs_a_receipt", INSERT, *of_grant(M.PAY, 10_000, second, order_id=waiting.pk))
    refused(
        "posting_is_of_its_order | payment_needs_a_receipt",
        INSERT,
        *of_grant(M.PAY, 5_000, second, order_id=waiting.pk),
    )
    refused(
        "posting_of_an_order_names_it | payment_needs_a_receipt", INSERT, *of_grant(M.PAY, 10_000, second)
    )
    run = send(waiting)
    refused(
        "settled_order_is_posted", "UPDATE ledger_paymentorder SET state = 'paid' WHERE run_id = %s", run.pk
    )


def test_the_same_entitlement_cannot_be_stored_twice(paid):
    copy = """INSERT INTO ledger_grant (number, fund, pack, year, given_by, "case", party, party_name, person, region,
        measure, occasion, programme, amount, taken, last_posting, is_live, approved_by, at, on_day)
        SELECT {number}, fund, pack, year, given_by, {case}, party, party_name, person, region, measure, occasion,
        programme, amount, {taken}, 0, TRUE, approved_by, at, on_day FROM ledger_grant WHERE number = 'C-1'"""

    def again(case: str = "'C-9'", number: str = "'C-9'", taken: str = "0") -> str:
        return copy.format(number=number, case=case, taken=taken)

    with pytest.raises(IntegrityError, match="entitlement_is_given_once|measure"):
        sql(again())
    refused("grant_begins_with_nothing", again(taken="40000"))
    with pytest.raises(IntegrityError):
        sql(again(number="'C-1'"))
    assert Grant.objects.count() == 2


def test_what_one_grant_holds_another_cannot(paid):
    first, second = Grant.objects.get(number="C-1"), Grant.objects.get(number="C-2")
    hold = "INSERT INTO ledger_hold (grant_id, key, tag) VALUES (%s, %s, %s)"
    sql(hold, first.pk, "exclusive:x", "trial/grant")
    sql(hold, second.pk, "exclusive:x", "trial/grant")
    refused("held_by_another_grant", hold, second.pk, "exclusive:x", "trial/reward")
    refused("hold_is_never_changed", "UPDATE ledger_hold SET tag = 'trial/reward'")
    refused("hold_is_never_deleted", "DELETE FROM ledger_hold")


@pytest.mark.parametrize(
    ("name", "statement"),
    [
        ("posting_is_never_changed", "UPDATE ledger_posting SET amount = amount + 1"),
        ("posting_is_never_deleted", "DELETE FROM ledger_posting"),
        ("balance_follows_from_postings", "UPDATE ledger_balance SET amount = amount + 1"),
        (
            "balance_follows_from_postings",
            "UPDATE ledger_balance SET amount = 0, last_posting = last_posting + 1",
        ),
        (
            "balance_keeps_its_account | balance_follows_from_postings",
            "UPDATE ledger_balance SET account = 'paid'",
        ),
        ("balance_is_never_deleted", "DELETE FROM ledger_balance"),
        ("taken_follows_from_postings", "UPDATE ledger_grant SET taken = taken - 1"),
        ("grant_with_money_is_live", "UPDATE ledger_grant SET is_live = FALSE"),
        ("grant_stays_what_it_is", "UPDATE ledger_grant SET amount = amount + 100"),
        ("grant_stays_what_it_is", "UPDATE ledger_grant SET occasion = 'another'"),
        ("grant_is_never_deleted", "DELETE FROM ledger_grant"),
        ("order_stays_what_it_is", "UPDATE ledger_paymentorder SET amount = amount + 1"),
        ("order_stays_what_it_is", "UPDATE ledger_paymentorder SET account_id = NULL"),
        ("account_is_never_changed", "UPDATE ledger_payeeaccount SET number = '6222000000000000'"),
        ("account_is_never_deleted", "DELETE FROM ledger_payeeaccount"),
        ("settled_order_stays_settled", "UPDATE ledger_paymentorder SET state = 'sent'"),
        ("order_is_never_deleted", "DELETE FROM ledger_paymentorder"),
        ("receipt_is_never_changed", "UPDATE ledger_bankreceipt SET amount = 1"),
        ("receipt_is_never_deleted", "DELETE FROM ledger_bankreceipt"),
        ("run_stays_what_it_is", "UPDATE ledger_paymentrun SET released_by = 'me'"),
        ("run_is_never_deleted", "DELETE FROM ledger_paymentrun"),
    ],
)
def test_what_was_written_stays(paid, name, statement):
    refused(name, statement)


def test_balances_cannot_be_made_up(paid):
    row = "INSERT INTO ledger_balance (fund, year, account, holder, amount, last_posting) VALUES (%s, 2013, %s, '', %s, 0)"
    refused("balance_begins_with_nothing", row, "trial/other", "available", 100)
    with pytest.raises(IntegrityError):
        sql(row, KEY, "available", 0)


def test_who_prepared_a_run_cannot_release_it_and_who_approved_cannot_order():
    grants = fund()
    put(grants, 100)
    approve(grants, claim(), 50)
    one = order(grants, claim())
    send(one)
    refused(
        "run_is_released_by_another_person",
        """INSERT INTO ledger_paymentrun (number, payer, state, orders_count, total, prepared_by, prepared_at,
        released_by, released_at, on_day) SELECT 'R-2', payer, state, orders_count, total, prepared_by, prepared_at,
        prepared_by, released_at, on_day FROM ledger_paymentrun""",
    )
    refused(
        "who_approved_does_not_order",
        """INSERT INTO ledger_paymentorder (number, grant_id, instalment, amount, payee, payee_name, state,
        four_eyes, approved_by, ordered_by, at, on_day) SELECT 'P-9', grant_id, 9, amount, payee, payee_name,
        'ordered', four_eyes, approved_by, approved_by, at, on_day FROM ledger_paymentorder""",
    )


ACCOUNT = """INSERT INTO ledger_payeeaccount (party, registered_name, holder, why_other_name, bank, number, source,
    stated_by, stated_at, on_day) SELECT %s, registered_name, %s, %s, bank, %s, source, stated_by, stated_at, on_day
    FROM ledger_payeeaccount"""


@pytest.mark.parametrize(
    ("name", "holder", "why", "number"),
    [
        ("account_number_is_8_to_32_digits", "合成企业", "", "1234567"),
        ("account_number_is_8_to_32_digits", "合成企业", "", "6222 0000 0000"),
        ("account_number_is_8_to_32_digits", "合成企业", "", "６２２２０００００００"),
        ("account_names_holder_and_bank | account_in_another_name_says_why", "", "", "62220000"),
        ("account_in_another_name_says_why", "另一家企业", "", "62220000"),
    ],
)
def test_an_account_that_no_bank_could_pay_into_is_not_kept(paid, name, holder, why, number):
    refused(name, ACCOUNT, paid.payee, holder, why, number)


def test_an_order_goes_to_the_bank_with_the_account_its_payee_stated_last_and_no_other():
    grants = fund()
    put(grants, 100)
    approve(grants, claim(), 50)
    one = order(grants, claim())
    have_accounts(["91370200TEST000002", one.payee])
    run = prepare_run([one.pk], payer="市财政局", by="officer", at=NOW, on=DAY)
    former = PayeeAccount.objects.get(party=one.payee)
    another = PayeeAccount.objects.get(party="91370200TEST000002")
    sql(ACCOUNT + " WHERE id = %s", one.payee, "合成企业", "", "62220000", former.pk)
    sent = "UPDATE ledger_paymentorder SET state = 'sent', account_id = %s WHERE run_id = %s"
    for wrong in (None, former.pk, another.pk):
        refused("order_is_sent_where_the_payee_said", sent, wrong, run.pk)
    refused("order_stays_what_it_is", "UPDATE ledger_paymentorder SET account_id = %s", former.pk)
    sql(sent, PayeeAccount.objects.get(number="62220000").pk, run.pk)


def test_a_voucher_of_nobody_cannot_be_used():
    vouchers = fund(FundKind.VOUCHERS)
    put(vouchers, 100)
    move(vouchers, M.ISSUE_VOUCHER, claim(), 50)
    refused("used_voucher_names_its_provider", "UPDATE ledger_voucher SET state = 'settled'")
