"""A firm looks at its file and at what it may have."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiqi.access.actions import grant_role
from huiqi.access.permissions import Role
from huiqi.holdings import current
from huiqi.measures.types import VerdictKind
from huiqi.procedures.match_firm import match_firm
from huiqi.web.shared.templatetags.say import as_yuan
from tests.site.conftest import DAY, NOW, PASSWORD, Site

Enter = Callable[[str], Client]


def page_of(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def visible(page: str) -> str:
    """The text of a page as it is read."""
    body = re.sub(r"(?s)<(script|style).*?</\1>", "", page)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_the_file_shows_every_fact_of_the_register(site: Site, signed_in: Enter):
    row = site.snapshot.find(site.firm)
    assert row is not None
    page = visible(page_of(signed_in("firm"), "/my/"))
    assert str(row["name"]) in page
    assert f"{row['employees']}人" in page
    assert "营业收入" in page
    assert "2013年6月30日" in page
    assert site.snapshot.manifest.source in page
    assert "合成数据" in page
    known = [name for name in site.snapshot.columns if row[name] is not None]
    assert page_of(signed_in("firm"), "/my/").count('<th scope="row">') == len(known)


def test_the_agent_sees_the_same_file_and_others_have_none(site: Site, signed_in: Enter, visitor: Client):
    name = str((site.snapshot.find(site.firm) or {})["name"])
    assert name in page_of(signed_in("agent"), "/my/")
    for other in ("bank", "officer", "auditor", "admin"):
        page_of(signed_in(other), "/my/", 403)
        page_of(signed_in(other), "/my/matches/", 403)
    assert visitor.get("/my/").headers["Location"].startswith("/account/login/")


def test_matches_are_those_of_the_run(site: Site, signed_in: Enter):
    run = current.run()
    found = run.of_party(site.firm) if run is not None else None
    assert found is not None
    counts: dict[str, int] = {}
    for verdict in found["verdict"].to_pylist():
        counts[verdict] = counts.get(verdict, 0) + 1
    page = visible(page_of(signed_in("firm"), "/my/matches/"))
    for verdict, name in (
        ("eligible", "符合"),
        ("claimable", "待申报"),
        ("review", "待评审"),
        ("unknown", "待补充"),
    ):
        assert f"{counts.get(verdict, 0)} {name}" in page


def test_the_best_combination_and_what_it_is_worth(site: Site):
    codes = (c for b in site.snapshot.batches(columns=["code"]) for c in b["code"].to_pylist())
    found = next(m for code in codes if (m := match_firm(code, on=DAY)) and m.assessment.staged)
    user = User.objects.create_user("growing", password=PASSWORD)
    grant_role(user, Role.FIRM_LEGAL, party=found.party.code, from_day=DAY, by="system", at=NOW)
    client = Client()
    assert client.login(username="growing", password=PASSWORD)
    page = visible(page_of(client, "/my/matches/"))
    assert as_yuan(found.value) in page
    assert f"共{len(found.assessment.combination.kept)}项可同时享受" in page
    assert "先扣除后计税时" in page


def test_the_nearest_miss_comes_first(site: Site, signed_in: Enter):
    page = page_of(signed_in("firm"), "/my/matches/?verdict=ineligible")
    found = match_firm(site.firm, on=DAY)
    assert found is not None
    nearest = min(found.findings.of_kind(VerdictKind.INELIGIBLE), key=found.findings.nearness)
    assert nearest.measure.title.zh in page[: page.index("badge ineligible")]


def test_the_file_can_be_taken_away(site: Site, signed_in: Enter):
    answer = signed_in("firm").get("/my/file.json")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    facts = {f["fact"]: f for f in answer.json()["facts"]}
    assert facts["employees"]["value"] == "14"
    assert facts["operating_revenue"]["value"] == "628757.96"
    assert facts["operating_revenue"]["as_of"] == "2013-06-30"


def test_one_verdict_at_a_time(signed_in: Enter):
    page = page_of(signed_in("firm"), "/my/matches/?verdict=ineligible")
    badges = set(re.findall(r'<span class="badge (\w+)">', page))
    assert badges == {"ineligible"}
    assert "须" in visible(page)  # how far the firm is from each


def test_why_clause_by_clause(signed_in: Enter):
    client = signed_in("firm")
    links = re.findall(
        r'href="(/my/matches/[\w-]+/[\w-]+/)"', page_of(client, "/my/matches/?verdict=eligible")
    )
    page = visible(page_of(client, links[0]))
    assert "逐条认定" in page
    assert "满足" in page
    assert "条" in page
    page_of(client, "/my/matches/qingdao-2012-46/no-such-measure/", 404)


@pytest.mark.parametrize("path", ["/my/", "/my/matches/"])
def test_few_queries_and_small_pages(signed_in: Enter, path: str):
    client = signed_in("firm")
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert len(queries) <= 30
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(response.content) < 100_000


@pytest.mark.parametrize(
    "path", ["/my/", "/my/matches/", "/my/matches/?verdict=ineligible", "/my/matches/?verdict=unknown"]
)
def test_in_english(signed_in: Enter, path: str):
    client: Any = signed_in("firm")
    client.cookies["django_language"] = "en"
    assert chinese_left(page_of(client, path)) == ""


def chinese_left(page: str) -> str:
    """Chinese outside of what is marked as such."""
    inner = re.sub(r'(?s)<(\w+)[^>]*\blang="zh"[^>]*>.*?</\1>', "", page)
    return "".join(re.findall(r"[\u4e00-\u9fff]+", inner))
