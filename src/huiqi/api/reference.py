"""The page that tells what the interface offers, made from its OpenAPI description on the server, without scripts."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from huiqi.access.guard import may
from huiqi.access.permissions import Permission
from huiqi.api.callers import KEY_RATE, VISITOR_RATE
from huiqi.api.interface import API
from huiqi.base.bilingual import Bilingual

CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
SECTIONS: Final = {
    "documents": Bilingual("政策文件", "Documents"),
    "measures": Bilingual("政策措施", "Measures"),
    "evaluate": Bilingual("认定", "Evaluate"),
    "check-up": Bilingual("政策体检", "Check-up"),
    "matches": Bilingual("匹配结果", "Matches"),
    "case types": Bilingual("事项", "Case types"),
    "public lists": Bilingual("公开的清单", "Public lists"),
    "registers": Bilingual("名录", "Registers"),
    "cases": Bilingual("办件", "Cases"),
    "webhooks": Bilingual("部门回调", "Webhooks"),
    "funds": Bilingual("资金", "Funds"),
    "snapshots": Bilingual("名录与匹配", "Register and runs"),
}
DEEPEST: Final = 6


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    where: str
    form: str
    required: bool
    words: Bilingual


@dataclass(frozen=True, slots=True)
class Line:
    """One value of an answer; `depth` counts what it stands in."""

    name: str
    form: str
    depth: int
    optional: bool


@dataclass(frozen=True, slots=True)
class Described:
    """One operation."""

    anchor: str
    method: str
    path: str
    title: Bilingual
    paragraphs: tuple[Bilingual, ...]  # one language each, the other empty
    parameters: tuple[Parameter, ...]
    example: str
    sent: tuple[Line, ...]
    answered: tuple[Line, ...]
    statuses: tuple[str, ...]
    needs_key: bool


@dataclass(frozen=True, slots=True)
class Section:
    title: Bilingual
    operations: tuple[Described, ...]


@require_GET
@may(Permission.PUBLIC)
def reference(request: HttpRequest) -> HttpResponse:
    context = {"sections": sections(), "visitor_rate": VISITOR_RATE, "key_rate": KEY_RATE}
    return render(request, "api/reference.html", context)


@lru_cache(maxsize=1)
def sections() -> tuple[Section, ...]:
    """All operations, as the description has them."""
    whole = API.get_openapi_schema()
    by_tag: dict[str, list[Described]] = {}
    for path, methods in whole["paths"].items():
        for method, said in methods.items():
            by_tag.setdefault(said["tags"][0], []).append(described(path, method, said, whole))
    return tuple(Section(title, tuple(by_tag.get(tag, ()))) for tag, title in SECTIONS.items())


def described(path: str, method: str, said: Mapping[str, Any], whole: Mapping[str, Any]) -> Described:
    sent = content_of(said.get("requestBody", {}))
    answers = said["responses"]
    return Described(
        anchor=said["operationId"],
        method=method.upper(),
        path=path,
        title=both(said["summary"]),
        paragraphs=tuple(one_language(part) for part in said.get("description", "").split("\n\n") if part),
        parameters=tuple(parameter(p) for p in said["parameters"]),
        example=example_of(sent, whole),
        sent=tuple(lines_of(sent, whole)),
        answered=tuple(lines_of(content_of(answers.get(200) or answers.get(201, {})), whole)),
        statuses=tuple(sorted(str(status) for status in answers)),
        needs_key={} not in said.get("security", [{}]),
    )


def content_of(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of JSON or of a form with a file that is sent or answered; empty where there is none."""
    content = part.get("content", {})
    kind: Mapping[str, Any] = content.get("application/json") or content.get("multipart/form-data", {})
    found: Mapping[str, Any] = kind.get("schema", {})
    return found


def both(words: str) -> Bilingual:
    """
    >>> both("条款 · Clauses")
    Bilingual(zh='条款', en='Clauses')
    """
    zh, _, en = words.partition(" · ")
    return Bilingual(zh, en or zh)


def one_language(words: str) -> Bilingual:
    flat = " ".join(words.split())
    return Bilingual(flat, "") if CHINESE.search(flat) else Bilingual("", flat)


def parameter(said: Mapping[str, Any]) -> Parameter:
    words = both(said.get("description", ""))
    return Parameter(said["name"], said["in"], form_of(said["schema"]), said["required"], words)


def form_of(schema: Mapping[str, Any]) -> str:
    """What a value is, in short: `string`, `date`, `list of Reason`, `"met" | "not_met"`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(form_of(part) for part in schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(f'"{value}"' for value in schema["enum"])
    match schema.get("type"):
        case "array":
            return f"list of {form_of(schema.get('items', {}))}"
        case "object" if isinstance(schema.get("additionalProperties"), dict):
            return f"object of {form_of(schema['additionalProperties'])}"
        case None:
            return "any"
        case kind:
            return str(schema.get("format") or kind)


def lines_of(schema: Mapping[str, Any], whole: Mapping[str, Any], depth: int = 0) -> Iterator[Line]:
    """Every value in it, the parts of a value under it."""
    if depth > DEEPEST:
        return
    for inner in resolved(schema, whole):
        needed = inner.get("required", [])
        for name, part in inner.get("properties", {}).items():
            yield Line(name, form_of(part), depth, name not in needed)
            if form_of(part) not in ("Words", "Words | null", "Period"):
                yield from lines_of(part, whole, depth + 1)


def resolved(schema: Mapping[str, Any], whole: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The objects that a schema leads to, through references, choices, lists and mappings."""
    if "$ref" in schema:
        yield whole["components"]["schemas"][str(schema["$ref"]).rpartition("/")[2]]
    elif "anyOf" in schema:
        seen: set[str] = set()
        for part in schema["anyOf"]:
            for inner in resolved(part, whole):
                said = json.dumps(inner, sort_keys=True, default=str)
                if said not in seen:
                    seen.add(said)
                    yield inner
    elif schema.get("type") == "array":
        yield from resolved(schema.get("items", {}), whole)
    elif isinstance(schema.get("additionalProperties"), dict):
        yield from resolved(schema["additionalProperties"], whole)
    elif "properties" in schema:
        yield schema


def example_of(schema: Mapping[str, Any], whole: Mapping[str, Any]) -> str:
    for inner in resolved(schema, whole):
        for example in inner.get("examples", []):
            return json.dumps(example, ensure_ascii=False, indent=1)
    return ""
