"""`huiqi coverage` says of each clause what it is bound to, and what nothing answers for."""

import json
from pathlib import Path

from typer.testing import CliRunner

from huiqi.cli.app import app
from huiqi.packs.binding import Binding, bindings, undeclared
from tests.nouns.packs import load_trial

PACKS = Path(__file__).parents[1] / "packs"
HEADINGS = """
    - {id: s1, summary: {zh: 标题, en: heading}}
    - {id: c1, parent: s1, summary: {zh: 一, en: one}}
    - {id: c2, parent: s1, kinds: [fund], summary: {zh: 二, en: two}}
    - {id: c3, summary: {zh: 三, en: three}, orders_nothing: {zh: 说明背景, en: background}}
    """
FUND = "- {id: pot, title: {zh: 资金, en: pot}, clauses: [c2], kind: grants}\n"


def run(*arguments: str, packs: Path = PACKS):
    return CliRunner().invoke(
        app, ["coverage", *arguments], env={"HUIQI_PACKS": str(packs), "COLUMNS": "160"}
    )


def test_the_first_document_is_bound_and_declared():
    found = run("qingdao-2012-46", "--json")
    assert found.exit_code == 0
    assert json.loads(found.stdout) == {
        "documents": [
            {
                "slug": "qingdao-2012-46",
                "clauses": 62,
                "bound": 62,
                "unbound": [],
                "systems": 74,
                "undeclared": [],
            }
        ]
    }


def test_a_clause_that_nothing_cites_is_named(tmp_path):
    load_trial(tmp_path)
    found = run("trial", "--json", packs=tmp_path)
    assert found.exit_code == 1
    (report,) = json.loads(found.stdout)["documents"]
    assert report["unbound"] == ["c2"]
    assert report["undeclared"] == ["c2: fund"]
    assert "not bound: c2" in run("trial", packs=tmp_path).stdout


def test_the_view_says_what_binds_a_clause(tmp_path):
    load_trial(tmp_path, funds=FUND)
    found = run("trial", packs=tmp_path)
    assert found.exit_code == 0
    assert "measure grant" in found.stdout
    assert "fund pot" in found.stdout
    assert "trial: 2 of 2 clauses bound (100%)" in found.stdout


def test_a_heading_is_bound_once_all_clauses_under_it_are(tmp_path):
    half, _ = load_trial(tmp_path, clauses=HEADINGS)
    assert bindings(half)["s1"] == []
    whole, problems = load_trial(tmp_path, clauses=HEADINGS, funds=FUND)
    assert problems == []
    assert bindings(whole)["s1"] == [Binding("clauses", "c1"), Binding("clauses", "c2")]
    assert bindings(whole)["c3"] == [Binding("orders_nothing", "background")]
    assert undeclared(whole) == []


def test_only_the_gaps_on_request(tmp_path):
    load_trial(tmp_path)
    found = run("trial", "--gaps", packs=tmp_path)
    assert "measure grant" not in found.stdout
    assert "c2: fund" in found.stdout
