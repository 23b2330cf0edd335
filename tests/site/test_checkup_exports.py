"""What a firm takes with it: the data as JSON, the report as PDF; and every page in English and small."""

import gzip
import re
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html
from pypdf import PdfReader
from reportlab.pdfbase import pdfmetrics

from huiqi.measures.words import money_words
from huiqi.web.shared.fonts import NAMED, cjk_font
from tests.site.conftest import Site
from tests.site.test_checkup import EVERY_ROLE, begun, page, tell

PAGES = (
    "",
    "result/",
    "result/?show=claimable",
    "result/?show=ineligible",
    "result/?show=unknown",
    "answers/",
)
KNOWN = {
    "is_restricted_or_prohibited_industry": False,
    "industry_sector": "industrial",
    "employees": Fraction(60),
    "total_assets": Fraction(8_000_000),
    "operating_revenue": Fraction(9_000_000),
    "taxable_income": Fraction(50_000),
    "tax_year": Fraction(2013),
    "size_class": "small",
}


def told_some(client: Client, **about: object) -> str:
    path = begun(client, **about)  # type: ignore[arg-type]
    for fact, value in KNOWN.items():
        tell(client, path, fact, value)  # type: ignore[arg-type]
    return path


def pdf_of(client: Client, path: str) -> tuple[PdfReader, str]:
    answer = client.get(f"{path}report.pdf")
    assert answer.content.startswith(b"%PDF")
    assert answer.headers["Content-Type"] == "application/pdf"
    reader = PdfReader(BytesIO(answer.content))
    return reader, "".join(p.extract_text() for p in reader.pages).replace("\n", "")


def test_the_data_says_what_the_page_says(visitor: Client):
    path = told_some(visitor)
    answer = visitor.get(f"{path}result.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="checkup-2013-06-30.json"'
    found = answer.json()
    text = page(visitor, path)
    for kind in ("eligible", "claimable", "unknown", "ineligible"):
        shown = re.search(rf'show={kind}"><strong>(\d+)<', text)
        assert int(shown[1] if shown else 0) == found["counts"][kind]
    assert {f["fact"]: f["value"] for f in found["facts"]}["employees"] == "60"
    refused = [m for m in found["measures"] if m["verdict"] == "ineligible"]
    assert refused
    assert all(m["gaps"] and m["reasons"] for m in refused)
    assert all(m["clause"].count("/") == 1 for m in found["measures"])
    assert set(found["packs"]) == {m["measure"].split("/")[0] for m in found["measures"]}
    assert {f["fact"]: f["from_role"] for f in found["facts"]}["is_enterprise"] is True


def test_one_matter_counts_once_with_the_reason(visitor: Client):
    """Two income-tax reliefs of one clause: the better one counts, the other is named with what beats it."""
    path = told_some(visitor)
    found = visitor.get(f"{path}result.json").json()
    beaten = {b["measure"]: b["by"] for b in found["combination"]["beaten"]}
    assert beaten["qingdao-2012-46/cit-small-low-profit-20"] == "qingdao-2012-46/cit-small-low-profit-half"
    text = page(visitor, f"{path}result/")
    combined = text[text.index('id="together"') :]
    assert combined.index("所得6万元及以下的小型微利企业减半计税") < combined.index(
        "小型微利企业按20%税率缴纳企业所得税"
    )
    assert "不计入" in combined
    assert "同一事项从优，另一项更优" in combined
    value = Fraction(found["combination"]["value"])
    assert value > 0
    assert f"{int(value):,} 元" in text


def test_places_that_exclude_each_other_are_not_added_up(visitor: Client):
    path = told_some(visitor, region="all")
    tell(visitor, path, "fits_land_use_plan", True)
    tell(visitor, path, "in_planned_construction_area", True)
    text = page(visitor, f"{path}result/")
    assert "涉及不同地区的政策，不能相加" in text
    assert "已知金额合计" not in text


def test_the_report_is_a_pdf_with_the_sums(visitor: Client):
    path = told_some(visitor, code="91370200MA3C0D1EXF")
    found = visitor.get(f"{path}result.json").json()
    reader, text = pdf_of(visitor, path)
    assert reader.metadata is not None
    assert reader.metadata.title == "政策体检报告"
    for words in ("政策体检报告", "2013年6月30日", "山东省青岛市", "91370200MA3C0D1EXF", "从业人数：60人"):
        assert words in text
    value = Fraction(found["combination"]["value"])
    assert money_words(value, "zh") in text
    assert "不计入：小型微利企业按20%税率缴纳企业所得税" in text
    assert f"http://testserver{path}" in text
    for measure in found["measures"]:
        assert measure["title"]["zh"] in text


def test_the_report_carries_its_font_where_the_machine_has_one(visitor: Client):
    reader, _ = pdf_of(visitor, told_some(visitor))
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]  # type: ignore[index]
    cjk = [f for f in fonts if f["/BaseFont"] != "/Helvetica"]
    assert cjk
    if cjk_font() != NAMED:
        assert all("/FontFile2" in f["/FontDescriptor"].get_object() for f in cjk)


def test_without_a_font_the_reader_brings_its_own():
    assert cjk_font.__wrapped__((Path("/nowhere/font.ttf"),)) == NAMED
    assert pdfmetrics.getFont(NAMED).face.name == NAMED


def test_the_report_in_english(english: Client):
    _, text = pdf_of(english, told_some(english))
    assert "Policy check-up report" in text
    assert "Qingdao, Shandong" in text
    assert "政策体检" not in text


def test_every_page_in_english(english: Client):
    """No Chinese outside elements that are marked as Chinese."""
    path = told_some(english, roles=EVERY_ROLE, region="all")
    texts = [page(english, f"{path}{end}") for end in PAGES] + [page(english, "/checkup/")]
    texts.append(english.post(f"{path}answer/", {"fact": "employees", "reply": "x"}).content.decode())
    texts.append(english.post("/checkup/begin/", {"code": "9137", "region": "x"}).content.decode())
    for text in texts:
        tree = html.fromstring(text)
        for marked in tree.xpath('//*[@lang="zh"]'):
            marked.getparent().replace(marked, html.fromstring(f"<i>{marked.tail or ''}</i>"))
        assert re.findall(r"[\u4e00-\u9fff]+", tree.text_content()) == []
        attributes = [value for node in tree.iter() for name, value in node.attrib.items() if name != "value"]
        assert re.findall(r"[\u4e00-\u9fff]+", " ".join(attributes)) == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_are_small_and_ask_the_database_little(site: Site, language: str):
    """All 220 measures anyone can have: under 100 KB on the wire, under 30 queries."""
    client = Client()
    client.cookies["django_language"] = language
    path = told_some(client, roles=EVERY_ROLE, region="all")
    for end in PAGES:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            text = page(client, f"{path}{end}")
        assert len(gzip.compress(text.encode())) < 100_000
        assert len(asked) < 30


def test_long_lists_are_paged(visitor: Client):
    path = begun(visitor, roles=EVERY_ROLE, region="all")
    first = page(visitor, f"{path}result/?show=unknown")
    assert first.count('class="row"') == 20
    last = page(visitor, f"{path}result/?show=unknown&page=99")
    assert "下一页" in first
    assert "下一页" not in last
    assert 0 < last.count('class="row"') <= 20
