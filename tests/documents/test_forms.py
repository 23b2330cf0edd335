"""Whole synthetic documents, one form each, against what a reader finds in them."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from huiqi.documents.parse import parse
from huiqi.documents.types import Clause

FORMS = sorted((Path(__file__).parent / "forms").glob("*.yaml"))


def read_form(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8") as lines:
        return yaml.safe_load(lines)


def as_written(clause: Clause) -> dict[str, Any]:
    """A clause in the notation of the forms; what is empty is left out."""
    found = {
        "begins": re.sub(r"\n", "", clause.text)[:12],
        "label": clause.label,
        "section": clause.section,
        "parent": clause.parent,
        "title": clause.title,
        "owners": [f"{owner.role} {owner.printed}" for owner in clause.owners],
        "quantities": [f"{q.text} {q.cmp} {q.value:f} {q.unit}" for q in clause.quantities],
        "deadlines": [f"{deadline.text} {deadline.date}" for deadline in clause.deadlines],
        "notes": [f"{note.kind}: {note.message}" for note in clause.notes],
    }
    return {key: value for key, value in found.items() if value}


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_is_read_as_a_reader_reads_it(path: Path) -> None:
    form = read_form(path)
    document = parse(form["text"])
    head = ("number", "title", "attached_title", "signed", "published", "effective_from", "effective_to")
    assert {key: getattr(document, key) for key in head} == {key: form[key] for key in head}
    lists = ("issuers", "addressees", "copied_to")
    assert {key: list(getattr(document, key)) for key in lists} == {key: form[key] for key in lists}
    assert [[cite.title, cite.number] for cite in document.cites] == form["cites"]
    assert {clause.id: as_written(clause) for clause in document.clauses} == form["clauses"]


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_every_clause_points_to_its_words(path: Path) -> None:
    text = read_form(path)["text"]
    for clause in parse(text).clauses:
        words = re.sub(r"[\s*]", "", text[slice(*clause.span)])
        assert clause.label is None or words.startswith(clause.label)
        for quantity in clause.quantities:
            assert re.sub(r"[\s*]", "", text[slice(*quantity.span)]) == quantity.text


def test_a_group_in_an_annex_gives_its_members() -> None:
    form = read_form(next(path for path in FORMS if path.stem == "body-duties-group-and-spliced-table"))
    members = [(member.role, member.name, member.post) for member in parse(form["text"]).members]
    assert members == [
        ("组长", "甲某某", "副省长"),
        ("副组长", "乙某", "省政府副秘书长"),
        ("成员", "丙某", "省财政厅副厅长"),
        ("成员", "丁某某", "省商务厅副厅长"),
    ]
