"""How lists of cases name what stands in their rows."""

from dataclasses import dataclass
from datetime import date

from huiqi.base.bilingual import Bilingual
from huiqi.cases.clocks import Colour
from huiqi.cases.names import COLOUR_NAMES, LANE_NAMES, OUTCOME_NAMES, PURPOSE_NAMES, TURN_NAMES
from huiqi.cases.types import CaseType, Lane, Outcome, Purpose, Turn
from huiqi.casework.models import Case
from huiqi.procedures.case_rules import NoSuchType, case_type_named
from huiqi.web.shared.colours import BADGES

OVER = (Turn.SETTLED, Turn.CLOSED)


def type_of(key: str) -> CaseType | None:
    """A case type by its full name; None where its pack was taken out."""
    try:
        return case_type_named(key)[1]
    except NoSuchType:
        return None


def title_of(case: Case) -> Bilingual:
    return Bilingual(case.title_zh, case.title_en)


def state_name(key: str, state: str) -> Bilingual:
    """The declared title of a state; its id where the declaration is gone."""
    case_type = type_of(key)
    found = case_type.states.get(state) if case_type is not None else None
    return found.title if found is not None else Bilingual(state, state)


@dataclass(frozen=True, slots=True)
class ColourShown:
    """The colour of a clock in words, with the badge it is shown by."""

    colour: str
    name: Bilingual
    badge: str


def shown_colour(colour: str) -> ColourShown | None:
    """None for a case whose clocks do not run."""
    if colour not in set(Colour):
        return None
    return ColourShown(colour, COLOUR_NAMES[Colour(colour)], BADGES.get(Colour(colour), ""))


def left_words(due: date | None, day: date) -> Bilingual | None:
    """How far the day due lies ahead or behind, in plain days.

    >>> (
    ...     left_words(date(2013, 7, 1), date(2013, 6, 30)).en,
    ...     left_words(date(2013, 6, 27), date(2013, 6, 30)).en,
    ... )
    ('1 day left', '3 days late')
    """
    if due is None:
        return None
    days = (due - day).days
    if days == 0:
        return Bilingual("今日到期", "due today")
    unit = "day" if abs(days) == 1 else "days"
    if days > 0:
        return Bilingual(f"还有{days}天", f"{days} {unit} left")
    return Bilingual(f"超期{-days}天", f"{-days} {unit} late")


@dataclass(frozen=True, slots=True)
class Row:
    """One case in a list."""

    case: Case
    title: Bilingual
    state: Bilingual
    turn: Bilingual
    clock: ColourShown | None
    left: Bilingual | None
    outcome: Bilingual | None
    purpose: Bilingual
    lane: Bilingual
    kind: Bilingual | None = None  # of a complaint


def row_of(case: Case, day: date, *, shown: str, kind: Bilingual | None = None) -> Row:
    """A case as lists show it; `shown` is its colour on the day."""
    return Row(
        case,
        title_of(case),
        state_name(case.type, case.state),
        TURN_NAMES[Turn(case.turn)],
        shown_colour(shown),
        left_words(case.next_due, day) if shown not in ("", Colour.PAUSED) else None,
        OUTCOME_NAMES[Outcome(case.outcome)] if case.outcome and case.turn in OVER else None,
        PURPOSE_NAMES[Purpose(case.purpose)],
        LANE_NAMES[Lane(case.lane)],
        kind,
    )
