"""The answers that were promised are still given."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from jsonschema_rs import validator_for

from huiqi.api.interface import API
from tests.site.conftest import Site, matched, site, visitor

__all__ = ["Site", "matched", "site", "visitor"]
FOLDER = Path(__file__).parent
PROMISED = sorted((FOLDER / "promised").glob("*.json"))


def asked(client: Client, request: Mapping[str, Any]) -> Any:
    if request["method"] == "GET":
        return client.get(request["path"])
    body = request["body"]
    if isinstance(body, str):
        return client.post(request["path"], body, content_type="application/x-ndjson")
    return client.post(request["path"], json.dumps(body), content_type="application/json")


def read(response: Any) -> Any:
    text = response.content.decode()
    lines = response.headers["Content-Type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in text.splitlines()] if lines else json.loads(text)


def faults_of(found: Any, shape: str) -> list[str]:
    """Where an answer differs from what its description promises."""
    described = json.loads(json.dumps(API.get_openapi_schema()))
    validator = validator_for(
        {"$ref": f"#/components/schemas/{shape}", "components": described["components"]}
    )
    return [f"{list(error.instance_path)}: {error.message}" for error in validator.iter_errors(found)]


def within(part: Any, whole: Any) -> bool:
    """Is an excerpt in an answer: its keys in the object, its items somewhere in the list?"""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(k in whole and within(v, whole[k]) for k, v in part.items())
    if isinstance(part, list):
        return isinstance(whole, list) and all(any(within(p, w) for w in whole) for p in part)
    return bool(part == whole)


@pytest.mark.parametrize("path", PROMISED, ids=lambda path: path.stem)
def test_the_promised_answer_is_given(visitor: Client, path: Path):
    promise = json.loads(path.read_text("utf-8"))
    response = asked(visitor, promise["request"])
    assert response.status_code == promise["status"]
    found = read(response)
    if "answer" in promise:
        assert found == promise["answer"]
    if "is" in promise:
        assert faults_of(found, promise["is"]) == []
    if "within" in promise:
        assert within(promise["within"], found)


def test_every_open_operation_is_promised():
    promised = [json.loads(path.read_text("utf-8"))["request"] for path in PROMISED]
    paths = [request["path"].partition("?")[0] for request in promised]
    for template, methods in API.get_openapi_schema()["paths"].items():
        if {} in next(iter(methods.values()))["security"]:
            parts = template.split("/")
            assert any(
                len(path.split("/")) == len(parts)
                and all(t.startswith("{") or t == p for t, p in zip(parts, path.split("/"), strict=True))
                for path in paths
            ), template


def test_the_described_shapes_only_grow():
    """A key that an answer had stays, stays as needed as it was, and keeps its kind."""
    then = json.loads((FOLDER / "shapes.json").read_text("utf-8"))
    now = json.loads(json.dumps(API.get_openapi_schema()))
    for path, methods in then["paths"].items():
        for method, responses in methods.items():
            assert set(responses) <= set(now["paths"][path][method]["responses"]), f"{method} {path}"
    for name, keys in then["answers"].items():
        shape = now["components"]["schemas"][name]
        assert set(keys) <= set(shape["properties"]), name
        assert set(then["needed"][name]) <= set(shape.get("required", [])), name
        for key, kind in keys.items():
            assert shape["properties"][key] == kind, f"{name}.{key}"
    for name, asked_then in then["asked"].items():
        asked_now = now["components"]["schemas"][name]
        assert set(asked_now.get("required", [])) <= set(asked_then["needed"]), f"{name} asks for more"
        assert set(asked_then["keys"]) <= set(asked_now["properties"]), f"{name} takes less"
