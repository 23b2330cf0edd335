"""Hostile and enormous files: a clear Problem, within bounded time and memory, and nothing else.

Every file here is really made; the limits are those of `extract.limits`.
"""

import io
import resource
import zipfile
import zlib
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import DecodedStreamObject, DictionaryObject, EncodedStreamObject, NameObject, NumberObject

from huiqi.documents.extract.limits import MAX_DEPTH, MAX_TAGS, MAX_ZIP_ENTRIES
from huiqi.documents.extract.read import extract, extract_file
from tests.documents.synthetic import BODY

MEBIBYTE = 1024 * 1024
MOST_SECONDS = 30  # of processor time for one file, children included
MOST_MEMORY = 600 * MEBIBYTE
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def reason(data: bytes, name: str) -> str:
    """The one problem of a file that must be refused; checks what reading it cost."""
    before, held = spent(), most_memory()
    extraction = extract(data, name=name)
    assert spent() - before < MOST_SECONDS
    assert most_memory() - held < MOST_MEMORY
    assert extraction.extracted is None
    assert len(extraction.problems) == 1
    assert extraction.problems[0].where == name
    return extraction.problems[0].message


def most_memory() -> int:
    """The most bytes this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def spent() -> float:
    """Processor time, so that a busy machine changes nothing."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def docx_of(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def word_xml(body: str, head: str = "") -> bytes:
    return f"{head}<w:document {W}><w:body>{body}</w:body></w:document>".encode()


def test_fifty_mebibytes_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(50 * MEBIBYTE)
    assert "at most" in extract_file(path).problems[0].message


