"""What the interface tells of a case: where it stands, its log, its clocks, its form, and what may be done next."""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from huiqi.api.case_types import Kind
from huiqi.api.shapes import Exact, Page, Shape, Words
from huiqi.cases.clocks import Colour
from huiqi.cases.form import Part
from huiqi.cases.types import Lane, Outcome, Purpose, Role, Turn, Way


class CaseBrief(Shape):
    """A case as it stands. `version` counts the lines of its log and is what a step must name. Amounts in yuan."""

    number: str
    type: str
    title: Words
    purpose: Purpose
    lane: Lane
    measure: str | None
    party: str | None
    party_name: str | None
    region: str
    state: str
    state_title: Words
    turn: Turn
    outcome: Outcome | None
    version: int
    amount_asked: Exact | None
    amount_granted: Exact | None
    opened_on: date
    submitted_on: date | None
    decided_on: date | None
    closed_on: date | None
    due_on: date | None
    colour: Colour | None
    synthetic: bool


class CaseList(Page):
    items: list[CaseBrief]


class EventAnswer(Shape):
    """One step that was taken, or a note beside the steps (`note:extended` …). `by` names the person to offices alone."""

    seq: int
    step: str
    title: Words
    from_state: str | None
    to_state: str
    role: Role
    by: str | None
    authority: str | None
    on: date
    outcome: str | None
    reason: str | None


class ClockReading(Shape):
    """A clock on the day: by law and as promised side by side; `days_left` falls below 0."""

    clock: str
    title: Words
    colour: Colour
    started_on: date
    stopped_on: date | None
    legal_due: date | None
    promised_due: date | None
    days_left: int | None
    in_working_days: bool
    days_taken: int | None
    paused: bool
    extended: bool
    problem: Words | None


class KnownFact(Shape):
    """What the file of the firm has already, so that it is not asked again."""

    value: bool | str
    source: str
    as_of: date


class FormField(Shape):
    """One field as the case asks it now. `open`: an answer is taken; `missing`: one is wanted still."""

    name: str
    label: Words
    type: Kind
    unit: str | None
    values: dict[str, Words]
    part: Part
    required: bool
    open: bool
    missing: bool
    known: KnownFact | None
    answer: bool | str | None
    measures: list[str]


class PaperAnswer(Shape):
    """A material that was handed in; of a file its SHA-256."""

    key: int
    way: Way
    name: str | None
    type: str | None
    sha256: str | None


class MaterialStanding(Shape):
    material: str
    title: Words
    ways: list[Way]
    asked: bool
    missing: bool
    to_be_fetched: bool
    given: list[PaperAnswer]


class MendAnswer(Shape):
    """What must be put right before it is handed in again: a field or a material."""

    target: str
    note: str


class Hindered(Shape):
    where: str
    why: Words


class NextStepAnswer(Shape):
    """A step that is the caller's. `open`: it can be taken, given what it needs; else `hindered` says why not."""

    step: str
    title: Words
    role: Role
    to_state: str
    needs: list[str]
    open: bool
    hindered: list[Hindered]


class FrozenVerdict(Shape):
    """The verdict and what it stood on when the case was handed in."""

    verdict: str
    amount: Exact | None
    as_of: date
    register_as_of: date | None
    document: str
    version: str
    missing: list[str]


class PublishedCase(Shape):
    """A case that is open to objections, with what it shows; names of people are masked."""

    number: str
    type: str
    title: Words
    party_name: str | None
    region: str
    began_on: date
    until: date
    shows: list[dict[Literal["label", "words"], Words]]


class CaseAnswer(CaseBrief):
    """The whole case, as far as it is the caller's to see."""

    day: date
    edition: str = Field(description="保存填报内容时须写明 · Named when answers are saved")
    officer: str | None
    provider: str | None
    other_side: str | None
    parent: str | None
    verdict: FrozenVerdict | None
    timeline: list[EventAnswer]
    clocks: list[ClockReading]
    form: list[FormField]
    materials: list[MaterialStanding]
    mends: list[MendAnswer]
    published: PublishedCase | None
    next: list[NextStepAnswer]


def text_or_none(value: str) -> str | None:
    return value or None


def day_or_none(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def words(zh: str, en: str) -> dict[str, Any]:
    return {"zh": zh, "en": en}
