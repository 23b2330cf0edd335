"""What is done every night: the new day's rules, the match of the register, the search index, the alerts."""

from dataclasses import dataclass
from datetime import date, datetime

from huiqi.holdings.current import run
from huiqi.procedures.alerts import Alerted, send_alerts
from huiqi.procedures.match_now import match_current_register
from huiqi.revisions.in_force import renew
from huiqi.search.current import bring_up_to_date


@dataclass(frozen=True, slots=True)
class Night:
    """What a night came to."""

    run: str | None  # name of the run; None where there is no register
    alerted: Alerted | None


def nightly(*, day: date, at: datetime, by: str = "system") -> Night:
    """Each step leaves its own deed; run again on the same night it tells nobody twice."""
    renew(on=day)
    bring_up_to_date()
    name = match_current_register(as_of=day, by=by, at=at)
    found = run()
    alerted = send_alerts(found, at=at) if name is not None and found is not None else None
    return Night(name, alerted)
