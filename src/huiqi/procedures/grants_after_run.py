"""What follows from a match run for those who are entitled without asking, and what the nights bring on of it."""

from dataclasses import dataclass
from datetime import date, datetime

from huiqi.grants.queries import confirmed_lists
from huiqi.grants.types import State
from huiqi.matching.stored import StoredRun
from huiqi.procedures.case_clocks import Refused
from huiqi.procedures.grant_without_claim import draw_up_after_run, go_on
from huiqi.procedures.prepare_claims import prepare_claims


@dataclass(frozen=True, slots=True)
class Brought:
    """What a run brought."""

    lists: int  # drawn up for desks
    prepared: int  # drafts that lie with firms


def after_run(found: StoredRun, *, at: datetime, on: date) -> Brought:
    """Lists for the desks, prepared claims for firms. Run again for the same run it does nothing twice."""
    return Brought(len(draw_up_after_run(found, at=at, on=on)), prepare_claims(found, at=at, on=on))


def go_on_with_lists(*, at: datetime, on: date) -> int:
    """Go on with every confirmed list: open what a kill left, grant what was not refused in time; how many lists."""
    looked_at = 0
    for made in confirmed_lists():
        waits = made.state == State.OPENING or made.refuse_until is None or on > made.refuse_until
        if not waits:
            continue
        try:
            go_on(made, at=at, on=on)
            looked_at += 1
        except Refused:
            continue  # its measure has ended, or its run is gone: the desk sees what stands
    return looked_at
