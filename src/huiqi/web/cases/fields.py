"""The form of a case as a page shows it: fields to fill in, what the file has, what must be mended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict

from huiqi.base.bilingual import Bilingual
from huiqi.cases.form import Asked, CaseForm, Part
from huiqi.cases.wanted import Known
from huiqi.dossiers.queries import rules_on
from huiqi.forms.kept import said
from huiqi.measures.types import FactKind
from huiqi.procedures.case_rules import CaseFacts
from huiqi.web.shared.controls import choices_of, control_of, typed, unit_of, with_percent

BEFORE: Final = "a-"
"""Stands before the name of a field in the form, so that no field is taken for something else."""
PARTY_HINT: Final = Bilingual(
    "一企一档中没有这一项，填写后用于本件",
    "your file does not have this; what you write counts for this case",
)


@dataclass(frozen=True, slots=True)
class FieldShown:
    """One field as `shared/field.html` takes it, or as a line where the file knows it."""

    asked: Asked
    name: str
    label: Bilingual
    control: str
    unit: Bilingual | None
    choices: list[tuple[str, Bilingual]]
    text: str
    required: bool
    hint: Bilingual | None
    problem: Bilingual | None
    mend: str
    stored: Bilingual | None  # what another window saved meanwhile
    words: Bilingual | None  # the value in words
    known: Known | None
    column: str  # of the file, to be corrected there

    @property
    def is_filled_in(self) -> bool:
        """Is an answer taken here?"""
        return self.asked.may_be_given


@dataclass(frozen=True, slots=True)
class Shown:
    """A part of the form."""

    name: Bilingual
    part: Part
    fields: tuple[FieldShown, ...]

    @property
    def source(self) -> Known | None:
        """Where everything in it that the file knows comes from, where that is one place and day."""
        known = [field.known for field in self.fields if field.known is not None]
        places = {(one.source, one.as_of) for one in known}
        return known[0] if len(known) > 1 and len(places) == 1 else None


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed and is shown again: replies and problems by field, what others must know of them."""

    replies: Mapping[str, str]
    problems: Mapping[str, Bilingual]
    stored: bool = False  # the form was saved elsewhere meanwhile


NOTHING_TYPED: Final = Typed({}, {})


def sections_of(
    facts: CaseFacts,
    form: CaseForm,
    *,
    mends: Mapping[str, str] | None = None,
    typed_in: Typed = NOTHING_TYPED,
) -> list[Shown]:
    """What the applicant fills in; fields that are not asked under what was answered are left out."""
    return [
        Shown(
            section.name,
            section.part,
            tuple(
                shown(asked, facts, (mends or {}).get(asked.name, ""), typed_in)
                for asked in section.fields
                if asked.holds is not False
            ),
        )
        for section in form.sections()
        if any(asked.holds is not False for asked in section.fields)
    ]


def shown(asked: Asked, facts: CaseFacts, mend: str, typed_in: Typed) -> FieldShown:
    kind, value = asked.kind, asked.value
    words = said(value, kind) if value is not None else None
    text = typed(value, kind) if value is not None else ""
    again = typed_in.replies.get(asked.name)
    differs = typed_in.stored and again is not None and again.strip() != text
    return FieldShown(
        asked=asked,
        name=BEFORE + asked.name,
        label=kind.label,
        control=control_of(kind),
        unit=unit_of(kind),
        choices=choices_of(kind),
        text=text if again is None else again,
        required=asked.required,
        hint=PARTY_HINT if asked.part is Part.PARTY and asked.known is None and facts.dossier else None,
        problem=typed_in.problems.get(asked.name),
        mend=mend,
        stored=(words or Bilingual("（空）", "(nothing)")) if differs else None,
        words=words,
        known=asked.known if asked.answer is None else None,
        column=column_of(asked, facts),
    )


def column_of(asked: Asked, facts: CaseFacts) -> str:
    """Where the file keeps a fact, so that it can be corrected there; empty for what the file does not keep."""
    if asked.known is None or asked.kind.about != "party" or asked.kind.judged:
        return ""
    name, _, pack = asked.name.partition("@")
    home = facts.rules.pack.id if name in facts.rules.rulebook.kinds else facts.rules.measure_rulebook.pack
    return rules_on(facts.on).column(pack or home, name)


def replies_in(post: QueryDict, kinds: Mapping[str, FactKind]) -> dict[str, str]:
    """What was typed, by field."""
    return {
        name: with_percent(str(post[BEFORE + name])[:5000], kind)
        for name, kind in kinds.items()
        if BEFORE + name in post
    }


def kinds_in(form: CaseForm) -> dict[str, FactKind]:
    return {asked.name: asked.kind for asked in form.of()}


@dataclass(frozen=True, slots=True)
class Wrong:
    """A line of the summary of problems, with the place on the page it leads to."""

    words: Bilingual
    place: str  # fragment, or empty
    page: str = ""  # name of another page of the case


def summary(problems: Iterable[tuple[str, Bilingual]], form: CaseForm) -> list[Wrong]:
    labels = {asked.name: asked.kind.label for asked in form.of()}
    found = []
    for name, words in problems:
        label = labels.get(name)
        if label is None:
            found.append(Wrong(words, ""))
        elif label.zh in words.zh:
            found.append(Wrong(words, f"f-{BEFORE}{name}"))
        else:
            said_of = Bilingual(f"{label.zh}：{words.zh}", f"{label.en}: {words.en}")
            found.append(Wrong(said_of, f"f-{BEFORE}{name}"))
    return found
