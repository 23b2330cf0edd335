"""The page that describes the interface: complete, in both languages, without scripts."""

import re

import pytest
from django.test import Client

from huiqi.api.interface import API
from tests.site.test_enterprise_file import chinese_left


def test_every_operation_and_parameter_stands_on_the_page(visitor: Client):
    page = visitor.get("/api/v1/").content.decode()
    described = visitor.get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    for path, methods in described["paths"].items():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page
            assert f"<code>{path}</code>" in page
            assert all(f"<code>{p['name']}</code>" in page for p in operation["parameters"])


def test_the_page_needs_no_script(visitor: Client):
    answer = visitor.get("/api/v1/", headers={"Accept-Encoding": "gzip"})
    assert len(answer.content) < 100_000
    page = visitor.get("/api/v1/").content.decode()
    assert "<script" not in page
    assert " style=" not in page
    assert not [link for link in re.findall(r'(?:src|href)="([^"]+)"', page) if "//" in link]


@pytest.mark.parametrize("word", ["政策文件", "需密钥", "可缺"])
def test_in_chinese(visitor: Client, word: str):
    assert word in visitor.get("/api/v1/").content.decode()


def test_in_english(english: Client):
    page = english.get("/api/v1/").content.decode()
    assert chinese_left(page) == ""
    assert "Programming interface" in page
    assert "JSON lines give JSON lines" in page


def test_the_description_says_where_a_key_is_needed():
    paths = API.get_openapi_schema()["paths"]
    assert {} in paths["/api/v1/documents"]["get"]["security"]
    assert {} not in paths["/api/v1/matches/{code}"]["get"]["security"]
    assert {} not in paths["/api/v1/snapshots/{version}/{file}"]["get"]["security"]
