"""What is done every night, and after rules changed: match, index, tell; by night entries lapse and it is tidied up."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from django.contrib.sessions.models import Session
from django_tasks_db.models import DBTaskResult

from huiqi.checkups.actions import forget_unused
from huiqi.holdings.current import run
from huiqi.procedures.alerts import Alerted, send_alerts
from huiqi.procedures.case_clocks import Struck, read_all_clocks
from huiqi.procedures.grants_after_run import Brought, after_run, go_on_with_lists
from huiqi.procedures.lapse_entries import Lapsed, lapse_entries
from huiqi.procedures.match_now import match_current_register
from huiqi.procedures.payee_accounts import ask_for_accounts
from huiqi.procedures.payment_runs import Posted, post_receipts
from huiqi.procedures.propose_entries import propose_entries
from huiqi.procedures.rate_case import send_reminders
from huiqi.procedures.system_steps import TimeSteps, take_due_steps
from huiqi.revisions.in_force import renew
from huiqi.search.current import bring_up_to_date

KEPT_TASKS: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Night:
    """What a night came to."""

    run: str | None  # name of the run; None where there is no register
    alerted: Alerted | None
    brought: Brought | None = None  # for those who are entitled without asking
    lapsed: Lapsed | None = None  # None: it was not asked for
    proposed: int = 0  # parties that a register's rule lets in, found anew
    posted: Posted | None = None
    by_time: TimeSteps | None = None  # steps of cases that time alone brings about
    clocks: Struck | None = None
    reminded: int = 0


def nightly(*, day: date, at: datetime, by: str = "system") -> Night:
    """Each step leaves its own deed; run again on the same night it tells nobody twice."""
    lapsed = lapse_entries(on=day, at=at)  # first: what ran out is not known to the match any more
    posted = post_receipts(at=at, on=day)  # what the bank answered and nobody worked on by day
    by_time = take_due_steps(on=day, at=at)
    ask_for_accounts(at=at, on=day)  # whose money was ordered by another way than a step
    clocks = read_all_clocks(on=day, at=at)
    reminded = send_reminders(on=day, at=at)
    go_on_with_lists(at=at, on=day)
    night = follow(day=day, at=at, by=by)
    proposed = propose_entries(on=day, at=at)
    tidy(at=at)
    return replace(
        night,
        lapsed=lapsed,
        proposed=proposed,
        posted=posted,
        by_time=by_time,
        clocks=clocks,
        reminded=reminded,
    )


def follow(*, day: date, at: datetime, by: str) -> Night:
    """Rules, register or day changed: everything that hangs on them follows."""
    renew(on=day)
    bring_up_to_date()
    name = match_current_register(as_of=day, by=by, at=at)
    found = run()
    if name is None or found is None:
        return Night(name, None)
    alerted = send_alerts(found, at=at)
    return Night(name, alerted, brought=after_run(found, at=at, on=day))


def tidy(*, at: datetime) -> None:
    """Sessions that ran out, check-ups nobody came back to, and background work long done are not kept."""
    forget_unused(by="system", at=at)
    Session.objects.filter(expire_date__lt=at).delete()
    DBTaskResult.objects.finished().filter(finished_at__lt=at - KEPT_TASKS).delete()
