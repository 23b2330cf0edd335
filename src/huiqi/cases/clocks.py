"""How long a matter may still take, read from its log alone: no due date is kept, so none can be edited.

A clock runs from a starting step to a stopping one; a starting step taken again while it runs changes nothing,
taken after a stop it starts a further run. Days on which the ball is elsewhere do not count: of a time in
working days those of a pause are left out, any other time is lengthened by the days of the pause. The day
something starts, pauses or resumes is not counted, as ever with periods.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.base.calendar import UnknownYear, add_working_days, is_working_day
from huiqi.base.periods import Duration, Unit
from huiqi.cases.types import CaseType, Clock, Role, TimeLimit

NOT_SETTLED: Final = Bilingual(
    "这一时限是否适用，要等所依的情况填报后才能确定",
    "whether this time applies is known once the facts it hangs on are stated",
)
NO_LENGTH: Final = Bilingual("文件没有写明天数", "the document names no length of time")
WARN_SHARE: Final = 5
"""Where a clock does not say when it warns: in the last fifth of its time, a day before at the latest."""


@dataclass(frozen=True, slots=True)
class Tick:
    """One event of the log of a case, as far as clocks see it; the log is in order."""

    on: date
    step: str
    to_state: str


@dataclass(frozen=True, slots=True)
class Extended:
    """A clock was lengthened, 延长."""

    clock: str
    on: date
    by: Duration
    reason: str


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands; `until` is the day it went on, None while it still stands."""

    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A clock from one start to its stop."""

    started_on: date
    stopped_on: date | None = None
    pauses: tuple[Pause, ...] = ()


class Colour(StrEnum):
    """How a clock stands."""

    GREEN = "green"
    YELLOW = "yellow"  # due soon
    RED = "red"  # overdue, also while it is paused after its end
    PAUSED = "paused"
    IN_TIME = "in_time"  # stopped
    LATE = "late"  # stopped
    UNKNOWN = "unknown"  # the end cannot be worked out; `problem` says why
    UNTIMED = "untimed"  # only "in time" or "at once" was promised: counted, never overdue


ENDED: Final = frozenset({Colour.IN_TIME, Colour.LATE})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clock shows on a day. `legal_due` and `promised_due` stand side by side; `due` is the earlier."""

    clock: Clock
    number: int  # of the run, from 1
    on: date
    started_on: date
    stopped_on: date | None
    pauses: tuple[Pause, ...]
    colour: Colour
    legal_due: date | None = None
    promised_due: date | None = None
    extended: Extended | None = None
    days_taken: int | None = None  # working days without pauses; None: not known for these years
    days_left: int | None = None  # below 0 once overdue; None where there is no end, or it has stopped
    left_in_working_days: bool = False
    problem: Bilingual | None = None

    @property
    def due(self) -> date | None:
        """The last day that is in time, as far as it is known: legal or promised, whichever is earlier."""
        return min((day for day in (self.legal_due, self.promised_due) if day is not None), default=None)

    @property
    def is_paused(self) -> bool:
        return self.stopped_on is None and bool(self.pauses) and self.pauses[-1].until is None

    @property
    def is_late(self) -> bool:
        return self.colour in (Colour.RED, Colour.LATE)

    @property
    def escalates_to(self) -> tuple[Role, ...]:
        """Who is told, in this order, while it is overdue."""
        return self.clock.escalates_to if self.colour is Colour.RED else ()


def read_clocks(
    case_type: CaseType,
    log: Sequence[Tick],
    *,
    extensions: Sequence[Extended] = (),
    limits: Mapping[str, TimeLimit],
    applies: Callable[[Clock], bool | None],
    on: date,
) -> tuple[Reading, ...]:
    """The last run of every clock that has started by a day, in the order of the declaration.

    Args:
        log: all events of the case in order; later ones than `on` do not count.
        extensions: those that were granted; of each run the first one counts, up to what the clock allows.
        limits: the time limits of the pack by id.
        applies: does the rule of a clock hold (several clocks of one matter)? None while that is open: the clock
            is then read with colour `unknown`.
    """
    last: dict[str, Reading] = {}
    for reading in read_runs(case_type, log, extensions=extensions, limits=limits, applies=applies, on=on):
        last[reading.clock.id] = reading
    return tuple(last.values())


