"""The time line of a case as those see it whom it concerns: roles and authorities, no names of officers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from huiqi.base.bilingual import Bilingual
from huiqi.cases.form import CaseForm
from huiqi.cases.history import NOTES, OPENED, Note
from huiqi.cases.names import NOTE_NAMES
from huiqi.cases.types import Role
from huiqi.casework.models import Case, CaseEvent
from huiqi.forms.kept import read_plain, said
from huiqi.packs.wording import ROLES
from huiqi.procedures.case_rules import CaseRules
from huiqi.web.cases.standing import name_of

BEGAN: Final = Bilingual("建立", "Opened")
OF_THE_DESK: Final = NOTES - {Note.EXTENDED}
"""Notes that are the desk's own: who stood aside, what was found before it was decided."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of the log in words."""

    event: CaseEvent
    title: Bilingual
    who: Bilingual
    to: Bilingual
    amount: Decimal | None
    mends: tuple[tuple[Bilingual, str], ...]
    provider: str
    published_until: date | None
    extended_to: date | None
    results: tuple[tuple[Bilingual, Bilingual], ...]  # what the office found: field, words


def history_of(case: Case, rules: CaseRules, form: CaseForm) -> list[Entry]:
    """The log, newest first, without the notes of the desk; a time that became longer is shown."""
    names = dict(labels(rules, form))
    events = case.events.exclude(step__in=OF_THE_DESK).order_by("-seq")
    return [entry_of(event, rules, names) for event in events]


def labels(rules: CaseRules, form: CaseForm) -> Iterator[tuple[str, Bilingual]]:
    """What fields and materials are called."""
    yield from ((name, kind.label) for name, kind in rules.kinds.items())
    yield from ((asked.name, asked.kind.label) for asked in form.fields)
    yield from ((material.id, material.title) for material in rules.case_type.materials)


def entry_of(event: CaseEvent, rules: CaseRules, names: Mapping[str, Bilingual]) -> Entry:
    detail: Mapping[str, Any] = event.detail
    effects: Mapping[str, Any] = detail.get("effects") or {}
    until = effects.get("published_until")
    provider = effects.get("provider")
    return Entry(
        event,
        title_of(event, rules),
        ROLES[Role(event.role)],
        state_name(event.to_state, rules),
        Decimal(detail["amount"]) if detail.get("amount") else None,
        tuple((names.get(t, Bilingual(t, t)), str(note)) for t, note in (detail.get("mends") or {}).items()),
        name_of(provider) if provider else "",
        date.fromisoformat(until) if until else None,
        date.fromisoformat(detail["due"]) if event.step == Note.EXTENDED and detail.get("due") else None,
        tuple(results_in(effects.get("result") or {}, rules)),
    )


def title_of(event: CaseEvent, rules: CaseRules) -> Bilingual:
    step = rules.case_type.steps.get(event.step)
    if event.step == OPENED or step is None:
        if event.step == OPENED:
            return BEGAN
        return (
            extension_title(event, rules)
            if event.step == Note.EXTENDED
            else Bilingual(event.step, event.step)
        )
    return step.title


def extension_title(event: CaseEvent, rules: CaseRules) -> Bilingual:
    """Which time became longer."""
    title = NOTE_NAMES[Note.EXTENDED]
    clock = next((c for c in rules.case_type.clocks if c.id == event.detail.get("clock")), None)
    if clock is None:
        return title
    return Bilingual(f"{title.zh}：{clock.title.zh}", f"{title.en}: {clock.title.en}")


def state_name(state: str, rules: CaseRules) -> Bilingual:
    found = rules.case_type.states.get(state)
    return found.title if found is not None else Bilingual(state, state)


def results_in(kept: Mapping[str, object], rules: CaseRules) -> Iterator[tuple[Bilingual, Bilingual]]:
    """What was found, as far as it can still be read."""
    for name, plain in kept.items():
        kind = rules.kinds.get(name)
        value = read_plain(plain, kind) if kind is not None else None
        if kind is not None and value is not None:
            yield kind.label, said(value, kind)


def latest_results(entries: Iterable[Entry]) -> tuple[tuple[Bilingual, Bilingual], ...]:
    return next((entry.results for entry in entries if entry.results), ())
