"""Cases from their opening to money and back, by the steps their declaration has, whoever takes them."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from huiqi.cases.history import rebuild
from huiqi.cases.types import Role
from huiqi.casework.models import Case, CaseEvent
from huiqi.casework.queries import log_of
from huiqi.funds.types import Movement
from huiqi.holdings.current import library
from huiqi.ledger.actions import put_in
from huiqi.ledger.models import Posting
from huiqi.notices.models import Notice
from huiqi.procedures.case_clocks import Refused
from huiqi.procedures.case_form import hand_in_file, save_answers
from huiqi.procedures.case_rules import facts_of, rules_of
from huiqi.procedures.object_to_case import open_objection
from huiqi.procedures.open_case import Wish, open_case
from huiqi.procedures.take_step import THE_PLATFORM, Acting, Given, take_step
from tests.site.conftest import Site
from tests.site.filling import with_findings

DAY = date(2013, 7, 1)
AT = datetime(2013, 7, 1, 9, 0, tzinfo=UTC)
LEASE = "qingdao-2012-46/lease-subsidy-claim"
PDF = b"%PDF-1.7 synthetic"

FIRM = Acting("firm", Role.APPLICANT)
OFFICER = Acting("officer", Role.OFFICER, authority="市经济和信息化委")
REVIEWER = Acting("officer", Role.REVIEWER, authority="市经济和信息化委")
HEAD = Acting("head", Role.DECIDER, authority="市经济和信息化委")
PAYER = Acting("payer", Role.FINANCE, authority="市财政局")


def step(case: Case, name: str, acting: Acting, on: date = DAY, **given: object) -> Case:
    full = with_findings(case, name, given, on=on)
    return take_step(case, name, Given(**full), acting=acting, at=AT, on=on)  # type: ignore[arg-type]


def drafted(site: Site, **replies: str) -> Case:
    """A claim of the leasing subsidy, filled in by the firm with its papers."""
    case = open_case(Wish(LEASE, party=site.firm), by="firm", on=DAY, at=AT).case
    asked = facts_of(case, rules_of(case, on=DAY), on=DAY).form.missing()
    usual = dict.fromkeys(asked, "是") | {"lease_financed_amount": "1000万"}
    problems = save_answers(case, usual | replies, by="firm", on=DAY, at=AT)
    assert problems == {}, problems
    for material in ("lease_contract", "payment_proof"):
        hand_in_file(case, material, f"{material}.pdf", PDF, by="firm", at=AT)
    return case


def with_money(amount: int = 100_000_000) -> None:
    fund = library().packs["qingdao-2012-46"].funds["sme-special-fund"]
    put_in(
        fund,
        Movement.BUDGET,
        amount=Fraction(amount),
        year=2013,
        source="市财政局",
        by="payer",
        at=AT,
        on=DAY,
    )


def approved(site: Site, amount: int = 100_000) -> Case:
    case = step(drafted(site), "submit", FIRM)
    case = step(case, "accept", OFFICER)
    case = step(case, "review", REVIEWER, no_conflict=True, amount=Fraction(amount))
    return step(case, "approve", HEAD, no_conflict=True, amount=Fraction(amount))


def test_a_claim_passes_through_hands_until_its_payment_is_ordered(site: Site) -> None:
    with_money()
    case = approved(site)
    until = case.publications.get().until
    after = until + timedelta(days=1)
    case = step(case, "confirm", OFFICER, on=after)
    case = step(case, "order_payment", PAYER, on=after)
    with pytest.raises(Refused, match="receipt has not been taken in"):
        step(case, "record_payment", THE_PLATFORM, on=after)
    assert (case.state, case.outcome) == ("ordered", "granted")
    assert [p.movement for p in Posting.objects.filter(case=case.number).order_by("pk")] == [
        "commit", "order_payment",
    ]  # fmt: skip
    assert case.amount_granted == 100_000
    titles = [n.title_zh for n in Notice.objects.filter(party=site.firm, kind="case")]
    assert any("公示中" in title for title in titles)


def test_the_log_alone_gives_the_case_back(site: Site) -> None:
    with_money()
    case = approved(site)
    standing = rebuild(rules_of(case, on=DAY).case_type, log_of(case))
    kept = (case.state, case.turn, case.outcome, case.submitted_on, case.decided_on, case.version)
    assert kept == (
        standing.state, standing.turn, standing.outcome, standing.submitted_on, standing.decided_on,
        standing.version,
    )  # fmt: skip


def test_the_log_can_be_added_to_and_not_changed(site: Site) -> None:
    case = drafted(site)
    for change in (
        lambda: CaseEvent.objects.filter(case=case).update(by="somebody else"),
        lambda: CaseEvent.objects.filter(case=case).delete(),
    ):
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            change()
    assert CaseEvent.objects.get(case=case).by == "firm"


def test_who_reviewed_cannot_approve_and_who_approved_cannot_pay(site: Site) -> None:
    with_money()
    case = step(step(drafted(site), "submit", FIRM), "accept", OFFICER)
    case = step(case, "review", Acting("head", Role.REVIEWER), no_conflict=True, amount=Fraction(1))
    with pytest.raises(Refused, match="somebody else takes this one"):
        step(case, "approve", HEAD, no_conflict=True, amount=Fraction(1))


def test_everything_missing_is_named_at_once(site: Site) -> None:
    case = open_case(Wish(LEASE, party=site.firm), by="firm", on=DAY, at=AT).case
    with pytest.raises(Refused) as refused:
        step(case, "submit", FIRM)
    fields = {problem.field for problem in refused.value.problems}
    assert {"lease_financed_amount", "lease_contract", "payment_proof"} <= fields


def test_money_that_is_not_there_is_not_promised(site: Site) -> None:
    case = step(step(drafted(site), "submit", FIRM), "accept", OFFICER)
    case = step(case, "review", REVIEWER, no_conflict=True, amount=Fraction(100_000))
    with pytest.raises(Refused):
        step(case, "approve", HEAD, no_conflict=True, amount=Fraction(100_000))
    case.refresh_from_db()
    assert (case.state, case.publications.count()) == ("reviewed", 0)
    assert not Posting.objects.filter(case=case.number).exists()


def test_the_same_is_not_claimed_twice_by_wording_it_otherwise(site: Site) -> None:
    step(drafted(site), "submit", FIRM)
    with pytest.raises(Refused, match="cannot be claimed twice"):
        step(drafted(site), "submit", FIRM)


def test_a_case_somebody_else_moved_on_is_not_overwritten(site: Site) -> None:
    case = step(drafted(site), "submit", FIRM)
    seen = case.version
    step(case, "accept", OFFICER, version=seen)
    with pytest.raises(Refused, match="in the meantime"):
        step(case, "decline", Acting("other", Role.OFFICER), reason="重复", version=seen)


def test_a_returned_claim_is_mended_field_by_field(site: Site) -> None:
    case = step(drafted(site), "submit", FIRM)
    case = step(case, "return_to_mend", OFFICER, mends={"lease_financed_amount": "与合同不符"})
    with pytest.raises(Refused, match="still to be mended"):
        step(case, "resubmit", FIRM)
    assert save_answers(case, {"lease_financed_amount": "900万"}, by="firm", on=DAY, at=AT) == {}
    assert step(case, "resubmit", FIRM).state == "submitted"


def test_a_published_grant_waits_for_its_days_and_for_objections(site: Site) -> None:
    with_money()
    case = approved(site)
    with pytest.raises(Refused, match="it stays published until"):
        step(case, "confirm", OFFICER)
    objection = open_objection(case, party="", by="", on=DAY, at=AT).case
    replies = {"entry_concerned": "某企业", "objection": "合同不实"}
    assert save_answers(objection, replies, by="", on=DAY, at=AT) == {}
    objection = step(objection, "raise", Acting("", Role.APPLICANT))
    after = case.publications.get().until + timedelta(days=1)
    with pytest.raises(Refused, match="does not hold"):
        step(case, "confirm", OFFICER, on=after)
    step(
        objection,
        "dismiss",
        OFFICER,
        on=after,
        no_conflict=True,
        reason="查无实据",
        review={"reply": "合同属实"},
    )
    assert step(case, "confirm", OFFICER, on=after).state == "approved"


def test_the_verdict_is_frozen_with_the_facts_it_stood_on(site: Site) -> None:
    case = step(drafted(site), "submit", FIRM)
    frozen = case.frozen
    assert frozen is not None
    assert frozen["pack"] == "qingdao-2012-46"
    assert frozen["register"] == "2013-06-30"
    assert frozen["facts"]["lease_financed_amount"] == "10000000"
    assert {reason[2] for reason in frozen["reasons"]}