def read_runs(
    case_type: CaseType,
    log: Sequence[Tick],
    *,
    extensions: Sequence[Extended] = (),
    limits: Mapping[str, TimeLimit],
    applies: Callable[[Clock], bool | None],
    on: date,
) -> tuple[Reading, ...]:
    """The same for every run, earlier ones included, as the count of late matters needs them."""
    found = []
    for clock in case_type.clocks:
        holds = applies(clock)
        if holds is False:
            continue
        granted = [e for e in extensions if e.clock == clock.id and e.on <= on]
        for number, run in enumerate(runs_of(clock, log, on=on), start=1):
            limit = limits.get(clock.limit) if clock.limit is not None else None
            reading = read_run(clock, run, number=number, extensions=granted, limit=limit, on=on)
            found.append(reading if holds else unsettled(reading))
    return tuple(found)


def unsettled(reading: Reading) -> Reading:
    return replace(reading, colour=Colour.UNKNOWN, problem=NOT_SETTLED, days_left=None)


def runs_of(clock: Clock, log: Iterable[Tick], *, on: date) -> list[Run]:
    """Every run of a clock that has started by a day, with its pauses."""
    done: list[Run] = []
    run: Run | None = None
    for tick in log:
        if tick.on > on:
            break
        if run is not None and tick.step in clock.stops:
            done.append(replace(resumed(run, tick.on), stopped_on=tick.on))
            run = None
        if run is None and tick.step in clock.starts:
            run = Run(tick.on)
        if run is not None:
            run = paused(run, tick.on) if tick.to_state in clock.pauses_in else resumed(run, tick.on)
    return done if run is None else [*done, run]


def stands(run: Run) -> bool:
    return bool(run.pauses) and run.pauses[-1].until is None


def paused(run: Run, day: date) -> Run:
    return run if stands(run) else replace(run, pauses=(*run.pauses, Pause(day)))


def resumed(run: Run, day: date) -> Run:
    return replace(run, pauses=(*run.pauses[:-1], Pause(run.pauses[-1].since, day))) if stands(run) else run


def read_run(
    clock: Clock,
    run: Run,
    *,
    number: int,
    extensions: Sequence[Extended],
    limit: TimeLimit | None,
    on: date,
) -> Reading:
    """One run of a clock as it stands on a day."""
    extension = extension_in(run, extensions) if clock.extension is not None else None
    lengths = (clock.legal or (limit.within if limit is not None else None), clock.promised)
    dues: list[date | None] = []
    problem = None
    for length in lengths:
        try:
            dues.append(last_day_of(length, run, clock, extension, on=on) if length is not None else None)
        except UnknownYear:
            dues.append(None)
            problem = unknown_year(run.started_on)
    reading = Reading(
        clock,
        number,
        on,
        run.started_on,
        run.stopped_on,
        run.pauses,
        Colour.UNKNOWN,
        legal_due=dues[0],
        promised_due=dues[1],
        extended=extension,
        days_taken=days_taken(run, on=on),
        problem=problem,
    )
    binding = binding_length(lengths, dues)
    if binding is None and problem is None:
        return replace(
            reading, colour=Colour.UNTIMED, problem=limit.note if limit and limit.note else NO_LENGTH
        )
    in_working_days = binding is not None and binding.unit is Unit.WORKING_DAYS
    return replace(
        reading,
        colour=colour_of(reading, run),
        days_left=days_left(reading, in_working_days=in_working_days),
        left_in_working_days=in_working_days,
    )


def binding_length(lengths: Sequence[Duration | None], dues: Sequence[date | None]) -> Duration | None:
    """The length that ends first; None where neither has an end that is known."""
    ends = [(due, length) for due, length in zip(dues, lengths, strict=True) if due is not None]
    return min(ends, key=lambda end: end[0])[1] if ends else None


def extension_in(run: Run, extensions: Iterable[Extended]) -> Extended | None:
    """The extension that counts for a run: the first one that was granted while it ran."""
    inside = (e for e in extensions if run.started_on <= e.on and e.on <= (run.stopped_on or e.on))
    return min(inside, key=lambda e: e.on, default=None)


def last_day_of(
    length: Duration, run: Run, clock: Clock, extension: Extended | None, *, on: date
) -> date | None:
    """The last day of a time with its pauses and its extension; None for opening hours.

    Raises `UnknownYear` for working days of a year without a known holiday notice.
    """
    due = length.last_day(run.started_on)
    if due is None:
        return None
    pauses = list(run.pauses)
    while pauses and (extension is None or pauses[0].since < extension.on):
        due = after_pause(due, pauses.pop(0), length, on=on)
    if extension is not None and extension.on <= due:
        due = after_extension(due, extension, clock)
    for pause in pauses:
        due = after_pause(due, pause, length, on=on)
    return due


