"""Templates with parameters: a declaration written once, used by many systems.

A template's body is a declaration with marks, filled before its format is checked:

- ``$name`` as a whole value stands for the parameter; a list spliced into a list; without a value the key or
  the item falls away;
- ``{name}`` inside a text stands for the parameter's text, in the language of the key (zh, en) it stands under;
- a mapping with ``if: name`` (or ``if: not name``) stays only when the parameter has a value (has none).

``of`` is always there: the name of the system, or the title, of the declaration that uses the template.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field, model_validator

from huiqi.base.bilingual import Bilingual
from huiqi.base.problem import Problem
from huiqi.forms.declare import nearest
from huiqi.measures.declare import FACT_NAME, IDENTIFIER, BilingualModel, Strict

WHOLE = re.compile(r"^\$([a-z][a-z0-9_]*)$")
INSIDE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
CONDITION = re.compile(r"^(not )?([a-z][a-z0-9_]*)$")
ALWAYS = "of"
GONE = object()
"""What falls away."""


class ParameterModel(Strict):
    zh: str
    en: str
    required: bool = False
    default: Any = None


class TemplateModel(Strict):
    """templates/<noun>/<id>.yaml"""

    id: str = Field(pattern=IDENTIFIER)
    summary: BilingualModel
    parameters: dict[str, ParameterModel] = Field(default_factory=dict)
    body: dict[str, Any]

    @model_validator(mode="after")
    def marks_are_parameters(self) -> "TemplateModel":
        used = set(marks_in(self.body))
        for parameter in self.parameters.values():
            used |= set(marks_in(parameter.default))
        known = {*self.parameters, ALWAYS}
        for name in sorted(used - known):
            raise ValueError(f"there is no parameter {name!r}{nearest(name, known)}")
        for name in sorted(self.parameters.keys() - used):
            raise ValueError(f"the parameter {name!r} is not used in the body")
        if not all(re.match(FACT_NAME, name) for name in self.parameters):
            raise ValueError("a parameter is named in snake_case")
        return self


@dataclass(frozen=True, slots=True)
class TemplateParameter:
    name: str
    label: Bilingual
    required: bool
    default: Any


@dataclass(frozen=True, slots=True)
class Template:
    """A checked template of one noun."""

    id: str
    pack: str
    noun: str
    summary: Bilingual
    parameters: tuple[TemplateParameter, ...]
    body: Mapping[str, Any]


def declare_template(model: TemplateModel, *, pack: str, noun: str) -> Template:
    parameters = tuple(
        TemplateParameter(name, Bilingual(p.zh, p.en), p.required, p.default)
        for name, p in model.parameters.items()
    )
    return Template(model.id, pack, noun, model.summary.as_value(), parameters, model.body)


def marks_in(value: Any) -> Iterator[str]:
    """Every parameter a body names."""
    if isinstance(value, str):
        whole = WHOLE.match(value)
        yield from [whole[1]] if whole else INSIDE.findall(value)
    elif isinstance(value, list):
        for item in value:
            yield from marks_in(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            condition = CONDITION.match(item) if key == "if" and isinstance(item, str) else None
            yield from [condition[2]] if condition else marks_in(item)


def expand(
    template: Template, given: Mapping[str, Any], *, of: Mapping[str, str] | None, where: str
) -> tuple[dict[str, Any], list[Problem]]:
    """The body of a template with its parameters filled in.

    Args:
        given: parameter → value, as the YAML has it.
        of: the name of what uses the template, {"zh": …, "en": …}.
        where: the place of the use, for problems.

    >>> from huiqi.base.bilingual import Bilingual
    >>> size = TemplateParameter("size", Bilingual("规模", "size"), False, None)
    >>> body = {"title": {"zh": "{of}名录", "en": "register of {of}"}, "capacity": "$size"}
    >>> list_ = Template("list", "p", "registers", Bilingual("", ""), (size,), body)
    >>> expand(list_, {}, of={"zh": "专家", "en": "experts"}, where="x")
    ({'title': {'zh': '专家名录', 'en': 'register of experts'}}, [])
    """
    names = {p.name for p in template.parameters}
    problems = [
        Problem(where, f"template {template.id!r} has no parameter {name!r}{nearest(name, names)}")
        for name in given
        if name not in names and name != ALWAYS
    ]
    values: dict[str, Any] = {ALWAYS: given.get(ALWAYS, of)}
    for parameter in template.parameters:
        values[parameter.name] = given.get(parameter.name, parameter.default)
        if parameter.required and values[parameter.name] is None:
            problems.append(
                Problem(where, f"template {template.id!r} needs the parameter {parameter.name!r}")
            )
    for parameter in template.parameters:  # a default may be another parameter
        filled = fill(values[parameter.name], values, "")
        values[parameter.name] = None if filled is GONE else filled
    body = fill(dict(template.body), values, "")
    return (body if isinstance(body, dict) else {}), problems


def fill(value: Any, values: Mapping[str, Any], key: str) -> Any:
    """A part of a body with its marks replaced; `GONE` where it falls away."""
    if isinstance(value, str):
        whole = WHOLE.match(value)
        if whole:
            given = values.get(whole[1])
            return GONE if given is None else given
        return INSIDE.sub(
            lambda mark: put_before(text_of(values.get(mark[1]), key), value[mark.end() :]), value
        )
    if isinstance(value, list):
        return [item for part in value for item in filled_items(part, values)]
    if isinstance(value, dict):
        if not stays(value.get("if"), values):
            return GONE
        filled = {k: fill(item, values, k) for k, item in value.items() if k != "if"}
        return {k: item for k, item in filled.items() if item is not GONE}
    return value


def filled_items(part: Any, values: Mapping[str, Any]) -> list[Any]:
    """What an item of a list becomes: nothing, itself, or, for a parameter that is a list, its items."""
    filled = fill(part, values, "")
    if filled is GONE:
        return []
    is_mark = isinstance(part, str) and WHOLE.match(part) is not None
    return list(filled) if is_mark and isinstance(filled, list) else [filled]


def stays(condition: Any, values: Mapping[str, Any]) -> bool:
    mark = CONDITION.match(condition) if isinstance(condition, str) else None
    if mark is None:
        return True
    has_value = values.get(mark[2]) not in (None, False, [], "")
    return has_value != bool(mark[1])


def put_before(text: str, rest: str) -> str:
    """A name without what the words after it say again: 基地认定 before 认定 is 基地.

    >>> put_before("创业基地认定", "认定"), put_before("采购服务", "服务订单"), put_before("专家", "名录")
    ('创业基地', '采购', '专家')
    """
    said_twice = (n for n in range(min(len(text), len(rest)), 1, -1) if text.endswith(rest[:n]))
    return text[: len(text) - next(said_twice, 0)]


def text_of(value: Any, key: str) -> str:
    if isinstance(value, dict):
        return str(value.get(key, value.get("zh", "")))
    return "" if value is None else str(value)


def merged(body: Any, own: Any) -> Any:
    """A body with what its user says over it: mappings key by key, lists of named things by name."""
    if isinstance(body, dict) and isinstance(own, dict):
        return {
            **body,
            **{key: merged(body[key], item) if key in body else item for key, item in own.items()},
        }
    if isinstance(body, list) and isinstance(own, list) and own and all(name_of(item) for item in own):
        mine = {name_of(item): item for item in own}
        kept = [merged(item, mine.pop(name_of(item), None) or {}) for item in body if name_of(item)]
        return kept + list(mine.values())
    return own


def name_of(item: Any) -> str | None:
    """How an item of a list is named: its id, its name or its fact."""
    if not isinstance(item, dict):
        return None
    return next((str(item[key]) for key in ("id", "name", "fact") if key in item), None)
