"""From what a pack declares under `registers` to registers."""

from collections.abc import Mapping
from typing import Final, Literal

from pydantic import Field as Key
from pydantic import field_validator

from huiqi.base.bilingual import Bilingual
from huiqi.base.periods import Cadence
from huiqi.base.problem import Problem
from huiqi.forms.declare import (
    At,
    FieldModel,
    LengthModel,
    PartModel,
    RuleReader,
    Scope,
    TitledModel,
    declare_fields,
    nearest,
)
from huiqi.forms.references import CaseId, FactId, RegisterId, UserName
from huiqi.forms.types import PARTIES, THINGS
from huiqi.measures.declare import RuleText, Strict, repeated
from huiqi.measures.expressions import Domain, FactRef, Type
from huiqi.registers.types import Access, Exit, Grade, Membership, Register

ENTRY_NAMES: Final[Mapping[str, FactRef]] = {
    ref.name: ref
    for ref in (
        FactRef("entered_on", Type.DATE, Domain()),
        FactRef("last_reviewed_on", Type.DATE, Domain()),
        FactRef("is_reviewed_in_time", Type.BOOL, Domain()),
    )
}
"""What rules of a register may name besides facts and its fields: what the entry itself knows (and `grade`)."""


class GradeModel(TitledModel):
    when: RuleText | None = None
    term: LengthModel | None = None


class ExitModel(TitledModel):
    when: RuleText | None = None


class MembershipModel(Strict):
    fact: FactId
    value: bool | str = True
    grades: list[str] = Key(default_factory=list)


class RegisterModel(PartModel):
    """A register, as registers.yaml and systems.yaml give it."""

    of: str
    keeper: list[UserName] = Key(default_factory=list)
    fields: list[FieldModel] = Key(min_length=1)
    entry_case: CaseId | None = None
    may_enter: RuleText | None = None
    enters: Literal["by_decision", "by_itself"] = "by_decision"
    grades: list[GradeModel] = Key(default_factory=list)
    exits: list[ExitModel] = Key(min_length=1)
    term: LengthModel | None = None
    review: Cadence | None = None
    access: Access = Access.OFFICES
    makes_known: list[MembershipModel] = Key(default_factory=list)
    capacity: int | None = Key(default=None, gt=0)
    parent: RegisterId | None = None

    @field_validator("of")
    @classmethod
    def is_known(cls, name: str) -> str:
        known = {**PARTIES, **THINGS}
        if name not in known:
            raise ValueError(f"there is no kind of party or thing {name!r}{nearest(name, known)}")
        return name


def declare_register(
    model: RegisterModel, *, scope: Scope, at: At, template: str | None = None
) -> tuple[Register, list[Problem]]:
    """A register with its rules read; each problem names its line."""
    names = dict(ENTRY_NAMES)
    if model.grades:
        names["grade"] = FactRef("grade", Type.ENUM, Domain(tuple(g.id for g in model.grades)))
    reader = RuleReader(scope.with_names(names), at)
    fields, own = declare_fields(model.fields, reader=reader, path="fields")
    rules = reader.within(reader.scope.with_names(own))
    if model.enters == "by_itself" and model.may_enter is None:
        reader.refuse("what enters by itself needs may_enter, the rule of it", "enters")
    register = Register(
        id=model.id,
        pack=scope.pack,
        title=model.title.as_value(),
        clauses=tuple(model.clauses),
        of=model.of,
        keeper=tuple(model.keeper),
        fields=fields,
        entry_case=model.entry_case,
        may_enter=rules.condition(model.may_enter, "may_enter"),
        enters_by_itself=model.enters == "by_itself",
        grades=tuple(
            Grade(
                g.id,
                g.label(),
                rules.condition(g.when, "grades", i, "when"),
                g.term.as_value() if g.term else None,
            )
            for i, g in enumerate(model.grades)
        ),
        exits=tuple(
            Exit(e.id, e.label(), rules.condition(e.when, "exits", i, "when"))
            for i, e in enumerate(model.exits)
        ),
        term=model.term.as_value() if model.term else None,
        review=model.review,
        access=model.access,
        makes_known=declare_memberships(model, reader),
        capacity=model.capacity,
        parent=model.parent,
        template=template,
        note=as_bilingual(model),
    )
    twice = repeated((g.id for g in model.grades), where=at(("grades",)), what="grade")
    return register, reader.problems + twice


def as_bilingual(model: PartModel) -> Bilingual | None:
    return model.note.as_value() if model.note else None


def declare_memberships(model: RegisterModel, reader: RuleReader) -> tuple[Membership, ...]:
    """The facts an entry makes known; value and grades must exist."""
    grades = {g.id for g in model.grades}
    for index, item in enumerate(model.makes_known):
        kind = reader.scope.kinds.get(item.fact)
        if kind is not None and not value_fits(item.value, kind.type, kind.domain):
            reader.refuse(f"{item.fact} cannot be {item.value!r}", "makes_known", index)
        for name in sorted(set(item.grades) - grades):
            reader.refuse(f"there is no grade {name!r}{nearest(name, grades)}", "makes_known", index)
    return tuple(Membership(m.fact, m.value, tuple(m.grades)) for m in model.makes_known)


def value_fits(value: bool | str, kind: Type, domain: Domain) -> bool:
    if kind is Type.BOOL:
        return isinstance(value, bool)
    return kind is Type.TEXT or (kind is Type.ENUM and value in domain.values)
