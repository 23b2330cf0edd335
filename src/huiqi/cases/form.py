"""What a case asks, worked out from its declaration, the measures it claims and what the file knows already.

    form = form_of(case_type, claimed=…, home=rulebook, file=…, answers=…, on=day)
    form.sections()          what the applicant fills in, by part
    form.missing()           what is still wanted, by field
    form.counting            the answers that count: those to fields that are asked

Nothing is asked twice: what the file knows is shown with its source and day and corrected in the file; what can
be worked out is not asked but what it stands on; a fact two measures need is one field.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from huiqi.base.bilingual import Bilingual
from huiqi.cases.types import CaseType
from huiqi.cases.wanted import (
    Claimed,
    FileOf,
    Ground,
    Known,
    ground_of,
    nodes_of,
    open_in_measure,
    open_in_rules,
    other_rules,
)
from huiqi.forms.types import Field, Rule
from huiqi.measures.basis import reached
from huiqi.measures.expressions import Node, Value
from huiqi.measures.types import FactKind, Measure, Rulebook


class Part(StrEnum):
    """Parts of a form, in their order; the last two are filled in by the office."""

    PARTY = "party"
    CLAIM = "claim"
    FORM = "form"
    JUDGED = "judged"
    REVIEW = "review"


PART_NAMES: Final[Mapping[Part, Bilingual]] = {
    Part.PARTY: Bilingual("企业情况", "About the firm"),
    Part.CLAIM: Bilingual("本次申报的情况", "About this claim"),
    Part.FORM: Bilingual("填报内容", "What is asked besides"),
    Part.JUDGED: Bilingual("由部门认定", "For the office to judge"),
    Part.REVIEW: Bilingual("审核意见", "Findings of the office"),
}
OFFICE_PARTS: Final = frozenset({Part.JUDGED, Part.REVIEW})


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of a form."""

    name: str
    kind: FactKind
    part: Part
    required: bool = True
    when: Rule | None = None
    holds: bool | None = True  # does its rule hold under what is answered so far? None while that is open
    known: Known | None = None  # what the file has
    answer: Value | None = None
    measures: tuple[str, ...] = ()  # keys of those that need it
    towards: tuple[str, ...] = ()  # derived facts it helps to work out
    is_masked: bool = False
    is_public: bool = False

    @property
    def value(self) -> Value | None:
        return self.answer if self.answer is not None else (self.known.value if self.known else None)

    @property
    def may_be_given(self) -> bool:
        """Is an answer taken here? What the file knows about the firm is corrected in the file."""
        return self.holds is not False and (self.known is None or self.kind.about == "claim")

    @property
    def is_missing(self) -> bool:
        return self.required and self.holds is True and self.value is None


@dataclass(frozen=True, slots=True)
class Section:
    part: Part
    fields: tuple[Asked, ...]

    @property
    def name(self) -> Bilingual:
        return PART_NAMES[self.part]


@dataclass(frozen=True, slots=True)
class Derived:
    """A fact the form wants that is worked out; None until what it stands on is answered."""

    name: str
    kind: FactKind
    value: Value | None


@dataclass(frozen=True, slots=True)
class CaseForm:
    """What a case asks under what is known and answered so far."""

    fields: tuple[Asked, ...]
    derived: tuple[Derived, ...]
    counting: Mapping[str, Value]  # answers to fields that are asked
    ground: Ground  # what the rules of the case see

    def field(self, name: str) -> Asked | None:
        return next((f for f in self.fields if f.name == name), None)

    def of(self, *, office: bool = False) -> tuple[Asked, ...]:
        return tuple(f for f in self.fields if (f.part in OFFICE_PARTS) == office)

    def sections(self, *, office: bool = False) -> tuple[Section, ...]:
        """What one side fills in, empty parts left out."""
        mine = self.of(office=office)
        found = (Section(part, tuple(f for f in mine if f.part is part)) for part in Part)
        return tuple(section for section in found if section.fields)

    def missing(self, *, office: bool = False) -> dict[str, Bilingual]:
        """Every required field without a value, by name."""
        return {f.name: wanting(f) for f in self.of(office=office) if f.is_missing}


def wanting(field: Asked) -> Bilingual:
    label = field.kind.label
    return Bilingual(f"请填写{label.zh}", f"please fill in: {label.en}")


def form_of(
    case_type: CaseType,
    *,
    claimed: Sequence[Claimed],
    home: Rulebook,
    file: FileOf,
    answers: Mapping[str, Value] | None = None,
    knows: Mapping[str, Value] | None = None,
    on: date,
) -> CaseForm:
    """The form of a case on a day.

    Args:
        claimed: the measures the case claims, in force or not: the form is the same on the last day and after it.
        home: the rulebook of the pack of the case.
        file: what the firm's file has.
        answers: given so far, of both sides, by field; those to fields that are not asked any more are ignored.
        knows: what the case itself knows (verdict, days …), by the names guards use.
    """
    given = dict(answers or {})
    for _ in range(len(given) + 1):
        form = laid_out(case_type, claimed, home=home, file=file, given=given, knows=knows or {}, on=on)
        idle = {name for name in given if not counts(form.field(name))} | form.ground.worked_out
        if not idle:
            break
        given = {name: value for name, value in given.items() if name not in idle}
    return form


def counts(field: Asked | None) -> bool:
    return field is not None and field.may_be_given