@pytest.mark.parametrize("name", ["large.txt", "large.html", "large.md", "large.pdf", "large.docx"])
def test_fifty_mebibytes_of_text_are_refused(name: str) -> None:
    assert "at most" in reason("一、小微企业。".encode() * (50 * MEBIBYTE // 21), name)


def test_text_that_fits_a_file_but_no_document_is_refused() -> None:
    assert "at most" in reason("一、小微企业。\n".encode() * (20 * MEBIBYTE // 22), "large.txt")


def test_a_zip_bomb_is_refused() -> None:
    message = reason(docx_of({"word/document.xml": b"<a>" + b" " * (300 * MEBIBYTE)}), "bomb.docx")
    assert "unpacks to more than" in message


def test_a_zip_with_very_many_parts_is_refused() -> None:
    parts = {f"word/{number}.xml": b"" for number in range(MAX_ZIP_ENTRIES + 1)}
    assert "parts" in reason(docx_of(parts), "many.docx")


def test_xml_entities_are_refused() -> None:
    entities = '<!DOCTYPE z [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    data = word_xml("<w:p><w:r><w:t>&j;</w:t></w:r></w:p>", head=f'<?xml version="1.0"?>{entities}]>')
    assert "entities" in reason(docx_of({"word/document.xml": data}), "laughs.docx")


def test_a_file_on_this_machine_cannot_be_pulled_into_a_document(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    head = f'<?xml version="1.0"?><!DOCTYPE z [<!ENTITY x SYSTEM "file://{secret}">]>'
    data = word_xml("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", head=head)
    assert "entities" in reason(docx_of({"word/document.xml": data}), "outside.docx")


def test_nested_tables_without_end_are_refused() -> None:
    depth = 5000
    body = "<w:tbl><w:tr><w:tc>" * depth + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * depth
    assert reason(docx_of({"word/document.xml": word_xml(body)}), "deep.docx")


def test_tables_nested_as_deep_as_allowed_are_read() -> None:
    depth = (MAX_DEPTH - 10) // 3
    body = (
        "<w:tbl><w:tr><w:tc>" * depth
        + "<w:p><w:r><w:t>底</w:t></w:r></w:p>"
        + "</w:tc></w:tr></w:tbl>" * depth
    )
    extraction = extract(docx_of({"word/document.xml": word_xml(body)}), name="deep.docx")
    assert extraction.extracted is not None
    assert extraction.extracted.text == "底"


def test_millions_of_empty_elements_are_refused() -> None:
    data = word_xml("<w:p/>" * 4_000_000)
    assert "tags" in reason(docx_of({"word/document.xml": data}), "many.docx")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (docx_of({"mimetype": b"x"}), "word/document.xml"),
        (docx_of({"word/document.xml": b"<w:document"}), "damaged"),
        (docx_of({"word/document.xml": b""}), "damaged"),
        (docx_of({"word/document.xml": word_xml("")})[:-30], "damaged"),
    ],
    ids=["another", "cut-short", "empty", "torn"],  # a file bears the time of its making
)
def test_a_damaged_word_file_is_named_so(data: bytes, words: str) -> None:
    assert words in reason(data, "damaged.docx")


def test_html_nested_without_end_is_refused_or_read_flat() -> None:
    page = "<html><body>" + "<div>" * 100_000 + BODY[0]
    before = spent()
    extraction = extract(page.encode(), name="deep.html")
    assert spent() - before < MOST_SECONDS
    assert extraction.problems or BODY[0] in extraction.extracted.text  # type: ignore[union-attr]


def test_html_with_too_many_tags_is_refused() -> None:
    assert "tags" in reason(b"<html><body>" + b"<b>x</b>" * (MAX_TAGS // 2 + 1), "many.html")


@pytest.mark.parametrize(
    "unit",
    ["<table><tr><td>一", "<a href=x>二，", "<p style='display:none'>三。", "<ol><li>四", "<td rowspan=999999 colspan=999>五",
     "<br>　　六", "<li>索引号：", "七" * 300 + "<p>"],
)  # fmt: skip
def test_html_of_one_thing_repeated_takes_seconds_at_most(unit: str) -> None:
    page = "<html><body>" + unit * 60_000
    before = spent()
    extraction = extract(page.encode(), name="repeated.html")
    assert spent() - before < MOST_SECONDS
    assert (extraction.extracted is None) == bool(extraction.problems)


def pdf_with(content: bytes, *, packed: bool = True, forms: int = 0) -> bytes:
    """One page drawn by `content`, and optionally forms that draw the next form twice each."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(595, 842)
    stream = EncodedStreamObject() if packed else DecodedStreamObject()
    stream._data = zlib.compress(content, 9) if packed else content
    if packed:
        stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    page[NameObject("/Contents")] = writer._add_object(stream)
    inner = None
    for _ in range(forms):
        form = DecodedStreamObject()
        form.set_data(b"/F Do /F Do" if inner is not None else b"BT (x) Tj ET")
        form.update(
            {NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Form")}
        )
        if inner is not None:
            form[NameObject("/Resources")] = DictionaryObject(
                {NameObject("/XObject"): DictionaryObject({NameObject("/F"): inner})}
            )
        inner = writer._add_object(form)
    if inner is not None:
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/XObject"): DictionaryObject({NameObject("/F"): inner})}
        )
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_a_page_that_unpacks_without_end_is_refused() -> None:
    bomb = b"BT (x) Tj ET " * (60 * MEBIBYTE // 13)
    assert reason(pdf_with(bomb), "bomb.pdf")


def test_forms_that_draw_each_other_are_refused_or_bounded() -> None:
    assert reason(pdf_with(b"/F Do", forms=40), "forms.pdf")


def test_a_page_tree_that_contains_itself_is_refused() -> None:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(595, 842)
    pages = writer._root_object["/Pages"].get_object()
    pages["/Kids"].append(pages.indirect_reference)
    pages[NameObject("/Count")] = NumberObject(2_000_000_000)
    buffer = io.BytesIO()
    writer.write(buffer)
    assert reason(buffer.getvalue(), "loop.pdf")


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.7\n" + bytes(1000),
        b"%PDF-1.7\nxref\n0 99999999\ntrailer<</Size 99999999/Root 1 0 R/Prev 9>>startxref\n9\n%%EOF",
        b"%PDF-1.7\n" + b"[" * 200_000 + b"\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]>>endobj trailer<</Root 1 0 R>>startxref\n9\n%%EOF",
    ],
    ids=["no-body", "zeros", "endless", "nested", "circular"],
)
def test_a_damaged_pdf_file_is_a_problem(data: bytes) -> None:
    assert reason(data, "damaged.pdf")
