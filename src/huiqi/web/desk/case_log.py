"""The log of a case in words: who did what on which day, and what followed from it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from huiqi.base.bilingual import Bilingual
from huiqi.cases.history import NOTES, OPENED, Note
from huiqi.cases.names import FOLLOW_UP_NAMES, NOTE_NAMES
from huiqi.cases.types import CaseType, FollowUpKind, Role
from huiqi.casework.models import Case, CaseEvent
from huiqi.funds.ledger import MOVEMENT_NAMES
from huiqi.funds.types import Movement
from huiqi.packs.wording import ROLES
from huiqi.web.shared.templatetags.say import as_day, as_yuan

BEGAN = Bilingual("建立", "opened")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that came with a step or followed from it."""

    label: Bilingual
    words: str
    is_chinese: bool = False  # typed by somebody, or a name


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of the log."""

    event: CaseEvent
    title: Bilingual
    role: Bilingual
    lines: tuple[Line, ...]


def entries_of(case: Case, case_type: CaseType) -> list[Entry]:
    """The log, newest first."""
    return [
        Entry(event, title_of(event, case_type), ROLES[Role(event.role)], tuple(lines_of(event, case_type)))
        for event in case.events.order_by("-seq")
    ]


def title_of(event: CaseEvent, case_type: CaseType) -> Bilingual:
    if event.step == OPENED:
        return BEGAN
    if event.step in NOTE_NAMES:
        return NOTE_NAMES[event.step]
    step = case_type.steps.get(event.step)
    return step.title if step is not None else Bilingual(event.step, event.step)


def note_lines(event: CaseEvent, case_type: CaseType) -> Iterator[Line]:
    """What a note says: which time became longer and until when, what was followed up and how it came out."""
    detail: Mapping[str, Any] = event.detail
    titles = {clock.id: clock.title for clock in case_type.clocks}
    for clock in detail.get("clocks") or [detail.get("clock")]:
        if clock in titles:
            yield Line(titles[clock], "")
    if event.step == Note.EXTENDED and detail.get("due"):
        yield Line(Bilingual("延长至", "now until"), as_day(date.fromisoformat(detail["due"])))
    if detail.get("kind") in set(FollowUpKind):
        yield Line(FOLLOW_UP_NAMES[FollowUpKind(detail["kind"])], "")
    if detail.get("passed") is not None:
        yield Line(Bilingual("通过", "passed") if detail["passed"] else Bilingual("未通过", "not passed"), "")


def lines_of(event: CaseEvent, case_type: CaseType) -> Iterator[Line]:
    detail: Mapping[str, Any] = event.detail
    if event.step in NOTES:
        yield from note_lines(event, case_type)
    if detail.get("amount"):
        yield Line(Bilingual("金额", "amount"), as_yuan(Decimal(detail["amount"])))
    if detail.get("score"):
        yield Line(Bilingual("分数", "score"), str(detail["score"]))
    if detail.get("no_conflict"):
        yield Line(Bilingual("已声明无利害关系", "declared no interest"), "")
    for target, note in (detail.get("mends") or {}).items():
        yield Line(label_of(target, case_type), str(note), is_chinese=True)
    for name, label in (
        ("provider", Bilingual("服务方", "provider")),
        ("other_side", Bilingual("相对方", "other side")),
        ("grade", Bilingual("等级", "grade")),
        ("exit", Bilingual("移出原因", "reason to leave")),
    ):
        if detail.get(name):
            yield Line(label, str(detail[name]), is_chinese=True)
    found = {field.name: field.kind.label for field in case_type.review}
    for name in detail.get("found") or {}:
        if name in found:
            yield Line(found[name], "")
    yield from effects_of(detail.get("effects") or {})


def effects_of(effects: Mapping[str, Any]) -> Iterator[Line]:
    """What followed: movements of money, experts drawn, the days of publication."""
    for name, came in effects.items():
        if name in set(Movement):
            yield Line(MOVEMENT_NAMES[Movement(name)], as_yuan(Decimal(str(came))))
    drawn = effects.get("drawn")
    if drawn:
        label = Bilingual(f"从{drawn['from']}名专家中抽取", f"drawn from {drawn['from']} experts")
        yield Line(label, "、".join(drawn["experts"]), is_chinese=True)
    if effects.get("published_until"):
        until = date.fromisoformat(effects["published_until"])
        yield Line(Bilingual("公示至", "published until"), as_day(until))


def label_of(target: str, case_type: CaseType) -> Bilingual:
    """What a field or material that was returned is called."""
    for field in case_type.form:
        if field.name == target:
            return field.kind.label
    for material in case_type.materials:
        if material.id == target:
            return material.title
    return Bilingual(target, target)