def laid_out(
    case_type: CaseType,
    claimed: Sequence[Claimed],
    *,
    home: Rulebook,
    file: FileOf,
    given: Mapping[str, Value],
    knows: Mapping[str, Value],
    on: date,
) -> CaseForm:
    """The form if exactly these answers count."""

    def stages(rulebook: Rulebook) -> Stages:
        blank, now = (
            ground_of(rulebook, home=home, file=file, said={**knows, **said}, on=on) for said in ({}, given)
        )
        return Stages(blank, now)

    grounds = {home.pack: stages(home)}
    layout = Layout(grounds[home.pack], given)
    for part, fields in ((Part.FORM, case_type.form), (Part.REVIEW, case_type.review)):
        for field in fields:
            layout.place_field(field, part)
    for claim in claimed:
        pack = claim.rulebook.pack
        grounds.setdefault(pack, stages(claim.rulebook))
        layout.place_measure(claim.measure, grounds[pack])
    layout.place_rules(case_type.requires, required=True)
    layout.place_rules(other_rules(case_type), required=False)
    return layout.form()


class Stages(NamedTuple):
    """What is known before anything was answered, and now: a form keeps its order while it is filled in."""

    blank: Ground
    now: Ground


class Layout:
    """A form while it is put together: every fact has one place, the first it is given."""

    def __init__(self, grounds: Stages, given: Mapping[str, Value]) -> None:
        self.grounds = grounds
        self.given = given
        self.placed: dict[str, Asked] = {}
        self.derived: dict[str, Derived] = {}

    def form(self) -> CaseForm:
        order = list(Part)
        fields = sorted(self.placed.values(), key=lambda field: order.index(field.part))
        return CaseForm(tuple(fields), tuple(self.derived.values()), dict(self.given), self.grounds.now)

    def place_field(self, field: Field, part: Part) -> None:
        """A declared field; of one that is worked out what it stands on."""
        now = self.grounds.now
        name, kind = field.name, field.kind
        asked = Asked(name, kind, part, field.required, field.when, now.outcome(field.when))
        asked = replace(asked, is_masked=field.masked, is_public=field.public)
        if not field.is_fact or kind.formula is None or name in now.file:
            self.add(replace(asked, known=now.file.get(name)))
            return
        if name in self.given:
            self.add(asked)
        self.work_out(name, kind, now)
        self.place_wanted(
            lambda ground: () if ground.value(name) is not None else (name,), self.grounds, asked
        )

    def place_measure(self, measure: Measure, grounds: Stages) -> None:
        """The facts a measure waits for, those answered, and those of the file it rests on."""
        self.place_wanted(lambda ground: open_in_measure(measure, ground), grounds, measure=measure.key)
        self.place_relied_on(nodes_of(measure), grounds.now, measure=measure.key)

    def place_rules(self, rules: Sequence[Rule], *, required: bool) -> None:
        self.place_wanted(lambda ground: open_in_rules(rules, ground), self.grounds, required=required)
        self.place_relied_on([rule.node for rule in rules], self.grounds.now)

    def place_wanted(
        self,
        wanted: Callable[[Ground], Iterable[str]],
        grounds: Stages,
        like: Asked | None = None,
        *,
        measure: str | None = None,
        required: bool = True,
    ) -> None:
        """The facts that would settle what is wanted, those already answered among them."""
        now = {want.key: want for want in grounds.now.settling(wanted(grounds.now))}
        blank = {want.key: want for want in grounds.blank.settling(wanted(grounds.blank))}
        for key, want in {**blank, **now}.items():
            if key not in now and key not in self.given:
                continue
            asked = Asked(key, want.kind, part_of(want.kind), required and key in now, towards=want.towards)
            if like is not None:
                part = like.part if like.part is Part.REVIEW else asked.part
                asked = replace(
                    asked,
                    part=part,
                    required=asked.required and like.required,
                    when=like.when,
                    holds=like.holds,
                )
            self.add(replace(asked, measures=() if measure is None else (measure,)))
            for name in want.towards:
                self.work_out(name, grounds.now.rulebook.kinds[name], grounds.now)

    def place_relied_on(self, nodes: Sequence[Node], now: Ground, *, measure: str | None = None) -> None:
        """What the file has is shown, not asked; what was answered keeps its place."""
        measures = () if measure is None else (measure,)
        for key, kind in now.relied_on(nodes):
            self.add(Asked(key, kind, part_of(kind), required=False, known=now.file[key], measures=measures))
        for name in sorted(reached(nodes, now.rulebook)):
            key, kind_there = now.key(name), now.rulebook.kinds.get(name)
            if key in self.given and key not in self.placed and kind_there is not None:
                self.add(Asked(key, kind_there, part_of(kind_there), required=False, measures=measures))

    def work_out(self, name: str, kind: FactKind, now: Ground) -> None:
        self.derived.setdefault(now.key(name), Derived(now.key(name), kind, now.value(name)))

    def add(self, asked: Asked) -> None:
        """Give a fact its place; where it has one already, it is needed there for one reason more."""
        here = self.placed.get(asked.name)
        if here is not None:
            asked = replace(
                here,
                required=here.required or asked.required,
                holds=True if asked.holds else here.holds,
                known=here.known or asked.known,
                measures=tuple(dict.fromkeys((*here.measures, *asked.measures))),
                towards=tuple(dict.fromkeys((*here.towards, *asked.towards))),
            )
        self.placed[asked.name] = replace(asked, answer=self.given.get(asked.name))


def part_of(kind: FactKind) -> Part:
    if kind.judged:
        return Part.JUDGED
    return Part.CLAIM if kind.about == "claim" else Part.PARTY
