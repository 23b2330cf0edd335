"""Programs run the check-up: facts in, verdicts, the next question and the best combination out."""

import json
from typing import Any

import pytest
from django.test import Client

from huiqi.checkups.models import Checkup
from huiqi.holdings import current
from huiqi.packs.findings import concerns
from tests.site.conftest import DAY

FACTS = {
    "employees": 80,
    "total_assets": "1000万",
    "taxable_income": "30万",
    "is_restricted_or_prohibited_industry": False,
}
MEASURE = "qingdao-2012-46/cit-small-low-profit-20"


def ask(client: Client, status: int = 200, **body: Any) -> Any:
    response = client.post("/api/v1/checkup", json.dumps(body), content_type="application/json")
    assert response.status_code == status, response.content.decode()[:500]
    return response.json()


def test_every_measure_in_scope_has_a_verdict(visitor: Client):
    found = ask(visitor, region="370203", facts=FACTS)
    inside = {m.key for m in current.measures_on(DAY) if concerns(m, roles=["enterprise"], region="370203")}
    assert {m["measure"] for m in found["measures"]} == inside
    assert sum(found["counts"].values()) == len(inside)
    due = next(m for m in found["measures"] if m["measure"] == MEASURE)
    assert (due["verdict"], due["amount"], due["value"]) == ("eligible", "60000.00", "15000.00")
    assert found["day"] == "2013-06-30"
    assert MEASURE in found["combination"]["kept"]


def test_it_says_what_a_single_evaluation_says(visitor: Client, settings: Any):
    settings.HUIQI_API_RATE_VISITOR = 10_000
    found = ask(visitor, region="370203", facts=FACTS)["measures"]
    lines = [{"measure": m["measure"], "facts": {}, "as_of": "2013-06-30"} for m in found]
    kinds = {
        m["measure"]: current.library().packs[m["measure"].partition("/")[0]].rulebook.kinds for m in found
    }
    known = {**FACTS, "is_enterprise": True}
    for line in lines:
        line["facts"] = {name: value for name, value in known.items() if name in kinds[line["measure"]]}
    alone = []
    for start in range(0, len(lines), 100):
        body = json.dumps(lines[start : start + 100])
        alone += visitor.post("/api/v1/evaluate", body, content_type="application/json").json()
    assert [(a["measure"], a["verdict"], a["amount"]) for a in alone] == [
        (m["measure"], m["verdict"], m["amount"]) for m in found
    ]


def test_questions_lead_on_until_nothing_is_left_to_ask(visitor: Client, settings: Any):
    settings.HUIQI_API_RATE_VISITOR = 10_000
    passed: list[str] = []
    for _ in range(3):
        question = ask(visitor, region="370203", facts=FACTS, passed_over=passed)["next"]
        assert question["fact"] not in [*FACTS, *passed]
        assert question["bears_on"]
        passed.append(question["fact"])


def test_nothing_is_kept(visitor: Client):
    ask(visitor, facts=FACTS)
    assert not Checkup.objects.exists()


def test_everything_that_does_not_fit_is_told_at_once(visitor: Client):
    refused = ask(visitor, 422, facts={"employes": 80, "employees": "many"}, passed_over=["nothing"])
    assert "did you mean 'employees'" in refused["detail"]
    assert "'many' is not a figure" in refused["detail"]
    assert "'nothing'" in refused["detail"]
    assert refused["where"] == "body.facts.employes"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"roles": []}, "body.roles"),
        ({"roles": ["department"]}, "body.roles.0"),
        ({"region": "qingdao"}, "body.region"),
        ({"on": "2013-6-30"}, "body.on"),
        ({"facts": {"employees": [1]}}, None),
        ({"fact": {}}, "body.fact"),
    ],
)
def test_a_body_that_is_no_check_up_is_refused(visitor: Client, body: dict[str, Any], where: str | None):
    refused = ask(visitor, 422, **body)
    assert refused["where"].startswith("body.")
    if where is not None:
        assert refused["where"] == where


def test_a_guarantor_is_asked_other_things(visitor: Client):
    firm = ask(visitor, region="370203")
    guarantor = ask(visitor, region="370203", roles=["guarantor"])
    assert {m["measure"] for m in firm["measures"]} != {m["measure"] for m in guarantor["measures"]}
    assert guarantor["roles"] == ["guarantor"]
