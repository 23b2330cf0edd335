"""JSON, YAML, terminal and HTML: the contract, and words that stay words."""

import io
import json
from decimal import Decimal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from rich.console import Console

from huiqi.documents.as_json import as_json, as_mapping, as_yaml, number
from huiqi.documents.marks import marks_of, pieces_of
from huiqi.documents.types import Clause, Document, Quantity
from huiqi.documents.view_html import as_html
from huiqi.documents.view_terminal import DocumentView
from tests.documents.cases import CLAUSES, DOCUMENT

DOCUMENT_KEYS = ["number", "title", "issuer", "addressees", "signed", "published", "effective_from", "effective_to", "cites", "clauses"]  # fmt: skip
CLAUSE_KEYS = ["id", "label", "section", "parent", "title", "text", "authorities", "cites", "quantities", "deadlines", "span", "notes"]  # fmt: skip


def test_the_keys_are_those_of_the_contract_in_its_order() -> None:
    mapping = json.loads(as_json(DOCUMENT))
    assert list(mapping)[: len(DOCUMENT_KEYS)] == DOCUMENT_KEYS
    assert list(mapping["clauses"][0]) == CLAUSE_KEYS


def test_values_are_plain_and_exact() -> None:
    mapping = json.loads(as_json(DOCUMENT))
    clause = mapping["clauses"][0]
    assert mapping["issuer"] == "示例市人民政府、示例市军民融合办公室"
    assert mapping["signed"] == "2019-06-18"
    assert clause["authorities"][0] == {"name": "市财政局", "role": "lead", "register": "示例市财政局"}
    assert clause["quantities"][0] == {"text": "20万元", "value": 200000, "unit": "CNY", "cmp": "="}
    assert clause["quantities"][1]["value"] == 0.3
    assert clause["deadlines"] == [{"text": "2020年底前", "date": "2020-12-31"}]
    assert clause["span"] == [60, 160]


def test_a_document_that_says_nothing_gives_nulls_and_empty_lists() -> None:
    mapping = json.loads(as_json(Document()))
    assert mapping["number"] is None
    assert mapping["issuer"] is None
    assert mapping["clauses"] == []


def test_yaml_says_the_same_as_json() -> None:
    assert yaml.safe_load(as_yaml(DOCUMENT)) == json.loads(as_json(DOCUMENT)) == as_mapping(DOCUMENT)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**13, places=4))
def test_figures_keep_all_their_digits(value: Decimal) -> None:
    written = json.loads(json.dumps(number(value)), parse_float=Decimal)
    assert Decimal(written) == value


def test_marks_cover_the_parts_and_nothing_else() -> None:
    clause = CLAUSES[0]
    assert "".join(words for words, _ in pieces_of(clause)) == clause.text
    marked = [(mark.kind, clause.text[mark.start : mark.end]) for mark in marks_of(clause)]
    assert ("quantity", "20万元") in marked
    assert ("citation", "《示例省政府采购促进中小企业发展办法》") in marked
    assert marked[-2:] == [("owner", "市财政局"), ("owner", "市经信局")]


def test_a_figure_that_stands_twice_is_marked_twice() -> None:
    figure = Quantity("20000元", Decimal(20000), "CNY", "=", (0, 1))
    clause = Clause(
        "c1",
        None,
        None,
        None,
        None,
        "月销售额20000元，月营业额20000元。",
        (0, 20),
        quantities=(figure, figure),
    )
    assert [mark.start for mark in marks_of(clause)] == [4, 15]


@given(st.text(max_size=40), st.lists(st.text(max_size=6), max_size=5))
def test_marking_never_changes_the_words(text: str, words: list[str]) -> None:
    quantities = tuple(Quantity(word, Decimal(1), "CNY", "=", (0, 1)) for word in words)
    clause = Clause("c1", None, None, None, None, text, (0, 1), quantities=quantities)
    assert "".join(piece for piece, _ in pieces_of(clause)) == text


def test_the_page_shows_every_clause_with_its_link_and_its_parts() -> None:
    page = html.document_fromstring(as_html(DOCUMENT))
    links = page.xpath("//nav//a/@href")
    assert (
        [link[1:] for link in links]
        == page.xpath("//article/@id")
        == [clause.id for clause in DOCUMENT.clauses]
    )
    article = page.get_element_by_id("c1")
    assert article.xpath(".//mark[@class='owner']/text()") == ["市财政局", "市经信局"]
    assert article.xpath(".//mark[@class='quantity']/@title") == ["200,000元", "≤ 30%"]
    assert "示例市财政局" in article.xpath("string(.//dl[@class='facts'])")


def test_the_page_needs_nothing_from_elsewhere() -> None:
    page = html.document_fromstring(as_html(DOCUMENT))
    assert page.xpath("//script | //link | //img | //iframe | //@src") == []
    assert page.xpath("//html/@lang") == ["zh-CN"]
    assert page.xpath("//meta[@name='viewport']")


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "</style><b>", "\" onload='x'", "&lt;", "a\x00b", "]]>"]
)
def test_words_of_a_document_never_become_markup(words: str) -> None:
    clause = Clause(words, words, words, None, words, words, (0, 1))
    page = html.document_fromstring(
        as_html(Document(number=words, title=words, issuers=(words,), clauses=(clause,)))
    )
    assert page.xpath("//script | //*[@onload] | //article//b | //nav//b | //header//b") == []
    assert words.replace("\x00", "") in page.xpath("string(//article)")


def test_the_terminal_shows_head_clauses_and_owners() -> None:
    text = printed(DOCUMENT)
    for words in (
        "示政发〔2019〕28号",
        "2019年6月18日",
        "一、财政支持",
        "市财政局",
        "示例市财政局（牵头）",
        "c2.1",
    ):
        assert words in text


def test_a_heading_apart_from_the_text_is_shown_once() -> None:
    apart = Clause("c1", "一、", None, None, "加大支持", "市财政局负责。", (0, 1))
    run_in = Clause("c2", "二、", None, None, "改善融资", "改善融资。银行负责。", (0, 1))
    document = Document(clauses=(apart, run_in))
    for text in (printed(document), html.document_fromstring(as_html(document)).xpath("string(//main)")):
        assert text.count("一、加大支持") == 1
        assert text.count("改善融资") == 1


def test_brackets_of_a_document_are_not_taken_for_styles() -> None:
    clause = Clause("c1", None, None, None, None, "[red]文", (0, 1))
    text = printed(Document(title="[bold]通知[/bold]", clauses=(clause,)))
    assert "[bold]通知[/bold]" in text
    assert "[red]文" in text


def printed(document: Document) -> str:
    """What a terminal of 100 columns shows."""
    buffer = io.StringIO()
    Console(width=100, file=buffer).print(DocumentView(document))
    return buffer.getvalue()
