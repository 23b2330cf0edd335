"""How long cases were in the hands of others than their applicant: working days, from the log alone."""

from collections.abc import Iterable, Sequence
from datetime import date
from statistics import median

from huiqi.base.calendar import UnknownYear
from huiqi.cases.clocks import working_days_between
from huiqi.cases.history import Taken, decides
from huiqi.cases.types import CaseType, Turn


def days_in_hand(case_type: CaseType, log: Sequence[Taken]) -> int | None:
    """Working days from handing in to the first decision, without those on which the applicant had it.

    The day it came is not counted, as ever with periods. None while it is undecided, and where the holidays of a
    year are not known.
    """
    days = 0
    since: date | None = None  # in other hands; None: with the applicant
    for taken in log:
        if since is not None:
            try:
                days += working_days_between(since, taken.on)
            except UnknownYear:
                return None
        step, state = case_type.steps.get(taken.step), case_type.states.get(taken.to_state)
        if step is not None and decides(case_type, step):
            return days
        is_with_applicant = state is None or state.turn is Turn.APPLICANT
        since = None if is_with_applicant else taken.on
    return None


def median_days(days: Iterable[int | None]) -> float | None:
    """The middle one of those that are known; None where none is.

    >>> median_days([3, None, 8]), median_days([])
    (5.5, None)
    """
    known = [n for n in days if n is not None]
    return float(median(known)) if known else None
