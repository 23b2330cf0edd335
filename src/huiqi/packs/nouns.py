"""The nouns a pack may declare beyond measures, each with its file, its format and what reads it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, RootModel, create_model

from huiqi.base.problem import Problem
from huiqi.cases.declare import CaseModel, TimeLimitModel, declare_case, declare_time_limit
from huiqi.duties.declare import DutyModel, declare_duty
from huiqi.exchange.declare import EventModel, ExchangeModel, declare_event, declare_exchange
from huiqi.funds.declare import FundModel, declare_fund
from huiqi.indicators.declare import IndicatorModel, TargetModel, declare_indicator, declare_target
from huiqi.measures.declare import Strict
from huiqi.registers.declare import RegisterModel, declare_register
from huiqi.systems.declare import PartsModel, SystemModel, declare_system

Declare = Callable[..., tuple[Any, list[Problem]]]


@dataclass(frozen=True, slots=True)
class Noun:
    """`name` is the list in a pack, in `made_of` and the stem of its file; `one` is how references call one of it."""

    name: str
    one: str
    model: type[Strict]
    declare: Declare
    has_templates: bool = True

    @property
    def file(self) -> str:
        return f"{self.name.replace('_', '-')}.yaml"


NOUNS: Final = (
    Noun("registers", "register", RegisterModel, declare_register),
    Noun("cases", "case", CaseModel, declare_case),
    Noun("funds", "fund", FundModel, declare_fund),
    Noun("exchanges", "exchange", ExchangeModel, declare_exchange),
    Noun("events", "event", EventModel, declare_event),
    Noun("indicators", "indicator", IndicatorModel, declare_indicator),
    Noun("time_limits", "time limit", TimeLimitModel, declare_time_limit, has_templates=False),
    Noun("targets", "target", TargetModel, declare_target, has_templates=False),
    Noun("duties", "duty", DutyModel, declare_duty, has_templates=False),
    Noun("systems", "system", SystemModel, declare_system, has_templates=False),
)
"""In the order in which they are read: indicators after what they are taken over, systems last."""

BY_NAME: Final = {noun.name: noun for noun in NOUNS}
WITH_TEMPLATES: Final = tuple(noun for noun in NOUNS if noun.has_templates)


class TemplateUse(BaseModel):
    """A part made from a template; further keys go over the template's body."""

    model_config = ConfigDict(extra="allow")
    extends: str
    id: str | None = None
    with_: dict[str, Any] = Field(default_factory=dict, alias="with")


def editor_schemas() -> dict[str, type[BaseModel]]:
    """The formats of the noun files for editors: in full, or from a template; systems with parts in place."""
    found: dict[str, Any] = {}
    for noun in NOUNS:
        item: Any = noun.model | TemplateUse if noun.has_templates else noun.model
        if noun.name == "systems":
            inner: dict[str, Any] = {n.name: (list[str | TemplateUse | n.model], []) for n in WITH_TEMPLATES}  # type: ignore[name-defined]
            parts = create_model("PartsInPlace", __base__=PartsModel, **inner)
            item = create_model("SystemInFile", __base__=SystemModel, made_of=(parts, parts()))
        found[noun.file.removesuffix(".yaml")] = create_model(
            f"{noun.name}_file", __base__=RootModel[list[item]]
        )
    return found
