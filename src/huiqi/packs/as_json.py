"""A whole checked pack as JSON, with the key names that docs/packs.md promises."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from huiqi.base.bilingual import Bilingual
from huiqi.base.money import plain
from huiqi.base.periods import Duration
from huiqi.cases.types import CaseType
from huiqi.forms.types import Field, Rule
from huiqi.indicators.types import TargetValue
from huiqi.measures.declare import FactModel
from huiqi.measures.scores import ScoreModel
from huiqi.measures.types import FactKind, Measure, Parameter
from huiqi.packs.binding import bindings
from huiqi.packs.templates import Template
from huiqi.packs.types import Pack
from huiqi.systems.types import System

PART_LISTS = (
    "duties", "targets", "time_limits", "registers", "cases", "funds", "exchanges", "events", "indicators", "systems",
)  # fmt: skip


def pack_as_json(pack: Pack) -> dict[str, Any]:
    """Everything a pack declares. Lists are in the order of the files; figures are numbers, days ISO text."""
    bound = bindings(pack)
    return {
        "id": pack.id,
        "version": pack.version,
        "number": pack.number,
        "title": as_json(pack.title),
        "issuer": pack.issuer,
        "level": pack.level,
        "jurisdiction": {**as_json(pack.jurisdiction), "region": pack.region},
        "signed": as_json(pack.signed),
        "in_force": {"from": as_json(pack.in_force.first), "until": as_json(pack.in_force.last)},
        "requires": list(pack.requires),
        "precedence": as_json(pack.standing.precedence),
        "clauses": [
            {**as_json(clause), "bound_to": [f"{b.noun}/{b.id}" for b in bound[clause.id]]}
            for clause in pack.clauses.values()
        ],
        "facts": {name: fact_as_json(model) for name, model in pack.written_facts.items()},
        "parameters": {p.name: parameter_as_json(p) for p in pack.rulebook.parameters.values()},
        "matters": as_json(list(pack.matters.values())),
        "measures": [measure_as_json(pack, measure) for measure in pack.measures.values()],
        "scores": [score_as_json(model) for model in pack.written_scores.values()],
        **{noun: [as_json(part) for part in getattr(pack, noun).values()] for noun in PART_LISTS},
        "templates": [template_as_json(template) for template in pack.templates.values()],
    }


def as_json(value: Any) -> Any:
    """A declared value as JSON: keys are the names of its fields, a rule is its text."""
    match value:
        case None | bool() | int() | str():
            return value
        case Fraction():
            return number(value)
        case date():
            return value.isoformat()
        case Bilingual(zh, en):
            return {"zh": zh, "en": en}
        case Rule():
            return value.text
        case Duration():
            return {"n": value.n, "unit": str(value.unit)}
        case Field():
            return field_as_json(value)
        case TargetValue():
            return target_value_as_json(value)
        case Mapping():
            return {str(key): as_json(item) for key, item in value.items()}
        case frozenset() | set():
            return sorted(as_json(item) for item in value)
        case tuple() | list():
            return [as_json(item) for item in value]
        case CaseType():
            return {
                **declared(value),
                "states": [as_json(state) for state in value.states.values()],
                "steps": [as_json(step) for step in value.steps.values()],
            }
        case System():
            made_of = {noun: as_json(part) for noun, part in declared(value.parts).items() if part}
            return {**{k: v for k, v in declared(value).items() if k != "parts"}, "made_of": made_of}
        case _ if is_dataclass(value):
            return declared(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no JSON form")


def declared(value: Any) -> dict[str, Any]:
    """The fields of a declared value; its pack is known from where it stands."""
    return {item.name: as_json(getattr(value, item.name)) for item in fields(value) if item.name != "pack"}


def number(value: Fraction) -> int | float:
    """A figure as JSON has it: whole where it is whole, else the shortest decimal."""
    return int(value) if value.denominator == 1 else float(plain(value, 12))


def target_value_as_json(value: TargetValue) -> dict[str, Any]:
    """``by`` or ``from`` and ``until`` or ``year``, as targets.yaml has it."""
    found: dict[str, Any] = {"value": number(value.value)}
    if value.up_to is not None:
        found["up_to"] = number(value.up_to)
    if value.first is not None:
        return found | {"from": as_json(value.first), "until": as_json(value.last)}
    if value.year is not None:
        return found | {"year": value.year}
    return found | {"by": as_json(value.by)}


def field_as_json(value: Field) -> dict[str, Any]:
    return {
        **kind_as_json(value.kind),
        "is_fact": value.is_fact,
        "required": value.required,
        "public": value.public,
        "masked": value.masked,
        "when": as_json(value.when),
    }


def kind_as_json(kind: FactKind) -> dict[str, Any]:
    return {
        "name": kind.name,
        "type": str(kind.type),
        **as_json(kind.label),
        "unit": kind.unit,
        "values": as_json(kind.values),
    }


def fact_as_json(model: FactModel) -> dict[str, Any]:
    return model.model_dump(mode="json", exclude_none=True)


def parameter_as_json(parameter: Parameter) -> dict[str, Any]:
    return {
        "type": str(parameter.type),
        **as_json(parameter.label),
        "source": parameter.source,
        "unverified": parameter.unverified,
        "values": [{"from": day.isoformat(), "value": number(value)} for day, value in parameter.values],
    }


def measure_as_json(pack: Pack, measure: Measure) -> dict[str, Any]:
    """The measure as its file has it, with its full name and the days on which it holds."""
    written = pack.written[measure.id].model_dump(mode="json", by_alias=True, exclude_none=True)
    period = {
        "from": as_json(measure.period.first),
        "until": as_json(measure.period.last),
        "source": measure.period.source,
    }
    return {**written, "key": measure.key, "region": measure.region, "period": period}


def score_as_json(model: ScoreModel) -> dict[str, Any]:
    """The table as its file has it; keys that say nothing are left out."""
    return model.model_dump(mode="json", exclude_none=True, exclude_defaults=True)


def template_as_json(template: Template) -> dict[str, Any]:
    return {
        "noun": template.noun,
        "id": template.id,
        "summary": as_json(template.summary),
        "parameters": [
            {"name": p.name, **as_json(p.label), "required": p.required} for p in template.parameters
        ],
    }
