"""Where a case stands, in words: whose turn it is, what happens next by when, its clocks side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.cases.clocks import Colour, Reading
from huiqi.cases.names import COLOUR_NAMES, OUTCOME_NAMES, TURN_NAMES
from huiqi.cases.types import DESK_ROLES, CaseType, Outcome, Role, Step, Turn
from huiqi.cases.workflow import steps_from
from huiqi.casework.models import Case
from huiqi.holdings.current import register
from huiqi.packs.wording import ROLES, duration_words
from huiqi.procedures.act_in_case import desks_of
from huiqi.procedures.case_clocks import running
from huiqi.procedures.case_rules import CaseRules
from huiqi.web.shared.colours import BADGES

GOOD: Final = (
    Outcome.GRANTED, Outcome.PARTLY_GRANTED, Outcome.UPHELD, Outcome.DELIVERED, Outcome.RECORDED,
)  # fmt: skip
TURN_OF: Final = {
    Turn.APPLICANT: Role.APPLICANT,
    Turn.PROVIDER: Role.PROVIDER,
    Turn.OTHER_SIDE: Role.OTHER_SIDE,
}
YOURS: Final = Bilingual("待您办理", "your turn")
YOU: Final = Bilingual("您", "you")


def colour_name(colour: str) -> Bilingual | None:
    return COLOUR_NAMES.get(Colour(colour)) if colour else None


def colour_badge(colour: str) -> str:
    return BADGES.get(Colour(colour), "") if colour else ""


def turn_words(case: Case, roles: Iterable[Role]) -> Bilingual:
    """Whose turn it is, as somebody in these roles reads it."""
    turn = Turn(case.turn)
    if TURN_OF.get(turn) in set(roles):
        return YOURS
    if turn in (Turn.SETTLED, Turn.CLOSED) and case.outcome:
        return OUTCOME_NAMES[Outcome(case.outcome)]
    return TURN_NAMES[turn]


def turn_badge(case: Case, roles: Iterable[Role]) -> str:
    if TURN_OF.get(Turn(case.turn)) in set(roles):
        return "claimable"
    if case.outcome and case.turn in (Turn.SETTLED, Turn.CLOSED):
        return "yes" if case.outcome in GOOD else "no"
    return ""


@dataclass(frozen=True, slots=True)
class Coming:
    """What comes next: who has to act and what they may do."""

    who: Bilingual  # the role, or you
    names: tuple[str, ...]  # authorities, or the name of a firm
    steps: tuple[Bilingual, ...]


def coming(case: Case, case_type: CaseType, *, mine: Iterable[Role] = ()) -> tuple[Coming, ...]:
    """The next steps by who takes them; what the platform does by itself and withdrawing are left out.

    Args:
        mine: the roles of who reads it, who is called "you".
    """
    by_role: dict[Role, list[Step]] = {}
    for step in steps_from(case_type, case.state):
        ends_it = Outcome.WITHDRAWN in (step.outcome, case_type.states[step.to_state].outcome)
        if step.by is not Role.SYSTEM and not ends_it:
            by_role.setdefault(step.by, []).append(step)
    desks, own = desks_of(case), {*mine} & {*TURN_OF.values()}
    return tuple(
        Coming(
            YOU if role in own else ROLES[role],
            names_of(role, case, desks.get(role, ())),
            tuple(s.title for s in steps),
        )
        for role, steps in by_role.items()
    )


def names_of(role: Role, case: Case, desk: Sequence[str]) -> tuple[str, ...]:
    match role:
        case Role.PROVIDER:
            return (name_of(case.provider),) if case.provider else ()
        case Role.OTHER_SIDE:
            return (name_of(case.other_side),) if case.other_side else ()
        case _:
            return tuple(desk) if role in DESK_ROLES else ()


def name_of(code: str) -> str:
    """What the register calls a party; an authority is named as it is."""
    snapshot = register()
    row = snapshot.find(code) if snapshot is not None and code.isascii() else None
    return str((row or {}).get("name") or code)


def authorities_of(case: Case) -> tuple[str, ...]:
    """Who is in charge: the first desk that the case type names."""
    desks = desks_of(case)
    return next((desks[role] for role in (Role.OFFICER, Role.REVIEWER, Role.DECIDER) if desks.get(role)), ())


@dataclass(frozen=True, slots=True)
class Time:
    """A clock as the page shows it: by law and as promised side by side."""

    reading: Reading
    badge: str
    colour: Bilingual
    legal: Bilingual | None  # how long
    promised: Bilingual | None
    left: Bilingual | None

    @property
    def pauses(self) -> list[tuple[date, date | None]]:
        return [(pause.since, pause.until) for pause in self.reading.pauses]


def times_of(readings: Iterable[Reading], rules: CaseRules) -> list[Time]:
    return [time_of(reading, rules) for reading in readings]


def time_of(reading: Reading, rules: CaseRules) -> Time:
    clock = reading.clock
    limit = rules.limits.get(clock.limit) if clock.limit is not None else None
    legal = clock.legal or (limit.within if limit is not None else None)
    return Time(
        reading,
        BADGES.get(reading.colour, ""),
        COLOUR_NAMES[reading.colour],
        duration_words(legal) if legal is not None else None,
        duration_words(clock.promised) if clock.promised is not None else None,
        left_words(reading),
    )


def left_words(reading: Reading) -> Bilingual | None:
    """Three working days left, due today, two days over."""
    left = reading.days_left
    if left is None or reading.stopped_on is not None:
        return None
    unit = ("个工作日", "working day") if reading.left_in_working_days else ("天", "day")
    several = "" if abs(left) == 1 else "s"
    if left == 0:
        return Bilingual("今天到期", "due today")
    if left < 0:
        return Bilingual(f"已超期{-left}{unit[0]}", f"{-left} {unit[1]}{several} over")
    return Bilingual(f"还有{left}{unit[0]}", f"{left} {unit[1]}{several} left")


def most_urgent(readings: Iterable[Reading]) -> Reading | None:
    return next(iter(running(readings)), None)
