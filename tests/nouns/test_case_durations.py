"""How long a case was in the hands of the office, from its log alone."""

from datetime import date

import pytest

from huiqi.cases.durations import days_in_hand
from huiqi.cases.history import Taken
from huiqi.cases.types import CaseType, Role
from huiqi.holdings.current import library

LEASE = "qingdao-2012-46", "lease-subsidy-claim"


@pytest.fixture(scope="module")
def claim() -> CaseType:
    slug, name = LEASE
    return library().packs[slug].cases[name]


def log(*lines: tuple[str, str, str, date]) -> list[Taken]:
    opened = Taken("open", "", "draft", Role.APPLICANT, "firm", date(2013, 6, 3))
    return [opened, *(Taken(s, was, to, Role.OFFICER, "somebody", on) for s, was, to, on in lines)]


SUBMITTED = ("submit", "draft", "submitted", date(2013, 6, 13))  # a Thursday after the Dragon Boat holiday
ACCEPTED = ("accept", "submitted", "accepted", date(2013, 6, 14))


def test_working_days_count_from_handing_in(claim: CaseType) -> None:
    reviewed = ("review", "accepted", "reviewed", date(2013, 6, 17))
    approved = ("approve", "reviewed", "published", date(2013, 6, 20))
    assert days_in_hand(claim, log(SUBMITTED, ACCEPTED, reviewed, approved)) == 5


def test_days_with_the_applicant_do_not_count(claim: CaseType) -> None:
    returned = ("return_to_mend", "accepted", "returned", date(2013, 6, 14))
    again = ("resubmit", "returned", "submitted", date(2013, 6, 27))
    declined = ("decline", "submitted", "refused", date(2013, 6, 28))
    assert days_in_hand(claim, log(SUBMITTED, ACCEPTED, returned, again, declined)) == 2


def test_what_is_not_decided_has_taken_no_time_yet(claim: CaseType) -> None:
    assert days_in_hand(claim, log(SUBMITTED, ACCEPTED)) is None


def test_where_holidays_are_not_known_nothing_is_guessed(claim: CaseType) -> None:
    late = ("decline", "submitted", "refused", date(2099, 6, 28))
    assert days_in_hand(claim, log(SUBMITTED, late)) is None
