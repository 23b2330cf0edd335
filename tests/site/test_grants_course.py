"""What may happen to grants without a claim: killed in the middle, refused, over a cap, wrong, recovered; prepared claims."""

from fractions import Fraction
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from huiqi.access.actions import grant_role
from huiqi.access.permissions import Role as Seat
from huiqi.cases.types import Role
from huiqi.casework.models import Case
from huiqi.dossiers.models import RecordedFact
from huiqi.grants.actions import take_back_in
from huiqi.grants.models import GrantList, ListedFirm, PreparedClaim
from huiqi.grants.types import Why
from huiqi.ledger.models import Balance, Grant
from huiqi.notices.models import Notice
from huiqi.procedures import grant_without_claim as granting
from huiqi.procedures.case_form import save_answers
from huiqi.procedures.doubtful_grants import doubtful
from huiqi.procedures.grant_without_claim import grant_due, open_cases
from huiqi.procedures.look_at_grants import came_of
from huiqi.procedures.payment_runs import post_receipts
from huiqi.procedures.prepare_claims import prepare_claims
from huiqi.procedures.take_step import NOTHING, Given, take_step
from huiqi.procedures.take_steps_together import take_steps_together
from huiqi.pushes.select import Wanted
from tests.site import trial_rewards
from tests.site.conftest import DAY, NOW, PASSWORD
from tests.site.granting import (
    LATER,
    TREASURY,
    Rewards,
    acting,
    bank_says_paid,
    budget,
    cases_of,
    confirmed,
    drawn_up,
    opened,
    send_to_bank,
)
from tests.site.granting import rewards as rewards
from tests.site.granting import rewards_once as rewards_once
from tests.site.trial_rewards import FUND, HIRING, JUDGED, PUBLISHED, SMALL, YEARLY

SOUTH = Wanted(within="370202")  # a district with some hundred of the firms


def paid_list(rewards: Rewards) -> GrantList:
    budget(10_000_000)
    made = opened(rewards, wanted=SOUTH)
    grant_due(made, at=NOW, on=LATER)
    numbers = [case.number for case in cases_of(made)]
    payer = acting("payer", Role.FINANCE, TREASURY)
    take_steps_together(numbers, "order_payment", granting.given_for_all, acting=payer, at=NOW, on=LATER)
    bank_says_paid(send_to_bank())
    post_receipts(at=NOW, on=LATER)
    return made


class Killed(BaseException):
    """The process is gone."""


def test_a_kill_at_any_point_leaves_nobody_out_and_nobody_twice(
    rewards: Rewards, monkeypatch: pytest.MonkeyPatch
):
    budget(10_000_000)
    made = confirmed(drawn_up(rewards, wanted=SOUTH))
    monkeypatch.setattr(granting, "CHUNK", 20)
    expected = set(made.listed.filter(why="").values_list("party", flat=True))
    assert len(expected) > 60
    kills = [(granting, "open_together"), (granting, "take_steps_together"), (granting.actions, "note_cases")]
    for module, name in kills:
        with monkeypatch.context() as patch:
            calls = [0]
            original = getattr(module, name)

            def dying(*args: Any, calls: list[int] = calls, original: Any = original, **named: Any) -> Any:
                calls[0] += 1
                answer = original(*args, **named)
                if calls[0] == 2:
                    raise Killed
                return answer

            patch.setattr(module, name, dying)
            with pytest.raises(Killed):
                open_cases(made, at=NOW, on=DAY)
        cases = list(Case.objects.values_list("party", flat=True))
        assert len(cases) == len(set(cases)) == made.listed.exclude(case="").count()
    open_cases(made, at=NOW, on=DAY)
    assert sorted(Case.objects.values_list("party", flat=True)) == sorted(expected)
    assert Notice.objects.filter(kind="case").count() == len(expected)


def test_granting_and_paying_begin_again_where_they_stopped(rewards: Rewards):
    budget(10_000_000)
    made = opened(rewards, wanted=SOUTH)
    numbers = [case.number for case in cases_of(made)]
    head = acting("head", Role.DECIDER)
    first = take_steps_together(numbers[:50], "approve", granting.given_for_all, acting=head, at=NOW, on=DAY)
    assert first.taken == 50
    again = grant_due(made, at=NOW, on=LATER)
    assert again.taken == len(numbers) - 50
    assert grant_due(made, at=NOW, on=LATER).taken == 0
    assert Grant.objects.count() == len(numbers)
    assert Grant.objects.filter(approved_by="head").count() == len(numbers)


def test_nothing_is_granted_before_the_time_to_refuse_is_over(rewards: Rewards):
    budget(10_000_000)
    made = opened(rewards, wanted=SOUTH)
    assert made.refuse_until is not None
    assert grant_due(made, at=NOW, on=made.refuse_until).taken == 0
    assert not Grant.objects.exists()


