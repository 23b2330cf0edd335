"""The clocks of cases: read after every step and every night, warned of, escalated; lengthened with a reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction

from huiqi.base.periods import Duration
from huiqi.cases.clocks import Colour, Extended, Reading, read_clocks, yellow_from
from huiqi.cases.extensions import extension_problems
from huiqi.cases.history import Note, Taken
from huiqi.cases.types import Clock, Role
from huiqi.cases.workflow import Hindrance
from huiqi.casework.actions import Late, Noted, escalate, extend_clock, held, note_clocks
from huiqi.casework.models import Case
from huiqi.casework.queries import extensions_of, log_of, open_cases, ticks_of
from huiqi.procedures.case_rules import CaseFacts, NoSuchType, facts_of, rules_of

URGENCY: Final = (Colour.RED, Colour.UNKNOWN, Colour.YELLOW, Colour.GREEN, Colour.UNTIMED, Colour.PAUSED)
"""Of several clocks the one that says most about the case comes first."""


class Refused(ValueError):
    """Something cannot be done; `problems` says why, by field."""

    def __init__(self, problems: Iterable[Hindrance]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.words.en for problem in self.problems))


def readings_of(
    facts: CaseFacts, log: Sequence[Taken], *, further: Sequence[Extended] = ()
) -> tuple[Reading, ...]:
    """Every clock of a case as it stands on the day of the facts, or would stand if it were lengthened further."""

    def applies(clock: Clock) -> bool | None:
        return True if clock.when is None else facts.holds(clock.when)

    return read_clocks(
        facts.rules.case_type,
        ticks_of(log),
        extensions=[*extensions_of(facts.case), *further],
        limits=facts.rules.limits,
        applies=applies,
        on=facts.on,
    )


def running(readings: Iterable[Reading]) -> list[Reading]:
    """Clocks that have not stopped, most urgent first."""
    found = [reading for reading in readings if reading.stopped_on is None]
    return sorted(found, key=lambda r: (URGENCY.index(r.colour), r.due or date.max))


def note_readings(case: Case, readings: Iterable[Reading], *, on: date) -> None:
    """Keep beside the case what its clocks show, for lists to be sorted by."""
    next_due, warns_on, colour = what_lists_show(readings)
    note_clocks(case, next_due=next_due, warns_on=warns_on, colour=colour, on=on)


def what_lists_show(readings: Iterable[Reading]) -> tuple[date | None, date | None, str]:
    """The next day due, the first day on which a clock warns, and the colour of the most urgent clock that runs.

    The end of a clock that stands moves with the days: it counts only where every clock stands.
    """
    found = running(readings)
    moving = [reading for reading in found if not reading.is_paused] or found
    dues = [reading.due for reading in moving if reading.due is not None]
    warnings = [day for reading in moving if (day := yellow_from(reading)) is not None]
    return min(dues, default=None), min(warnings, default=None), found[0].colour if found else ""


@dataclass(frozen=True, slots=True)
class Struck:
    """What a night came to."""

    read: int = 0
    late: int = 0
    told: int = 0  # escalations that are new


def read_all_clocks(*, on: date, at: datetime) -> Struck:
    """Read the clocks of every open case; tell whoever stands above the late ones. Nobody is told twice."""
    read = late = told = 0
    for case in open_cases().iterator(chunk_size=500):
        try:
            rules = rules_of(case, on=on)
        except NoSuchType:  # its pack was taken out; it stays as it is and is seen on the inbox
            continue
        readings = readings_of(facts_of(case, rules, on=on), log_of(case))
        note_readings(case, readings, on=on)
        read += 1
        overdue = [reading for reading in readings if reading.colour is Colour.RED]
        late += bool(overdue)
        for reading in overdue:
            told += tell_above(case, reading, on=on, at=at)
    return Struck(read, late, told)


def tell_above(case: Case, reading: Reading, *, on: date, at: datetime) -> int:
    due = reading.due
    if due is None:
        return 0
    return sum(
        escalate(case, Late(reading.clock.id, reading.started_on, due, role), on=on, at=at)
        for role in reading.escalates_to
    )


@transaction.atomic
def extend(
    case: Case,
    clock: str,
    by_: Duration,
    reason: str,
    *,
    by: str,
    role: Role,
    authority: str = "",
    on: date,
    at: datetime,
) -> None:
    """Lengthen a running clock once; the log says by how much, why and until when. Raises Refused with every reason
    why not."""
    row = held(case)
    facts = facts_of(row, rules_of(row, on=on), on=on)
    log = log_of(row)
    reading = next((r for r in readings_of(facts, log) if r.clock.id == clock), None)
    if reading is None:
        raise LookupError(clock)
    problems = extension_problems(reading, by=by_, reason=reason, role=role, on=on)
    if problems:
        raise Refused(Hindrance("reason", words) for words in problems)
    longer = Extended(clock, on, by_, reason.strip())
    after = readings_of(facts, log, further=[longer])
    due = next(r.due for r in after if r.clock.id == clock)
    extend_clock(row, clock, by_, Noted(Note.EXTENDED, role, by, authority, on, at, longer.reason), due=due)
    note_readings(row, after, on=on)
