"""Whoever builds on the interface reads documents, clauses and measures without a key."""

from typing import Any

import pytest
from django.test import Client

from huiqi.holdings import current
from tests.site.conftest import DAY, Site

MEASURE = "qingdao-2012-46/cit-small-low-profit-20"


def read(client: Client, path: str, status: int = 200, **headers: str) -> Any:
    response = client.get(f"/api/v1/{path}", headers=headers)
    assert response.status_code == status, response.content.decode()[:500]
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    return response.json()


def test_all_documents_with_whether_they_hold(visitor: Client):
    found = read(visitor, "documents")
    assert found["day"] == "2013-06-30"
    assert found["total"] == len(current.library().packs) == len(found["items"])
    by_slug = {document["slug"]: document for document in found["items"]}
    assert by_slug["qingdao-2012-46"]["number"] == "青政发〔2012〕46号"
    assert by_slug["qingdao-2012-46"]["holds"] is True
    assert by_slug["qingdao-2016-2"]["holds"] is False
    assert by_slug["qingdao-2012-46"]["measures"] > 0


def test_documents_of_a_place_and_a_day(visitor: Client):
    found = read(visitor, "documents?region=370203&on=2016-10-01&holds=true")
    slugs = {document["slug"] for document in found["items"]}
    assert "qingdao-2016-2" in slugs
    assert "qinghai-2012" not in slugs


def test_a_document_says_how_it_stands_to_others(visitor: Client):
    found = read(visitor, "documents/qingdao-2012-46?on=2013-06-30")
    assert found["requires"] == ["cn-common", "cn-size-2011"]
    assert {"over": "earlier-city", "rule": "replaces", "clause": "c62"} in found["precedence"]
    assert found["official_text"] is False
    assert sum(entry["count"] for entry in found["bound_to"]) > 20


def test_clauses_with_what_they_are_bound_to(visitor: Client):
    found = read(visitor, "documents/qingdao-2012-46/clauses")
    pack = current.library().packs["qingdao-2012-46"]
    assert [clause["id"] for clause in found["clauses"]] == list(pack.clauses)
    fifth = next(clause for clause in found["clauses"] if clause["id"] == "c5")
    assert fifth["summary"]["zh"]
    assert fifth["summary"]["en"]
    assert fifth["official"] is None
    bound = {(entry["noun"], entry["id"]) for entry in fifth["bound_to"]}
    assert ("measures", "cit-small-low-profit-20") in bound


def test_measures_of_a_day_page_by_page(visitor: Client):
    whole = {measure.key for measure in current.measures_on(DAY)}
    seen: list[str] = []
    first = read(visitor, "measures?size=100")
    assert first["total"] == len(whole)
    for page in range(1, first["pages"] + 1):
        seen += [m["measure"] for m in read(visitor, f"measures?size=100&page={page}")["items"]]
    assert sorted(seen) == sorted(whole)
    assert read(visitor, "measures?page=999")["items"] == []


@pytest.mark.parametrize("word", ["贴息", "interest subsid"])
def test_words_find_measures_in_both_languages(visitor: Client, word: str):
    found = read(visitor, f"measures?q={word}")
    assert 0 < found["total"] < len(current.measures_on(DAY))
    assert any("贴息" in m["title"]["zh"] or "interest" in m["title"]["en"].lower() for m in found["items"])


def test_measures_of_a_document_an_audience_and_a_place(visitor: Client):
    found = read(visitor, "measures?document=qingdao-2012-46&audience=bank&region=370200")["items"]
    assert found
    assert {(m["document"], m["audience"]) for m in found} == {("qingdao-2012-46", "bank")}
    assert read(visitor, "measures?document=qingdao-2012-46&region=44")["items"] == []


def test_a_measure_in_words_and_as_the_rule_has_it(visitor: Client):
    found = read(visitor, f"measures/{MEASURE}")
    assert found["measure"] == MEASURE
    income = next(c for c in found["conditions"] if c["id"] == "income")
    assert income["when"] == "taxable_income <= 30万"
    assert "30万" in income["words"]["zh"]
    assert "taxable income" in income["words"]["en"]
    assert found["gives"]["amount"] == "greatest(taxable_income, 0) * 20%"
    assert found["holds"] is True
    assert read(visitor, f"measures/{MEASURE}?on=2010-01-01")["holds"] is False
    sector = next(f for f in found["facts"] if f["fact"] == "industry_sector")
    assert sector["type"] == "enum"
    assert "industrial" in sector["values"]


def test_every_measure_can_be_read(visitor: Client, settings: Any):
    settings.HUIQI_API_RATE_VISITOR = 10_000
    for measure in current.measures_on(DAY):
        found = read(visitor, f"measures/{measure.key}")
        assert [c["id"] for c in found["conditions"]] == [c.id for c in measure.conditions]
        assert all(c["when"] for c in found["conditions"])


@pytest.mark.parametrize(
    ("path", "status", "where"),
    [
        ("documents/qingdao-2012-64", 404, "path.slug"),
        ("documents/nowhere/clauses", 404, "path.slug"),
        ("measures/qingdao-2012-46/nothing", 404, "path.id"),
        ("measures?document=nowhere", 404, "query.document"),
        ("measures?regoin=370200", 422, "query.regoin"),
        ("measures?on=30.6.2013", 422, "query.on"),
        ("measures?on=20130630", 422, "query.on"),
        ("measures?page=0", 422, "query.page"),
        ("measures?audience=everybody", 422, "query.audience"),
        ("nothing", 404, "path"),
    ],
)
def test_what_is_refused_says_where_and_what_mends_it(visitor: Client, path: str, status: int, where: str):
    found = read(visitor, path, status)
    assert set(found) == {"title", "detail", "where", "remedy"}
    assert found["where"] == where
    assert found["detail"]
    assert found["remedy"]


def test_a_refusal_is_told_in_the_language_asked_for(visitor: Client):
    assert "没有参数 regoin" in read(visitor, "measures?regoin=1", 422)["detail"]
    english = read(visitor, "measures?regoin=1", 422, **{"Accept-Language": "en-GB,en;q=0.9"})
    assert english["detail"] == "There is no parameter regoin; did you mean 'region'?"
    assert "no document" not in english["title"]
    assert read(visitor, "documents/x?lang=en", 404)["title"] == "Not found"


def test_what_has_not_changed_is_not_sent_again(visitor: Client):
    first = visitor.get("/api/v1/documents")
    again = visitor.get("/api/v1/documents", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = visitor.get("/api/v1/documents?on=2020-01-01", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_other_methods_are_told_what_works(visitor: Client):
    response = visitor.post("/api/v1/documents")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET"
    assert response.json()["title"] == "不支持这种方法"


def test_no_database_of_accounts_is_touched_for_a_visitor(site: Site, django_assert_max_num_queries: Any):
    client = Client()
    client.get("/api/v1/measures")
    with django_assert_max_num_queries(3):
        client.get("/api/v1/measures")
