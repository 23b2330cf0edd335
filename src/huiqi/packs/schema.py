"""The files of a pack as pydantic models; `huiqi schema` writes their JSON Schema for editors."""

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, Field, RootModel, model_validator

from huiqi.measures.declare import (
    IDENTIFIER,
    BilingualModel,
    FactModel,
    MeasureModel,
    ParameterModel,
    RuleText,
    Strict,
)
from huiqi.measures.scores import ScoreModel
from huiqi.packs.nouns import editor_schemas
from huiqi.packs.templates import TemplateModel


class JurisdictionModel(Strict):
    zh: str
    region: str = Field(pattern=r"^[0-9]{0,6}$")
    en: str | None = None


class InForceModel(Strict):
    from_: date = Field(alias="from")
    until: date | None = None


class PrecedenceModel(Strict):
    over: str
    rule: Literal["replaces", "better_applies_alone", "term_governs"]
    clause: str
    note: BilingualModel | None = None


class PackModel(Strict):
    id: str = Field(pattern=IDENTIFIER)
    version: str
    number: str | None = None
    title: BilingualModel
    issuer: str
    level: Literal["nation", "province", "city", "standard"]
    jurisdiction: JurisdictionModel
    signed: date | None = None
    in_force: InForceModel
    requires: list[str] = Field(default_factory=list)
    precedence: list[PrecedenceModel] = Field(default_factory=list)
    bodies: list[str] = Field(default_factory=list)  # that the register of authorities does not have
    source: str | None = None
    note: BilingualModel | None = None


class ClauseModel(Strict):
    id: str
    label: str | None = None
    section: str | None = None
    title: str | None = None
    parent: str | None = None
    kinds: list[str] = Field(default_factory=list)
    summary: BilingualModel
    orders_nothing: BilingualModel | None = None  # why nothing can be bound to it


class CapModel(Strict):
    id: str
    limit: RuleText
    measures: list[str]
    clause: str | None = None
    note: BilingualModel | None = None


class MatterModel(Strict):
    id: str = Field(pattern=IDENTIFIER)
    title: BilingualModel
    choose: Literal["best", "one", "adds_up"]
    compare: Literal["value", "amount", "least_amount"] = "value"
    clause: str | None = None
    source: str | None = None
    caps: list[CapModel] = Field(default_factory=list)
    note: BilingualModel | None = None


class ExpectModel(Strict):
    verdict: Literal["eligible", "claimable", "review", "unknown", "ineligible", "out_of_scope"] | None = None
    amount: Decimal | None = None
    missing: list[str] | None = None
    also: dict[str, Any] = Field(default_factory=dict)
    value: Any = None  # of a derived fact; null: it has none yet


class ExampleModel(Strict):
    """One test of a pack: of a measure, or of a derived fact."""

    name: str
    measure: str | None = None
    fact: str | None = None
    as_of: date | None = None
    given: dict[str, Any]
    expect: ExpectModel
    why: str | None = None

    @model_validator(mode="after")
    def tests_one_thing(self) -> "ExampleModel":
        if (self.measure is None) == (self.fact is None):
            raise ValueError("a test names a measure or a fact")
        return self


class ClausesFile(RootModel[list[ClauseModel]]):
    """clauses.yaml"""


class FactsFile(RootModel[dict[str, FactModel]]):
    """facts.yaml"""


class ParametersFile(RootModel[dict[str, ParameterModel]]):
    """parameters.yaml"""


class MattersFile(RootModel[list[MatterModel]]):
    """matters.yaml"""


class ExamplesFile(RootModel[list[ExampleModel]]):
    """tests/*.yaml"""


SCHEMAS: dict[str, type[BaseModel]] = {
    "score": ScoreModel,
    "pack": PackModel,
    "clauses": ClausesFile,
    "facts": FactsFile,
    "parameters": ParametersFile,
    "matters": MattersFile,
    "measure": MeasureModel,
    "tests": ExamplesFile,
    "template": TemplateModel,
    **editor_schemas(),
}