def test_what_is_published_can_be_refused_as_long_and_its_money_is_free_again(rewards: Rewards):
    budget(900_000_000)
    made = opened(rewards, PUBLISHED, YEARLY, wanted=SOUTH)
    grant_due(made, at=NOW, on=DAY)
    case = cases_of(made)[0]
    assert case.state == "published"
    held = Balance.objects.get(account="committed", holder=case.number).amount
    assert held > 0
    take_step(case, "withdraw", NOTHING, acting=acting("firm", Role.APPLICANT, ""), at=NOW, on=DAY)
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("withdrawn", "withdrawn")
    assert Balance.objects.get(account="committed", holder=case.number).amount == 0
    assert not case.publications.filter(ended_on=None).exists()
    again = drawn_up(rewards, PUBLISHED, YEARLY, wanted=SOUTH)
    reasons = dict(again.listed.values_list("why").distinct().values_list("why", "party"))
    assert again.listed.get(party=case.party).why == Why.HAS_REFUSED
    assert set(reasons) == {Why.HAS_REFUSED, Why.HAS_IT}
    assert not again.listed.filter(why="").exists()


def test_who_claimed_or_got_it_is_left_out_with_the_case(rewards: Rewards):
    budget(10_000_000)
    first = opened(rewards, wanted=SOUTH)
    again = drawn_up(rewards)
    for case in cases_of(first)[:5]:
        listed = again.listed.get(party=case.party)
        assert (listed.why, listed.note) == (Why.HAS_IT, f"办件{case.number}")
    assert again.listed.filter(why=Why.HAS_IT).count() == len(cases_of(first))
    second = confirmed(again)
    open_cases(second, at=NOW, on=DAY)
    assert Case.objects.filter(measure=SMALL).count() == again.firms


def test_a_cap_is_seen_before_anything_is_granted(rewards: Rewards, tmp_path: Any):
    cap = {"id": "all", "per": "fund", "limit": "20万", "clause": "c1"}
    library = trial_rewards.trial_library(tmp_path / "capped", caps=[cap])
    with trial_rewards.in_force(library):
        budget(10_000_000)
        made = drawn_up(rewards, wanted=SOUTH)
        over = made.listed.filter(why=Why.OVER_CAP)
        assert made.listed.filter(why="").count() == 100
        assert over.count() == made.firms - 100
        assert "限额 200,000" in over.first().note  # type: ignore[union-attr]
        made = confirmed(made)
        open_cases(made, at=NOW, on=DAY)
        assert grant_due(made, at=NOW, on=LATER).refused == {}
        assert sum(Grant.objects.values_list("taken", flat=True)) == 200_000


def test_of_exclusive_rewards_one_is_granted_and_the_other_seen_beforehand(rewards: Rewards, tmp_path: Any):
    groups = [["small-reward", "yearly-reward"]]
    library = trial_rewards.trial_library(tmp_path / "exclusive", once=True, exclusive=groups)
    with trial_rewards.in_force(library):
        budget(900_000_000)
        made = opened(rewards, wanted=SOUTH)
        came = grant_due(made, at=NOW, on=LATER)
        assert (came.taken, came.singly) == (len(cases_of(made)), 0)
        again = drawn_up(rewards, PUBLISHED, YEARLY)
        clashing = again.listed.filter(why=Why.OVER_CAP)
        assert set(clashing.values_list("note", flat=True)) == {"资金账上已有本项，或有与它互斥的享受"}
        granted = set(Case.objects.values_list("party", flat=True))
        assert {firm.party for firm in clashing} == granted & {firm.party for firm in again.listed.all()}
        # whom an officer takes back in nevertheless, the ledger refuses
        key = clashing.order_by("place")[0].pk
        take_back_in(again, key, by="officer", at=NOW)
        again = confirmed(again)
        open_cases(again, at=NOW, on=DAY)
        refused = grant_due(again, at=NOW, on=DAY).refused
        assert [[p.words.zh[:3] for p in problems] for problems in refused.values()] == [["与 t"]]


def test_a_corrected_file_is_not_granted_by_an_old_run(rewards: Rewards):
    party = drawn_up(rewards, wanted=SOUTH).listed.order_by("place")[0].party
    correct(party, "operating_revenue", "0")
    made = drawn_up(rewards, wanted=SOUTH)
    assert made.listed.get(party=party).why == Why.CHANGED
    budget(10_000_000)
    made = confirmed(made)
    other = made.listed.filter(why="").order_by("place")[0].party
    correct(other, "operating_revenue", "0")  # between confirming and opening
    open_cases(made, at=NOW, on=DAY)
    assert made.listed.get(party=other).why == Why.CHANGED
    assert not Case.objects.filter(party__in=[party, other]).exists()


def correct(party: str, fact: str, value: str) -> None:
    RecordedFact.objects.create(
        party=party, region="370202", fact=fact, value=value, as_of=DAY, source="年报更正", standing="accepted",
        recorded_by="agent", recorded_at=NOW, recorded_on=DAY, decided_by="officer", decided_at=NOW, decided_on=DAY,
    )  # fmt: skip


