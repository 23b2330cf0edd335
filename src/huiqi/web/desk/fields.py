"""Fields that an office fills in, as `shared/field.html` takes them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict

from huiqi.base.bilingual import Bilingual
from huiqi.cases.form import Asked
from huiqi.measures.expressions import Value
from huiqi.measures.types import FactKind
from huiqi.web.shared.controls import choices_of, control_of, typed, unit_of, with_percent

LONGEST: Final = 5_000


@dataclass(frozen=True, slots=True)
class Field:
    """One field to fill in."""

    name: str
    label: Bilingual
    control: str
    unit: Bilingual | None
    choices: list[tuple[str, Bilingual]]
    text: str
    required: bool
    problem: Bilingual | None
    hint: Bilingual | None = None
    mend: str = ""
    stored: Bilingual | None = None


def field_of(
    kind: FactKind,
    name: str,
    *,
    value: Value | None = None,
    again: str | None = None,
    required: bool = True,
    problems: Iterable[Bilingual] = (),
) -> Field:
    """A field by its kind; `again` is what was typed before, and wins over the value that is kept."""
    text = again if again is not None else typed(value, kind) if value is not None else ""
    return Field(
        name, kind.label, control_of(kind), unit_of(kind), choices_of(kind), text, required,
        next(iter(problems), None),
    )  # fmt: skip


def fields_asked(
    asked: Iterable[Asked], start: str, again: Mapping[str, str], problems: Mapping[str, list[Bilingual]]
) -> list[Field]:
    """The fields of a part of a form that are asked under what is known."""
    return [
        field_of(
            one.kind,
            start + one.name,
            value=one.value,
            again=again.get(start + one.name),
            required=one.required,
            problems=problems.get(one.name, ()),
        )
        for one in asked
        if one.may_be_given
    ]


def replies_in(post: QueryDict, start: str, kinds: Mapping[str, FactKind]) -> dict[str, str]:
    """What was typed into these fields, by name."""
    return {
        name: with_percent(str(post[start + name])[:LONGEST], kind)
        for name, kind in kinds.items()
        if start + name in post
    }