def after_pause(due: date, pause: Pause, length: Duration, *, on: date) -> date:
    """The end moved by a pause; one that began after the end moves nothing: late stays late."""
    if pause.since > due:
        return due
    until = pause.until or on
    if length.unit is not Unit.WORKING_DAYS:
        return due + (until - pause.since)
    left = working_days_between(pause.since, due)
    return max(due, add_working_days(until, left))


def after_extension(due: date, extension: Extended, clock: Clock) -> date:
    """The end moved by an extension, at most by what the clock allows."""
    most = clock.extension.at_most if clock.extension is not None else extension.by
    ends = (day for day in (extension.by.last_day(due), most.last_day(due)) if day is not None)
    return max(due, min(ends, default=due))


def working_days_between(after: date, until: date) -> int:
    """Working days later than one day and not later than another; 0 where there are none. Raises `UnknownYear`."""
    return sum(is_working_day(after + timedelta(days=n)) for n in range(1, (until - after).days + 1))


def days_taken(run: Run, *, on: date) -> int | None:
    """Working days a run has taken without its pauses; None where a year's holidays are not known."""
    end = run.stopped_on or on
    try:
        stood = sum(working_days_between(p.since, p.until or end) for p in run.pauses)
        return working_days_between(run.started_on, end) - stood
    except UnknownYear:
        return None


def days_left(reading: Reading, *, in_working_days: bool) -> int | None:
    """Days from now to the end, in working days or plain ones; below 0 once it is past."""
    if reading.due is None or reading.stopped_on is not None:
        return None
    if not in_working_days:
        return (reading.due - reading.on).days
    try:
        if reading.on <= reading.due:
            return working_days_between(reading.on, reading.due)
        return -working_days_between(reading.due, reading.on)
    except UnknownYear:
        return None


def colour_of(reading: Reading, run: Run) -> Colour:
    due, on = reading.due, reading.stopped_on or reading.on
    if due is not None and on > due:
        return Colour.RED if reading.stopped_on is None else Colour.LATE
    if due is None or reading.problem is not None:
        return Colour.UNKNOWN
    if reading.stopped_on is not None:
        return Colour.IN_TIME
    if stands(run):
        return Colour.PAUSED
    return Colour.YELLOW if is_due_soon(reading, due) else Colour.GREEN


def is_due_soon(reading: Reading, due: date) -> bool:
    return warns(warning_of(reading.clock, reading.started_on, due), reading.on, due)


def warning_of(clock: Clock, started_on: date, due: date) -> Duration:
    """How long before its end a clock warns."""
    if clock.warn_before is not None:
        return clock.warn_before
    return Duration(max(1, (due - started_on).days // WARN_SHARE), Unit.DAYS)


def warns(before: Duration, on: date, due: date) -> bool:
    try:
        reached = before.last_day(on)
    except UnknownYear:
        reached = on + timedelta(days=before.n)
    return reached is not None and reached >= due


def yellow_from(reading: Reading) -> date | None:
    """The first day on which a clock that runs is yellow, if nothing happens until then; None where it never is."""
    due = reading.due
    if due is None or reading.stopped_on is not None or reading.is_paused:
        return None
    return first_warning(warning_of(reading.clock, reading.started_on, due), reading.started_on, due)


@lru_cache(maxsize=4096)
def first_warning(before: Duration, started_on: date, due: date) -> date:
    day = due
    while day > started_on and warns(before, day - timedelta(days=1), due):
        day -= timedelta(days=1)
    return day


def unknown_year(start: date) -> Bilingual:
    """Which year's holidays are wanting, and what to do: the first one from a day on that is not known."""
    year = start.year
    while is_known(year):
        year += 1
    return Bilingual(
        f"{year}年的放假调休安排还没有载入，按工作日算的到期日暂时算不出；国务院办公厅的通知发布后更新节假日数据即可",
        f"the public holidays of {year} are not loaded, so no end in working days can be named yet; "
        "update the calendar once the notice of the State Council is out",
    )


def is_known(year: int) -> bool:
    try:
        is_working_day(date(year, 1, 1))
    except UnknownYear:
        return False
    return True