def test_a_wrong_payment_is_seen_and_recovered(rewards: Rewards):
    made = paid_list(rewards)
    case = cases_of(made)[0]
    assert doubtful(made, rewards.run) == []
    correct(case.party, "operating_revenue", "0")
    [doubt] = doubtful(made, rewards.run)
    assert doubt.case == case
    assert [(label.zh, now) for label, _, now in doubt.changed] == [("营业收入", "0")]
    before = Balance.objects.get(fund=FUND, account="available").amount
    payer = acting("payer", Role.FINANCE, TREASURY)
    take_step(case, "recover", Given(reason="营业收入更正为零"), acting=payer, at=NOW, on=LATER)
    assert Balance.objects.get(fund=FUND, account="available").amount == before + 2000
    assert Balance.objects.get(account="paid", holder=case.number).amount == 0
    assert doubtful(made, rewards.run) == []
    came = came_of(made)
    assert came.by_state == {"paid": made.firms - 1, "recovered": 1}
    assert came.nothing_after == pytest.approx(1 / made.firms)


def test_what_cannot_go_together_goes_singly_and_says_why_not(rewards: Rewards):
    budget(10_000_000)
    made = opened(rewards, wanted=SOUTH)
    cases = cases_of(made)[:10]
    cases[0].interests.create(user="head", note="亲属任职", at=NOW)
    take_step(cases[1], "withdraw", NOTHING, acting=acting("firm", Role.APPLICANT, ""), at=NOW, on=DAY)
    head = acting("head", Role.DECIDER)
    numbers = [case.number for case in cases]
    came = take_steps_together(numbers, "approve", granting.given_for_all, acting=head, at=NOW, on=DAY)
    assert came.taken == 8
    assert {n: [p.words.en for p in problems] for n, problems in came.refused.items()} == {
        cases[0].number: ["you declared an interest of your own in this case"],
        cases[1].number: ["this step does not lead on from here"],
    }
    same = take_steps_together(numbers[2:], "order_payment", granting.given_for_all, acting=acting(
        "head", Role.FINANCE, TREASURY), at=NOW, on=DAY)  # fmt: skip
    assert same.taken == 0
    assert len(same.refused) == 8


def test_a_step_for_many_asks_the_database_little(rewards: Rewards, django_assert_max_num_queries: Any):
    budget(10_000_000)
    made = opened(rewards, wanted=SOUTH)
    numbers = [case.number for case in cases_of(made)][:60]
    head = acting("head", Role.DECIDER)
    most = 75 if connection.vendor == "sqlite" else 60  # SQLite takes rows in several statements
    with django_assert_max_num_queries(most):
        take_steps_together(numbers, "approve", granting.given_for_all, acting=head, at=NOW, on=DAY)


@pytest.fixture
def firm(rewards: Rewards) -> str:
    """A firm with an account that fits what is prepared."""
    party = drawn_up(rewards, wanted=SOUTH).listed.order_by("place")[0].party
    user = User.objects.create_user("firm", password=PASSWORD)
    grant_role(user, Seat.FIRM_LEGAL, party=party, from_day=DAY, by="system", at=NOW)
    return party


def test_a_claim_is_prepared_once_and_asks_only_for_what_is_missing(rewards: Rewards, firm: str):
    assert prepare_claims(rewards.run, at=NOW, on=DAY) == 2
    assert prepare_claims(rewards.run, at=NOW, on=DAY) == 0
    cases = {case.measure: case for case in Case.objects.filter(party=firm)}
    assert {case.lane for case in cases.values()} == {"prepared"}
    assert {case.state for case in cases.values()} == {"draft"}
    words = Notice.objects.get(party=firm, about=f"case:{cases[HIRING].number}").body_zh
    assert "只需补充：招用人数" in words
    assert (
        "提交后由部门评判：示范作用突出" in Notice.objects.get(about=f"case:{cases[JUDGED].number}").body_zh
    )
    case = cases[HIRING]
    assert save_answers(case, {"hired": "3"}, by="firm", on=DAY, at=NOW) == {}
    done = take_step(case, "submit", NOTHING, acting=acting("firm", Role.APPLICANT, ""), at=NOW, on=DAY)
    assert (done.state, done.amount_asked) == ("submitted", 3000)


def test_a_prepared_claim_that_is_dropped_does_not_come_back(rewards: Rewards, firm: str):
    prepare_claims(rewards.run, at=NOW, on=DAY)
    case = Case.objects.get(measure=HIRING)
    take_step(case, "withdraw", NOTHING, acting=acting("firm", Role.APPLICANT, ""), at=NOW, on=DAY)
    assert prepare_claims(rewards.run, at=NOW, on=LATER) == 0
    assert Case.objects.filter(measure=HIRING).count() == 1
    assert PreparedClaim.objects.filter(party=firm).count() == 2


def test_firms_are_listed_with_the_amount_of_the_run(rewards: Rewards):
    made = drawn_up(rewards, PUBLISHED, YEARLY, wanted=SOUTH)
    rows = {
        row["party"]: row["amount"]
        for row in rewards.run.rows().to_pylist()
        if (row["measure"], row["verdict"]) == (YEARLY, "eligible")
    }
    listed = ListedFirm.objects.filter(list=made)
    assert listed.count() > 30
    assert {f.party: Fraction(f.amount or 0) for f in listed} == {
        f.party: Fraction(round(rows[f.party], 2)) for f in listed
    }
