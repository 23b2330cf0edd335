"""A step taken of many cases together leaves what the same step leaves when each takes it by itself."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from huiqi.cases.types import Role
from huiqi.casework.models import Case, CaseEvent, FollowUpTask, Publication, Rating
from huiqi.ledger.models import Balance, Grant, PaymentOrder, Posting
from huiqi.notices.models import Notice
from huiqi.procedures import take_steps_together as together
from huiqi.procedures.grant_without_claim import given_for_all
from huiqi.procedures.take_step import NOTHING, THE_PLATFORM
from huiqi.pushes.select import Wanted
from tests.site.conftest import DAY, NOW
from tests.site.granting import (
    LATER,
    TREASURY,
    Rewards,
    acting,
    bank_says_paid,
    budget,
    cases_of,
    opened,
    send_to_bank,
)
from tests.site.granting import rewards as rewards
from tests.site.granting import rewards_once as rewards_once
from tests.site.trial_rewards import PUBLISHED, REWARD, SMALL, YEARLY

Rows = dict[str, list[dict[str, Any]]]
KEPT = (Case, CaseEvent, Publication, FollowUpTask, Rating, Notice, Grant, PaymentOrder, Posting, Balance)
OF_THE_TABLE = {"id", "last_posting"}
POINTERS = {
    "case_id": "case__number", "grant_id": "grant__number", "order_id": "order__number", "account_id": "account__number",
}  # fmt: skip


def everything() -> Rows:
    """All rows that follow from steps, without the numbers of their tables."""
    found: Rows = {}
    for model in KEPT:
        names = [f.attname for f in model._meta.concrete_fields if f.name not in OF_THE_TABLE]
        names = [
            POINTERS.get(name, name) for name in names if not (model is PaymentOrder and name == "run_id")
        ]
        rows = [dict(row) for row in model._default_manager.values(*names)]
        found[model.__name__] = sorted(rows, key=repr)
    return found


def go_through(rewards: Rewards, case_type: str, measure: str, step: Callable[..., None]) -> Rows:
    """From a list to payment; `step` takes one step of many cases. What it leaves is rolled back."""
    with transaction.atomic():
        budget(900_000_000)
        made = opened(rewards, case_type, measure, wanted=Wanted(within="370202"))
        numbers = [case.number for case in cases_of(made)][:40]
        assert len(numbers) == 40
        head, officer = acting("head", Role.DECIDER), acting("officer", Role.OFFICER)
        step(numbers, "approve", given_for_all, head, DAY)
        if case_type == PUBLISHED:
            step(numbers, "confirm", given_for_all, officer, LATER)
        step(numbers, "order_payment", given_for_all, acting("payer", Role.FINANCE, TREASURY), LATER)
        bank_says_paid(send_to_bank())
        step(numbers, "record_payment", lambda case: NOTHING, THE_PLATFORM, LATER)
        assert set(Case.objects.filter(number__in=numbers).values_list("state", flat=True)) == {"paid"}
        left = everything()
        transaction.set_rollback(True)
    return left


def in_chunks(numbers: list[str], step: str, given: Any, who: Any, on: date) -> None:
    came = together.take_steps_together(numbers, step, given, acting=who, at=NOW, on=on, chunk=15)
    assert (came.taken, came.singly, came.refused) == (40, 0, {})


def one_by_one(numbers: list[str], step: str, given: Any, who: Any, on: date) -> None:
    for number in numbers:
        case = Case.objects.get(number=number)
        together.take_step(case, step, given(case), acting=who, at=NOW, on=on)


@pytest.mark.parametrize(("case_type", "measure"), [(REWARD, SMALL), (PUBLISHED, YEARLY)])
def test_both_ways_leave_the_same(
    rewards: Rewards, monkeypatch: pytest.MonkeyPatch, case_type: str, measure: str
):
    fast = go_through(rewards, case_type, measure, in_chunks)
    monkeypatch.setattr(together, "PLAIN_EFFECTS", frozenset())  # now nothing goes together
    slow = go_through(rewards, case_type, measure, one_by_one)
    for name, rows in slow.items():
        assert fast[name] == rows, name
    assert {row["state"] for row in slow["Case"]} >= {"paid"}
    assert not Case.objects.exists()
