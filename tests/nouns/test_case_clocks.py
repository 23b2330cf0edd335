"""Clocks are read from the log: working days of the real calendar, pauses, one extension, both times side by side."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiqi.base.bilingual import Bilingual
from huiqi.base.calendar import is_working_day
from huiqi.base.periods import Duration, Unit
from huiqi.cases.clocks import Colour, Extended, Reading, Tick, read_clocks, read_runs
from huiqi.cases.extensions import extension_problems
from huiqi.cases.types import Binds, CaseType, Clock, Extension, Purpose, Role, State, TimeLimit, Turn

SAID = Bilingual("说明", "words")
WORKING_20 = Duration(20, Unit.WORKING_DAYS)
WORKING_7 = Duration(7, Unit.WORKING_DAYS)
HANDLING = Clock(
    "handling",
    SAID,
    starts=frozenset({"accept"}),
    stops=frozenset({"approve", "refuse"}),
    legal=WORKING_20,
    promised=WORKING_7,
    pauses_in=frozenset({"returned"}),
    extension=Extension(Role.DECIDER, Duration(10, Unit.WORKING_DAYS)),
    warn_before=Duration(2, Unit.WORKING_DAYS),
    escalates_to=(Role.DECIDER, Role.SUPERVISOR),
)


def case_with(*clocks: Clock) -> CaseType:
    states = {
        "submitted": Turn.OFFICE,
        "accepted": Turn.OFFICE,
        "returned": Turn.APPLICANT,
        "done": Turn.CLOSED,
    }
    return CaseType(
        id="claim",
        pack="trial",
        title=SAID,
        clauses=(),
        purpose=Purpose.CLAIM,
        opened_by=("enterprise",),
        anonymous=False,
        lanes=(),
        measures=(),
        register=None,
        fund=None,
        desks={},
        form=(),
        review=(),
        requires=(),
        materials=(),
        states={key: State(key, SAID, turn) for key, turn in states.items()},
        first_state="submitted",
        steps={},
        clocks=clocks,
    )


def ticks(text: str) -> list[Tick]:
    """A log written as ``2012-09-03 accept accepted``, one event a line."""
    rows = [line.split() for line in text.strip().splitlines()]
    return [Tick(date.fromisoformat(day), step, state) for day, step, state in rows]


def read(
    log: str, on: str, clock: Clock = HANDLING, *extensions: Extended, limit: TimeLimit | None = None
) -> Reading:
    limits = {limit.id: limit} if limit else {}
    [found] = read_clocks(
        case_with(clock),
        ticks(log),
        extensions=extensions,
        limits=limits,
        applies=lambda _: True,
        on=date.fromisoformat(on),
    )
    return found


def days(text: str) -> date:
    return date.fromisoformat(text)


def test_legal_and_promised_time_stand_side_by_side_and_the_earlier_binds():
    found = read("2012-09-03 accept accepted", "2012-09-04")
    assert (found.promised_due, found.legal_due) == (days("2012-09-12"), days("2012-09-29"))
    assert found.due == days("2012-09-12")
    assert (found.days_taken, found.days_left, found.colour) == (1, 6, Colour.GREEN)


def test_national_day_2012_is_not_counted_and_the_saturday_worked_for_it_is():
    five = replace(HANDLING, legal=None, promised=Duration(5, Unit.WORKING_DAYS))
    assert read("2012-09-28 accept accepted", "2012-10-08", five).due == days("2012-10-11")
    assert read("2012-09-28 accept accepted", "2012-10-07", five).days_taken == 1


def test_spring_festival_2013_ends_a_time_on_a_worked_sunday():
    three = replace(HANDLING, legal=None, promised=Duration(3, Unit.WORKING_DAYS))
    found = read("2013-02-07 accept accepted", "2013-02-16", three)
    assert found.due == days("2013-02-17")
    assert found.days_left == 1


def test_the_days_a_matter_lies_with_the_applicant_do_not_count():
    log = """
        2012-09-03 accept accepted
        2012-09-05 return_to_mend returned
        2012-09-14 resubmit submitted
        2012-09-14 accept accepted
    """
    found = read(log, "2012-09-17")
    assert found.due == days("2012-09-21")  # two days used, five left from Friday the 14th
    assert (found.days_taken, found.days_left) == (3, 4)
    assert not found.is_paused


def test_while_it_lies_there_the_clock_stands_and_the_days_left_stay():
    log = "2012-09-03 accept accepted\n2012-09-05 return_to_mend returned"
    for day in ("2012-09-05", "2012-09-20", "2012-10-06"):
        found = read(log, day)
        assert (found.colour, found.days_left, found.days_taken) == (Colour.PAUSED, 5, 2)


def test_accepting_again_does_not_give_the_office_its_time_anew():
    log = "2012-09-03 accept accepted\n2012-09-10 accept accepted"
    assert read(log, "2012-09-11").started_on == days("2012-09-03")


def test_it_turns_yellow_before_and_red_after_the_last_day_and_tells_who_must_know():
    log = "2012-09-03 accept accepted"
    colours = {day: read(log, f"2012-09-{day}").colour for day in (7, 9, 10, 12, 13) for day in [f"{day:02}"]}
    assert colours == {
        "07": Colour.GREEN, "09": Colour.GREEN, "10": Colour.YELLOW, "12": Colour.YELLOW, "13": Colour.RED,
    }  # fmt: skip
    assert read(log, "2012-09-12").escalates_to == ()
    late = read(log, "2012-09-14")
    assert (late.escalates_to, late.days_left) == ((Role.DECIDER, Role.SUPERVISOR), -2)


def test_giving_a_late_matter_back_does_not_wash_it_clean():
    log = "2012-09-03 accept accepted\n2012-09-14 return_to_mend returned"
    found = read(log, "2012-09-20")
    assert (found.colour, found.due, found.is_paused) == (Colour.RED, days("2012-09-12"), True)


def test_given_back_on_the_last_day_it_must_be_done_on_the_day_it_returns():
    log = "2012-09-03 accept accepted\n2012-09-12 return_to_mend returned\n2012-09-20 resubmit submitted"
    assert read(log, "2012-09-20").due == days("2012-09-20")
    assert read(log, "2012-09-21").colour is Colour.RED


@pytest.mark.parametrize(("day", "colour"), [("2012-09-12", Colour.IN_TIME), ("2012-09-13", Colour.LATE)])
def test_a_stopped_clock_says_whether_it_was_in_time(day, colour):
    found = read(f"2012-09-03 accept accepted\n{day} approve done", "2013-06-30")
    assert (found.colour, found.days_left, found.escalates_to) == (colour, None, ())


def test_after_a_stop_it_starts_again_and_the_earlier_run_is_still_told():
    log = ticks("2012-09-03 accept accepted\n2012-09-14 approve done\n2012-10-15 accept accepted")
    case = case_with(HANDLING)
    late, running = read_runs(case, log, limits={}, applies=lambda _: True, on=days("2012-10-16"))
    assert (late.number, late.colour) == (1, Colour.LATE)
    assert (running.number, running.due) == (2, days("2012-10-24"))
    assert read_clocks(case, log, limits={}, applies=lambda _: True, on=days("2012-10-16")) == (running,)


def test_a_day_in_the_past_is_read_as_it_stood_then():
    log = "2012-09-03 accept accepted\n2012-09-14 approve done"
    assert read(log, "2012-09-13").colour is Colour.RED


@pytest.mark.parametrize(
    ("length", "due"),
    [
        (Duration(0, Unit.SAME_DAY), "2012-11-30"),
        (Duration(36, Unit.HOURS), "2012-12-02"),
        (Duration(15, Unit.DAYS), "2012-12-15"),
        (Duration(3, Unit.MONTHS), "2013-02-28"),
        (Duration(1, Unit.YEARS), "2013-11-30"),
        (Duration(1, Unit.CALENDAR_MONTH), "2012-11-30"),
    ],
)
def test_every_unit_of_time(length, due):
    clock = replace(HANDLING, legal=length, promised=None)
    assert read("2012-11-30 accept accepted", "2012-11-30", clock).legal_due == days(due)


def test_a_time_in_days_is_lengthened_by_the_days_of_a_pause():
    clock = replace(HANDLING, legal=Duration(30, Unit.DAYS), promised=None)
    log = "2013-03-01 accept accepted\n2013-03-11 return_to_mend returned\n2013-03-18 resubmit submitted"
    assert read(log, "2013-03-20", clock).due == days("2013-04-07")


def limit_of(within: Duration | None) -> TimeLimit:
    note = Bilingual("只说及时", "only says in time")
    return TimeLimit("reg", "trial", "c1", SAID, within, None, None, None, (), Binds.AUTHORITY, note=note)


def test_the_time_limit_of_the_document_is_the_legal_time():
    clock = replace(HANDLING, legal=None, promised=None, limit="reg")
    log = "2012-09-03 accept accepted"
    assert read(log, "2012-09-04", clock, limit=limit_of(WORKING_7)).legal_due == days("2012-09-12")


def test_where_the_document_only_says_in_time_days_are_counted_but_nothing_is_overdue():
    clock = replace(HANDLING, legal=None, promised=None, limit="reg")
    found = read("2012-09-03 accept accepted", "2013-06-28", clock, limit=limit_of(None))
    assert (found.colour, found.due, found.days_left) == (Colour.UNTIMED, None, None)
    assert found.problem == Bilingual("只说及时", "only says in time")
    assert found.days_taken is not None
    assert found.days_taken > 190


def test_a_year_without_a_known_calendar_is_said_and_not_guessed():
    found = read("2035-09-03 accept accepted", "2035-09-10")
    assert (found.colour, found.due, found.days_taken) == (Colour.UNKNOWN, None, None)
    assert found.problem is not None
    assert "2035" in found.problem.zh
    assert "2035" in found.problem.en


def test_what_is_past_a_known_end_is_red_even_where_the_other_end_is_not_known():
    clock = replace(HANDLING, promised=Duration(7, Unit.DAYS))
    assert read("2035-09-03 accept accepted", "2035-09-09", clock).colour is Colour.UNKNOWN
    assert read("2035-09-03 accept accepted", "2035-09-11", clock).colour is Colour.RED


def test_of_several_clocks_the_one_whose_rule_holds_is_read_and_an_open_one_says_so():
    fast, normal = replace(HANDLING, id="fast"), replace(HANDLING, id="normal")
    log = ticks("2012-09-03 accept accepted")
    on = days("2012-09-04")
    case = case_with(fast, normal)
    chosen = read_clocks(case, log, limits={}, applies=lambda c: c.id == "fast", on=on)
    assert [r.clock.id for r in chosen] == ["fast"]
    [first, second] = read_clocks(
        case, log, limits={}, applies=lambda c: None if c.id == "fast" else True, on=on
    )
    assert (first.colour, second.colour) == (Colour.UNKNOWN, Colour.GREEN)
    assert first.problem is not None


def extended(by: int, on: str = "2012-09-10", clock: str = "handling") -> Extended:
    return Extended(clock, days(on), Duration(by, Unit.WORKING_DAYS), "现场核查")


def test_an_extension_moves_both_ends_once_and_not_beyond_what_is_allowed():
    log = "2012-09-03 accept accepted"
    found = read(log, "2012-09-13", HANDLING, extended(3))
    assert (found.due, found.legal_due) == (days("2012-09-17"), days("2012-10-10"))
    assert found.colour is not Colour.RED
    assert read(log, "2012-09-13", HANDLING, extended(3), extended(9, on="2012-09-11")).due == found.due
    assert (
        read(log, "2012-09-13", HANDLING, extended(99)).due
        == read(log, "2012-09-13", HANDLING, extended(10)).due
    )
    assert read(log, "2012-09-13", HANDLING, extended(3, clock="other")).due == days("2012-09-12")


def test_an_extension_after_the_end_moves_nothing():
    found = read("2012-09-03 accept accepted", "2012-09-20", HANDLING, extended(5, on="2012-09-14"))
    assert found.colour is Colour.RED


def refusals(reading: Reading, **given: object) -> str:
    wanted = {
        "by": Duration(5, Unit.WORKING_DAYS), "reason": "现场核查", "role": Role.DECIDER, "on": reading.on, **given,
    }  # fmt: skip
    return "; ".join(problem.en for problem in extension_problems(reading, **wanted))  # type: ignore[arg-type]


def test_an_extension_is_refused_with_every_reason_at_once():
    log = "2012-09-03 accept accepted"
    running = read(log, "2012-09-10")
    assert refusals(running) == ""
    said = refusals(running, by=Duration(11, Unit.WORKING_DAYS), reason=" ", role=Role.OFFICER)
    assert "reason" in said
    assert "longer than" in said
    assert "only the decider" in said
    assert "longer than nothing" in refusals(running, by=Duration(0, Unit.WORKING_DAYS))
    assert "once already" in refusals(read(log, "2012-09-11", HANDLING, extended(2)))
    assert "overdue" in refusals(read(log, "2012-09-13"))
    assert "stopped" in refusals(read(f"{log}\n2012-09-05 approve done", "2012-09-06"))
    assert "cannot be extended" in refusals(read(log, "2012-09-10", replace(HANDLING, extension=None)))


STARTS = st.dates(date(2009, 1, 1), date(2018, 6, 30))
LENGTHS = st.one_of(
    st.builds(Duration, st.integers(1, 60), st.sampled_from([Unit.WORKING_DAYS, Unit.DAYS])),
    st.builds(Duration, st.integers(1, 12), st.just(Unit.MONTHS)),
    st.builds(Duration, st.integers(1, 2), st.just(Unit.YEARS)),
    st.builds(Duration, st.integers(1, 200), st.just(Unit.HOURS)),
    st.sampled_from([Duration(0, Unit.SAME_DAY), Duration(1, Unit.CALENDAR_MONTH)]),
)
GAPS = st.lists(st.integers(0, 40), max_size=8)


def log_of(start: date, gaps: list[int]) -> list[Tick]:
    """Accepted on a day, then given back and sent in again by turns, so many days after each other."""
    found, day = [Tick(start, "accept", "accepted")], start
    for place, gap in enumerate(gaps):
        day += timedelta(days=gap)
        found.append(Tick(day, "turn", "accepted" if place % 2 else "returned"))
    return found


def reading_of(
    start: date, gaps: list[int], length: Duration, *extensions: Extended, later: int = 0
) -> Reading:
    log = log_of(start, gaps)
    clock = replace(HANDLING, legal=length, promised=None)
    [found] = read_clocks(
        case_with(clock), log, extensions=extensions, limits={}, applies=lambda _: True,
        on=log[-1].on + timedelta(days=later),
    )  # fmt: skip
    return found


@given(STARTS, LENGTHS, st.integers(0, 400))
def test_without_a_pause_a_clock_ends_as_its_length_does(start, length, later):
    assert reading_of(start, [], length, later=later).due == length.last_day(start)


@given(STARTS, LENGTHS, GAPS, st.integers(0, 30))
def test_a_pause_never_makes_a_clock_end_earlier(start, length, gaps, later):
    plain = length.last_day(start)
    found = reading_of(start, gaps, length, later=later)
    assert plain is not None
    assert found.due is not None
    assert found.due >= plain
    fewer = reading_of(start, gaps[: len(gaps) // 2 * 2][:-2], length, later=later)
    assert fewer.due is not None
    assert found.due >= fewer.due


@given(STARTS, st.integers(1, 40), GAPS)
def test_a_time_in_working_days_has_exactly_its_days_outside_of_pauses(start, n, gaps):
    """Counting day by day, as an officer would with a wall calendar, comes to the same end."""
    found = reading_of(start, gaps, Duration(n, Unit.WORKING_DAYS))
    stood = [(p.since, p.until or found.on) for p in found.pauses]
    day, used = start, 0
    while used < n:
        day += timedelta(days=1)
        used += is_working_day(day) and not any(since < day <= until for since, until in stood)
    for since, until in stood:
        if since == day:  # given back on its last day: due when it comes back
            day = until
    assert found.due == day


@given(STARTS, LENGTHS, GAPS, st.integers(0, 60), st.integers(0, 15), st.integers(0, 15))
def test_a_longer_extension_never_ends_earlier(start, length, gaps, after, short, more):
    def due(by: int) -> date:
        extension = Extended(
            "handling", start + timedelta(days=after), Duration(by, Unit.WORKING_DAYS), "核查"
        )
        found = reading_of(start, gaps, length, extension, later=90).due
        assert found is not None
        return found

    plain = reading_of(start, gaps, length, later=90).due
    assert plain is not None
    assert plain <= due(short) <= due(short + more) <= due(99)
    assert due(99) == due(10)


@given(STARTS, LENGTHS, GAPS, st.integers(0, 100))
def test_colour_days_left_and_end_tell_the_same(start, length, gaps, later):
    found = reading_of(start, gaps, length, later=later)
    assert found.due is not None
    assert (found.colour is Colour.RED) == (found.on > found.due)
    assert found.days_left is not None
    assert found.days_left >= 0 or found.colour is Colour.RED
    assert found.days_taken is not None
    assert 0 <= found.days_taken <= (found.on - start).days
