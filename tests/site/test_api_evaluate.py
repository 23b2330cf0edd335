"""Programs ask for verdicts: one or many lines, in the form of `huiqi evaluate`."""

import json
from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from huiqi.cli.app import app

MEASURE = "qingdao-2012-46/cit-small-low-profit-20"
FACTS = {
    "taxable_income": "30万",
    "employees": 80,
    "total_assets": 10_000_000,
    "is_restricted_or_prohibited_industry": False,
}
LINES: list[Any] = [
    {"measure": MEASURE, "facts": FACTS, "as_of": "2013-12-31"},
    {"measure": MEASURE, "facts": {**FACTS, "taxable_income": 300_000.01}},
    {"measure": MEASURE, "facts": {"employees": 80}},
    {"measure": MEASURE, "facts": {"employes": 80}},
    {"measure": "qingdao-2012-46/nothing"},
    {"measure": MEASURE, "facts": {"industry_sector": ["industrial"]}},
    {"measure": MEASURE, "facts": FACTS, "as_of": "yesterday"},
    ["not", "a", "line"],
    {"measure": MEASURE, "facts": FACTS, "as_of": "2010-01-01"},
]


def ask(client: Client, body: Any, status: int = 200, kind: str = "application/json") -> Any:
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    response = client.post("/api/v1/evaluate", data, content_type=kind)
    assert response.status_code == status, response.content.decode()[:500]
    return response.json() if "ndjson" not in response.headers["Content-Type"] else response.content.decode()


def test_one_line(visitor: Client):
    assert ask(visitor, LINES[0]) == {
        "measure": MEASURE,
        "verdict": "eligible",
        "amount": "60000.00",
        "missing": [],
        "also": {"saving_vs_25pct": "15000.00"},
        "reasons": [
            {"condition": "industry", "outcome": "met", "clause": "c5"},
            {"condition": "income", "outcome": "met", "clause": "c5"},
            {"condition": "size", "outcome": "met", "clause": "c5"},
        ],
    }


def test_figures_stay_exact(visitor: Client):
    found = ask(visitor, LINES[1])
    assert found["verdict"] == "ineligible"
    assert [r["condition"] for r in found["reasons"] if r["outcome"] == "not_met"] == ["income"]


def test_a_bad_line_is_answered_in_its_place(visitor: Client):
    found = ask(visitor, LINES)
    assert [("error" in line) for line in found] == [
        False, False, False, True, True, True, True, True, False,
    ]  # fmt: skip
    assert "did you mean 'employees'" in found[3]["error"]
    assert all(line["said"]["en"] == line["error"] for line in found if "error" in line)
    assert found[8]["verdict"] == "out_of_scope"


@pytest.mark.parametrize(
    ("line", "zh"),
    [
        ({"measure": "x/y"}, "没有措施 'x/y'"),
        ({"facts": {}}, "一行应为 "),
        ({"measure": MEASURE, "facts": [1]}, '"facts" 应为从要素名到值的对应'),
        ({"measure": MEASURE, "as_of": "soon"}, "as_of：'soon'不是日期，请写成 2013-06-30"),
        ({"measure": MEASURE, "facts": {"employes": 1}}, "没有要素'employes'，是否指'employees'？"),
        ({"measure": MEASURE, "facts": {"employees": "many"}}, "employees：'many'不是数字"),
        ({"measure": MEASURE, "facts": {"employees": 1.5}}, "employees：1.5不是整数"),
        ({"measure": MEASURE, "facts": {"employees": -1}}, "employees：-1小于最小值0"),
        (
            {"measure": MEASURE, "facts": {"is_restricted_or_prohibited_industry": "maybe"}},
            "is_restricted_or_prohibited_industry：'maybe'不是 true 或 false",
        ),
    ],
)
def test_what_is_wrong_with_a_line_is_said_in_both_languages(visitor: Client, line: object, zh: str):
    said = ask(visitor, line)["said"]
    assert said["zh"].startswith(zh)
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in said["en"])


def test_lines_of_json_say_what_the_command_says(visitor: Client):
    lines = "\n".join(json.dumps(line) for line in LINES) + "\nnonsense\n"
    said = ask(visitor, lines, kind="application/x-ndjson")
    command = CliRunner().invoke(app, ["evaluate"], input=lines)
    assert said == command.stdout
    assert [json.loads(line) for line in said.splitlines()][:-1] == ask(visitor, LINES)


def test_a_day_takes_the_version_and_the_period_of_that_day(visitor: Client):
    with_day = {"measure": MEASURE, "facts": FACTS, "as_of": "2012-08-31"}
    assert ask(visitor, with_day)["verdict"] == "out_of_scope"


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ("{", 400, "application/json"),
        ('{"measure": NaN}', 400, "application/json"),
        (b"\xff\xfe", 400, "application/json"),
        ("[" * 100_000, 400, "application/json"),
        ("[]", 422, "application/json"),
        (json.dumps([LINES[0]] * 101), 422, "application/json"),
        ("\n".join(["{}"] * 101), 422, "application/x-ndjson"),
        ("measure=x", 415, "application/x-www-form-urlencoded"),
        (" " * (6 << 20), 413, "application/json"),
    ],
)
def test_what_cannot_be_read_is_refused_as_a_whole(visitor: Client, body: Any, status: int, kind: str):
    found = ask(visitor, body, status, kind)
    assert set(found) == {"title", "detail", "where", "remedy"}
