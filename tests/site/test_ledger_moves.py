"""Money moves as a fund declares it: what stands, what is refused and why, who may not do what."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from huiqi.audit.models import Deed
from huiqi.base.bilingual import Bilingual
from huiqi.funds.types import Account, CapPer, FundKind, Programme
from huiqi.ledger.models import Balance, Grant, PaymentOrder
from huiqi.ledger.types import Refused
from tests.site.money import FIRM, M, approve, cap, claim, facts, fund, move, order, put, receive, send

pytestmark = pytest.mark.django_db


def stands(account: Account) -> Decimal:
    return sum((b.amount for b in Balance.objects.filter(account=account.value)), Decimal(0))


def test_a_grant_is_committed_ordered_and_paid():
    grants = fund()
    put(grants, 1_000_000)
    assert approve(grants, claim(), 200_000) == 200_000
    assert (stands(Account.AVAILABLE), stands(Account.COMMITTED)) == (800_000, 200_000)
    one = order(grants, claim())
    assert (stands(Account.COMMITTED), stands(Account.ORDERED)) == (0, 200_000)
    send(one)
    receive(one)
    assert move(grants, M.PAY, claim(), by="system") == 200_000
    assert (stands(Account.ORDERED), stands(Account.PAID), stands(Account.SOURCE)) == (0, 200_000, -1_000_000)
    told = list(Deed.objects.order_by("pk").values_list("what", flat=True))
    assert told == [
        "ledger.budget.posted", "ledger.commit.posted", "ledger.order_payment.posted",
        "ledger.accounts.brought", "ledger.run.prepared", "ledger.run.released", "ledger.receipts.taken", "ledger.pay.posted",
    ]  # fmt: skip


def test_a_returned_payment_is_committed_again_and_can_be_ordered_again():
    grants = fund()
    put(grants, 1_000_000)
    approve(grants, claim(), 200_000)
    one = order(grants, claim())
    send(one)
    receive(one, reason="账号不符")
    move(grants, M.RETURN, claim(), by="system")
    assert move(grants, M.COMMIT, claim(), by="system") == 200_000
    with pytest.raises(Refused, match="head approved it"):
        move(grants, M.ORDER_PAYMENT, claim(), by="head")
    two = order(grants, claim())
    assert two.number != one.number
    assert PaymentOrder.objects.get(pk=one.pk).state == "returned"


def test_nothing_is_paid_without_the_banks_receipt():
    grants = fund()
    put(grants, 1_000)
    approve(grants, claim(), 100)
    send(order(grants, claim()))
    with pytest.raises(Refused, match="receipt has not been taken in"):
        move(grants, M.PAY, claim(), by="system")


def test_money_that_is_not_there_cannot_be_committed():
    grants = fund()
    with pytest.raises(Refused, match="0 yuan available for 2013, not 100"):
        approve(grants, claim(), 100)
    assert not Grant.objects.exists()


def test_the_same_entitlement_is_refused_in_another_case_and_given_again_for_another_occasion():
    grants = fund()
    put(grants, 1_000)
    approve(grants, claim(), 100)
    with pytest.raises(Refused, match="given already in case C-1: 100 yuan"):
        approve(grants, claim("C-2"), 100)
    approve(grants, claim("C-3", occasion="2014"), 100)
    move(grants, M.RELEASE, claim(), by="head")
    approve(grants, claim("C-2"), 100)


def test_every_reason_is_told_at_once():
    grants = fund(caps=(cap(CapPer.PARTY_YEAR, 50), cap(CapPer.CASE, 40)), once=True)
    put(grants, 100)
    approve(grants, claim(occasion="2012"), 30)
    with pytest.raises(Refused) as refused:
        approve(grants, claim("C-2"), 500)
    told = [problem.en for problem in refused.value.problems]
    assert told == [
        "A party gets this once; it was given in case C-1",
        "Over the cap per party and year, c9: limit 50, used 30, left 20, asked for 500 yuan",
        "Over the cap per case, c9: limit 40, used 0, left 40, asked for 500 yuan",
        "trial fund has 70 yuan available for 2013, not 500",
    ]


def test_of_two_measures_a_party_gets_one_and_a_release_makes_way():
    grants = fund(exclusive=(("grant", "reward"),))
    put(grants, 1_000)
    approve(grants, claim(), 100)
    approve(grants, claim("C-2", occasion="2014"), 100)
    with pytest.raises(Refused, match="Only one of this and trial/grant"):
        approve(grants, claim("C-3", measure="trial/reward"), 100)
    move(grants, M.RELEASE, claim(), by="head")
    move(grants, M.RELEASE, claim("C-2", occasion="2014"), by="head")
    approve(grants, claim("C-3", measure="trial/reward"), 100)


def test_a_reading_of_the_text_is_not_enforced():
    grants = fund(caps=(cap(CapPer.PARTY, 50, reading=True),))
    put(grants, 1_000)
    assert approve(grants, claim(), 100) == 100


def test_who_approved_does_not_order():
    grants = fund()
    put(grants, 1_000)
    approve(grants, claim(), 100)
    with pytest.raises(Refused, match="head approved it or gave it"):
        move(grants, M.ORDER_PAYMENT, claim(), by="head")


def test_what_is_approved_and_ordered_in_one_step_is_released_by_another():
    grants = fund()
    put(grants, 1_000)
    move(grants, M.COMMIT, claim(), 100, by="head")
    move(grants, M.ORDER_PAYMENT, claim(), by="head")
    with pytest.raises(Refused, match="approved and ordered by you alone"):
        send(PaymentOrder.objects.get())


def test_two_steps_at_the_same_moment_are_still_two_steps():
    grants = fund()
    put(grants, 1_000)
    move(grants, M.COMMIT, claim(), 100, by="head")
    with pytest.raises(Refused, match="head approved it or gave it"):
        move(grants, M.ORDER_PAYMENT, claim(approved_by="head"), by="head")


def test_instalments_never_exceed_what_was_committed():
    grants = fund()
    put(grants, 1_000)
    approve(grants, claim(), 100)
    order(grants, claim(), 60)
    with pytest.raises(Refused, match="40 yuan are committed for this case: no payment order of 60"):
        order(grants, claim(), 60)
    order(grants, claim(), 40)
    assert move(grants, M.RELEASE, claim()) == 0


def test_money_recovered_is_available_again_and_frees_the_cap():
    grants = fund(caps=(cap(CapPer.PARTY, 100),))
    put(grants, 1_000)
    approve(grants, claim(), 100)
    one = order(grants, claim())
    send(one)
    receive(one)
    move(grants, M.PAY, claim(), by="system")
    assert move(grants, M.RECOVER, claim()) == 100
    approve(grants, claim("C-2"), 100)


def test_a_wrong_kind_of_fund_refuses():
    with pytest.raises(Refused, match="a special fund makes no loan"):
        move(fund(), M.LEND, claim(), 5)
    with pytest.raises(Refused, match="does not pay trial/unknown"):
        move(fund(), M.COMMIT, claim(measure="trial/unknown"), 5)


def test_a_loss_is_shared_and_its_recovery_returned():
    pool = fund(FundKind.RISK_POOL)
    put(pool, 1_000_000)
    what = claim(facts=facts(loss=100_001))
    assert move(pool, M.COMPENSATE, what) == Fraction(100_001, 2)
    loss = Grant.objects.get().loss
    assert [(s["bearer"], s["amount"]) for s in loss.shares] == [
        ("bank", "50000.50"),
        ("市财政局", "50000.50"),
    ]
    assert move(pool, M.RECOVER_LOSS, what, 10_000) == 10_000
    with pytest.raises(Refused, match="40,000.50 yuan are lost for this case"):
        move(pool, M.RECOVER_LOSS, what, 50_000)


def test_a_pool_pays_no_more_than_its_share():
    pool = fund(FundKind.RISK_POOL)
    put(pool, 1_000_000)
    with pytest.raises(Refused, match="60,000 yuan asked for, the pool pays 50,000"):
        move(pool, M.COMPENSATE, claim(facts=facts(loss=100_000)), 60_000)


def test_a_party_is_named_in_every_posting():
    grants = fund()
    put(grants, 100)
    approve(grants, claim(), 50)
    posting = Grant.objects.get().postings.get()
    assert (posting.party, posting.measure, posting.region, posting.programme) == (
        FIRM,
        "trial/grant",
        "370200",
        "a",
    )


def test_who_delivered_a_service_is_paid_for_it():
    grants = fund()
    put(grants, 1_000)
    what = claim(provider="91370200AGENCY0001")
    move(grants, M.COMMIT, what, 100, by="payer")
    move(grants, M.ORDER_PAYMENT, what, by="payer")
    assert PaymentOrder.objects.get().payee == "91370200AGENCY0001"
    assert Grant.objects.get().party == FIRM


def test_nothing_moves_before_the_day_it_was_given():
    grants = fund()
    put(grants, 1_000)
    approve(grants, claim(), 100)
    with pytest.raises(Refused, match="given on 2013-06-30: not before that"):
        move(grants, M.RELEASE, claim(), on=date(2013, 6, 29))


def test_a_cap_over_a_document_counts_every_fund_of_it():
    pool = fund(caps=(cap(CapPer.DOCUMENT, 500),))
    put(pool, 1_000)
    approve(pool, claim(), 400)
    loans = fund(FundKind.LOANS)
    put(loans, 1_000)
    move(loans, M.LEND, claim("C-2"), 300)
    with pytest.raises(Refused, match="per document, c9: limit 500, used 700, left 0, asked for 1 yuan"):
        approve(pool, claim("C-3", occasion="2014"), 1)


def test_a_person_is_counted_in_every_firm_and_a_region_in_every_party():
    grants = fund(caps=(cap(CapPer.PERSON, 100), cap(CapPer.REGION, 150)))
    put(grants, 1_000)
    approve(grants, claim(person="X"), 80)
    with pytest.raises(Refused, match="per person, c9: limit 100, used 80, left 20, asked for 30") as refused:
        approve(grants, claim("C-2", "91370200TEST000002", person="X"), 30)
    assert len(refused.value.problems) == 1
    approve(grants, claim("C-2", "91370200TEST000002", person="Y"), 70)
    with pytest.raises(Refused, match="per region, c9: limit 150, used 150, left 0"):
        approve(grants, claim("C-3", "91370200TEST000003", person="Z"), 1)


def test_the_limit_of_a_programme_is_that_of_its_year():
    line = Programme("a", Bilingual("甲", "A"), ("grant",), Fraction(100))
    grants = fund(programmes=(line,))
    put(grants, 1_000)
    approve(grants, claim(), 100)
    with pytest.raises(Refused, match="per programme, 甲: limit 100, used 100"):
        approve(grants, claim("C-2", occasion="b"), 1)
    approve(grants, claim("C-2", occasion="b"), 1, on=date(2014, 1, 1))
