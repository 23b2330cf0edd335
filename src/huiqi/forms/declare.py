"""From what a pack declares about fields, rules and lengths of time to checked values; used by every noun's `declare`."""

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Literal

from pydantic import Field as Key
from pydantic import model_validator

from huiqi.base.bilingual import Bilingual
from huiqi.base.periods import OPENING, Duration, Unit
from huiqi.base.problem import Problem
from huiqi.forms.references import ClauseId, FactId
from huiqi.forms.types import Field, Rule
from huiqi.measures.declare import (
    FACT_NAME,
    IDENTIFIER,
    BilingualModel,
    FactModel,
    RuleText,
    Strict,
    declare_bound,
    declare_fact,
    declare_reference,
)
from huiqi.measures.expressions import FactRef, Type
from huiqi.measures.read import Vocabulary, read_condition, read_expression
from huiqi.measures.types import FactKind

Path = tuple[str | int, ...]
At = Callable[[Path], str]
"""The place of a part of a declaration, as ``file:line``."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What the rules of a declaration may name, and the fact kinds its fields may be."""

    pack: str
    vocabulary: Vocabulary
    kinds: Mapping[str, FactKind] = field(default_factory=dict)

    def with_names(self, more: Mapping[str, FactRef]) -> "Scope":
        """The same with further names, which hide facts of the same name."""
        facts = {**self.vocabulary.facts, **more}
        return replace(self, vocabulary=Vocabulary(facts, self.vocabulary.labels))


class PartModel(Strict):
    """What every declared part has."""

    id: str = Key(pattern=IDENTIFIER)
    title: BilingualModel
    clauses: list[ClauseId] = Key(default_factory=list)
    note: BilingualModel | None = None


class DurationModel(Strict):
    n: int = Key(ge=0)
    unit: Unit

    @model_validator(mode="after")
    def counts(self) -> "DurationModel":
        if self.unit is Unit.SAME_DAY and self.n:
            raise ValueError("same_day has n: 0")
        if self.unit is Unit.CALENDAR_MONTH and self.n != 1:
            raise ValueError("calendar_month has n: 1")
        return self

    def as_value(self) -> Duration:
        return Duration(self.n, self.unit)


class LengthModel(DurationModel):
    """A duration that has an end."""

    @model_validator(mode="after")
    def ends(self) -> "LengthModel":
        if self.unit in OPENING:
            raise ValueError(f"{self.unit} says how long something is open, not when it ends")
        return self


class TitledModel(Strict):
    """A named value: a grade, a reason."""

    id: str = Key(pattern=FACT_NAME)
    zh: str
    en: str

    def label(self) -> Bilingual:
        return Bilingual(self.zh, self.en)


class FieldModel(Strict):
    """A fact kind by its name, or a field of its own."""

    fact: FactId | None = None
    name: str | None = Key(default=None, pattern=FACT_NAME)
    type: Literal["bool", "int", "decimal", "money", "ratio", "date", "text", "enum"] | None = None
    zh: str | None = None
    en: str | None = None
    unit: str | None = None
    values: dict[str, BilingualModel] = Key(default_factory=dict)
    min: RuleText | None = None
    max: RuleText | None = None
    required: bool = True
    public: bool = False
    masked: bool = False
    when: RuleText | None = None

    @model_validator(mode="before")
    @classmethod
    def a_name_alone_is_a_fact(cls, raw: Any) -> Any:
        return {"fact": raw} if isinstance(raw, str) else raw

    @model_validator(mode="after")
    def is_one_or_the_other(self) -> "FieldModel":
        own = (self.name, self.type, self.zh, self.en)
        if self.fact is None and None in own:
            raise ValueError("a field is a fact's name, or has name, type, zh and en")
        if self.fact is not None and (any(own) or self.values or self.unit or self.min or self.max):
            raise ValueError("a field that is a fact takes name, type and labels from it")
        if (self.type == "enum") != bool(self.values):
            raise ValueError("an enum lists its values, and only an enum does")
        return self

    def own_kind(self) -> FactModel:
        return FactModel.model_validate(
            {
                "type": self.type,
                "zh": self.zh,
                "en": self.en,
                "unit": self.unit,
                "values": {key: {"zh": text.zh, "en": text.en} for key, text in self.values.items()},
                "min": self.min,
                "max": self.max,
                "about": "claim",
            }
        )


class RuleReader:
    """Reads the rules of one declaration and keeps the problems, each at its line."""

    def __init__(self, scope: Scope, at: At) -> None:
        self.scope = scope
        self.at = at
        self.problems: list[Problem] = []

    def within(self, scope: Scope, *path: str | int) -> "RuleReader":
        """A reader of a part of the declaration that adds to the same problems."""
        inner = RuleReader(scope, lambda more: self.at((*path, *more)))
        inner.problems = self.problems
        return inner

    def refuse(self, message: str, *path: str | int) -> None:
        self.problems.append(Problem(self.at(path), message))

    def condition(self, text: str | None, *path: str | int) -> Rule | None:
        """A rule that must be a yes-or-no statement; None where there is none or it cannot be read."""
        if text is None:
            return None
        tree, found = read_condition(text, vocabulary=self.scope.vocabulary, where=self.at(path))
        self.problems += found
        return Rule(text, tree) if tree is not None else None

    def formula(self, text: str | None, *path: str | int) -> Rule | None:
        """A rule that gives a figure."""
        if text is None:
            return None
        tree, found = read_expression(text, vocabulary=self.scope.vocabulary, where=self.at(path))
        self.problems += found
        return Rule(text, tree) if tree is not None else None

    def figure(self, text: str | None, *path: str | int, kind: Type = Type.MONEY) -> Fraction | None:
        """A plain figure such as ``3亿`` or ``50%``."""
        if text is None:
            return None
        bound, found = declare_bound(text, kind, where=self.at(path))
        self.problems += found
        return bound if isinstance(bound, Fraction) else None


def declare_fields(
    models: Sequence[FieldModel], *, reader: RuleReader, path: str, prefix: str = ""
) -> tuple[tuple[Field, ...], dict[str, FactRef]]:
    """Fields in order, and the names by which rules may use them (`prefix` before each)."""
    fields: list[Field] = []
    for index, model in enumerate(models):
        kind = kind_of(model, reader=reader, path=(path, index))
        if kind is not None:
            fields.append(
                Field(kind, model.fact is not None, model.required, model.public, model.masked, when=None)
            )
    names = {f"{prefix}{f.name}": replace(f.kind.reference, name=f"{prefix}{f.name}") for f in fields}
    if len(names) < len(fields):
        reader.refuse("two fields have the same name", path)
    inner = reader.within(reader.scope.with_names(names))
    asked = {model.fact or model.name: (index, model.when) for index, model in enumerate(models)}
    ready = [
        replace(f, when=inner.condition(asked[f.name][1], path, asked[f.name][0], "when")) for f in fields
    ]
    return tuple(ready), names


def kind_of(model: FieldModel, *, reader: RuleReader, path: Path) -> FactKind | None:
    """The kind of a field; None for a fact that is not declared, which the check of names reports."""
    if model.fact is not None:
        return reader.scope.kinds.get(model.fact)
    name = model.name or ""
    where = reader.at(path)
    own = model.own_kind()
    reference, found = declare_reference(name, own, where=where)
    kind, more = declare_fact(
        name, own, vocabulary=Vocabulary({name: reference}), pack=reader.scope.pack, where=where
    )
    reader.problems += [*found, *more]
    return kind


def nearest(name: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?`` for the name that is most alike, or nothing."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""
