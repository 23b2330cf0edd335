"""What a check-up has found so far, and what it asks next.

Everything is worked out from the replies each time; nothing that was worked out is stored, so that a check-up
never shows the result of rules that have changed. The last outcomes stay in memory: one page asks for
several things of the same one.
"""

from collections import OrderedDict
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from threading import Lock
from typing import Any, Final, TypeVar

from huiqi.checkups.models import Checkup
from huiqi.checkups.replies import passed_over_in, stated_in
from huiqi.matching.ask import (
    Interview,
    Need,
    Question,
    State,
    begin,
    first_questions,
    interview,
    next_question,
)
from huiqi.matching.party import Rules
from huiqi.measures.combine import Entitlement
from huiqi.measures.expressions import Value
from huiqi.packs.findings import Findings, concerns, findings_of, first_facts
from huiqi.packs.types import Library

MOST_FIRST: Final = 6


@dataclass(frozen=True)
class Outcome:
    """The verdicts on what was replied, their reasons, and the next question."""

    state: State
    findings: Findings
    given: Mapping[str, Value]  # known from the role alone; never asked

    @cached_property
    def question(self) -> Question | None:
        return next_question(self.state)

    @cached_property
    def tell_first(self) -> list[Question]:
        return first_questions(self.state, MOST_FIRST)

    @cached_property
    def nearest(self) -> list[Entitlement]:
        """What is missed, by least first."""
        return self.findings.nearest_first()

    def open_facts(self, key: str) -> list[str]:
        """What may still be told about a measure, by column; of a derived fact what would settle it."""
        state = self.state
        place = next(n for n, m in enumerate(state.interview.rules.measures) if m.key == key)
        wanted = [w for need in state.needs[place] for w in need.wanted]
        names = (name for w in wanted for name in (w.basis if w.is_derived and w.basis else (w.fact,)))
        return [name for name in dict.fromkeys(names) if name not in state.stated]

    def settled_by(self, fact: str) -> int:
        """How many measures wait for this fact and for nothing else."""
        return sum(len(needs) == 1 and asked_of(needs[0]) == {fact} for needs in self.state.needs)


def asked_of(need: Need) -> set[str]:
    return {name for w in need.wanted for name in (w.basis if w.is_derived and w.basis else (w.fact,))}


T = TypeVar("T")


@dataclass(slots=True)
class _Lately:
    """The last results for one library, the least used forgotten first."""

    most: int
    library: Library | None = None
    kept: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def find(self, library: Library, key: Hashable) -> Any:
        with self.lock:
            if self.library is not library:
                self.library = library
                self.kept.clear()
            if key in self.kept:
                self.kept.move_to_end(key)
            return self.kept.get(key)

    def keep(self, library: Library, key: Hashable, value: T) -> T:
        with self.lock:
            if self.library is library:
                self.kept[key] = value
                while len(self.kept) > self.most:
                    self.kept.popitem(last=False)
        return value


_RULES = _Lately(1)
_INTERVIEWS = _Lately(32)
_OUTCOMES = _Lately(32)


def outcome_of(checkup: Checkup, library: Library) -> Outcome:
    """Evaluate the replies of a check-up on its day."""
    about = interview_about(library, day=checkup.day, region=checkup.region, roles=checkup.role_names)
    stated = stated_in(checkup.replies, about.rules.kinds)
    skipped = passed_over_in(checkup.replies, about.rules.kinds)
    key = (checkup.day, checkup.region, checkup.roles, tuple(stated.items()), skipped)
    found: Outcome | None = _OUTCOMES.find(library, key)
    if found is not None:
        return found
    given = first_facts(checkup.role_names, about.rules)
    state = begin(about, {**given, **stated}, skipped=skipped)
    return _OUTCOMES.keep(library, key, Outcome(state, findings_of(state, library), given))


def interview_about(library: Library, *, day: date, region: str, roles: Collection[str]) -> Interview:
    """The measures in force on a day for these roles, in a place or (empty) in any."""
    key = (day, region, tuple(sorted(roles)))
    found: Interview | None = _INTERVIEWS.find(library, key)
    if found is not None:
        return found
    rules = rules_of(library)
    inside = [
        m
        for m in rules.measures
        if m.period.holds_on(day) and concerns(m, roles=roles, region=region or None)
    ]
    return _INTERVIEWS.keep(library, key, interview(rules.only(inside), as_of=day))


def rules_of(library: Library) -> Rules:
    found: Rules | None = _RULES.find(library, "rules")
    return found or _RULES.keep(library, "rules", Rules.of(library.measures(), library.rulebooks()))
