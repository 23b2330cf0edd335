"""Every page is light, quick for the database, and sound as a document, for everybody who may see it."""

from collections.abc import Iterator

import pytest
from lxml.html import HtmlElement

from tests.site.conftest import Walked
from tests.site.walk import ROLES, Page

MOST_BYTES = 100_000
MOST_QUERIES = 30
UNLABELLED = ("hidden", "submit", "button", "image", "reset")

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("walked")]


def documents(walked: Walked) -> list[Page]:
    return [page for page in walked.pages if page.is_html]


def test_the_walk_comes_far(walked: Walked):
    """A walk that ends at the front page would prove nothing."""
    kinds = {role: {p.kind for p in walked.pages if p.role == role} for role in ROLES}
    assert all(len(found) >= 10 for found in kinds.values()), {r: len(f) for r, f in kinds.items()}
    assert {"my_match", "state_fact", "my_alerts", "my_told", "my_agents"} <= kinds["firm"]
    assert {"data_intake", "data_columns", "push_list", "rule_revision", "rule_impact"} <= kinds["officer"]
    assert {"corrections", "firm_file", "rule", "push_measure", "data_versions"} <= kinds["head"]
    assert "consented_file" in kinds["bank"]
    assert {"user", "api_keys", "system"} <= kinds["admin"]
    assert {"checkup_question", "checkup_result", "checkup_answers", "policy_document"} <= kinds["visitor"]


def test_every_link_leads_somewhere(walked: Walked):
    assert [f"{page}: {page.status}" for page in walked.pages if page.status != 200] == []


def test_no_page_is_heavy(walked: Walked):
    assert [f"{p}: {p.wire_bytes:,}" for p in documents(walked) if p.wire_bytes > MOST_BYTES] == []


def test_no_page_asks_the_database_too_often(walked: Walked):
    assert [f"{p}: {p.queries}" for p in walked.pages if p.queries > MOST_QUERIES] == []


def test_no_page_has_inline_script_or_style(walked: Walked):
    """The content security policy would refuse it."""
    found = []
    for page in documents(walked):
        for node in page.tree.iter():
            names = [str(name) for name in node.attrib if name == "style" or str(name).startswith("on")]
            if names or node.tag == "style" or (node.tag == "script" and not node.get("src")):
                found.append(f"{page}: <{node.tag} {' '.join(names)}>")
    assert found == []


def test_every_page_has_one_heading_a_title_and_a_language(walked: Walked):
    found = []
    for page in documents(walked):
        tree = page.tree
        title = (tree.findtext(".//title") or "").strip(" ·\n")
        if len(tree.findall(".//h1")) != 1 or tree.get("lang") != "zh-CN" or not title:
            found.append(f"{page}: {len(tree.findall('.//h1'))} h1, lang {tree.get('lang')}, title {title!r}")
    assert found == []


def test_every_field_has_a_label(walked: Walked):
    assert [f"{p}: {f.get('name')}" for p in documents(walked) for f in unlabelled(p.tree)] == []


def unlabelled(tree: HtmlElement) -> Iterator[HtmlElement]:
    labels = {label.get("for") for label in tree.iter("label")}
    ids = {node.get("id") for node in tree.iter() if node.get("id")}
    for field in tree.iter("input", "select", "textarea"):
        named = field.get("aria-label") or field.get("aria-labelledby") in ids or field.get("id") in labels
        if field.get("type") not in UNLABELLED and not named and not list(field.iterancestors("label")):
            yield field


def test_no_two_elements_have_one_id(walked: Walked):
    found = []
    for page in documents(walked):
        ids = [node.get("id") for node in page.tree.iter() if node.get("id")]
        found += [f"{page}: {name}" for name in set(ids) if ids.count(name) > 1]
    assert found == []


def test_every_picture_says_what_it_is(walked: Walked):
    assert [
        f"{p}: {i.get('src')}" for p in documents(walked) for i in p.tree.iter("img") if i.get("alt") is None
    ] == []
